"""From the place an event names to the leaf where it counts, and from a leaf to the places above it."""

from __future__ import annotations

from functools import cache

from feeds.catalogue.places import NATION_KEY, Places, UnknownPlace
from feeds.compute.counts import own_leaf


class Where:
    """Leaves of all places; a province of 2020 counts at the unit it belongs to today."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.leaf = cache(self._leaf)
        self.above = cache(self._above)
        self.part = cache(self._part)

    def _leaf(self, place: str) -> str:
        """The leaf of a place as events write it; the nation's for one that is no longer known."""
        try:
            return own_leaf(self.places.chain(self.places.parse(place))[0])
        except UnknownPlace:
            return own_leaf(NATION_KEY)

    def _above(self, leaf: str) -> tuple[str, ...]:
        """Unit and nation for a commune's leaf, the place itself and what is above it for a place's own leaf."""
        key = leaf.removesuffix("/")
        chain = self.places.chain(self.places.ref(key))
        if not leaf.endswith("/"):
            return chain[1:]
        return chain if key in self.places.units or key == NATION_KEY else chain[1:]

    def _part(self, leaf: str) -> str:
        """The partition a leaf lies in: a unit of today, or the nation."""
        return self.above(leaf)[-2] if len(self.above(leaf)) > 1 else NATION_KEY

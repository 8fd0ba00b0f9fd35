"""Figures of one feed: from what changed to the stations, communes, units and nation that it touches, no further."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from feeds.catalogue.model import Catalogue, Indicator
from feeds.catalogue.places import NATION_KEY
from feeds.compute.entity_figures import station_figure
from feeds.compute.figure import NOTHING, Figure
from feeds.compute.figures import looks_at
from feeds.compute.member_figures import MEMBER
from feeds.compute.place_figures import PLACE, RECORDS, PlaceView
from feeds.compute.pool import EMPTY, Pool, Pooling
from feeds.compute.standing import Standing
from feeds.compute.station import Station
from feeds.compute.windows import MINUTE_WINDOWS
from feeds.engine.feed import FeedState
from feeds.engine.partition import Stamp

Put = Callable[[str, str, Figure], None]  # place, indicator, figure
Other = Callable[[str, str], Figure | None]  # place, indicator
UNSEEN = Stamp()
OF_OTHERS = "score_766"  # of figures of the same place, which move when they move
QUOTIENT = "quotient"  # of what one entity says: the same figure for it as for a place


class FeedFigures:
    """The figures that are computed from one feed. Figures of places go to `put`; those of stations stay with them."""

    def __init__(
        self, catalogue: Catalogue, state: FeedState, standing: Standing | None, put: Put, other: Other
    ) -> None:
        ordered = [catalogue.indicators[code] for code in catalogue.order if code in catalogue.indicators]
        mine = [indicator for indicator in ordered if indicator.feed == state.code]
        self.of_station = [i for i in mine if looks_at(i) == "station"]
        self.of_member = [i for i in mine if looks_at(i) == "member"]
        self.of_place = [i for i in mine if looks_at(i) == "place"]
        self.by_minute = any(_moves(i, state.in_sql) for i in self.of_place)
        self.state = state
        self.standing = standing
        self.figures: dict[str, dict[str, Figure]] = {}  # station -> indicator -> figure
        self._pooling = {i.code: Pooling(i) for i in (*self.of_station, *self.of_member)}
        self._weight = {i.code: i.weight for i in self.of_station if i.weight}
        self._nation = {i.code: i.nation for i in mine}
        self._members: dict[str, dict[str, Station]] = defaultdict(dict)  # leaf -> its stations
        self._leaf: dict[str, str] = {}  # station -> leaf it is pooled at
        self._below: dict[str, set[str]] = defaultdict(set)  # place -> leaves and places pooled into it
        self._station_pools: dict[str, dict[str, Pool]] = defaultdict(dict)  # station -> indicator -> pool
        self._pools: dict[str, dict[str, Pool]] = defaultdict(dict)  # leaf or place -> indicator -> pool
        self._put = put
        self._other = other

    def follow(self, before: FeedFigures) -> None:
        """Take over the figures of the same feed, declared alike."""
        self.standing = before.standing
        self.figures, self._members, self._leaf = before.figures, before._members, before._leaf
        self._below, self._station_pools, self._pools = before._below, before._station_pools, before._pools

    def station(self, station: Station, now: int) -> None:
        """Compute the figures of one station anew."""
        self._stand(station)
        held = self.figures.setdefault(station.code, {})
        pools = self._station_pools[station.code]
        for indicator in self.of_station:
            figure = station_figure(indicator.compute.fn, station, now, indicator.compute.args)
            weighed = self._weighed(indicator, figure, held)
            held[indicator.code] = weighed
            pools[indicator.code] = self._pooling[indicator.code].of_figure(weighed, station.code)
        self.members(station, now)

    def members(self, station: Station, now: int) -> None:
        """Compute anew what one station adds to the figures about stations."""
        pools = self._station_pools[station.code]
        for indicator in self.of_member:
            share = MEMBER[indicator.compute.fn](station, now, indicator.compute.args, self.state.feed)
            pooling = self._pooling[indicator.code]
            stamp = (station.at, station.received, station.source)
            if share is not None and share.at:
                stamp = (share.at, share.received, station.source)
            pools[indicator.code] = EMPTY if share is None else pooling.of_share(share, *stamp)
            if indicator.compute.fn == QUOTIENT and station.code in self.figures:  # a hospital has its own share too
                self.figures[station.code][indicator.code] = pooling.figure(pools[indicator.code], station.source)

    def pool(self, leaves: Iterable[str], clock: bool = False) -> None:
        """Join the stations of `leaves` anew, and everything above them; `clock`: only what moves with the clock."""
        codes = [i.code for i in (self.of_member if clock else (*self.of_station, *self.of_member))]
        if not codes:
            return
        dirty = {leaf: self.state.where.above(leaf) for leaf in leaves if leaf in self._members}
        for leaf in dirty:
            self._join(leaf, codes, {code: self._station_pools[code] for code in self._members[leaf]})
            if not leaf.endswith("/"):
                self._publish(leaf, codes)
        units = {places[-2] for places in dirty.values() if len(places) > 1}
        for place in (*sorted(units), *([NATION_KEY] if dirty else [])):
            self._join(place, codes, {below: self._pools[below] for below in self._below[place]}, above=True)
            self._publish(place, codes)

    def place(self, place: str, now: int) -> None:
        """Compute the figures of one place that follow from its counts."""
        stamp = self.state.stamps.get(place, UNSEEN)
        if not stamp.received:
            return
        view = PlaceView(
            place, now, self.state.counts, self.standing, not self.state.in_sql, stamp.at, stamp.received,
            self._speaker(stamp, place), lambda code: self._other(place, code),
        )  # fmt: skip
        for indicator in self.of_place:
            if place == NATION_KEY and not indicator.nation:
                continue
            fn = indicator.compute.fn
            figure = (PLACE.get(fn) or RECORDS[fn])(view, indicator.compute.args)
            self._put(place, indicator.code, figure)

    def stations_at(self, place: str) -> Iterable[Station]:
        """Stations at a place or below it."""
        if place in self._members:
            yield from self._members[place].values()
        for below in sorted(self._below.get(place, ())):
            yield from self.stations_at(below)

    def leaves(self) -> list[str]:
        """Every leaf with stations."""
        return list(self._members)

    def _stand(self, station: Station) -> None:
        """Make sure that the station is pooled at the place it stands in now."""
        before = self._leaf.get(station.code)
        if before == station.leaf:
            return
        if before is not None:
            del self._members[before][station.code]
            self.pool([before])
        self._leaf[station.code] = station.leaf
        self._members[station.leaf][station.code] = station
        below = station.leaf
        for place in self.state.where.above(station.leaf):
            self._below[place].add(below)
            below = place

    def _weighed(self, indicator: Indicator, figure: Figure, held: dict[str, Figure]) -> Figure:
        if indicator.code not in self._weight:
            return figure
        weight = held.get(self._weight[indicator.code], NOTHING).v
        return figure._replace(weight=weight) if weight is not None and weight > 0 else figure._replace(v=None)

    def _join(self, place: str, codes: list[str], parts: dict[str, dict[str, Pool]], above: bool = False) -> None:
        """`above`: the parts are places; of an `own` figure only what the place says for itself counts there."""
        pools, itself = self._pools[place], [parts[own]] if (own := f"{place}/") in parts else []
        for code in codes:
            mine: Iterable[dict[str, Pool]] = itself if above and self._pooling[code].rule == "own" else parts.values()
            pools[code] = self._pooling[code].join(part[code] for part in mine if code in part)

    def _publish(self, place: str, codes: list[str]) -> None:
        for code in codes:
            if place != NATION_KEY or self._nation[code]:
                pool = self._pools[place].get(code, EMPTY)
                self._put(place, code, self._pooling[code].figure(pool, self.state.feed.owner))

    def _speaker(self, stamp: Stamp, place: str) -> str:
        """A commune's figure names its source; above it many speak, and the owner stands for them."""
        return stamp.source if "/" in place else self.state.feed.owner


def _moves(indicator: Indicator, by_hour: bool) -> bool:
    """True when a figure of counts may change although nothing is counted and the hour is the same."""
    fn, args = indicator.compute.fn, indicator.compute.args
    return fn == OF_OTHERS or (not by_hour and args.get("window") in MINUTE_WINDOWS)

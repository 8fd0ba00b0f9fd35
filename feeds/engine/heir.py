"""What one engine leaves to the next in the same process, when another catalogue comes into force.

A feed is left as it is, with its cells, its figures and what was concluded of them, when it and every figure computed
from it are declared as before. All others are loaded from their checkpoint and computed anew, as after any change of
hands: work follows what the catalogue changes, never how much there is.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from feeds.catalogue.model import Catalogue, Indicator


class Left(NamedTuple):
    """Codes of feeds and of indicators that mean the same in two catalogues."""

    feeds: Set[str]
    indicators: Set[str]


NOTHING = Left(frozenset(), frozenset())


def left(before: Catalogue, now: Catalogue) -> Left:
    """What of `before` goes on in `now` as it is."""
    told_in = [{f.code: d.code for d in each.domains.values() for f in d.feeds} for each in (before, now)]
    feeds = {
        code
        for code, feed in now.feeds.items()
        if before.feeds.get(code) == feed
        and told_in[0].get(code) == told_in[1].get(code)
        and _computed(before, code) == _computed(now, code)
    }
    same = {i.code for i in now.indicators.values() if before.indicators.get(i.code) == i}
    return Left(feeds, {code for code in same if now.indicators[code].feed in (*feeds, "")})


def _computed(catalogue: Catalogue, feed: str) -> list[Indicator]:
    """The figures of a feed in the order in which they are computed."""
    known = catalogue.indicators
    return [known[code] for code in catalogue.order if code in known and known[code].feed == feed]

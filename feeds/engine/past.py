"""The figures of a time past, by the same functions of the same cells: what history writes and late events correct."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from operator import is_
from typing import Literal

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Catalogue, Indicator
from feeds.catalogue.places import NATION_KEY
from feeds.compute.age import LATE, granted_lag
from feeds.compute.counts import Counts
from feeds.compute.explode import total_name
from feeds.compute.figure import Figure
from feeds.compute.figures import looks_at
from feeds.compute.place_figures import PLACE, RECORDS, PlaceView
from feeds.compute.pool import EMPTY, Pool
from feeds.compute.sliding import Sliding
from feeds.compute.standing import Standing
from feeds.compute.station import Station, day_of_hour, hour_at
from feeds.engine.awaited import Awaited
from feeds.engine.feed import FeedState
from feeds.engine.voices import Pools, Voices
from feeds.store.history import is_narrow

LEAVES_A_SLICE = 20
PLACES_A_SLICE = 20
HOUR_S = 3_600
PRESENT_WINDOWS = ("minute", "10m")  # known while they last, not afterwards

Told = tuple[str, str, Figure]  # scope of history, indicator, figure
Extent = Literal["all", "wide", "communes"]  # wide: units and the nation; communes: these and stations


def has_hours(scope: str, indicator: Indicator) -> bool:
    """The nation and the units have hours of every figure; communes and stations of those that move by the hour."""
    return not is_narrow(scope) or indicator.cadence <= HOUR_S


def station_scope(feed: FeedState, station: Station) -> str:
    """Under which name a station's own figures are kept: `01:air:HN-1`."""
    return f"{feed.where.part(station.leaf)}:{feed.code}:{station.code}"


class Past:
    """The figures of one feed at ends of times past, slice by slice so that nothing waits.

    Counts are looked at in `units` and for the nation; stations everywhere, for the nation's figure is theirs together.
    `extent`: everything, or what all look at first apart from communes and single stations. Who asks for several times
    gets them cheaper, newest first cheapest of all; the cells must be the same meanwhile.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        feed: FeedState,
        standing: Standing | None,
        units: Set[str],
        extent: Extent = "all",
    ) -> None:
        self._feed = feed
        self._standing = standing
        self._units = units
        self._extent = extent
        ordered = [catalogue.indicators[code] for code in catalogue.order if code in catalogue.indicators]
        mine = [i for i in ordered if i.feed == feed.code]
        self._members = [i for i in mine if looks_at(i) == "member"]
        self._all_places = [i for i in mine if looks_at(i) == "place"]
        self._voices = Voices(feed, _asked_of_stations(mine, extent), self._members)
        self._pools: dict[str, tuple[object, list[Pools]]] = {}  # leaf -> what was said there last, and its pools
        self._joined: dict[str, tuple[list[Pools], Pools]] = {}  # place -> what was joined last, and the pools of it
        self._sliding = Sliding(feed.counts, _measures(self._all_places))
        self._wide_places: dict[int, set[str]] = {}  # hour -> units, and the nation, where something was counted
        self.told: list[Told] = []

    def run(self, start: int, at: int, present: bool) -> Iterator[None]:
        """Compute the end of the time from `start` to `at`; yields between slices. What was found is in `told` then.

        `present`: the time has only just ended, so that what stands now may stand for it.
        """
        self._start, self._at = start, at
        self._figures: dict[str, dict[str, Figure]] = defaultdict(dict)  # place -> indicator -> figure
        self.told = []
        yield from self._of_stations(present or self._most_spoke())
        if hour_at(at) >= self._feed.counts.horizon:
            self._places = [i for i in self._all_places if present or _of_the_past(i)]
            self._communes = [i for i in self._places if at - start > HOUR_MS or has_hours("/", i)]
            for number, place in enumerate(self._heard()):
                self._place(place)
                if number % PLACES_A_SLICE == 0:
                    yield
        for place, figures in self._figures.items():
            self.told += [(place, code, figure) for code, figure in figures.items()]

    def _of_stations(self, shares: bool) -> Iterator[None]:
        leaves: dict[str, list[Pools]] = {}
        awaited = self._awaited = Awaited()
        for number, (leaf, voices) in enumerate(self._voices.all(self._start, self._at, shares)):
            known = self._pools.get(leaf)
            if known is None or known[0] is not voices:
                known = self._pools[leaf] = voices, [said.pools for _, said in voices if said.pools]
            if known[1]:
                leaves[leaf] = known[1]
            for station, said in voices:
                if said.awaited:
                    awaited.note(said.awaited, (leaf, *self._feed.where.above(leaf)))
                if self._extent != "wide":
                    scope = station_scope(self._feed, station)
                    self.told += [(scope, code, figure) for code, figure in said.figures.items()]
            if number % LEAVES_A_SLICE == 0:
                yield
        self._pool(leaves)
        yield

    def _most_spoke(self) -> bool:
        """Shares of stations are of stations that speak: a time past in which most were silent is a gap, not a zero."""
        if not self._members:
            return True
        hours = range(self._start // HOUR_MS, hour_at(self._at) + 1)
        buckets = {*hours, *(-day_of_hour(hour) for hour in hours)}
        return 2 * self._voices.spoke(buckets) >= len(self._voices)

    def _pool(self, leaves: Mapping[str, list[Pools]]) -> None:
        """Commune by commune, then the units, then the nation."""
        above: dict[str, list[Pools]] = defaultdict(list)
        for leaf, parts in leaves.items():
            chain = self._feed.where.above(leaf)
            joined = self._join(leaf, parts)
            above[chain[-2] if len(chain) > 1 else NATION_KEY].append(joined)
            if not leaf.endswith("/") and self._extent != "wide":
                self._publish(leaf, joined)
        if self._extent == "communes":
            return
        for place in sorted(place for place in above if place != NATION_KEY):
            joined = self._join(place, above[place])
            above[NATION_KEY].append(joined)
            self._publish(place, joined)
        self._publish(NATION_KEY, self._join(NATION_KEY, above[NATION_KEY]))

    def _join(self, place: str, parts: list[Pools]) -> Pools:
        """The pools of a place; those of the last time when its parts are the same."""
        if len(parts) == 1:
            return parts[0]
        known = self._joined.get(place)
        if known is not None and (
            known[0] is parts or (len(known[0]) == len(parts) and all(map(is_, known[0], parts)))
        ):
            return known[1]
        found: dict[str, list[Pool]] = defaultdict(list)
        for part in parts:
            for code, pool in part.items():
                found[code].append(pool)
        joined = {code: self._voices.pooling[code].join(pools) for code, pools in found.items()}
        self._joined[place] = parts, joined
        return joined

    def _publish(self, place: str, pools: Pools) -> None:
        for code, pool in pools.items():
            figure = self._voices.pooling[code].figure(pool if pool.n else EMPTY, self._feed.feed.owner)
            if figure.v is not None and self._awaited.tells(place, code, pool.n):
                self._figures[place][code] = figure

    def _heard(self) -> list[str]:
        """Places whose feed was alive then: something was counted there within its window of age.

        Of communes only those that spoke of late: what stands still over a night or a holiday needs no row an hour.
        """
        feed, span = self._feed.feed, (self._at - self._start) // HOUR_MS
        lately = max(1 + round(LATE * feed.cadence + feed.lag) // 3600, span)
        heard = set[str]()
        if self._extent != "wide":
            tables = (self._feed.counts.hours[hour] for hour in self._counted(lately))
            heard.update(place for table in tables for place in table if "/" in place and not place.endswith("/"))
        if self._extent != "communes":
            alive = self._counted(max(1 + self._alive_s() // 3600, lately, span))
            heard.update(*map(self._wide_of, alive))
        return sorted(place for place in heard if place == NATION_KEY or place.partition("/")[0] in self._units)

    def _counted(self, reach: int) -> list[int]:
        """The last `reach` hours in which something was counted."""
        last, hours = hour_at(self._at), self._feed.counts.hours
        return [hour for hour in range(last - reach + 1, last + 1) if hour in hours]

    def _wide_of(self, hour: int) -> set[str]:
        found = self._wide_places.get(hour)
        if found is None:
            found = self._wide_places[hour] = {place for place in self._feed.counts.hours[hour] if "/" not in place}
        return found

    def _alive_s(self) -> int:
        """For how many seconds the feed may have been silent and still be alive: nights and days off are granted."""
        feed = self._feed.feed
        patience = LATE * feed.cadence
        reach, wider = 0.0, patience + feed.lag
        while wider > reach:
            reach, wider = wider, patience + granted_lag(feed, feed.lag, self._at - round(wider * 1000), self._at)
        return round(reach)

    def _place(self, place: str) -> None:
        counts: Counts = self._feed.counts
        figures = self._figures[place]
        view = PlaceView(
            place, self._at, counts, self._standing, not self._feed.in_sql, self._at, self._at,
            self._feed.feed.owner, figures.get, self._sliding,
        )  # fmt: skip
        for indicator in self._communes if "/" in place else self._places:
            fn = indicator.compute.fn
            figures[indicator.code] = (PLACE.get(fn) or RECORDS[fn])(view, indicator.compute.args)


def _same(some: list[Pools], others: list[Pools]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))


def _asked_of_stations(indicators: Iterable[Indicator], extent: Extent) -> list[Indicator]:
    """Where nobody looks at single stations: only what is rolled up, or weighs something that is."""
    asked = [i for i in indicators if looks_at(i) == "station"]
    weights = {i.weight for i in asked}
    return [i for i in asked if extent != "wide" or i.rollup != "none" or i.code in weights]


def _measures(indicators: Iterable[Indicator]) -> set[str]:
    """Every measure that these look at, and other words of their arguments."""
    words = set[str]()
    for given in (given for i in indicators for given in i.compute.args.values()):
        words.update(word for word in (given if isinstance(given, list) else [given]) if isinstance(word, str))
    return words | {total_name(word) for word in words}


def _of_the_past(indicator: Indicator) -> bool:
    """False for what is known only while it lasts."""
    fn, args = indicator.compute.fn, indicator.compute.args
    return (
        fn != "records_share"
        and args.get("when") not in ("due_24h", "due_7d")
        and args.get("window") not in PRESENT_WINDOWS
    )


def end_ms(hour: int) -> int:
    """The moment an hour is complete."""
    return (hour + 1) * HOUR_MS

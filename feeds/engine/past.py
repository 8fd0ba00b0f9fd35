"""The figures of a time past, by the same functions of the same cells: what history writes and late events correct."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from typing import Literal

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Catalogue, Indicator
from feeds.catalogue.places import NATION_KEY
from feeds.compute.age import LATE, age_state, granted_lag
from feeds.compute.counts import Counts
from feeds.compute.entity_figures import station_figure
from feeds.compute.figure import NOTHING, Figure
from feeds.compute.figures import looks_at
from feeds.compute.member_figures import MEMBER
from feeds.compute.place_figures import PLACE, RECORDS, PlaceView
from feeds.compute.pool import EMPTY, Pool, Pooling
from feeds.compute.standing import Standing
from feeds.compute.station import Station, day_of_hour, hour_at
from feeds.engine.feed import FeedState
from feeds.store.history import is_narrow

STATIONS_A_SLICE = 20
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
    """The figures of one feed at the end of the time from `start` to `at`, slice by slice so that nothing waits.

    `present`: the time has only just ended, so that what stands now may stand for it. Counts are looked at in `units`
    and for the nation; stations everywhere, for the nation's figure is theirs together. `extent`: everything, or what
    all look at first apart from communes and single stations.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        feed: FeedState,
        standing: Standing | None,
        start: int,
        at: int,
        present: bool,
        units: Set[str],
        extent: Extent = "all",
    ) -> None:
        self._feed = feed
        self._standing = standing
        self._start = start
        self._units = units
        self._extent = extent
        self._at = at
        self._hours_whole = hour_at(at) >= feed.counts.horizon
        ordered = [catalogue.indicators[code] for code in catalogue.order if code in catalogue.indicators]
        mine = [i for i in ordered if i.feed == feed.code]
        self._stations = [i for i in mine if looks_at(i) == "station"]
        self._members = [i for i in mine if looks_at(i) == "member" and (present or self._most_spoke())]
        self._places = [i for i in mine if looks_at(i) == "place" and (present or _of_the_past(i))]
        self._communes = [i for i in self._places if at - start > HOUR_MS or has_hours("/", i)]
        self._pooling = {i.code: Pooling(i) for i in (*self._stations, *self._members)}
        self._figures: dict[str, dict[str, Figure]] = defaultdict(dict)  # place -> indicator -> figure
        self.told: list[Told] = []

    def run(self) -> Iterator[None]:
        """Compute everything; yields between slices. The figures are in `told` afterwards."""
        yield from self._of_stations()
        if self._hours_whole:
            for number, place in enumerate(self._heard()):
                self._place(place)
                if number % PLACES_A_SLICE == 0:
                    yield
        for place, figures in self._figures.items():
            self.told += [(place, code, figure) for code, figure in figures.items()]

    def _of_stations(self) -> Iterator[None]:
        pools: dict[str, dict[str, list[Pool]]] = defaultdict(lambda: defaultdict(list))  # leaf -> indicator
        for number, station in enumerate(list(self._feed.stations())):
            for code, pool in self._station(station):
                pools[station.leaf][code].append(pool)
            if number % STATIONS_A_SLICE == 0:
                yield
        self._pool(pools)
        yield

    def _most_spoke(self) -> bool:
        """Shares of stations are of stations that speak: a time past in which most were silent is a gap, not a zero."""
        hours = range(self._start // HOUR_MS, hour_at(self._at) + 1)
        buckets = {*hours, *(-day_of_hour(hour) for hour in hours)}
        stations = list(self._feed.stations())
        return 2 * sum(not buckets.isdisjoint(station.rows) for station in stations) >= len(stations)

    def _station(self, station: Station) -> Iterator[tuple[str, Pool]]:
        held: dict[str, Figure] = {}
        for indicator in self._stations:
            figure = station_figure(indicator.compute.fn, station, self._at, indicator.compute.args)
            held[indicator.code] = figure
            if indicator.weight:
                weight = held.get(indicator.weight, NOTHING).v
                figure = figure._replace(weight=weight) if weight and weight > 0 else NOTHING
            if self._fresh(indicator, figure):
                if self._extent != "wide":
                    self.told.append((station_scope(self._feed, station), indicator.code, held[indicator.code]))
                yield indicator.code, self._pooling[indicator.code].of_figure(figure, station.code)
        for indicator in self._members:
            share = MEMBER[indicator.compute.fn](station, self._at, indicator.compute.args, self._feed.feed)
            if share is not None:
                stamp = (min(station.at, self._at), min(station.received, self._at), station.source)
                yield indicator.code, self._pooling[indicator.code].of_share(share, *stamp)

    def _pool(self, leaves: Mapping[str, Mapping[str, list[Pool]]]) -> None:
        """Commune by commune, then the units, then the nation."""
        above: dict[str, dict[str, list[Pool]]] = defaultdict(lambda: defaultdict(list))
        for leaf, found in leaves.items():
            chain = self._feed.where.above(leaf)
            for code, pools in found.items():
                joined = self._pooling[code].join(pools)
                above[chain[-2] if len(chain) > 1 else NATION_KEY][code].append(joined)
                if not leaf.endswith("/") and self._extent != "wide":
                    self._publish(leaf, code, joined)
        if self._extent != "communes":
            self._pool_above(above)

    def _pool_above(self, above: dict[str, dict[str, list[Pool]]]) -> None:
        for place in sorted(place for place in above if place != NATION_KEY):
            for code, pools in above[place].items():
                joined = self._pooling[code].join(pools)
                above[NATION_KEY][code].append(joined)
                self._publish(place, code, joined)
        for code, pools in above[NATION_KEY].items():
            self._publish(NATION_KEY, code, self._pooling[code].join(pools))

    def _publish(self, place: str, code: str, pool: Pool) -> None:
        figure = self._pooling[code].figure(pool if pool.n else EMPTY, self._feed.feed.owner)
        if figure.v is not None:
            self._figures[place][code] = figure

    def _heard(self) -> list[str]:
        """Places whose feed was alive then: something was counted there within its window of age.

        Of communes only those that spoke of late: what stands still over a night or a holiday needs no row an hour.
        """
        feed, span = self._feed.feed, (self._at - self._start) // HOUR_MS
        lately = max(1 + round(LATE * feed.cadence + feed.lag) // 3600, span)
        heard = set[str]()
        if self._extent != "wide":
            heard.update(place for place in self._counted(lately) if "/" in place and not place.endswith("/"))
        if self._extent != "communes":
            alive = self._counted(max(1 + self._alive_s() // 3600, lately, span))
            heard.update(place for place in alive if "/" not in place)
        return sorted(place for place in heard if place == NATION_KEY or place.partition("/")[0] in self._units)

    def _counted(self, reach: int) -> set[str]:
        """Where something was counted in the last `reach` hours, leaves and all above them."""
        last = hour_at(self._at)
        hours = self._feed.counts.hours.items()
        return set[str]().union(*(places for hour, places in hours if last - reach < hour <= last))

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
            self._feed.feed.owner, figures.get,
        )  # fmt: skip
        for indicator in self._communes if "/" in place else self._places:
            fn = indicator.compute.fn
            figures[indicator.code] = (PLACE.get(fn) or RECORDS[fn])(view, indicator.compute.args)

    def _fresh(self, indicator: Indicator, figure: Figure) -> bool:
        """History keeps what was observed in its time or not yet stale at its end: a gap is a gap."""
        if figure.v is None or not figure.at:
            return False
        if figure.at >= self._start:
            return True
        age = (self._at - figure.at) / 1000
        return age_state(age, indicator.cadence, indicator.lag) in ("live", "late")


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

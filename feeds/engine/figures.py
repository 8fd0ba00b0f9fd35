"""Keeps every figure up to date within a budget of time: first what an event touched, then what the clock moves."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from feeds.catalogue.places import NATION_KEY
from feeds.compute.station import Station, hour_at
from feeds.engine.entity_frames import EntityFrames
from feeds.engine.evaluate import FeedFigures

Key = tuple[str, str]  # feed, station or leaf

SLICE = 20  # stations or places between two looks at the clock
CLOCK_MS = 15_000  # what moves with the clock is computed at least that often
COMMUNE_PASSES = 4  # communes every fourth time


class Figures:
    """The evaluators of all feeds and what waits to be evaluated."""

    def __init__(self, evaluators: Mapping[str, FeedFigures], entities: EntityFrames) -> None:
        self._evaluators = evaluators
        self._entities = entities
        self._stations: dict[Key, Station] = {}
        self._leaves: dict[Key, None] = {}
        self._wide: dict[str, set[str]] = defaultdict(set)  # feed -> units and the nation
        self._pass: Iterator[None] | None = None
        self._passed = 0
        self._passes = 0
        self._hours: dict[str, int] = {}  # feed whose counts move by the hour -> hour for which they were touched last
        self._now = 0

    @property
    def behind(self) -> int:
        """How much waits to be evaluated."""
        return len(self._stations) + len(self._leaves)

    def touch_station(self, feed: str, station: Station) -> None:
        """The station has new readings."""
        self._stations[feed, station.code] = station

    def touch_leaves(self, feed: str, leaves: Iterable[str]) -> None:
        """Something was counted at these leaves."""
        above = self._evaluators[feed].state.where.above
        for leaf in leaves:
            if not leaf.endswith("/"):
                self._leaves[feed, leaf] = None
            self._wide[feed].update(above(leaf))

    def touch_everywhere(self, feed: str) -> None:
        """The clock has moved something wherever the feed has spoken."""
        self._touch_spoken(feed, communes=True)

    def work(self, now: int, seconds: float) -> None:
        """Evaluate what was touched, and some of what the clock moves, for about so much time of the processor."""
        until = time.thread_time() + seconds
        self._now = now
        self._work_stations(now, until)
        self._work_wide(now)
        self._work_leaves(now, until)
        self._work_clock(until)

    def everything(self, now: int, feeds: Iterable[str]) -> None:
        """Evaluate all stations of these feeds, and touch all their places: at the start."""
        for feed in feeds:
            evaluator = self._evaluators[feed]
            for station in evaluator.state.stations():
                evaluator.station(station, now)
                self._entities.update(evaluator.state, station, evaluator.figures[station.code], now)
            evaluator.pool(evaluator.leaves())
            self.touch_leaves(feed, [leaf for leaf in evaluator.state.stamps if "/" in leaf])

    def follow(self, before: Figures, feeds: Set[str]) -> None:
        """Go on with what waited in `before` of these feeds."""
        self._stations |= {key: station for key, station in before._stations.items() if key[0] in feeds}
        self._leaves |= {key: None for key in before._leaves if key[0] in feeds}
        self._wide |= {feed: places for feed, places in before._wide.items() if feed in feeds}
        self._passed, self._passes = before._passed, before._passes
        self._hours = {feed: hour for feed, hour in before._hours.items() if feed in feeds}

    def _work_stations(self, now: int, until: float) -> None:
        leaves: dict[str, set[str]] = defaultdict(set)
        for done, (feed, code) in enumerate(list(self._stations)):
            if done % SLICE == 0 and done and time.thread_time() > until:
                break
            station = self._stations.pop((feed, code))
            evaluator = self._evaluators[feed]
            evaluator.station(station, now)
            self._entities.update(evaluator.state, station, evaluator.figures[code], now)
            leaves[feed].add(station.leaf)
        for feed, touched in leaves.items():
            self._evaluators[feed].pool(touched)

    def _work_wide(self, now: int) -> None:
        """Units, then the nation: few, and the first that anybody looks at."""
        for feed, places in self._wide.items():
            for place in sorted(places - {NATION_KEY}):
                self._evaluators[feed].place(place, now)
            if NATION_KEY in places:
                self._evaluators[feed].place(NATION_KEY, now)
        self._wide.clear()

    def _work_leaves(self, now: int, until: float) -> None:
        for done, (feed, leaf) in enumerate(list(self._leaves)):
            if done % SLICE == 0 and time.thread_time() > until:
                break
            del self._leaves[feed, leaf]
            self._evaluators[feed].place(leaf, now)

    def _work_clock(self, until: float) -> None:
        if self._pass is None and abs(self._now - self._passed) >= CLOCK_MS:
            self._passed = self._now
            self._passes += 1
            self._pass = self._clock(self._passes % COMMUNE_PASSES == 0)
        while self._pass is not None and time.thread_time() < until:
            if next(self._pass, self) is self:
                self._pass = None

    def _clock(self, communes: bool) -> Iterator[None]:
        """Windows move on, readings go stale, records fall due: everything such is computed anew, in slices."""
        for feed, evaluator in self._evaluators.items():
            for done, station in enumerate(list(evaluator.state.stations())):
                evaluator.members(station, self._now)
                self._entities.age(evaluator.state, station, evaluator.figures.get(station.code, {}), self._now)
                if done % SLICE == 0:
                    yield
            evaluator.pool(evaluator.leaves(), clock=True)
            hour = hour_at(self._now)
            if evaluator.by_minute:
                self._touch_spoken(feed, communes)
            elif evaluator.of_place and self._hours.get(feed) != hour:
                self._hours[feed] = hour
                self._touch_spoken(feed, communes=True)
            yield

    def _touch_spoken(self, feed: str, communes: bool) -> None:
        spoken = [place for place in self._evaluators[feed].state.stamps if not place.endswith("/")]
        self._wide[feed].update(place for place in spoken if "/" not in place)
        if communes:
            self._leaves.update(dict.fromkeys((feed, place) for place in spoken if "/" in place))

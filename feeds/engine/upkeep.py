"""What the clock asks of an engine: ages, minutes, hours, history, retention. Each in its time, none for long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.scope import NATION
from feeds.compute.figures import looks_at
from feeds.compute.health_figures import HEALTH
from feeds.compute.workdays import add as after_workdays
from feeds.store.history import Left

if TYPE_CHECKING:
    from feeds.engine.engine import Engine

SECOND, MINUTE_MS = 1_000, 60_000
BUSY_SHARE = 0.9  # of the time between two ticks is for them and history together
CROWDED_SHARE = 0.05  # for history in any case
ROLL_UP_MS = 500
SQL_S = 0.005  # until SQL is looked at again while much is owed
RECALL_MS = DAY_MS  # how far back sparks reach


class Upkeep:
    """The chores of one engine."""

    def __init__(self, engine: Engine, places: tuple[str, ...]) -> None:
        self._engine = engine
        self._places = places
        self._done: dict[str, int] = {}
        self._said_left: Left | None = None
        self._fresh: int | None = None  # since when, in a world where nobody had spoken yet
        self._health = [i for i in engine.catalogue.indicators.values() if looks_at(i) == "health"]

    def run(self, now: int, begun: float) -> None:
        """Do what is due; `begun` is when the tick began, so that a busy one is not made longer."""
        self._every("parts", SECOND // 2, now, lambda: self._engine.ingest.find_parts())
        self._every("age", SECOND, now, lambda: self._age(now))
        self._every("lost", SECOND, now, lambda: self._lost(now))
        self._every("feeds", 2 * SECOND, now, lambda: self._engine.screens.tell_feeds(now))
        self._every("trim", 5 * SECOND, now, self._trim)
        self._every("rejected", 5 * SECOND, now, lambda: self._engine.quality.read_refused(now))
        self._every("left", 2 * SECOND, now, self._left)
        self._engine.quality.look(now)
        self._every("sources", 60 * SECOND, now, lambda: self._engine.quality.write_sources(now))
        self._every("health", 15 * SECOND, now, lambda: self._feeds(now))
        self._every("communes", 30 * SECOND, now, lambda: self._communes(now))
        self._on_the("minute", MINUTE_MS, now, lambda: self._minute(now))
        self._on_the("hour", HOUR_MS, now, lambda: self._hour(now))
        self._engine.keeper.catch_up()
        self.history(now, begun)

    def recall(self, now: int) -> None:
        """What the last aggregator knew: the sparks and the alerts."""
        engine = self._engine
        self._fresh = None if any(feed.partitions for feed in engine.feeds.values()) else now
        self._draw_sparks(list(engine.catalogue.indicators), now)
        engine.sparks.advance(now)
        engine.stores.alerts.begin(now)
        engine.quality.conducts.listened(engine.stores.alerts.watched_since(NATION) or now)
        engine.alarms.remember(engine.stores.alerts.active(NATION, NATION_KEY), now)
        engine.usual.take(engine.usual.load(engine.stores.history, now))
        self._done["hour"], self._done["minute"] = now // HOUR_MS, now // MINUTE_MS

    def follow(self, before: Upkeep, fresh: list[str], now: int) -> None:
        """Go on with the chores of `before`; of `fresh` indicators recall what history knows."""
        self._done, self._said_left, self._fresh = before._done, before._said_left, before._fresh
        self._draw_sparks(fresh, now)
        if self._engine.usual.asks(fresh):
            self._load_usual(now)

    def _draw_sparks(self, codes: list[str], now: int) -> None:
        engine = self._engine
        found = engine.stores.history.many(NATION, self._places, codes, now - RECALL_MS, now, "hour") if codes else {}
        for (place, code), series in found.items():
            for t, v in zip(series.t, series.v, strict=True):
                engine.sparks.put_hour(place, code, t, v)

    def _load_usual(self, now: int) -> None:
        engine = self._engine
        engine.writer.give(lambda: engine.usual.load(engine.stores.history, now), engine.usual.take, lambda error: None)

    def _every(self, what: str, ms: int, now: int, act: Callable[[], object]) -> None:
        """`act` when `ms` have passed since it was last done; a clock that was set back does not stop it."""
        if not 0 <= now - self._done.get(what, -ms) < ms:
            self._done[what] = now
            act()

    def _on_the(self, what: str, ms: int, now: int, act: Callable[[], object]) -> None:
        """`act` once in each new minute or hour."""
        if self._done.get(what) != now // ms:
            self._done[what] = now // ms
            act()

    def _age(self, now: int) -> None:
        engine = self._engine
        moved = engine.board.age(self._places, now)
        engine.alarms.watch([*moved, *engine.alarms.waiting()], now)

    def _communes(self, now: int) -> None:
        self._engine.board.age([place for place in self._engine.board.entries if "/" in place], now)

    def _lost(self, now: int) -> None:
        """A volatile Redis that was restarted gets everything again."""
        if self._engine.publisher.lost():
            self._engine.publisher.publish(self._engine.screens.everything(now))

    def _trim(self) -> None:
        self._engine.keeper.trim(p for feed in self._engine.feeds.values() for p in feed.partitions.values())

    def _left(self) -> None:
        """Whoever asks for hours that are not there yet is told so."""
        engine = self._engine
        behind = engine.ingest.behind or engine.ingest.sql_behind
        left: Left = "all" if behind else engine.chronicle.left
        if left != self._said_left and engine.writer.give(lambda: engine.stores.history.note_writing(left)):
            self._said_left = left

    def _feeds(self, now: int) -> None:
        """Figures about the feeds themselves."""
        engine = self._engine
        for place in self._places:
            below = [p for p in self._places if p != NATION_KEY] if place == NATION_KEY else []
            conflicts = engine.board.conflicts([place, *below])
            view = engine.quality.view(place, now, conflicts, engine.chronicle.revisions(now))
            for indicator in self._health:
                engine.board.put(place, indicator.code, HEALTH[indicator.compute.fn](view, indicator.compute.args))

    def _minute(self, now: int) -> None:
        engine = self._engine
        engine.sparks.advance(now)
        if self._tells_minutes(now):
            engine.chronicle.minute(now)
        for record in engine.records.values():
            if record.standing.advance(now, after_workdays(now, 1)):
                engine.figures.touch_everywhere(record.state.code)

    def _tells_minutes(self, now: int) -> bool:
        """False in the first minutes of a world, whose figures are of the few stations that have spoken: until it has
        lived through a whole one, and a past that it was told is written."""
        if self._fresh is not None and now - MINUTE_MS >= self._fresh and not self._engine.chronicle.owes:
            self._fresh = None
        return self._fresh is None

    def _hour(self, now: int) -> None:
        engine = self._engine
        for feed in engine.feeds.values():
            feed.roll_over(now)
        for state, station in engine.directory.turn():
            engine.figures.touch_station(state.code, station)
        self._load_usual(now)
        engine.writer.give(lambda: self._retain(now), failed=lambda error: None)

    def _retain(self, now: int) -> None:
        """Forget what has been kept long enough."""
        self._engine.stores.retain(now, [record.state.code for record in self._engine.records.values()])
        for record in self._engine.records.values():
            record.retain(now)

    def history(self, now: int, begun: float) -> None:
        """History takes what a tick leaves over, little while a backlog is worked off, of records nothing before theirs
        is, and nothing when another engine is about to follow."""
        engine = self._engine
        if engine.ends:
            return
        self._every("roll up", ROLL_UP_MS, now, engine.ingest.roll_up)  # who has come to rest is seen before the tick
        behind, sql_behind, tick = engine.ingest.behind, engine.ingest.sql_behind, engine.screens.tick_ms / 1000
        ends = begun + tick * BUSY_SHARE
        until = time.thread_time() + max(0 if behind else ends - time.monotonic(), tick * CROWDED_SHARE)
        while time.thread_time() < until:
            if engine.chronicle.step(now, not sql_behind, not behind and not sql_behind):
                continue
            if behind or not engine.chronicle.owes or not engine.chronicle.waits or time.monotonic() > ends:
                break
            time.sleep(SQL_S)
            engine.writer.poll()

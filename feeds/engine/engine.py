"""One aggregator under one epoch, put together: state, figures, frames, history. What it does when is in `step`."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import redis

from feeds.catalogue.clock import Clock
from feeds.catalogue.flood_levels import FloodLevels
from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY, Places
from feeds.catalogue.scope import NATION
from feeds.compute.standing import Standing
from feeds.compute.workdays import add as after_workdays
from feeds.engine.alarms import Alarms
from feeds.engine.archive import Keeper
from feeds.engine.board import Board
from feeds.engine.checkpoint import Checkpoints
from feeds.engine.chronicle import Chronicle
from feeds.engine.directory import Directory
from feeds.engine.entity_frames import EntityFrames
from feeds.engine.evaluate import FeedFigures
from feeds.engine.feed import FeedState
from feeds.engine.figures import Figures
from feeds.engine.health import Health
from feeds.engine.heir import NOTHING, left
from feeds.engine.ingest import Ingest
from feeds.engine.judge import Judge
from feeds.engine.posts import Posts
from feeds.engine.publish import Publisher
from feeds.engine.quality import Quality
from feeds.engine.reader import Reader
from feeds.engine.records import RecordFeed
from feeds.engine.screens import BACKLOG_TICK_MS, SLOW_TICK_MS, TICK_MS, Screens
from feeds.engine.spark import Sparks
from feeds.engine.stores import Stores
from feeds.engine.upkeep import BUSY_SHARE, Upkeep
from feeds.engine.usual import Usual
from feeds.engine.where import Where
from feeds.engine.writer import SqlWriter

BUDGET_S = 0.1  # for figures in one tick
BACKLOG_BUDGET_S = 0.03  # while what is computed now will be touched again soon
BUSY_S = 0.15  # a tick that takes longer slows the ticks down
BEHIND = 2_000  # stations and places that wait to be computed: also slow
WAIT_MS = 100
SQL_WAIT_MS = 20  # while SQL is at work: what it has done is not waited for longer
GATHER_S = 0.08  # between two reads while little comes
LAST_S = 0.01  # before a tick it is read once more


class Engine:
    """Everything one aggregator holds. Make it, `start` it, then call `step` until it is told to `stop`."""

    def __init__(
        self,
        catalogue: Catalogue,
        places: Places,
        durable: redis.Redis,
        volatile: redis.Redis,
        stores: Stores,
        keys: Keys,
        clock: Clock,
        epoch: int,
        before: Engine | None = None,
    ) -> None:
        """`before`: the engine of this process that this one is to `follow`; what it leaves is not made again."""
        self._clock, self.epoch, self.catalogue, self.stores = clock, epoch, catalogue, stores
        now = clock.now_ms()
        where = Where(places)
        self._left = left(before.catalogue, catalogue) if before else NOTHING
        kept = {code: before.feeds[code] for code in self._left.feeds} if before else {}
        self.feeds: dict[str, FeedState] = {
            code: kept.get(code) or FeedState(catalogue, feed, where, now) for code, feed in catalogue.feeds.items()
        }
        self.records = {
            code: RecordFeed(catalogue, feed, stores.records, stores.tallies)
            for code, feed in self.feeds.items()
            if feed.feed.kind == "records"
        }
        self.directory = Directory(self.feeds, clock, FloodLevels.load())
        self.usual = Usual(catalogue, (NATION_KEY, *places.units))
        self.judge = Judge(self._value, self.usual.of, self.directory.fields)
        self.board = Board(catalogue, self.judge)
        self.alarms = Alarms(catalogue, places, self.board)
        self.sparks: Sparks = before.sparks if before else Sparks()
        self.health = Health(self.feeds)
        self.posts = {code: Posts(feed) for code, feed in self.feeds.items() if feed.feed.kind == "social"}
        self.entities = frames = EntityFrames(catalogue, self.directory, self.judge)
        self._evaluators = {code: self._evaluator(feed) for code, feed in self.feeds.items()}
        self.figures = Figures(self._evaluators, frames)
        self.writer = SqlWriter()
        self.quality = Quality(catalogue, self.feeds, self.health, stores, self.writer)
        self.checkpoints = Checkpoints(durable, keys, epoch)
        self.reader = Reader(durable, keys)
        self.keeper = Keeper(durable, keys, stores.archive, self.writer, epoch)
        self.ingest = Ingest(
            self.feeds, self.records, self.reader, self.checkpoints, self.keeper, self.writer, self.directory,
            stores.entities, frames, self.figures, self.posts,
        )  # fmt: skip
        self.chronicle = Chronicle(
            catalogue, self.feeds, self.board, self.sparks, stores.history, self.writer, self._standing,
            self.ingest.is_read, epoch,
        )  # fmt: skip
        self.publisher = Publisher(volatile, keys, epoch)
        self.screens = Screens(
            keys.world, epoch, catalogue, places, self.board, self.alarms, frames, self.sparks, self._shown_health,
            self._heard(),
        )  # fmt: skip
        self.upkeep = Upkeep(self, (NATION_KEY, *places.units))
        self.ends = False  # another one is about to follow: nothing long is begun
        self._begun = self._due = 0.0  # when the last tick began, and when the next may be
        self._version = 0

    def start(self) -> None:
        """Load the last checkpoint of everything, and publish every scope."""
        now = self._clock.now_ms()
        self._load(self.feeds, now)
        self.quality.conducts.begin()
        self.directory.take(self.stores.entities.all(NATION))
        self.upkeep.recall(now)
        self.figures.everything(now + 1, self.feeds)
        self.figures.work(now + 1, 3600)
        self._judge(now)
        self.publisher.publish(self.screens.everything(now))

    def follow(self, before: Engine) -> None:
        """Begin where `before` has stopped, instead of `start`: load and compute what its catalogue did not know or
        knew otherwise, and nothing else. The frames of this epoch follow with the ticks, not all with one."""
        now = self._clock.now_ms()
        feeds, codes = self._left
        changed = [code for code in self.feeds if code not in feeds]
        fresh = [code for code in changed if code not in self.records]
        self._inherit(before, now)
        for code in changed:
            if code in self.records:
                self._load_aside(code)
        self._load(fresh, now)
        self.directory.follow(before.directory, changed)
        self.upkeep.follow(before.upkeep, [code for code in self.catalogue.indicators if code not in codes], now)
        self.figures.everything(now + 1, fresh)
        self.figures.work(now + 1, BUDGET_S)
        self._judge(now)
        self.screens.follow(before.screens, codes)

    def _inherit(self, before: Engine, now: int) -> None:
        """Everything that goes on as it is."""
        feeds, codes = self._left
        for code in feeds:
            self._evaluators[code].follow(before._evaluators[code])
            if code in self.records:
                self.records[code].standing = before.records[code].standing
            if code in self.posts:
                self.posts[code].follow(before.posts[code])
        self.board.follow(before.board, codes)
        self.alarms.follow(before.alarms, codes, now)
        self.ingest.follow(before.ingest)
        self.entities.follow(before.entities, feeds)
        self.figures.follow(before.figures, feeds)
        self.keeper.follow(before.keeper, feeds)
        self.usual.follow(before.usual, codes)
        self.quality.follow(before.quality)
        self.chronicle.follow(before.chronicle, feeds)

    def _load(self, feeds: Iterable[str], now: int) -> None:
        """Put feeds back as their checkpoints left them."""
        self.ingest.find_parts()
        for code in feeds:
            self.feeds[code].roll_over(now)
            if code in self.records:
                self.records[code].load(now)
                self.records[code].standing.advance(now, after_workdays(now, 1))

    def _load_aside(self, code: str) -> None:
        """Load a record feed, which may mean to count all its records anew, on the writer's thread: of many records it
        takes long. Until then nothing of the feed is read or told, and everything else goes on."""
        self.ingest.wait(code)

        def loaded(_: object) -> None:
            now = self._clock.now_ms()
            self.ingest.go_on(code)
            self.feeds[code].roll_over(now)
            self.records[code].standing.advance(now, after_workdays(now, 1))
            self.figures.everything(now + 1, [code])

        now = self._clock.now_ms()
        self.feeds[code].roll_over(now)
        self.writer.give(lambda: self.records[code].load(now), loaded)

    def step(self) -> None:
        """Read until something has come and its tick is due, or nothing has come for a tick; then make the tick.

        While history has work it is not waited for what may come, beyond the share of a tick that is for reading.
        """
        self.ingest.now = self._clock.now_ms()
        now = time.monotonic()
        idle = max(self._due, now + 0.001) if self._writes_history else now + TICK_MS / 1000
        came = False
        while (left := (self._due if came else idle) - time.monotonic()) > 0:
            wait = WAIT_MS if self.ingest.sql_rests and self.chronicle.written else SQL_WAIT_MS
            came = bool(self.ingest.read(min(round(left * 1000), wait))) or came
            if self._ticks_rarely and self.writer.poll():
                self._save(self._in_sql)  # what SQL has done may be read on: it need not wait for the tick
            if self.chronicle.hurries or self.ingest.behind:
                self.upkeep.history(self._clock.now_ms(), self._begun)
            if came and self.reader.calm:  # little comes, and nothing is told before the tick: more is read at once
                time.sleep(max(0.0, min(GATHER_S, self._due - time.monotonic() - LAST_S)))
        self.tick()

    def stop(self) -> None:
        """Checkpoint what was read, finish what SQL was given, and hold nothing any more."""
        self.chronicle.end()
        self.keeper.flush(self._clock.now_ms(), everything=True)
        self.writer.finish()
        self._save(self.feeds.values())

    def abandon(self) -> None:
        """End without writing anything: somebody else has taken over, or memory and Redis may differ."""
        self.chronicle.ahead.end()
        self.writer.abandon()

    def tick(self) -> None:
        """Bring everything up to date with what was read: checkpoint, figures, alerts, frames, chores."""
        now, begun = self._clock.now_ms(), time.monotonic()
        self._begun = begun
        self.writer.poll()
        self._save(self.feeds.values())
        self.keeper.flush(now)
        budget = BACKLOG_BUDGET_S if self._ticks_rarely else BUDGET_S
        self.figures.work(now + 1, budget)  # what was observed this very millisecond counts
        self._judge(now)
        self.screens.collect()
        self.publisher.publish(self.screens.due(now))
        self._store_alerts()
        self.upkeep.run(now, begun)
        self._pace(begun)

    def _save(self, feeds: Iterable[FeedState]) -> None:
        """Checkpoint what was read of these."""
        self.ingest.roll_up(feeds)
        self.checkpoints.save(feeds)

    def _judge(self, now: int) -> None:
        """Draw the conclusions of what was computed: age, severity, alerts."""
        self.alarms.watch(self.board.settle(now), now)

    def _store_alerts(self) -> None:
        changed = list(self.alarms.changed.values())
        if not changed:
            return
        self._version += 1
        version = self._version
        if self.writer.give(lambda: self.stores.alerts.upsert(changed, self.epoch, version)):
            self.alarms.changed.clear()

    def _pace(self, begun: float) -> None:
        """When ticks take long, make fewer of them, fewer still while there is a backlog, of events or of history; the
        frames say so."""
        now = time.monotonic()
        slow = now - begun > BUSY_S or self.figures.behind > BEHIND
        backlog = self.ingest.behind or self.ingest.sql_behind or self.chronicle.owes
        self.screens.tick_ms = BACKLOG_TICK_MS if backlog else SLOW_TICK_MS if slow else TICK_MS
        tick = self.screens.tick_ms / 1000
        self._due = now + (max(tick - (now - begun), tick * (1 - BUSY_SHARE)) if self._writes_history else tick)

    def _heard(self) -> dict[str, Posts]:
        """The posts of each domain that hears some."""
        domains = self.catalogue.domains.values()
        return {d.code: self.posts[f.code] for d in domains for f in d.feeds if f.code in self.posts}

    @property
    def _in_sql(self) -> list[FeedState]:
        return [feed for feed in self.feeds.values() if feed.in_sql]

    @property
    def _ticks_rarely(self) -> bool:
        return self.screens.tick_ms == BACKLOG_TICK_MS

    @property
    def _writes_history(self) -> bool:
        return self.chronicle.busy and not self.ingest.behind

    def _evaluator(self, feed: FeedState) -> FeedFigures:
        return FeedFigures(self.catalogue, feed, self._standing(feed.code), self.board.put, self.board.figure)

    def _standing(self, feed: str) -> Standing | None:
        return self.records[feed].standing if feed in self.records else None

    def _value(self, place: str, code: str) -> float | None:
        figure = self.board.figure(place, code)
        return figure.v if figure else None

    def _shown_health(self, place: str) -> dict[str, dict[str, Any]]:
        return self.health.shown(place, self._clock.now_ms())

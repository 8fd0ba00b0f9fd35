"""A small catalogue, real places, and an engine's core on a real Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis

from feeds.catalogue.clock import TickClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue, Compute, Domain, Feed, Indicator, Measure, Parameter
from feeds.catalogue.places import Places
from feeds.catalogue.settings import Settings
from feeds.engine.checkpoint import Checkpoints
from feeds.engine.feed import FeedState
from feeds.engine.reader import Reader
from feeds.engine.take import take
from feeds.engine.where import Where
from feeds.intake.event import Event, decode_batch, encode
from feeds.store.database import open_database

if TYPE_CHECKING:
    from tests.engine.rig import Rig

PLACES = Path(__file__).resolve().parents[2] / "data" / "places"


def indicator(code: str, fn: str, rollup: str = "mean", feed: str = "air", **more: object) -> Indicator:
    args = more.pop("args", {})
    return Indicator(
        code=code, domain=feed, vi=code, en=code, unit="–", direction="down", cadence=300, feed=feed,
        formula_vi="f", formula_en="f", compute=Compute(fn=fn, args=args), rollup=rollup, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def small_catalogue() -> Catalogue:
    """Three feeds with a handful of indicators."""
    air = Feed(code="air", vi="Không khí", en="Air", kind="readings", owner="sở", cadence=300, parameters=["pm25"])
    social = Feed(
        code="social", vi="MXH", en="Social", kind="social", owner="sở", cadence=900, partition="province",
        measures={"mentions": Measure(by="topic"), "negative": Measure(where={"tone": "negative"})},
    )  # fmt: skip
    indicators = [
        indicator("pm", "latest", "worst", args={"param": "pm25"}),
        indicator("pm_day", "mean", "worst", args={"param": "pm25", "hours": 24, "min_hours": 1}),
        indicator("valid", "count", "sum", args={"measure": "valid", "window": "day"}),
        indicator("talk", "count", "sum", "social", args={"measure": "mentions", "window": "hour"}),
    ]
    parameters = {"pm25": Parameter(code="pm25", vi="Bụi", en="Dust", unit="µg/m³")}
    domains = {
        feed.code: Domain(code=feed.code, vi=feed.vi, en=feed.en, feeds=[feed],
                          indicators=[i for i in indicators if i.feed == feed.code])
        for feed in (air, social)
    }  # fmt: skip
    return Catalogue(
        domains=domains, feeds={"air": air, "social": social}, indicators={i.code: i for i in indicators},
        parameters=parameters, order=[i.code for i in indicators],
    )  # fmt: skip


@pytest.fixture(scope="session")
def places() -> Places:
    return Places.load(PLACES)


@pytest.fixture(scope="session")
def where(places: Places) -> Where:
    return Where(places)


class Core:
    """The exactly-once core of one aggregator, without figures: reads, takes, checkpoints."""

    def __init__(self, durable: redis.Redis, catalogue: Catalogue, where: Where, now: int, epoch: int) -> None:
        self.keys = Keys("sim")
        self.feeds = {code: FeedState(catalogue, feed, where, now) for code, feed in catalogue.feeds.items()}
        self.reader = Reader(durable, self.keys)
        self.checkpoints = Checkpoints(durable, self.keys, epoch)
        self.now = now
        self.load()

    def load(self) -> None:
        self.checkpoints.load(self.feeds.values(), self.reader.parts())
        for feed in self.feeds.values():
            feed.roll_over(self.now)

    def read(self) -> int:
        """Take what is there; returns how many events."""
        new = [(feed, part) for feed, part in self.reader.parts() if part not in self.feeds[feed].partitions]
        self.checkpoints.load(self.feeds.values(), new)
        parts = [part for feed in self.feeds.values() for part in feed.partitions.values()]
        count = 0
        for batch in self.reader.read(parts, 1):
            feed = self.feeds[batch.part.feed]
            for _, packed in batch.entries:
                events = decode_batch(packed)
                count += len(events)
                take(feed, batch.part, events)
            batch.part.pos = batch.last
        return count

    def save(self) -> int:
        for feed in self.feeds.values():
            for part in feed.partitions.values():
                feed.roll_up(part)
                part.late.clear()  # as if history had been written
        return self.checkpoints.save(self.feeds.values())

    def drain(self) -> None:
        while self.read():
            self.save()
        self.save()


@pytest.fixture
def core(durable: redis.Redis, where: Where, clock: TickClock) -> Callable[[int], Core]:
    return lambda epoch: Core(durable, small_catalogue(), where, clock.now_ms(), epoch)


@pytest.fixture
def post(durable: redis.Redis) -> Callable[[list[Event]], None]:
    """As the door does after validation: one entry for each partition, registered."""

    def post(events: list[Event]) -> None:
        groups: dict[tuple[str, str], list[Event]] = {}
        for event in events:
            unit = event.place.partition(":")[2][:2] or "vn"
            groups.setdefault((event.feed, unit), []).append(event)
        keys = Keys("sim")
        pipe = durable.pipeline()
        for (feed, part), batch in groups.items():
            pipe.sadd(keys.parts(), f"{feed}:{part}")
            pipe.xadd(keys.stream(feed, part), {"b": encode(batch), "n": len(batch)})
        pipe.execute()

    return post


def reading(
    at: int, value: float = 10.0, seq: int | None = None, place: str = "2025:01/00004", **more: object
) -> Event:
    said: dict[str, object] = {
        "feed": "air",
        "source": "hn",
        "entity": "HN-1",
        "received": at,
        "values": {"pm25": value},
    }
    return Event(seq=seq, place=place, at=at, **{**said, **more})  # type: ignore[arg-type]


@pytest.fixture
def rig(places: Places, durable: redis.Redis, volatile: redis.Redis, tmp_path: Path, clock: TickClock) -> Iterator[Rig]:
    """Engines over one database of the test's own; they are ended with it."""
    from tests.engine.rig import Rig

    database = open_database(Settings(var=tmp_path))
    rig = Rig(places, durable, volatile, database, clock)
    yield rig
    for engine in rig.engines:
        engine.abandon()
    database.close()

"""A whole engine on a small catalogue, real Redis and SQLite, with a clock that is ticked: what most tests here use."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import redis

from feeds.catalogue.clock import HOUR_MS, TickClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue, CrossCheck, Domain, Feed, Indicator, Measure, Threshold
from feeds.catalogue.places import Places
from feeds.engine.engine import Engine
from feeds.engine.stores import Stores
from feeds.intake.event import Event, Record, encode
from feeds.store.database import Database
from tests.conftest import PATIENCE
from tests.engine.conftest import indicator

KEYS = Keys("sim")
OURS = "thiết kế"


def feeds() -> list[Feed]:
    """Readings of two sources, cameras, posts, dossiers, and the list of entities."""
    air = Feed(
        code="air", vi="Khí", en="Air", kind="readings", owner="Sở", cadence=300, lag=60, parameters=["pm25", "count"],
        entity_fields=["bd1"],
    )  # fmt: skip
    probe = Feed(code="probe", vi="Đo", en="Probe", kind="readings", owner="Viện", cadence=300, parameters=["pm25"])
    cameras = Feed(
        code="cameras", vi="Camera", en="Cameras", kind="cameras", owner="CA", cadence=60, lag=30,
        parameters=["online", "wait"], fields=["state"], measures={"waits": Measure(value="wait")},
    )  # fmt: skip
    social = Feed(
        code="social", vi="Tin", en="Posts", kind="social", owner="Báo", cadence=900, fields=["topic", "tone", "text"],
        measures={"mentions": Measure(by="topic"), "negative": Measure(where={"tone": "negative"})},
    )  # fmt: skip
    dossiers = Feed(
        code="dossiers", vi="Hồ sơ", en="Dossiers", kind="records", owner="TTHCC", cadence=300, types=["dossier"],
        states=["received", "finished"], closed=["finished"], times=["received", "due", "finished"], derive="dossier",
        fields=["channel", "on_time", "working_days", "waited_ms"],
        measures={
            "received": Measure(at="received"),
            "online": Measure(at="received", where={"channel": "online"}),
            "finished": Measure(at="finished"),
            "finished_on_time": Measure(at="finished", where={"on_time": True}),
        },
    )  # fmt: skip
    entities = Feed(code="entities", vi="Danh mục", en="Entities", kind="entities", owner="IOC", cadence=86_400)
    return [air, probe, cameras, social, dossiers, entities]


def indicators() -> list[Indicator]:
    """One figure of every kind."""
    limits = [
        Threshold(kind="absolute", level=3, above=50, hold=60, hysteresis=5, source=OURS),
        Threshold(kind="absolute", level=2, above=100, hold=60, hysteresis=5, source=OURS),
    ]
    return [
        indicator("pm", "latest", "worst", args={"param": "pm25"}, thresholds=limits,
                  crosscheck=CrossCheck(indicator="pm_probe", tolerance=10)),
        indicator("pm_probe", "latest", "worst", "probe", args={"param": "pm25"}, second=True),
        indicator("pm_mean", "mean", "mean", args={"param": "pm25", "hours": 24, "min_hours": 1}),
        indicator("valid_day", "count", "sum", basis="Quyết định 1", args={"measure": "valid", "window": "day"}),
        indicator("passed", "total", "sum", args={"param": "count", "window": "hour"}),
        indicator("cams", "entities", "sum", "cameras"),
        indicator("cams_on", "entities_share", "pooled", "cameras", args={"param": "online", "op": ">=", "value": 1}),
        indicator("cams_off", "entities", "sum", "cameras",
                  args={"param": "online", "op": "<", "value": 1, "for": 1800}),
        indicator("wait", "median", "pooled", "cameras", args={"measure": "waits", "window": "24h"}),
        indicator("talk", "count", "sum", "social", args={"measure": "mentions", "window": "hour"}),
        indicator("bad_talk", "ratio", "pooled", "social",
                  args={"num": "negative", "den": "mentions", "window": "24h"}),
        indicator("received", "count", "sum", "dossiers", args={"measure": "received", "window": "day"}),
        indicator("open", "records_open", "sum", "dossiers", args={"when": "all", "where": {"type": "dossier"}}),
        indicator("overdue", "records_open", "sum", "dossiers", args={"when": "overdue", "where": {"type": "dossier"}}),
        indicator("ontime", "ontime_rate", "pooled", "dossiers",
                  args={"num": "finished_on_time", "den": "finished", "window": "month", "where": {"type": "dossier"}}),
        indicator("alive", "feeds_live", "pooled", ""),
    ]  # fmt: skip


MEMBERS = {
    "air": ["air", "probe"], "cameras": ["cameras"], "social": ["social"], "dossiers": ["dossiers"],
    "data": ["entities"],
}  # fmt: skip


def catalogue() -> Catalogue:
    """All of it, by domain."""
    declared = {feed.code: feed for feed in feeds()}
    domains = {
        code: Domain(
            code=code, vi=code, en=code, feeds=[declared[feed] for feed in members],
            indicators=[i for i in indicators() if i.feed in members or (code == "data" and not i.feed)],
        )
        for code, members in MEMBERS.items()
    }  # fmt: skip
    named = {i.code: msgspec.structs.replace(i, domain=d.code) for d in domains.values() for i in d.indicators}
    return Catalogue(domains=domains, feeds=declared, indicators=named, parameters={}, order=list(named))


class Rig:
    """One engine after another over the same Redis and database."""

    def __init__(
        self, places: Places, durable: redis.Redis, volatile: redis.Redis, database: Database, clock: TickClock
    ) -> None:
        self.places, self.durable, self.volatile, self.database, self.clock = places, durable, volatile, database, clock
        self.catalogue = catalogue()
        self.epoch = 0
        self.seq: dict[str, int] = {}
        self.engines: list[Engine] = []

    def engine(self) -> Engine:
        """A new aggregator that has taken over."""
        self.epoch += 1
        stores = Stores.under(self.database, self.epoch)
        engine = Engine(self.catalogue, self.places, self.durable, self.volatile, stores, KEYS, self.clock, self.epoch)
        self.engines.append(engine)
        engine.start()
        return engine

    def follow(self, before: Engine, catalogue: Catalogue) -> Engine:
        """The next aggregator of the same process, under another catalogue."""
        before.stop()
        self.epoch += 1
        stores = Stores.under(self.database, self.epoch)
        engine = Engine(
            catalogue, self.places, self.durable, self.volatile, stores, KEYS, self.clock, self.epoch, before
        )
        self.engines.append(engine)
        engine.follow(before)
        return engine

    def post(self, *events: Event) -> None:
        """As the door leaves accepted events."""
        groups: dict[tuple[str, str], list[Event]] = {}
        for event in events:
            groups.setdefault((event.feed, event.place.partition(":")[2][:2] or "vn"), []).append(event)
        pipe = self.durable.pipeline()
        for (feed, part), batch in groups.items():
            pipe.sadd(KEYS.parts(), f"{feed}:{part}")
            pipe.xadd(KEYS.stream(feed, part), {"b": encode(batch), "n": len(batch)})
        pipe.execute()

    def reading(
        self, entity: str, at: int | None = None, place: str = "2025:01/00004", feed: str = "air", **values: float
    ) -> Event:
        """A numbered reading of one station."""
        at = self.clock.ms if at is None else at
        return Event(feed, "src", self.number("src" + feed), place, entity, at, at, values)

    def dossier(self, id: str, state: str, place: str = "2025:01/00004", at: int | None = None, **more: Any) -> Event:
        """A numbered event of one dossier; times in hours from now, other words are fields."""
        at = self.clock.ms if at is None else at
        names = {"received", "due", "finished"}
        times = {name: self.clock.ms + round(hours * HOUR_MS) for name, hours in more.items() if name in names}
        fields = {name: value for name, value in more.items() if name not in names}
        record = Record(id, "dossier", state, times, fields)
        return Event("dossiers", "mc", self.number("mc"), place, None, at, at, record=record)

    def number(self, source: str) -> int:
        """The next number of a source."""
        self.seq[source] = self.seq.get(source, 0) + 1
        return self.seq[source]

    def snapshot(self, scope: str) -> dict[str, Any]:
        """What stands in the volatile Redis."""
        body: Any = self.volatile.hget(KEYS.snapshot(scope), "json")
        return msgspec.json.decode(body, type=dict[str, Any])

    def figure(self, code: str, scope: str = "vn") -> dict[str, Any]:
        """One figure of a snapshot."""
        return self.snapshot(scope)["indicators"][code]


def settle(rig: Rig, engine: Engine, seconds: float = 10) -> None:
    """Read to the end, let SQL finish, and bring everything up to date; a tick's time passes on the clock."""
    deadline = time.monotonic() + seconds * PATIENCE
    engine.ingest.find_parts()
    quiet = False
    while not quiet:
        assert time.monotonic() < deadline, "the engine does not come to rest"
        read = engine.ingest.read(1)
        while not engine.writer.idle:
            engine.writer.poll()
            time.sleep(0.001)
        engine.tick()
        quiet = not read and engine.writer.idle
    rig.clock.tick(0.2)
    engine.tick()


def tick(rig: Rig, engine: Engine, seconds: float) -> None:
    """Let time pass in one leap, and the engine notice it."""
    rig.clock.tick(seconds)
    settle(rig, engine)

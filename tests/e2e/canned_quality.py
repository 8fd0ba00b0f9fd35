"""Refused messages of the canned country: judged by the real door, kept in the real tables; Redis is not there."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import redis

import callbacks
from feeds.catalogue.clock import HOUR_MS, Clock, SystemClock, TickClock, iso
from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION
from feeds.intake.door import Door
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator
from feeds.serve.mending import Mending
from feeds.serve.modules import ModuleReader
from feeds.serve.refusals import RefusalReader
from feeds.serve.source_reader import SourceReader
from feeds.store.audit import Audit
from feeds.store.audit_head import Head
from feeds.store.modules import Modules
from feeds.store.quarantine import Quarantine
from feeds.store.source_quality import SourceQualities, SourceQuality
from layouts.site import Site
from tests.e2e.canned_records import Desk

MESSAGES = 260
PERSON = "Nguyễn Thị Bưởi"
Sent = dict[str, Any]


def behind(site: Site, desk: Desk | None, snapshot: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """What pages read and do, as `callbacks.register` takes it."""
    clock = SystemClock()
    if desk is None:
        return {"clock": clock}
    database = desk.database
    quarantine = Quarantine(database)
    if not quarantine.page(NATION, limit=1):
        fill(site, quarantine, clock.now_ms())
        SourceQualities(database).put(list(sources_of(site, clock.now_ms())))
    audit = Audit(database, b"k" * 32, Head(Path(str(database.engine.url.database)).parent, "sim"))
    mending = Mending(database, site.catalogue, clock, lambda: door(site, quarantine, clock), audit)
    sources = SourceReader(site.catalogue, database, clock, lambda scope, place: snapshot(scope.check(place)))
    refused = callbacks.QualityDesk(RefusalReader(site.catalogue, database, clock), sources, mending, lambda: NATION)
    modules = ModuleReader(Modules(database), Path("modules"))
    return {
        "clock": clock,
        "evidence": desk.evidence,
        "refused": refused,
        "modules": modules,
        "alerts": lambda scope: alerts(snapshot("vn")),
    }


def alerts(vn: Sent) -> list[dict[str, Any]]:
    """The alerts of a snapshot as readers give them."""
    times = [int(datetime.fromisoformat(alert["since"]).timestamp() * 1000) for alert in vn["alerts"]]
    return [{"entity": None, **alert, "since": at} for alert, at in zip(vn["alerts"], times, strict=True)]


def sources_of(site: Site, now: int) -> Iterator[SourceQuality]:
    """A source of three feeds in each unit; some of them behave oddly."""
    luck = random.Random(4)
    for n, unit in enumerate(site.places.units):
        for feed in ("air", "water", "dossiers"):
            late = now - (9_000_000 if n % 11 == 3 else 30_000)
            stuck = {f"{unit}-KK-1": ["pm25", "so2"]} if feed == "air" and n % 9 == 2 else {}
            lost = {"nh4_n": 2} if feed == "water" and n % 13 == 5 else {}
            yield SourceQuality(
                feed=feed, source=f"so-nnmt-{unit}", unit=unit, accepted=luck.randint(900, 90_000),
                duplicates=luck.randint(0, 200), missing=luck.choice([0, 0, 0, 4]), at=late - 20_000, received=late,
                stations=4, stuck=stuck, lost=lost, found={"PM_MIN": 2} if lost else {},
            )  # fmt: skip


def door(site: Site, quarantine: Quarantine, clock: Clock) -> Door:
    """A door that judges, and cannot deliver."""
    away = redis.Redis(unix_socket_path="/nonexistent", socket_connect_timeout=0.1)
    validator = Validator(site.catalogue, site.places, clock, Listening.load(site.places))
    return Door(validator, Keys("sim"), away, away, quarantine)


def fill(site: Site, quarantine: Quarantine, now: int) -> None:
    """Three days of faults, more of them lately."""
    luck, clock = random.Random(11), TickClock(now)
    judge = door(site, quarantine, clock)
    units = list(site.places.units)
    found = []
    for n in range(MESSAGES):
        received = now - int(luck.expovariate(1 / 14) * HOUR_MS) % (70 * HOUR_MS)
        feed, said = faulty(n, units[min(33, int(luck.expovariate(0.3)))], received, luck)
        raw = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
        batch = judge.sort(feed, [raw], "http", received)
        found += judge.refused(feed, [raw], batch, "http", received)
    quarantine.put(sorted(found, key=lambda held: held.received))


def faulty(n: int, unit: str, received: int, luck: random.Random) -> tuple[str, Sent | bytes]:
    """A message with one of the faults that real sources have."""
    event = {"source": f"so-nnmt-{unit}", "seq": n, "place": f"2025:{unit}", "entity": f"{unit}-KK-1",
             "at": iso(received - 60_000), "values": {"pm25": round(luck.uniform(10, 90), 1)}}  # fmt: skip
    match n % 7:
        case 0 | 1 | 2:
            return "air", event | {"values": {"PM_MIN": 41.5, "pm10": 60}}
        case 3:
            return "water", event | {"entity": f"{unit}-NM-2", "values": {"ph": 71}}
        case 4:
            return "air", event | {"place": "2025:99"}
        case 5:
            times = {"received": iso(received)}
            record = {"id": f"H36.{unit}-{n}", "type": "dossier", "state": "lost", "times": times, "fields": {}}
            return "dossiers", event | {"values": {}, "record": record, "ho_ten": PERSON, "sdt": "0912345678"}
        case _:
            return "air", json.dumps(event).encode()[:-20] + "\u202e".encode()

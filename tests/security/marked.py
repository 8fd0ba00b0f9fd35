"""A country in which everything bears the mark of its province: whoever reads a foreign mark has seen too much."""

from __future__ import annotations

import json
import re
from typing import Any

import redis

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import TOTALS
from feeds.intake.event import Event, decode_batch, encode
from feeds.intake.frames import Frames
from feeds.store.alerts import Alert, Alerts
from feeds.store.blocks import Archive, Block
from feeds.store.database import Database
from feeds.store.entities import Entities, Entity
from feeds.store.fold import Change
from feeds.store.history import History, Point
from feeds.store.quarantine import Held, Quarantine
from feeds.store.records import Records
from feeds.store.screens import Screen, Screens
from layouts.site import Site
from tests.e2e.canned_records import rules

MARK = re.compile(r"ZZ(\d\d)ZZ|70000(\d\d)\b")
INDICATOR = "adm_ontime_rate"


def mark(unit: str) -> str:
    return f"ZZ{unit}ZZ"


def marks(body: bytes) -> set[str]:
    """The provinces whose marks stand in an answer."""
    return {word or figure for word, figure in MARK.findall(body.decode("utf-8", "replace"))}


def fill(site: Site, database: Database, volatile: redis.Redis, keys: Keys, now: int) -> None:
    """One of everything in each province."""
    units = sorted(site.places.units)
    dossiers = [change for unit in units for change in _dossier(unit, now)]
    Records(database).apply("dossiers", dossiers, rules(site))
    Entities(database).upsert([_entity(feed, unit, now) for unit in units for feed in ("air", "cameras")])
    Archive(database, decode_batch).write([_block(unit, now) for unit in units], epoch=1)
    start = now // HOUR_MS * HOUR_MS
    points = [
        Point(unit, code, step, start - n * HOUR_MS, 7_000_000.0 + int(unit), 1)
        for unit in units
        for code in (INDICATOR, "pm25_24h")
        for step, n in (("hour", 1), ("hour", 2), ("minute", 1))
        if code in site.catalogue.indicators
    ]
    History(database).write(points, 1, 1)  # type: ignore[arg-type]
    Quarantine(database).put([_held(unit, now) for unit in units])
    Alerts(database).upsert([_alert(unit, now) for unit in units], 1, 1)
    frames = Frames(volatile, keys)
    for unit in units:
        Screens(database).add(Screen(name=f"screen-{mark(unit)}", place=unit, made=now))
        frames.put(f"cameras-{mark(unit)}", mark(unit).encode(), now, unit)
        for scope in (unit, *(f"{unit}:{domain}" for domain in site.catalogue.domains)):
            body = json.dumps({"scope": scope, "epoch": 1, "version": 1, "said": mark(unit)})
            volatile.hset(keys.snapshot(scope), mapping={"id": "1-1", "json": body})
    whole = json.dumps({"scope": "vn", "epoch": 1, "version": 1, "said": [mark(unit) for unit in units]})
    volatile.hset(keys.snapshot("vn"), mapping={"id": "1-1", "json": whole})
    totals = json.dumps({"scope": "vn", "epoch": 1, "version": 1, "indicators": {}})
    volatile.hset(keys.snapshot("vn", TOTALS), mapping={"id": "1-1", "json": totals})


def _dossier(unit: str, now: int) -> list[Change]:
    said = {"procedure": mark(unit), "field": mark(unit), "channel": "online"}
    common: dict[str, Any] = {"id": f"H36.{mark(unit)}", "type": "dossier", "source": mark(unit), "unit": unit,
                              "commune": "", "place": f"2025:{unit}", "fields": said}  # fmt: skip
    times = {"received": now - 4 * HOUR_MS, "due": now - 2 * HOUR_MS}
    first = Change(**common, state="received", seq=1, at=now - 4 * HOUR_MS, received=now - 4 * HOUR_MS, times=times)
    finished = {"finished": now - HOUR_MS}
    done = {**common, "id": f"H36.{mark(unit)}-x"}
    ended = Change(**done, state="finished", seq=2, at=now - HOUR_MS, received=now, times={**times, **finished})
    return [first, ended]


def _entity(feed: str, unit: str, now: int) -> Entity:
    return Entity(feed=feed, code=f"{feed}-{mark(unit)}", unit=unit, place=f"2025:{unit}", vi=f"Trạm {mark(unit)}",
                  en=f"Station {mark(unit)}", at=now, lat=16.0, lon=108.0)  # fmt: skip


def _block(unit: str, now: int) -> Block:
    event = Event("air", mark(unit), 1, f"2025:{unit}", f"air-{mark(unit)}", now - 60_000, now - 50_000,
                  {"pm25": 7_000_000.0 + int(unit)})  # fmt: skip
    return Block("air", unit, "1-0", "2-0", event.at, event.at, 1, encode([event]))


def _held(unit: str, now: int) -> Held:
    return Held(feed="air", source=mark(unit), received=now, stage="meaning", code="value_range", reason=mark(unit),
                connector="http", bytes=b'{"said": "%s"}' % mark(unit).encode(), unit=unit)  # fmt: skip


def _alert(unit: str, now: int) -> Alert:
    return Alert(id=f"{unit}:{INDICATOR}", scope=unit, place=unit, place_vi=mark(unit), indicator=INDICATOR, level=2,
                 since=now - HOUR_MS, value=7_000_000.0 + int(unit), limit=1.0, unit="%", source=mark(unit),
                 vi=mark(unit), en=mark(unit))  # fmt: skip

"""Records behind the canned country: the real tables on SQLite, the real readers, made-up dossiers and readings."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from starlette.routing import Route

import callbacks
from feeds.catalogue.clock import DAY_MS, HOUR_MS, SystemClock
from feeds.catalogue.places import Places
from feeds.catalogue.scope import Scope
from feeds.catalogue.settings import Settings
from feeds.compute import dossier
from feeds.intake.event import Event, decode_batch, encode
from feeds.serve.access import Access
from feeds.serve.desk import Desk as Doors
from feeds.serve.evidence import Evidence
from feeds.serve.readers import Readers
from feeds.store.blocks import Archive, Block
from feeds.store.database import Database, open_database
from feeds.store.entities import Entities, Entity
from feeds.store.fold import Change, Row, Rules
from feeds.store.history import History, Point
from feeds.store.records import Records
from layouts.site import Site

UNIT, STATIONS, DOSSIERS = "68", 6, 320
HOSTILE = '=HYPERLINK("x")<img src=x onerror=alert(1)>'
PHONE = "0912345678"
STATES = ("received", "processing", "processing", "supplement", "finished", "returned")


@dataclass(frozen=True)
class Desk:
    """A database of its own and what reads it; it goes with the folder."""

    database: Database
    evidence: Evidence
    folder: tempfile.TemporaryDirectory[str]


def desk(site: Site) -> Desk:
    """Dossiers of one unit, air readings of its stations, two corrections of a figure."""
    folder = tempfile.TemporaryDirectory(prefix="ioc-desk-")
    database = open_database(Settings(var=Path(folder.name)))
    clock = SystemClock()
    now = clock.now_ms()
    communes = site.places.communes_of(UNIT)
    Records(database).apply("dossiers", [*changes(site, now, communes)], rules(site))
    readings(site, database, now, communes)
    history = History(database, clock)
    for version, value in enumerate((96.9, 97.5, 97.3), 1):
        history.write([Point(UNIT, "adm_ontime_rate", "day", now - 2 * DAY_MS, value, 1000 + version)], 1, version)
    return Desk(database, Evidence(site.catalogue, site.places, database, clock), folder)


def doors(site: Site, desk: Desk | None, snapshot: Callable[[str], dict[str, Any]]) -> list[Route]:
    """The real doors of the desk over these records."""
    if desk is None:
        return []
    readers = cast(Readers, Told(site.places, snapshot))
    return Doors(readers, desk.evidence, Access(Settings(demo=True)), callbacks.describer(site)).routes()


@dataclass
class Told:
    """What the origin of a figure reads of snapshots."""

    places: Places
    told: Callable[[str], dict[str, Any]]

    def snapshot(self, scope: Scope, name: str) -> dict[str, Any]:
        return self.told(scope.check(name))


def rules(site: Site) -> Rules:
    feed = site.catalogue.feeds["dossiers"]

    def derive(row: Row) -> dict[str, Any]:
        return dossier.derive(row.type, row.state, row.at, row.times, row.fields)

    return Rules(frozenset(feed.closed), lambda row: {}, derive)


def changes(site: Site, now: int, communes: tuple[str, ...]) -> list[Change]:
    """Every record with two steps; one whose words are hostile and carry a telephone number."""
    luck = random.Random(3)
    labels = site.catalogue.feeds["dossiers"].labels
    procedures = [code for code in labels if code.isupper() or "-" in code]
    fields = ["Đất đai", "Hộ tịch", "Xây dựng", "Tài chính"]
    told = []
    for n in range(DOSSIERS):
        received = now - luck.randint(1, 25 * 24) * HOUR_MS
        due = received + luck.randint(2, 15) * DAY_MS
        commune = communes[min(len(communes) - 1, int(luck.expovariate(0.25)))].partition("/")[2]
        said = {"procedure": luck.choice(procedures), "field": luck.choice(fields), "channel": "online"}
        if n == 7:
            said = {"procedure": HOSTILE, "field": f"gọi {PHONE}", "channel": "online"}
        state = luck.choice(STATES)
        times = {"received": received, "due": due}
        end = {"finished": min(now, due + luck.randint(-40, 20) * HOUR_MS)} if state in ("finished", "returned") else {}
        common: dict[str, Any] = {"id": f"H36.{UNIT}-{n:06}", "type": "dossier", "source": "mot-cua", "unit": UNIT,
                                  "commune": commune, "place": f"2025:{UNIT}/{commune}"}  # fmt: skip
        told.append(
            Change(
                **common, state="received", seq=2 * n, at=received, received=received + 7000, times=times, fields=said
            )
        )
        told.append(
            Change(
                **common,
                state=state,
                seq=2 * n + 1,
                at=received + HOUR_MS,
                received=received + HOUR_MS + 9000,
                times=end,
            )
        )
    return told


def readings(site: Site, database: Database, now: int, communes: tuple[str, ...]) -> None:
    """Two hours of six stations, a reading every five minutes."""
    stations = [
        Entity(feed="air", code=f"{UNIT}-KK-{n}", unit=UNIT, commune=communes[n].partition("/")[2],
               place=f"2025:{communes[n]}", vi=f"Trạm {site.places.name(communes[n])}", en=f"Station {n}", at=now)
        for n in range(STATIONS)
    ]  # fmt: skip
    Entities(database).upsert(stations)
    luck = random.Random(5)
    events = [
        Event("air", "so-nnmt", 100 * k + n, s.place, s.code, now - k * 300_000, now - k * 300_000 + 4000,
              {"pm25": luck.uniform(10, 90), "pm10": luck.uniform(20, 120), "so2": 12.5})
        for k in range(24) for n, s in enumerate(stations)
    ]  # fmt: skip
    times = [event.at for event in events]
    block = Block("air", UNIT, "1-0", "2-0", min(times), max(times), len(events), encode(events[::-1]))
    Archive(database, decode_batch).write([block], epoch=1)


def picture(name: str) -> str:
    shade = sum(map(ord, name)) % 60 + 90
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180">'
        f'<rect width="320" height="180" fill="rgb({shade},{shade},{shade + 8})"/>'
        f'<path d="M0 120 130 70 190 70 320 120V180H0Z" fill="rgb({shade - 40},{shade - 40},{shade - 36})"/></svg>'
    )

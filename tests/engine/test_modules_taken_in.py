"""A running aggregator takes a domain in: the next engine continues exactly where the one before stood."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis

from feeds.catalogue.keys import Keys
from feeds.catalogue.places import Places
from feeds.catalogue.settings import Settings
from feeds.engine.engine import Engine
from feeds.engine.process import Aggregator
from feeds.intake.event import Event, encode
from feeds.store.database import Database, open_database
from feeds.store.modules import Modules
from tests.catalogue.test_loader import DOMAIN, VOCABULARY
from tests.conftest import clear_of_the_hour, wait_until
from tests.engine.test_modules import SNOW, drop

KEYS = Keys("sim")


@dataclass
class Running:
    """An aggregator at work in a thread of this process."""

    settings: Settings
    durable: redis.Redis
    volatile: redis.Redis
    modules: Modules

    def post(self, feed: str, seq: int, rain: float) -> None:
        now = round(time.time() * 1000)
        event = Event(feed, "src", seq, "2025:01/00004", "G1", now, now, {"rain": rain})
        self.durable.sadd(KEYS.parts(), f"{feed}:01")
        self.durable.xadd(KEYS.stream(feed, "01"), {"b": encode([event]), "n": 1})

    def snapshot(self, scope: str = "01") -> dict[str, Any]:
        body: Any = self.volatile.hget(KEYS.snapshot(scope), "json")
        return msgspec.json.decode(body) if body else {"indicators": {}, "feeds": {}}

    def value(self, code: str) -> float | None:
        figure = self.snapshot()["indicators"].get(code)
        return figure["v"] if figure else None

    def epoch(self) -> int:
        return int(self.durable.get(KEYS.epoch()) or 0)  # type: ignore[arg-type]


@pytest.fixture
def running(
    make_settings: Callable[..., Settings], durable: redis.Redis, volatile: redis.Redis, tmp_path: Path
) -> Iterator[Running]:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "parameters.yaml").write_text(VOCABULARY, encoding="utf-8")
    (folder / "demo.yaml").write_text(DOMAIN, encoding="utf-8")
    settings = make_settings(catalogue=folder, modules=tmp_path / "drop")
    settings.modules_folder.mkdir()
    database: Database = open_database(settings)
    stop = threading.Event()
    thread = threading.Thread(target=Aggregator(settings, Places.load(), database, stop).run, daemon=True)
    thread.start()
    yield Running(settings, durable, volatile, Modules(database))
    stop.set()
    thread.join(60)
    database.close()
    assert not thread.is_alive()


def test_a_domain_comes_into_a_running_aggregator_and_nothing_counted_is_lost(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear_of_the_hour(30)
    running.post("gauges", 1, 7.0)
    wait_until(lambda: running.value("rain_1h") == 7, 20, "for the first figure")
    before = running.epoch()
    started: list[int] = []
    monkeypatch.setattr(Engine, "start", lambda engine: started.append(engine.epoch))
    drop(running.settings, "snow", SNOW.replace("fn: sum, param: rain, hours: 1", "fn: latest, param: rain"))
    wait_until(lambda: "snow_gauges" in running.snapshot()["feeds"], 20, "for the module")
    assert running.epoch() == before + 1, "a change of hands like any other"
    assert running.value("rain_1h") == 7, "what was counted before is counted still"
    assert started == [], "it is carried on, not loaded and computed again"
    running.post("gauges", 1, 7.0)
    running.post("gauges", 2, 5.0)
    running.post("snow_gauges", 1, 3.0)
    wait_until(lambda: (running.value("rain_1h"), running.value("snow_1h")) == (12, 3), 20, "for both")
    wait_until(lambda: running.snapshot()["feeds"]["gauges"]["duplicates"] == 1, 20, "for the number known from before")
    drop(running.settings, "snow", "code: snow\nwhat: 1\n")
    wait_until(lambda: running.modules.all_refused() == ["snow"], 20, "for the refusal")
    running.post("snow_gauges", 2, 4.0)
    wait_until(lambda: running.value("snow_1h") == 4, 20, "for the one in force")
    assert running.epoch() == before + 1

"""A domain dropped into a running system: the Redis door, the connectors and the keys know its feeds at once."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import redis

from feeds.catalogue.clock import TZ
from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import BadSetting, Settings
from feeds.intake import opening, redis_door
from feeds.intake.sources import process as connectors
from feeds.intake.sources import words as source_words
from feeds.serve import key_words
from feeds.store import links
from feeds.store.database import Database, open_database
from feeds.store.modules import Modules
from tests.catalogue.test_loader import DOMAIN, VOCABULARY
from tests.conftest import RedisPair, wait_until
from tests.engine.test_modules import SNOW
from tests.intake.sources.conftest import FILE

KEYS = Keys("sim")
PASSWORD = "a-password-of-tests"


@pytest.fixture
def small(
    make_settings: Callable[..., Settings], durable: redis.Redis, volatile: redis.Redis, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, listening: Any, places: Any,
) -> Settings:  # fmt: skip
    """A system whose catalogue is one domain; looks are quick."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "parameters.yaml").write_text(VOCABULARY, encoding="utf-8")
    (folder / "demo.yaml").write_text(DOMAIN, encoding="utf-8")
    (tmp_path / "sources").mkdir(exist_ok=True)
    monkeypatch.setattr(opening.Listening, "load", lambda *_: listening)
    monkeypatch.setattr(opening.Places, "load", lambda: places)
    monkeypatch.setattr(redis_door, "WAIT_MS", 50)
    return make_settings(catalogue=folder, sources=tmp_path / "sources")


@pytest.fixture
def database(small: Settings) -> Iterator[Database]:
    database = open_database(small)
    yield database
    database.close()


@pytest.fixture
def take_in(database: Database) -> Callable[[], None]:
    """A module comes into force while the others run."""
    return lambda: Modules(database).accept("snow", SNOW, 1)


@pytest.fixture
def beside() -> Iterator[Callable[..., None]]:
    """Runs something in a thread of its own until the test ends."""
    stop, threads = threading.Event(), []

    def run(work: Callable[..., None], *words: Any) -> None:
        threads.append(threading.Thread(target=work, args=(*words, stop), daemon=True))
        threads[-1].start()

    yield run
    stop.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def reading(seq: int) -> dict[str, Any]:
    at = datetime.now(TZ).isoformat(timespec="seconds")
    return {"source": "hn-khi", "seq": seq, "place": "2025:01/00004", "entity": "G1", "at": at, "values": {"rain": 7.0}}


def moved(durable: redis.Redis, feed: str) -> bool:
    return durable.xlen(KEYS.stream(feed, "01")) > 0


def test_the_redis_door_opens_for_a_feed_that_comes_while_it_runs(
    small: Settings, durable: redis.Redis, redis_servers: RedisPair, beside: Callable[..., None],
    take_in: Callable[[], None],
) -> None:  # fmt: skip
    beside(redis_door.follow, small, PASSWORD)
    wait_until(lambda: redis_door.has_writers(durable), 20, "for the door")
    writer = redis.Redis.from_url(redis_servers.url(links.DURABLE), username="door", password=PASSWORD, retry=None)
    writer.xadd(KEYS.door("gauges"), {"b": json.dumps(reading(1))})
    wait_until(lambda: moved(durable, "gauges"), 20, "for the feed that was there")
    with pytest.raises(redis.exceptions.NoPermissionError):
        writer.xadd(KEYS.door("snow_gauges"), {"b": b"{}"})
    take_in()

    def let_in() -> bool:
        try:
            return bool(writer.xadd(KEYS.door("snow_gauges"), {"b": json.dumps(reading(1))}))
        except redis.RedisError:  # the user is made anew
            return False

    wait_until(let_in, 20, "for the door of the new feed")
    wait_until(lambda: moved(durable, "snow_gauges"), 20, "for what was put there")
    redis_door.forbid_writers(durable)


def test_a_source_of_a_feed_that_comes_while_it_runs_is_read(
    small: Settings, durable: redis.Redis, invented: list[Callable[..., None]], beside: Callable[..., None],
    take_in: Callable[[], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(connectors, "TEND_S", 0.05)
    first, second = small.sources / "hn-khi.yaml", small.sources / "hn-tuyet.yaml"
    first.write_text(FILE.replace("{id}", "hn-khi").replace("[air]", "[gauges]"), "utf-8")

    def send(_settings: Any, outlet: Any) -> None:
        (feed,) = outlet.source.declaration.feeds
        outlet.send(feed, [reading(1) | {"source": outlet.source.id}])

    invented += [send] * 9
    beside(connectors.follow, small)
    wait_until(lambda: moved(durable, "gauges"), 20, "for the source that was there")
    second.write_text(FILE.replace("{id}", "hn-tuyet").replace("[air]", "[snow_gauges]"), "utf-8")
    with pytest.raises(connectors.CatalogueError, match=r"hn-tuyet\.yaml:\d+: unknown feed `snow_gauges`"):
        connectors.check(small)
    take_in()
    wait_until(lambda: moved(durable, "snow_gauges"), 20, "for the source of the module's feed")
    assert [source.id for source in connectors.check(small)] == ["hn-khi", "hn-tuyet"], "a start knows it too"


def test_a_source_whose_feed_has_gone_ends_no_other(
    small: Settings, invented: list[Callable[..., None]], take_in: Callable[[], None]
) -> None:
    for name, feed in (("hn-khi", "gauges"), ("hn-tuyet", "snow_gauges")):
        (small.sources / f"{name}.yaml").write_text(FILE.replace("{id}", name).replace("[air]", f"[{feed}]"), "utf-8")
    said: list[str] = []
    with opening.open_door(small) as opened:
        found = connectors.declared.load(
            small.sources, opened.catalogue, connectors.Places.load(), lambda wrong: said.append(str(wrong))
        )
    assert [source.id for source in found] == ["hn-khi"] and "unknown feed `snow_gauges`" in said[0]


def test_the_operators_words_know_the_feeds_of_a_module(
    small: Settings, invented: list[Callable[..., None]], take_in: Callable[[], None]
) -> None:
    asked = argparse.Namespace(name="hn-tuyet", feeds="snow_gauges", places="01", sources="", rate=10)
    with pytest.raises(BadSetting, match="there is no 'snow_gauges'"):
        key_words.make(small, asked, lambda _line: None)
    (small.sources / "hn-tuyet.yaml").write_text(
        FILE.replace("{id}", "hn-tuyet").replace("[air]", "[snow_gauges]"), "utf-8"
    )
    take_in()
    assert key_words.make(small, asked, lambda _line: None) == 0
    lines: list[str] = []
    invented.append(lambda _settings, outlet: outlet.send("snow_gauges", [reading(1) | {"source": "hn-tuyet"}]))
    assert source_words.test(small, argparse.Namespace(id="hn-tuyet", seconds=5), lines.append) == 0, lines

"""Another catalogue in a running web process: pages and doors are exchanged, streams go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis
from flask import Flask

from feeds.access.needs import needs
from feeds.catalogue.settings import Settings
from feeds.serve.edition import Drawn
from feeds.serve.parts import Parts
from feeds.store.modules import Modules
from tests.conftest import RedisPair, wait_until
from tests.serve.running import Publisher, Site, serve

PARKING = (Path(__file__).parents[1] / "catalogue" / "invented" / "parking.yaml").read_text(encoding="utf-8")


class Painter:
    """Draws a page that says which edition it is of; refuses to when told."""

    def __init__(self) -> None:
        self.drawn: list[Parts] = []
        self.able = True
        self.declared = True

    def __call__(self, parts: Parts) -> Drawn:
        self.drawn.append(parts)
        if not self.able:
            raise RuntimeError("a panel that cannot be drawn")
        app, said = Flask("edition"), f"edition {len(self.drawn)}"
        app.add_url_rule("/", "page", needs("page")(lambda: said))
        app.add_url_rule("/new", "new", needs("people")(lambda: said) if self.declared else lambda: said)
        return Drawn(app)


@pytest.fixture(scope="module")
def parts(redis_servers: RedisPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """A database of this file's own: what is posted to another catalogue's feeds is no business of other tests."""
    durable, volatile = redis_servers.url("durable"), redis_servers.url("volatile")
    settings = Settings(var=tmp_path_factory.mktemp("editions"), redis_url=durable, cache_redis_url=volatile)
    parts = Parts.open(settings)
    yield parts
    parts.close()


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def front(parts: Parts, volatile: redis.Redis, tmp_path: Path, painter: Painter) -> Iterator[Site]:
    yield from serve(parts, tmp_path, draw=painter)
    Modules(parts.database).withdraw("parking")


def page(front: Site) -> str:
    return httpx.get(front.url + "/").text


def test_pages_and_doors_are_exchanged_and_the_stream_goes_on(
    front: Site, parts: Parts, publisher: Publisher, painter: Painter
) -> None:
    publisher.tick()
    stream = front.open()
    first = stream.next("snapshot")
    post = f"{front.url}/api/v1/events/parking"
    assert page(front) == "page" and httpx.post(post, json=[]).status_code == 404
    Modules(parts.database).accept("parking", PARKING, 1)
    wait_until(lambda: page(front) == "edition 1", 20, "for the next edition")
    assert "parking" in painter.drawn[0].catalogue.feeds and "parking" not in parts.catalogue.feeds
    assert httpx.post(post, json=[]).status_code != 404
    publisher.tick()
    assert stream.next("delta")["data"]["from"] == first["data"]["version"], "the same stream, nothing lost"


def test_what_cannot_be_drawn_leaves_the_running_edition(front: Site, parts: Parts, painter: Painter) -> None:
    painter.able = False
    Modules(parts.database).accept("parking", PARKING, 1)
    wait_until(lambda: len(painter.drawn) == 1, 20, "for the attempt")
    assert page(front) == "page"
    painter.able = True
    Modules(parts.database).accept("parking", PARKING.replace("below: 20", "below: 25"), 2)
    wait_until(lambda: page(front) == "edition 2", 20, "for the one that can be")


def test_an_edition_is_guarded_as_the_first_one_is(front: Site, parts: Parts, painter: Painter) -> None:
    def asked(path: str) -> int:
        return httpx.get(front.url + path, cookies={"ioc_as": "leader"}).status_code

    painter.declared = False
    Modules(parts.database).accept("parking", PARKING, 1)
    wait_until(lambda: len(painter.drawn) == 1, 20, "for the attempt")
    assert (asked("/"), asked("/new"), asked("/api/v1/people")) == (200, 404, 403)
    assert page(front) == "page", "a page that does not say who may open it is never shown"
    painter.declared = True
    Modules(parts.database).accept("parking", PARKING.replace("below: 20", "below: 25"), 2)
    wait_until(lambda: page(front) == "edition 2", 20, "for the next edition")
    assert (asked("/"), asked("/new"), asked("/api/v1/people")) == (200, 403, 403)

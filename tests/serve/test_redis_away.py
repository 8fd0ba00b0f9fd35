"""Redis goes and comes back under open streams: screens are told, nobody is left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.catalogue.settings import Settings
from feeds.serve.parts import Parts
from feeds.store import links
from tests.conftest import PATIENCE, RedisPair, wait_until
from tests.serve.running import Publisher, Reader, Site, serve

pytestmark = [pytest.mark.faults, pytest.mark.alone]


@pytest.fixture
def own(own_redis: RedisPair, tmp_path: Path) -> Iterator[tuple[Site, Publisher]]:
    """A front on a Redis of its own, with one who publishes to it."""
    settings = own_redis.settings(var=own_redis.var)
    assert isinstance(settings, Settings)
    parts = Parts.open(settings)
    for site in serve(parts, tmp_path):
        yield site, Publisher(links.volatile(settings))
    parts.close()


def test_two_hundred_streams_are_back_soon_after_redis_is(own: tuple[Site, Publisher], own_redis: RedisPair) -> None:
    site, publisher = own
    publisher.snapshot()
    streams = [site.open() for _ in range(200)]
    for stream in streams:
        stream.next()
    own_redis.kill("volatile")
    told = time.monotonic()
    assert all(lost(stream) for stream in streams)
    assert time.monotonic() - told < 3 * PATIENCE
    own_redis.start("volatile")
    began = time.monotonic()
    publisher.redis = links.volatile(own_redis.settings(var=own_redis.var))
    wait_until(lambda: site.app.hub.linked, 15)
    publisher.versions["vn"] += 3
    publisher.tick()
    reached = publisher.versions["vn"]
    assert all(reaches(stream, reached) for stream in streams)
    assert time.monotonic() - began < 15 * PATIENCE


def test_a_redis_that_hangs_is_noticed(own: tuple[Site, Publisher], own_redis: RedisPair) -> None:
    site, publisher = own
    publisher.snapshot()
    stream = site.open()
    stream.next()
    process = own_redis.processes["volatile"]
    os.kill(process.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert lost(stream)
        assert time.monotonic() - began < 5 * PATIENCE
    finally:
        os.kill(process.pid, signal.SIGCONT)
    wait_until(lambda: stream.next("beat")["data"]["link"], 10)
    publisher.tick()
    assert reaches(stream, publisher.versions["vn"])


def lost(stream: Reader) -> bool:
    """True once a beat says that the link is down."""
    while stream.next("beat")["data"]["link"]:
        pass
    return True


def reaches(stream: Reader, version: int) -> bool:
    """True once the stream shows the version."""
    while stream.next()["data"]["version"] < version:
        pass
    return True

"""Fixtures: a running front and one who publishes to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import delete

from feeds.catalogue.settings import Settings
from feeds.serve.parts import Parts
from feeds.store import tables
from tests.conftest import RedisPair
from tests.serve.running import Publisher, Site, serve


@pytest.fixture(scope="session")
def parts(redis_servers: RedisPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """What a web process opens, once for all tests."""
    durable, volatile = redis_servers.url("durable"), redis_servers.url("volatile")
    var = tmp_path_factory.mktemp("serve")
    parts = Parts.open(Settings(var=var, redis_url=durable, cache_redis_url=volatile))
    yield parts
    parts.close()


@pytest.fixture
def site(parts: Parts, volatile: redis.Redis, tmp_path: Path) -> Iterator[Site]:
    """A front on the shared Redis."""
    yield from serve(parts, tmp_path)


@pytest.fixture
def nothing_refused(parts: Parts) -> None:
    """The quarantine is empty, whatever other tests of this run had refused."""
    with parts.database.write() as connection:
        for table in (tables.quarantine, tables.quarantine_counts, tables.quarantine_hours):
            connection.execute(delete(table))


@pytest.fixture
def nothing_known(parts: Parts, nothing_refused: None) -> None:
    """No record, reading, station or alert either."""
    with parts.database.write() as connection:
        for table in (tables.records, tables.trail, tables.record_tallies, tables.entities, tables.event_blocks,
                      tables.alerts):  # fmt: skip
            connection.execute(delete(table))


@pytest.fixture
def publisher(volatile: redis.Redis) -> Publisher:
    """Writes to the shared volatile Redis."""
    return Publisher(volatile)

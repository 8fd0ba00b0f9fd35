"""One application for all who ask it: made once, and only where it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

import callbacks
from app import create_app
from feeds.catalogue.keys import Keys
from feeds.serve.parts import Parts
from feeds.store import links
from tests.conftest import RedisPair
from tests.security.marked import fill
from tests.security.world import World, people, settings_of


@pytest.fixture(scope="package")
def world(redis_servers: RedisPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    settings = settings_of(redis_servers, tmp_path_factory.mktemp("scopes"))
    app = create_app(settings)
    app.rates = None  # this asks more often than people do
    parts = Parts.open(settings)
    with links.client(None, redis_servers.var, links.VOLATILE) as volatile:
        volatile.flushall()
        fill(callbacks.site(settings), parts.database, volatile, Keys(settings.world), parts.clock.now_ms())
        loop = asyncio.new_event_loop()
        told = World(app, parts, loop, {}, {})
        loop.run_until_complete(app.app.lasting.senders.refresh())
        for subject in people().values():
            told.enter(subject)
        yield told
        loop.run_until_complete(app.close())
        loop.close()
        volatile.flushall()
    parts.close()

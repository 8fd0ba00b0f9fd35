"""Clients of the two servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from feeds.catalogue.settings import Settings
from feeds.store import links
from tests.conftest import RedisPair

MakeSettings = Callable[..., Settings]


def test_embedded_servers_are_found_by_ioc_var_alone(redis_servers: RedisPair) -> None:
    settings = redis_servers.settings()
    assert links.durable(settings).config_get("appendonly")["appendonly"] == "yes"
    assert links.volatile(settings).config_get("appendonly")["appendonly"] == "no"


def test_outside_servers_are_found_by_url(make_settings: MakeSettings, durable: redis.Redis) -> None:
    durable.set("here", "1")
    assert links.durable(make_settings()).get("here") == b"1"


def test_async_clients_reach_the_same_servers(
    make_settings: MakeSettings, durable: redis.Redis, volatile: redis.Redis
) -> None:
    settings = make_settings()
    durable.set("which", "durable")
    volatile.set("which", "volatile")

    async def ask() -> list[bytes | None]:
        async with links.durable_async(settings) as one, links.volatile_async(settings) as other:
            return [await one.get("which"), await other.get("which")]

    assert asyncio.run(ask()) == [b"durable", b"volatile"]


@pytest.mark.parametrize("make", [links.durable, links.volatile, links.durable_async, links.volatile_async])
def test_no_client_repeats_a_write_by_itself(
    make: Callable[[Settings], redis.Redis], make_settings: MakeSettings
) -> None:
    retry = make(make_settings()).connection_pool.make_connection().retry
    assert retry._retries == 0


def test_killed_server_is_an_error_and_a_new_one_is_used_without_ado(own_redis: RedisPair) -> None:
    client = links.durable(own_redis.settings())
    client.ping()
    own_redis.kill(links.DURABLE)
    with pytest.raises(redis.ConnectionError):
        client.ping()
    own_redis.start(links.DURABLE)
    assert client.ping()


def test_socket_path_that_fits_is_used_as_it_is(tmp_path: Path) -> None:
    socket = links.embedded_socket(tmp_path, links.DURABLE)
    assert links.reachable(socket) == str(socket)

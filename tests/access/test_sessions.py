"""A session is known by what the browser carries, ends when it is told to, and ends everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import redis
import redis.asyncio

from feeds.access.roles import Subject
from feeds.access.sessions import FRESH_S, IDLE_S, LONGEST_S, Sessions, SessionsAway, digest
from feeds.catalogue.keys import Keys
from feeds.store import links
from tests.conftest import RedisPair

KEYS = Keys("sim")
LAN = Subject(name="lan", role="staff", units=("01",), shown="Trần Thị Lan")


class Time:
    """Seconds that a test ticks."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def run(servers: RedisPair, work: Callable[[Sessions, Sessions, Time], Awaitable[None]]) -> None:
    """`work` with the sessions of two web processes."""

    async def inside() -> None:
        clients = [links.async_client(None, servers.var, links.VOLATILE) for _ in range(2)]
        time = Time()
        await work(Sessions(clients[0], KEYS, time), Sessions(clients[1], KEYS, time), time)
        for client in clients:
            await client.aclose()

    asyncio.run(inside())


def test_a_session_is_its_person_in_every_process(redis_servers: RedisPair, volatile: redis.Redis) -> None:
    async def work(one: Sessions, two: Sessions, _time: Time) -> None:
        carried = await one.begin(LAN)
        assert len(carried) >= 43, "256 bits"
        for each in (one, two):
            found = await each.find(carried)
            assert found is not None
            assert (found.name, found.role, found.units, found.shown) == ("lan", "staff", ("01",), "Trần Thị Lan")
        assert await two.find(carried + "x") is None
        assert await two.find("") is None

    run(redis_servers, work)
    assert volatile.exists(KEYS.sessions("lan"))


def test_redis_does_not_hold_what_the_browser_carries(redis_servers: RedisPair, volatile: redis.Redis) -> None:
    carried: list[str] = []

    async def work(one: Sessions, _two: Sessions, _time: Time) -> None:
        carried.append(await one.begin(LAN))

    run(redis_servers, work)
    for key in volatile.keys("*"):
        assert carried[0] not in f"{key!r}{volatile.dump(key)!r}"
    assert volatile.exists(KEYS.session(digest(carried[0])))


def test_an_end_is_known_to_the_other_process_within_seconds(redis_servers: RedisPair, volatile: redis.Redis) -> None:
    async def work(one: Sessions, two: Sessions, time: Time) -> None:
        carried = await one.begin(LAN)
        assert await two.find(carried)
        await one.end(digest(carried), "lan")
        assert await one.find(carried) is None, "here at once"
        time.now += FRESH_S
        assert await two.find(carried) is None
        assert FRESH_S <= 5

    run(redis_servers, work)


def test_all_sessions_of_an_account_end_and_their_streams_with_them(
    redis_servers: RedisPair, volatile: redis.Redis
) -> None:
    async def work(one: Sessions, two: Sessions, time: Time) -> None:
        carried, other = await one.begin(LAN), await one.begin(LAN)
        stranger = await one.begin(Subject(name="minh", role="leader"))
        cut: list[str] = []
        found = await two.find(carried)
        assert found is not None
        with two.held(found.session, lambda: cut.append("lan")), two.held(digest(stranger), lambda: cut.append("minh")):
            assert await one.count(["lan", "minh", "nobody"]) == {"lan": 2, "minh": 1, "nobody": 0}
            assert await one.end_all("lan") == 2
            await two.watch()
            assert cut == ["lan"]
        assert await one.find(other) is None
        assert await one.find(stranger)
        assert await one.count(["lan"]) == {"lan": 0}

    run(redis_servers, work)


def test_a_session_lasts_a_shift_and_no_longer(redis_servers: RedisPair, volatile: redis.Redis) -> None:
    async def work(one: Sessions, two: Sessions, time: Time) -> None:
        carried = await one.begin(LAN)
        key = KEYS.session(digest(carried))
        assert 0 < volatile.ttl(key) <= IDLE_S
        time.now += LONGEST_S - 60
        assert await two.find(carried), "looked at all the while"
        assert volatile.ttl(key) <= 60, "what is left of the shift"
        cut: list[bool] = []
        with two.held(digest(carried), lambda: cut.append(True)):
            time.now += 61
            await two.watch()
        assert cut
        assert await two.find(carried) is None
        assert not volatile.exists(key)

    run(redis_servers, work)


def test_without_redis_nobody_is_taken_for_a_stranger(own_redis: RedisPair) -> None:
    async def work(one: Sessions, _two: Sessions, _time: Time) -> None:
        own_redis.kill(links.VOLATILE)
        with pytest.raises(SessionsAway):
            await one.find("anything")
        with pytest.raises(SessionsAway):
            await one.begin(LAN)

    run(own_redis, work)

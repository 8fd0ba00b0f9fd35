"""The replayed world's time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import redis

from feeds.catalogue.clock import ScaledClock, SystemClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import Settings
from feeds.store import links, world_clock
from feeds.store.world_clock import FollowingClock, set_clock
from tests.conftest import RedisPair, wait_until

KEY = Keys("play").clock()
APRIL_2025 = 1_743_500_000_000


def machine_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.mark.parametrize("world", ["real", "sim"])
def test_real_and_simulated_worlds_have_the_machines_time(
    make_settings: Callable[..., Settings], volatile: redis.Redis, world: str
) -> None:
    assert isinstance(world_clock.world_clock(make_settings(world=world), volatile), SystemClock)


def test_replay_sets_the_time_and_its_pace(volatile: redis.Redis) -> None:
    clock = FollowingClock(volatile, KEY)
    assert abs(clock.now_ms() - machine_ms()) < 1000
    set_clock(volatile, KEY, ScaledClock(APRIL_2025, machine_ms(), 3600.0))
    clock.refresh()
    assert 0 <= clock.now_ms() - APRIL_2025 < 3600 * 5000


def test_following_notices_within_seconds(make_settings: Callable[..., Settings], volatile: redis.Redis) -> None:
    clock = world_clock.world_clock(make_settings(world="play"), volatile)
    set_clock(volatile, KEY, ScaledClock(APRIL_2025, machine_ms(), 1.0))
    wait_until(lambda: clock.now_ms() - APRIL_2025 < 60_000, 5)


def test_runs_on_while_redis_is_away(own_redis: RedisPair) -> None:
    volatile = links.volatile(own_redis.settings())
    set_clock(volatile, KEY, ScaledClock(APRIL_2025, machine_ms(), 1.0))
    clock = FollowingClock(volatile, KEY)
    own_redis.kill(links.VOLATILE)
    clock.refresh()
    assert 0 <= clock.now_ms() - APRIL_2025 < 60_000

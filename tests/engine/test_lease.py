"""One aggregator at a time: the next one waits for a living holder, and not at all for a dead one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import redis

from feeds.catalogue.keys import Keys
from feeds.engine.holder import is_dead
from feeds.engine.lease import Lease
from tests.conftest import ROOT, RedisPair, wait_until

KEYS = Keys("sim")
HOLDER = """
import sys, time, redis
from feeds.catalogue.keys import Keys
from feeds.engine.lease import Lease
Lease(redis.Redis(unix_socket_path=sys.argv[1]), Keys("sim"), 60_000).take()
print("held", flush=True)
time.sleep(60)
"""


def holder(pair: RedisPair) -> subprocess.Popen[bytes]:
    """A process of its own that holds the lease."""
    socket = pair.url("durable").removeprefix("unix://")
    process = subprocess.Popen([sys.executable, "-c", HOLDER, socket], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_one_waits_and_gets_a_higher_epoch(durable: redis.Redis) -> None:
    first, second = Lease(durable, KEYS), Lease(durable, KEYS)
    assert first.take() == 1
    assert second.take() is None
    assert first.held and not second.held
    second.release()  # not its own: nothing happens
    assert second.take() is None
    first.release()
    assert second.take() == 2


def test_a_lease_that_ran_out_is_free(durable: redis.Redis) -> None:
    first, second = Lease(durable, KEYS, 30), Lease(durable, KEYS)
    first.take()
    deadline = time.monotonic() + 30
    while second.take() is None:
        assert time.monotonic() < deadline
    assert not first.held


def test_a_lease_that_ran_out_is_taken_back_unless_somebody_had_it(durable: redis.Redis) -> None:
    first, second = Lease(durable, KEYS, 30), Lease(durable, KEYS)
    assert first.take() == 1
    wait_until(lambda: durable.get(KEYS.lease("aggregator")) is None)
    assert not first.held and first.keep()
    assert durable.get(KEYS.epoch()) == b"1", "what it wrote before is still its own"
    wait_until(lambda: second.take() is not None)
    assert not first.keep()
    second.release()
    assert not first.keep(), "somebody had it since"
    assert durable.get(KEYS.lease("aggregator")) is None
    first.release()


def test_a_killed_holder_is_not_waited_for(durable: redis.Redis, redis_servers: RedisPair) -> None:
    process, heir = holder(redis_servers), Lease(durable, KEYS)
    assert heir.take() is None
    process.send_signal(signal.SIGSTOP)
    assert heir.take() is None  # who is paused may wake
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert heir.take() == 2  # though nobody has buried it yet
    process.wait()


def test_a_holder_elsewhere_is_waited_for(durable: redis.Redis) -> None:
    for mark in (b"0123456789abcdef", b"0123 other-boot/pid:[1] 99999999 1", b"\xff a b c", b"0123  1 1"):
        assert not is_dead(mark)
        durable.set(KEYS.lease("aggregator"), mark)
        assert Lease(durable, KEYS).take() is None


def test_its_holder_may_go_on_under_a_higher_epoch(durable: redis.Redis) -> None:
    first, second = Lease(durable, KEYS), Lease(durable, KEYS)
    assert first.take() == 1 and first.advance() == 2
    assert first.keep() and second.take() is None
    durable.delete(KEYS.lease("aggregator"))  # it ran out
    first._held_until = 0.0
    assert first.keep(), "taken back: the newest epoch is still its own"
    first.release()
    assert second.take() == 3

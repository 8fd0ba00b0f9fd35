"""Who asks too often waits: by session, by address, by kind of request; in bounded memory."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from feeds.serve.answers import Refusal, answer
from feeds.serve.body import Bodies
from feeds.serve.guard import Guard, Rules
from feeds.serve.rates import CHANGE, EXPORT, LOGIN, READ, REFUSED, Counts, Rates, rate_of
from feeds.serve.seat import Seat, block_of, placed, seat_of
from tests.security.asked import ask


class Now:
    """A clock in seconds."""

    def __init__(self) -> None:
        self.s = 1_000_000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def rates(now: Now) -> Rates:
    return Rates(Counts(now=now))


def passed(rates: Rates, seat: Seat, method: str, path: str, tries: int) -> int:
    for n in range(tries):
        try:
            rates.spend(seat, method, path)
        except Refusal as refusal:
            assert refusal.status == 429 and 1 <= (refusal.retry_after or 0) <= 60
            return n
    return tries


def test_each_kind_of_request_has_its_rate() -> None:
    asked = [("POST", "/login"), ("GET", "/api/v1/export/vn.csv"), ("POST", "/_dash-update-component"), ("GET", "/")]
    assert [rate_of(*each) for each in asked] == [LOGIN, EXPORT, CHANGE, READ]


@pytest.mark.parametrize(
    ("method", "path", "most"), [("POST", "/login", 20), ("GET", "/api/v1/export/vn.xlsx", 20), ("POST", "/x", 600)]
)
def test_a_session_has_its_rate_and_a_minute_later_again(
    rates: Rates, now: Now, method: str, path: str, most: int
) -> None:
    mine, yours = Seat("10.0.0.1", "mine"), Seat("10.0.0.1", "yours")
    assert passed(rates, mine, method, path, most + 5) == most
    assert passed(rates, yours, method, path, 3) == 3, "a colleague behind the same address goes on"
    now.s += 61
    assert passed(rates, mine, method, path, 3) == 3


def test_new_cookies_do_not_help_at_one_address(rates: Rates) -> None:
    allowed = sum(passed(rates, Seat("10.0.0.1", f"s{n}"), "POST", "/login", 1) for n in range(100))
    assert allowed == 60
    assert passed(rates, Seat("10.0.0.2"), "POST", "/login", 1) == 1
    block = sum(passed(rates, Seat(f"2001:db8:1:2::{n:x}"), "POST", "/login", 1) for n in range(100))
    assert block == 60, "a block of IPv6 addresses belongs to one"


def test_who_is_turned_away_all_the_time_is_heard_no_longer(rates: Rates, now: Now) -> None:
    seat = Seat("10.0.0.1")
    for _ in range(REFUSED.amount):
        rates.refused(seat)
    assert passed(rates, seat, "GET", "/", 1) == 0
    assert passed(rates, Seat("10.0.0.2"), "GET", "/", 1) == 1
    now.s += 61
    assert passed(rates, seat, "GET", "/", 1) == 1


def test_senders_are_counted_by_their_key_and_not_here(rates: Rates) -> None:
    for _ in range(10_000):
        rates.spend(Seat("10.0.0.1"), "POST", "/api/v1/events/air", keyed=True)
    assert passed(rates, Seat("10.0.0.1"), "POST", "/x", 1) == 1


def test_strangers_cost_bounded_memory(now: Now) -> None:
    counts = Counts(most=100, now=now)
    rates = Rates(counts)
    for n in range(1000):
        rates.spend(Seat(f"10.0.{n // 250}.{n % 250}", f"s{n}"), "GET", "/")
    assert counts.reset() == 100


def test_only_known_proxies_are_believed() -> None:
    def address(told: bytes, *proxies: str) -> str:
        connection = {"client": ("10.0.0.2", 1), "headers": [(b"x-forwarded-for", told)]}
        return seat_of(placed(connection, frozenset(proxies))).address

    assert address(b"1.2.3.4, 203.0.113.7") == "10.0.0.2"
    assert address(b"1.2.3.4, 203.0.113.7", "10.0.0.2") == "203.0.113.7", "the hop that the proxy itself saw"
    assert address(b"evil\r\n", "10.0.0.2") == "10.0.0.2"
    assert block_of("10.0.0.2") == "10.0.0.2" and block_of("nonsense:x") == "nonsense:x"


def test_the_guard_answers_429_and_says_when(now: Now) -> None:
    async def inner(connection: Any, receive: Any, send: Any) -> None:
        await answer(send, 200, b"{}", b"application/json")

    guard = Guard(inner, Rules(frozenset(["127.0.0.1"])), Bodies({}), rates=Rates(Counts(now=now)))

    async def knock() -> list[int]:
        cookie = {"cookie": "ioc_session=abc"}
        told = [await ask(guard, "GET", "/api/v1/export/vn.csv", cookie) for _ in range(21)]
        assert told[-1].header("retry-after") and b"too many" in told[-1].body
        return [each.status for each in told]

    assert asyncio.run(knock()) == [200] * 20 + [429]

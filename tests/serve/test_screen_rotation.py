"""A screen's cookie does not grow old: another one follows it, whichever answers are lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feeds.catalogue.clock import DAY_MS, TickClock
from feeds.catalogue.settings import Settings
from feeds.serve.screens import COOKIE, LASTS_MS, ROTATES_MS, TRIED_S, Screens
from feeds.store.database import open_database
from feeds.store.screens import Screen, digest
from feeds.store.screens import Screens as Rows

NOW = 1_800_000_000_000


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Rows]:
    database = open_database(Settings(var=tmp_path))
    rows = Rows(database)
    rows.add(Screen(name="sanh-1", place="01", token=digest("token"), made=NOW))
    assert rows.exchange(digest("token"), digest("first"), NOW)
    yield rows
    database.close()


@pytest.fixture
def clock() -> TickClock:
    return TickClock(NOW)


def carrying(value: str) -> dict[str, Any]:
    return {"headers": [(b"cookie", f"{COOKIE}={value}".encode()), (b"host", b"ioc.example")], "scheme": "https"}


async def beat(screens: Screens, value: str) -> str:
    """What a heartbeat gives to a browser that carries `value`: another value, or nothing."""
    await screens.meet(carrying(value))
    given = await screens.rotated(carrying(value))
    return given.decode().partition("=")[2].partition(";")[0] if given else ""


def test_an_old_cookie_is_followed_by_another_one_and_then_worth_nothing(rows: Rows, clock: TickClock) -> None:
    async def lived() -> None:
        screens = Screens(rows, clock, demo=False)
        assert await beat(screens, "first") == ""
        clock.tick(ROTATES_MS / 1000)
        fresh = await beat(screens, "first")
        assert fresh and screens.who(carrying("first")) is not None, "until the other one is shown"
        assert await beat(screens, "first") == "", "a second tab gets no third one"
        assert await beat(screens, fresh) == ""
        assert screens.who(carrying(fresh)) is not None
        assert screens.who(carrying("first")) is None
        (kept,) = rows.all(Screen(name="x", place="01", made=0).scope())
        assert (kept.cookie, kept.token, kept.exchanged) == (digest(fresh), None, clock.now_ms())

    asyncio.run(lived())


def test_an_answer_that_was_lost_locks_no_screen_out(
    rows: Rows, clock: TickClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lived() -> None:
        now = 1000.0
        monkeypatch.setattr("feeds.serve.screens.time.monotonic", lambda: now)
        screens, other = Screens(rows, clock, demo=False), Screens(rows, clock, demo=False)
        clock.tick(ROTATES_MS / 1000)
        lost = await beat(screens, "first")
        assert await beat(other, "first") == "", "another web process sees that one was given"
        now += TRIED_S + 1
        again = await beat(other, "first")
        assert again and again != lost
        assert await beat(other, again) == "" and other.who(carrying(again)) is not None
        now += 1
        await other.meet(carrying(lost))
        assert other.who(carrying(lost)) is None

    asyncio.run(lived())


def test_a_screen_that_was_away_for_a_month_needs_a_new_address(rows: Rows, clock: TickClock) -> None:
    async def lived() -> None:
        screens = Screens(rows, clock, demo=False)
        clock.tick((LASTS_MS - DAY_MS) / 1000)
        await screens.meet(carrying("first"))
        assert screens.who(carrying("first")) is not None
        clock.tick(DAY_MS / 1000)
        await screens.refresh()
        assert screens.who(carrying("first")) is None

    asyncio.run(lived())


def test_a_token_of_an_address_is_no_cookie_and_a_revoked_screen_rotates_no_more(rows: Rows, clock: TickClock) -> None:
    async def lived() -> None:
        screens = Screens(rows, clock, demo=False)
        rows.renew("sanh-1", digest("address"))
        await screens.refresh()
        await screens.meet(carrying("address"))
        assert screens.who(carrying("address")) is None
        rows.revoke("sanh-1", NOW)
        assert not rows.prepare("sanh-1", digest("first"), digest("x"))

    asyncio.run(lived())

"""Screens of walls in SQL: a token is good once, nothing readable is kept, what is revoked stays out."""

from __future__ import annotations

import pytest

from feeds.catalogue.scope import NATION, Scope
from feeds.store.database import Database
from feeds.store.screens import Screen, Screens, Taken, digest


@pytest.fixture
def screens(database: Database) -> Screens:
    found = Screens(database)
    found.add(Screen(name="sanh-1", place="01", group="sanh", token=digest("token"), made=1))
    return found


def test_a_token_is_taken_once_for_a_cookie(screens: Screens) -> None:
    admitted = screens.exchange(digest("token"), digest("cookie"), 5)
    assert admitted is not None
    assert (admitted.name, admitted.exchanged, admitted.token) == ("sanh-1", 5, None)
    assert admitted.scope() == Scope(units=frozenset({"01"}))
    assert screens.exchange(digest("token"), digest("other"), 6) is None, "a second time it is worth nothing"
    assert screens.exchange(digest("guess"), digest("other"), 6) is None


def test_neither_token_nor_cookie_can_be_read_from_the_table(screens: Screens) -> None:
    screens.exchange(digest("token"), digest("cookie"), 5)
    (kept,) = screens.all(NATION)
    assert kept.cookie and len(kept.cookie) == 64
    assert "cookie" not in kept.cookie


def test_what_is_revoked_cannot_come_back_by_its_token_or_cookie(screens: Screens) -> None:
    assert screens.revoke("sanh-1", 9) == 1
    assert screens.revoke("sanh-1", 10) == 0
    assert screens.exchange(digest("token"), digest("cookie"), 11) is None
    (kept,) = screens.all(NATION)
    assert (kept.revoked, kept.token, kept.cookie) == (9, None, None)


def test_a_renewed_screen_voids_what_it_carried(screens: Screens) -> None:
    screens.exchange(digest("token"), digest("cookie"), 5)
    assert screens.renew("sanh-1", digest("fresh")) == 1
    (kept,) = screens.all(NATION)
    assert kept.cookie is None
    assert screens.exchange(digest("fresh"), digest("again"), 7) is not None
    assert screens.renew("nobody", digest("x")) == 0


def test_names_are_taken_once_and_lists_keep_to_scope(screens: Screens) -> None:
    with pytest.raises(Taken):
        screens.add(Screen(name="sanh-1", token=digest("another"), made=2))
    screens.add(Screen(name="quoc-gia", token=digest("n"), made=2))
    assert [s.name for s in screens.all(NATION)] == ["quoc-gia", "sanh-1"]
    assert [s.name for s in screens.all(Scope(units=frozenset({"01"})))] == ["sanh-1"]

"""Revisions of typed figures: kept for ever, decided once, by a second person, inside the scope."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.store.database import Database
from feeds.store.typed import Proposal, TypedFigures

AT = 1_763_694_000_000
HANOI, HUE = Scope(frozenset({"01"})), Scope(frozenset({"46"}))


def proposal(**changes: Any) -> Proposal:
    said = {"feed": "traffic", "param": "accidents", "unit": "01", "place": "2025:01", "at": AT, "value": 3.0,
            "note": "", "by": "Nguyễn An", "made": AT}  # fmt: skip
    return Proposal(**(said | changes))


@pytest.fixture
def figures(database: Database) -> TypedFigures:
    return TypedFigures(database)


def test_a_figure_waits_then_is_approved_with_its_trail(figures: TypedFigures) -> None:
    first, second = figures.add(NATION, [proposal(), proposal(value=4.0, by="Lê Bình")])
    assert figures.holding(NATION, proposal()) is None
    assert figures.claim(NATION, first, "Trần Chi", AT + 1, "đúng biên bản")
    assert figures.approve(NATION, first, live=True)
    held = figures.holding(NATION, proposal())
    assert held is not None
    assert (held.value, held.decided_by, held.why, held.live) == (3.0, "Trần Chi", "đúng biên bản", True)
    assert [row.state for row in figures.trail(NATION, proposal())] == ["approved", "waiting"]
    assert [row.id for row in figures.page(NATION, state="waiting")] == [second]
    assert [row.id for row in figures.page(NATION, before=second)] == [first]


def test_who_typed_it_cannot_approve_it(figures: TypedFigures) -> None:
    (number,) = figures.add(NATION, [proposal(by="an")])
    assert not figures.claim(NATION, number, "AN", AT, "")
    assert figures.refuse(NATION, number, "an", AT, "nhập nhầm")
    assert not figures.claim(NATION, number, "binh", AT, "")


def test_of_two_who_decide_at_once_one_comes_too_late(figures: TypedFigures) -> None:
    numbers = figures.add(NATION, [proposal(at=AT + n) for n in range(8)])
    for number in numbers:
        with ThreadPoolExecutor(2) as pool:
            taken = pool.submit(figures.claim, NATION, number, "b", AT, "")
            left = pool.submit(figures.refuse, NATION, number, "c", AT, "sai")
            assert taken.result() != left.result()


def test_what_could_not_be_sent_waits_again(figures: TypedFigures) -> None:
    (number,) = figures.add(NATION, [proposal()])
    assert figures.claim(NATION, number, "b", AT, "")
    assert figures.release(NATION, number)
    row = figures.get(NATION, number)
    assert row is not None
    assert (row.state, row.decided_by, row.decided) == ("waiting", None, None)


def test_nobody_reaches_into_another_province(figures: TypedFigures) -> None:
    (number,) = figures.add(HANOI, [proposal()])
    with pytest.raises(OutOfScope):
        figures.add(HUE, [proposal()])
    assert figures.get(HUE, number) is None
    assert figures.page(HUE) == figures.trail(HUE, proposal()) == []
    assert not figures.claim(HUE, number, "b", AT, "")
    assert not figures.refuse(HUE, number, "b", AT, "x")

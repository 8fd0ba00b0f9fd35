"""Points on their way into history: what waits is written together, in its order, and everybody hears of his own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from feeds.engine import outbox
from feeds.engine.outbox import Outbox
from feeds.engine.writer import SqlWriter
from feeds.store.history import Point
from tests.conftest import wait_until


class Desk:
    """A writer that holds its first job until it is let go, what was written together, and what was heard of it."""

    def __init__(self) -> None:
        self.writer = SqlWriter()
        self.written: list[list[str]] = []
        self.heard: list[tuple[str, int | None]] = []
        self.broken = ""
        self.box = Outbox(self.writer, self._write)

    def put(self, name: str, points: int = 1, alone: bool = False) -> None:
        """Some points of one indicator."""
        at = [Point("01", name, "hour", n, 1.0) for n in range(points)]
        self.box.put(at, lambda corrected: self.heard.append((name, corrected)), alone)

    def done(self) -> list[str]:
        """Everything is written; who heard of it, in order."""
        wait_until(lambda: self.writer.poll() >= 0 and self.box.empty, 10, "for the outbox")
        return [name for name, _ in self.heard]

    def _write(self, points: Sequence[Point], corrected: Callable[[int], None]) -> None:
        if any(point.indicator == self.broken for point in points):
            raise OSError("no room")
        self.written.append([point.indicator for point in points])
        corrected(len(points) * 10)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """One job at a time."""
    monkeypatch.setattr(outbox, "JOBS", 1)
    desk = Desk()
    yield desk
    desk.writer.abandon()


def test_what_comes_while_sql_is_busy_is_written_together(desk: Desk) -> None:
    for name in "abcd":
        desk.put(name)
    assert desk.done() == list("abcd")
    assert desk.written == [["a"], ["b", "c", "d"]]


def test_not_more_at_once_than_others_may_wait_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 4)
    desk.put("a")
    for name in "bcd":
        desk.put(name, points=3)
    desk.done()
    assert [len(together) for together in desk.written] == [1, 6, 3]


def test_a_piece_that_is_counted_alone_goes_with_the_others_and_is_counted_alone(desk: Desk) -> None:
    desk.put("a")
    for name, alone in (("b", False), ("c", True), ("d", True), ("e", False)):
        desk.put(name, alone=alone)
    rounds = 0
    while not desk.box.empty:
        rounds += bool(desk.writer.poll())
    assert desk.written == [["a"], ["b"], ["c"], ["d"], ["e"]] and rounds <= 2
    assert desk.heard == [(name, 10) for name in "abcde"]


def test_who_has_no_points_hears_when_all_before_are_written(desk: Desk) -> None:
    for name, points in (("a", 1), ("b", 2), ("end", 0), ("c", 1)):
        desk.put(name, points)
    assert desk.done() == ["a", "b", "end", "c"]


def test_what_cannot_be_written_is_told_and_what_comes_later_goes_on(desk: Desk) -> None:
    desk.broken = "b"
    for name in "ab":
        desk.put(name)
    desk.done()
    desk.put("c")
    desk.done()
    assert desk.heard == [("a", 10), ("b", None), ("c", 10)]


def test_it_is_full_until_some_of_it_is_given(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST", 5)
    desk.put("a")
    desk.put("b", points=4)
    assert not desk.box.full
    desk.put("c", points=1)
    assert desk.box.full
    desk.done()
    assert not desk.box.full


def test_sql_has_work_while_nobody_takes_what_it_has_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "JOBS", 2)
    for name in "abcd":
        desk.put(name)
    wait_until(lambda: desk.written == [["a"], ["b"]], 10, "for two jobs")
    assert desk.done() == list("abcd") and desk.written == [["a"], ["b"], ["c", "d"]]


def test_at_the_end_all_of_it_is_given(desk: Desk) -> None:
    for name in "abc":
        desk.put(name)
    desk.box.flush()
    desk.writer.finish()
    assert sorted(name for together in desk.written for name in together) == ["a", "b", "c"] and desk.box.empty

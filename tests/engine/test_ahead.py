"""Days that are worked out ahead of their writing: some together by one child, few children at a time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest

from feeds.engine.ahead import Ahead, Begun, Errand, Share, pack
from feeds.engine.aside import Aside


class Sender:
    """Sends a child for every two days; the child of day `fails` gives nothing."""

    def __init__(self, fails: int = -1) -> None:
        self.fails = fails
        self.begun: list[list[int]] = []

    def __call__(self, plans: Sequence[Any]) -> Begun:
        days = [int(day) for day in plans[:2]]
        self.begun.append(days)
        if days == [0, 1]:
            return [None, None]  # little: the engine does it itself
        work = pack([str(day).encode() for day in days])
        errand = Errand(Aside(lambda: work if self.fails not in days else bytes(1 // 0)), len(days))
        return [Share(errand, n) for n in range(len(days))]


def shares(ahead: Ahead, days: Sequence[Any], at_once: int) -> list[bytes | None]:
    """What a line gives, day after day, as whoever writes them asks for it."""
    line, found = ahead.line(days, at_once), list[bytes | None]()
    for number in range(len(days)):
        while len(line.begun) <= number:
            ahead.go_on()
        share = line.begun[number]
        found.append(ahead.take(share) if share else None)
    ahead.left()
    return found


def test_a_child_works_out_several_days_and_each_is_taken_once() -> None:
    sender = Sender()
    ahead = Ahead(sender)
    assert shares(ahead, range(7), 2) == [None, None, b"2", b"3", b"4", b"5", b"6"]
    assert sender.begun == [[0, 1], [2, 3], [4, 5], [6]]
    assert not ahead.waits and not ahead.ready


def test_of_a_child_that_fails_each_of_its_days_is_still_to_be_done() -> None:
    assert shares(Ahead(Sender(fails=3)), range(6), 1) == [None, None, b"", b"", b"4", b"5"]


def test_few_are_at_work_and_the_next_goes_when_one_comes_back() -> None:
    read, write = os.pipe()
    sent: list[Errand] = []

    def send(plans: Sequence[Any]) -> Begun:
        sent.append(Errand(Aside(lambda: os.read(read, 1) and pack([b"done"])), 1))
        return [Share(sent[-1], 0)]

    ahead = Ahead(send)
    ahead.line(range(3), 2)  # type: ignore[arg-type]  # days instead of plans
    ahead.go_on()
    assert len(sent) == 2 and ahead.waits and not ahead.ready
    os.write(write, b"x")
    while not ahead.ready:
        pass
    ahead.go_on()
    assert len(sent) == 3
    ahead.end()
    assert not ahead.waits
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    os.close(read)
    os.close(write)

"""A child that works on what its parent holds: it sees it as it stood, gives bytes, and leaves nothing behind."""

from __future__ import annotations

import os
import signal

import pytest

from feeds.engine.aside import Aside


def test_a_child_sees_what_stood_when_it_began_and_changes_nothing() -> None:
    held = [1]

    def work() -> bytes:
        held.append(7)
        return repr(held).encode()

    aside = Aside(work)
    held.append(2)
    assert aside.result() == b"[1, 7]"
    assert held == [1, 2] and aside.ready


def test_who_asks_whether_it_is_ready_does_not_wait() -> None:
    read, write = os.pipe()
    aside = Aside(lambda: os.read(read, 1))
    assert not aside.ready
    os.write(write, b"x")
    assert aside.result() == b"x"
    os.close(read)
    os.close(write)


@pytest.mark.parametrize("number", [0, signal.SIGTERM, signal.SIGKILL])
def test_a_child_that_fails_or_is_killed_gives_nothing(number: int) -> None:
    aside = Aside(lambda: os.kill(os.getpid(), number) or bytes(1 // number))
    assert aside.result() is None


def test_a_child_that_nobody_needs_is_gone() -> None:
    aside = Aside(lambda: bytes(signal.pause() or 0))
    aside.end()
    with pytest.raises(ChildProcessError):
        os.waitpid(aside._pid, os.WNOHANG)
    aside.end()

"""Writers of one SQLite file: who waits goes next."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

from feeds.catalogue.settings import Settings
from feeds.store.database import open_database
from feeds.store.turnstile import turn
from tests.conftest import wait_until


def is_taken(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_who_waits_writes_before_who_has_just_written(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path)
    busy, other = open_database(settings), open_database(settings)
    order: list[str] = []

    def write_once() -> None:
        with other.write():
            order.append("who waited")

    with busy.write():
        waiter = threading.Thread(target=write_once)
        waiter.start()
        wait_until(lambda: is_taken(tmp_path / "sim.db-turn"), 30, "for the other to stand next")
    with busy.write():
        order.append("who had just written")
    waiter.join()
    busy.close()
    other.close()
    assert order == ["who waited", "who had just written"]


def test_a_turnstile_that_somebody_blocks_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with turn(tmp_path / "turn", 1), turn(tmp_path / "turn", 0.0):
        assert is_taken(tmp_path / "turn")


def test_a_child_that_is_forked_meanwhile_takes_no_turn_with_it(tmp_path: Path) -> None:
    ends, told = os.pipe()
    with turn(tmp_path / "turn", 1):
        child = os.fork()
        if child == 0:
            os.close(told)
            os.read(ends, 1)  # until the parent has looked
            os._exit(0)
    try:
        assert not is_taken(tmp_path / "turn")
    finally:
        os.close(told)
        os.waitpid(child, 0)
        os.close(ends)

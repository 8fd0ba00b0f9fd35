"""Weeks in short: the system at ten times its pace keeps its memory and its files. Minutes: SOAK_MINUTES (30)."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import System, is_ready, start_system, stop_system, wait_until

MINUTES = int(os.environ.get("SOAK_MINUTES", "30"))
WARM_UP_MINUTES = 5
GROWTH = 1.2
SLACK = 64 * 1024 * 1024  # what a process may take once, whatever its size


def sizes(system: System) -> dict[int, tuple[str, int, int]]:
    """Command, resident bytes and open files of each process."""
    found = {}
    for process in psutil.Process(system.process.pid).children(recursive=True):
        with process.oneshot():
            found[process.pid] = (" ".join(process.cmdline()[-2:]), process.memory_info().rss, process.num_fds())
    return found


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_memory_and_files_stay_flat(tmp_path: Path) -> None:
    system = start_system(tmp_path, IOC_SIM_SPEED="10")
    try:
        wait_until(lambda: is_ready(system.url), 180, system.said())
        time.sleep(WARM_UP_MINUTES * 60)
        before = sizes(system)
        time.sleep(MINUTES * 60)
        after = sizes(system)
        assert set(after) == set(before), f"a process was replaced:\n{system.said()}"
        for pid, (name, rss, files) in before.items():
            assert after[pid][1] <= rss * GROWTH + SLACK, f"{name}: {rss >> 20} MB became {after[pid][1] >> 20} MB"
            assert after[pid][2] <= files + 20, f"{name}: {files} files became {after[pid][2]}"
    finally:
        stop_system(system)

"""Every test, on both cores: four lanes side by side, then what wants no neighbour.

    .venv/bin/python -m tests [words for pytest]       # what `make test` runs

A lane is a pytest of its own, with servers and ports of its own, so that a test neither knows nor cares in which it
runs: plain `pytest` runs the same tests one after another. A test belongs to exactly one lane, by folder or mark.
There are more lanes than cores, for half of a test's time is waiting: for a browser, a process, the beat of a clock.

A few tests that failed are run once more with the machine to themselves, and named at the end either way: what passes
then was in want of the machine, not wrong, and is to be made steadier; what fails again has failed.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SHARED, ALONE = "not soak and not alone", "alone and not soak"
SLOWEST = ["--durations=15", "--durations-min=5"]  # named at the end, so that none grows unseen
PAGES, FAULTS, SECURITY = "tests/e2e", "tests/faults", "tests/security"
WALLS = [  # the second browser's half of the pages
    f"{PAGES}/test_{name}.py"
    for name in ("hostile_text", "phone", "province_pages", "quality_page", "records_card", "records_page", "wall",
                 "wall_incident", "wall_words")
]  # fmt: skip
DOORS = [f"tests/{room}" for room in ("access", "callbacks", "catalogue", "compute", "layouts", "serve", "store")]
ELSEWHERE = (PAGES, FAULTS, SECURITY, *DOORS)
SIDE_BY_SIDE = {  # as long as each other
    "pages": [FAULTS, PAGES, *(f"--ignore={path}" for path in WALLS), "-m", SHARED],
    "walls": [SECURITY, *WALLS, "-m", SHARED],
    "doors": [*DOORS, "-m", SHARED],
    "rooms": ["tests", *(f"--ignore={folder}" for folder in ELSEWHERE), "-m", SHARED],
}
STORM = ["tests/faults/test_killed_under_load.py"]  # half of the last stage: it loads the machine and measures nothing
MEASURES = "tests/faults/test_crowded_front.py"  # when the storm is over
FAILED = re.compile(r"(?:FAILED|ERROR) (?P<test>\S+\.py::.+?)(?: - .*)?$")
SOME_FAILED = 1  # pytest's word for it; anything else broke off
MOST_AGAIN = 8


class Outcome(NamedTuple):
    """Whether the lanes ran to their end, and which tests failed."""

    ran: bool
    failed: list[str]

    @property
    def passed(self) -> bool:
        """Everything ran and nothing failed."""
        return self.ran and not self.failed


def alone() -> list[str]:
    """Files with a test that bears the mark, what measures last; the others need not be read once more."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    marked = [path for path in files if "pytest.mark.alone" in path.read_text(encoding="utf-8")]
    return sorted((str(path.relative_to(ROOT)) for path in marked), key=lambda path: (path == MEASURES, path))


def last() -> dict[str, list[str]]:
    """The lanes of what wants no neighbour but its own kind."""
    others = [path for path in alone() if path not in STORM]
    return {"storm": [*STORM, "-m", ALONE], "alone": [*others, "-m", ALONE]}


class Lane:
    """One pytest; each line it says is passed on under its name."""

    def __init__(self, name: str, words: list[str]) -> None:
        self.name = name
        self.failed: list[str] = []
        self.began = self.ended = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *SLOWEST, *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self._told = threading.Thread(target=self._pass_on)
        self._told.start()

    def _pass_on(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            sys.stdout.write(f"{self.name:5} {line}")
            sys.stdout.flush()
            if found := FAILED.match(line):
                self.failed.append(found["test"])
        self.ended = time.monotonic()

    def wait(self) -> Outcome:
        """What failed of it; one that ran no test, or broke off, has failed as a whole."""
        code = self.process.wait()
        self._told.join()
        print(f"{self.name:5} ended with {code} after {self.ended - self.began:.0f} s", flush=True)
        return Outcome(code == 0 or (code == SOME_FAILED and bool(self.failed)), self.failed)

    def end(self) -> None:
        """As Ctrl-C would, so that its fixtures stop their servers."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)


def run(lanes: dict[str, list[str]], words: list[str]) -> Outcome:
    """Start them together and wait for all; whatever stops this stops them too."""
    started = [Lane(name, [*own, *words]) for name, own in lanes.items()]
    try:
        outcomes = [lane.wait() for lane in started]
        return Outcome(all(one.ran for one in outcomes), [test for one in outcomes for test in one.failed])
    except SystemExit:
        for lane in started:
            lane.end()
        raise
    finally:
        for lane in started:
            lane.process.wait()  # a Ctrl-C reaches them as it reaches us: they stop their servers


def once_more(beside: Outcome, words: list[str], marks: str = SHARED) -> Outcome:
    """What failed, by itself; too many of them lack no machine, they have failed."""
    if not beside.failed or len(beside.failed) > MOST_AGAIN:
        return beside
    again = run({"again": [*beside.failed, "-m", marks]}, words)
    for test in beside.failed:
        print(f"{'failed twice' if test in again.failed else 'unsteady, passed alone'}: {test}", flush=True)
    return Outcome(beside.ran and again.ran, again.failed)


def main(words: list[str]) -> int:
    """All stages in any case: who reads the log learns of everything at once."""
    signal.signal(signal.SIGTERM, _stop)
    beside = once_more(run(SIDE_BY_SIDE, words), words)
    after = once_more(run(last(), words), words, ALONE)
    for test in (*beside.failed, *after.failed):
        print(f"FAILED: {test}", flush=True)
    return 0 if beside.passed and after.passed else 1


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

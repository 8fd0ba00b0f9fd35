"""One supervised program: watched, and started again with growing patience when it ends."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable
from typing import Literal

from feeds.host.refusal import Refused

FIRST_DELAY = 0.25
LONGEST_DELAY = 5.0
SETTLED_SECONDS = 10.0  # having lived that long, a program starts over with short delays
SHOWN = 200  # letters of a program's last words

State = Literal["running", "restarting", "stopped"]


class Child:
    """A program that `launch` starts. `tend` it often; it never waits."""

    def __init__(
        self,
        name: str,
        launch: Callable[[], subprocess.Popen[bytes]],
        say: Callable[[str], None],
        last_words: Callable[[], str] = lambda: "",
        now: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = lambda: random.uniform(0.75, 1.25),
    ) -> None:
        self.name = name
        self.process: subprocess.Popen[bytes] | None = None
        self.state: State = "stopped"
        self.since_ms = _wall_ms()
        self.restarts = 0
        self._launch = launch
        self._say = say
        self._last_words = last_words
        self._now = now
        self._jitter = jitter
        self._started = 0.0
        self._due = 0.0
        self._in_a_row = 0

    def start(self) -> None:
        """Start it; what `launch` raises comes through."""
        self.process = self._launch()
        self._started = self._now()
        self._become("running")

    def tend(self) -> None:
        """Notice an end, and start again when its time has come."""
        if self.state == "running" and self.process is not None and self.process.poll() is not None:
            self._ended(_how(self.process.returncode, self._last_words()))
        elif self.state == "restarting" and self._now() >= self._due:
            self.restarts += 1
            try:
                self.start()
            except (Refused, OSError) as error:
                self._ended(str(error))

    def stopped(self) -> None:
        """It was ended on purpose."""
        self._become("stopped")

    def _ended(self, how: str) -> None:
        lived = self._now() - self._started
        self._in_a_row = 1 if lived >= SETTLED_SECONDS else self._in_a_row + 1
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (self._in_a_row - 1)) * self._jitter()
        self._due = self._now() + delay
        self._become("restarting")
        self._say(f"{self.name} {how}; it starts again in {delay:.1f} s")

    def _become(self, state: State) -> None:
        self.state = state
        self.since_ms = _wall_ms()


def _how(code: int, last_words: str) -> str:
    if code < 0:
        return f"was killed by signal {-code}"
    return f"ended with code {code}" + (f" ({last_words[:SHOWN]})" if last_words else "")


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000

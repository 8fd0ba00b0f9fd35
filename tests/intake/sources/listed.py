"""An outlet that is a list: a kind is tested by what it hands out, without Redis, SQL or threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feeds.catalogue.clock import TickClock
from feeds.intake.reasons import Rejection
from feeds.intake.sources.seam import BadSource, Change


def _stop_at_once(_seconds: float) -> bool:
    return True


@dataclass
class Listed:
    """Keeps what it is given. `rest` is asked at each `wait` and says whether the kind should stop."""

    clock: TickClock = field(default_factory=lambda: TickClock(1_763_694_000_000))  # 2025-11-21 10:00 +07:00
    secrets: dict[str, str] = field(default_factory=dict)
    memory: dict[str, str] = field(default_factory=dict)
    rest: Callable[[float], bool] = _stop_at_once
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)  # how many events each `send` brought
    refused: list[tuple[str, bytes, Rejection, str]] = field(default_factory=list)
    me: str = "news"
    common: dict[str, str] = field(default_factory=dict)  # what all sources remember together; give two the same
    answers: int = 0  # how often the source answered

    def send(self, feed: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Keep the events."""
        self.batches.append(len(events))
        self.sent += [(feed, dict(event)) for event in events]

    def refuse(self, feed: str, raw: bytes, rejection: Rejection, offset: str = "") -> None:
        """Keep the refusal."""
        self.refused.append((feed, raw, rejection, offset))

    def recall(self, key: str) -> str | None:
        """What was remembered."""
        return self.memory.get(key)

    def remember(self, key: str, value: str) -> None:
        """Keep it for the test's life."""
        self.memory[key] = value

    def together(self, feed: str, change: Change) -> None:
        """Keep it for the test's life."""
        kept = change(self.me, self.common.get(feed))
        if kept is not None:
            self.common[feed] = kept

    def secret(self, name: str) -> str:
        """One of `secrets`."""
        if name not in self.secrets:
            raise BadSource(f"the environment variable {name} is not set")
        return self.secrets[name]

    def alive(self) -> None:
        """Count the answer."""
        self.answers += 1

    def wait(self, seconds: float) -> bool:
        """Ask `rest`; the clock moves on by `seconds`."""
        self.clock.tick(seconds)
        return self.rest(seconds)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event, in order, whatever its feed."""
        return [event for _, event in self.sent]

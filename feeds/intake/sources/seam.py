"""The seam between a kind of source and the system: a kind reads what a source sends and hands it out, nothing more.

A kind knows a protocol and a format. It does not know Redis, SQL, the spool, back-off or its own health: those are
the outlet's. So a kind can be tested with a list for an outlet, and all kinds fail in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from feeds.catalogue.clock import Clock
from feeds.intake.reasons import Rejection

Change = Callable[[str, str | None], str | None]


class Outlet(Protocol):
    """Where a kind hands out what it has read."""

    @property
    def clock(self) -> Clock:
        """The world's clock."""

    def send(self, feed: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Give events in the contract's shape to the door. Returns once they are durable: in Redis, or in the spool."""

    def refuse(self, feed: str, raw: bytes, rejection: Rejection, offset: str = "") -> None:
        """Put what could not be read into quarantine: its bytes, why, and where in the file or stream it stood."""

    def recall(self, key: str) -> str | None:
        """What this source was told to remember under `key`, across restarts."""

    def remember(self, key: str, value: str) -> None:
        """Keep `value` under `key`; called after `send`, so that what is remembered has been sent.

        Whoever moves or deletes what he has read remembers first: a trial ends there and nothing is touched.
        """

    def together(self, feed: str, change: Change) -> None:
        """Change what all sources of `feed` remember together: `change` gets this source's id and what is kept, and
        gives what is to be kept, or None when nothing changes. Alone while it runs, durable when this returns.
        """

    def secret(self, name: str) -> str:
        """The secret in the environment variable `name`; raises BadSource when it is not set."""

    def alive(self) -> None:
        """The source answered, also when it had nothing new."""

    def wait(self, seconds: float) -> bool:
        """Rest, at most so long; True when the kind should stop."""


class BadSource(Exception):
    """A source cannot be read now; the message is a sentence for the operator, without secrets."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: the settings a source of it declares, and how it is read.

    `listens` False: `run` reads what there is now and returns; it is called once per cadence. True: `run` goes on until
    `outlet.wait` says stop. Whatever `run` raises is counted, told, and tried again after a growing rest.
    """

    settings: type[msgspec.Struct]
    run: Callable[[Any, Outlet], None]
    listens: bool = False

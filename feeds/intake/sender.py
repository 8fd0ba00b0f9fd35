"""What one sender may send: which feeds, about which units, under which source names, and how much.

A key of the HTTP door and a declared source are both senders; what lies outside of what they may say is refused event
by event, with a reason, and lands in quarantine.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from feeds.intake.reasons import Rejection, rejection


@dataclass(frozen=True, slots=True)
class Sender:
    """Bounds of a sender; None stands for all. A source name that ends in `*` stands for all that begin so."""

    name: str = ""
    units: frozenset[str] | None = None  # codes of 2025, and `vn` for the nation and its agencies
    sources: tuple[str, ...] | None = None
    most: int | None = None  # events in one batch

    def objection(self, source: str, part: str) -> Rejection | None:
        """Why this sender may not send an event of `source` about the partition `part`; None when it may."""
        if self.units is not None and part not in self.units:
            return rejection("place_not_yours", place=part, own=", ".join(sorted(self.units)))
        if self.sources is not None and not any(_matches(source, name) for name in self.sources):
            return rejection("source_not_yours", source=source, own=", ".join(self.sources))
        return None

    def spend(self, n: int) -> float:
        """Count `n` events against the sender's rate; seconds to wait when it is used up, 0 when they may pass."""
        return 0.0


ANYONE = Sender()


def own_key(secret: str) -> str:
    """The key by which our own simulator is known at the door of a simulated world, from IOC_SECRET_KEY."""
    return hmac.new(secret.encode(), b"ingest:simulator", hashlib.sha256).hexdigest()


def _matches(source: str, name: str) -> bool:
    return source.startswith(name[:-1]) if name.endswith("*") else source == name

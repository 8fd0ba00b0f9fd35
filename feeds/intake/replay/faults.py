"""A recording spoiled on purpose, the same way for the same seed: rows sent twice, rows that come hours late."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from feeds.catalogue.clock import HOUR_MS
from feeds.intake.replay.recording import BadRecording, Item

LATEST_HOURS = 48
KINDS = ("duplicates", "late")


@dataclass(frozen=True, slots=True)
class Faults:
    """The share of items that each fault hits."""

    duplicates: float = 0.0
    late: float = 0.0
    seed: int = 0

    @classmethod
    def parse(cls, text: str, seed: int = 0) -> Faults:
        """Reads `duplicates=0.02,late=0.02`; BadRecording for anything else."""
        shares: dict[str, float] = {}
        for word in filter(None, text.split(",")):
            kind, _, share = word.partition("=")
            if kind not in KINDS or not share.replace(".", "", 1).isdecimal() or float(share) > 1:
                raise BadRecording(f"{word!r} is no fault: write duplicates=0.02 or late=0.02, shares from 0 to 1.")
            shares[kind] = float(share)
        return cls(**shares, seed=seed)


@dataclass(frozen=True, slots=True)
class Sending:
    """An item and when, in recorded time, it is sent."""

    when: int
    item: Item


def schedule(items: Sequence[Item], faults: Faults) -> list[Sending]:
    """When each item is sent: when it was observed, unless a fault hits it. Nothing is sent after the recording."""
    rng = random.Random(faults.seed)
    end = max(item.at for item in items)
    sendings: list[Sending] = []
    for item in items:
        late = rng.random() < faults.late
        when = min(end, item.at + rng.randint(HOUR_MS, LATEST_HOURS * HOUR_MS)) if late else item.at
        sendings.append(Sending(when, item))
        if rng.random() < faults.duplicates:
            sendings.append(Sending(min(end, when + rng.randint(0, 2 * HOUR_MS)), item))
    return sorted(sendings, key=lambda sending: sending.when)

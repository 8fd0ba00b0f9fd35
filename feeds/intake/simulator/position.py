"""Where the story stands, kept in a file before anything is sent, so that a kill loses nothing and doubles nothing.

The story is a pure function of its seed, so what was under way need not be kept: after a kill the same stretch is
told again with the same numbers, and the door knows what it had already as duplicates.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from feeds.catalogue.settings import BadSetting


class Position(msgspec.Struct, kw_only=True):
    """`told` and `past` say what has arrived, `until` what may be under way; `seqs` the numbers before that."""

    seed: int
    opening: int  # story time of the very first start: the past is remembered back from here
    knots: list[tuple[int, int]]
    speed: float
    told: int  # the live story has arrived up to here
    until: int  # and may have arrived up to here
    past: int = 0  # how many events of the past have arrived
    recalling: bool = False  # a stretch of the past may be under way
    past_done: bool = False
    gap: tuple[int, int] | None = None  # a pause between two runs that is being made up for
    seqs: dict[str, int] = {}


def load(path: Path) -> Position | None:
    """What was kept; None at a first start. Raises BadSetting with a sentence when the file cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Position)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError:
        raise BadSetting(f"{path} is no position of a simulator: remove its folder and begin anew") from None


def save(path: Path, position: Position) -> None:
    """Keep it, whole or not at all."""
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(position))
    os.replace(new, path)

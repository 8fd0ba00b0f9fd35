"""Reads many damaged copies of a film, in a process of its own: a library in C that breaks would end the tests.

Usage: python -m tests.intake.cameras.torn_clips <film> <folder> <copies>
It prints how many gave pictures and how many none.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from feeds.intake.cameras.counter import Counter
from feeds.intake.cameras.stream import Lost, Stream, quiet
from feeds.intake.cameras.watch import MIDDLE


def seen(url: str) -> bool:
    """True when the copy gives a picture; whatever is wrong with it is Lost and nothing else."""
    counter, pictures = Counter(MIDDLE), 0
    try:
        stream = Stream(url, 2.0)
    except Lost:
        return False
    try:
        for picture in stream.pictures():
            counter.step(picture.grey(160))
            pictures += 1
    except Lost:
        return pictures > 0
    finally:
        stream.close()


def main(film: str, folder: str, copies: str) -> None:
    quiet()
    whole, dice, good = Path(film).read_bytes(), Random(8), 0
    torn = Path(folder) / "torn.mp4"
    for n in range(int(copies)):
        raw = bytearray(whole[: dice.randrange(len(whole))] if n % 5 == 0 else whole)
        for _ in range(dice.choice((1, 8, 64)) if raw else 0):
            where = (
                dice.randrange(len(raw)) if n % 2 else -1 - dice.randrange(min(len(raw), 2_000))
            )  # the index is last
            raw[where] = dice.randrange(256)
        torn.write_bytes(raw)
        good += seen(f"file:{torn}")
    sys.stdout.write(f"{good} {int(copies) - good}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

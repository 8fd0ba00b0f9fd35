"""Chance without memory: the same keys always give the same number, so any moment of the story can be told alone."""

from __future__ import annotations

from functools import lru_cache
from math import cos, log, pi, sqrt
from zlib import crc32

MASK = (1 << 64) - 1
SCALE = 1 / (1 << 64)


def key(text: str) -> int:
    """A stable number for a name."""
    return crc32(text.encode())


def mix(*parts: int) -> int:
    """64 well-stirred bits of the parts (whole numbers from 0; their tuple's hash does not depend on the process)."""
    state = hash(parts) & MASK
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
    return state ^ (state >> 31)


def draw(*parts: int) -> float:
    """Uniform in [0, 1)."""
    return mix(*parts) * SCALE


def between(low: float, high: float, *parts: int) -> float:
    """Uniform in [low, high)."""
    return low + (high - low) * draw(*parts)


def normal(*parts: int) -> float:
    """About standard normal."""
    return sqrt(-2 * log(1 - draw(*parts, 1))) * cos(2 * pi * draw(*parts, 2))


def smooth(at_ms: int, step_ms: int, *parts: int) -> float:
    """A wandering value in [-1, 1] that changes over about `step_ms`."""
    step, rest = divmod(at_ms, step_ms)
    a, b = _corner(step, *parts), _corner(step + 1, *parts)
    blend = (1 - cos(pi * rest / step_ms)) / 2
    return 2 * (a + (b - a) * blend) - 1


@lru_cache(maxsize=16_384)
def _corner(*parts: int) -> float:
    """What a wandering value passes through; every moment of the step asks for the same two."""
    return draw(*parts)


def count(mean: float, *parts: int) -> int:
    """A small whole number with this mean: for things that happen now and then."""
    whole, rest = divmod(mean, 1)
    return int(whole) + (draw(*parts) < rest)

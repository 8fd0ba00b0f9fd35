"""A figure: a value with what makes it trustworthy. The shape that calculations give and everything else reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """One figure of one place or entity at one time; `v` None: there is none, and `extra` may say why."""

    v: float | None
    n: int = 0  # observations behind it
    at: int = 0  # newest observation, ms; 0: never
    received: int = 0
    source: str = ""
    weight: float = 1.0  # what it weighs in a mean; the denominator of a share
    extra: Mapping[str, Any] | None = None  # main pollutant, class, parts ...


NOTHING = Figure(None)

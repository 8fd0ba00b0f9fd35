"""Flood alert levels of gauges, in metres: data/thresholds/flood_levels.csv, a table that people edit.

A row names its gauge by the code under which it reports (`station`), or by its unit, name and river. What it says holds
from `valid_from` on and before `valid_to`, before whatever the gauge declares of itself; of two rows in force the later
one holds. `basis` is the decision behind it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from feeds.catalogue.names import fold
from feeds.catalogue.settings import ROOT

TABLE = ROOT / "data" / "thresholds" / "flood_levels.csv"
LEVELS = ("bd1", "bd2", "bd3")


class BadLevels(ValueError):
    """A row that cannot be used; `str()` names file and line and says what to write."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a decision sets for one gauge."""

    levels: tuple[float, float, float]
    basis: str
    valid_from: date
    valid_to: date


class FloodLevels:
    """The table, ready to be asked."""

    def __init__(self, rows: Mapping[tuple[str, ...], list[Row]]) -> None:
        self._rows = rows

    @classmethod
    def load(cls, path: Path = TABLE) -> FloodLevels:
        """Reads the table; raises BadLevels."""
        rows: dict[tuple[str, ...], list[Row]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for line, said in enumerate(csv.DictReader(file), 2):
                try:
                    rows.setdefault(_gauge(said), []).append(_row(said))
                except (KeyError, TypeError, ValueError) as error:
                    raise BadLevels(f"{path}, line {line}: {error}") from error
        return cls({gauge: sorted(found, key=lambda row: row.valid_from) for gauge, found in rows.items()})

    def of(self, code: str, unit: str, vi: str, river: str, day: date) -> dict[str, Any] | None:
        """`bd1`, `bd2`, `bd3` and `basis` in force on `day`; None for a gauge the table does not have."""
        rows = self._rows.get((code,)) or self._rows.get((unit, fold(vi), fold(river)), [])
        held = [row for row in rows if row.valid_from <= day < row.valid_to]
        if not held:
            return None
        return dict(zip(LEVELS, held[-1].levels, strict=True)) | {"basis": held[-1].basis}


def _gauge(said: Mapping[str, str]) -> tuple[str, ...]:
    if said["station"]:
        return (said["station"],)
    if not (said["commune"][:2].isdigit() and said["vi"] and said["river"]):
        raise ValueError("give `station`, or `commune` (01/00097), `vi` and `river`")
    return said["commune"][:2], fold(said["vi"]), fold(said["river"])


def _row(said: Mapping[str, str]) -> Row:
    one, two, three = (float(said[name]) for name in LEVELS)
    if not one < two < three:
        raise ValueError(f"bd1 {one:g}, bd2 {two:g}, bd3 {three:g} do not rise")
    if not said["basis"]:
        raise ValueError("`basis` is empty: name the decision")
    begins, ends = said["valid_from"], said["valid_to"]
    return Row(
        (one, two, three),
        said["basis"],
        date.fromisoformat(begins) if begins else date.min,
        date.fromisoformat(ends) if ends else date.max,
    )

"""A measured figure beside its peer, and the one table they make."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """`ours` and `peer` in `unit`; `most` limits the ratio of the two, `limit` and `least` limit ours itself."""

    figure: str
    unit: str
    ours: float
    peer: float | None = None
    most: float | None = None
    against: str = ""
    limit: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours to the peer's."""
        return self.ours / self.peer if self.peer else None

    @property
    def holds(self) -> bool:
        """True when every declared limit holds."""
        ratio = self.ratio
        return (
            (self.most is None or (ratio is not None and ratio <= self.most))
            and (self.limit is None or self.ours <= self.limit)
            and (self.least is None or self.ours >= self.least)
        )

    def bound(self) -> str:
        """The limit in words."""
        bounds = (
            (f"≤ {self.most}x", self.most),
            (f"≤ {_n(self.limit)}", self.limit),
            (f"≥ {_n(self.least)}", self.least),
        )
        return ", ".join(words for words, value in bounds if value is not None) or "–"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table: ours, peer, limit, ratio."""
    lines = ["| figure | ours | peer | ratio | limit | holds |", "|---|---|---|---|---|---|"]
    for row in rows:
        peer = f"{_n(row.peer)} {row.unit} ({row.against})" if row.peer is not None else "–"
        ratio = f"{row.ratio:.3g}" if row.ratio is not None else "–"
        holds = "–" if row.bound() == "–" else "yes" if row.holds else "**no**"
        note = f" ({row.note})" if row.note else ""
        ours = f"{_n(row.ours)} {row.unit}" if isfinite(row.ours) else "not while it was watched"
        lines.append(f"| {row.figure}{note} | {ours} | {peer} | {ratio} | {row.bound()} | {holds} |")
    return "\n".join(lines)


def program(doc: str | None, measure: Callable[..., list[Row]], **numbers: int) -> int:
    """A bench as a program: its `numbers` as options, the table on the screen, the rows in `--rows FILE`."""
    parser = argparse.ArgumentParser(description=doc)
    for name, usual in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--rows", type=Path, help="leave the rows here, for the one table of `make bench`")
    asked = vars(parser.parse_args())
    out: Path | None = asked.pop("rows")
    rows = measure(**asked)
    sys.stdout.write(table(rows) + "\n")
    if out:
        out.write_text(json.dumps([row.as_dict() for row in rows]))
    return 0


def _n(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"

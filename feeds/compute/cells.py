"""Mergeable cells: what is left of the readings of one parameter in one bucket of time.

A cell is a plain list, because tens of thousands are touched a second. Adding in any order, or merging cells that
were filled apart, gives the same cell.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

Cell = list[float]
Row = dict[str, Cell]  # parameter -> cell: one station in one bucket

N, SUM, MIN, MAX, LAST, AT, RECEIVED = range(7)

pack = msgspec.msgpack.Encoder().encode
unpack_row = msgspec.msgpack.Decoder(dict[str, list[float]]).decode


def add(row: Row, values: Mapping[str, float], at: int, received: int) -> None:
    """Count `values`, observed at `at`, into `row`."""
    for name, value in values.items():
        cell = row.get(name)
        if cell is None:
            row[name] = [1, value, value, value, value, at, received]
            continue
        cell[N] += 1
        cell[SUM] += value
        if value < cell[MIN]:
            cell[MIN] = value
        elif value > cell[MAX]:
            cell[MAX] = value
        if at > cell[AT] or (at == cell[AT] and (received, value) > (cell[RECEIVED], cell[LAST])):
            cell[LAST] = value
            cell[AT] = at
            cell[RECEIVED] = received


def merge(row: Row, other: Mapping[str, Cell]) -> None:
    """Take every cell of `other` into `row`; `other` stays as it is."""
    for name, more in other.items():
        cell = row.get(name)
        if cell is None:
            row[name] = list(more)
            continue
        cell[N] += more[N]
        cell[SUM] += more[SUM]
        cell[MIN] = min(cell[MIN], more[MIN])
        cell[MAX] = max(cell[MAX], more[MAX])
        if (more[AT], more[RECEIVED], more[LAST]) > (cell[AT], cell[RECEIVED], cell[LAST]):
            cell[LAST:] = more[LAST:]


def mean(cell: Cell) -> float:
    """Arithmetic mean of the readings in the cell."""
    return cell[SUM] / cell[N]

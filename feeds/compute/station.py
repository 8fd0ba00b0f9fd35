"""The cells of one station: one row for each hour of the recent past, one for each day before that.

Buckets are whole numbers: an hour is its hours since the epoch, a day is minus its days since the epoch. Rows that
nobody reads stay packed, as they lie in Redis: a restart decodes only what is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from feeds.catalogue.clock import HOUR_MS, OFFSET_MS
from feeds.compute.cells import AT, LAST, RECEIVED, Cell, Row, merge, pack, unpack_row

HOURS_A_DAY = 24


def hour_at(ms: int) -> int:
    """The hour that ends at or holds `ms`: at 11:00 sharp it is the one from 10:00, complete at last."""
    return (ms - 1) // HOUR_MS


def bucket_of_hour(hour: int, horizon: int) -> int:
    """The bucket that keeps `hour` when hours before `horizon` have been folded into days."""
    return hour if hour >= horizon else -day_of_hour(hour)


def day_of_hour(hour: int) -> int:
    """Vietnam's calendar day that holds `hour`."""
    return (hour * HOUR_MS + OFFSET_MS) // (HOURS_A_DAY * HOUR_MS)


def first_hour(day: int) -> int:
    """The first hour of Vietnam's calendar day `day`."""
    return day * HOURS_A_DAY - OFFSET_MS // HOUR_MS


class Station:
    """A thing that reports readings: station, link, camera, or a place that speaks for itself (`@01`)."""

    __slots__ = ("at", "code", "declared", "fields", "leaf", "received", "rows", "source")

    def __init__(self, code: str, leaf: str, source: str = "") -> None:
        self.code = code
        self.leaf = leaf  # leaf of the place it stands in
        self.source = source  # who spoke for it last
        self.declared = False  # the list of entities says where it stands, its events do not
        self.fields: Mapping[str, Any] = {}  # what that list says of it: bd1, capacity, type ...
        self.at = 0  # newest observation
        self.received = 0
        self.rows: dict[int, Row | bytes] = {}

    def row(self, bucket: int) -> Row | None:
        """The row of a bucket, to be read."""
        row = self.rows.get(bucket)
        if row.__class__ is bytes:
            row = self.rows[bucket] = unpack_row(row)
        return row  # type: ignore[return-value]  # not bytes any more

    def open_row(self, bucket: int) -> Row:
        """The row of a bucket, to be written."""
        row = self.row(bucket)
        if row is None:
            row = self.rows[bucket] = {}
        return row

    def cell(self, bucket: int, param: str) -> Cell | None:
        """The cell of one parameter in one bucket."""
        row = self.row(bucket)
        return None if row is None else row.get(param)

    def hours(self, until: int, count: int) -> Iterator[int]:
        """`count` hours back from `until`, newest first."""
        return iter(range(until, until - count, -1))

    def newest(self, param: str, now: int) -> Cell | None:
        """The newest cell of `param` that began before `now`; its last reading is the station's latest."""
        rows = self.rows
        last = hour_at(now)
        best: Cell | None = None
        for hour in (last, last - 1):  # the ordinary case, without sorting
            if hour in rows and (cell := self.cell(hour, param)) is not None:
                return cell
        for bucket in sorted(rows, key=end_of, reverse=True):
            if bucket_start(bucket) > last or (cell := self.cell(bucket, param)) is None:
                continue
            if best is None or cell[AT] > best[AT]:
                best = cell
            if bucket > 0:
                break
        return best

    def close(self, hour: int) -> None:
        """Pack the row of an hour that will hardly be read again."""
        row = self.rows.get(hour)
        if row is not None and row.__class__ is not bytes:
            self.rows[hour] = pack(row)

    def fold(self, horizon: int) -> set[int]:
        """Fold the hours before `horizon` into their days; returns the buckets that changed or went."""
        old = [bucket for bucket in self.rows if 0 < bucket < horizon]
        changed: set[int] = set(old)
        for hour in old:
            row = self.row(hour)
            day = -day_of_hour(hour)
            merge(self.open_row(day), row or {})
            del self.rows[hour]
            changed.add(day)
        return changed

    def drop_days(self, before: int) -> set[int]:
        """Forget the days before day `before`; returns their buckets."""
        gone = {bucket for bucket in self.rows if bucket < 0 and -bucket < before}
        for bucket in gone:
            del self.rows[bucket]
        return gone


def bucket_start(bucket: int) -> int:
    """The first hour of a bucket."""
    return bucket if bucket > 0 else first_hour(-bucket)


def end_of(bucket: int) -> int:
    """The hour after the last one of a bucket: what buckets are ordered by."""
    return bucket + 1 if bucket > 0 else first_hour(1 - bucket)


def reading(cell: Cell) -> tuple[float, int, int]:
    """Last value of a cell, when it was observed and when it was received."""
    return cell[LAST], int(cell[AT]), int(cell[RECEIVED])

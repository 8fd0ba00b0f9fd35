"""The cells of one station: one row for each hour of the recent past, one for each day before that.

Buckets are whole numbers: an hour is its hours since the epoch, a day is minus its days since the epoch. Rows that
nobody reads stay packed, as they lie in Redis: a restart decodes only what is asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from operator import neg
from typing import Any

from feeds.catalogue.clock import HOUR_MS, OFFSET_MS
from feeds.compute.cells import AT, LAST, RECEIVED, Cell, Row, merge, pack, unpack_row

HOURS_A_DAY = 24
NEVER = [0.0] * (RECEIVED + 1)


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

    __slots__ = ("_kept", "_newest", "at", "code", "declared", "fields", "leaf", "received", "rows", "source")

    def __init__(self, code: str, leaf: str, source: str = "") -> None:
        self.code = code
        self.leaf = leaf  # leaf of the place it stands in
        self.source = source  # who spoke for it last
        self.declared = False  # the list of entities says where it stands, its events do not
        self.fields: Mapping[str, Any] = {}  # what that list says of it: bd1, capacity, type ...
        self.at = 0  # newest observation
        self.received = 0
        self.rows: dict[int, Row | bytes] = {}
        self._newest: dict[str, int | None] = {}  # parameter -> its newest bucket, as far as looked up
        self._kept: tuple[list[int], list[int]] | None = None  # hours and days there are, the oldest first

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
            self._kept = None
        return row

    def cell(self, bucket: int, param: str) -> Cell | None:
        """The cell of one parameter in one bucket."""
        row = self.rows.get(bucket)
        if row.__class__ is bytes:
            row = self.row(bucket)
        return None if row is None else row.get(param)  # type: ignore[union-attr]  # not bytes any more

    def newest(self, param: str, now: int) -> Cell | None:
        """The newest cell of `param` that began before `now`; its last reading is the station's latest."""
        bucket = self.newest_bucket(param, now)
        return None if bucket is None else self.cell(bucket, param)

    def newest_hour(self, param: str, now: int) -> int | None:
        """The newest hour with a reading of `param`; None when there is none but in days past."""
        bucket = self.newest_bucket(param, now)
        return bucket if bucket is not None and bucket > 0 else None

    def cells(self, param: str, last: int, count: int) -> list[Cell]:
        """The cells of `param` in the `count` hours up to `last`, newest first, without those in which it is not."""
        kept, found = self.rows, list[Cell]()
        for hour in range(last, last - count, -1):
            if hour in kept:
                row = kept[hour]
                row = self.row(hour) or {} if isinstance(row, bytes) else row
                if param in row:
                    found.append(row[param])
        return found

    @property
    def first_hour(self) -> int | None:
        """The first hour of all that is kept."""
        hours, days = self._sorted()
        return min([*hours[:1], *(first_hour(-day) for day in days[:1])], default=None)

    def note(self, bucket: int) -> None:
        """Take note of what a written row holds, so that `newest` need not search."""
        for param, cell in (self.row(bucket) or {}).items():
            if param in self._newest:
                known = self._newest[param]
                held = None if known is None else self.cell(known, param)
                if held is None or cell[AT] >= held[AT]:
                    self._newest[param] = bucket

    def newest_bucket(self, param: str, now: int) -> int | None:
        """The hour, or the day past, with the newest reading of `param` before `now`."""
        last = hour_at(now)
        if self.cell(last, param) is not None:  # no day past reaches beyond an hour that is kept
            return last
        if param not in self._newest:
            self._newest[param] = self._search(param, None)
        bucket = self._newest[param]
        if bucket is not None and bucket not in self.rows:  # folded since
            bucket = self._newest[param] = self._search(param, None)
        return bucket if bucket is None or bucket_start(bucket) <= last else self._search(param, last)

    def _search(self, param: str, last: int | None) -> int | None:
        """The bucket with the newest reading: the newest hour's, or a day's where that is newer still."""
        hours, days = self._sorted()
        hour = self._last_of(hours, len(hours) if last is None else bisect_right(hours, last), param)
        if not days:
            return hour
        until = len(days) if last is None else bisect_right(days, day_of_hour(last), key=neg)
        day = self._last_of(days, until, param)
        if hour is None or day is None:
            return day if hour is None else hour
        newer = (self.cell(day, param) or NEVER)[AT] > (self.cell(hour, param) or NEVER)[AT]
        return day if newer else hour

    def _sorted(self) -> tuple[list[int], list[int]]:
        if self._kept is None or len(self._kept[0]) + len(self._kept[1]) != len(self.rows):
            self._kept = sorted(b for b in self.rows if b > 0), sorted((b for b in self.rows if b < 0), reverse=True)
        return self._kept

    def _last_of(self, buckets: list[int], until: int, param: str) -> int | None:
        """The last of the first `until` buckets that holds the parameter."""
        while until:
            until -= 1
            if self.cell(buckets[until], param) is not None:
                return buckets[until]
        return None

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
        self._kept = None
        return changed

    def drop_days(self, before: int) -> set[int]:
        """Forget the days before day `before`; returns their buckets."""
        gone = {bucket for bucket in self.rows if bucket < 0 and -bucket < before}
        for bucket in gone:
            del self.rows[bucket]
        self._kept = None
        return gone


def bucket_start(bucket: int) -> int:
    """The first hour of a bucket."""
    return bucket if bucket > 0 else first_hour(-bucket)


def reading(cell: Cell) -> tuple[float, int, int]:
    """Last value of a cell, when it was observed and when it was received."""
    return cell[LAST], int(cell[AT]), int(cell[RECEIVED])

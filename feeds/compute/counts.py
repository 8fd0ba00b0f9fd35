"""Counted facts of one feed for every place: by minute for the last hour or two, by hour, and by day before that.

A fact is counted once at its *leaf*, the place the event names, and rolled up as it is counted, to the unit and the
nation. What a unit or the nation says for itself has a leaf of its own (`01/`, `vn/`), so that a leaf is never the
sum of others and the leaves alone need to be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from feeds.compute.station import bucket_of_hour, day_of_hour, first_hour, hour_at

MINUTE_MS = 60_000
MINUTES = 60

Tally = dict[str, float]  # measure -> how much
Bucket = dict[str, Tally]  # place -> tally
NOTHING: Bucket = {}

Chain = Callable[[str], tuple[str, ...]]  # leaf -> the places it rolls up to, from the unit to the nation


def own_leaf(place: str) -> str:
    """The leaf of what is said at `place`: itself for a commune, `01/` for a unit that speaks for itself."""
    return place if "/" in place else f"{place}/"


class Counts:
    """The counts of one feed. `horizon` is the first hour that is still kept as an hour."""

    def __init__(self, chain: Chain, horizon: int = 0, first_minute: int = 0) -> None:
        self._chain = chain
        self.horizon = horizon
        self.first_minute = first_minute  # earlier minutes are not kept as minutes
        self.minutes: dict[int, Bucket] = {}
        self.hours: dict[int, Bucket] = {}
        self.days: dict[int, Bucket] = {}

    def add(self, leaf: str, minute: int, tally: Mapping[str, float]) -> int:
        """Count what happened at `leaf` in `minute`; returns the bucket (hour, or minus day) it is kept in."""
        if minute >= self.first_minute:
            self._put(self.minutes, minute, leaf, tally)
        return self.add_hour(leaf, minute // MINUTES, tally)

    def add_hour(self, leaf: str, hour: int, tally: Mapping[str, float]) -> int:
        """As `add`, for facts that are known to the hour."""
        bucket = bucket_of_hour(hour, self.horizon)
        self.add_bucket(leaf, bucket, tally)
        return bucket

    def add_bucket(self, leaf: str, bucket: int, tally: Mapping[str, float]) -> None:
        """Count into an hour, or into a day (minus its number)."""
        self._put(*((self.hours, bucket) if bucket > 0 else (self.days, -bucket)), leaf, tally)

    def restore_minute(self, leaf: str, minute: int, tally: Mapping[str, float]) -> None:
        """Put back the minute of an hour that is itself put back: the hour is not counted again."""
        if minute >= self.first_minute:
            self._put(self.minutes, minute, leaf, tally)

    def at_leaf(self, leaf: str, bucket: int) -> Tally:
        """What is counted at a leaf in an hour or a day."""
        table = self.hours.get(bucket) if bucket > 0 else self.days.get(-bucket)
        return (table or {}).get(leaf, {})

    def at_minute(self, leaf: str, minute: int) -> Tally:
        """What is counted at a leaf in a minute."""
        return self.minutes.get(minute, {}).get(leaf, {})

    def tally(self, place: str, spans: Iterable[Span]) -> Tally:
        """Everything counted at `place` over `spans`."""
        found: Tally = {}
        for name, buckets in spans:
            table: dict[int, Bucket] = getattr(self, name)
            for bucket in buckets:
                held = table.get(bucket)
                if held is not None and place in held:
                    _increase(found, held[place])
        return found

    def sums_of(self, place: str, measures: Iterable[str], spans: Iterable[Span]) -> Tally:
        """Sums of single measures at `place` over `spans`, added in the order of `tally`; those that were counted."""
        found: Tally = {}
        wanted = tuple(measures)
        for name, buckets in spans:
            table: dict[int, Bucket] = getattr(self, name)
            for bucket in buckets:
                held = table.get(bucket, NOTHING).get(place)
                if held is None:
                    continue
                for measure in wanted:
                    if measure in held:
                        found[measure] = found.get(measure, 0) + held[measure]
        return found

    def total(self, place: str, measures: Iterable[str], spans: Iterable[Span]) -> float:
        """Sum of `measures` at `place` over `spans`."""
        tally = self.tally(place, spans)
        return sum(tally.get(name, 0) for name in measures)

    def forget_minutes(self, before: int) -> Iterator[tuple[int, str]]:
        """Forget the minutes before `before`; yields (minute, leaf) of each leaf that had one."""
        self.first_minute = before
        for minute in [m for m in self.minutes if m < before]:
            for place in self.minutes.pop(minute):
                if "/" in place:
                    yield minute, place

    def fold(self, horizon: int) -> Iterator[tuple[int, str]]:
        """Fold the hours before `horizon` into days; yields (hour, leaf) of each leaf that moved."""
        self.horizon = horizon
        for hour in sorted(h for h in self.hours if h < horizon):
            day = self.days.setdefault(day_of_hour(hour), {})
            for place, tally in self.hours.pop(hour).items():
                _increase(day.setdefault(place, {}), tally)
                if "/" in place:
                    yield hour, place

    def drop_days(self, before: int, leaves_before: int) -> Iterator[tuple[int, str]]:
        """Forget days before `before`, and single leaves before `leaves_before`; yields (day, leaf) of each gone."""
        for day in [d for d in self.days if d < leaves_before]:
            bucket = self.days[day]
            gone = [place for place in bucket if day < before or "/" in place]
            for place in gone:
                del bucket[place]
                if "/" in place:
                    yield day, place
            if not bucket:
                del self.days[day]

    def _put(self, table: dict[int, Bucket], key: int, leaf: str, tally: Mapping[str, float]) -> None:
        bucket = table.get(key)
        if bucket is None:
            bucket = table[key] = {}
        for place in (leaf, *self._chain(leaf)):
            held = bucket.get(place)
            if held is None:
                bucket[place] = dict(tally)
            else:
                _increase(held, tally)


Span = tuple[str, Iterable[int]]  # one of `minutes`, `hours`, `days`, and the buckets of it


def minutes_back(now: int, count: int) -> Span:
    """The minute that ends at or holds `now` and those before it: complete at the minute's end."""
    last = (now - 1) // MINUTE_MS
    return "minutes", range(last, last - count, -1)


def hours_back(now: int, count: int) -> Span:
    """The hour that ends at or holds `now` and those before it."""
    last = hour_at(now)
    return "hours", range(last, last - count, -1)


def day_so_far(now: int) -> list[Span]:
    """Vietnam's calendar day that ends at or holds `now`, up to now."""
    last = hour_at(now)
    day = day_of_hour(last)
    return [("hours", range(first_hour(day), last + 1)), ("days", (day,))]


def days_so_far(first_day: int, now: int) -> list[Span]:
    """From the start of day `first_day` up to now."""
    last = hour_at(now)
    return [("hours", range(first_hour(first_day), last + 1)), ("days", range(first_day, day_of_hour(last) + 1))]


def _increase(held: Tally, tally: Mapping[str, float]) -> None:
    for name, more in tally.items():
        held[name] = held.get(name, 0) + more

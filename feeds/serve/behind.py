"""Which records stand behind a figure: what the catalogue says of its computation, turned into what to look up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS, day_of
from feeds.catalogue.model import Catalogue, Feed, Indicator
from feeds.compute.counts import MINUTE_MS
from feeds.compute.periods import period_at
from feeds.compute.station import hour_at
from feeds.compute.windows import HOUR_WINDOWS, MINUTE_WINDOWS

Kind = Literal["records", "events", "held", "revisions"]
Late = Literal["", "overdue", "due_24h", "due_7d"]
MEASURED = ("measure", "den", "all", "count")  # arguments that name the measures a figure is taken over
PARAMETERS = ("param", "params", "num", "den", "value")
LATE: Mapping[str, Late] = {"all": "", "overdue": "overdue", "due_24h": "due_24h", "due_7d": "due_7d"}


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """Records: those that match one of `any_of`, whose time `time` lies in the window, or that `or_open` counts too.
    Events: readings with one of `params`. Held: messages refused at the door. Revisions: corrected history."""

    kind: Kind
    feed: str = ""
    params: tuple[str, ...] = ()
    any_of: tuple[Mapping[str, Any], ...] = ()
    good: tuple[Mapping[str, Any], ...] = ()  # of `any_of`, those in the numerator
    time: str = "at"
    window: tuple[int, int] | None = None
    open: bool | None = None
    or_open: Mapping[str, Any] | None = None
    late: Late = ""

    @property
    def standing(self) -> bool:
        """True for what is told by how things stand now, so that no list can be given of an hour of the past."""
        return self.kind != "events" and (self.window is None or self.open is not None or self.or_open is not None)


def behind(catalogue: Catalogue, indicator: Indicator, now: int) -> Behind:
    """What to look up for a figure as it stands at `now`."""
    feed = catalogue.feeds.get(indicator.feed)
    if feed is None:
        return Behind(kind="revisions" if indicator.compute.fn == "revisions" else "held")
    if feed.kind == "records":
        return _records(feed, indicator.compute.fn, indicator.compute.args, now)
    args = indicator.compute.args
    named = [code for arg in PARAMETERS for code in _list(args.get(arg)) if code in feed.parameters]
    measures = [feed.measures[name] for name in _measures(args) if name in feed.measures]
    named += [measure.value for measure in measures if measure.value]
    window = _window(str(args["window"]), now) if "window" in args else (now - _hours(args) * HOUR_MS, now + 1)
    where = tuple(measure.where for measure in measures if measure.where)
    return Behind(kind="events", feed=feed.code, params=tuple(dict.fromkeys(named)), any_of=where, window=window)


def _records(feed: Feed, fn: str, args: Mapping[str, Any], now: int) -> Behind:
    if fn == "records_open":
        late = LATE[args.get("when", "all")]
        return Behind(kind="records", feed=feed.code, any_of=(args.get("where", {}),), open=True, late=late)
    if fn == "records_share":
        return Behind(kind="records", feed=feed.code, any_of=(args["den"],), good=({**args["den"], **args["num"]},))
    measures = [feed.measures[name] for name in _measures(args) if name in feed.measures]
    good = tuple(feed.measures[name].where for name in _list(args.get("num")) if name in feed.measures)
    return Behind(
        kind="records",
        feed=feed.code,
        any_of=tuple(measure.where for measure in measures),
        good=good if fn in ("ratio", "ontime_rate") else (),
        time=measures[0].at if measures else "received" if "received" in feed.times else "at",
        window=_window(str(args.get("window", "month")), now),
        or_open=args.get("where", {}) if fn == "ontime_rate" else None,
    )


def _measures(args: Mapping[str, Any]) -> list[str]:
    return next((_list(args[name]) for name in MEASURED if name in args), [])


def _list(said: Any) -> list[str]:
    if said is None or not isinstance(said, str | list):
        return []
    return [said] if isinstance(said, str) else said


def _hours(args: Mapping[str, Any]) -> int:
    return int(args.get("hours", 1))


def _window(name: str, now: int) -> tuple[int, int]:
    """From where a window of the catalogue reaches to now (feeds/compute/windows.py counts in the same buckets)."""
    if name in MINUTE_WINDOWS and name != "hour":
        return now // MINUTE_MS * MINUTE_MS - MINUTE_WINDOWS[name] * MINUTE_MS, now + 1
    if name in HOUR_WINDOWS:
        return (hour_at(now) - HOUR_WINDOWS[name] + 1) * HOUR_MS, now + 1
    if name == "day":
        return day_of(now - 1) * DAY_MS - OFFSET_MS, now + 1
    return period_at(now - 1, "year" if name == "year" else "month").start_ms, now + 1

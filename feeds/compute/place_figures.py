"""What the counts of a place say at a time: the calculations of levels `place` and `records`, by name.

Counts are pooled: a unit's rate is the sum of its numerators over the sum of its denominators, never a mean of rates.
A place that has been heard of and counts nothing has 0; a place never heard of has no figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import median as middle
from typing import Any

from feeds.compute.counts import Counts, Span, Tally, hours_back
from feeds.compute.explode import size_of, total_name
from feeds.compute.figure import NOTHING, Figure
from feeds.compute.score_766 import score_766
from feeds.compute.sliding import Sliding
from feeds.compute.standing import CAME, LATE_CAME, LATE_WENT, TURNED, WENT, Standing, variant
from feeds.compute.station import hour_at
from feeds.compute.windows import spans

Args = Mapping[str, Any]

HISTORY_HOURS = 72  # what a spike stands out from
LEAST_HISTORY = 24
LEAST_SPIKE = 5
DEVIATION = 1.4826  # of a median absolute deviation to one standard deviation


@dataclass(slots=True)
class PlaceView:
    """One feed at one place and time, as the calculations see it."""

    place: str
    now: int
    counts: Counts
    standing: Standing | None
    by_minute: bool  # the feed's facts are known to the minute
    at: int  # newest observation there
    received: int
    source: str
    other: Callable[[str], Figure | None]  # figure of another indicator at the same place
    sliding: Sliding | None = None  # where one place is looked at hour after hour
    _windows: dict[str, Tally] = field(default_factory=dict)
    _since: tuple[Tally, Tally] | None = None  # what was counted in the hours after `now`, and in the one in progress

    def window(self, name: str) -> Tally:
        """Everything counted at the place in a window, added up once for all calculations."""
        found = self._windows.get(name)
        if found is None:
            found = self._windows[name] = self._tally(name, spans(name, self.now, self.by_minute))
        return found

    def _tally(self, name: str, over: Sequence[Span]) -> Tally:
        return self.sliding.tally(self.place, name, over) if self.sliding else self.counts.tally(self.place, over)

    def total(self, measures: Iterable[str], window: str) -> float:
        """Sum of measures over a window."""
        tally = self.window(window)
        return sum(tally.get(name, 0) for name in measures)

    def stood(self, name: str) -> tuple[float, float]:
        """How many records of a variant stood open at the time of the view, and how many of them late."""
        stand = self.standing
        if stand is None:
            return 0, 0
        still, late = stand.count(stand.open, self.place, name), stand.count(stand.late, self.place, name)
        hours = range(hour_at(self.now) + 1, stand.hour)
        if self._since is None:
            last = self.counts.tally(self.place, [("hours", [stand.hour])]) if hour_at(self.now) < stand.hour else {}
            self._since = (self._tally("since", [("hours", hours)]), last)
        before, last = self._since
        came, went, late_came, late_went = (
            before.get(kind + name, 0) + last.get(kind + name, 0) for kind in (CAME, WENT, LATE_CAME, LATE_WENT)
        )
        return still - came + went, late - before.get(TURNED + name, 0) - late_came + late_went

    def parts(self, measure: str, mark: str, window: str) -> dict[str, float]:
        """Each part of a measure over a window, those that count something."""
        start = measure + mark
        return {name: count for name, count in self.window(window).items() if count and name.startswith(start)}

    def hourly(self, measure: str, hours: int) -> list[float]:
        """The measure in each of the hours before the one in progress, newest first."""
        _, buckets = hours_back(self.now, hours + 1)
        tables = (self.counts.hours.get(hour, {}) for hour in list(buckets)[1:])
        return [table[self.place].get(measure, 0) if self.place in table else 0 for table in tables]

    def known_hours(self, hours: int) -> int:
        """How many of the hours before the one in progress have anything counted here."""
        _, buckets = hours_back(self.now, hours + 1)
        return sum(self.place in self.counts.hours.get(hour, ()) for hour in list(buckets)[1:])

    def figure(self, value: float | None, n: float, weight: float = 1.0, **extra: Any) -> Figure:
        """A figure of this place, observed when the place last spoke."""
        return Figure(value, int(n), self.at, self.received, self.source, weight, extra or None)


PlaceFunction = Callable[[PlaceView, Args], Figure]


def count(view: PlaceView, args: Args) -> Figure:
    """How many in the window."""
    found = view.total(names(args["measure"]), args["window"])
    return view.figure(found, found)


def ratio(view: PlaceView, args: Args) -> Figure:
    """`num` over `den`, percent unless `scale` says otherwise; `complement`: what is missing to the whole."""
    den = view.total(names(args["den"]), args["window"])
    if not den:
        return view.figure(None, 0, 0)
    scale = args.get("scale", 100)
    value = view.total(names(args["num"]), args["window"]) / den * scale
    return view.figure(scale - value if args.get("complement") else value, den, den)


def net(view: PlaceView, args: Args) -> Figure:
    """(positive - negative) / all."""
    everything = view.total(names(args["all"]), args["window"])
    if not everything:
        return view.figure(None, 0, 0)
    more = view.total(names(args["pos"]), args["window"]) - view.total(names(args["neg"]), args["window"])
    return view.figure(more / everything * args.get("scale", 100), everything, everything)


def average(view: PlaceView, args: Args) -> Figure:
    """The sum of a value measure over how many there were."""
    n = view.total([args["count"]], args["window"])
    return view.figure(view.total([args["value"]], args["window"]) / n if n else None, n, n)


def median(view: PlaceView, args: Args) -> Figure:
    """The value half of all lie below, to 1 %, from counts by size."""
    return percentile(view, {**args, "q": 50})


def percentile(view: PlaceView, args: Args) -> Figure:
    """The value that `q` percent of all lie below, to 1 %, from counts by size."""
    sizes = view.parts(args["measure"], "#", args["window"])
    n = sum(sizes.values())
    seen = 0.0
    for value, found in sorted((size_of(name), found) for name, found in sizes.items()):
        seen += found
        if seen * 100 >= n * args["q"]:
            return view.figure(value, n, n)
    return view.figure(None, 0, 0)


def spikes(view: PlaceView, args: Args) -> Figure:
    """How many parts of a measure stand out from their own last three days; `extra` names them."""
    if view.known_hours(HISTORY_HOURS) < LEAST_HISTORY:
        return view.figure(None, 0)
    current = view.parts(args["measure"], ":", args["window"])
    found = [name.partition(":")[2] for name, now in current.items() if _stands_out(view, name, now, args.get("z", 3))]
    return view.figure(len(found), sum(current.values()), topics=found)


def total(view: PlaceView, args: Args) -> Figure:
    """The sum of a parameter's readings at all stations of the place."""
    found = view.total([total_name(args["param"])], args["window"])
    return view.figure(found, 1)


def score(view: PlaceView, args: Args) -> Figure:
    """The score of Decision 766 from the place's own rates."""
    codes = {item["indicator"] for group in args["groups"] for item in group["items"]}
    figures = {code: view.other(code) for code in codes}
    found = score_766(args["groups"], {code: figure.v if figure else None for code, figure in figures.items()})
    heard = [figure for figure in figures.values() if figure and figure.at]
    if not heard:
        return NOTHING
    newest = max(heard, key=lambda figure: figure.at)
    points = {"groups": found.groups, "items": found.items}
    extra = {"level": found.level} | {
        part: {k: round(v, 2) for k, v in given.items()} for part, given in points.items()
    }
    return Figure(found.value, min(f.n for f in heard), newest.at, newest.received, newest.source, extra=extra)


def records_open(view: PlaceView, args: Args) -> Figure:
    """Open records of a place: all, overdue, or due within a working day or a week (known for the present only)."""
    if view.standing is None:
        return NOTHING
    name = variant(args.get("where", {}))
    still, late = view.stood(name)
    when = args.get("when", "all")
    if when in ("due_24h", "due_7d"):
        table = view.standing.soon if when == "due_24h" else view.standing.week
        return view.figure(view.standing.count(table, view.place, name), still)
    return view.figure(late if when == "overdue" else still, still)


def records_share(view: PlaceView, args: Args) -> Figure:
    """Rows that match `num` over rows that match `den`, percent."""
    stand = view.standing
    den = stand.count(stand.rows, view.place, variant(args["den"])) if stand else 0
    if stand is None or not den:
        return view.figure(None, 0, 0)
    value = stand.count(stand.rows, view.place, variant(args["num"])) / den * 100
    return view.figure(100 - value if args.get("complement") else value, den, den)


def ontime_rate(view: PlaceView, args: Args) -> Figure:
    """(ended on time + open and not late) over (ended + open), percent (766 index 2.1)."""
    if view.standing is None:
        return NOTHING
    still, late = view.stood(variant(args.get("where", {})))
    den = view.total(names(args["den"]), args["window"]) + still
    if not den:
        return view.figure(None, 0, 0)
    good = view.total(names(args["num"]), args["window"]) + still - late
    return view.figure(good / den * 100, den, den)


PLACE: dict[str, PlaceFunction] = {
    "count": count,
    "ratio": ratio,
    "net": net,
    "average": average,
    "median": median,
    "percentile": percentile,
    "spikes": spikes,
    "total": total,
    "score_766": score,
}
RECORDS: dict[str, PlaceFunction] = {
    "records_open": records_open,
    "records_share": records_share,
    "ontime_rate": ontime_rate,
}


def names(measures: str | list[str]) -> list[str]:
    """One measure or several, as a list."""
    return [measures] if isinstance(measures, str) else measures


def _stands_out(view: PlaceView, name: str, now: float, z: float) -> bool:
    if now < LEAST_SPIKE:
        return False
    past = view.hourly(name, HISTORY_HOURS)
    usual = middle(past)
    return (now - usual) / max(sqrt(usual), 1.0) > z and robust_z(now, past) > z  # most do not come near


def robust_z(now: float, past: list[float]) -> float:
    """How many deviations `now` lies above the middle of `past`: median and 1.4826 times the median absolute deviation
    (Iglewicz and Hoaglin 1993), which an earlier spike does not move. The deviation is at least that of counting.
    """
    usual = middle(past)
    spread = DEVIATION * middle(abs(count - usual) for count in past)
    return (now - usual) / max(spread, sqrt(usual), 1.0)

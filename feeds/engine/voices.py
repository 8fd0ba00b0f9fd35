"""What the stations of a feed say at times past, each asked once for as long as its answer stands.

Most stations have a row in few hours only, and what follows from it stands until the next: of 72 hours in a row nearly
all have been answered before. An answer that stands is the same object, so whoever joins it sees that nothing moved.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Indicator
from feeds.compute.age import LATE
from feeds.compute.entity_figures import ENTITY, STANDS_ON
from feeds.compute.figure import NOTHING, Figure
from feeds.compute.member_figures import MEMBER, belongs
from feeds.compute.pool import Pool, Pooling
from feeds.compute.station import Station, bucket_start, hour_at
from feeds.compute.turns import MOVING, TURNS
from feeds.engine.awaited import GONE_MS, heard_until, is_sum
from feeds.engine.feed import FeedState

Pools = Mapping[str, Pool]  # by indicator
Figures = dict[str, Figure]  # by indicator
EVER = 1 << 62


@dataclass(slots=True, eq=False)
class Said:
    """An answer: the station's own figures, and what they add to its place; `shared`: with its shares of that.

    It stands after `low` up to `high`, for spans of time of one length.
    """

    figures: Mapping[str, Figure]
    pools: Pools
    awaited: Sequence[str]  # sums in which it should be
    shared: bool
    span: int
    low: int
    high: int


class Question(NamedTuple):
    """One indicator as it is asked of a station."""

    code: str
    fn: str
    args: Mapping[str, Any]
    weight: str | None
    patience: int  # for how long an answer is not too old, ms
    pooling: Pooling
    summed: bool  # a station that was heard is awaited

    @classmethod
    def of(cls, indicator: Indicator) -> Question:
        """As the catalogue declares it."""
        patience = int((LATE * indicator.cadence + indicator.lag) * 1000)
        compute = indicator.compute
        return cls(
            indicator.code, compute.fn, compute.args, indicator.weight, patience, Pooling(indicator), is_sum(indicator)
        )


@dataclass(slots=True)
class Asked:
    """One station: of what it is asked, in which hours its rows begin, and what it said last."""

    station: Station
    figures: Sequence[Question]
    shares: Sequence[Question]
    turning: Sequence[Question]  # of the figures, whose answer the clock changes
    starts: list[int]
    buckets: list[int]
    said: Said | None = None
    stood: dict[str, tuple[Any, Figure]] = field(default_factory=dict)  # what a figure stood on, and the figure


@dataclass(slots=True)
class Leaf:
    """The stations of one leaf, and what they said last: the same list for as long as every answer of them stands."""

    name: str
    asked: list[Asked]
    voices: list[tuple[Station, Said]] = field(default_factory=list)
    low: int = 0
    high: int = -1


class Voices:
    """The stations of a feed. What they hold must not change as long as they are asked."""

    def __init__(self, feed: FeedState, indicators: Sequence[Indicator], members: Sequence[Indicator]) -> None:
        self._feed = feed.feed
        figures, shares = [Question.of(i) for i in indicators], [Question.of(i) for i in members]
        self.pooling = {question.code: question.pooling for question in (*figures, *shares)}
        self._asked = [_asked(station, figures, shares) for station in feed.stations()]
        self._spoke: dict[int, set[int]] | None = None  # bucket -> which of them have a row in it
        self._question = 0, False  # over which span of time they were asked last, and whether for their shares
        leaves: dict[str, list[Asked]] = {}
        for asked in self._asked:
            leaves.setdefault(asked.station.leaf, []).append(asked)
        self._leaves = [Leaf(name, of_it) for name, of_it in leaves.items()]

    def __len__(self) -> int:
        return len(self._asked)

    def all(self, start: int, at: int, shares: bool) -> Iterator[tuple[str, list[tuple[Station, Said]]]]:
        """Leaf by leaf, what each station says at the end of the time from `start` to `at`, with its shares or without;
        the same list as before where nobody says anything else."""
        if self._question != (at - start, shares):
            self._question = at - start, shares
            for leaf in self._leaves:
                leaf.high = -1
        for leaf in self._leaves:
            if not leaf.low < at <= leaf.high:
                leaf.voices = [(asked.station, self._said(asked, start, at, shares)) for asked in leaf.asked]
                leaf.low = max(said.low for _, said in leaf.voices)
                leaf.high = min(said.high for _, said in leaf.voices)
            yield leaf.name, leaf.voices

    def _said(self, asked: Asked, start: int, at: int, shares: bool) -> Said:
        said = asked.said
        if said is None or not said.low < at <= said.high or said.span != at - start or said.shared != shares:
            said = asked.said = self._ask(asked, start, at, shares)
        return said

    def spoke(self, buckets: Iterable[int]) -> int:
        """How many of them have a row in one of the buckets."""
        if self._spoke is None:
            self._spoke = {}
            for number, asked in enumerate(self._asked):
                for bucket in asked.station.rows:
                    self._spoke.setdefault(bucket, set()).add(number)
        return len(set[int]().union(*(self._spoke.get(bucket, ()) for bucket in buckets)))

    def _ask(self, asked: Asked, start: int, at: int, shares: bool) -> Said:
        rows = bisect_right(asked.starts, hour_at(at))
        bucket = asked.buckets[rows - 1] if rows else 0
        turning = (*asked.turning, *asked.shares) if shares else asked.turning
        turns = [start * HOUR_MS for start in asked.starts[max(0, rows - 1) : rows + 1]]
        turns += self._turns(asked.station, turning, bucket, at)
        figures, pools, awaited = self._own(asked, start, at, turns)
        if shares:
            pools |= self._shares(asked, at)
        low = max([turn for turn in turns if turn < at], default=-1)
        high = min([turn for turn in turns if turn >= at], default=EVER)
        return Said(figures, pools, awaited, shares, at - start, low, high)

    def _turns(self, station: Station, questions: Iterable[Question], bucket: int, at: int) -> list[int]:
        """When the clock alone makes another answer; `bucket`: the station's newest."""
        turns = list[int]()
        for question in questions:
            if question.fn in MOVING:
                turns += (at - 1, at)
            elif question.fn in TURNS:
                turns += TURNS[question.fn](station, bucket, at, question.args, self._feed)
        return turns

    def _own(self, asked: Asked, start: int, at: int, turns: list[int]) -> tuple[Figures, dict[str, Pool], list[str]]:
        """The station's figures that are not too old, which they become by and by; and where it is awaited."""
        held = dict[str, Figure]()
        figures, pools, awaited = dict[str, Figure](), dict[str, Pool](), list[str]()
        for question in asked.figures:
            code = question.code
            figure = held[code] = _figure(asked, question, at)
            if question.weight:
                weight = held.get(question.weight, NOTHING).v
                figure = figure._replace(weight=weight) if weight and weight > 0 else NOTHING
            fresh = figure.at + max(question.patience, at - start) if figure.v is not None and figure.at else 0
            turns.append(fresh)
            if at <= fresh:
                figures[code] = held[code]
                pools[code] = question.pooling.of_figure(figure, asked.station.code)
            if question.summed and (_is_heard(asked, question, figure, at, turns) or at <= fresh):
                awaited.append(code)
        return figures, pools, awaited

    def _shares(self, asked: Asked, at: int) -> dict[str, Pool]:
        station, pools = asked.station, dict[str, Pool]()
        for question in asked.shares:
            fn = question.fn
            share = MEMBER[fn](station, at, question.args, self._feed)
            if share is not None:
                until = at if fn in MOVING else EVER
                stamp = (min(station.at, until), min(station.received, until), station.source)
                pools[question.code] = question.pooling.of_share(share, *stamp)
        return pools


def _is_heard(asked: Asked, question: Question, figure: Figure, at: int, turns: list[int]) -> bool:
    """Whether the station spoke shortly before or after; adds when that may be otherwise, also by later rows."""
    rows = bisect_right(asked.starts, hour_at(at + GONE_MS))
    turns += [start * HOUR_MS - GONE_MS for start in asked.starts[max(0, rows - 1) : rows + 1]]
    heard, more = heard_until(asked.station, question.args["param"], figure, at)
    turns += more
    return heard


def _figure(asked: Asked, question: Question, at: int) -> Figure:
    code, fn, args = question[:3]
    stands_on = STANDS_ON.get(fn)
    if stands_on is None:
        return ENTITY[fn](asked.station, at, args)
    on, known = stands_on(asked.station, at, args), asked.stood.get(code)
    if known is None or known[0] != on:
        known = asked.stood[code] = on, ENTITY[fn](asked.station, at, args)
    return known[1]


def _asked(station: Station, figures: Sequence[Question], shares: Sequence[Question]) -> Asked:
    figures = [question for question in figures if belongs(station, question.args)]
    shares = [question for question in shares if belongs(station, question.args) or question.fn == "valid_share"]
    turning = [question for question in figures if question.fn in TURNS]
    rows = sorted((bucket_start(bucket), bucket) for bucket in station.rows)
    return Asked(station, figures, shares, turning, [start for start, _ in rows], [bucket for _, bucket in rows])

"""The board: every figure of every place with its age state, its severity and its second source, and what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from math import inf

from feeds.catalogue.model import Catalogue, Indicator
from feeds.compute.age import LATE, LIVE, AgeState, age_state, disagree, granted_lag
from feeds.compute.figure import NOTHING, Figure
from feeds.compute.severity import Limit
from feeds.engine.judge import Judge

Changed = dict[str, dict[str, bool]]  # place -> indicator -> whether its conclusions changed, not only its figure


class Entry:
    """One figure of one place as it is shown. A stale or missing value has no severity."""

    __slots__ = ("figure", "judged", "level", "limit", "limits", "second", "state", "told", "until")

    def __init__(self) -> None:
        self.figure: Figure = NOTHING
        self.state: AgeState = "missing"
        self.level: int | None = None
        self.limit: float | None = None
        self.second: Figure | None = None
        self.limits: list[Limit] = []
        self.judged = 0  # when its state was last looked at,
        self.until = 0.0  # and until when the clock alone cannot change it
        self.told: bytes | None = None  # as frames carry it, kept by who writes them until something of it changes


class Board:
    """All entries by place and indicator. `put` takes figures in, `settle` draws the conclusions."""

    def __init__(self, catalogue: Catalogue, judge: Judge) -> None:
        self._indicators = catalogue.indicators
        self._feeds = catalogue.feeds
        self._judge = judge
        self._told_by = _told_by(catalogue)
        self.entries: dict[str, dict[str, Entry]] = defaultdict(dict)
        self.changed: Changed = defaultdict(dict)
        self._held: dict[tuple[str, str], tuple[int, float | None]] = {}  # level and limit, where an alert stands
        self._put: set[tuple[str, str]] = set()  # figures that came in since the last `settle`

    def put(self, place: str, code: str, figure: Figure) -> None:
        """Take in a figure; nothing happens when it is the one that stands."""
        entry = self.entries[place].get(code)
        if entry is None:
            if figure.v is None and not figure.at:
                return
            entry = self.entries[place][code] = Entry()
        if entry.figure != figure:
            entry.figure, entry.told = figure, None
            self.changed[place].setdefault(code, False)
            self._put.add((place, code))

    def follow(self, before: Board, codes: Set[str]) -> None:
        """Take over the entries of these indicators, and judge anew what depends on others."""
        self.entries = before.entries
        for gone in before._indicators.keys() - codes:
            for entries in self.entries.values():
                entries.pop(gone, None)
        self._held = {key: held for key, held in before._held.items() if key[1] in codes}
        depend = {code for told, those in self._told_by.items() if told not in codes for code in those}
        depend |= {code for told, those in before._told_by.items() if told not in codes for code in those}
        waiting = {key for key in before._put if key[1] in codes}
        self._put = waiting | {(place, code) for place, known in self.entries.items() for code in depend & known.keys()}

    def indicator(self, code: str) -> Indicator:
        """The declaration behind a code."""
        return self._indicators[code]

    def figure(self, place: str, code: str) -> Figure | None:
        """The figure of an indicator at a place."""
        entry = self.entries.get(place, {}).get(code)
        return entry.figure if entry else None

    def settle(self, now: int) -> list[tuple[str, str]]:
        """Judge what came in, and what depends on it; returns these (place, indicator)."""
        touched = {
            (place, code)
            for place, told in self._put
            for code in (told, *self._told_by.get(told, ()))
            if code in self.entries[place]
        }
        self._put.clear()
        return self.judge(sorted(touched), now)

    def age(self, places: Iterable[str], now: int) -> list[tuple[str, str]]:
        """Let the clock move on for the figures of `places`; returns those whose conclusions changed."""
        moved = []
        for place in places:
            for code, entry in self.entries.get(place, {}).items():
                if entry.judged <= now < entry.until:
                    continue
                indicator = self._indicators[code]
                if entry.state != self._state(indicator, entry, now, entry.state == "suspect"):
                    moved.append((place, code))
        return self.judge(moved, now)

    def judge(self, which: Iterable[tuple[str, str]], now: int) -> list[tuple[str, str]]:
        """Draw the conclusions of figures anew."""
        done = []
        for place, code in which:
            entry, indicator = self.entries[place][code], self._indicators[code]
            before = (entry.state, entry.level, entry.limit, entry.second and entry.second.v)
            suspect = self._compare(place, indicator, entry, now)
            entry.state = self._state(indicator, entry, now, suspect)
            entry.judged, entry.until = now, _until(indicator, entry)
            if entry.figure.v is not None:
                entry.limits = self._judge.limits(place, indicator, entry.figure, now)
            entry.level, entry.limit = self._judge.level(indicator, entry.figure, entry.state, entry.limits)
            if (place, code) in self._held and entry.state not in ("stale", "missing"):
                entry.level, entry.limit = self._held[place, code]
            entry.told = None
            if before != (entry.state, entry.level, entry.limit, entry.second and entry.second.v):
                self.changed[place][code] = True
            done.append((place, code))
        return done

    def hold(self, place: str, code: str, alert: tuple[int, float | None] | None, now: int) -> None:
        """Where an alert stands, the figure has its level and limit: one figure says one thing. None: no more."""
        if self._held.get((place, code)) == alert:
            return
        if alert is None:
            del self._held[place, code]
        else:
            self._held[place, code] = alert
        self.judge([(place, code)], now)

    def conflicts(self, places: Iterable[str]) -> int:
        """How many figures of `places` disagree with their second source."""
        return sum(entry.state == "suspect" for place in places for entry in self.entries.get(place, {}).values())

    def take_changed(self) -> Changed:
        """What has changed since this was last asked."""
        changed, self.changed = self.changed, defaultdict(dict)
        return changed

    def all(self) -> Iterator[tuple[str, str, Entry]]:
        """Every entry."""
        for place, entries in self.entries.items():
            for code, entry in entries.items():
                yield place, code, entry

    def _compare(self, place: str, indicator: Indicator, entry: Entry, now: int) -> bool:
        """Put the second source beside the figure; True when the two disagree while both are fresh."""
        check = indicator.crosscheck
        if check is None:
            return False
        other = self.entries[place].get(check.indicator)
        if other is None or other.figure.v is None:
            entry.second = None
            return False
        entry.second = other.figure
        fresh = self._state(self._indicators[check.indicator], other, now, False) in ("live", "late")
        return fresh and disagree(check, entry.figure.v, other.figure.v)

    def _state(self, indicator: Indicator, entry: Entry, now: int, suspect: bool) -> AgeState:
        figure = entry.figure
        if not figure.at or figure.v is None:
            return "missing"
        age = (now - figure.at) / 1000
        state = age_state(age, indicator.cadence, indicator.lag, suspect)
        if state in ("live", "suspect"):
            return state
        lag = granted_lag(self._feeds.get(indicator.feed), indicator.lag, figure.at, now)
        return state if lag == indicator.lag else age_state(age, indicator.cadence, lag, suspect)


def _until(indicator: Indicator, entry: Entry) -> float:
    """Until when, in ms, the clock alone cannot change a state; nights and days off that are granted may put it off."""
    if entry.state == "suspect":
        return 0.0  # that of its second source may
    if entry.state in ("stale", "missing"):
        return inf
    cadences = LIVE if entry.state == "live" else LATE
    return entry.figure.at + (cadences * indicator.cadence + indicator.lag) * 1000


def _told_by(catalogue: Catalogue) -> dict[str, list[str]]:
    """Indicator -> those whose severity or doubt depends on it."""
    found: dict[str, list[str]] = defaultdict(list)
    for indicator in catalogue.indicators.values():
        if indicator.crosscheck:
            found[indicator.crosscheck.indicator].append(indicator.code)
        for of in sorted({t.of for t in indicator.thresholds if t.of}):
            found[of].append(indicator.code)
    return dict(found)

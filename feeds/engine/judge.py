"""Severity of a figure at a place: the catalogue's thresholds in force, with what they refer to filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from feeds.catalogue.model import Indicator
from feeds.catalogue.places import NATION_KEY
from feeds.compute.age import AgeState
from feeds.compute.figure import Figure
from feeds.compute.periods import date_of, period_of
from feeds.compute.severity import Baseline, Context, Limit, badness, judge, limits_of

Other = Callable[[str, str], float | None]  # place, indicator -> value
Usual = Callable[[str, str, str], Baseline | None]  # place, indicator, name of the baseline

FIXED = ("absolute", "band")


class Judge:
    """Knows every threshold; asks `other` for figures they are percents of and `usual` for baselines."""

    def __init__(self, other: Other, usual: Usual, fields_of: Callable[[str, str], Mapping[str, Any]]) -> None:
        self._other = other
        self._usual = usual
        self._fields_of = fields_of
        self._fixed: dict[tuple[str, tuple[bool, ...], bool], list[Limit]] = {}
        self._day = date.min

    def limits(self, place: str, indicator: Indicator, figure: Figure, now: int) -> list[Limit]:
        """The thresholds in force now, as limits in the indicator's unit."""
        if not indicator.thresholds or figure.v is None:
            return []
        day = date_of(now)
        enough = tuple(figure.n >= t.min_n for t in indicator.thresholds)
        if not any(enough) and "/" in place:  # a commune has no alerts: nothing waits for these limits
            return []
        if all(t.kind in FIXED for t in indicator.thresholds):
            return self._fixed_limits(indicator, day, enough, place == NATION_KEY)
        return limits_of(indicator, self._context(place, indicator, figure, day, now))

    def level(
        self, indicator: Indicator, figure: Figure, state: AgeState, limits: list[Limit]
    ) -> tuple[int | None, float | None]:
        """Severity and the limit to be shown; a value that is stale or missing has none."""
        if figure.v is None or state in ("stale", "missing"):
            return None, None
        verdict = judge(figure.v, limits)
        if verdict is not None:
            return verdict.level, verdict.limit.bound(figure.v)
        known = [limit for limit in limits if limit.known]
        mildest = max(known, key=lambda limit: limit.level, default=None)
        return None, mildest.bound(figure.v) if mildest else None

    def of_station(
        self, indicator: Indicator, figure: Figure, state: AgeState, fields: Mapping[str, Any], now: int
    ) -> int | None:
        """Severity of one station's own figure."""
        if figure.v is None or state in ("stale", "missing") or not indicator.thresholds:
            return None
        context = Context(day=date_of(now), n=figure.n, fields=fields)
        verdict = judge(figure.v, limits_of(indicator, context))
        return verdict.level if verdict else None

    def badness(self, indicator: Indicator, figure: Figure, limits: list[Limit]) -> tuple[int, float]:
        """A key by which the worst of several figures is the largest."""
        return badness(figure.v or 0.0, limits, indicator.direction)

    def _fixed_limits(self, indicator: Indicator, day: date, enough: tuple[bool, ...], nation: bool) -> list[Limit]:
        """Limits that depend on the day alone; those with too few observations are not known."""
        if day != self._day:
            self._fixed, self._day = {}, day
        found = self._fixed.get((indicator.code, enough, nation))
        if found is None:
            limits = limits_of(indicator, Context(day=day, nation=nation))
            found = [limit if enough[limit.key] else limit._replace(low=None, high=None) for limit in limits]
            self._fixed[indicator.code, enough, nation] = found
        return found

    def _context(self, place: str, indicator: Indicator, figure: Figure, day: date, now: int) -> Context:
        paces = {t.pace for t in indicator.thresholds if t.kind == "behind_plan" and t.pace != "flat"}
        elapsed = period_of(day, "year" if "year" in paces else "month").elapsed(now) if paces else 1.0
        entity = (figure.extra or {}).get("entity")
        return Context(
            day=day,
            nation=place == NATION_KEY,
            n=figure.n,
            fields=self._fields_of(indicator.feed, entity) if entity else {},
            elapsed=elapsed,
            other=lambda code: self._other(place, code),
            baseline=lambda name: self._usual(place, indicator.code, name),
        )

"""What every place beneath another knew at an hour of the past, and what of it was abnormal: one reading for the map,
the ranking and the table of a province, made when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from feeds.catalogue.clock import iso
from feeds.catalogue.model import Catalogue, Indicator
from feeds.catalogue.places import Places, UnknownPlace
from feeds.catalogue.scope import Scope
from feeds.compute.periods import date_of
from feeds.compute.severity import Context, Limit, judge, limits_of
from feeds.serve.readers import Unknown
from feeds.store.database import Database
from feeds.store.history import STEP_MS, History, Quality, Series, Step

BY_ITSELF = ("absolute", "band")  # thresholds that ask for nothing but the value
Found = Mapping[tuple[str, str], Series]  # place, indicator -> its one bucket


class Beneath:
    """The past of the children of a place, an hour or a day at a time; a Scope comes first."""

    def __init__(self, catalogue: Catalogue, places: Places, database: Database) -> None:
        self._places = places
        self._history = History(database)
        self._known = {i.code: i for i in catalogue.indicators.values() if not i.second and i.rollup != "none"}
        self._fixed = {
            code for code, i in self._known.items() if all(threshold.kind in BY_ITSELF for threshold in i.thresholds)
        }

    def then(self, scope: Scope, name: str, at_ms: int, step: Step = "hour") -> dict[str, Any]:
        """`{scope, at, step, order, columns, severity, doubt}` of the bucket that ended at `at_ms` (ms since 1970).

        Columns are in `order`, None where nothing was told; indicators nobody had have no column. `severity` is judged
        by the thresholds in force that day: one that needs a baseline is silent, for what was usual then is not kept.
        `doubt` names the places a second source contradicted. OutOfScope and Unknown as every reader raises them.
        """
        scope.check(name)
        order = self._children(name)
        found = self._history.many(scope, order, list(self._known), at_ms - STEP_MS[step], at_ms, step)
        codes = list(dict.fromkeys(code for _, code in found))
        levels = self._levels(found, date_of(at_ms - 1))
        columns = {code: [_value(found.get((place, code))) for place in order] for code in codes}
        severity = {code: [levels.get((place, code)) for place in order] for code in codes}
        doubt: dict[str, list[str]] = {}
        for (place, code), series in found.items():
            if series.q[0] == Quality.SUSPECT:
                doubt.setdefault(code, []).append(place)
        severity = {code: column for code, column in severity.items() if any(column)}
        head = {"scope": name, "at": iso(at_ms), "step": step, "order": order}
        return {**head, "columns": columns, "severity": severity, "doubt": doubt}

    def _children(self, name: str) -> list[str]:
        try:
            return list(self._places.children(self._places[name].key))
        except UnknownPlace as unknown:
            raise Unknown(str(unknown)) from None

    def _levels(self, found: Found, day: date) -> dict[tuple[str, str], int]:
        """The severity of what was abnormal."""
        fixed: dict[tuple[str, tuple[bool, ...]], list[Limit]] = {}
        levels: dict[tuple[str, str], int] = {}
        for (place, code), series in found.items():
            indicator, value, n = self._known[code], series.v[0], series.n[0]
            if value is None or not indicator.thresholds:
                continue
            enough = tuple(n is None or n >= threshold.min_n for threshold in indicator.thresholds)
            limits = fixed.get((code, enough)) if code in self._fixed else None
            if limits is None:
                limits = limits_of(indicator, self._context(found, place, indicator, n, day))
                fixed[code, enough] = limits
            verdict = judge(value, limits)
            if verdict is not None:
                levels[place, code] = verdict.level
        return levels

    def _context(self, found: Found, place: str, indicator: Indicator, n: int | None, day: date) -> Context:
        """What a threshold may refer to: other figures of the same place and hour."""
        return Context(day=day, n=n, other=lambda code: _value(found.get((place, code))))


def _value(series: Series | None) -> float | None:
    return series.v[0] if series else None

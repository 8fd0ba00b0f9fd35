"""What the current row of a record counts: the measures of its feed, and what indicators ask about its standing.

Rows that meet the same conditions count the same facts and differ in their hours alone, so a row is looked at once for
all conditions, and the facts of each combination of them are made once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Measure
from feeds.compute.explode import ONE, Conditions, Fact, Facts, Plan
from feeds.compute.standing import BASE, FLOWS, ROW, Questions, flows
from feeds.compute.standing import Row as Standings


class Alike(NamedTuple):
    """What all rows count that meet the same conditions."""

    simple: Sequence[tuple[str, Facts]]  # by the time at which they count
    valued: Sequence[tuple[str, Measure]]  # what counts more than one: by what else a row says
    rows: Facts  # as a row at all
    flows: Mapping[str, Facts]  # kind -> what counts there; none where nobody asks


class RowCounts:
    """What one row of a feed counts; `plan` and `questions` are the feed's."""

    def __init__(self, plan: Plan, questions: Questions) -> None:
        self._plan, self._questions = plan, questions
        self._met = Conditions([*plan.wheres, *questions.rows.values(), *questions.opened.values()])
        self._alike: dict[tuple[int, ...], Alike] = {}  # no more than there are combinations of conditions

    def of(
        self, said: Mapping[str, Any], times: Mapping[str, int], at: int, stands: Standings
    ) -> dict[int, dict[str, Fact]]:
        """Hour -> measure -> fact, in dicts of the caller's own; `said` are a row's fields, its type and its state,
        `at` is when its newest event happened."""
        met = self._met.of(said)
        alike = self._alike.get(met) or self._meets(met)
        found: dict[int, dict[str, Fact]] = {}
        for name, facts in alike.simple:
            when = at if name == "at" else times.get(name)
            if when is not None:
                _add(found, when // HOUR_MS, facts)
        for name, measure in alike.valued:
            when = at if measure.at == "at" else times.get(measure.at)
            if when is not None:
                _add(found, when // HOUR_MS, self._plan.valued(name, measure, said))
        if alike.rows:
            _add(found, BASE, alike.rows)
        if alike.flows:
            for kind, hour in flows(stands):
                _add(found, hour, alike.flows[kind])
        return found

    def _meets(self, met: tuple[int, ...]) -> Alike:
        """The conditions are numbered: of measures, then of rows, then of rows that stand open."""
        first, last = len(self._plan.wheres), len(self._plan.wheres) + len(self._questions.rows)
        simple, valued = self._plan.of_records(number for number in met if number < first)
        rows, opened = list(self._questions.rows), list(self._questions.opened)
        of_rows = [rows[number - first] for number in met if first <= number < last]
        of_opened = [opened[number - last] for number in met if number >= last]
        flowing = {kind: _each(kind, of_opened) for kind in FLOWS} if of_opened else {}
        found = self._alike[met] = Alike(simple, valued, _each(ROW, of_rows), flowing)
        return found


def _each(kind: str, variants: Sequence[str]) -> Facts:
    return {kind + name: ONE for name in variants}


def _add(found: dict[int, dict[str, Fact]], hour: int, facts: Facts) -> None:
    held = found.get(hour)
    if held is None:
        found[hour] = dict(facts)
    else:
        held.update(facts)

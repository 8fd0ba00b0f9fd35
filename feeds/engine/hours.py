"""From the cells to points of history: the hours and days of a plan, as they are told and as they lie in the table."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping

import msgspec

from feeds.catalogue.model import Catalogue
from feeds.compute.age import disagree
from feeds.compute.figure import Figure
from feeds.compute.standing import Standing
from feeds.engine.due import Plan
from feeds.engine.past import Past, Told, has_hours
from feeds.store.history import STEP_MS, Point, Quality, Step

PRESENT_MS = 600_000  # a figure of the present may still stand for an hour that ended so recently
POINTS_AT_ONCE = 10_000  # in one transaction

End = tuple[int, Step]  # when an hour or a day is over
Stands = Callable[[str], Standing | None]

pack = msgspec.msgpack.Encoder().encode


class Hours:
    """What the catalogue makes of times past."""

    def __init__(self, catalogue: Catalogue, stands: Stands) -> None:
        self._catalogue = catalogue
        self._stands = stands

    def past(self, plan: Plan) -> Past:
        """Who can be asked for the figures of a plan at its times."""
        return Past(self._catalogue, plan.feed, self._stands(plan.feed.code), plan.units, plan.extent)

    def worked_out(self, plan: Plan, ends: Iterable[End], now: int) -> bytes:
        """Points of these times in the order of the table, packed in blocks of one transaction each."""
        points: list[Point] = []
        past = self.past(plan)
        for at, step in ends:
            deque(past.run(at - STEP_MS[step], at, is_present(at, now)), maxlen=0)
            points += self.points(past.told, step, at)
        points.sort(key=place_in_table)
        firsts = range(0, len(points), POINTS_AT_ONCE)
        return pack([pack(points[first : first + POINTS_AT_ONCE]) for first in firsts])

    def points(self, told: list[Told], step: Step, at: int) -> list[Point]:
        """What was told of the hour or day that ends at `at`, as history keeps it."""
        figures = {(scope, code): figure for scope, code, figure in told}
        return [
            Point(
                scope, code, step, at - STEP_MS[step], figure.v, figure.n, self._quality(figures, scope, code, figure)
            )
            for scope, code, figure in told
            if figure.v is not None and (step == "day" or has_hours(scope, self._catalogue.indicators[code]))
        ]

    def _quality(self, figures: Mapping[tuple[str, str], Figure], scope: str, code: str, figure: Figure) -> Quality:
        check = self._catalogue.indicators[code].crosscheck
        second = figures.get((scope, check.indicator)) if check else None
        return Quality.SUSPECT if check and second and disagree(check, figure.v, second.v) else Quality.GOOD


def is_present(at: int, now: int) -> bool:
    """True when a time is over so recently that what stands now may stand for it."""
    return now - at < PRESENT_MS


def place_in_table(point: Point) -> tuple[str, str, int]:
    """Points of one step in the order in which they lie in the table."""
    return point.scope, point.indicator, point.t

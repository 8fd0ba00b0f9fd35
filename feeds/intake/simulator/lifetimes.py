"""Records with a life that runs over working days: petitions, field reports, tasks, as data/cast/services.yaml says.

The lives that begin on a working day are drawn together and laid out on the office clock; an event is made when its
moment is asked for. A life depends on the seed and the day it began, on nothing else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.catalogue.clock import DAY_MS, OFFSET_MS, day_of
from feeds.catalogue.places import Places
from feeds.intake.simulator.cast import Desk
from feeds.intake.simulator.chance import key, mix
from feeds.intake.simulator.days import OFFICE_MS, from_office, is_working, midnight, to_office
from feeds.intake.simulator.services import Life
from feeds.intake.simulator.telling import Told, place_of

LONGEST_DAYS = 40  # calendar days a life may last
KEPT_DAYS = 4
SECOND_MS = 1000
DRAWS = 32  # numbers drawn for each life: its unit, way and commune, its steps, its fields
UNIT, WAY, COMMUNE, START, STEPS, FIELDS = 0, 1, 2, 3, 4, 12
Choices = Mapping[str, Sequence[Any]]
Moments = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Begun:
    """The lives that begin on one day: for each its draws, its unit, its way, when it is due and when its steps come
    (0: its way has no such step)."""

    day: int
    draws: NDArray[np.float64]
    units: NDArray[np.int64]
    ways: NDArray[np.int64]
    due: NDArray[np.int64]
    moments: NDArray[np.int64]


class Lives:
    """All records of one kind."""

    def __init__(self, seed: int, life: Life, desks: Sequence[Desk], places: Places, absent: Sequence[str]) -> None:
        self._seed = seed
        self._life = life
        self._places = places
        self._desks = [desk for desk in desks if desk.code not in absent]
        self._units = _bounds([desk.dossiers_day for desk in self._desks])
        self._ways = _bounds([way.weight for way in life.ways])
        self._slow = np.array([life.slow.get(desk.code, 1.0) for desk in self._desks])
        self._begun: dict[int, Begun] = {}
        self._days: dict[int, list[Told]] = {}

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Steps of the stretch, in order."""
        for day in range(day_of(start), day_of(end - 1) + 1):
            told = self._day(day)
            yield from told[_first(told, start) : _first(told, end)]

    def recall(self, start: int, end: int) -> Iterator[Told]:
        """How far each record that moved in the stretch has come by its end: one word, with all that was said of it."""
        yield from self._moved(start, end, lambda moments: moments.max(axis=1, initial=0) > 0)

    def earlier(self, start: int, end: int) -> Iterator[Told]:
        """The same of those that are over by its end: beside what is `standing` then."""
        yield from self._moved(start, end, lambda moments: moments.max(axis=1, initial=0) < end)

    def _moved(self, start: int, end: int, wanted: Callable[[Moments], NDArray[np.bool_]]) -> Iterator[Told]:
        found: list[Told] = []
        for begun in self._reaching(day_of(start), day_of(end - 1)):
            last = np.where(begun.moments < end, begun.moments, 0).max(axis=1, initial=0)
            rows = np.flatnonzero((last >= start) & wanted(begun.moments))
            found += [self._whole(begun, int(n), end) for n in rows]
        yield from sorted(found, key=lambda told: told.at)

    def standing(self, at: int) -> Iterator[Told]:
        """How far the records that are not over at `at` have come, in order."""
        found: list[Told] = []
        for begun in self._reaching(day_of(at), day_of(at)):
            moments = begun.moments
            open_ = (moments.max(axis=1, initial=0) >= at) & ((moments > 0) & (moments < at)).any(axis=1)
            found += [self._whole(begun, int(n), at) for n in np.flatnonzero(open_)]
        yield from sorted(found, key=lambda told: told.at)

    def _day(self, day: int) -> list[Told]:
        """What is told on a day, in order."""
        found = self._days.get(day)
        if found is None:
            found = []
            for begun in self._reaching(day, day):
                for n, step in np.argwhere((begun.moments + OFFSET_MS) // DAY_MS == day):
                    found.append(self._told(begun, int(n), int(step)))
            self._days[day] = found = sorted(found, key=lambda told: told.at)
            for old in [known for known in self._days if abs(known - day) > KEPT_DAYS]:
                del self._days[old]
        return found

    def _reaching(self, first: int, last: int) -> Iterator[Begun]:
        """What began on the days whose lives may reach into those from `first` to `last`."""
        for old in [known for known in self._begun if abs(known - last) > LONGEST_DAYS + KEPT_DAYS]:
            del self._begun[old]
        for began in range(first - LONGEST_DAYS, last + 1):
            if is_working(began):
                if began not in self._begun:
                    self._begun[began] = self._drawn(began)
                yield self._begun[began]

    def _drawn(self, day: int) -> Begun:
        """The lives that begin on a working day, laid out on the office clock."""
        life = self._life
        rng = np.random.default_rng(mix(self._seed, key(life.feed), key(life.type), day))
        draws = rng.random((int(rng.poisson(life.a_day)), DRAWS))
        units = np.searchsorted(self._units, draws[:, UNIT]).astype(np.int64)
        ways = np.searchsorted(self._ways, draws[:, WAY]).astype(np.int64)
        opens = to_office(np.array([midnight(day) + DAY_MS // 2]))[0] // OFFICE_MS * OFFICE_MS
        starts = opens + (draws[:, START] * OFFICE_MS).astype(np.int64)
        moments = np.zeros((len(draws), max(len(way.steps) for way in life.ways)), dtype=np.int64)
        for number, way in enumerate(life.ways):
            rows = ways == number
            low, high = np.array([step.days for step in way.steps]).T
            took = low + draws[rows, STEPS : STEPS + len(way.steps)] * (high - low)
            days = np.cumsum(took, axis=1) * self._slow[units[rows]][:, None]
            office = starts[rows][:, None] + (days * OFFICE_MS).astype(np.int64)
            moments[rows, : len(way.steps)] = from_office(office) // SECOND_MS * SECOND_MS
        due = from_office(starts + round(life.due * OFFICE_MS)) // SECOND_MS * SECOND_MS
        return Begun(day, draws, units, ways, due, moments)

    def _whole(self, begun: Begun, n: int, end: int) -> Told:
        """Everything told of one life before `end`, as one word."""
        return self._word(begun, n, [step for step, at in enumerate(begun.moments[n].tolist()) if 0 < at < end])

    def _told(self, begun: Begun, n: int, number: int) -> Told:
        """One step of one life."""
        return self._word(begun, n, [number])

    def _word(self, begun: Begun, n: int, steps: Sequence[int]) -> Told:
        """Some steps of one life in one word; it is said at the last of them."""
        life, unit = self._life, self._desks[begun.units[n]].code
        way, draws, moments = life.ways[begun.ways[n]], begun.draws[n].tolist(), begun.moments[n].tolist()
        times: dict[str, int] = {}
        fields: dict[str, Any] = {}
        for number in steps:
            step = way.steps[number]
            times[step.time or step.state] = moments[number]
            if number == 0 and life.due:
                times["due"] = int(begun.due[n])
            choices = step.fields if number else {**step.fields, **life.fields}
            fields |= _chosen(choices, draws[FIELDS + 2 * number :])
        communes = self._places.communes_of(unit)
        at, place = moments[number], place_of(communes[int(draws[COMMUNE] * len(communes))])
        record = {
            "id": f"{life.code}-{unit}-{begun.day}-{n}", "type": life.type, "state": step.state, "times": times,
            "fields": fields,
        }  # fmt: skip
        return Told(at, life.feed, unit, {"place": place, "at": at, "record": record})


def _chosen(choices: Choices, draws: Sequence[float]) -> dict[str, Any]:
    return {name: said[int(draw * len(said))] for (name, said), draw in zip(choices.items(), draws, strict=False)}


def _bounds(weights: Sequence[float]) -> NDArray[np.float64]:
    """Where in [0, 1) each of the weighted ends."""
    found = np.cumsum(np.array(weights, dtype=float))
    return np.asarray(found / found[-1], dtype=np.float64)


def _first(told: list[Told], at: int) -> int:
    return bisect_left(told, at, key=lambda one: one.at)

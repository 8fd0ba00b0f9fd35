"""One working day of dossiers of the whole country, planned at once: who asks for what, where, and what becomes of it.

A plan is made from the seed and the day alone, so the life of a dossier is the same however often it is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray

from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.chance import mix
from feeds.intake.simulator.course import DUE, Dice, course
from feeds.intake.simulator.days import Times, is_working, working_days_end
from feeds.intake.simulator.script import BEHIND

STEPS = slice(0, DUE)
END_SHARES = (0.985, 0.008, 0.004, 0.003)
BEHIND_LATE = 0.14  # share of late dossiers where the desks fall behind
PER_WARD, PER_COMMUNE, PER_ZONE = 1.8, 1.0, 0.4
FLAGS = ("full", "paid_online", "eresult", "digitised", "reused", "satisfied", "synced", "fee", "rated", "national")


class Dossier(NamedTuple):
    """One dossier; `flags` has a bit for each of FLAGS."""

    desk: int  # index of the unit
    number: int  # of the dossier, within unit and day
    place: int  # index of the commune among all, -1 for the unit's own desk
    procedure: int
    channel: int  # 0 counter, 1 online, 2 post
    flags: int
    end: int  # index into ENDS


@dataclass(slots=True)
class Caseload:
    """A day's dossiers: a row each, columns as in Dossier; and their steps, with the due time after the last."""

    day: int
    facts: NDArray[np.int32]
    steps: Times

    def keep(self, wanted: NDArray[np.bool_]) -> Caseload:
        """The same day with only the wanted rows."""
        return Caseload(self.day, self.facts[wanted], self.steps[wanted])

    def rows(self, wanted: Times) -> Iterator[tuple[Dossier, list[int]]]:
        """Dossiers and steps of the wanted rows, as plain numbers."""
        for fact, steps in zip(self.facts[wanted].tolist(), self.steps[wanted].tolist(), strict=True):
            yield Dossier._make(fact), steps


class Planner:
    """Plans days from a seed and the cast."""

    def __init__(self, seed: int, cast: Cast) -> None:
        self._seed = seed
        self._desks = cast.desks
        self.communes = tuple(key for desk in cast.desks for key in cast.places.communes_of(desk.code))
        self._legal = np.array([p.legal_days for p in cast.procedures])
        self._fee = np.array([p.fee for p in cast.procedures])
        self._full = np.array([p.online == "full" for p in cast.procedures])
        self._online = np.array([p.online != "no" for p in cast.procedures])
        self._local = np.array([p.at == "commune" for p in cast.procedures])
        self._wanted = _ladder([p.weight for p in cast.procedures])
        self._ends = _ladder(END_SHARES)
        self._spread = _spread(cast)
        self._behind = np.array([desk.code == BEHIND for desk in cast.desks])
        self._habits = {name: np.array([desk.habits[name] for desk in cast.desks]) for name in cast.desks[0].habits}

    def plan(self, day: int, since: int = 0) -> Caseload | None:
        """The dossiers received on `day`; None when the offices are closed.

        Those that are over before `since` as a matter of course may be left out.
        """
        if not is_working(day):
            return None
        rng = Generator(Philox(mix(self._seed, day)))
        counts = [round(d.dossiers_day * (1 + 0.05 * rng.uniform(-1, 1))) for d in self._desks]
        desk = np.repeat(np.arange(len(counts)), counts)
        number = np.concatenate([np.arange(n) for n in counts])
        dice: Dice = rng.random((26, len(desk)))
        procedure = np.searchsorted(self._wanted, dice[0])
        if working_days_end(day, 2) < since:
            slow = self._legal[procedure] > 1
            desk, number, dice, procedure = desk[slow], number[slow], dice[:, slow], procedure[slow]
        return self._filled(day, desk, number, procedure, dice)

    def _filled(self, day: int, desk: Times, number: Times, procedure: Times, dice: Dice) -> Caseload:
        online = dice[1] < self._habits["online"][desk] * self._online[procedure]
        channel = np.where(online, 1, np.where(dice[1] > 0.995, 2, 0))
        end = np.searchsorted(self._ends, dice[2])
        place = np.where(self._local[procedure], np.searchsorted(self._spread, desk + dice[3]), -1)
        flags = self._flags(desk, procedure, dice[4:14])
        slow = self._behind[desk]
        late = dice[14] < np.where(slow, BEHIND_LATE, self._habits["late"][desk])
        steps = course(day, self._legal[procedure], online, end, late, slow, dice[15:])
        facts = np.column_stack((desk, number, place, procedure, channel, flags, end)).astype(np.int32)
        return Caseload(day, facts, steps)

    def _flags(self, desk: Times, procedure: Times, dice: Dice) -> Times:
        flags = {name: dice[n] < self._habits[name][desk] for n, name in enumerate(FLAGS[:7])}
        flags["full"] &= self._full[procedure]
        flags["fee"] = self._fee[procedure]
        flags["rated"] = dice[8] < 0.3
        flags["national"] = dice[9] < 0.8
        bits = np.zeros(len(desk), dtype=np.int64)
        for place, name in enumerate(FLAGS):
            bits |= flags[name].astype(np.int64) << place
        return bits


def _ladder(weights: Sequence[float]) -> NDArray[np.float64]:
    """Upper ends of the steps of a die that falls by weight."""
    whole = np.cumsum(np.array(weights))
    return np.asarray(whole[:-1] / whole[-1])


def _spread(cast: Cast) -> NDArray[np.float64]:
    """Upper ends of every commune's share; unit number n lies between n and n + 1."""
    weigh = {"phường": PER_WARD, "xã": PER_COMMUNE, "đặc khu": PER_ZONE}
    ends: list[NDArray[np.float64]] = []
    for number, desk in enumerate(cast.desks):
        weight = np.cumsum([weigh[cast.places[key].kind] for key in cast.places.communes_of(desk.code)])
        ends.append(number + weight / weight[-1])
    return np.concatenate(ends)

"""One working day of dossiers of the whole country, planned at once: who asks for what, and when each step is done.

A plan is made from the seed and the day alone, so the life of a dossier is the same however often it is told.
Times are milliseconds of the story; -1 where a step never comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray

from feeds.catalogue.clock import HOUR_MS
from feeds.intake.simulator.cast import Cast, Desk
from feeds.intake.simulator.chance import mix
from feeds.intake.simulator.days import OFFICE_MS, Times, add_working, from_office, is_working, midnight, to_office
from feeds.intake.simulator.script import BEHIND

MINUTE_MS = 60_000
REGISTERED, RECEIVED, PROCESSING, SUPPLEMENT, RESUMED, ENDED, RETURNED = range(7)
ENDS = ("finished", "refused", "withdrawn", "stopped")
END_SHARES = (0.985, 0.008, 0.004, 0.003)
BEHIND_LATE = 0.14  # share of late dossiers where the desks fall behind
PER_WARD, PER_COMMUNE, PER_ZONE = 1.8, 1.0, 0.4
Whole = Times
Yes = NDArray[np.bool_]


@dataclass(slots=True)
class Caseload:
    """A day's dossiers, one per row."""

    day: int
    desk: Whole  # index of the unit
    number: Whole  # of the dossier, within unit and day
    place: Whole  # index of the commune among all, -1 for the unit's own desk
    procedure: Whole
    channel: Whole  # 0 counter, 1 online, 2 post
    flags: Mapping[str, Yes]
    end: Whole  # index into ENDS
    due: Times
    steps: Times  # one row a dossier, one column a step

    def keep(self, wanted: Yes) -> Caseload:
        """The same day with only the wanted rows."""
        flags = {name: column[wanted] for name, column in self.flags.items()}
        return replace(
            self,
            desk=self.desk[wanted],
            number=self.number[wanted],
            place=self.place[wanted],
            procedure=self.procedure[wanted],
            channel=self.channel[wanted],
            flags=flags,
            end=self.end[wanted],
            due=self.due[wanted],
            steps=self.steps[wanted],
        )


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
        weight = np.array([p.weight for p in cast.procedures])
        self._wanted = weight / weight.sum()
        self._communes = list(_commune_shares(cast))
        self._behind = np.array([desk.code == BEHIND for desk in cast.desks])

    def plan(self, day: int) -> Caseload | None:
        """The dossiers received on `day`; None when the offices are closed."""
        if not is_working(day):
            return None
        rng = Generator(Philox(mix(self._seed, day)))
        desk, number = self._arrivals(rng)
        procedure = rng.choice(len(self._wanted), len(desk), p=self._wanted)
        channel = self._channels(rng, desk, procedure)
        end = rng.choice(len(ENDS), len(desk), p=END_SHARES)
        flags = self._flags(rng, desk, procedure)
        steps, due = self._steps(rng, day, desk, procedure, channel, end)
        place = self._places(rng, desk, procedure)
        return Caseload(day, desk, number, place, procedure, channel, flags, end, due, steps)

    def _arrivals(self, rng: Generator) -> tuple[Whole, Whole]:
        counts = [round(d.dossiers_day * (1 + 0.05 * rng.uniform(-1, 1))) for d in self._desks]
        return np.repeat(np.arange(len(counts)), counts), np.concatenate([np.arange(n) for n in counts])

    def _places(self, rng: Generator, desk: Whole, procedure: Whole) -> Whole:
        place = np.full(len(desk), -1)
        local = self._local[procedure]
        for index, (first, shares) in enumerate(self._communes):
            mine = np.flatnonzero((desk == index) & local)
            place[mine] = first + rng.choice(len(shares), len(mine), p=shares)
        return place

    def _channels(self, rng: Generator, desk: Whole, procedure: Whole) -> Whole:
        online = _habit(self._desks, "online")[desk] * self._online[procedure]
        draw = rng.random(len(desk))
        return np.where(draw < online, 1, np.where(draw > 0.995, 2, 0))

    def _flags(self, rng: Generator, desk: Whole, procedure: Whole) -> dict[str, Yes]:
        names = ("full", "paid_online", "eresult", "digitised", "reused", "satisfied", "synced")
        flags: dict[str, Yes] = {n: rng.random(len(desk)) < _habit(self._desks, n)[desk] for n in names}
        flags["full"] &= self._full[procedure]
        flags["fee"] = self._fee[procedure]
        flags["rated"] = rng.random(len(desk)) < 0.3
        flags["national"] = rng.random(len(desk)) < 0.8
        return flags

    def _steps(
        self, rng: Generator, day: int, desk: Whole, procedure: Whole, channel: Whole, end: Whole
    ) -> tuple[Times, Times]:
        n = len(desk)
        legal = self._legal[procedure]
        office = to_office(np.array([midnight(day)]))[0] + (rng.random(n) ** 1.2 * (OFFICE_MS - MINUTE_MS)).astype(int)
        received = from_office(office)
        quick = legal == 1
        handled, late = self._handling(rng, desk, legal, quick)
        asked = ~quick & ~late & (rng.random(n) < 0.05) & (end == 0)
        waits = (rng.uniform(0.3, 3.0, n) * OFFICE_MS).astype(int) * asked
        begun = (rng.uniform(2, 9, n) * MINUTE_MS * np.where(quick, 1, 6)).astype(int)
        handled = np.maximum(handled, begun + 3 * MINUTE_MS)
        steps = np.full((n, 7), -1, dtype=np.int64)
        early = (rng.uniform(0.1, 14, n) * HOUR_MS).astype(int)
        steps[:, REGISTERED] = np.where(channel == 1, received - early, -1)
        steps[:, RECEIVED] = received
        steps[:, PROCESSING] = from_office(office + begun)
        steps[:, SUPPLEMENT] = np.where(asked, from_office(office + begun + (handled - begun) // 4), -1)
        steps[:, RESUMED] = np.where(asked, from_office(office + begun + (handled - begun) // 4 + waits), -1)
        ended = np.where(end == 0, handled + waits, np.minimum(handled, begun + OFFICE_MS // 2))
        steps[:, ENDED] = from_office(office + ended)
        picked = (rng.uniform(2, 25, n) * MINUTE_MS * np.where(quick, 1, 8)).astype(int)
        steps[:, RETURNED] = np.where(end == 0, from_office(office + ended + picked), -1)
        return steps, add_working(received, legal)

    def _handling(self, rng: Generator, desk: Whole, legal: Whole, quick: Yes) -> tuple[Whole, Yes]:
        """Office time each dossier takes, and which of them will be late."""
        n = len(desk)
        slow = self._behind[desk]
        late = ~quick & (rng.random(n) < np.where(slow, BEHIND_LATE, _habit(self._desks, "late")[desk]))
        on_time = np.where(quick, rng.uniform(8, 95, n) * MINUTE_MS, legal * rng.uniform(0.3, 0.9, n) * OFFICE_MS)
        over = legal * OFFICE_MS + rng.uniform(0.2, np.where(slow, 9.0, 2.0)) * OFFICE_MS
        return np.where(late, over, on_time).astype(np.int64), late


def _habit(desks: Sequence[Desk], name: str) -> NDArray[np.float64]:
    return np.array([desk.habits[name] for desk in desks])


def _commune_shares(cast: Cast) -> list[tuple[int, NDArray[np.float64]]]:
    """For each unit: index of its first commune among all, and how its dossiers spread over them."""
    weigh = {"phường": PER_WARD, "xã": PER_COMMUNE, "đặc khu": PER_ZONE}
    found, first = [], 0
    for desk in cast.desks:
        weight = np.array([weigh[cast.places[key].kind] for key in cast.places.communes_of(desk.code)])
        found.append((first, weight / weight.sum()))
        first += len(weight)
    return found

"""The life of dossiers at one-stop desks, told step by step: registered, received, in handling, ended, returned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np

from feeds.catalogue.clock import HOUR_MS, day_of
from feeds.intake.simulator.caseload import (
    ENDED,
    ENDS,
    RECEIVED,
    RESUMED,
    RETURNED,
    SUPPLEMENT,
    Caseload,
    Planner,
)
from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.chance import between, draw, key
from feeds.intake.simulator.days import EPOCH, Times, add_working, midnight
from feeds.intake.simulator.telling import Told, place_of

LONGEST_DAYS = 45  # no dossier lives longer
LATE_MS = 70 * HOUR_MS  # what changed before that is told as if it had changed then: the door takes no older news
CHANNELS = ("counter", "online", "post")
LEVELS = {"full": "full", "part": "partial", "no": "none"}
STATES = ("registered", "received", "processing", "supplement", "processing", "", "returned")
TIMES = ("registered", "received", "", "supplement_from", "supplement_to", "", "returned")


class Day:
    """A planned day with its steps in the order of time."""

    def __init__(self, load: Caseload, since: int) -> None:
        self.since = since  # steps before that may have been left out
        self.load = load.keep(load.steps.max(axis=1) >= since)
        flat = self.load.steps.ravel()
        wanted = np.flatnonzero(flat >= since)
        order = wanted[np.argsort(flat[wanted], kind="stable")]
        self.times: Times = flat[order]
        self.where: Times = order

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Time, row and step of what is done from `start` up to, not including, `end`."""
        first, last = np.searchsorted(self.times, (start, end))
        for at, where in zip(self.times[first:last].tolist(), self.where[first:last].tolist(), strict=True):
            yield at, *divmod(where, 7)


class Dossiers:
    """Tells the steps; remembers each dossier only as it last stood."""

    def __init__(self, seed: int, cast: Cast) -> None:
        self._seed = seed
        self._cast = cast
        self._planner = Planner(seed, cast)
        self._days: dict[int, Day | None] = {}

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Every step done in the stretch."""
        self._prepare(start, end)
        found = [
            (at, day.load.day, row, step, day.load)
            for day in self._days.values()
            if day is not None
            for at, row, step in day.between(start, end)
        ]
        found.sort(key=lambda step: step[:4])
        for at, _, row, step, load in found:
            yield self._told(load, row, step, at)

    def recall(self, start: int, end: int, with_open: bool = True) -> Iterator[Told]:
        """Each dossier as it stands at `end`, newest day first: all that moved since `start`, and all still open."""
        for day in range(day_of(end) + 2, day_of(start) - LONGEST_DAYS, -1):
            load = self._planner.plan(day)
            if load is None:
                continue
            done = np.where(load.steps < end, load.steps, -1)
            step, last = done.argmax(axis=1), done.max(axis=1)
            moved = (last >= start) | (with_open & (last >= 0) & (load.steps[:, ENDED] >= end))
            for row in np.flatnonzero(moved).tolist():
                yield self._told(load, row, int(step[row]), max(int(last[row]), end - LATE_MS))

    def _prepare(self, start: int, end: int) -> None:
        """Plan the days that can have steps in the stretch; forget those that cannot any more."""
        days = range(day_of(start) - LONGEST_DAYS, day_of(end) + 3)
        for day in [d for d in self._days if d not in days]:
            del self._days[day]
        for day in days:
            known = self._days.get(day)
            if day not in self._days or (known is not None and known.since > start):
                load = self._planner.plan(day)
                self._days[day] = None if load is None else Day(load, start)

    def _told(self, load: Caseload, row: int, step: int, at: int) -> Told:
        unit = self._cast.desks[load.desk[row]].code
        place = unit if load.place[row] < 0 else self._planner.communes[load.place[row]]
        record = {
            "id": f"{unit}-{EPOCH + timedelta(days=load.day):%y%m%d}-{load.number[row] + 1:05}",
            "type": "dossier",
            "state": STATES[step] or ENDS[load.end[row]],
            "times": self._times(load, row, step),
            "fields": self._fields(load, row, step),
        }
        return Told(at, "dossiers", unit, {"place": place_of(place), "at": at, "record": record})

    def _times(self, load: Caseload, row: int, step: int) -> dict[str, int]:
        names = list(TIMES)
        names[ENDED] = ENDS[load.end[row]]
        times = {
            name: at
            for name, at in zip(names[: step + 1], load.steps[row, : step + 1].tolist(), strict=True)
            if name and at >= 0
        }
        if step >= RECEIVED:
            times["due"] = int(load.due[row])
        return times

    def _fields(self, load: Caseload, row: int, step: int) -> dict[str, Any]:
        procedure = self._cast.procedures[load.procedure[row]]
        flag = {name: bool(column[row]) for name, column in load.flags.items()}
        paid = ("national" if flag["national"] else "local") if flag["paid_online"] else "fee"
        fields: dict[str, Any] = {
            "channel": CHANNELS[load.channel[row]],
            "service_level": "full"
            if flag["full"]
            else LEVELS[procedure.online if procedure.online == "no" else "part"],
            "procedure": procedure.code,
            "field": procedure.field,
            "legal_days": procedure.legal_days,
            "paid": paid if flag["fee"] else "none",
            "reused": flag["reused"],
            "synced": flag["synced"],
        }
        if step >= SUPPLEMENT and load.steps[row, RESUMED] >= 0:
            fields["supplements"] = 1
        if step >= ENDED:
            fields |= {"digitised": flag["digitised"], "eresult": flag["eresult"]}
        if step == RETURNED and (flag["rated"] or not flag["satisfied"]):
            fields["satisfied"] = flag["satisfied"]
        return fields


def procedures(seed: int, cast: Cast, at: int) -> Iterator[Told]:
    """The procedure database of each unit: which services are online, in use, and were made public on time."""
    public = int(midnight(day_of(at))) - 20 * 24 * HOUR_MS
    due = int(add_working(np.array([public]), np.array([5]))[0])
    for desk in cast.desks:
        for number in range(desk.procedures):
            chance = key(f"{desk.code}-{number}")
            level = "none" if draw(seed, chance, 1) < 0.1 else ("full" if draw(seed, chance, 2) < 0.7 else "partial")
            late = draw(seed, chance, 3) < 0.01
            record = {
                "id": f"TTHC-{desk.code}-{number + 1:03}",
                "type": "procedure",
                "state": "published",
                "times": {
                    "due": due,
                    "published": due + (1 if late else -1) * int(between(2, 40, seed, chance) * HOUR_MS),
                },
                "fields": {"service_level": level, "active": level != "none" and draw(seed, chance, 4) < 0.8},
            }
            yield Told(at, "dossiers", desk.code, {"place": place_of(desk.code), "at": at, "record": record})

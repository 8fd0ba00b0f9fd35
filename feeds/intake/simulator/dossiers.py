"""The life of dossiers at one-stop desks, told step by step: registered, received, in handling, ended, returned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.catalogue.clock import HOUR_MS, day_of
from feeds.intake.simulator.caseload import FLAGS, STEPS, Caseload, Dossier, Planner
from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.chance import between, draw, key
from feeds.intake.simulator.course import DUE, ENDED, ENDS, PROCESSING, RECEIVED, RETURNED, SUPPLEMENT
from feeds.intake.simulator.days import EPOCH, Times, add_working, midnight
from feeds.intake.simulator.telling import Told, place_of

LONGEST_DAYS = 36  # no dossier lives longer
LATE_MS = 70 * HOUR_MS  # what changed before that is told as if it had changed then: the door takes no older news
CHANNELS = ("counter", "online", "post")
STATES = ("registered", "received", "processing", "supplement", "processing", "", "returned")
TIMES = ("registered", "received", "", "supplement_from", "supplement_to", "", "returned")


class Day:
    """A planned day with its steps in the order of time."""

    def __init__(self, load: Caseload, since: int) -> None:
        self.since = since  # steps before that may have been left out
        self.load = load.keep(load.steps[:, STEPS].max(axis=1) >= since)
        flat = self.load.steps[:, STEPS].ravel()
        wanted = np.flatnonzero(flat >= since)
        order = wanted[np.argsort(flat[wanted], kind="stable")]
        self.times: Times = flat[order]
        self.row, self.step = np.divmod(order, DUE)

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, Dossier, list[int]]]:
        """Time, step, dossier and all its steps, for what is done from `start` up to, not including, `end`."""
        first, last = np.searchsorted(self.times, (start, end))
        stretch = slice(first, last)
        rows = self.load.rows(self.row[stretch])
        for at, step, row in zip(self.times[stretch].tolist(), self.step[stretch].tolist(), rows, strict=True):
            yield at, step, *row


class Dossiers:
    """Tells the steps, and remembers how dossiers stood."""

    def __init__(self, seed: int, cast: Cast) -> None:
        self._cast = cast
        self._planner = Planner(seed, cast)
        self._days: dict[int, Day | None] = {}
        self._known: dict[tuple[int, int, int, int], dict[str, Any]] = {}
        self._units = [(desk.code, place_of(desk.code)) for desk in cast.desks]
        self._places = [place_of(key) for key in self._planner.communes]

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Every step done in the stretch."""
        self._prepare(start, end)
        days = [(day.load.day, day) for day in self._days.values() if day is not None]
        found = [
            (at, day, step, dossier, steps)
            for day, planned in days
            for at, step, dossier, steps in planned.between(start, end)
        ]
        found.sort()
        for at, day, step, dossier, steps in found:
            yield self._told(_prefix(day), dossier, steps, step, at)

    def remember(self, start: int, end: int) -> Memory:
        """How dossiers stood at `end`, for those that are still open and those that moved since `start`."""
        days = range(day_of(end) + 2, day_of(start) - LONGEST_DAYS, -1)
        loads = (self._planner.plan(day, start) for day in days)
        return Memory([load for load in loads if load is not None], end, self._told)

    def _prepare(self, start: int, end: int) -> None:
        """Plan the days that can have steps in the stretch; forget those that cannot any more."""
        days = range(day_of(start) - LONGEST_DAYS, day_of(end) + 3)
        for day in [d for d in self._days if d not in days]:
            del self._days[day]
        for day in days:
            known = self._days.get(day)
            if day not in self._days or (known is not None and known.since > start):
                load = self._planner.plan(day, start)
                self._days[day] = None if load is None else Day(load, start)

    def _told(self, prefix: str, dossier: Dossier, steps: list[int], step: int, at: int) -> Told:
        unit, own = self._units[dossier.desk]
        end = ENDS[dossier.end]
        times = {name: steps[n] for n, name in enumerate(TIMES[: step + 1]) if name and steps[n] >= 0}
        if step >= ENDED:
            times[end] = steps[ENDED]
        if step >= RECEIVED:
            times["due"] = steps[DUE]
            times.pop("registered", None)  # of no use once it is received
        record = {
            "id": f"{unit}-{prefix}-{dossier.number + 1:05}",
            "type": "dossier",
            "state": STATES[step] or end,
            "times": times,
            "fields": self._fields(dossier, steps, step),
        }
        place = own if dossier.place < 0 else self._places[dossier.place]
        return Told(at, "dossiers", unit, {"place": place, "at": at, "record": record})

    def _fields(self, dossier: Dossier, steps: list[int], step: int) -> dict[str, Any]:
        """What is said of it at that step; the same for many dossiers, so made once."""
        asked = step >= SUPPLEMENT and steps[SUPPLEMENT] >= 0
        told = (dossier.procedure, dossier.channel, dossier.flags, max(step, PROCESSING) * 2 + asked)
        if told not in self._known:
            self._known[told] = self._describe(dossier, step, asked)
        return self._known[told]

    def _describe(self, dossier: Dossier, step: int, asked: bool) -> dict[str, Any]:
        procedure = self._cast.procedures[dossier.procedure]
        flag = {name: bool(dossier.flags >> place & 1) for place, name in enumerate(FLAGS)}
        paid = ("national" if flag["national"] else "local") if flag["paid_online"] else "fee"
        fields: dict[str, Any] = {
            "channel": CHANNELS[dossier.channel],
            "service_level": "full" if flag["full"] else ("none" if procedure.online == "no" else "partial"),
            "procedure": procedure.code,
            "field": procedure.field,
            "legal_days": procedure.legal_days,
            "paid": paid if flag["fee"] else "none",
            "reused": flag["reused"],
            "synced": flag["synced"],
        }
        if asked:
            fields["supplements"] = 1
        if step >= ENDED:
            fields |= {"digitised": flag["digitised"], "eresult": flag["eresult"]}
        if step == RETURNED and (flag["rated"] or not flag["satisfied"]):
            fields["satisfied"] = flag["satisfied"]
        return fields


class Memory:
    """Dossiers as they stood at one moment, each told once; newest day first."""

    def __init__(self, loads: list[Caseload], end: int, tell: Callable[..., Told]) -> None:
        self._tell = tell
        self._end = end
        self._loads = [(load, *_last_done(load, end)) for load in loads]

    def open(self, since: int = 0) -> Iterator[Told]:
        """Those still open whose last step was done at `since` or later."""
        for load, step, last in self._loads:
            wanted = (load.steps[:, ENDED] >= self._end) & (last >= since)
            yield from self._rows(load, step, last, wanted)

    def ended(self, start: int, until: int) -> Iterator[Told]:
        """Those that have ended and whose last step was done from `start` up to, not including, `until`."""
        for load, step, last in self._loads:
            wanted = (load.steps[:, ENDED] < self._end) & (last >= start) & (last < until)
            yield from self._rows(load, step, last, wanted)

    def _rows(self, load: Caseload, step: Times, last: Times, wanted: NDArray[np.bool_]) -> Iterator[Told]:
        rows = np.flatnonzero(wanted)
        told = np.maximum(last[rows], self._end - LATE_MS)
        for at, reached, row in zip(told.tolist(), step[rows].tolist(), load.rows(rows), strict=True):
            yield self._tell(_prefix(load.day), *row, reached, at)


def _last_done(load: Caseload, end: int) -> tuple[Times, Times]:
    """The last step each dossier had done before `end`, and when; -1 where none."""
    done = np.where(load.steps[:, STEPS] < end, load.steps[:, STEPS], -1)
    return done.argmax(axis=1), done.max(axis=1)


@lru_cache(maxsize=256)
def _prefix(day: int) -> str:
    return f"{EPOCH + timedelta(days=day):%y%m%d}"


def procedures(seed: int, cast: Cast, at: int) -> Iterator[Told]:
    """The procedure database of each unit: which services are online, in use, and were made public on time."""
    public = int(midnight(day_of(at))) - 20 * 24 * HOUR_MS
    due = int(add_working(np.array([public]), np.array([5]))[0])
    for desk in cast.desks:
        for number in range(desk.procedures):
            chance = key(f"{desk.code}-{number}")
            level = "none" if draw(seed, chance, 1) < 0.07 else ("full" if draw(seed, chance, 2) < 0.7 else "partial")
            late = draw(seed, chance, 3) < 0.006
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

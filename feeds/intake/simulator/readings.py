"""Stations that measure: the common part of air, water, hydrology, weather and traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from feeds.catalogue.clock import HOUR_MS, day_of
from feeds.intake.simulator.cast import Actor
from feeds.intake.simulator.days import midnight
from feeds.intake.simulator.script import CUT_HOURS, CUT_OFF, Script
from feeds.intake.simulator.telling import Body, Rota, Told, place_of

Measure = Callable[[Actor, int, int], dict[str, Any]]  # actor, time, how long since its last report -> values
BACKFILL_MS = 10 * 60_000


class Readings:
    """Every station of a feed at its cadence; `measure` says what it reads.

    `counts`: what it reads is added up. `together`: of the past all are remembered within one cadence, for it is added
    up over all of them what stands at each, and a few of them would be told as if they were all.
    """

    def __init__(
        self,
        feed: str,
        actors: Sequence[Actor],
        cadence_ms: int,
        recall_ms: int,
        measure: Measure,
        script: Script,
        counts: bool = False,
        together: bool = False,
    ) -> None:
        self._feed = feed
        self._measure = measure
        self._script = script
        self._cadence = cadence_ms
        self._recall = recall_ms
        self._rota = Rota(actors, cadence_ms)
        self._recalled = Rota(actors, recall_ms, cadence_ms if together else 0)
        self._counts = actors if counts else ()
        self._cut_off = [actor for actor in actors if actor.code in CUT_OFF]

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Readings told in the stretch, among them what loggers kept while they were cut off."""
        for at, actor in self._rota.turns(start, end):
            if not self._script.cut_off(actor, at):
                yield from self._reading(at, at, actor, self._cadence)
        for actor in self._cut_off:
            yield from self._kept(actor, start, end)

    def recall(self, start: int, end: int) -> Iterator[Told]:
        """Readings at the wider step, each for all the time since the one before; what counts closes the stretch with
        what came since, so that nothing is left out of a sum."""
        for at, actor in self._recalled.turns(start, end):
            yield from self._reading(at, at, actor, self._recall)
        for actor in self._counts:
            at, since = self._rota.last(actor, end), max(start, self._recalled.last(actor, end))
            if at > since:
                yield from self._reading(at, at, actor, at - since)

    def _kept(self, actor: Actor, start: int, end: int) -> Iterator[Told]:
        since, until = (hour * HOUR_MS for hour in CUT_HOURS)
        for day in range(day_of(start), day_of(end) + 1):
            heard = midnight(day) + until
            if start <= heard < end:
                for at in range(midnight(day) + since, heard, BACKFILL_MS):
                    yield from self._reading(heard, at, actor, BACKFILL_MS)

    def _reading(self, told: int, at: int, actor: Actor, span: int) -> Iterator[Told]:
        if self._script.silent(self._feed, actor.province, at):
            return
        body: Body = {"place": place_of(actor.place), "entity": actor.code, "at": at}
        values = self._measure(actor, at, span)
        status = values.pop("status", None)
        body["values"] = values
        if status:
            body["status"] = status
        yield Told(told, self._feed, actor.province, body)

"""The simulator as a process: declares the cast, remembers three days at a first start, then tells the story live.

One thing at a time: a tick of the live story each second; between ticks, stretches of the past.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from feeds.catalogue.clock import Clock, SystemClock
from feeds.catalogue.settings import Settings
from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.envelope import BATCH, Batch, Envelopes
from feeds.intake.simulator.position import Position, load, save
from feeds.intake.simulator.post import Poster
from feeds.intake.simulator.stills import Stills
from feeds.intake.simulator.story import PAST_MS, Story
from feeds.intake.simulator.telling import Told
from feeds.intake.simulator.timemap import TimeMap

log = logging.getLogger(__name__)
SEED = 2026
FILE = "simulator.json"
TICK_MS = 1000
WINDOW_MS = 10_000  # real time told at once when catching up
STRETCH = 6000  # events of the past between two looks at the clock
TOLD_A_COLLECTION = 100_000  # what is told is held by nothing but its list: no garbage is found in looking through it


def main(settings: Settings) -> int:
    """Tell the story until stopped; at speed 0 there is nothing to tell."""
    if settings.sim_speed <= 0:
        log.info("IOC_SIM_SPEED is 0: the simulator is silent")
        return 0
    gc.set_threshold(TOLD_A_COLLECTION, 50, 50)
    poster = Poster(settings)
    simulator = Simulator(settings.var / FILE, settings.sim_speed, poster.post_each, SystemClock())
    gc.freeze()
    try:
        while True:
            simulator.step()
            time.sleep(simulator.idle_seconds())
    finally:
        poster.close()


class Simulator:
    """Everything between the story and the door. `step` does the next thing that is due; `post` returns when all that
    it was given has arrived, and asks for each batch while the door works on the one before."""

    def __init__(self, path: Path, speed: float, post: Callable[[Iterable[Batch]], None], clock: Clock) -> None:
        self._path, self._post, self._clock = path, post, clock
        cast = Cast.load()
        kept = load(path)
        now = clock.now_ms()
        if kept is None:
            kept = Position(seed=SEED, opening=now, knots=[(now, now)], speed=speed, told=now, until=now)
        self._at = kept
        self._times = TimeMap(tuple(kept.knots), kept.speed)
        self._story = Story(kept.seed, cast, kept.opening)
        self._stills = Stills(cast)
        self._envelopes = Envelopes(kept.seqs)
        self._ahead: list[Told] = []  # of the past, told and not yet sent
        self._finish()
        self._resume(speed)
        self._send(self._story.entities(self._at.told))
        self._memory = self._remember()

    def idle_seconds(self) -> float:
        """How long nothing is due."""
        if self._memory is not None:
            return 0.0
        return max(0.0, (self._next_tick() - self._clock.now_ms()) / 1000)

    def step(self) -> None:
        """Tell what has happened since the last tick, or go on with the past."""
        now = self._clock.now_ms()
        if now >= self._next_tick():
            self._tick(min(self._times.story(now), self._at.told + round(WINDOW_MS * self._times.speed)))
        elif self._memory is not None:
            self._recall(self._memory)

    def _finish(self) -> None:
        """Tell again what may have been under way when the last run ended, with the numbers it had."""
        if self._at.recalling:
            self._recall(self._remember() or iter(()))
        if self._at.until > self._at.told:
            self._tick(self._at.until)

    def _resume(self, speed: float) -> None:
        """Lay the story on the clock of now, and see whether there is a pause to make up for."""
        at, before = self._at, self._times
        self._times = before.resumed(at.told, self._clock.now_ms(), speed)
        if self._times is not before:
            opening = self._times.knots[-1][0]
            if opening > at.told:
                at.gap, at.past = (at.gap[0] if at.gap else at.told, opening), 0 if at.past_done else at.past
            at.knots, at.speed, at.told, at.until = list(self._times.knots), speed, opening, opening
        save(self._path, at)

    def _remember(self) -> Iterator[Told] | None:
        """What of the past is still to be sent."""
        at, self._ahead = self._at, []
        if not at.past_done:
            chapters = self._story.past(at.opening - PAST_MS, at.opening)
        elif at.gap:
            chapters = self._story.gap(*at.gap)
        else:
            return None
        return islice(chain.from_iterable(_announced(chapters)), at.past, None)

    def _next_tick(self) -> int:
        return self._times.real(self._at.told) + TICK_MS

    def _tick(self, until: int) -> None:
        """Tell the live story up to `until`."""
        self._at.until = until
        save(self._path, self._at)
        self._send(self._stills.attach(self._story.events(self._at.told, until), self._times))
        self._at.told = until

    def _recall(self, memory: Iterator[Told]) -> None:
        """Tell the next stretch of the past, place by place: what is told together goes one way together."""
        self._at.recalling = True
        save(self._path, self._at)
        stretch = self._ahead + list(islice(memory, STRETCH - len(self._ahead)))
        self._ahead = []
        ordered = sorted(stretch, key=lambda told: (told.feed, told.province))
        self._post(self._meanwhile(memory, self._envelopes.batches(ordered, self._times)))
        self._at.past += len(stretch)
        self._at.recalling = False
        if len(stretch) < STRETCH:
            self._remembered()

    def _remembered(self) -> None:
        """The past is sent, or the pause made up for."""
        log.info("the past is sent: %d events", self._at.past)
        if self._at.past_done:
            self._at.gap = None
        self._at.past_done, self._at.past = True, 0
        self._memory = self._remember()

    def _meanwhile(self, memory: Iterator[Told], batches: Iterable[Batch]) -> Iterator[Batch]:
        """While the door works on a batch, as much of the next stretch is told."""
        for batch in batches:
            yield batch
            self._ahead += islice(memory, min(BATCH, STRETCH - len(self._ahead)))

    def _send(self, told: Iterable[Told]) -> None:
        self._post(self._envelopes.batches(told, self._times))


def _announced(chapters: Iterable[tuple[str, Iterator[Told]]]) -> Iterator[Iterator[Told]]:
    for name, told in chapters:
        log.info("sending the past: %s", name)
        yield told

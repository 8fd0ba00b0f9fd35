"""Offices, hospitals, schools, hotels: whoever reports a few numbers at fixed hours, as data/cast/services.yaml says.

A report comes every so often, or when a day, a week or a reporting period (15th to 14th) ends. What is said follows
from who says it and when alone, so any report can be told by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from feeds.catalogue.clock import DAY_MS, HOUR_MS, day_of
from feeds.intake.simulator.cast import Actor
from feeds.intake.simulator.chance import between, key, normal, smooth
from feeds.intake.simulator.days import midnight, period_ends
from feeds.intake.simulator.rhythms import RHYTHMS
from feeds.intake.simulator.services import Speaker, Word
from feeds.intake.simulator.telling import Body, Rota, Told, place_of

SPREAD_MS = 2 * HOUR_MS  # reports of a period come in within that time
WANDER_MS = 6 * HOUR_MS
SEND_AT = 15 * HOUR_MS  # reports of a period are sent in the afternoon of its last day
LONGEST_REST = 120  # days; the summer of schools is shorter
MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Offices:
    """All who speak of one line of services.yaml."""

    def __init__(self, seed: int, speaker: Speaker, actors: Sequence[Actor]) -> None:
        self._seed = seed
        self._speaker = speaker
        self._actors = actors
        self._rota = Rota(actors, speaker.every_ms or HOUR_MS)
        self._recalled = Rota(actors, speaker.recall_ms or HOUR_MS)

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Reports of the stretch."""
        return self._told(start, end, self._rota, self._speaker.every_ms)

    def recall(self, start: int, end: int) -> Iterator[Told]:
        """The same stretch at a wider step, counts over all the time since the report before; the last report of each
        closes the stretch, so that nothing is left out of a sum."""
        yield from self._told(start, end, self._recalled, self._speaker.recall_ms)
        if self._speaker.recall_ms > self._speaker.every_ms:
            yield from self._closing(start, end)

    def _closing(self, start: int, end: int) -> Iterator[Told]:
        for actor in self._actors:
            at = self._rota.last(actor, end)
            since = max(start, self._recalled.last(actor, end))
            if at > since:
                yield self._report(actor, at, (at - since) / self._speaker.every_ms)

    def standing(self, at: int) -> Iterator[Told]:
        """The last report of each before `at`, for those that report once a day or more rarely."""
        if not self._speaker.every_ms:
            for actor in self._actors:
                moment = self._last(actor, at)
                if moment is not None:
                    yield self._report(actor, moment, 1.0)

    def earlier(self, start: int, end: int) -> Iterator[Told]:
        """As `recall`, without what `standing(end)` tells."""
        if self._speaker.every_ms:
            yield from self.recall(start, end)
            return
        newest = {actor.code: self._last(actor, end) for actor in self._actors}
        for told in self.recall(start, end):
            if told.at != newest[told.body["entity"]]:
                yield told

    def _told(self, start: int, end: int, rota: Rota, step: int) -> Iterator[Told]:
        if self._speaker.every_ms:
            times = step / self._speaker.every_ms
            yield from (self._report(actor, at, times) for at, actor in rota.turns(start, end))
            return
        found = [(at, actor) for actor in self._actors for at in self._moments(actor, start, end)]
        yield from (self._report(actor, at, 1.0) for at, actor in sorted(found, key=lambda one: one[0]))

    def _moments(self, actor: Actor, start: int, end: int) -> Iterator[int]:
        """When this one reports, from `start` up to `end`."""
        at = self._last(actor, end)
        while at is not None and at >= start:
            yield at
            at = self._last(actor, at)

    def _last(self, actor: Actor, before: int) -> int | None:
        """Its newest report before a time."""
        when = self._speaker.when
        own = actor.key % SPREAD_MS // 1000 * 1000
        if when == "once":
            said = self._speaker.said_ms + own
            return said if said < before else None
        if when in MONTHS:
            return next(at for end in period_ends(before, MONTHS[when]) if (at := end + SEND_AT + own) < before)
        for day in range(day_of(before), day_of(before) - LONGEST_REST, -1):
            at = midnight(day) + round(self._speaker.hour * HOUR_MS) + own
            if at < before and (when == "day" or (day + 3) % 7 == 0) and self._works(at):  # a week's: on Monday
                return at
        return None

    def _works(self, at: int) -> bool:
        rests = self._speaker.rests
        return not rests or RHYTHMS[rests](at) > 0

    def _report(self, actor: Actor, at: int, times: float) -> Told:
        values: dict[str, float] = {}
        for word in self._speaker.says:
            values[word.param] = self._value(word, actor, at, times, values)
        body: Body = {"place": place_of(actor.place), "entity": actor.code, "at": at, "values": values}
        return Told(at, self._speaker.feed, actor.province, body)

    def _value(self, word: Word, actor: Actor, at: int, times: float, said: dict[str, Any]) -> float:
        if word.adds:
            return float(sum(said[name] for name in word.adds))
        chance = (self._seed, actor.key, key(word.param))
        moved = smooth(at, WANDER_MS if self._speaker.every_ms else DAY_MS, *chance)
        if word.of:
            low, high = word.share
            share = between(low, high, *chance) + word.wander * (high - low) * moved
            value = said[word.of] * min(max(share, low), high)
        else:
            size = actor.number("size") if word.sized else 1.0
            own = 1 + word.own * (2 * between(0, 1, *chance) - 1)
            noise = 1 + word.wander * moved + (0.01 * normal(*chance, at) if word.count else 0)
            value = word.mean * size * own * noise
        over = word.over.get(actor.province, word.over.get("*", 1.0))
        value *= RHYTHMS[word.rhythm](at) * over * (times if word.count else 1)
        told: float = round(value, word.digits) if word.digits else round(value)
        return told

"""data/cast/services.yaml: who else speaks in the simulated country, and how the lives of petitions and tasks go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from feeds.catalogue.clock import DAY_MS, HOUR_MS, TZ
from feeds.catalogue.places import NATION_KEY, Places
from feeds.intake.simulator.cast import DATA, Actor, Desk
from feeds.intake.simulator.chance import between, key, mix

MINUTE_MS = 60_000
STEPS = {"m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One number of a report: a mean with its own spread and course, a share `of` another number of it, or the sum of
    others that it `adds`."""

    param: str
    mean: float = 0
    sized: bool = False  # larger where more people live
    own: float = 0.1  # how far one speaker differs from another, of the mean
    wander: float = 0.02  # how far it moves over time
    rhythm: str = "flat"
    count: bool = False  # something counted since the report before
    digits: int = 0
    of: str = ""
    share: tuple[float, float] = (0, 0)
    adds: list[str] = []
    over: dict[str, float] = {}  # units where a standing story raises or lowers it; `*`: everywhere else


class Speaker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of speaker: one or several in each unit, its communes or the nation."""

    feed: str
    code: str
    vi: str  # {tinh} is the unit's name, {n} a number
    en: str
    each: int = 1
    at: str = "unit"  # unit | commune | nation
    every: str = ""  # `5m`, `1h`; without it `when`
    recall: str = ""
    when: str = "day"  # day | week | month | quarter | year | once
    hour: float = 6
    rests: str = ""  # a rhythm: where it is 0 nobody reports (schools in the holidays)
    said: str = ""  # `once`: the day on which it was said
    says: list[Word]

    @property
    def every_ms(self) -> int:
        """The step between two reports; 0 where the calendar says when."""
        return _ms(self.every) if self.every else 0

    @property
    def recall_ms(self) -> int:
        """The step at which the past is remembered."""
        return _ms(self.recall) if self.recall else self.every_ms

    @property
    def said_ms(self) -> int:
        """When what is said once was said."""
        return moment(self.said)


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What happens next in a life: so many working days after the step before, and what is then known."""

    state: str
    time: str = ""
    days: tuple[float, float] = (0, 0)
    fields: dict[str, list[Any]] = {}  # one of the list is drawn


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One course a life may take; `weight` of all courses that it does."""

    weight: float
    steps: list[Step]


class Life(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of record with a life."""

    feed: str
    type: str
    code: str
    a_day: float  # in the nation, on a working day
    due: float = 0  # working days from the first step
    fields: dict[str, list[Any]] = {}
    slow: dict[str, float] = {}  # units where every step takes so many times as long
    ways: list[Way]


class Services(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file; `absent` are the units that have no such feed."""

    speakers: list[Speaker]
    lives: list[Life]
    absent: dict[str, list[str]] = {}


@cache
def load(path: Path = DATA / "cast" / "services.yaml") -> Services:
    """The services of the simulated country."""
    return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Services)


def speaking(services: Services, speaker: Speaker, desks: Sequence[Desk], places: Places) -> list[Actor]:
    """Everybody of one kind, in the units that have the feed."""
    absent = services.absent.get(speaker.feed, [])
    if speaker.at == "nation":
        return [_actor(speaker, NATION_KEY, ("", ""), 1, 1.0)]
    mean = sum(desk.dossiers_day for desk in desks) / len(desks)
    return [
        actor
        for desk in desks
        if desk.code not in absent
        for actor in _of_unit(speaker, desk.code, desk.dossiers_day / mean, places)
    ]


def _of_unit(speaker: Speaker, unit: str, size: float, places: Places) -> Iterator[Actor]:
    communes = places.communes_of(unit)
    for n in range(1, speaker.each + 1):
        code = communes[mix(key(speaker.code), n) % len(communes)]
        place = code if speaker.at == "commune" else unit
        own = between(0.4, 1.6, key(unit), key(speaker.code), n) if speaker.each > 1 else 1.0
        yield _actor(speaker, place, (places.name(unit), places.name(unit, "en")), n, size * own)


def _actor(speaker: Speaker, place: str, unit_names: tuple[str, str], n: int, size: float) -> Actor:
    unit = place[:2].upper()
    code = f"{unit}-{speaker.code}" + (f"-{n:02}" if speaker.each > 1 else "")
    vi, en = (said.format(tinh=name, n=n) for said, name in zip((speaker.vi, speaker.en), unit_names, strict=True))
    return Actor(code, place, vi, None, None, {"size": f"{size:.4f}", "en": en}, key(code))


def _ms(text: str) -> int:
    return int(text[:-1]) * STEPS[text[-1]]


def moment(text: str) -> int:
    """A day as `2024-09-18`, at its beginning in Vietnam."""
    return round(datetime.fromisoformat(text).replace(tzinfo=TZ).timestamp() * 1000)

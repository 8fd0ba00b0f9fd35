"""The whole story: all tellers together. The same seed, cast and opening give the same story, however it is cut."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import chain
from typing import Any

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.intake.simulator import services
from feeds.intake.simulator.cast import Actor, Cast
from feeds.intake.simulator.dossiers import Dossiers, procedures
from feeds.intake.simulator.lifetimes import Lives
from feeds.intake.simulator.offices import Offices
from feeds.intake.simulator.papers import Papers
from feeds.intake.simulator.posts import Posts
from feeds.intake.simulator.readings import Measure, Readings
from feeds.intake.simulator.roads import Cameras, Police, Roads, report_desk
from feeds.intake.simulator.script import Script
from feeds.intake.simulator.sentries import Alerts, AntiVirus, Devices, sentries
from feeds.intake.simulator.sky import Air, Weather
from feeds.intake.simulator.streams import Hydrology, Water
from feeds.intake.simulator.systems import Systems
from feeds.intake.simulator.telling import Teller, Told, place_of

MINUTE_MS = 60_000
PAST_MS = 72 * HOUR_MS - 5 * MINUTE_MS  # the door takes three days back; some minutes are left for the way
LATEST_MS = 10 * MINUTE_MS  # in that time every station has spoken once, and half of the outlets
CADENCE = {"air": 5, "water": 5, "hydrology": 10, "weather": 10, "systems": 5}  # minutes
CADENCE |= {"security": 5, "antivirus": 60}
RECALL = {"air": 60, "water": 240, "hydrology": 60, "weather": 60, "systems": 180}
RECALL |= {"security": 240, "antivirus": 360}
# At the end of what is remembered they say what came since their last word: nothing is left out of a sum.
COUNTING = ("systems", "security", "antivirus")
# What stands at each of them is added up, so an hour in the past has all of them or none.
TOGETHER = ("systems", "antivirus")
# Its counters of today are held against the same hour of the days before.
PORTAL, PORTAL_RECALL = ("component", "provider"), 60
LINK_CADENCE_MS, LINK_RECALL_MS = 30_000, 12 * HOUR_MS
CAMERA_CADENCE_MS, CAMERA_RECALL_MS = MINUTE_MS, 24 * HOUR_MS


class Story:
    """The story of a seed, told forwards with `events` or remembered in chapters with `past`."""

    def __init__(self, seed: int, cast: Cast, opening_ms: int) -> None:
        script = Script(opening_ms)
        weather = Weather(seed, script)
        papers = Papers(seed, cast)
        measures: dict[str, Measure] = {
            "air": Air(seed, script),
            "water": Water(seed, script),
            "hydrology": Hydrology(seed, script, weather),
            "weather": weather,
            "security": Devices(seed, script),
            "antivirus": AntiVirus(seed, script),
            "systems": Systems(seed, papers),
        }
        actors = {**cast.actors, **sentries(cast)}
        portal = tuple(actor for actor in actors["systems"] if actor.type in PORTAL)
        actors["systems"] = tuple(actor for actor in actors["systems"] if actor.type not in PORTAL)
        self._seed = seed
        self._cast = cast
        self._dossiers = Dossiers(seed, cast)
        self._tellers: dict[str, Teller] = {
            feed: Readings(
                feed,
                actors[feed],
                CADENCE[feed] * MINUTE_MS,
                RECALL[feed] * MINUTE_MS,
                measure,
                script,
                counts=feed in COUNTING,
                together=feed in TOGETHER,
            )
            for feed, measure in measures.items()
        }
        axis = self._tellers.pop("systems")  # counts the documents once they are told: nobody doubts either meanwhile
        self._tellers |= {"papers": papers, "systems": axis}
        roads = Roads(seed)
        every = CADENCE["systems"] * MINUTE_MS
        self._tellers |= {
            "portal": Readings(
                "systems",
                portal,
                every,
                PORTAL_RECALL * MINUTE_MS,
                measures["systems"],
                script,
                counts=True,
                together=True,
            ),
            "roads": Readings("traffic", cast.actors["traffic"], LINK_CADENCE_MS, LINK_RECALL_MS, roads, script),
            "police": Police(seed, cast.desks),
            "cameras": Cameras(seed, cast.actors["cameras"], CAMERA_CADENCE_MS, CAMERA_RECALL_MS),
            "social": Posts(seed, cast, script),
            "alerts": Alerts(seed, cast, script),
        }
        told = services.load()
        self._speakers = [(one, services.speaking(told, one, cast.desks, cast.places)) for one in told.speakers]
        self._services: list[Offices | Lives] = [Offices(seed, one, actors) for one, actors in self._speakers]
        self._services += [
            Lives(seed, life, cast.desks, cast.places, told.absent.get(life.feed, ())) for life in told.lives
        ]
        self._tellers |= {f"service {n}": teller for n, teller in enumerate(self._services)}

    def events(self, start: int, end: int) -> Iterator[Told]:
        """Everything told from `start` up to, not including, `end`, in the order of telling."""
        parts = [*(teller.tell(start, end) for teller in self._tellers.values()), self._dossiers.tell(start, end)]
        return merge(*parts, key=lambda told: told.at)

    def past(self, start: int, end: int) -> Iterator[tuple[str, Iterator[Told]]]:
        """What a first start remembers, in chapters with names: what makes every figure live, then what was before.

        Records come before readings: they go through SQL, which takes its time while the rest is told. Each feed tells
        its past in one go, so that the history that follows from it is worked out once.
        """
        lately = end - LATEST_MS
        reports = (one.standing(lately) for one in self._services if isinstance(one, Offices))
        yield "the latest of everything", chain(self._latest(end), *reports)
        yield "procedures", procedures(self._seed, self._cast, end)
        memory = self._dossiers.remember(start, end)
        yield "open dossiers", memory.open()
        for day, (since, until) in enumerate(days_back(start, end), 1):
            yield f"ended dossiers, day {day} back", memory.ended(since, until)
        lives = (one.standing(lately) for one in self._services if isinstance(one, Lives))
        yield "open petitions and tasks", chain.from_iterable(lives)
        yield "stations, cameras and posts", self._remembered(start, lately)

    def gap(self, start: int, end: int) -> Iterator[tuple[str, Iterator[Told]]]:
        """What was missed while nobody told the story: as `past`, but dossiers only where they moved."""
        since = max(start, end - PAST_MS)
        memory = self._dossiers.remember(start, end)
        yield "the latest of everything", self._latest(end)
        yield "stations, cameras and posts of the pause", self._recall(since, max(since, end - LATEST_MS))
        yield "dossiers of the pause", chain(memory.open(start), memory.ended(start, end))

    def entities(self, at: int) -> Iterator[Told]:
        """Who will speak: each station, link, camera, outlet and police desk declares itself."""
        for feed, actors in self._cast.actors.items():
            for actor in actors:
                yield declaration(feed, actor.code, actor.place, at, actor.declared(), actor)
        for desk in self._cast.desks:
            told = {"vi": f"Phòng Cảnh sát giao thông {self._cast.places.name(desk.code)}", "type": "report"}
            yield declaration("traffic", report_desk(desk.code), desk.code, at, told, None)
        for speaker, members in self._speakers:
            for actor in members:
                yield declaration(speaker.feed, actor.code, actor.place, at, actor.declared(), None)

    def _latest(self, end: int) -> Iterator[Told]:
        """The last thing each station, link, camera and outlet said."""
        return chain.from_iterable(
            teller.tell(end - min(LATEST_MS, span), end)
            for name, teller in self._tellers.items()
            for span in (SPANS.get(name, LATEST_MS),)
        )

    def _remembered(self, start: int, end: int) -> Iterator[Told]:
        """As `_recall`, without the reports and records that stand at `end`: those are told first."""
        for teller in self._tellers.values():
            yield from teller.earlier(start, end) if isinstance(teller, Offices | Lives) else teller.recall(start, end)

    def _recall(self, start: int, end: int) -> Iterator[Told]:
        return chain.from_iterable(teller.recall(start, end) for teller in self._tellers.values())


SPANS = {"roads": LINK_CADENCE_MS, "cameras": CAMERA_CADENCE_MS, "air": 5 * MINUTE_MS, "water": 5 * MINUTE_MS}


def days_back(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stretches of a day, the newest first."""
    until = end
    while until > start:
        yield max(start, until - DAY_MS), until
        until -= DAY_MS


def declaration(feed: str, code: str, place: str, at: int, told: dict[str, Any], actor: Actor | None) -> Told:
    """An event of the `entities` feed."""
    record = {"id": code, "type": feed, "state": "active", "fields": told}
    body: dict[str, Any] = {"place": place_of(place), "entity": code, "at": at, "record": record}
    if actor is not None and actor.lat is not None:
        body |= {"lat": actor.lat, "lon": actor.lon}
    return Told(at, "entities", place[:2], body)

"""What a web process has one of, whatever catalogue is in force, and how an edition is made around it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Protocol

from redis.asyncio import Redis
from starlette.routing import Route, Router
from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from feeds.access.sessions import Sessions
from feeds.catalogue.clock import SystemClock
from feeds.catalogue.settings import Settings
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.api import Api
from feeds.serve.audit_doors import AuditDoors
from feeds.serve.avreports import AvReports
from feeds.serve.counters import Counters
from feeds.serve.dash_app import Door
from feeds.serve.desk import Desk
from feeds.serve.edition import Drawn, Edition
from feeds.serve.figures import Figures
from feeds.serve.health import Health
from feeds.serve.hub import Hub
from feeds.serve.identity import identity
from feeds.serve.link import Link
from feeds.serve.lists import Lists
from feeds.serve.paper import Paper
from feeds.serve.parts import Parts
from feeds.serve.permits import PageNeeds, guarded
from feeds.serve.posting import Posting
from feeds.serve.quality import Quality
from feeds.serve.reports import Reports
from feeds.serve.screens import Screens
from feeds.serve.senders import Senders
from feeds.serve.shelf import Kept
from feeds.serve.syncing import Syncing
from feeds.serve.throttle import Throttle
from feeds.serve.walls import Walls
from feeds.serve.witness import Person, Who, Witness
from feeds.serve.witnessed import Witnessed
from feeds.store import links
from feeds.store.ingest_keys import IngestKeys
from feeds.store.screens import Screens as ScreenRows


class Lived(Protocol):
    """A part with a task of its own on the server's loop."""

    def start(self) -> None:
        """Begin."""

    async def close(self) -> None:
        """End."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """Streams, screens, senders and the witness of a web process, its counters, and the doors that know no catalogue:
    health, walls, accounts, the audit log. `doors` already ask who knocks."""

    volatile: Redis
    hub: Hub
    access: Access
    screens: Screens
    walls: Walls
    senders: Senders
    counters: Counters
    witness: Witness
    doors: Sequence[Route]
    units: Container[str]

    @classmethod
    def open(cls, settings: Settings, parts: Parts, paper: Paper) -> Lasting:
        """Make them; none is started. Undeclared for a door that does not say who may ask it."""
        screens = Screens(ScreenRows(parts.database), SystemClock(), settings.demo, paper.waiting)
        volatile, counters = links.volatile_async(settings), Counters()
        sessions = Sessions(links.volatile_async(settings), parts.keys)
        access, hub = Access(settings, screens, sessions), Hub(Link(volatile, parts.keys), parts.clock)
        walls = Walls(volatile, parts.keys, parts.clock, access, parts.places, counters, paper.release)
        health = Health(hub, links.durable_async(settings), parts.clock, access, counters)
        book = AuditDoors(parts.audit, access, paper.audit, settings.var / "logs")
        routes = [route for part in (health, walls, book, Reports(counters, parts.clock)) for route in part.routes()]
        witness = Witness(parts.audit, _who(access))
        routes += identity(settings, parts, access, sessions, walls, witness, paper)
        senders = Senders(IngestKeys(parts.database), parts.clock, settings, Throttle(parts.volatile, parts.keys))
        doors = guarded(routes, access)
        return cls(volatile, hub, access, screens, walls, senders, counters, witness, doors, parts.places.units)

    @property
    def lived(self) -> tuple[Lived, ...]:
        """Those with a life of their own, in the order in which they start; they end the other way round."""
        own = (self.hub, self.witness, self.access.sessions, self.screens, self.walls, self.senders)
        return tuple(part for part in own if part is not None)

    def edition(self, parts: Parts, drawn: Drawn) -> Edition:
        """Everything made from the catalogue of `parts`; Undeclared for a door or page that does not say who may ask
        it."""
        routes = [*guarded(self._routes(parts, drawn), self.access), *self.doors]
        router = Router(routes, redirect_slashes=False, default=lost)
        doors = Witnessed(router, self.witness, self.access.sight)
        dash, release = Door(drawn.flask_app), drawn.paper.release
        return Edition(parts.version, release, doors, dash, Kept(dash), PageNeeds(drawn.flask_app))

    def _routes(self, parts: Parts, drawn: Drawn) -> list[Route]:
        """The doors that know feeds, indicators and places."""
        paper, access, now_ms = drawn.paper, self.access, parts.clock.now_ms
        posting = Posting(parts.door, self.senders, self.counters)
        doors = (
            Quality(parts.mending, parts.refusals, parts.sources, access, drawn.describe_refused),
            Api(self.hub, parts.readers, self.volatile, access, parts.breakdowns, parts.beneath),
            Desk(parts.readers, parts.evidence, access, drawn.describe),
            Figures(parts.typed, parts.catalogue, parts.places, access, now_ms, paper.entry),
            Lists(paper.lists, now_ms),
            posting,
            Syncing(posting, self.senders, parts.places),
            AvReports(posting, self.senders, parts.places),
        )
        return [route for part in doors for route in part.routes()]


def _who(access: Access) -> Who:
    """Whom the audit log names: a person, the screen of a wall, the demo's visitor, otherwise nobody."""

    def who(connection: Connection) -> Person:
        try:
            subject = access.subject(connection)
        except Refusal:
            subject = None
        return Person(subject.name, subject.role) if subject else Person("")

    return who


async def lost(connection: Connection, receive: Receive, send: Send) -> None:
    """What a door that is not there answers."""
    raise Refusal(404, "there is no such address")

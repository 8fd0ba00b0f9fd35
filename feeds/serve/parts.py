"""What the web process is made of, opened once: clock, catalogue, places, Redis, SQL, readers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import redis
from flask import Flask
from flask_caching import Cache

from feeds.catalogue.clock import Clock
from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import Places
from feeds.catalogue.settings import ROOT, Settings
from feeds.intake.door import Door
from feeds.intake.social.listening import Listening
from feeds.intake.typed import TypedDesk
from feeds.intake.validate import Validator
from feeds.serve.beneath import Beneath
from feeds.serve.breakdown import BreakdownReader
from feeds.serve.evidence import Evidence
from feeds.serve.mending import Mending
from feeds.serve.readers import Readers
from feeds.serve.refusals import RefusalReader
from feeds.serve.source_reader import SourceReader
from feeds.store import links
from feeds.store.audit import Audit
from feeds.store.database import Database, open_database
from feeds.store.modules import Modules, load_catalogue
from feeds.store.owners import Owners
from feeds.store.quarantine import Quarantine
from feeds.store.typed import TypedFigures
from feeds.store.world_clock import world_clock

KEPT_ANSWERS = 4096


@dataclass(frozen=True)
class Parts:
    """Shared by pages and doors. `Parts.open(settings)` raises a sentence when something cannot be opened."""

    settings: Settings
    keys: Keys
    clock: Clock
    catalogue: Catalogue
    places: Places
    volatile: redis.Redis
    database: Database
    version: str = ""  # of the modules in force

    @classmethod
    def open(cls, settings: Settings) -> Parts:
        """Read the catalogue and the places, open Redis and SQL."""
        volatile, database = links.volatile(settings), open_database(settings)
        catalogue, version = load_catalogue(settings, database)
        return cls(
            settings=settings,
            keys=Keys(settings.world),
            clock=world_clock(settings, volatile),
            catalogue=catalogue,
            places=Places.load(ROOT / "data" / "places"),
            volatile=volatile,
            database=database,
            version=version,
        )

    def renewed(self) -> Parts:
        """The same with the catalogue that is in force now; nothing made from the old one is kept."""
        catalogue, version = load_catalogue(self.settings, self.database)
        return replace(self, catalogue=catalogue, version=version)

    @cached_property
    def modules(self) -> Modules:
        """Domains taken in while running."""
        return Modules(self.database)

    @cached_property
    def readers(self) -> Readers:
        """What pages and JSON doors read through."""
        return Readers(self.catalogue, self.places, self.volatile, self.keys, self.database, self.clock)

    @cached_property
    def beneath(self) -> Beneath:
        """The past of the places beneath one."""
        return Beneath(self.catalogue, self.places, self.database)

    @cached_property
    def evidence(self) -> Evidence:
        """The records behind figures."""
        return Evidence(self.catalogue, self.places, self.database, self.clock)

    @cached_property
    def breakdowns(self) -> BreakdownReader:
        """Records in parts."""
        return BreakdownReader(self.catalogue, self.places, self.database, self.clock)

    @cached_property
    def refusals(self) -> RefusalReader:
        """What was refused, in parts and in lists."""
        return RefusalReader(self.catalogue, self.database, self.clock)

    @cached_property
    def sources(self) -> SourceReader:
        """Sources and places as people judge them."""
        return SourceReader(self.catalogue, self.database, self.clock, self.readers.snapshot)

    @cached_property
    def mending(self) -> Mending:
        """What people do with refused messages."""
        return Mending(self.database, self.catalogue, self.clock, self.door, self.audit)

    @cached_property
    def audit(self) -> Audit:
        """Who did what: `record` adds a row."""
        return Audit.open(self.settings, self.database)

    @cached_property
    def typed(self) -> TypedDesk:
        """Figures that people type."""
        return TypedDesk(TypedFigures(self.database), self.catalogue, self.door)

    def door(self) -> Door:
        """The event door, with its lexicon read."""
        listening = Listening.load(self.places)
        validator = Validator(self.catalogue, self.places, self.clock, listening)
        durable = links.durable(self.settings)
        return Door(validator, self.keys, durable, self.volatile, Quarantine(self.database), Owners(self.database))

    def close(self) -> None:
        """Give back what was opened."""
        self.database.close()
        self.volatile.close()


def make_cache(flask_app: Flask) -> Cache:
    """Flask-Caching in this process' memory; use it through `feeds.serve.caching.cached`, which knows the scope."""
    cache = Cache(config={"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": KEPT_ANSWERS, "CACHE_DEFAULT_TIMEOUT": 10})
    cache.init_app(flask_app)
    return cache

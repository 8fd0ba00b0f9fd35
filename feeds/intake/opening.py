"""Opens a door with everything behind it: catalogue, places, lexicon, both Redis, the database, the world's clock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import redis
from sqlalchemy.exc import SQLAlchemyError

from feeds.catalogue import loader
from feeds.catalogue.clock import Clock
from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import Places
from feeds.catalogue.settings import Settings
from feeds.intake.door import Door
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator
from feeds.store import links
from feeds.store.database import Database, open_database
from feeds.store.modules import Modules, load_catalogue
from feeds.store.owners import Owners
from feeds.store.quarantine import Quarantine
from feeds.store.world_clock import world_clock

LOOK_S = 1.0  # between two looks whether another catalogue is in force
log = logging.getLogger("ioc.modules")


@dataclass(frozen=True, slots=True)
class Opened:
    """A door and what stands behind it."""

    door: Door
    durable: redis.Redis
    volatile: redis.Redis
    quarantine: Quarantine
    database: Database
    catalogue: Catalogue
    clock: Clock
    keys: Keys
    version: str = ""  # of the modules that its catalogue knows


def make_validator(settings: Settings, clock: Clock, database: Database | None = None) -> Validator:
    """The validation that every door of a system shares; raises a sentence when a file of ours is wrong. With its
    `database` the system's modules count too."""
    places = Places.load()
    catalogue = load_catalogue(settings, database)[0] if database else loader.load(settings.catalogue)
    return Validator(catalogue, places, clock, Listening.load(places))


@contextmanager
def open_door(settings: Settings) -> Iterator[Opened]:
    """The door of a system while the block lasts."""
    keys = Keys(settings.world)
    with links.durable(settings) as durable, links.volatile(settings) as volatile:
        clock = world_clock(settings, volatile)
        with closing(open_database(settings)) as database:
            version = Modules(database).version()  # asked first: what comes in meanwhile opens the door once more
            validator = make_validator(settings, clock, database)
            quarantine = Quarantine(database)
            door = Door(validator, keys, durable, volatile, quarantine, Owners(database))
            yield Opened(door, durable, volatile, quarantine, database, validator.catalogue, clock, keys, version)


@contextmanager
def turn(opened: Opened, stop: threading.Event, look_s: float = LOOK_S) -> Iterator[threading.Event]:
    """An event that is set when `stop` is, or when another catalogue is in force than the door was opened with."""
    over = threading.Event()
    is_another = _is_another(Modules(opened.database).version, opened.version)

    def look() -> None:
        while not over.is_set():
            if stop.wait(look_s) or is_another():
                over.set()

    thread = threading.Thread(target=look, name="modules", daemon=True)
    thread.start()
    try:
        yield over
    finally:
        over.set()
        thread.join(look_s + 10)


def _is_another(version: Callable[[], str], opened: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            return version() != opened
        except SQLAlchemyError as error:  # it will be asked again; whoever is at work goes on
            log.debug("modules could not be looked at: %s", type(error).__name__)
            return False

    return ask


@contextmanager
def open_quarantine(settings: Settings) -> Iterator[Quarantine]:
    """The quarantine of a system while the block lasts; Redis is not needed."""
    with closing(open_database(settings)) as database:
        yield Quarantine(database)

"""The life of the aggregator: waits for the lease, runs engines under rising epochs, starts over when a link breaks."""

from __future__ import annotations

import gc
import logging
import random
import signal
import threading
import time
from types import FrameType

import redis
from sqlalchemy.exc import SQLAlchemyError

from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import Places
from feeds.catalogue.settings import Settings
from feeds.engine.checkpoint import Fenced, Overtaken
from feeds.engine.engine import Engine
from feeds.engine.lease import Lease
from feeds.engine.modules import Keeper, Watch
from feeds.engine.stores import Stores
from feeds.store import links
from feeds.store.audit import Audit
from feeds.store.database import Database, open_database
from feeds.store.fence import Superseded
from feeds.store.modules import Modules, load_catalogue
from feeds.store.records import Overtaken as RecordsOvertaken
from feeds.store.world_clock import world_clock

log = logging.getLogger("ioc.aggregator")

PAUSE_S = (0.2, 2.0)  # between two attempts, growing
LOST = (redis.RedisError, SQLAlchemyError, Overtaken, RecordsOvertaken, OSError)
HAND_OVER_S = 5.0  # for what an engine has given to SQL, before the next one waits for it
CELLS_A_COLLECTION = 100_000  # cells live long: looking for garbage among them is mostly in vain


def main(settings: Settings) -> int:
    """Aggregate until a signal says stop; 0 when it ended orderly."""
    stop = threading.Event()
    _on_signals(stop)
    places = Places.load()
    database = open_database(settings)
    gc.set_threshold(CELLS_A_COLLECTION, 50, 50)
    try:
        Aggregator(settings, places, database, stop).run()
    finally:
        database.close()
    return 0


class Aggregator:
    """Holds the lease while it can, and an engine while it holds the lease."""

    def __init__(self, settings: Settings, places: Places, database: Database, stop: threading.Event) -> None:
        self._settings = settings
        self._modules = Modules(database)
        self._audit = Audit.open(settings, database)
        self._places = places
        self._database = database
        self._stop = stop
        self._keys = Keys(settings.world)
        self._durable = links.durable(settings)
        self._volatile = links.volatile(settings)
        self._clock = world_clock(settings, self._volatile)
        self._lease = Lease(self._durable, self._keys)
        self._health = ""

    def run(self) -> None:
        """Until told to stop: an engine, and after a break another one."""
        pause = PAUSE_S[0]
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                epoch = self._wait_for_lease()
                if epoch is not None:
                    self._run_engine(epoch)
            except (Fenced, Superseded) as error:
                self._say("fenced", f"another aggregator has taken over ({error}); waiting")
            except LOST as error:
                self._say("lost", f"a link broke ({type(error).__name__}: {error}); starting over")
            pause = PAUSE_S[0] if time.monotonic() - begun > 10 else min(pause * 2, PAUSE_S[1])
            self._stop.wait(pause * random.uniform(0.75, 1.25))

    def _wait_for_lease(self) -> int | None:
        """A new epoch, or None when told to stop before it came. What is left of our own lease is given up."""
        self._lease.release()
        while not self._stop.is_set():
            epoch = self._lease.take()
            if epoch is not None:
                return epoch
            self._say("standby", "another aggregator is at work; standing by")
            self._stop.wait(0.5)
        return None

    def _run_engine(self, epoch: int) -> None:
        """An engine until told to stop; when another catalogue comes into force, between two ticks the next one."""
        catalogue, version = self._load()
        engine = self._engine(catalogue, epoch)
        keeper = Keeper(self._settings, self._modules, self._clock, self._audit)
        try:
            begun = time.monotonic()
            engine.start()
            gc.freeze()
            self._say(f"live {version}", f"live under epoch {epoch} after {time.monotonic() - begun:.1f} s")
            with Watch(keeper, self._modules.version, version, self._load) as watch:
                while not self._stop.is_set():
                    self._step(engine)
                    if (taken := watch.taken()) is not None:
                        engine = self._successor(engine, *taken)
            engine.stop()
            self._lease.release()
        except BaseException:
            engine.abandon()
            raise
        finally:
            gc.unfreeze()

    def _successor(self, engine: Engine, catalogue: Catalogue, version: str) -> Engine:
        """An engine on another catalogue that continues exactly where this one's checkpoint stands, as after any
        change of hands, but from memory. History on its way to SQL is waited for, while figures go on."""
        while engine.ingest.waits and not self._stop.is_set():  # records that another module has counted anew
            self._step(engine)
        engine.ends, until = True, time.monotonic() + HAND_OVER_S
        while (engine.writer.waiting or not engine.chronicle.written) and time.monotonic() < until:
            self._step(engine)
        begun = time.monotonic()
        engine.stop()
        self._hold()
        heir = self._engine(catalogue, self._lease.advance(), engine)
        try:
            heir.follow(engine)
        except BaseException:
            heir.abandon()
            raise
        vars(engine).clear()  # it goes in a circle with its parts, which nobody looks for among what is frozen
        gc.freeze()
        self._say(f"live {version}", f"followed by epoch {heir.epoch} after {time.monotonic() - begun:.2f} s")
        return heir

    def _engine(self, catalogue: Catalogue, epoch: int, before: Engine | None = None) -> Engine:
        stores = Stores.under(self._database, epoch, self._clock)
        return Engine(
            catalogue, self._places, self._durable, self._volatile, stores, self._keys, self._clock, epoch, before
        )

    def _step(self, engine: Engine) -> None:
        self._hold()
        engine.step()

    def _hold(self) -> None:
        if not self._lease.keep():
            raise Fenced("the lease ran out")

    def _load(self) -> tuple[Catalogue, str]:
        return load_catalogue(self._settings, self._database)

    def _say(self, health: str, sentence: str) -> None:
        """Log a change of health once, not each attempt."""
        if health != self._health:
            self._health = health
            log.log(logging.INFO if health.startswith(("live", "standby")) else logging.WARNING, sentence)


def _on_signals(stop: threading.Event) -> None:
    def act(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, act)

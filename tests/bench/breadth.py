"""What breadth costs what was there before: the first families alone, then every service, in one run on one core.

`python -m tests.bench.breadth [--seconds 12]`. One aggregator after the other takes the same simulated country through
the real door, on stores of its own; then the same readings of the first families come live, second by second. Measured
are the bytes of frames, the processor's time of a live second, and the way from an accepted reading to its frame; at
last how long figures stand still while a module is taken in, beside a start that loads and computes everything again.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from feeds.catalogue import loader
from feeds.catalogue.clock import HOUR_MS, SystemClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import Places
from feeds.catalogue.settings import ROOT
from feeds.engine.engine import Engine
from feeds.engine.publish import Frame
from feeds.engine.spark import SLOT_MS, SLOTS
from feeds.engine.stores import Stores
from feeds.intake.door import Door
from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.envelope import Envelopes
from feeds.intake.simulator.story import Story
from feeds.intake.simulator.telling import Told
from feeds.intake.simulator.timemap import TimeMap
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator
from feeds.serve.answers import gzip
from feeds.store import links
from feeds.store.database import open_database
from feeds.store.quarantine import Quarantine
from tests.bench.table import Row, program
from tests.conftest import RedisPair

KEYS = Keys("sim")
FIRST = ("dossiers", "air", "water", "hydrology", "traffic", "cameras", "social", "data")  # domains of the first day
LIVE = ("air", "water", "hydrology", "weather", "traffic", "cameras", "social")  # feeds that speak every second
SCOPES = ("vn", "01")
MODULE = ROOT / "tests/catalogue/invented/parking.yaml"
KEPT = {"open petitions and tasks": 6_000, "open dossiers": 6_000}  # of the past; what stood open makes the figures
MOST = 1.5  # of what the first families alone need: these machines are noisy
CHAPTERS = ("the latest of everything", "procedures", *KEPT)


@dataclass
class Measured:
    """What was measured of one catalogue."""

    indicators: int = 0
    snapshot: dict[str, int] = field(default_factory=dict)  # scope -> bytes, gzipped
    delta: dict[str, float] = field(default_factory=dict)  # scope -> bytes of all deltas of a second, gzipped, median
    cpu_ms: float = 0.0  # of one live second
    way_ms: float = 0.0  # from the door's answer to the announced frame, median
    module_ms: float = 0.0  # of the processor, between the last tick without a module and the first with it
    start_ms: float = 0.0  # of the processor, for a start with the same catalogue


def first_families(folder: Path) -> Catalogue:
    """The catalogue of the first day."""
    for name in ("parameters", *FIRST):
        shutil.copy(ROOT / "data/catalogue" / f"{name}.yaml", folder)
    return loader.load(folder)


def past(story: Story, now: int) -> Iterator[Told]:
    """What stands when the live seconds begin."""
    yield from story.entities(now)
    for name, told in story.past(now - 6 * HOUR_MS, now):
        if name not in CHAPTERS:
            return
        yield from islice(told, KEPT.get(name))


class Country:
    """One aggregator on its own Redis and database, fed by the simulator's story through the real door."""

    def __init__(self, pair: RedisPair, catalogue: Catalogue, places: Places, listening: Listening) -> None:
        settings, clock = pair.settings(world="sim"), SystemClock()
        self.catalogue = catalogue
        self.database = open_database(settings)
        self.durable, self.volatile = links.durable(settings), links.volatile(settings)
        validator = Validator(catalogue, places, clock, listening)
        self.door = Door(validator, KEYS, self.durable, self.volatile, Quarantine(self.database))
        stores = Stores.under(self.database, 1)
        self.engine = Engine(catalogue, places, self.durable, self.volatile, stores, KEYS, clock, 1)
        self.places, self.clock = places, clock
        self.envelopes = Envelopes({})
        self._announced: list[tuple[str, bytes]] = []
        publisher = self.engine.publisher
        publish = publisher.publish

        def told(frames: Iterable[Frame]) -> None:
            made = list(frames)
            publish(made)
            self._announced += [(frame.scope, frame.delta) for frame in made if frame.scope in SCOPES]

        publisher.publish = told  # type: ignore[method-assign]  # what Redis was told is heard here, once it has it

    def post(self, told: Iterator[Told], opening: int) -> None:
        """Through the door, as the simulator posts."""
        known = (one for one in told if one.feed in self.catalogue.feeds)
        for feed, body in self.envelopes.batches(known, TimeMap.opened(opening, 1)):
            self.door.accept(feed, body, "application/json")

    def settle(self) -> None:
        """Until everything that was posted is computed and written."""
        self.engine.start()
        while self.engine.ingest.read(1) or self.engine.figures.behind or not self.engine.writer.idle:
            self.engine.tick()
        self._draw_sparks()

    def heard(self) -> list[tuple[str, bytes]]:
        """The frames announced since the last look: scope and delta."""
        found, self._announced = self._announced, []
        return found

    def snapshot(self, scope: str) -> bytes:
        """What stands in the volatile Redis."""
        body: Any = self.volatile.hget(KEYS.snapshot(scope), "json")
        return bytes(body)

    def take_in(self, catalogue: Catalogue) -> tuple[float, float]:
        """Processor's time, in ms, for which figures stand still for another catalogue, and for a start with it."""
        spent = []
        for epoch, before in ((2, self.engine), (3, None)):
            begun = time.process_time()
            self.engine.stop()
            stores = Stores.under(self.database, epoch)
            self.engine = Engine(
                catalogue, self.places, self.durable, self.volatile, stores, KEYS, self.clock, epoch, before
            )
            self.engine.follow(before) if before else self.engine.start()
            spent.append((time.process_time() - begun) * 1000)
        return spent[0], spent[1]

    def close(self) -> None:
        """Give back what was opened."""
        self.engine.abandon()
        self.database.close()

    def _draw_sparks(self) -> None:
        """A day of half hours for each figure, as after three days of history: noise that does not compress away."""
        now = SystemClock().now_ms()
        for place, entries in self.engine.board.entries.items():
            for number, (code, entry) in enumerate(entries.items()):
                if entry.figure.v is None or "/" in place:
                    continue
                for slot in range(SLOTS):
                    wave = 1 + ((slot * 7 + number * 13) % 17 - 8) / 100
                    self.engine.sparks.put(place, code, now - slot * SLOT_MS, entry.figure.v * wave)


def live(country: Country, story: Story, opening: int, seconds: int) -> Measured:
    """Live seconds of the first families: the frames they make, what they cost, how long they take."""
    ways: list[float] = []
    deltas = {scope: [0] * seconds for scope in SCOPES}
    spent = 0.0
    country.heard()
    for second in range(seconds):
        at = opening + second * 1000
        country.post((one for one in story.events(at, at + 1000) if one.feed in LIVE), opening)
        begun, cpu, waiting = time.perf_counter(), time.process_time(), True
        while time.perf_counter() - begun < 1:
            country.engine.step()
            for scope, delta in country.heard():
                deltas[scope][second] += len(gzip(delta))
                if waiting and scope == "vn":
                    ways.append(time.perf_counter() - begun)
                    waiting = False
        spent += time.process_time() - cpu
    return Measured(
        indicators=len(country.catalogue.indicators),
        delta={scope: statistics.median(deltas[scope]) for scope in SCOPES},
        cpu_ms=spent / seconds * 1000,
        way_ms=statistics.median(ways) * 1000,
    )


def measured(catalogue: Catalogue, places: Places, listening: Listening, seconds: int,
             module: Catalogue | None = None) -> Measured:  # fmt: skip
    """One catalogue on stores of its own; `module`: the same with a module that is taken in at last."""
    var = Path(tempfile.mkdtemp(prefix="ioc-bench-"))
    pair = RedisPair(var)
    try:
        pair.start(links.DURABLE)
        pair.start(links.VOLATILE)
        opening = SystemClock().now_ms()
        story = Story(2026, Cast.load(places=places), opening)
        country = Country(pair, catalogue, places, listening)
        country.post(past(story, opening), opening)
        country.settle()
        found = live(country, story, opening, seconds)
        country.engine.publisher.publish(country.engine.screens.everything(SystemClock().now_ms()))
        found.snapshot = {scope: len(gzip(country.snapshot(scope))) for scope in SCOPES}
        if module is not None:
            found.module_ms, found.start_ms = country.take_in(module)
        country.close()
    finally:
        pair.stop()
        shutil.rmtree(var)
    return found


def rows(first: Measured, every: Measured) -> list[Row]:
    """Every service beside the first families."""
    against, note = f"first families, {first.indicators} indicators", f"{every.indicators} indicators, with sparks"
    limits = {("snapshot", "vn"): 56, ("snapshot", "01"): 40, ("delta", "vn"): 4, ("delta", "01"): 4}
    names = {"vn": "nation", "01": "province"}
    sizes = [
        Row(f"{what} of the {names[scope]}, gzipped, every service", "KB", getattr(every, what)[scope] / 1000,
            getattr(first, what)[scope] / 1000, None, against, limit=limit, note=note)
        for (what, scope), limit in limits.items()
    ]  # fmt: skip
    return [
        *sizes,
        Row("accepted reading to announced frame, every service", "ms", every.way_ms, first.way_ms, MOST, against),
        Row("aggregator's processor time of a live second, every service", "ms", every.cpu_ms, first.cpu_ms, None,
            against),
        Row("figures stand still for a module, processor time", "ms", every.module_ms, every.start_ms, None,
            "a start with it", limit=1_000),
    ]  # fmt: skip


def measure(seconds: int) -> list[Row]:
    """Both catalogues, on one core; Redis has the other."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[0]})
    places = Places.load()
    listening, folder = Listening.load(places), Path(tempfile.mkdtemp(prefix="ioc-bench-"))
    try:
        first = measured(first_families(folder), places, listening, seconds)
        ours, module = ROOT / "data/catalogue", {MODULE.stem: MODULE.read_text(encoding="utf-8")}
        every = measured(loader.load(ours), places, listening, seconds, loader.load(ours, module))
    finally:
        os.sched_setaffinity(0, set(cores))
        shutil.rmtree(folder)
    return rows(first, every)


if __name__ == "__main__":
    sys.exit(program(__doc__, measure, seconds=12))

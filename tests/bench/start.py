"""A first start: `python app.py` on an empty IOC_VAR, and when each thing stands that people wait for.

`python -m tests.bench.start [--seconds 300] [--limit 30]`. Looks from outside, once a second: the page, the nation's
snapshot, how far the simulator has told its three days, how far the aggregator has read them, and the hours of history
of the nation and the 34 units, in the table that the series door reads. A series stands when it is as it still is at
the end of the run: as many hours, and the same sum to one part in a hundred, for a document that is done now corrects
the hour in which it was sent; of its newest hours, which what happens now corrects, as many need only be there.
Processor seconds are those of the system's own processes: on a machine that others share, these can be compared and
the times cannot.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from typing import Any

import msgspec
import psutil
import redis
from sqlalchemy import case, func, select

from feeds.catalogue import loader
from feeds.catalogue.clock import HOUR_MS, SystemClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY, Places
from feeds.engine.due import GRACE_MS
from feeds.intake.simulator import position
from feeds.intake.simulator.process import FILE
from feeds.store import links
from feeds.store.database import Database, open_database
from feeds.store.tables import history
from tests.bench.posting import spent
from tests.bench.table import Row, program
from tests.conftest import ROOT, System, start_system, stop_system

KEYS = Keys("sim")
HOURS, RECENT = 72, 3
MENDED = 0.01  # of a sum of older hours
SHARES = (50, 90)
LOOK_EVERY_S = 0.5
DEEPLY_EVERY_S = 1.5  # a thousand streams and half a million hours are no small thing beside what is measured
PAGE, FIGURES, SENT, READ, WRITTEN = "page", "figures of every feed", "past sent", "past read", "all history written"
Shown = dict[tuple[str, str], tuple[int, float, int]]  # place, indicator -> older hours, their sum, newest hours


@dataclass
class Watch:
    """When what was first seen, in seconds since the start, and what each process had used of the processor then."""

    begun: float = field(default_factory=time.monotonic)
    marks: dict[str, float] = field(default_factory=dict)
    spent: dict[str, dict[str, float]] = field(default_factory=dict)
    hours: list[tuple[float, Shown]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.begun

    def mark(self, what: str, system: System) -> None:
        """It stands now, if it did not before."""
        if what not in self.marks:
            self.marks[what], self.spent[what] = self.seconds, spent(system)


class Eyes:
    """What can be seen of a system from outside."""

    def __init__(self, system: System, catalogue: Catalogue, ends: ExitStack) -> None:
        self._system = system
        self._catalogue = catalogue
        self._durable, self._volatile = (
            ends.enter_context(link(system.settings())) for link in (links.durable, links.volatile)
        )
        self._database: Database = open_database(system.settings())
        ends.callback(self._database.close)
        self._end = SystemClock().now_ms() // HOUR_MS * HOUR_MS
        self._places = [NATION_KEY, *Places.load().units]

    def figures(self) -> bool:
        """True when every feed that must speak has spoken in the nation's snapshot."""
        body: Any = self._volatile.hget(KEYS.snapshot("vn"), "json")
        feeds = msgspec.json.decode(body)["feeds"] if body else {}
        wanted = [feed.code for feed in self._catalogue.feeds.values() if not feed.optional]
        return all(feeds.get(code, {}).get("age") is not None for code in wanted)

    def sent(self) -> bool:
        """True when the simulator has told all of its past."""
        at = position.load(self._system.var / FILE)
        return at is not None and at.past_done

    def read(self, until_ms: int) -> bool:
        """True when the aggregator has checkpointed everything that came before a time."""
        parts = self._parts()
        pipe = self._durable.pipeline(transaction=False)
        for feed, part in parts:
            pipe.xinfo_stream(KEYS.stream(feed, part))
            pipe.hget(KEYS.state(feed, part), "_pos")
        found = pipe.execute()
        pairs = zip(found[::2], found[1::2], strict=True)
        return all(_ms(pos) >= min(until_ms, _ms(info["last-generated-id"])) for info, pos in pairs)

    def written(self) -> bool:
        """True when no hour that is over waits to be written to history."""
        pipe = self._durable.pipeline(transaction=False)
        for feed, part in self._parts():
            pipe.hget(KEYS.state(feed, part), "_late")
        last = (SystemClock().now_ms() - GRACE_MS) // HOUR_MS
        return not any(bucket < last for late in pipe.execute() for bucket in msgspec.msgpack.decode(late or b"\x90"))

    def hours(self) -> Shown:
        """The hours of every figure of the nation and the units, as far as they are written.

        Added up along the table: SQLite would go by age and sort half a million rows, with half a core of the two that
        are watched (`+ 0` keeps it from that).
        """
        t, step = history.c.t + 0, history.c.step + 0
        newest = history.c.t >= self._end - RECENT * HOUR_MS
        query = (
            select(
                history.c.scope,
                history.c.indicator,
                func.sum(case((newest, 0), else_=1)),
                func.total(case((newest, 0), else_=history.c.v)),
                func.sum(case((newest, 1), else_=0)),
            )
            .where(history.c.scope.in_(self._places), step == 60, history.c.v.is_not(None))
            .where(t >= self._end - HOURS * HOUR_MS, t < self._end)
            .group_by(history.c.scope, history.c.indicator)
        )
        with self._database.read() as connection:
            return {(row[0], row[1]): tuple(row[2:]) for row in connection.execute(query)}  # type: ignore[misc]

    def _parts(self) -> list[tuple[str, str]]:
        names: Any = self._durable.smembers(KEYS.parts())
        return [(feed, part) for feed, _, part in (name.decode().partition(":") for name in names)]


def _ms(stream_id: bytes | None) -> int:
    return int((stream_id or b"0").partition(b"-")[0])


def _answers(url: str) -> bool:
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def watch(system: System, catalogue: Catalogue, seconds: float) -> Watch:
    """Look until all history is written, or the seconds are over."""
    seen = Watch()
    with ExitStack() as ends:
        while PAGE not in seen.marks and seen.seconds < seconds:
            time.sleep(0.1)
            if _answers(system.url):
                seen.mark(PAGE, system)
        eyes = Eyes(system, catalogue, ends)
        sent_ms, looked = 0, 0.0
        while WRITTEN not in seen.marks and seen.seconds < seconds:
            time.sleep(LOOK_EVERY_S)
            with suppress(redis.RedisError):
                sent_ms = _look(seen, eyes, system, sent_ms)
            if SENT in seen.marks and seen.seconds - looked > DEEPLY_EVERY_S:
                looked = seen.seconds
                with suppress(redis.RedisError):
                    _look_deeply(seen, eyes, system, sent_ms)
        seen.hours.append((seen.seconds, eyes.hours()))
        seen.spent["end"] = spent(system)
    return seen


def _look(seen: Watch, eyes: Eyes, system: System, sent_ms: int) -> int:
    if FIGURES not in seen.marks and eyes.figures():
        seen.mark(FIGURES, system)
    if SENT not in seen.marks and eyes.sent():
        seen.mark(SENT, system)
        sent_ms = SystemClock().now_ms()
    return sent_ms


def _look_deeply(seen: Watch, eyes: Eyes, system: System, sent_ms: int) -> None:
    seen.hours.append((seen.seconds, eyes.hours()))
    if READ not in seen.marks and eyes.read(sent_ms):
        seen.mark(READ, system)
    if READ in seen.marks and eyes.written():
        seen.mark(WRITTEN, system)


def stands(seen: Watch) -> dict[tuple[str, str], float]:
    """Since when each series that has hours is as it is at the end."""
    last = seen.hours[-1][1]
    found = dict.fromkeys(last, seen.hours[-1][0])
    for key, hours in last.items():
        for at, shown in reversed(seen.hours):
            if not _as_at_the_end(shown.get(key, (0, 0.0, 0)), hours):
                break
            found[key] = at
    return found


def _as_at_the_end(shown: tuple[int, float, int], end: tuple[int, float, int]) -> bool:
    """As many hours with the same sum, but for what ended meanwhile; of the newest ones at least as many."""
    return shown[0] == end[0] and isclose(shown[1], end[1], rel_tol=MENDED, abs_tol=1e-9) and shown[2] >= end[2]


def by_domain(seen: Watch, catalogue: Catalogue) -> dict[str, float]:
    """When the last series of each domain stood."""
    found: dict[str, float] = {}
    for (_, code), at in stands(seen).items():
        domain = catalogue.indicators[code].domain
        if catalogue.indicators[code].feed:  # figures about the feeds themselves have no past
            found[domain] = max(found.get(domain, 0.0), at)
    return found


def rows(seen: Watch, catalogue: Catalogue, limit: int) -> list[Row]:
    """What people wait for, each with its limit; what did not come at all counts as never."""
    never = float("inf")
    since = sorted(at for (_, code), at in stands(seen).items() if catalogue.indicators[code].feed)
    whole = since if since and WRITTEN in seen.marks else [never]
    busy = sum(seen.spent["end"].values())
    note = f"{len(since):,} series of the nation and 34 units"
    told = [
        ("first start: the page answers", seen.marks.get(PAGE, never), ""),
        ("first start: figures of every feed", seen.marks.get(FIGURES, never), ""),
        ("first start: 72 h of history of every figure", whole[-1], note),
    ]
    found = [Row(what, "s", at, limit=limit, note=note) for what, at, note in told]
    found += [
        Row(f"first start: 72 h of {share} in 100 series", "s", whole[len(whole) * share // 100]) for share in SHARES
    ]
    read = Row("first start: the past is read", "s", seen.marks.get(READ, never))
    note = f"{busy:.0f} s of processor in all"
    last = Row("first start: 72 h of communes and stations too", "s", seen.marks.get(WRITTEN, never), note=note)
    return [*found, read, last]


def report(seen: Watch, catalogue: Catalogue) -> str:
    """The run as people read it."""
    lines = [f"{at:7.1f} s  {what}" for what, at in sorted(seen.marks.items(), key=lambda one: one[1])]
    lines += [
        f"{at:7.1f} s  72 h of {d}" for d, at in sorted(by_domain(seen, catalogue).items(), key=lambda one: one[1])
    ]
    for what, used in seen.spent.items():
        told = ", ".join(f"{name.partition(' ')[0]} {cpu:.1f}" for name, cpu in sorted(used.items()) if cpu >= 0.1)
        lines.append(f"processor at {what!r}: {told}; together {sum(used.values()):.1f} s")
    return "\n".join(lines)


def measure(seconds: int, limit: int) -> list[Row]:
    """One first start, watched."""
    catalogue = loader.load(ROOT / "data" / "catalogue")
    folder = Path(tempfile.mkdtemp(prefix="ioc-bench-"))
    psutil.cpu_times()  # imported and warm before the clock runs
    system = start_system(folder)
    try:
        seen = watch(system, catalogue, seconds)
    finally:
        stop_system(system)
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(report(seen, catalogue) + "\n")
    return rows(seen, catalogue, limit)


if __name__ == "__main__":
    sys.exit(program(__doc__, measure, seconds=300, limit=30))

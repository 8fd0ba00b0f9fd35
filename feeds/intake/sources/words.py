"""`python -m feeds sources list | test | start | stop`: what an operator does about the sources that we read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing

from feeds.catalogue.clock import SystemClock, iso
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import BadSetting, Settings
from feeds.intake.opening import make_validator
from feeds.intake.sources.declared import Declared
from feeds.intake.sources.process import as_rows, check
from feeds.intake.sources.trial import try_out
from feeds.store.database import open_database
from feeds.store.sources import SourceBook, shown_state

Say = Callable[[str], None]


def list(settings: Settings, _asked: argparse.Namespace, say: Say) -> int:
    """Every declared source, a line each: id, kind, state, counts, when it last gave something, what is wrong."""
    sources = check(settings)
    with closing(open_database(settings)) as database:
        told = SourceBook(database).all(NATION)
    now = SystemClock().now_ms()
    for row in as_rows(sources, told):
        counts = f"{row.accepted} accepted, {row.duplicates} duplicates, {row.rejected} rejected"
        last = f"last event {iso(row.sent)}" if row.sent else "no event yet"
        waits = f"{row.waiting} batches wait on disk" if row.waiting else ""
        say("\t".join(filter(None, (row.id, row.kind, shown_state(row, now), counts, last, waits, row.problem))))
    if not sources:
        say(f"No source is declared in {settings.sources}; docs/operations.md says how.")
    return 0


def test(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Read a source once and show what it would send; 1 when something is wrong with it."""
    source = _find(settings, asked.id)
    with closing(open_database(settings)) as database:
        validator = make_validator(settings, SystemClock(), database)
    return 0 if try_out(source, validator, say, asked.seconds) else 1


def start(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Let a source run; the connectors see it within a second or two."""
    _want(settings, asked.id, True)
    say(f"{asked.id}: starts as soon as the connectors run")
    return 0


def stop(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Stop a source, also across restarts, until it is started again."""
    _want(settings, asked.id, False)
    say(f"{asked.id}: stops within a few seconds and stays so until it is started")
    return 0


def _want(settings: Settings, source_id: str, wanted: bool) -> None:
    source = _find(settings, source_id)
    with closing(open_database(settings)) as database:
        SourceBook(database).want(as_rows([source], ())[0], wanted)


def _find(settings: Settings, source_id: str) -> Declared:
    sources = {source.id: source for source in check(settings)}
    if source_id not in sources:
        known = ", ".join(sources) or "none is declared"
        raise BadSetting(f"There is no source {source_id!r} in {settings.sources}; there are: {known}.")
    return sources[source_id]

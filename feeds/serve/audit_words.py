"""`python -m feeds audit ...`: read the audit log, check that it is whole, and anchor it, by hand."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from feeds.catalogue.clock import iso
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import Settings
from feeds.intake.text import clean_text
from feeds.store.audit import Audit
from feeds.store.database import open_database

Say = Callable[[str], None]
FLAWS = {
    "edited": "row {n} was edited",
    "removed": "rows before row {n} were removed",
    "cut": "the log was cut off: it once held row {n}",
    "rewritten": "row {n} differs from what an anchor saw",
}


def verify(settings: Settings, asked: Namespace, say: Say) -> int:
    """Check the whole log; exit code 1 when it was tampered with."""
    with closing(open_database(settings)) as database:
        verdict = Audit.open(settings, database).check(asked.logs or Path(settings.var) / "logs")
    for problem in verdict.problems:
        say(FLAWS[problem.flaw].format(n=problem.n))
    held = f"{verdict.rows} rows, {verdict.first} to {verdict.last}, held against {verdict.anchors} anchors"
    say(f"{'whole' if verdict.whole else 'TAMPERED WITH'}: {held}")
    return 0 if verdict.whole else 1


def show(settings: Settings, asked: Namespace, say: Say) -> int:
    """The newest rows, oldest of them first."""
    with closing(open_database(settings)) as database:
        audit = Audit.open(settings, database)
        rows = audit.page(NATION, who=asked.who, act=asked.act, limit=asked.limit)
    for row in reversed(rows):
        told = (row.n, iso(row.at), row.who or "-", row.act, row.outcome, row.what, row.why, row.seat, row.facts)
        say("\t".join(clean_text(str(word)) for word in told))
    return 0


def anchor(settings: Settings, _asked: Namespace, say: Say) -> int:
    """The number and the seal of the newest row: kept elsewhere, it shows later what was cut off or written anew."""
    with closing(open_database(settings)) as database:
        n, mac = Audit.open(settings, database).anchor()
    say(f"{n} {mac}")
    return 0

"""Whether a dossier is on time, by the rule of Decision 766/QĐ-TTg, index 2.1.

The end is the first that is known of: handled, result returned, stopped, refused (or withdrawn by the citizen). Time
spent waiting for the citizen's supplement is subtracted; a second request for a supplement counts as late. A dossier
without an end is compared with now. `due` is the day first promised: a source that moves it after a supplement would
have the waiting subtracted twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feeds.compute.workdays import elapsed

Times = Mapping[str, int]
Fields = Mapping[str, Any]

CLOSED = frozenset({"refused", "withdrawn", "stopped", "finished", "returned", "published"})
ENDS = ("finished", "returned", "stopped", "refused", "withdrawn")
WAITING = "supplement"
ASKED = "supplement_from"  # the time since which the citizen is waited for: without it nobody was
DERIVED = ("on_time", "working_days", "waited_ms", "promised_days")


def derive(kind: str, state: str, at: int, times: Times, fields: Fields) -> dict[str, Any]:
    """The fields DERIVED of a record as it stands after its event of `at`; None where not known."""
    if kind == "procedure":
        published, due = times.get("published"), times.get("due")
        on_time = None if published is None or due is None else published <= due
        return dict(zip(DERIVED, (on_time, None, None, None), strict=True))
    end = ended(state, at, times)
    waited = waiting(times, end)
    found = (_on_time(end, waited, times, fields), _handling(end, times), waited, _promised(times, fields))
    return dict(zip(DERIVED, found, strict=True))


def ended(state: str, at: int, times: Times) -> int | None:
    """When the dossier ended; None while it is open. A closing state without its time ended at its event, `at`."""
    for name in ENDS:
        if name in times:
            return times[name]
    return at if state in CLOSED else None


def marked(state: str, at: int, times: Times) -> Times:
    """The times of a dossier with `ended` among them once it has ended."""
    end = ended(state, at, times)
    return times if end is None else {**times, "ended": end}


def waiting(times: Times, until: int | None) -> int:
    """Milliseconds spent waiting for the citizen, up to `until` (None: only what is over)."""
    start, stop = times.get("supplement_from"), times.get("supplement_to")
    if start is None:
        return 0
    if stop is None or stop < start:
        stop = until
    elif until is not None:
        stop = min(stop, until)
    return 0 if stop is None else max(0, stop - start)


def deadline(times: Times, fields: Fields, now: int) -> int | None:
    """When an open dossier becomes late: its due time moved by the waiting; None when nothing was promised.

    A second request for a supplement makes it late at once.
    """
    due = times.get("due")
    if (fields.get("supplements") or 0) >= 2:
        return min(now, due) if due is not None else now
    return None if due is None else due + waiting(times, now)


def falls_late(times: Times, fields: Fields, at: int) -> int | None:
    """When a record that stands open since its newest event, of `at`, becomes late; None while its citizen is waited
    for or when nothing was promised. What figures, breakdowns, lists and pages of records call late follows from this
    (feeds/store/narrowing.py says it in SQL; a test holds both together)."""
    again = (fields.get("supplements") or 0) >= 2
    if not again and "supplement_from" in times and times.get("supplement_to", 0) < times["supplement_from"]:
        return None
    return deadline(times, fields, at)


def overdue(times: Times, fields: Fields, now: int) -> bool:
    """True when an open dossier is late at `now`."""
    limit = deadline(times, fields, now)
    return limit is not None and (now > limit or (fields.get("supplements") or 0) >= 2)


def _on_time(end: int | None, waited: int, times: Times, fields: Fields) -> bool | None:
    due = times.get("due")
    if (fields.get("supplements") or 0) >= 2:
        return False
    if end is None or due is None:
        return None
    return end - waited <= due


def _promised(times: Times, fields: Fields) -> float | None:
    """Working days the handling may take: what the source says the law gives, otherwise from receipt to the due day."""
    said, received, due = fields.get("legal_days"), times.get("received"), times.get("due")
    if said is not None or received is None or due is None:
        return said
    return round(max(0.0, elapsed(received, due)), 3)


def _handling(end: int | None, times: Times) -> float | None:
    """Working days from receipt to end, less those spent waiting."""
    received = times.get("received")
    if end is None or received is None or end < received:
        return None
    days = elapsed(received, end)
    start = times.get("supplement_from")
    if start is not None and received <= start < end:
        days -= elapsed(start, start + waiting(times, end))
    return round(max(0.0, days), 3)

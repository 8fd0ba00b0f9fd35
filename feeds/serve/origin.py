"""What the card of origin says beyond the snapshot: the records behind a figure, its parts, what is missing, what was
corrected."""

from __future__ import annotations

from typing import Any

import msgspec

from feeds.catalogue.clock import iso
from feeds.catalogue.functions import FUNCTIONS
from feeds.catalogue.model import Indicator
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.question import Question
from feeds.catalogue.scope import Scope
from feeds.serve.behind import Behind
from feeds.serve.evidence import Evidence
from feeds.serve.readers import Readers
from feeds.store.revisions import Revision

NAMED = 6  # of what is missing, so many by name
SILENT = ("stale", "missing")


def origin(scope: Scope, readers: Readers, evidence: Evidence, question: Question) -> dict[str, Any]:
    """Everything at once; Unknown for an indicator nobody declared, OutOfScope for a place not to be seen.

    Of an hour of the past (`question.at`) only what can still be told of it: `present` says that the records behind
    the figure are known as they stand now alone, so that none is counted for it.
    """
    place, code = question.place, question.indicator
    plan = evidence.behind(scope, question)
    present = bool(question.at) and plan.standing
    n, more = (None, False) if present else evidence.count(scope, question)
    whole = not question.inside and not question.at
    return {
        "place": place,
        "indicator": code,
        "kind": plan.kind,
        "present": present,
        "n": n,
        "more": more,
        "from": iso(plan.window[0]) if plan.window else None,
        "parts": None if n is None else _parts(scope, evidence, question, plan, n),
        "newest": None if present else _newest(scope, evidence, question),
        "missing": _missing(scope, readers, evidence.catalogue.indicators[code], place) if whole else None,
        "revisions": [] if question.inside else _revisions(scope, evidence, question),
    }


def _parts(scope: Scope, evidence: Evidence, question: Question, plan: Behind, n: int) -> dict[str, int] | None:
    """Numerator and denominator of a share; None for what is no share of records."""
    if not plan.good:
        return None
    good, _ = evidence.count(scope, question, good=True)
    if plan.or_open is not None:  # what stands open and is not late counts as good
        good += evidence.standing(scope, question) - evidence.standing(scope, question, late=True)
    return {"num": good, "den": n}


def _newest(scope: Scope, evidence: Evidence, question: Question) -> dict[str, Any] | None:
    """The last record that went into the figure: who sent it, under which number, when."""
    found = evidence.newest(scope, question)
    if found is None:
        return None
    said = {"source": found.get("source"), "seq": found.get("seq")}
    return said | {name: iso(found[name]) if found.get(name) else None for name in ("at", "received")}


def _missing(scope: Scope, readers: Readers, indicator: Indicator, place: str) -> dict[str, Any] | None:
    """Stations that are silent or lack the figure; of the nation's counts, the units that have none."""
    if "/" in place:
        return None
    if FUNCTIONS[indicator.compute.fn].level == "entity":
        found = readers.snapshot(scope, f"{place}:{indicator.domain}") or {}
        stations = [each for each in found.get("entities", ()) if each.get("feed", indicator.feed) == indicator.feed]
        lost = [each for each in stations if _silent(each, indicator.code)]
        names = [{"vi": each.get("vi") or each["code"], "en": each.get("en") or each["code"]} for each in lost]
        return _told("stations", names, len(stations))
    if place != NATION_KEY:
        return None
    units = (readers.snapshot(scope, place) or {}).get("units") or {}
    values = units.get("columns", {}).get(indicator.code)
    if values is None:
        return None
    lost = [key for key, value in zip(units["order"], values, strict=False) if value is None]
    names = [{"vi": readers.places.name(key), "en": readers.places.name(key, "en")} for key in lost]
    return _told("units", names, len(values))


def _silent(entity: dict[str, Any], code: str) -> bool:
    return entity.get("state") in SILENT or (entity.get("values") or {}).get(code) is None


def _told(what: str, names: list[dict[str, str]], all_: int) -> dict[str, Any]:
    return {"what": what, "n": len(names), "all": all_, "names": names[:NAMED]}


def _revisions(scope: Scope, evidence: Evidence, question: Question) -> list[dict[str, Any]]:
    """The last corrections up to the moment asked for."""
    found = evidence.revisions(scope, question.place, question.indicator)
    until = question.moment(evidence.clock.now_ms())
    return [_revision(each) for each in found if each.at <= until]


def _revision(revision: Revision) -> dict[str, Any]:
    said = msgspec.structs.asdict(revision)
    return said | {"t": iso(revision.t), "at": iso(revision.at)}

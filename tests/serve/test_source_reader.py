"""Sources and places judged: each flag from its own fact, scores in the order of the catalogue, nothing of others."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.compute.age import LATE
from feeds.serve.parts import Parts
from feeds.serve.source_reader import SourceReader
from feeds.store.source_quality import SourceQualities, SourceQuality
from tests.serve.running import Site


def flags(parts: Parts, **said: Any) -> list[str]:
    now = parts.clock.now_ms()
    row = SourceQuality(**{"feed": "air", "source": f"s{len(said)}{next(iter(said), '')}", "unit": "01", "at": now,
                           "received": now} | said)  # fmt: skip
    SourceQualities(parts.database).put([row])
    return next(r["flags"] for r in parts.sources.sources(NATION, "01") if r["source"] == row.source)


def test_each_flag_has_its_own_fact(parts: Parts) -> None:
    now, air = parts.clock.now_ms(), parts.catalogue.feeds["air"]
    assert flags(parts) == []
    assert flags(parts, missing=3) == ["gaps"]
    assert flags(parts, stuck={"S": ["pm25"]}) == ["stuck"]
    assert flags(parts, jumped={"S": ["pm25"]}) == ["jumped"]
    assert flags(parts, lost={"so2": 1}) == ["changed"]
    old = now - round((LATE * air.cadence + air.lag) * 1000) - 5_000
    assert flags(parts, received=old, at=old) == ["silent"]
    assert flags(parts, delay=(air.cadence + air.lag) * 1000 + 5_000) == ["late"]


def test_scores_are_read_from_the_figures(parts: Parts) -> None:
    codes = parts.sources.codes()
    assert codes == ["dq_correct", "dq_complete", "dq_clean", "dq_alive"]
    body = {
        "indicators": {"dq_correct": {"v": 99.0, "severity": 0}},
        "units": {"order": ["01", "04"], "columns": {"dq_alive": [80.0, None]}, "severity": {"dq_alive": [3, 0]}},
    }
    reader = SourceReader(parts.catalogue, parts.database, parts.clock, lambda scope, place: body)
    told = reader.scores(NATION, "vn")
    assert told["own"]["scores"] == [99.0, None, None, None]
    assert told["units"][0] == {"place": "01", "scores": [None, None, None, 80.0], "severity": [None, None, None, 3]}
    assert (
        SourceReader(parts.catalogue, parts.database, parts.clock, lambda s, p: None).scores(NATION, "vn")["units"]
        == []
    )


def test_doors_tell_the_same_and_keep_to_the_scope(site: Site, parts: Parts) -> None:
    flags(parts, source="cua", missing=1)
    api = httpx.Client(base_url=f"{site.url}/api/v1/quality")
    rows = api.get("/sources?unit=01&feed=air").json()
    assert "gaps" in next(row for row in rows if row["source"] == "cua")["flags"]
    assert api.get("/scores?place=01").json()["own"]["place"] == "01"
    assert api.get("/sources?x=1").status_code == 400
    assert all(row["unit"] == "79" for row in parts.sources.sources(Scope(frozenset({"79"}))))
    with pytest.raises(OutOfScope):
        parts.sources.scores(Scope(frozenset({"79"})), "vn")

"""Refused messages seen, corrected, sent again and dropped: by people, over the doors of a running front."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
import redis
from sqlalchemy import delete

from feeds.catalogue.clock import HOUR_MS, iso
from feeds.catalogue.keys import Keys
from feeds.catalogue.refused import Which
from feeds.catalogue.scope import NATION, Scope
from feeds.serve.mending import Signed
from feeds.serve.parts import Parts
from feeds.serve.readers import Unknown
from feeds.store.tables import quarantine, quarantine_acts, quarantine_counts, quarantine_hours
from tests.serve.running import Site

KEYS = Keys("sim")
SIGNED = {"by": "An", "why": "sửa đơn vị"}


@pytest.fixture
def parts(parts: Parts, durable: redis.Redis) -> Iterator[Parts]:
    """The session's parts with an empty quarantine and empty streams."""
    with parts.database.write() as connection:
        for table in (quarantine, quarantine_acts, quarantine_counts, quarantine_hours):
            connection.execute(delete(table))
    yield parts


@pytest.fixture
def api(site: Site) -> httpx.Client:
    return httpx.Client(base_url=f"{site.url}/api/v1", timeout=20)


def sent(parts: Parts, **changes: object) -> dict[str, object]:
    at = iso(parts.clock.now_ms() - HOUR_MS)
    return {"source": "so-nnmt", "place": "2025:01", "entity": "01-KK-1", "at": at, "values": {"pm25": 9e6}} | changes


def post(api: httpx.Client, *events: dict[str, object]) -> None:
    assert api.post("/events/air", json=list(events)).status_code in (202, 400, 422)


def newest(api: httpx.Client) -> int:
    return int(api.get("/quarantine").json()["rows"][0]["id"])


def test_a_corrected_message_passes_and_keeps_its_own_bytes(
    api: httpx.Client, parts: Parts, durable: redis.Redis
) -> None:
    post(api, sent(parts, seq=1, ho_ten="Nguyễn Văn A"))
    row = newest(api)
    case = api.get(f"/quarantine/{row}").json()
    assert "Nguyễn" not in case["text"] and case["editable"]
    whole = json.loads(case["text"])
    del whole["ho_ten"]
    whole["values"] = {"pm25": 41}
    mended = json.dumps(whole)
    assert api.post(f"/quarantine/{row}/check", json={}).status_code == 422
    assert api.post(f"/quarantine/{row}/check", json={"text": mended}).json()["done"]
    assert not durable.exists(KEYS.stream("air", "01"))  # a rehearsal sends nothing
    assert api.post(f"/quarantine/{row}/replay", json={**SIGNED, "text": mended}).json()["done"]
    assert durable.xlen(KEYS.stream("air", "01")) == 1
    closed = api.get(f"/quarantine/{row}").json()
    assert (closed["state"], "9000000" in closed["text"]) == ("replayed", True)
    (act,) = closed["acts"]
    assert (act["act"], act["by"], act["why"]) == ("mended", "An", "sửa đơn vị")
    assert "41" in act["text"]
    assert not api.post(f"/quarantine/{row}/replay", json=SIGNED).json()["done"]


def test_nothing_is_done_without_who_and_why(api: httpx.Client, parts: Parts) -> None:
    post(api, sent(parts))
    row = newest(api)
    for act in ("replay", "drop"):
        assert api.post(f"/quarantine/{row}/{act}", json={"by": "An", "why": " \u200b"}).status_code == 400
    assert api.post(f"/quarantine/{row}/drop", json=SIGNED).json()["done"]
    assert api.get(f"/quarantine/{row}").json()["state"] == "dropped"
    assert api.post(f"/quarantine/{row}/replay", json=[1]).status_code == 400
    assert api.get("/quarantine/999999").status_code == 404


def test_many_are_put_right_at_once_and_the_others_stay(api: httpx.Client, parts: Parts, durable: redis.Redis) -> None:
    wrong = [sent(parts, seq=n, values={"bui_min": 10 + n}) for n in range(5)]
    post(api, *wrong, sent(parts, seq=9, place="2025:99"))
    which = {"feed": "air", "code": "parameter_unknown"}
    asked = {**SIGNED, "which": which, "find": "bui_min", "put": "pm25"}
    assert api.post("/quarantine/replay", json={**asked, "find": "bui_mi\u0300n"}).json()["replayed"] == 0
    assert api.post("/quarantine/replay", json=asked).json() == {"replayed": 5, "refused": {}, "next": None}
    shares = api.get("/quarantine/shares").json()
    assert [(s["value"], s["n"]) for s in shares["code"]] == [("province_unknown", 1)]
    assert api.get("/quarantine/shares?state=replayed").json()["code"][0]["n"] == 5
    again = api.post("/quarantine/replay", json={**SIGNED, "which": {}}).json()
    assert again["replayed"] == 0 and sum(again["refused"].values()) == 1


def test_hours_quotas_and_parts_say_what_came(api: httpx.Client, parts: Parts) -> None:
    post(api, *(sent(parts, seq=n) for n in range(3)), sent(parts, place="2025:99", source="khác"))
    hours = api.get("/quarantine/hours?hours=2").json()
    assert sum(hour["feeds"].get("air", 0) for hour in hours) == 4
    assert sum(h["feeds"].get("air", 0) for h in api.get("/quarantine/hours?hours=2&unit=01").json()) == 3
    quotas = api.get("/quarantine/quotas").json()
    assert quotas["sources"][0]["source"] == "so-nnmt" and quotas["sources"][0]["rows"] == 3
    assert quotas["retention_days"] == 90
    units = {s["value"]: s["n"] for s in api.get("/quarantine/shares").json()["unit"]}
    assert units == {"01": 3, "": 1}


def test_who_may_not_see_a_message_may_not_touch_it(parts: Parts, api: httpx.Client) -> None:
    post(api, sent(parts))
    row = newest(api)
    elsewhere = Scope(frozenset({"79"}))
    for touch in (parts.mending.case, parts.mending.check):
        with pytest.raises(Unknown):
            touch(elsewhere, row)
    with pytest.raises(Unknown):
        parts.mending.drop(elsewhere, row, Signed("An", "thử"))
    assert parts.mending.replay_many(elsewhere, Which(), Signed("An", "thử")).replayed == 0
    assert parts.refusals.page(elsewhere, Which()) == []
    assert parts.mending.case(Scope(frozenset({"01"})), row)["unit"] == "01"
    assert parts.mending.case(NATION, row)["code"] == "value_high"


def test_outside_demo_nobody_changes_anything_yet(parts: Parts) -> None:
    from dataclasses import replace

    from feeds.serve.access import Access
    from feeds.serve.answers import Refusal

    settings = replace(parts.settings, demo=False, secret_key="x" * 40)
    with pytest.raises(Refusal):
        Access(settings).hand({"type": "http", "headers": []})

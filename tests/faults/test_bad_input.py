"""Whatever is thrown at the running system's door: an understandable no, neighbours taken, bytes kept, nobody dies."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import psutil
import pytest

from feeds.catalogue.scope import NATION
from feeds.store.database import open_database
from feeds.store.quarantine import HeldRow, Quarantine
from tests.conftest import System, wait_until
from tests.faults.ledger import Shown
from tests.faults.readings import JSON, NDJSON, event, now, post
from tests.faults.system import pids

pytestmark = [pytest.mark.faults, pytest.mark.alone]
MB = 1 << 20
DEEP = "[" * 10_000 + "]" * 10_000
MANY = json.dumps({f"k{i}": 1 for i in range(100_000)})


def raw(text: str) -> bytes:
    """A reading whose `values` are the text as it stands."""
    return json.dumps(event(values="@")).replace('"@"', text).encode()


def bad_rows() -> dict[str, tuple[bytes, str]]:
    """Bad rows with the code they are refused with; made when they are sent, since some are bad only now."""
    return {
        "broken json": (b'{"source": "readings", "place":', "json_truncated"),
        "not json": (b"source=readings;pm25=20", "json_broken"),
        "a number": (b"42", "not_object"),
        "NaN": (raw('{"pm25": NaN}'), "not_finite"),
        "Infinity": (raw('{"pm25": Infinity}'), "not_finite"),
        "1e400": (raw('{"pm25": 1e400}'), ""),
        "text for a number": (raw('{"pm25": "twenty"}'), "wrong_type"),
        "a list for a number": (raw('{"pm25": [1]}'), "wrong_type"),
        "null for a number": (raw('{"pm25": null}'), ""),
        "10,000 levels": (raw(DEEP), ""),
        "100,000 keys": (raw(MANY), ""),
        "unknown parameter": (raw('{"pm26": 1}'), "parameter_unknown"),
        "a figure instead of a reading": (raw('{"air_aqi_hour": 100}'), "indicator_posted"),
        "a parameter of another feed": (raw('{"coliform": 1}'), "parameter_foreign"),
        "an unknown unit": (raw('{"pm25": {"v": 1, "unit": "furlong"}}'), "unit_unknown"),
        "negative": (raw('{"pm25": -5}'), ""),
        "beyond what is possible": (raw('{"pm25": 99999999}'), "value_high"),
        "unknown key": (json.dumps(event(colour="red")).encode(), "field_unknown"),
        "no source": (json.dumps(event(source=...)).encode(), "field_missing"),
        "a number as source": (json.dumps(event(source=7)).encode(), "wrong_type"),
        "2^63": (json.dumps(event(seq=2**63)).encode(), ""),
        "a negative number": (json.dumps(event(seq=-1)).encode(), "seq_bad"),
        "unknown province": (json.dumps(event(place="2025:99")).encode(), "province_unknown"),
        "a province that was merged away": (json.dumps(event(place="2025:02")).encode(), "province_unknown"),
        "unknown commune": (json.dumps(event(place="2025:48/99999")).encode(), "commune_unknown"),
        "unknown scheme": (json.dumps(event(place="1975:01")).encode(), "scheme_unknown"),
        "no place at all": (json.dumps(event(place="Đà Nẵng")).encode(), "place_shape"),
        "coordinates swapped": (json.dumps(event(lat=108.2, lon=16.0)).encode(), "coordinates_swapped"),
        "coordinates elsewhere": (json.dumps(event(lat=48.8, lon=2.3)).encode(), "coordinates_outside"),
        "tomorrow": (json.dumps(event(at=now(24))).encode(), "time_future"),
        "Vietnam's hands, Greenwich's zone": (json.dumps(event(at=now(0, "Z"))).encode(), "time_zone_wrong"),
        "1970": (json.dumps(event(at="1970-01-01T00:00:00Z")).encode(), "time_ancient"),
        "year 9999": (json.dumps(event(at="9999-12-31T23:59:59Z")).encode(), ""),
        "no zone": (json.dumps(event(at=now()[:19])).encode(), "time_no_zone"),
        "no time": (json.dumps(event(at="yesterday")).encode(), "time_unreadable"),
        "a year ago": (json.dumps(event(at=now(-24 * 365))).encode(), "time_late"),
        "latin-1": (json.dumps(event(source="tram-@")).encode().replace(b"@", b"\xe9"), "not_utf8"),
        "half a surrogate": (json.dumps(event(source="x\ud800")).encode(), ""),
        "NUL": (json.dumps(event(source="x\x00y")).encode(), "name_bad"),
    }


BAD_NAMES = tuple(bad_rows())
BAD_BODIES: dict[str, tuple[str, bytes, dict[str, str], int]] = {
    "cut off": ("air", b'[{"source": "readings"', {"Content-Type": JSON}, 400),
    "empty": ("air", b"", {"Content-Type": JSON}, 400),
    "10,000 levels": ("air", DEEP.encode(), {"Content-Type": JSON}, 400),
    "UTF-16": ("air", json.dumps([event()]).encode("utf-16"), {"Content-Type": JSON}, 400),
    "11 MB": ("air", b"[" + b" " * (11 * MB) + b"]", {"Content-Type": JSON}, 413),
    "a gzip bomb": ("air", gzip.compress(b" " * (64 * MB), 1), {"Content-Encoding": "gzip"}, 413),
    "gzip that is none": ("air", b"\x1f\x8bnonsense", {"Content-Encoding": "gzip"}, 400),
    "unknown feed": ("weathr", json.dumps([event()]).encode(), {"Content-Type": JSON}, 404),
    "a form": ("air", b"pm25=20", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "another charset": ("air", json.dumps([event()]).encode(), {"Content-Type": f"{JSON}; charset=latin-1"}, 415),
    "an unknown packing": ("air", b"x", {"Content-Encoding": "br"}, 415),
    "nothing but bad rows": ("air", b"[1, 2]", {"Content-Type": JSON}, 422),
}


@pytest.fixture(autouse=True)
def alive(quiet_system: System) -> Iterator[None]:
    """Every process is the same one afterwards."""
    before = pids(quiet_system)
    yield
    assert pids(quiet_system) == before and all(before.values())


def held(system: System, code: str | None = None) -> list[HeldRow]:
    """The newest messages in quarantine, with their bytes as they are."""
    database = open_database(system.settings())
    rows = Quarantine(database).page(NATION, code=code, limit=20)
    database.close()
    return rows


@pytest.fixture
def rows() -> dict[str, tuple[bytes, str]]:
    return bad_rows()


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_bad_row_is_kept_with_its_reason_and_its_neighbours_pass(
    quiet_system: System, rows: dict[str, tuple[bytes, str]], name: str
) -> None:
    bad, code = rows[name]
    good = [json.dumps(event()).encode() for _ in range(2)]
    answer = post(quiet_system, "air", b"\n".join((good[0], bad, good[1])), **{"Content-Type": NDJSON})
    told = answer.json()
    assert (answer.status_code, told["accepted"]) == (202, 2), told
    (no,) = told["rejected"]
    assert no["index"] == 1 and (not code or no["code"] == code), no
    assert understandable(no["reason"]) and understandable(no["reason_en"]), no
    assert [row.bytes for row in held(quiet_system, no["code"])][:1] == [bad]


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_body_that_cannot_be_taken_is_told_why(quiet_system: System, name: str) -> None:
    feed, body, headers, status = BAD_BODIES[name]
    answer = post(quiet_system, feed, body, **({"Content-Type": JSON} | headers))
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert understandable(told.get("error") or told.get("reason") or told["rejected"][0]["reason"]), told
    assert post(quiet_system, "air", json.dumps(event()).encode(), **{"Content-Type": JSON}).status_code == 202


def test_what_was_cut_off_is_kept(quiet_system: System) -> None:
    rest = b'{"source": "cut-off", "place": "2025:48"'
    assert post(quiet_system, "air", b"[" + rest, **{"Content-Type": JSON}).status_code == 400
    assert rest in [row.bytes for row in held(quiet_system)]


def test_counts_cannot_be_negative_or_broken(quiet_system: System) -> None:
    rows = [event(entity="T-1", values={"violations": value}) for value in (-3, 2.5, 4)]
    told = post(quiet_system, "traffic", json.dumps(rows).encode(), **{"Content-Type": JSON}).json()
    assert told["accepted"] == 1
    assert [no["code"] for no in told["rejected"]] == ["value_negative", "value_fraction"]


def test_bad_input_costs_no_memory_and_no_figure(quiet_system: System, rows: dict[str, tuple[bytes, str]]) -> None:
    web = psutil.Process(pids(quiet_system)["web"])
    shown, before = Shown(quiet_system.url), web.memory_info().rss
    for bad, _ in rows.values():
        assert post(quiet_system, "air", bad, **{"Content-Type": NDJSON}).status_code in (400, 422)
    for _, body, headers, _ in BAD_BODIES.values():
        post(quiet_system, "air", body, **({"Content-Type": JSON} | headers))
    assert web.memory_info().rss - before < 50 * MB
    good = event(source="after-it-all", values={"pm25": 33.0})
    assert post(quiet_system, "air", json.dumps(good).encode(), **{"Content-Type": JSON}).status_code == 202
    wait_until(lambda: shown.get("/api/v1/snapshot/48")["feeds"]["air"]["age"] < 60, 10, "for the good reading")


def understandable(text: str) -> bool:
    """A sentence, not a trace of ours or a word of a library."""
    words = ("Traceback", "Error(", "Exception", "msgspec", "sqlite", "redis", "/work", ".py")
    return len(text.split()) >= 3 and not any(word in text for word in words)

import base64
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.settings import ROOT
from feeds.intake.event import Event, encode
from feeds.intake.reasons import REASONS, Rejection, rejection
from feeds.intake.validate import Validator
from tests.intake.feed_samples import AIR_EVENT, AT, CATALOGUE, EVENTS, as_json

NOW = 1_795_231_800_000  # AT
DEEP = b"[" * 10_000 + b"]" * 10_000
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0 picture").decode()


def refused(validator, feed, raw):
    found = validator.check(feed, raw)
    assert isinstance(found, Rejection), found
    return found


@pytest.mark.parametrize("feed", EVENTS)
def test_every_kind_of_event_passes(validator, feed):
    event = validator.check(feed, as_json(EVENTS[feed]))
    assert isinstance(event, Event)
    assert (event.feed, event.received, event.at) == (feed, NOW, NOW)


def test_the_event_of_the_contract(validator):
    event = validator.check("air", as_json(AIR_EVENT), "http")
    assert event == Event("air", "hn-donre", 1042, "2025:01/00004", "HN-KHI-001", NOW, NOW, {"pm25": 61.2, "co": 800.0})
    assert validator.part(event) == "01"


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"sourse": "x"}, "field_unknown", "source"),
        ({"source": ...}, "field_missing", "source"),
        ({"source": 5}, "wrong_type", "chuỗi"),
        ({"source": ""}, "name_bad", "source"),
        ({"source": "a\u202eb"}, "name_bad", "source"),
        ({"source": "a" * 65}, "name_bad", "64"),
        ({"entity": "@2025:01"}, "name_bad", "entity"),
        ({"seq": -1}, "seq_bad", "seq"),
        ({"seq": 2**63}, "seq_bad", "seq"),
        ({"seq": 1.5}, "wrong_type", "số nguyên"),
        ({"seq": "7"}, "wrong_type", "seq"),
        ({"place": "01"}, "place_shape", "2025:01"),
        ({"place": "Hà Nội"}, "place_shape", "2025:01"),
        ({"place": "1999:01"}, "scheme_unknown", "1999"),
        ({"place": "2025:02"}, "province_unknown", "Hà Giang"),
        ({"place": "2025:99"}, "province_unknown", "99"),
        ({"place": "2020:99"}, "province_unknown", "99"),
        ({"place": "2025:01/99999"}, "commune_unknown", "Hà Nội"),
        ({"place": "2020:01/00004"}, "commune_2020", "2025"),
        ({"place": "agency:xyz"}, "agency_unknown", "xyz"),
        ({"at": "2026-11-21T10:30:00"}, "time_no_zone", "+07:00"),
        ({"at": "21/11/2026 10:30"}, "time_unreadable", "21/11/2026"),
        ({"at": "2026-13-01T00:00:00Z"}, "time_unreadable", "2026-13"),
        ({"at": 1795231800}, "wrong_type", "at"),
        ({"at": "1970-01-01T00:00:00Z"}, "time_ancient", "1970"),
        ({"at": "9999-12-31T23:59:59Z"}, "time_future", "tương lai"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "time_ancient", "2000"),
        ({"at": "2026-11-21T10:36:00+07:00"}, "time_future", "5 phút"),
        ({"at": "2026-11-21T10:30:00Z"}, "time_zone_wrong", "+07:00"),
        ({"at": "2026-11-18T10:29:59+07:00"}, "time_late", "72 giờ"),
        ({"lat": 21.0}, "coordinates_half", "lon"),
        ({"lat": 105.8, "lon": 21.0}, "coordinates_swapped", "đảo"),
        ({"lat": 48.8, "lon": 2.3}, "coordinates_outside", "ngoài Việt Nam"),
        ({"values": {}}, "values_empty", "giá trị"),
        ({"values": {"pm25": "61"}}, "wrong_type", "values"),
        ({"values": {"pm25": None}}, "wrong_type", "null"),
        ({"values": {"pm25": True}}, "wrong_type", "values"),
        ({"values": [1]}, "wrong_type", "values"),
        ({"values": {"pm25": {"v": 1, "unti": "x"}}}, "field_unknown", "unit"),
        ({"values": {"pm25": {}}}, "field_missing", "v"),
        ({"values": {"pm26": 1}}, "parameter_unknown", "pm25"),
        ({"values": {"nh4_n": 1}}, "parameter_foreign", "air"),
        ({"values": {"air_pm25_24h": 1}}, "indicator_posted", "chỉ tiêu"),
        ({"values": {"pm25": 1, "PM2,5": 2}}, "parameter_twice", "pm25"),
        ({"values": {"pm25": -1}}, "value_low", "pm25"),
        ({"values": {"pm25": 2001}}, "value_high", "2000"),
        ({"values": {"co": {"v": 201, "unit": "mg/m3"}}}, "value_high", "co"),
        ({"values": {"co": {"v": 1, "unit": "ppm"}}}, "unit_unknown", "ppm"),
        ({"values": {"pm25": {"v": 1, "status": "07"}}}, "status_unknown", "07"),
        ({"status": "ok"}, "status_unknown", "ok"),
        ({"values": {f"x{n}": 1 for n in range(200)}}, "values_many", "128"),
        ({"record": {}}, "field_unknown", "record"),
    ],
)
def test_bad_readings_say_why(validator, changes, code, says):
    found = refused(validator, "air", as_json(AIR_EVENT, **changes))
    assert (found.code, says in found.vi) == (code, True), found
    assert found.stage == REASONS[code].stage


@pytest.mark.parametrize(
    ("feed", "changes", "code"),
    [
        ("traffic", {"values": {"vehicles": -5}}, "value_negative"),
        ("traffic", {"values": {"vehicles": 1.5}}, "value_fraction"),
        ("dossiers", {"record": {"id": "1", "type": "dossier", "state": "recieved"}}, "state_unknown"),
        ("dossiers", {"record": {"id": "1", "type": "dosier", "state": "received"}}, "word_unknown"),
        ("dossiers", {"record": {"id": "", "type": "dossier", "state": "received"}}, "name_bad"),
        ("dossiers", {"record": {"id": "1", "type": "dossier"}}, "field_missing"),
        ("dossiers", {"values": {"pm25": 1}}, "field_unknown"),
        ("cameras", {"entity": ...}, "entity_missing"),
        ("cameras", {"camera": {"state": "sleepy"}}, "state_unknown"),
        ("cameras", {"camera": {"state": "online", "counts": {"vehicles": -1}}}, "value_negative"),
        ("cameras", {"camera": {"state": "online", "jpeg": "%%%"}}, "frame_bad"),
        ("cameras", {"camera": {"state": "online", "jpeg": "QUJD"}}, "frame_bad"),
        ("cameras", {"camera": {"state": "online", "jpeg": JPEG * 30_000}}, "frame_bad"),
        ("social", {"social": {"text": "\u200b\u202e "}}, "text_empty"),
        ("social", {"social": {"text": "a", "url": "javascript:alert(1)"}}, "url_unsafe"),
        ("social", {"social": {"text": "a", "url": "https://a@b.vn/"}}, "url_unsafe"),
        ("social", {"social": {"text": "a", "url": "java\tscript:x"}}, "url_unsafe"),
        ("social", {"social": {"text": "a", "topic": "helth"}}, "topic_unknown"),
        ("social", {"social": {"text": "a", "tone": "angry"}}, "tone_unknown"),
        ("social", {"social": {"text": "a", "author_hash": "Nguyễn Văn A"}}, "author_bad"),
        ("social", {"social": {"text": "a", "author": "Nguyễn Văn A"}}, "field_unknown"),
        ("entities", {"entity": ...}, "entity_missing"),
        ("entities", {"entity": "B"}, "entity_differs"),
        ("entities", {"record": {"id": "A1", "type": "aer", "state": "active"}}, "feed_unknown"),
        ("entities", {"lat": 105.8, "lon": 21.0}, "coordinates_swapped"),
        ("airs", {}, "feed_unknown"),
    ],
)
def test_bad_events_of_other_kinds_say_why(validator, feed, changes, code):
    assert refused(validator, feed, as_json(EVENTS.get(feed, AIR_EVENT), **changes)).code == code


def record(**changes):
    return as_json(EVENTS["dossiers"], record={**EVENTS["dossiers"]["record"], **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"times": {"received": "2026-11-21T12:30:00+07:00"}}, "time_future"),
        ({"times": {"due": "2046-11-21T10:30:00+07:00"}}, "time_future"),
        ({"times": {"due": "1970-01-01T00:00:00Z"}}, "time_ancient"),
        ({"times": {"due": "soon"}}, "time_unreadable"),
        ({"times": {"eaten": AT}}, "word_unknown"),
        ({"fields": {"chanel": "x"}}, "word_unknown"),
        ({"fields": {"channel": {"a": 1}}}, "wrong_type"),
        ({"fields": {"legal_days": 2**80}}, "field_bad"),
    ],
)
def test_bad_records_say_why(validator, changes, code):
    assert refused(validator, "dossiers", record(**changes)).code == code


def test_a_deadline_may_lie_ahead_and_a_receipt_far_back(validator):
    times = {"due": "2027-03-01T17:00:00+07:00", "received": "2026-01-05T08:00:00+07:00"}
    event = validator.check("dossiers", record(times=times))
    assert event.record.times["due"] > NOW > event.record.times["received"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "json_truncated"),
        (b"{", "json_truncated"),
        (b'{"a" 1}', "json_broken"),
        (b"[1]", "not_object"),
        (b"7", "not_object"),
        (b"null", "not_object"),
        (b'"\xff"', "not_object"),
        (as_json(AIR_EVENT).replace(b"hn-donre", b"\xff\xfe"), "not_utf8"),
        (as_json(AIR_EVENT).replace(b"61.2", b"NaN"), "not_finite"),
        (as_json(AIR_EVENT).replace(b"61.2", b"-Infinity"), "not_finite"),
        (as_json(AIR_EVENT).replace(b"61.2", b"1e400"), "number_too_big"),
        (as_json(AIR_EVENT).replace(b"61.2", b"9" * 400), "number_too_big"),
        (as_json(AIR_EVENT).replace(b"61.2", DEEP), "wrong_type"),
        (
            as_json(AIR_EVENT).replace(b'"status": "00"}', b'"x":' + DEEP + b"}"),
            "field_unknown",
        ),
        (as_json(AIR_EVENT).replace(b"hn-donre", b"\\ud800"), "json_broken"),
        (DEEP, "not_object"),
        (b"{'source': 'x'}", "json_broken"),
        (b'{"not": json', "json_broken"),
        (b'{"a": 1,', "json_truncated"),
    ],
)
def test_what_is_no_json_says_why(validator, raw, code):
    assert refused(validator, "air", raw).code == code


def test_words_of_json_inside_text_are_not_blamed(validator):
    assert refused(validator, "air", b'{"source": "NaN" oops}').code == "json_broken"


@pytest.mark.parametrize(("name", "value"), [("PM2,5", 5.0), ("pm2.5", 5.0), ("PM25", 5.0)])
def test_names_of_sources_are_translated(validator, name, value):
    assert validator.check("air", as_json(AIR_EVENT, values={name: value})).values == {"pm25": 5.0}


@pytest.mark.parametrize("unit", ["mg/m3", "mg/Nm3", "mg/m³", "MG/M3", " mg / m3"])
def test_units_are_converted(validator, unit):
    event = validator.check("air", as_json(AIR_EVENT, values={"co": {"v": 0.5, "unit": unit}}))
    assert event.values == {"co": 500.0}


def test_kmh_becomes_metres_a_second(validator):
    event = validator.check("air", as_json(AIR_EVENT, values={"wind": {"v": 36, "unit": "km/h"}}))
    assert event.values["wind"] == pytest.approx(10.0)


def test_status_on_all_or_on_one(validator):
    calibrating = validator.check("air", as_json(AIR_EVENT, status="01"))
    assert (calibrating.values, calibrating.bad) == ({"co": 800.0}, {"pm25": "01"})
    values = {"pm25": {"v": -999, "status": "02"}, "pm10": 3}
    fault = validator.check("air", as_json(AIR_EVENT, values=values, status=...))
    assert (fault.values, fault.bad) == ({"pm10": 3.0}, {"pm25": "02"})


def test_zero_is_a_value(validator):
    assert validator.check("air", as_json(AIR_EVENT, values={"pm25": 0})).values == {"pm25": 0.0}


def test_clock_may_run_five_minutes_fast(validator):
    assert isinstance(validator.check("air", as_json(AIR_EVENT, at="2026-11-21T10:35:00+07:00")), Event)


def test_late_window_is_the_feeds(validator):
    assert isinstance(validator.check("water", as_json(EVENTS["water"], at="2026-10-01T00:00:00+07:00")), Event)


def test_now_of_a_replayed_row_is_when_it_came(validator):
    raw = as_json(AIR_EVENT)
    validator.clock.tick(100 * 3600)
    assert refused(validator, "air", raw).code == "time_late"
    assert isinstance(validator.check("air", raw, now=NOW + HOUR_MS), Event)


@pytest.mark.parametrize(
    ("place", "part"),
    [("2025:15", "15"), ("2020:15", "15"), ("2020:10", "15"), ("2020:27", "24"), ("agency:byt", "vn"), ("vn", "vn")],
)
def test_partition_is_todays_unit(validator, place, part):
    event = validator.check("air", as_json(AIR_EVENT, place=place))
    assert event.place == place
    assert validator.part(event) == part


def test_partition_of_a_national_feed_is_the_nation(validator):
    event = validator.check("press", as_json(EVENTS["press"]))
    assert (event.place, validator.part(event)) == ("2025:01", "vn")


def test_a_camera_counts_as_online_or_degraded(validator):
    states = {}
    for state in ("online", "offline", "frozen", "low_fps"):
        event = validator.check("cameras", as_json(EVENTS["cameras"], camera={"state": state, "jpeg": JPEG}))
        states[state] = event.values["online"], event.values["degraded"]
    assert states == {"online": (1, 0), "offline": (0, 0), "frozen": (1, 1), "low_fps": (1, 1)}
    assert event.fields == {"state": "low_fps"}


def test_a_post_is_heard_and_its_author_forgotten(validator):
    post = {
        "text": "Bệnh viện ở Huế quá tải\u202e",
        "url": "https://b.vn/1",
        "author_hash": "ab" * 16,
        "paper": "Báo B",
    }
    event = validator.check("social", as_json(EVENTS["social"], social=post))
    assert event.place == "2025:46"
    assert event.fields == {
        "topic": "health",
        "tone": "negative",
        "text": "Bệnh viện ở Huế quá tải",
        "url": "https://b.vn/1",
        "paper": "Báo B",
    }


def test_what_a_source_says_of_topic_tone_and_place_stands(validator):
    post = {"text": "Bệnh viện ở Huế quá tải", "topic": "traffic", "tone": "neutral"}
    event = validator.check("social", as_json(EVENTS["social"], place="2025:01", social=post))
    assert (event.place, event.fields["topic"], event.fields["tone"]) == ("2025:01", "traffic", "neutral")


def test_a_newspaper_does_not_move_to_where_its_article_happens(validator):
    elsewhere = validator.check("social", as_json(EVENTS["social"], entity="paper-1"))
    assert (elsewhere.place, elsewhere.entity) == ("2025:92", None)
    local = validator.check("social", as_json(EVENTS["social"], entity="paper-2", place="2025:01"))
    assert (local.place, local.entity) == ("2025:01", "paper-2")


def test_a_source_may_speak_of_itself_without_a_post(validator):
    event = validator.check("social", as_json(EVENTS["social"], social=..., values={"items": 12}))
    assert (event.values, event.fields) == ({"items": 12.0}, {})
    assert refused(validator, "social", as_json(EVENTS["social"], social=...)).code == "field_missing"


def test_every_reason_can_be_said():
    names = {name for reason in REASONS.values() for name in re.findall(r"(?<!{){(\w+)}(?!})", reason.vi + reason.en)}
    words = dict.fromkeys(names, "x")
    for code in REASONS:
        said = rejection(code, **words)
        assert said.vi and said.en and "{" not in said.vi.replace("{…}", "")


def test_every_reason_is_given_somewhere_and_every_one_given_is_known():
    source = "".join(path.read_text() for path in (ROOT / "feeds").rglob("*.py"))
    given = set(re.findall(r'(?:Refused|rejection)\(\s*"(\w+)"', source))
    named = set(re.findall(r'"(\w+)"', source))
    assert given <= set(REASONS) <= named


def test_hostile_words_are_quoted_clean(validator):
    found = refused(validator, "air", as_json(AIR_EVENT, place="x\u202e\x00" + "y" * 5000))
    assert "\u202e" not in found.vi
    assert len(found.vi) < 400


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
keys = st.sampled_from(
    ["source", "seq", "place", "entity", "at", "values", "status", "lat", "lon", "record", "camera", "social"]
)


@pytest.fixture(scope="module")
def lasting(places, listening):
    from feeds.catalogue.clock import TickClock

    return Validator(CATALOGUE, places, TickClock(NOW), listening)


@settings(max_examples=120, deadline=None)
@given(feed=st.sampled_from(sorted(EVENTS)), changes=st.dictionaries(keys, json_values, min_size=1, max_size=3))
def test_generated_events_never_raise(lasting, feed, changes):
    found = lasting.check(feed, json.dumps({**EVENTS[feed], **changes}).encode())
    if isinstance(found, Event):
        encode(found)
        assert all(value == value and abs(value) != float("inf") for value in found.values.values())
    else:
        assert found.vi and found.en


@settings(max_examples=120, deadline=None)
@given(
    feed=st.sampled_from(sorted(EVENTS)), noise=st.binary(max_size=40), at=st.integers(0, 400), cut=st.integers(0, 20)
)
def test_damaged_bytes_never_raise(lasting, feed, noise, at, cut):
    raw = as_json(EVENTS[feed])
    found = lasting.check(feed, raw[:at] + noise + raw[at + cut :])
    assert isinstance(found, Event | Rejection)


@settings(max_examples=120, deadline=None)
@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_only_possible_values_pass(lasting, value):
    found = lasting.check("air", as_json(AIR_EVENT, values={"pm25": value}))
    assert isinstance(found, Event) == (0 <= value <= 2000)


@settings(max_examples=120, deadline=None)
@given(seconds=st.integers(-400 * 86_400, 400 * 86_400))
def test_only_times_in_the_window_pass(lasting, seconds):
    from feeds.catalogue.clock import iso

    found = lasting.check("air", as_json(AIR_EVENT, at=iso(NOW + seconds * 1000)))
    assert isinstance(found, Event) == (-72 * 3600 <= seconds <= 300)

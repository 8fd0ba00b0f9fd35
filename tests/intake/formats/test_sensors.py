"""Messages of sensors: readings with codes, and a vendor's flat tags."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.intake.formats import sensors
from feeds.intake.formats.sensors import Tag
from tests.intake.formats.mutate import mutated

SAID = {
    "station": "CM-G30A",
    "ts": "2026-11-21T10:30:00+07:00",
    "values": [{"code": "LUULUONG", "v": 73.2, "unit": "m3/h", "status": "00"}, {"code": "pH", "v": "7,1"}],
}
RAW = json.dumps(SAID).encode()
WANT = {("CM-G30A", SAID["ts"]): {"LUULUONG": {"v": 73.2, "unit": "m3/h"}, "pH": {"v": 7.1}}}
TAGS = {"G30A_LUULUONG": Tag("G30A", "flow_water", "m3/h"), "G30A": Tag("G30A", "ph"), "G31": Tag("G31", "ph")}


def message(raw, *more):
    found = sensors.read(raw if isinstance(raw, bytes) else json.dumps(raw).encode(), *more)
    return (
        {key: one.values for key, one in found.moments.items()},
        [(piece.why.code, piece.offset) for piece in found.unread],
    )


@pytest.mark.parametrize(
    "said",
    [
        SAID,
        SAID | {"values": {"LUULUONG": {"v": 73.2, "unit": "m3/h"}, "pH": 7.1}},
        SAID | {"ts": "2026-11-21T10:30:00"},
        SAID | {"ts": "20261121103000"},
        SAID | {"ts": 1795231800},
        SAID | {"ts": 1795231800000},
        {"time": SAID["ts"], "station": "CM-G30A", "values": SAID["values"]},
    ],
)
def test_readings_in_the_ways_they_are_written(said):
    assert message(said) == (WANT, [])


def test_the_topic_names_the_station_where_the_message_does_not():
    said = {key: SAID[key] for key in ("ts", "values")}
    assert message(said, "CM-G30A") == (WANT, [])
    assert message(said)[1] == [("station_missing", "")]


def test_a_bad_value_leaves_its_neighbours_alone():
    values = [{"code": "pH", "v": None}, {"v": 1}, {"code": "COD", "v": True}, {"code": "TSS", "v": 9, "status": 7}]
    values += [{"code": "TP", "v": "x", "status": "02"}, {"code": "TN", "v": 4}]
    got, unread = message(SAID | {"values": values})
    assert got == {("CM-G30A", SAID["ts"]): {"TP": {"v": 0.0, "status": "02"}, "TN": {"v": 4.0}}}
    codes = ["number_unreadable", "payload_shape", "number_unreadable", "status_unknown"]
    assert unread == [(code, f"values[{i}]") for i, code in enumerate(codes)]


def test_flat_tags_mean_what_is_declared():
    said = {"G30A_LUULUONG": 73.2, "G30A": "7.1", "G31": 7.3, "RSSI": -71, "ts": SAID["ts"], "G32": 1}
    got, unread = message(said, "", TAGS, "", frozenset(["RSSI"]))
    assert got == {
        ("G30A", SAID["ts"]): {"flow_water": {"v": 73.2, "unit": "m3/h"}, "ph": {"v": 7.1}},
        ("G31", SAID["ts"]): {"ph": {"v": 7.3}},
    }
    assert unread == [("parameter_unknown", "G32")]


def test_a_message_without_a_time_is_of_its_arrival_only_where_that_is_declared():
    assert message({"G31": 7.3}, "", TAGS)[1] == [("field_missing", "")]
    assert list(message({"G31": 7.3}, "", TAGS, SAID["ts"])[0]) == [("G31", SAID["ts"])]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "payload_shape"),
        (b"[1]", "payload_shape"),
        (b"73.2", "payload_shape"),
        (b"{" * 5000, "payload_shape"),
        (b"{}" + b" " * 300_000, "payload_shape"),
        (b'{"ts": "hom nay", "values": [{"code": "pH", "v": 7}]}', "stamp_unreadable"),
        (b'{"ts": 1e308, "values": [{"code": "pH", "v": 7}]}', "stamp_unreadable"),
        (b'{"ts": 7, "values": [{"code": "pH", "v": 7}]}', "stamp_unreadable"),
        (b'{"ts": "2026-11-21T10:30:00", "values": []}', "payload_shape"),
        (b'{"ts": "2026-11-21T10:30:00", "values": "pH"}', "payload_shape"),
    ],
)
def test_what_is_no_message_is_refused(raw, code):
    assert message(raw, "S1")[1] == [(code, "")]


def sound_message(raw):
    for tags in (None, TAGS):
        found = sensors.read(raw, "S1", tags, "2026-11-21T10:30:00+07:00")
        assert found.moments or found.unread
        for piece in found.unread:
            assert piece.why.vi and piece.why.en and piece.why.code
        for moment in found.moments.values():
            assert moment.values and all(isinstance(one["v"], float) for one in moment.values.values())


def test_ten_thousand_mutated_messages():
    chance = random.Random(3)
    for _ in range(5_000):
        sound_message(mutated(chance, RAW))
        sound_message(mutated(chance, b'{"G30A_LUULUONG": 73.2, "G30A": "7.1", "ts": 1795231800}'))


SCALARS = st.floats() | st.text() | st.none()
FLAT = st.dictionaries(st.text(max_size=9), SCALARS).map(lambda said: json.dumps(said).encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | FLAT)
def test_any_bytes_are_read_or_refused_as_a_message(raw):
    sound_message(raw)

import gzip
import json
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.intake.body import MOST_BYTES, MOST_EVENTS, BadBody, read_body

JSON = "application/json"
LINES = "application/x-ndjson"


def status(body, kind=JSON, encoding=None):
    with pytest.raises(BadBody) as bad:
        read_body(body, kind, encoding)
    return bad.value.status, bad.value.why.code


def test_one_event_an_array_and_lines():
    assert read_body(b' {"a": 1} ', JSON, None) == [b'{"a": 1}']
    assert read_body(b'[{"a":1}, {"b":2}]', "application/json; charset=utf-8", "identity") == [b'{"a":1}', b'{"b":2}']
    assert read_body(b'{"a":1}\r\n\n{"b":2}', LINES, None) == [b'{"a":1}', b'{"b":2}']
    assert read_body(b'\xef\xbb\xbf[{"a":1}]', JSON, None) == [b'{"a":1}']


@pytest.mark.parametrize(
    ("kind", "encoding", "answer"),
    [
        (None, None, (415, "media_type")),
        ("text/plain", None, (415, "media_type")),
        ("application/json; charset=utf-16", None, (415, "charset")),
        (JSON, "br", (415, "encoding")),
        (JSON, "gzip, gzip", (415, "encoding")),
        (JSON, "gzip", (400, "gzip_broken")),
    ],
)
def test_wrong_kinds_and_encodings(kind, encoding, answer):
    assert status(b'{"a":1}', kind, encoding) == answer


@pytest.mark.parametrize("body", [b"", b"  \n", b"[]", b"[ ]"])
def test_nothing_is_refused(body):
    assert status(body) == (400, "empty")


def test_size_is_bounded():
    assert status(b" " * MOST_BYTES) == (413, "body_big")
    assert status(b"[" + b"1," * MOST_EVENTS + b"1]") == (413, "events_many")
    assert status(b"1\n" * (MOST_EVENTS + 1), LINES) == (413, "events_many")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b"[" + b"1," * 600_000 + b"1]"),
        (JSON, b"[" + b"{}," * 600_000 + b"{}]"),
        (LINES, b"11\n" * 600_000),
    ],
    ids=["numbers", "objects", "lines"],
)
def test_countless_tiny_events_are_counted_before_they_cost_memory(kind, body):
    tracemalloc.start()
    assert status(body, kind) == (413, "events_many")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * len(body) + 4_000_000, f"{peak >> 20} MB for a body of {len(body) >> 20} MB"


def test_a_dense_batch_within_the_limit_passes_whole_and_an_element_that_is_deep_costs_no_neighbour():
    event = b'{"values":{"a":1,"b":2,"c":[1,2,3],"d":"]},{["}}'
    assert read_body(b"[" + b",".join([event] * 12_000) + b"]", JSON, None) == [event] * 12_000
    deep = b"[" * 300 + b"]" * 300
    assert read_body(b"[" + b",".join([event] * 12_000 + [deep]) + b"]", JSON, None)[-1] == deep
    assert len(read_body(b"[" + b"{}," * (MOST_EVENTS - 1) + b"{}]", JSON, None)) == MOST_EVENTS


def test_zip_bomb_is_not_inflated():
    assert status(gzip.compress(b" " * (3 * MOST_BYTES), 1), JSON, "gzip") == (413, "body_big")
    halves = [gzip.compress(b" " * (MOST_BYTES // 2), 1)] * 3
    assert status(b"".join(halves), JSON, "gzip") == (413, "body_big")
    assert status(gzip.compress(b"") * 1000, JSON, "gzip") == (400, "gzip_broken")


def test_gzip_is_read_whole_or_not_at_all():
    packed = gzip.compress(b'[{"a":1},') + gzip.compress(b'{"b":2}]')
    assert read_body(packed, JSON, "GZIP") == [b'{"a":1}', b'{"b":2}']
    assert status(packed[:-9], JSON, "gzip") == (400, "gzip_broken")
    assert status(zlib.compress(b"{}"), JSON, "gzip") == (400, "gzip_broken")


@pytest.mark.parametrize("opening", [b"[", b'[{"a":', b'{"a":[', b'[[{"a":'])
def test_ten_thousand_levels_do_not_crash(opening):
    body = opening * 10_000
    try:
        assert len(read_body(body, JSON, None)) == 1
    except BadBody as bad:
        assert (bad.status, bad.why.code) == (400, "json_deep")


@pytest.mark.parametrize(
    ("array", "pieces"),
    [
        (b'[{"a":1},{"b":NaN},{"c":2}]', [b'{"a":1}', b'{"b":NaN}', b'{"c":2}']),
        (b'[{"a":1},{"b" 2},{"c":2}]', [b'{"a":1}', b'{"b" 2}', b'{"c":2}']),
        (b'[{"a":"],{"},{"b" 2}]', [b'{"a":"],{"}', b'{"b" 2}']),
        (b'[{"a":"\\"]"},{"b" 2}]', [b'{"a":"\\"]"}', b'{"b" 2}']),
        (b'[{"a":1},{"b":', [b'{"a":1}', b'{"b":']),
        (b'[{"a":1},{"b":"x', [b'{"a":1}', b'{"b":"x']),
        (b'[{"a":1}] tail', [b'{"a":1}']),
        (b'[{"a":1},,{"b":2}]', [b'{"a":1}', b'{"b":2}']),
    ],
)
def test_a_broken_event_leaves_its_neighbours_whole(array, pieces):
    assert read_body(array, JSON, None) == pieces


def test_a_large_broken_array_is_refused_as_a_whole():
    assert status(b"[" + b'{"a":NaN, "b":"%b"},' % (b"x" * 60) * 30_000 + b"1]") == (400, "not_finite")


@given(st.binary(max_size=300))
def test_any_bytes_end_in_pieces_or_a_sentence(body):
    for kind in (JSON, LINES):
        for encoding in (None, "gzip"):
            try:
                assert read_body(body, kind, encoding)
            except BadBody as bad:
                assert bad.status in (400, 413) and bad.why.vi


objects = st.dictionaries(st.text(max_size=5), st.text(max_size=8) | st.lists(st.integers(), max_size=3), max_size=3)


@given(st.lists(objects, min_size=1, max_size=8), st.data())
def test_cutting_finds_every_neighbour_of_a_broken_event(events, data):
    texts = [json.dumps(event).encode() for event in events]
    broken = data.draw(st.integers(0, len(texts)))
    texts.insert(broken, b'{"x": NaN}')
    assert read_body(b"[" + b" , ".join(texts) + b"]", JSON, None) == texts

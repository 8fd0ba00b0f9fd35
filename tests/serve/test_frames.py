"""The bytes of the push."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from feeds.serve.frames import GZIP_HEADER, closing, opened, opening, read_ids, read_version, squeeze, stored, whole


def gunzip(wire: bytes) -> bytes:
    return zlib.decompressobj(31).decompress(wire)


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=3000)), max_size=8))
def test_pieces_made_apart_join_in_any_order(pieces: list[tuple[bool, bytes]]) -> None:
    wire = GZIP_HEADER + b"".join(stored(text) if plain else squeeze(text) for plain, text in pieces)
    assert gunzip(wire) == b"".join(text for _, text in pieces)


def test_a_long_text_is_stored_in_several_blocks() -> None:
    text = bytes(range(256)) * 600
    assert gunzip(GZIP_HEADER + stored(text)) == text


def test_an_event_is_the_same_plain_and_compressed() -> None:
    parts = (opened("delta", b'{"v":1}'), closing(("vn", "01"), ((7, 41), None)), whole("beat", b"{}"))
    plain = opening(1500, gzip=False) + b"".join(part.form(False) for part in parts)
    assert gunzip(opening(1500, gzip=True) + b"".join(part.form(True) for part in parts)) == plain
    assert plain == b'retry: 1500\n\nevent: delta\ndata: {"v":1}\nid: vn=7-41\n\nevent: beat\ndata: {}\n\n'


def test_a_line_end_in_json_cannot_end_an_event() -> None:
    assert b"\n\n" not in opened("delta", b'{\n\r\n"v": 1}').form(False)


def test_ids_that_cannot_be_read_are_not_held() -> None:
    assert read_ids("vn=7-41, 01=7-40") == {"vn": (7, 41), "01": (7, 40)}
    assert read_ids("vn=7,01=x-1,=1-1-1,02=٣-١,03=1-" + "9" * 99) == {}
    assert read_version("-1-1") is None

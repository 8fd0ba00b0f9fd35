"""A request's body to the JSON of its events, bounded in size, depth and number, each event with its own bytes.

An event that is not JSON never takes its neighbours with it: where the whole cannot be read, it is cut at the commas
between the events, by brackets and quotes alone.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from itertools import islice

import msgspec

from feeds.intake.posted import refusal
from feeds.intake.reasons import Rejection, rejection

MOST_BYTES = 10_000_000
MOST_EVENTS = 50_000
MOST_MEMBERS = 16  # of a gzip; each costs a copy of the rest
MOST_CUT = 2_000_000  # a larger body that is not JSON as a whole is not worth a second of a thread
MOST_COMMAS = 100_000  # with more of them an array's elements are counted before they are decoded
DEEPEST = 100
JSON = ("application/json",)
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{},]', re.DOTALL)
_NEXT_LINE = re.compile(rb"}[^\S\n]*\n\s*{")  # each space is read once
_split_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


class BadBody(Exception):  # an answer, not an error of ours
    """The body as a whole cannot be taken: an HTTP status and a sentence."""

    def __init__(self, status: int, why: Rejection) -> None:
        super().__init__(why.vi)
        self.status = status
        self.why = why


def read_body(body: bytes, content_type: str | None, encoding: str | None) -> list[bytes]:
    """The events of a body, each with its bytes; raises BadBody when there is nothing to be had of it."""
    lines = _is_lines(content_type)
    plain = unpacked(body, encoding)
    pieces = _lines(plain) if lines else _events(plain)
    if not pieces:
        raise BadBody(400, rejection("empty"))
    if len(pieces) > MOST_EVENTS:
        raise BadBody(413, rejection("events_many", n=len(pieces), limit=MOST_EVENTS))
    return pieces


def unpacked(body: bytes, encoding: str | None) -> bytes:
    """The body without its compression and without a byte order mark; raises BadBody when it is too large."""
    if len(body) >= MOST_BYTES:
        raise BadBody(413, rejection("body_big"))
    return _inflate(body, encoding).removeprefix(_BOM)


def sniff_body(body: bytes) -> list[bytes]:
    """The events of a body that came without a content type: lines of objects, or JSON."""
    stripped = body.strip()
    lines = stripped[:1] == b"{" and _NEXT_LINE.search(stripped) is not None
    return read_body(body, NDJSON[0] if lines else JSON[0], None)


def _is_lines(content_type: str | None) -> bool:
    """True for one event a line, False for JSON; BadBody for anything else."""
    kind, *parameters = [word.strip().lower() for word in (content_type or "").split(";")]
    charsets = [word.partition("=")[2].strip('" ') for word in parameters if word.startswith("charset")]
    if kind not in JSON + NDJSON:
        raise BadBody(415, rejection("media_type", kind=kind or "—"))
    if any(charset not in ("utf-8", "utf8", "us-ascii") for charset in charsets):
        raise BadBody(415, rejection("charset", charset=charsets[0]))
    return kind in NDJSON


def _inflate(body: bytes, encoding: str | None) -> bytes:
    """The body without its compression, never larger than a plain one might have been."""
    encoding = (encoding or "identity").strip().lower()
    if encoding == "identity":
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise BadBody(415, rejection("encoding", encoding=encoding))
    parts: list[bytes] = []
    size = 0
    while body:
        if len(parts) == MOST_MEMBERS:
            raise BadBody(400, rejection("gzip_broken"))
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(body, MOST_BYTES - size)
        except zlib.error:
            raise BadBody(400, rejection("gzip_broken")) from None
        size += len(part)
        if member.unconsumed_tail or size >= MOST_BYTES:
            raise BadBody(413, rejection("body_big"))
        if not member.eof:
            raise BadBody(400, rejection("gzip_broken"))
        parts.append(part)
        body = member.unused_data
    return b"".join(parts)


def _lines(plain: bytes) -> list[bytes]:
    """The lines that are not blank; one more than is taken is enough to know that they are too many."""
    lines = (line for line in map(bytes.strip, io.BytesIO(plain)) if line)
    return list(islice(lines, MOST_EVENTS + 1))


def _events(plain: bytes) -> list[bytes]:
    """One event, or the elements of an array."""
    stripped = plain.strip()
    if stripped[:1] != b"[":
        return [stripped] if stripped else []
    if more_than(MOST_EVENTS, stripped):
        raise BadBody(413, rejection("events_many", n=MOST_EVENTS + 1, limit=MOST_EVENTS))
    try:
        elements = _split_array(stripped)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if len(stripped) > MOST_CUT:
            raise BadBody(400, refusal(error, stripped).rejection) from None
        return _cut(stripped)
    return [bytes(element) for element in elements]


def more_than(most: int, array: bytes) -> bool:
    """True for a large array of more than `most` elements: a decoder would make millions of objects of them before
    anybody could count. One with few commas is left to the decoder, which is cheap then."""
    if array.count(b",") <= max(most, MOST_COMMAS):
        return False
    ends = islice(_ends(array, deepest=len(array)), most)
    return sum(array[end : end + 1] == b"," for end in ends) == most


def _cut(array: bytes) -> list[bytes]:
    """The elements of an array that is not JSON as a whole."""
    pieces: list[bytes] = []
    start = 1
    for end in _ends(array):
        pieces += _piece(array, start, end)
        start = end + 1
        if len(pieces) > MOST_EVENTS:
            break
    return pieces


def _ends(array: bytes, deepest: int = DEEPEST) -> Iterator[int]:
    """Where each element of an array ends: at a comma, at the array's bracket, or with the text. Brackets inside
    strings do not count; BadBody for what is deeper than `deepest`."""
    depth = 0
    for token in _TOKEN.finditer(array):
        sign = token[0]
        if sign[0] == 34:  # a string
            continue
        if sign in b"[{":
            depth += 1
            if depth > deepest:
                raise BadBody(400, rejection("json_deep"))
        elif sign in b"]}":
            depth -= 1
            if depth <= 0:
                yield token.start()
                return
        elif depth == 1:
            yield token.start()
    yield len(array)


def _piece(array: bytes, start: int, end: int) -> list[bytes]:
    raw = array[start:end].strip()
    return [raw] if raw else []

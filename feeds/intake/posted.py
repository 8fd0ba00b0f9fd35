"""The event as posted (docs/contract.md), one shape per kind of feed; unknown keys are refused.

Reading a shape is all that happens here: whether places, times and quantities make sense is `validate`'s question.
What msgspec says about a wrong shape becomes a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import msgspec

from feeds.catalogue.model import FeedKind
from feeds.intake.reasons import Refused, hint, nearest

Scalar = str | int | float | bool | None


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """What every posted event carries."""

    source: str
    place: str
    at: str
    seq: int | None = None
    entity: str | None = None
    lat: float | None = None
    lon: float | None = None


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A reading that names its unit or its status."""

    v: float
    unit: str | None = None
    status: str | None = None


class PostedReading(Shape, frozen=True, kw_only=True, gc=False):
    """Readings of a station."""

    values: dict[str, float | Value]
    status: str | None = None


class PostedRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """State of a dossier, petition, document or task."""

    id: str
    type: str
    state: str
    times: dict[str, str] = {}
    fields: dict[str, Scalar] = {}


class PostedRecord(Shape, frozen=True, kw_only=True, gc=False):
    """A record's change of state; `entities` declares stations and cameras with it."""

    record: PostedRow


class PostedView(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """What a camera sees of itself, and optionally its latest still."""

    state: str
    counts: dict[str, float] = {}
    jpeg: str | None = None


class PostedNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """An ONVIF event: topic, PropertyOperation, items of its source and data; its UtcTime is the event's `at`."""

    topic: str
    operation: Literal["Initialized", "Changed", "Deleted"] = "Changed"
    source: dict[str, Scalar] = {}
    data: dict[str, Scalar] = {}


class PostedCamera(Shape, frozen=True, kw_only=True, gc=False):
    """State and counts of a camera, or an ONVIF event of it."""

    camera: PostedView | None = None
    onvif: PostedNotice | None = None


class PostedText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """A post or an article. Its author may be hashed; it is never kept."""

    text: str
    url: str = ""
    topic: str | None = None
    tone: str | None = None
    author_hash: str | None = None
    paper: str | None = None


class PostedSocial(Shape, frozen=True, kw_only=True, gc=False):
    """A post about a place, or about none; `values` is what a source says of itself, such as items fetched."""

    social: PostedText | None = None
    values: dict[str, float | Value] = {}


SHAPES: dict[FeedKind, type[Shape]] = {
    "readings": PostedReading,
    "records": PostedRecord,
    "entities": PostedRecord,
    "cameras": PostedCamera,
    "social": PostedSocial,
}
_INNER: tuple[type[msgspec.Struct], ...] = (Value, PostedRow, PostedView, PostedNotice, PostedText)
FIELDS = sorted({name for shape in (*SHAPES.values(), *_INNER) for name in shape.__struct_fields__})

_PATH = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`")
_WORD = re.compile(r"`([^`]*)`")
_BYTE = re.compile(r"\(byte (\d+)\)")
_NOT_FINITE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|(-?\b(?:NaN|Infinity|nan|inf)\b)', re.DOTALL)
_TYPES = {
    "str": ("chuỗi ký tự", "text"),
    "int": ("số nguyên", "a whole number"),
    "float": ("số", "a number"),
    "bool": ("đúng/sai", "true or false"),
    "null": ("rỗng (null)", "empty (null)"),
    "object": ("đối tượng {…}", "an object {…}"),
    "array": ("danh sách […]", "a list […]"),
}
_SYNTAX = {
    "invalid character": ("có ký tự không hợp lệ", "an invalid character"),
    "expected ':'": ("thiếu dấu hai chấm", "a colon is missing"),
    "trailing characters": ("thừa ký tự ở cuối", "characters after the end"),
    "trailing comma in object": ("thừa dấu phẩy", "a trailing comma"),
    "trailing comma in array": ("thừa dấu phẩy", "a trailing comma"),
}


def decoder(kind: FeedKind) -> Callable[[bytes], Shape]:
    """Reads the JSON of one event of a feed of this kind; raises what `refusal` understands."""
    return msgspec.json.Decoder(SHAPES[kind]).decode


UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def refusal(error: Exception, raw: bytes) -> Refused:
    """The sentence for what a decoder raised on `raw`."""
    if isinstance(error, msgspec.ValidationError):
        broken = _broken(raw)  # what is wrong may stand before what is no JSON at all
        return _wrong_json(str(broken), raw) if broken else _wrong_shape(str(error))
    if isinstance(error, UnicodeDecodeError):
        return Refused("not_utf8")
    if isinstance(error, RecursionError):
        return Refused("json_deep")
    return _wrong_json(str(error), raw)


def _broken(raw: bytes) -> Exception | None:
    """What makes `raw` no JSON, if anything does."""
    try:
        msgspec.json.decode(raw, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        return error
    except RecursionError:  # deep is not broken
        return None
    return None


def _wrong_json(message: str, raw: bytes) -> Refused:
    word = next((found[1] for found in _NOT_FINITE.finditer(raw[:65536]) if found[1]), None)
    if word is not None:
        return Refused("not_finite", word=word.decode())
    if "truncated" in message:
        return Refused("json_truncated")
    at = _BYTE.search(message)
    vi, en = next((said for sign, said in _SYNTAX.items() if sign in message), ("không đọc được", "unreadable"))
    refused = Refused("json_broken", at=at[1] if at else "?", detail=vi)
    english = Refused("json_broken", at=at[1] if at else "?", detail=en).rejection.en
    refused.rejection = msgspec.structs.replace(refused.rejection, en=english)
    return refused


def _wrong_shape(message: str) -> Refused:
    found = _PATH.search(message)
    where = found["path"].replace("[...]", "") if found else ""
    words = _WORD.findall(_PATH.sub("", message))
    if "unknown field" in message:
        return Refused("field_unknown", field=words[0], **hint(nearest(words[0], FIELDS)))
    if "missing required field" in message:
        return Refused("field_missing", field=f"{where}.{words[0]}" if where else words[0])
    if "out of range" in message:
        return Refused("number_too_big", where=where)
    if len(words) < 2:
        return Refused("wrong_type", where=where, want_vi="?", want_en="?", got_vi="?", got_en="?")
    (want_vi, want_en), (got_vi, got_en) = _types(words[0]), _types(words[1])
    if not where:
        return Refused("not_object", got_vi=got_vi, got_en=got_en)
    return Refused("wrong_type", where=where, want_vi=want_vi, want_en=want_en, got_vi=got_vi, got_en=got_en)


def _types(said: str) -> tuple[str, str]:
    """`float | object` in words; what may be left out is not named."""
    names = [name for name in said.split(" | ") if name in _TYPES]
    names = [name for name in names if name != "null"] or names
    pairs = [_TYPES[name] for name in names] or [(said, said)]
    return " hoặc ".join(vi for vi, _ in pairs), " or ".join(en for _, en in pairs)

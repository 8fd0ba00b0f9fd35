"""Messages of sensors in JSON: readings with their codes, or the flat tags of a vendor's gateway.

Readings: `{"station", "ts", "values": [{"code", "v", "unit"?, "status"?}]}`; `values` may also be a mapping.
Tags: `{"G30A_LUULUONG": 73.2, "G30A": 7.1, "ts": ...}`: what each tag means is declared, as nobody can guess it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from feeds.catalogue.clock import TZ
from feeds.intake.formats.numbers import number
from feeds.intake.formats.reading import VALID, Given, Readings, local_time, measured, status_of
from feeds.intake.reasons import Refused, hint, nearest

MOST_BYTES = 256 * 1024
MOST_TAGS = 2_000
TIMES = ("ts", "time", "timestamp", "at")
_SECONDS = (1e9, 1e11)  # since the epoch: 2001 to 5138; above that, milliseconds
_decode = msgspec.json.Decoder().decode


class Tag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a vendor's tag means: a parameter of a station, and the unit it is in."""

    station: str
    name: str
    unit: str | None = None


def read(
    raw: bytes,
    station: str = "",
    tags: Mapping[str, Tag] | None = None,
    at: str = "",
    skip: frozenset[str] = frozenset(),
) -> Readings:
    """The readings of one message. `station` and `at` (ISO 8601) stand where it does not say them; "" is unknown.

    With `tags` the message is flat and every key must be declared, name a time, or stand in `skip`.
    """
    readings = Readings()
    try:
        said = _object(raw)
        when = _time(said, at)
        if tags is None:
            _readings(readings, said, raw, station, when)
        else:
            _tags(readings, said, raw, tags, when, skip)
        if not readings.moments and not readings.unread:
            raise Refused("values_empty")
    except Refused as refused:
        readings.refuse(raw, refused.rejection, "")
    return readings


def _object(raw: bytes) -> dict[str, Any]:
    if len(raw) > MOST_BYTES:
        raise _misshapen(f"lớn quá {MOST_BYTES // 1024} KB", f"it is over {MOST_BYTES // 1024} KB")
    try:
        said = _decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _misshapen("không phải JSON", "it is not JSON") from None
    if not isinstance(said, dict):
        raise _misshapen("không phải đối tượng {…}", "it is not an object {…}")
    return said


def _time(said: Mapping[str, Any], otherwise: str) -> str:
    """ISO 8601 of the message's time: its own, with the zone it names or Vietnam's, or seconds since the epoch."""
    name = next((name for name in TIMES if said.get(name) not in (None, "")), None)
    if name is None:
        if not otherwise:
            raise Refused("field_missing", field=TIMES[0])
        return otherwise
    value = said[name]
    try:
        if isinstance(value, str):
            return _zoned(value, name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > _SECONDS[0]:
            seconds = value if value < _SECONDS[1] else value / 1000
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
            return moment.astimezone(TZ).isoformat(timespec="seconds" if moment.microsecond == 0 else "milliseconds")
    except (ValueError, OverflowError):
        pass
    raise Refused("stamp_unreadable", field=name, text=value, form="2026-11-21T10:30:00+07:00")


def _zoned(text: str, name: str) -> str:
    if text.isdecimal() and len(text) == 14:
        return local_time(text, "%Y%m%d%H%M%S", name)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=TZ)).isoformat()


def _readings(readings: Readings, said: Mapping[str, Any], raw: bytes, station: str, at: str) -> None:
    whose = said.get("station") or station
    if not isinstance(whose, str) or whose == "":
        raise Refused("station_missing")
    for place, one in enumerate(_values(said.get("values"))):
        try:
            code = one.get("code")
            if not isinstance(code, str) or not code:
                raise _misshapen(f"values[{place}] thiếu “code”", f"values[{place}] has no “code”")
            unit = one.get("unit")
            given = _given(code, one.get("v"), unit if isinstance(unit, str) else None, one.get("status"))
            readings.add(whose, at, code, given, raw, f"values[{place}]")
        except Refused as refused:
            readings.refuse(raw, refused.rejection, f"values[{place}]")


def _values(values: Any) -> Iterator[Mapping[str, Any]]:
    """The rows of `values`, however they are written."""
    rows: list[Any] = []
    if isinstance(values, dict):
        rows = [
            one | {"code": code} if isinstance(one, dict) else {"code": code, "v": one} for code, one in values.items()
        ]
    elif isinstance(values, list):
        rows = values
    if not rows or len(rows) > MOST_TAGS or not all(isinstance(one, dict) for one in rows):
        raise _misshapen("“values” phải là danh sách trị số", "“values” must be a list of values")
    yield from rows


def _tags(
    readings: Readings, said: Mapping[str, Any], raw: bytes, tags: Mapping[str, Tag], at: str, skip: frozenset[str]
) -> None:
    if len(said) > MOST_TAGS:
        raise _misshapen(f"hơn {MOST_TAGS} thẻ", f"over {MOST_TAGS} tags")
    for name, value in said.items():
        if name in TIMES or name in skip:
            continue
        try:
            tag = tags.get(name)
            if tag is None:
                raise Refused("parameter_unknown", name=name, **hint(nearest(name, tags)))
            readings.add(tag.station, at, tag.name, _given(name, value, tag.unit, None), raw, name)
        except Refused as refused:
            readings.refuse(raw, refused.rejection, name)
            if readings.full:
                readings.give_up(raw, name)
                return


def _given(name: str, value: Any, unit: str | None, status: Any) -> Given:
    """One value; numbers may come as text, a missing one is no number."""
    state = VALID if status is None else status_of(str(status))
    if isinstance(value, bool) or value is None:
        found = None
    elif isinstance(value, int | float):
        found = float(value) if abs(value) < 1e300 else None
    else:
        found = number(value) if isinstance(value, str) else None
    return measured(name, str(value), found, unit, state)


def _misshapen(vi: str, en: str) -> Refused:
    return Refused("payload_shape", detail_vi=vi, detail_en=en)

"""One syslog message: RFC 5424 with its structured data; and RFC 3164, which most devices that speak CEF still put in
front (`Nov 21 10:30:00 fw-01 CEF:0|...`).

What a message says of time, host and severity is read strictly; its text is taken as it is, and judged elsewhere.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from feeds.catalogue.clock import TZ
from feeds.intake.reasons import Refused

HIGHEST_PRIORITY = 191
MOST_ELEMENTS = 64
MOST_PARAMS = 256
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
BOM = b"\xef\xbb\xbf"
PRIORITY = re.compile(rb"<(\d{1,3})>")
HEADER = re.compile(rb"1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) ")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)")
LEGACY = re.compile(rb"([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\S{1,255}) ?")
ELEMENT = re.compile(rb'\[([^\s=\]"]{1,32})')
PARAM = re.compile(rb' ([^\s=\]"]{1,32})="((?:[^"\\\]]|\\.)*)"', re.DOTALL)
ESCAPED = re.compile(r'\\(["\\\]])')

Data = dict[str, dict[str, str]]  # structured data: element -> parameter -> value; of a repeated one the first stands


class Message(NamedTuple):
    """`severity` 0 (worst) to 7; `at` with its zone, None where the message says no time; "" where it says nothing."""

    facility: int
    severity: int
    at: datetime | None
    host: str
    app: str
    kind: str  # MSGID
    data: Data
    text: str


def read(raw: bytes, now: datetime) -> Message:
    """One message without its framing; Refused when it is none. `now` tells the year that RFC 3164 leaves out."""
    found = PRIORITY.match(raw)
    if found is None or int(found[1]) > HIGHEST_PRIORITY:
        raise _misshapen("thiếu <PRI> từ 0 đến 191 ở đầu", "no <PRI> of 0 to 191 at its beginning")
    facility, severity = divmod(int(found[1]), 8)
    rest = raw[found.end() :]
    if re.match(rb"\d{1,3} ", rest):
        return _modern(facility, severity, rest)
    return _legacy(facility, severity, rest, now)


def _modern(facility: int, severity: int, rest: bytes) -> Message:
    header = HEADER.match(rest)
    if header is None:
        raise _misshapen("phần đầu phải là 1 TIMESTAMP HOST APP PROCID MSGID", "its header must be 1 TIMESTAMP HOST …")
    stamp, host, app, _, kind = (_said(part) for part in header.groups())
    data, text = _structured(rest[header.end() :])
    return Message(facility, severity, _moment(stamp) if stamp else None, host, app, kind, data, _text(text))


def _structured(rest: bytes) -> tuple[Data, bytes]:
    """Structured data and what comes after it."""
    data: Data = {}
    at = elements = params = 0
    if rest[:1] == b"-":
        at = 1
    while rest[at : at + 1] == b"[":
        at, name, said = _element(rest, at)
        elements, params = elements + 1, params + len(said)
        if elements > MOST_ELEMENTS or params > MOST_PARAMS:
            raise _misshapen("dữ liệu có cấu trúc quá nhiều", "it has too much structured data")
        data.setdefault(name, said)
    if at == 0 or rest[at : at + 1] not in (b"", b" "):
        raise _misshapen("dữ liệu có cấu trúc không đọc được", "its structured data cannot be read")
    return data, rest[at + 1 :]


def _element(rest: bytes, at: int) -> tuple[int, str, dict[str, str]]:
    """One element that begins at `at`: where it ends, its name, its parameters."""
    found = ELEMENT.match(rest, at)
    said: dict[str, str] = {}
    end = found.end() if found else at
    while found and (param := PARAM.match(rest, end)):
        said.setdefault(_words(param[1]), ESCAPED.sub(r"\1", _words(param[2])))
        end = param.end()
    if found is None or rest[end : end + 1] != b"]":
        raise _misshapen("dữ liệu có cấu trúc không đọc được", "its structured data cannot be read")
    return end + 1, _words(found[1]), said


def _legacy(facility: int, severity: int, rest: bytes, now: datetime) -> Message:
    """RFC 3164; without its header the whole rest is text, as section 4.3.3 of it says."""
    found = LEGACY.match(rest)
    at = None if found is None else _nearest_year(found, now)
    if found is None or at is None:
        return Message(facility, severity, None, "", "", "", {}, _text(rest))
    return Message(facility, severity, at, _words(found[6]), "", "", {}, _text(rest[found.end() :]))


def _nearest_year(found: re.Match[bytes], now: datetime) -> datetime | None:
    """The stamp in Vietnam's time, in the year that brings it nearest to `now`; None where it names no day."""
    month = found[1].decode().lower()
    day, hour, minute, second = (int(part) for part in found.groups()[1:5])
    moments = []
    for year in (now.year - 1, now.year, now.year + 1):
        try:
            moments.append(datetime(year, MONTHS.index(month) + 1, day, hour, minute, second, tzinfo=TZ))
        except ValueError:  # no such month or day, or not in that year
            continue
    return min(moments, key=lambda moment: abs(moment - now), default=None)


def _moment(stamp: str) -> datetime:
    try:
        if STAMP.fullmatch(stamp):
            return datetime.fromisoformat(stamp)
    except ValueError:
        pass
    raise Refused("stamp_unreadable", field="TIMESTAMP", text=stamp, form="2026-11-21T10:30:00.000+07:00")


def _said(part: bytes) -> str:
    """A word of the header; `-` says nothing."""
    return "" if part == b"-" else _words(part)


def _text(raw: bytes) -> str:
    return _words(raw.removeprefix(BOM))


def _words(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _misshapen(vi: str, en: str) -> Refused:
    return Refused("syslog_shape", detail_vi=vi, detail_en=en)

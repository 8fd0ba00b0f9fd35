"""ArcSight's Common Event Format, version 0 or 1: `CEF:0|Vendor|Product|Version|Signature|Name|Severity|key=value`.

In its header `\\|` and `\\\\` are escaped, in the extension `\\=`, `\\\\`, `\\n` and `\\r`. A value runs
to the next key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from feeds.catalogue.clock import TZ
from feeds.intake.formats.syslog import MONTHS
from feeds.intake.reasons import Refused

LEVELS = ("low", "medium", "high", "critical")  # 0-3, 4-6, 7-8, 9-10
WORDS = {"unknown": "low", "low": "low", "medium": "medium", "high": "high", "very-high": "critical"}
PARTS = 7  # before the extension
MOST_KEYS = 200
LONGEST = 1_024  # of a value
START = re.compile(r"CEF:[01]\|")
BAR = re.compile(r"(?<!\\)(?:\\\\)*\|")
KEY = re.compile(r"(?:^|(?<=\s))([\w.\[\]-]{1,64})=")
HEADER_ESCAPE = re.compile(r"\\([|\\])")
VALUE_ESCAPE = re.compile(r"\\([=\\nr|])")
MEANT = {"n": "\n", "r": "\r"}
STAMP = re.compile(r"([A-Za-z]{3}) (\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:\.\d{1,6})?(?: (\S{1,6}))?")
ZONES: dict[str, tzinfo] = {"UTC": UTC, "GMT": UTC, "Z": UTC, "ICT": TZ}
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")


class Cef(NamedTuple):
    """One event of a device."""

    vendor: str
    product: str
    version: str
    signature: str
    name: str
    level: str
    said: Mapping[str, str]


def found_in(text: str) -> str | None:
    """The CEF that a message's text holds, at its beginning or behind a tag; None where there is none."""
    start = START.search(text[:256])
    return text[start.start() :] if start else None


def read(text: str) -> Cef:
    """One event; Refused when its header cannot be read."""
    parts = _header(text)
    vendor, product, version, signature, name, severity = (_plain(part) for part in parts[1:PARTS])
    return Cef(vendor, product, version, signature, name, level_of(severity), _extension(parts[PARTS]))


def level_of(severity: str) -> str:
    """One of LEVELS for a number from 0 to 10 or its word; Refused for anything else."""
    said = severity.strip().lower()
    if said.isdecimal() and len(said) <= 2 and int(said) <= 10:
        number = int(said)
        return LEVELS[(number > 3) + (number > 6) + (number > 8)]
    if said not in WORDS:
        raise _misshapen(f"mức “{severity}” không phải 0–10", f"the severity “{severity}” is not 0-10")
    return WORDS[said]


def moment(text: str, now: datetime) -> datetime | None:
    """A time as CEF writes it: milliseconds since 1970, or `Nov 21 2026 10:30:00`; without a zone Vietnam's.

    None where it says nothing; Refused when it cannot be read. `now` tells the year where it is left out.
    """
    if not text:
        return None
    try:
        if text.isascii() and text.isdecimal():
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text[:20]))
        return _written(text, now)
    except (ValueError, OverflowError):
        raise Refused("stamp_unreadable", field="rt", text=text, form="Nov 21 2026 10:30:00") from None


def _written(text: str, now: datetime) -> datetime:
    found = STAMP.fullmatch(text)
    if found is None:
        raise ValueError(text)
    month, day, year, hour, minute, second, zone = found.groups()
    number = MONTHS.index(month.lower()) + 1
    return datetime(int(year or now.year), number, int(day), int(hour), int(minute), int(second), tzinfo=_zone(zone))


def _zone(said: str | None) -> tzinfo:
    if not said:
        return TZ
    offset = OFFSET.fullmatch(said)
    if offset is None:
        if said not in ZONES:
            raise ValueError(said)
        return ZONES[said]
    away = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    return timezone(-away if offset[1] == "-" else away)


def _header(text: str) -> list[str]:
    """The seven parts of the header and the extension."""
    if START.match(text) is None:
        raise _misshapen("không bắt đầu bằng CEF:0|", "it does not begin with CEF:0|")
    parts, at = [], 0
    for bar in BAR.finditer(text):
        parts.append(text[at : bar.end() - 1])
        at = bar.end()
        if len(parts) == PARTS:
            return [*parts, text[at:]]
    if len(parts) == PARTS - 1:  # a device that has nothing more to say leaves the last bar out
        return [*parts, text[at:], ""]
    raise _misshapen("phần đầu phải có bảy mục cách nhau bằng |", "its header must have seven parts, parted by |")


def _extension(text: str) -> dict[str, str]:
    keys = list(KEY.finditer(text))
    if len(keys) > MOST_KEYS:
        raise _misshapen(f"hơn {MOST_KEYS} mục key=value", f"it has over {MOST_KEYS} key=value")
    ends = (*(key.start() for key in keys[1:]), len(text))
    said: dict[str, str] = {}
    for key, end in zip(keys, ends, strict=False):  # no key: only the end
        value = text[key.end() : end].strip()[:LONGEST]
        said.setdefault(key[1], VALUE_ESCAPE.sub(lambda found: MEANT.get(found[1], found[1]), value))
    return said


def _plain(part: str) -> str:
    return HEADER_ESCAPE.sub(r"\1", part).strip()


def _misshapen(vi: str, en: str) -> Refused:
    return Refused("cef_shape", detail_vi=vi, detail_en=en)

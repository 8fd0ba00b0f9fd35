"""Times as the state's systems write them: `yyyyMMddHHmmss`, `yyyy/MM/dd HH:mm:ss`, ISO; without a zone Vietnam's."""

from __future__ import annotations

import re
from datetime import datetime

from feeds.catalogue.clock import TZ
from feeds.intake.reasons import Refused

DIGITS = re.compile(r"\d{8}|\d{12}|\d{14}")
SLASHED = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
TURNED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def moment(text: str, field: str) -> datetime:
    """The time `text` says, with its zone; Refused with the name of the field when it cannot be read."""
    text = text.strip()
    try:
        return _read(text)
    except ValueError:
        raise Refused("stamp_bad", field=field, text=text) from None


def _read(text: str) -> datetime:
    if DIGITS.fullmatch(text):
        return _made(text[:4], text[4:6], text[6:8], text[8:10], text[10:12], text[12:])
    if found := SLASHED.fullmatch(text):
        return _made(*found.groups())
    if found := TURNED.fullmatch(text):
        day, month, year, *clock = found.groups()
        return _made(year, month, day, *clock)
    said = datetime.fromisoformat(text)
    return said if said.tzinfo else said.replace(tzinfo=TZ)


def _made(*parts: str | None) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    return datetime(year, month, day, hour, minute, second, tzinfo=TZ)

"""Files of automatic stations: Circular 10/2021/TT-BTNMT, Annex 15, with table 34 for the symbols.

A file `TinhThanh_CoSo_Tram_yyyyMMddHHmmss.txt` holds lines of five columns, TAB between them and no header: symbol,
value, unit, time `yyyyMMddHHmmss` in Vietnam's time, status. One file may hold one time or many. Loggers write CRLF or
LF, with or without a byte order mark, a decimal comma at times, and `µ` in the code page of their Windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from feeds.intake.formats.numbers import number
from feeds.intake.formats.reading import Readings, local_time, measured, status_of
from feeds.intake.reasons import Refused, rejection

COLUMNS = 5
LINE_BYTES = 1_000
_STAMP = "%Y%m%d%H%M%S"
_TIME = re.compile(r"[12]\d{13}")
_NAME = re.compile(r"(?P<station>[^/\\]{3,120})_(?P<stamp>[12]\d{13})(?:[._-][^/\\]{0,40})?\.(?:txt|TXT)")


class FileName(NamedTuple):
    """What a file's name says: the station (`HN_ABCD_NUO001`) and when the file was made (ISO 8601, +07:00)."""

    station: str
    at: str


def read_name(name: str) -> FileName | None:
    """What the name of a file says, or None when it is not the name of a station's file."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return FileName(found["station"], local_time(found["stamp"], _STAMP, "time"))
    except Refused:
        return None


def read(raw: bytes, station: str) -> Readings:
    """The readings of one file of `station` by time; every line that cannot be read stands under `unread`."""
    readings = Readings()
    for count, (start, line) in enumerate(_lines(raw), 1):
        offset = f"line {count}, byte {start}"
        if readings.full:
            readings.give_up(raw[start:], offset)
            break
        try:
            _take(readings, station, line, offset)
        except Refused as refused:
            readings.refuse(line, refused.rejection, offset)
    if not readings.moments and not readings.unread:
        readings.refuse(raw, rejection("file_empty"), "")
    return readings


def unfinished(raw: bytes) -> bool:
    """True when a file ends in the middle of a line, as one does that is still being written."""
    last = raw.rstrip(b"\0").rpartition(b"\n")[2]
    return raw.endswith(b"\0") or not raw.strip() or (bool(last.strip()) and not _whole(last))


def _whole(line: bytes) -> bool:
    cells = _cells(_text(line[:LINE_BYTES]))
    return len(cells) == COLUMNS and cells[4] in ("00", "01", "02", "03")


def _lines(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines that hold something, each with the byte it begins at."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    for line in raw[start:].split(b"\n"):
        if line.strip():
            yield start, line.rstrip(b"\r")
        start += len(line) + 1


def _take(readings: Readings, station: str, line: bytes, offset: str) -> None:
    if len(line) > LINE_BYTES:
        raise Refused("line_long", limit=LINE_BYTES)
    cells = _cells(_text(line))
    if len(cells) != COLUMNS or not cells[0]:
        raise Refused("line_columns", n=len(cells))
    symbol, text, unit, stamp, status = cells
    if _TIME.fullmatch(stamp) is None:
        raise Refused("stamp_unreadable", field=symbol, text=stamp, form="yyyyMMddHHmmss")
    at = local_time(stamp, _STAMP, symbol)
    given = measured(symbol, text, number(text), unit, status_of(status))
    readings.add(station, at, symbol, given, line, offset)


def _text(line: bytes) -> str:
    """A line in UTF-8, or in the code page of Vietnamese Windows where a logger knows no better."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1258", "replace")


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) == 1:  # some loggers pad with blanks
        cells = line.split()
    while len(cells) > COLUMNS and not cells[-1]:
        cells.pop()
    return cells

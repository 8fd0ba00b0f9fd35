"""Tables of readings with a declared mapping: station exports and any other CSV or Excel file.

A table is wide (a column for each parameter, its header `CO(mg/Nm3)` or a declared name) or long (a row for each
reading, with columns for the parameter, the value and the unit).
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zipfile import is_zipfile

import msgspec

from feeds.catalogue.clock import TZ
from feeds.intake.formats.cells import Cell, Row, rows
from feeds.intake.formats.numbers import Decimal, number
from feeds.intake.formats.reading import VALID, Readings, measured, status_of
from feeds.intake.reasons import Refused, hint, nearest

FORMS = (  # day before month, as everybody in Vietnam writes it
    "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M", "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%H:%M %d/%m/%Y", "%Y%m%d%H%M%S", "%d/%m/%Y", "%d-%m-%Y",
)  # fmt: skip
HEADER_WITHIN = 30  # rows in which the header must stand
_NAME_UNIT = re.compile(r"(?P<name>[^()\[\]]+)[(\[](?P<unit>[^()\[\]]*)[)\]]")
_EXCEL_ZERO = datetime(1899, 12, 30)
_EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in one column: the parameter, and the unit where its header does not say it."""

    name: str
    unit: str | None = None


class TableForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a table is to be read; every name is a header as it stands in the file.

    `time` may be two columns, a date and an hour. Without `columns` every column that is not named otherwise, nor
    skipped, is a parameter. `parameter`, `value` and `unit` make the table a long one. `statuses` translates words.
    """

    time: list[str]
    time_form: str = ""
    station: str = ""
    status: str = ""
    columns: dict[str, Column | str] = {}
    parameter: str = ""
    value: str = ""
    unit: str = ""
    skip: tuple[str, ...] = ("STT", "TT", "No")
    missing: tuple[str, ...] = ("", "-", "--", "---", "N/A", "NA", "NULL", "None", "nan")
    statuses: dict[str, str] = {}
    decimal: Decimal = "auto"
    delimiter: str = ""
    sheet: str = ""


@dataclass(slots=True)
class Head:
    """Which column of a file is what."""

    width: int
    time: list[int]
    station: int | None
    status: int | None
    values: list[tuple[int, Column]]
    long: tuple[int, int, int | None] | None  # parameter, value, unit


def read(raw: bytes, form: TableForm, station: str = "") -> Readings:
    """The readings of a table; of `station` where it names none itself. Rows that cannot be read are `unread`."""
    readings = Readings()
    try:
        table = rows(raw, form.sheet, form.delimiter)
        head = _find_head(table, form)
        for count, row in table:
            if readings.full:
                readings.give_up(_bytes(row), f"row {count}")
                break
            _take(readings, head, form, station, count, row)
    except Refused as refused:  # of the table as a whole
        readings.refuse(raw, refused.rejection, "")
    return readings


def unfinished(raw: bytes) -> bool:
    """True when a file is empty, a workbook without its end, or a text whose last line lacks columns."""
    if raw[:2] == b"PK":
        return not is_zipfile(io.BytesIO(raw))
    lines = [line for line in raw[:20_000].split(b"\n", 5)[:5] if line.strip()]
    last = raw[-20_000:].rpartition(b"\n")[2]
    mark = max((b";", b"\t", b",", b"|"), key=lambda sign: max((line.count(sign) for line in lines), default=0))
    wide = max((line.count(mark) for line in lines), default=0)
    return not lines or (bool(last.strip()) and last.count(mark) < wide)


def header_key(text: str) -> str:
    """Two spellings of a header have the same key: blanks, capitals and the two letters µ do not matter."""
    bare = unicodedata.normalize("NFKC", text).casefold().replace("μ", "µ")
    return "".join(bare.split())


def _find_head(table: Iterator[tuple[int, Row]], form: TableForm) -> Head:
    """The first row that has the columns of time; titles may stand above it."""
    wanted = [header_key(name) for name in form.time]
    seen: list[str] = []
    for count, row in table:
        keys = [header_key(str(cell)) for cell in row]
        if all(key in keys for key in wanted):
            return _head(row, keys, form)
        seen += [str(cell) for cell in row if cell != ""]
        if count >= HEADER_WITHIN:
            break
    raise Refused("column_missing", name=" + ".join(form.time), **hint(nearest(form.time[0], seen[:200])))


def _head(row: Row, keys: list[str], form: TableForm) -> Head:
    def at(name: str) -> int | None:
        if not name:
            return None
        if header_key(name) not in keys:
            raise Refused("column_missing", name=name, **hint(nearest(name, [str(cell) for cell in row])))
        return keys.index(header_key(name))

    time = [keys.index(header_key(name)) for name in form.time]
    parameter, value, unit = at(form.parameter), at(form.value), at(form.unit)
    station, status = at(form.station), at(form.status)
    if parameter is not None and value is not None:
        return Head(len(row), time, station, status, [], (parameter, value, unit))
    taken = {*time, station, status, *(i for i, key in enumerate(keys) if key in map(header_key, form.skip))}
    if form.columns:
        given = [(at(name), column) for name, column in form.columns.items()]
        values = [(i, Column(c) if isinstance(c, str) else c) for i, c in given if i is not None]
        values = [(i, _with_unit(column, str(row[i]))) for i, column in values]
    else:
        values = [(i, column_of(str(cell))) for i, cell in enumerate(row) if i not in taken and cell != ""]
    return Head(len(row), time, station, status, values, None)


def column_of(header: str) -> Column:
    """`CO(mg/Nm3)` as the parameter CO in mg/Nm3; a header without a unit is in the parameter's own."""
    found = _NAME_UNIT.fullmatch(header.strip())
    return Column(found["name"].strip(), found["unit"].strip()) if found else Column(header.strip())


def _with_unit(column: Column, header: str) -> Column:
    return column if column.unit is not None else Column(column.name, column_of(header).unit)


def _take(readings: Readings, head: Head, form: TableForm, station: str, count: int, row: Row) -> None:
    """One row; a cell that cannot be read is refused alone, a row without a time or a station as a whole."""
    raw, offset = _bytes(row), f"row {count}"
    try:
        if len(row) > head.width and any(cell != "" for cell in row[head.width :]):
            raise Refused("line_columns_head", n=len(row), want=head.width)
        row = row + [""] * (head.width - len(row))
        at = time_of([row[i] for i in head.time], form)
        whose = _name(row[head.station]) if head.station is not None else station
        if not whose:
            raise Refused("station_missing")
        status = _status(row[head.status], form) if head.status is not None else VALID
    except Refused as refused:
        readings.refuse(raw, refused.rejection, offset)
        return
    for column, cell in _values(head, row):
        try:
            _take_cell(readings, whose, at, column, cell, status, form, raw, offset)
        except Refused as refused:
            readings.refuse(raw, refused.rejection, f"{offset}, {column.name}")


def _values(head: Head, row: Row) -> Iterator[tuple[Column, Cell]]:
    if head.long is None:
        yield from ((column, row[i]) for i, column in head.values)
        return
    parameter, value, unit = head.long
    said = column_of(str(row[parameter]))
    yield Column(said.name, _name(row[unit]) if unit is not None else said.unit), row[value]


def _take_cell(
    readings: Readings, station: str, at: str, column: Column, cell: Cell, status: str, form: TableForm, raw: bytes,
    offset: str,
) -> None:  # fmt: skip
    if isinstance(cell, str) and cell in form.missing:
        if status == VALID:
            return  # no value is no reading
        cell = ""
    value = cell if isinstance(cell, float) else number(str(cell), form.decimal)
    given = measured(column.name, str(cell), value, column.unit, status)
    readings.add(station, at, column.name, given, raw, offset)


def time_of(cells: Sequence[Cell], form: TableForm) -> str:
    """ISO 8601 of a row's time, in Vietnam's zone unless it names one; Refused when it cannot be read."""
    first = cells[0]
    if isinstance(first, float) and _EXCEL_DAYS[0] < first < _EXCEL_DAYS[1]:
        first = _EXCEL_ZERO + timedelta(days=first)
    if isinstance(first, datetime) and len(cells) == 1:
        return _local(first)
    words = [cell.strftime("%Y-%m-%d") if isinstance(cell, datetime) else _name(cell) for cell in (first, *cells[1:])]
    text = " ".join(words).strip()
    for shape in (form.time_form,) if form.time_form else FORMS:
        try:
            return _local(datetime.strptime(text, shape))
        except ValueError:
            continue
    try:
        if not form.time_form and "T" in text:
            return _local(datetime.fromisoformat(text))
    except ValueError:
        pass
    raise Refused("stamp_unreadable", field=form.time[0], text=text, form=form.time_form or "dd/MM/yyyy HH:mm")


def _local(moment: datetime) -> str:
    """To the full second: Excel keeps times as fractions of a day, and 10:30 comes as 10:29:59.999997."""
    if moment.microsecond:
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return (moment if moment.tzinfo else moment.replace(tzinfo=TZ)).astimezone(TZ).isoformat()


def _status(cell: Cell, form: TableForm) -> str:
    word = _name(cell)
    return form.statuses.get(word) or (status_of(word) if word else VALID)


def _name(cell: Cell) -> str:
    """A cell as a name: Excel has made a number of a code such as 1042."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _bytes(row: Row) -> bytes:
    """A row as evidence."""
    return ";".join(str(cell) for cell in row).encode("utf-8", "replace")

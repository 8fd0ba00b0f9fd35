"""CSV and Excel as rows of cells, whatever program wrote them: bounded, and never trusted."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time

from feeds.intake.reasons import Refused

Cell = str | float | datetime
Row = list[Cell]

MOST_ROWS = 200_000
MOST_COLUMNS = 400
MOST_UNPACKED = 80_000_000  # bytes of an Excel file's parts together
_DELIMITERS = ";\t,|"
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")


def rows(raw: bytes, sheet: str = "", delimiter: str = "") -> Iterator[tuple[int, Row]]:
    """The rows of a table that hold something, each with its number as a spreadsheet shows it, from 1.

    `sheet` names one of an Excel file, otherwise the first is read; `delimiter` is found out when it is not given.
    Raises Refused for what is no table. Text cells come stripped; an empty cell is an empty string.
    """
    if raw[:4] == b"PK\x03\x04":
        yield from _excel(raw, sheet)
    elif raw[:4] == b"\xd0\xcf\x11\xe0":
        raise _broken("tệp Excel đời cũ (.xls); hãy lưu thành .xlsx hoặc CSV", "an old .xls; save it as .xlsx or CSV")
    else:
        yield from _csv(text_of(raw), delimiter)


def text_of(raw: bytes) -> str:
    """Text in UTF-8 or UTF-16 with its mark, UTF-8 without one, or the code page of Vietnamese Windows."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1258", "replace")


def _csv(text: str, delimiter: str) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text))
    count = 0
    try:
        for cells in reader:
            count += 1
            if count > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise _too_large()
            row: Row = [cell.strip() for cell in cells]
            if any(row):
                yield count, row
    except csv.Error as error:
        raise _broken(f"dòng {count + 1}: {error}", f"line {count + 1}: {error}") from None


def _delimiter(text: str) -> str:
    """The mark that parts the columns: the one the header has most of, outside quotes."""
    header = next((line for line in text[:20_000].splitlines() if line.strip()), "")
    bare = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)


def _excel(raw: bytes, sheet: str) -> Iterator[tuple[int, Row]]:
    try:
        _check_parts(raw)
        yield from _sheet(raw, sheet)
    except Refused:
        raise
    except Exception as error:  # a broken workbook makes openpyxl raise whatever the broken place leads to
        name = type(error).__name__
        raise _broken(f"tệp Excel hỏng ({name})", f"a broken Excel file ({name})") from None


def _check_parts(raw: bytes) -> None:
    """Refuse a workbook that unpacks to too much, or whose XML declares entities."""
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise _too_large()
        for part in parts.infolist():
            if part.filename.endswith((".xml", ".rels")):
                head = parts.open(part).read(4096)
                if any(sign in head for sign in _ENTITIES):
                    raise _broken("XML trong tệp có khai báo thực thể", "XML inside declares entities")


def _sheet(raw: bytes, name: str) -> Iterator[tuple[int, Row]]:
    from openpyxl import load_workbook  # with numpy a quarter of a second of every start, for files that seldom come

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that openpyxl does not keep
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    try:
        if name and name not in book.sheetnames:
            raise _broken(f"không có trang “{name}”", f"there is no sheet “{name}”")
        page = book[name] if name else book.worksheets[0]
        for count, cells in enumerate(page.iter_rows(values_only=True), 1):
            if count > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise _too_large()
            row = [_cell(value) for value in cells]
            if any(cell != "" for cell in row):
                yield count, row
    finally:
        book.close()


def _cell(value: object) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int() | float():
            return float(value)
        case datetime():
            return value
        case date():
            return datetime.combine(value, time())
        case time():
            return value.isoformat("seconds")
    return str(value).strip()


def _broken(vi: str, en: str) -> Refused:
    return Refused("table_broken", detail_vi=vi, detail_en=en)


def _too_large() -> Refused:
    return _broken(f"hơn {MOST_ROWS} dòng hoặc {MOST_COLUMNS} cột", f"over {MOST_ROWS} rows or {MOST_COLUMNS} columns")

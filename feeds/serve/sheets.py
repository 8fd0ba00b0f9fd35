"""Lists as files people open: CSV and Excel as they are read in Vietnam, stamped, bounded, with nothing that runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import IO, Any, Literal

import msgspec
import xlsxwriter

from feeds.catalogue.clock import vietnam

Kind = Literal["text", "number", "time", "span", "flag"]
Cell = str | int | float | bool | None
Format = Literal["csv", "xlsx"]

MOST_ROWS = 20_000
MOST_LETTERS = 32_000  # of a cell: Excel takes 32,767
FIRST_DAY = datetime(1900, 1, 1)  # a spreadsheet knows none before it
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
DAY_MS = 86_400_000
KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class Column(msgspec.Struct, frozen=True):
    """One column: a moment is given in ms, a span in ms (written as days), a flag as true or false."""

    key: str
    title: str
    kind: Kind = "text"
    decimals: int = 0
    width: int = 18


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says besides its rows; `cell` gives what stands in a column of a row, codes already as words."""

    name: str  # of the file, without its ending
    title: str
    stamp: str  # of a world that is not the real one; empty in the real one
    notes: list[str]
    columns: list[Column]
    flags: tuple[str, str]  # no, yes
    cell: Callable[[Column, Mapping[str, Any]], Cell]
    comma: bool = True  # decimal comma

    def head(self) -> list[str]:
        """The lines above the table."""
        return [line for line in (self.stamp, self.title, *self.notes) if line]


def write(format: Format, sheet: Sheet, rows: Iterable[Mapping[str, Any]], file: IO[bytes]) -> None:
    """The sheet in a format; rows are taken one by one and never held."""
    (_csv if format == "csv" else _xlsx)(sheet, rows, file)


def harmless(text: str) -> str:
    """`text` on one line, without control signs, and so that no program takes it for a formula."""
    flat = "".join(sign if sign.isprintable() else " " for sign in text[:MOST_LETTERS])
    return f"'{flat}" if text.lstrip(" \u00a0").startswith(STARTS_FORMULA) else flat


def _csv(sheet: Sheet, rows: Iterable[Mapping[str, Any]], file: IO[bytes]) -> None:
    """With a mark of UTF-8 that Excel looks for, semicolons, decimal commas."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(line)] for line in sheet.head())
    writer.writerow([harmless(column.title) for column in sheet.columns])
    for row in rows:
        writer.writerow([_as_text(sheet, column, sheet.cell(column, row)) for column in sheet.columns])
    text.flush()
    text.detach()


def _as_text(sheet: Sheet, column: Column, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, bool):
        return sheet.flags[value]
    if column.kind == "time":
        return f"{_moment(value):%d/%m/%Y %H:%M:%S}"
    decimals = max(1, column.decimals) if column.kind == "span" else column.decimals
    number = f"{value / DAY_MS if column.kind == 'span' else value:.{decimals}f}"
    return number.replace(".", ",") if sheet.comma else number


def _xlsx(sheet: Sheet, rows: Iterable[Mapping[str, Any]], file: IO[bytes]) -> None:
    """With real numbers and dates; nothing a cell says becomes a formula or a link."""
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "remove_timezone": True, **plain})
    page = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
    if sheet.stamp:
        page.set_header(f"&C&B{sheet.stamp}")  # on every sheet of paper as well
    head = sheet.head()
    for number, line in enumerate(head):
        page.write_string(number, 0, harmless(line), bold)
    for at, column in enumerate(sheet.columns):
        page.write_string(len(head), at, harmless(column.title), bold)
    page.freeze_panes(len(head) + 1, 1)
    formats = [book.add_format({"num_format": _number_format(column)}) for column in sheet.columns]
    for number, row in enumerate(rows, len(head) + 1):
        for at, (column, format) in enumerate(zip(sheet.columns, formats, strict=True)):
            _put(page, number, at, sheet, column, sheet.cell(column, row), format)
    book.close()


def _put(page: Any, row: int, at: int, sheet: Sheet, column: Column, value: Cell, format: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, at, harmless(value))
    elif isinstance(value, bool):
        page.write_string(row, at, sheet.flags[value])
    elif column.kind == "time":
        page.write_datetime(row, at, _moment(value), format)
    else:
        page.write_number(row, at, value / DAY_MS if column.kind == "span" else value, format)


def _number_format(column: Column) -> str:
    if column.kind == "time":
        return "dd/mm/yyyy hh:mm:ss"
    decimals = max(1, column.decimals) if column.kind == "span" else column.decimals
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _moment(ms: float) -> datetime:
    """Vietnam's time, as a spreadsheet knows it: without a zone, and not before its first day."""
    return max(vietnam(ms).replace(tzinfo=None), FIRST_DAY)

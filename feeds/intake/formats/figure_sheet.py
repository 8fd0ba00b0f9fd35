"""The Excel template for figures that people type: written for a feed and its places, read back cell by cell.

A hidden row carries the codes, so that titles may be reworded and columns removed. An empty cell says nothing; a zero
is a zero.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from feeds.catalogue.clock import TZ
from feeds.catalogue.model import Feed, Parameter
from feeds.intake.formats.cells import Cell, Row, rows
from feeds.intake.reasons import Refused, Rejection, rejection

MARK = "ioc-figures-1"
TITLE = "Số liệu"
HEAD, FIRST = 3, 4  # rows of the template, counted from 0: titles, first place
MOST_BYTES = 2 * 1024 * 1024
FORMS = ("%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S%z")
HOW = "Nhập số liệu vào các ô trắng; ô trống nghĩa là không có số liệu. Không đổi mã ở cột A."


class Typed(NamedTuple):
    """A figure of a sheet: where it stood, and what it says; `at` in ISO with the zone."""

    cell: str
    feed: str
    param: str
    place: str
    at: str
    value: float


class Sheet(NamedTuple):
    """What a sheet says, and the cells that cannot be read."""

    figures: list[Typed]
    refused: list[tuple[str, Rejection]]


def template(feed: Feed, parameters: Sequence[Parameter], places: Sequence[tuple[str, str]], at: int) -> bytes:
    """An Excel file to fill in: a row for each (code, name) of `places`, a column for each parameter, the time `at`."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(TITLE)
        bold, wrap = book.add_format({"bold": True}), book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        day, free = book.add_format({"num_format": "dd/mm/yyyy hh:mm"}), book.add_format({"locked": False})
        page.write_string(0, 0, f"{TITLE}: {feed.vi}", bold)
        page.write_string(1, 0, HOW)
        _row(page, 2, [MARK, feed.code, "at", *(each.code for each in parameters)])
        page.set_row(2, None, None, {"hidden": True})
        titles = ["Mã", "Địa bàn", "Thời điểm", *(f"{each.vi} ({each.unit})" for each in parameters)]
        _row(page, HEAD, titles, wrap)
        moment = datetime.fromtimestamp(at / 1000, TZ).replace(tzinfo=None, second=0, microsecond=0)
        for n, (code, name) in enumerate(places, FIRST):
            _row(page, n, [code, name])
            page.write_datetime(n, 2, moment, day)
        page.set_column(0, 0, 16)
        page.set_column(1, 1, 28)
        page.set_column(2, 2, 18, day)
        page.set_column(3, 2 + len(parameters), 16, free)
        page.freeze_panes(FIRST, 3)
    return out.getvalue()


def read(raw: bytes) -> Sheet:
    """The figures of a filled template; raises Refused for a file that is none."""
    if len(raw) > MOST_BYTES or raw[:4] != b"PK\x03\x04":
        raise Refused("sheet_broken")
    table = rows(raw)
    codes = next((row for _, row in table if row and row[0] == MARK), None)
    if codes is None or len(codes) < 4:
        raise Refused("sheet_foreign")
    sheet = Sheet([], [])
    next(table, None)  # the titles, whatever they say by now
    for number, row in table:
        _take(sheet, [str(code) for code in codes], number, row)
    return sheet


def _row(page: xlsxwriter.worksheet.Worksheet, row: int, cells: Sequence[str], form: object = None) -> None:
    for column, text in enumerate(cells):
        page.write_string(row, column, text, form)


def _take(sheet: Sheet, codes: list[str], number: int, row: Row) -> None:
    place = str(row[0]) if row else ""
    given = [(column, row[column]) for column in range(3, min(len(row), len(codes))) if row[column] != ""]
    if not place or not given:
        return
    try:
        at = _moment(row[2], xl_rowcol_to_cell(number - 1, 2))
    except Refused as refused:
        sheet.refused.append((xl_rowcol_to_cell(number - 1, 2), refused.rejection))
        return
    for column, said in given:
        cell = xl_rowcol_to_cell(number - 1, column)
        if isinstance(said, float):
            sheet.figures.append(Typed(cell, codes[1], codes[column], place, at, said))
        else:
            sheet.refused.append((cell, rejection("sheet_cell", cell=cell, said=said)))


def _moment(said: Cell, cell: str) -> str:
    if isinstance(said, datetime):
        return said.replace(tzinfo=TZ, microsecond=0).isoformat()
    for form in FORMS:
        try:
            moment = datetime.strptime(str(said), form)
        except ValueError:
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=TZ)).isoformat()
    raise Refused("sheet_time", cell=cell, said=said)

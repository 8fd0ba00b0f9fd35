"""The Excel template goes out, is filled in and comes back; what is no figure is told by its cell."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from random import Random
from typing import Any

import pytest
from openpyxl import load_workbook

from feeds.intake.formats.figure_sheet import FIRST, TITLE, Typed, read, template
from feeds.intake.reasons import Refused
from tests.intake.feed_samples import CATALOGUE

AT = 1_763_694_000_000  # 2025-11-21 10:00 +07:00
WHEN = "2025-11-21T10:00:00+07:00"
PLACES = [("2025:01", "Thành phố Hà Nội"), ("2025:46", "=1+1 Huế"), ("2025:48", "Đà Nẵng")]
BLANK = template(CATALOGUE.feeds["air"], [CATALOGUE.parameters[c] for c in ("pm25", "o3")], PLACES, AT)


def filled(cells: dict[str, Any], raw: bytes = BLANK) -> bytes:
    book = load_workbook(io.BytesIO(raw))
    for cell, value in cells.items():
        book[TITLE][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_empty_template_says_nothing_and_runs_nothing() -> None:
    assert read(BLANK) == ([], [])
    page = load_workbook(io.BytesIO(BLANK))[TITLE]
    assert page.cell(FIRST + 2, 2).value == "=1+1 Huế"
    assert page.cell(FIRST + 2, 2).data_type == "s" or b"<f>" not in BLANK
    assert page.row_dimensions[3].hidden


def test_what_is_filled_in_comes_back_with_its_cell() -> None:
    sheet = read(filled({"D5": 61.5, "E6": 0, "C6": "20/11/2025 08:30", "C7": datetime(2025, 11, 20), "D7": 4}))
    assert sheet.refused == []
    assert sheet.figures == [
        Typed("D5", "air", "pm25", "2025:01", WHEN, 61.5),
        Typed("E6", "air", "o3", "2025:46", "2025-11-20T08:30:00+07:00", 0.0),
        Typed("D7", "air", "pm25", "2025:48", "2025-11-20T00:00:00+07:00", 4.0),
    ]


def test_a_word_in_a_cell_costs_that_cell_alone() -> None:
    sheet = read(filled({"D5": "khoảng 60", "E5": 12, "C6": "hôm qua", "D6": 1}))
    assert [figure.cell for figure in sheet.figures] == ["E5"]
    assert [(cell, why.code) for cell, why in sheet.refused] == [("D5", "sheet_cell"), ("C6", "sheet_time")]
    assert "khoảng 60" in sheet.refused[0][1].vi


def test_titles_may_be_reworded_and_rows_added() -> None:
    sheet = read(filled({"A1": "Báo cáo ngày", "D4": "Bụi", "A8": "2025:01/00004", "C8": "21/11/2025", "E8": 9}))
    assert [figure.place for figure in sheet.figures] == ["2025:01/00004"]


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"MZ..", BLANK[: len(BLANK) // 2], BLANK + b"x" * 3_000_000])
def test_what_is_no_workbook_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        read(raw)


def test_another_workbook_is_told_apart() -> None:
    with pytest.raises(Refused) as refused:
        read(filled({"A3": "something"}))
    assert refused.value.rejection.code == "sheet_foreign"


def test_broken_workbooks_are_refused_and_nothing_breaks() -> None:
    """Damage inside the parts, packed again, so that the reader of XML sees it, and damage to the package."""
    dice = Random(10)
    with zipfile.ZipFile(io.BytesIO(filled({"D5": 1, "E6": 2}))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    told = 0
    for n in range(300):
        name = dice.choice([key for key in parts if "sheet1" in key or "workbook" in key or "sharedS" in key])
        raw = bytearray(parts[name])
        for _ in range(1 + n % 4):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as again:
            for key, body in (parts | {name: bytes(raw)}).items():
                again.writestr(key, body)
        try:
            told += len(read(out.getvalue()).figures)
        except Refused as refused:
            assert refused.rejection.vi
    assert told

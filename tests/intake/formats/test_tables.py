"""Tables of readings: the export of stations as provinces publish it, and any CSV or Excel with a declared mapping."""

import io
import random
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.intake.formats import table
from feeds.intake.formats.table import Column, TableForm
from tests.intake.formats.mutate import mutated

EXPORT = TableForm(time=["Thời gian"], decimal=",")
SHEET = (
    "\ufeffSTT;Thời gian;NO2(µg/Nm3);CO(mg/Nm3);Nhiệt độ(oC);Hướng gió(Degree);PM2.5(µg/Nm3)\r\n"
    "1;21/11/2026 10:00;86,5;0,8;24,1;120;1.061,2\r\n"
    "2;21/11/2026 11:00;;0,9;-;125;58,0\r\n"
).encode()
TEN, ELEVEN = "2026-11-21T10:00:00+07:00", "2026-11-21T11:00:00+07:00"


def table_said(raw, form=EXPORT, station="S1"):
    found = table.read(raw, form, station)
    return (
        {(one.station, one.at): one.values for one in found.sorted()},
        [(piece.why.code, piece.offset) for piece in found.unread],
    )


def test_a_station_export_says_its_units_in_the_header():
    values, unread = table_said(SHEET)
    assert values["S1", TEN] == {
        "NO2": {"v": 86.5, "unit": "µg/Nm3"},
        "CO": {"v": 0.8, "unit": "mg/Nm3"},
        "Nhiệt độ": {"v": 24.1, "unit": "oC"},
        "Hướng gió": {"v": 120.0, "unit": "Degree"},
        "PM2.5": {"v": 1061.2, "unit": "µg/Nm3"},
    }
    assert set(values["S1", ELEVEN]) == {"CO", "Hướng gió", "PM2.5"} and not unread


@pytest.mark.parametrize(
    "raw",
    [
        SHEET.decode("utf-8-sig").encode(),
        SHEET.decode("utf-8-sig").encode("utf-16"),
        SHEET.replace(b"\r\n", b"\n"),
        SHEET.replace(b";", b"\t"),
        b"T\xe1\xbb\x89nh;;;\n\n" + SHEET[3:],
        SHEET.replace("µ".encode(), "μ".encode()).replace("μg".encode(), "µg".encode()),
    ],
    ids=["no mark", "utf-16", "lf", "tabs", "a title above", "the two letters mu"],
)
def test_exports_of_many_programs_read_the_same(raw):
    assert table_said(raw) == table_said(SHEET)


def test_declared_columns_rename_and_give_units():
    form = TableForm(
        time=["Ngày", "Giờ"],
        station="Mã trạm",
        status="TT trạm",
        columns={"AMONI": "nh4_n", "Lưu lượng xả": Column("flow_water", "m3/h")},
        statuses={"Bảo trì": "03", "Tốt": "00"},
    )
    raw = (
        "Mã trạm,Ngày,Giờ,AMONI,Lưu lượng xả,Ghi chú,TT trạm\n"
        'NUO1,21/11/2026,10:00,"2,15",73.2,gì đó,Tốt\n'
        "NUO2,21/11/2026,10:00,,70,,Bảo trì\n"
        "NUO3,21/11/2026,10:00,1,1,,Hỏng\n"
    ).encode()
    values, unread = table_said(raw, form)
    assert values["NUO1", TEN] == {"nh4_n": {"v": 2.15}, "flow_water": {"v": 73.2, "unit": "m3/h"}}
    assert values["NUO2", TEN]["flow_water"] == {"v": 70.0, "unit": "m3/h", "status": "03"}
    assert unread == [("status_unknown", "row 4")]


def test_a_long_table_has_a_row_for_each_reading():
    form = TableForm(time=["t"], station="tram", parameter="thong_so", value="gia_tri", unit="don_vi")
    raw = (
        b"tram,t,thong_so,gia_tri,don_vi\n"
        b"A,2026-11-21 10:00:00,pH,7.2,-\n"
        b"A,2026-11-21 10:00:00,COD,38,mg/L\n"
        b"A,2026-11-21 10:00:00,pH,7.3,-\n"
        b",2026-11-21 10:00:00,pH,7.3,-\n"
    )
    values, unread = table_said(raw, form)
    assert values == {("A", TEN): {"pH": {"v": 7.2, "unit": "-"}, "COD": {"v": 38.0, "unit": "mg/L"}}}
    assert unread == [("reading_changed", "row 4, pH"), ("station_missing", "row 5")]


def workbook(rows, sheet="Số liệu"):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"})
    page = book.add_worksheet(sheet)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if isinstance(cell, datetime):
                page.write_datetime(i, j, cell)
            elif cell is not None:
                page.write(i, j, cell)
    book.close()
    return out.getvalue()


BOOK = workbook(
    [
        ["Sở Nông nghiệp và Môi trường"],
        ["STT", "Thời gian", "pH", "COD(mg/L)"],
        [1, datetime(2026, 11, 21, 10), 7.2, 38.4],
        [2, "21/11/2026 11:00", "7,3", "-"],
    ]
)


def test_an_excel_file_reads_like_the_csv_of_it():
    values, unread = table_said(BOOK)
    assert values == {
        ("S1", TEN): {"pH": {"v": 7.2}, "COD": {"v": 38.4, "unit": "mg/L"}},
        ("S1", ELEVEN): {"pH": {"v": 7.3}},
    }
    assert not unread


def test_excels_own_days_are_times_to_the_second():
    serial = (datetime(2026, 11, 21, 10, 30) - datetime(1899, 12, 30)).total_seconds() / 86_400
    values, _ = table_said(workbook([["Thời gian", "pH"], [serial, 7]]))
    assert list(values) == [("S1", "2026-11-21T10:30:00+07:00")]


@pytest.mark.parametrize(
    ("raw", "form", "codes"),
    [
        (b"", EXPORT, ["column_missing"]),
        (b"a;b\n1;2\n", EXPORT, ["column_missing"]),
        (SHEET, TableForm(time=["Thời gian"], status="TT"), ["column_missing"]),
        (SHEET, TableForm(time=["Thời gian"], columns={"CO2": "co"}), ["column_missing"]),
        (BOOK, TableForm(time=["Thời gian"], sheet="Khác"), ["table_broken"]),
        (BOOK[:200], EXPORT, ["table_broken"]),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, EXPORT, ["table_broken"]),
        (SHEET.replace(b"21/11/2026 10:00", b"11/21/2026 10:00"), EXPORT, ["stamp_unreadable"]),
        (SHEET.replace(b"86,5", b"cao"), EXPORT, ["number_unreadable"]),
        (SHEET.replace(b"86,5;", b"86,5;0;"), EXPORT, ["line_columns_head"]),
        (b"Th\xe1\xbb\x9di gian,pH\n21/11/2026 10:00,7,2\n", EXPORT, ["line_columns_head"]),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(raw, form, codes):
    found = table.read(raw, form, "S1")
    assert [piece.why.code for piece in found.unread] == codes


def test_a_workbook_with_entities_is_refused():
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name.endswith("sheet1.xml"):
                body = b'<!DOCTYPE x [<!ENTITY a "b">]>' + body
            new.writestr(name, body)
    assert table_said(out.getvalue())[1] == [("table_broken", "")]


@pytest.mark.parametrize(
    ("raw", "waits"),
    [(SHEET, False), (SHEET[:-2], False), (SHEET[:-9], True), (b" ", True), (BOOK, False), (BOOK[:-30], True)],
)
def test_half_a_table_is_known_by_its_end(raw, waits):
    assert table.unfinished(raw) is waits


def sound_table(raw: bytes) -> None:
    found = table.read(raw, EXPORT, "S1")
    table.unfinished(raw)
    for piece in found.unread:
        assert piece.why.vi and piece.why.en and piece.why.code
    for moment in found.sorted():
        assert moment.values and all(isinstance(one["v"], float) for one in moment.values.values())


def test_ten_thousand_mutated_tables():
    chance = random.Random(42)
    for _ in range(9_700):
        sound_table(mutated(chance, SHEET))
    for _ in range(300):
        sound_table(mutated(chance, BOOK))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: ("Thời gian;pH\n" + text).encode()))
def test_any_bytes_are_read_or_refused_as_a_table(raw):
    sound_table(raw)

"""Files opened again: what a person sees in CSV and Excel is what the list said, stamped, and none of it runs."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import callbacks
from feeds.catalogue.scope import Scope
from feeds.catalogue.settings import Settings
from feeds.serve import sheets
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.desk import Desk as Doors
from feeds.serve.sheets import Column, Sheet, harmless
from layouts.site import Site
from tests.e2e.canned_records import PHONE, UNIT, Desk, doors

AT = 1_795_231_800_000  # 21/11/2026 10:30:00
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
COLUMNS = [
    Column("id", "Mã"), Column("v", "Trị số", "number", 2), Column("at", "Lúc", "time"),
    Column("late", "Quá hạn", "span"), Column("ok", "Đúng hạn", "flag"),
]  # fmt: skip
ROWS: list[dict[str, Any]] = [
    {"id": "=cmd|' /C calc'!A0", "v": -1234.5, "at": AT, "late": 36 * 3_600_000, "ok": True},
    {"id": "Ẵ\r\n;\t\"x\"", "v": None, "at": None, "late": None, "ok": False},
]  # fmt: skip


def sheet(stamp: str = "DỮ LIỆU MÔ PHỎNG") -> Sheet:
    return Sheet(
        name="x", title="Hồ sơ", stamp=stamp, notes=["Lập lúc"], columns=COLUMNS, flags=("không", "có"),
        cell=lambda column, row: row[column.key],
    )  # fmt: skip


def written(format: sheets.Format, stamp: str = "DỮ LIỆU MÔ PHỎNG", rows: list[dict[str, Any]] = ROWS) -> bytes:
    file = io.BytesIO()
    sheets.write(format, sheet(stamp), iter(rows), file)
    return file.getvalue()


@pytest.mark.parametrize("at", [-62_135_600_000_000, -3_000_000_000_000, 253_402_300_799_000, 10**17])
def test_a_stamp_that_no_calendar_can_write_does_not_break_the_file(at: int) -> None:
    rows = [ROWS[0] | {"at": at}]
    lines = written("csv", rows=rows).decode("utf-8-sig").splitlines()
    assert len(lines) == 5 and ("1900" in lines[4] or "9999" in lines[4])
    assert len(cells(written("xlsx", rows=rows))) >= 12


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", "\tx", "\r=x", "  =1", "\u00a0=1", "\n@x"])
def test_what_begins_like_a_formula_is_words(text: str) -> None:
    assert harmless(text).startswith("'")
    assert harmless("a" + text).isprintable()


def test_csv_reads_as_in_vietnam() -> None:
    body = written("csv")
    assert body.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert lines[:3] == [["DỮ LIỆU MÔ PHỎNG"], ["Hồ sơ"], ["Lập lúc"]]
    assert lines[3] == ["Mã", "Trị số", "Lúc", "Quá hạn", "Đúng hạn"]
    assert lines[4] == ["'=cmd|' /C calc'!A0", "-1234,50", "21/11/2026 10:30:00", "1,5", "có"]
    assert lines[5] == ['Ẵ  ; "x"', "", "", "", "không"]


def cells(body: bytes) -> dict[str, tuple[str, str]]:
    """Cell -> (kind, what it says): `n` a number, `s` or `str` words."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        page = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert not [name for name in book.namelist() if "externalLink" in name or "hyperlink" in name]
    assert page.find(".//m:f", NS) is None, "no cell is a formula"
    found = {}
    for cell in page.iterfind(".//m:c", NS):
        inline, value = cell.find("m:is/m:t", NS), cell.find("m:v", NS)
        said = inline if inline is not None else value
        found[cell.get("r", "")] = (cell.get("t", "n"), (said.text or "") if said is not None else "")
    return found


def test_excel_holds_numbers_and_dates_and_no_formula() -> None:
    found = cells(written("xlsx"))
    assert found["A1"] == ("inlineStr", "DỮ LIỆU MÔ PHỎNG")
    assert found["A5"][1].startswith("'=cmd")
    assert found["B5"] == ("n", "-1234.5")
    days = float(found["C5"][1])  # since 30/12/1899, as spreadsheets count
    assert (int(days), round(days % 1 * 24, 4)) == (46347, 10.5)
    assert found["D5"] == ("n", "1.5")
    assert found["E5"][1] == "có"
    assert "B6" not in found and "C6" not in found
    with zipfile.ZipFile(io.BytesIO(written("xlsx"))) as book:
        styles, page = book.read("xl/styles.xml").decode(), book.read("xl/worksheets/sheet1.xml").decode()
    assert "dd/mm/yyyy hh:mm:ss" in styles and "#,##0.00" in styles
    assert "DỮ LIỆU MÔ PHỎNG</oddHeader>" in page, "rule 28: every printed sheet carries it"


def test_the_real_world_has_no_stamp() -> None:
    assert "MÔ PHỎNG" not in written("csv", "").decode("utf-8-sig")
    assert cells(written("xlsx", ""))["A1"][1] == "Hồ sơ"


@pytest.fixture
def client(canned_site: Site, canned_desk: Desk) -> TestClient:
    return TestClient(Starlette(routes=doors(canned_site, canned_desk, lambda scope: {})), raise_server_exceptions=True)


def test_the_list_comes_as_a_file_with_words_for_codes(client: TestClient) -> None:
    answer = client.get(f"/api/v1/export/{UNIT}.csv", params={"i": "adm_overdue_open", "in": "", "sort": "due"})
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="adm_overdue_open_{UNIT}_')
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    head = next(at for at, line in enumerate(lines) if line[0] == "Mã")
    assert lines[head][1:4] == ["Thủ tục", "Địa bàn", "Tiếp nhận"]
    assert lines[3] == [f"{len(lines) - head - 1} bản ghi"]
    assert PHONE not in answer.text
    english = client.get(f"/api/v1/export/{UNIT}.csv", params={"i": "air_pm25_24h", "lang": "en"}).content
    assert ";Station;" in english.decode("utf-8-sig") and "," not in english.decode("utf-8-sig").split("\r\n")[-2]


def test_a_file_is_bounded_and_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 7)
    text = client.get(f"/api/v1/export/{UNIT}.csv", params={"i": "adm_open"}).content.decode("utf-8-sig")
    assert "tệp chỉ chứa 7 dòng đầu" in text
    assert sum(line.startswith("H36.") for line in text.split("\r\n")) == 7


@pytest.mark.parametrize(("path", "status"), [("99.csv?i=adm_open", 404), ("68.pdf?i=adm_open", 404), ("68.csv", 404),
                                              ("68.csv?i=adm_open&sort=rev", 400)])  # fmt: skip
def test_what_cannot_be_given_is_refused_with_a_sentence(client: TestClient, path: str, status: int) -> None:
    with pytest.raises(Refusal) as refusal:
        client.get(f"/api/v1/export/{path}")
    assert refusal.value.status == status


def test_origin_says_parts_newest_and_revisions(client: TestClient) -> None:
    said = client.get(f"/api/v1/origin/{UNIT}/adm_ontime_rate").json()
    assert said["n"] == said["parts"]["den"] >= said["parts"]["num"] > 0
    assert said["newest"]["source"] == "mot-cua" and said["newest"]["seq"] is not None
    assert said["newest"]["received"] > said["newest"]["at"]
    assert [(r["old"], r["new"]) for r in said["revisions"]] == [(97.5, 97.3), (96.9, 97.5)]


def test_doors_ask_who_is_there(canned_site: Site, canned_desk: Desk) -> None:
    class Provincial(Access):
        def sight(self, connection: Any) -> Scope:
            return Scope(frozenset({"79"}))

    from feeds.catalogue.scope import OutOfScope

    access = Provincial(Settings(demo=True))
    routes = Doors(canned_desk.evidence, canned_desk.evidence, access, callbacks.describer(canned_site)).routes()  # type: ignore[arg-type]
    for path in (f"export/{UNIT}.csv?i=adm_open", f"origin/{UNIT}/adm_open"):
        with pytest.raises(OutOfScope):
            TestClient(Starlette(routes=routes)).get(f"/api/v1/{path}")
    nobody, describe = Access(Settings(demo=False)), callbacks.describer(canned_site)
    stranger = Doors(canned_desk.evidence, canned_desk.evidence, nobody, describe).routes()  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        TestClient(Starlette(routes=stranger)).get(f"/api/v1/export/{UNIT}.csv?i=adm_open")

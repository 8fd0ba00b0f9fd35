"""The list of records as a tree: columns and words from the catalogue, parts that lead on, addresses that restore."""

from __future__ import annotations

from typing import Any

import pytest

from feeds.catalogue.question import Question
from feeds.catalogue.question import read as asked
from layouts import document, listing, record, records, table, waiting
from layouts.asking import Listing
from layouts.document import DashParts
from tests.layouts.conftest import PageOf

AT = 1_795_231_800_000
ROW = {
    "id": "H36.68-1", "type": "dossier", "state": "processing", "open": True, "place": "68/24787", "unit": "68",
    "source": "mot-cua", "at": AT, "due": AT - 86_400_000, "overdue": 19 * 86_400_000, "times.received": AT,
    "fields.procedure": "<b>x</b>", "fields.field": "Đất đai", "fields.on_time": True, "fields.legal_days": 2.5,
}  # fmt: skip


def opened(page_of: PageOf, total: int = 146, **query: str) -> tuple[Any, Question, Listing]:
    page = page_of("/p/68/dossiers/r", i="adm_open", **query)
    feed = page.site.catalogue.feeds["dossiers"]
    question = asked("68", "adm_open", query)
    shares = {"inside": [("68/24787", 100), ("68/24781", 46)], "field": [("Đất đai", 146)], "channel": []}
    columns = table.columns(page, "records", feed, (), ())
    return page, question, Listing("records", feed, columns, total, False, 50_000, shares, ("overdue", True))


def walk(node: Any) -> list[Any]:
    children = getattr(node, "children", None)
    below = children if isinstance(children, list | tuple) else [children] if children is not None else []
    return [node, *(found for child in below for found in walk(child))]


def test_columns_are_those_the_catalogue_declares_with_their_names(page_of: PageOf) -> None:
    page, _, told = opened(page_of)
    assert [c.title for c in told.columns] == [
        "Mã",
        "Thủ tục",
        "Địa bàn",
        "Tiếp nhận",
        "Hẹn trả",
        "Quá hạn",
        "Trạng thái",
    ]
    feed = told.feed
    shown = [table.shown(page, feed, column, ROW) for column in told.columns]
    assert shown[0] == "H36.68-1" and shown[1] == "<b>x</b>"
    assert shown[3:] == ["10:30 21/11/2026", "10:30 20/11/2026", "19 ngày", "Đang xử lý"]
    english = page_of("/p/68/dossiers/r", lang="en")
    assert [c.title for c in table.columns(english, "records", feed, (), ())][3:5] == ["Received", "Due"]


def test_every_feed_and_kind_has_its_columns(page_of: PageOf) -> None:
    page = page_of("/d/air/r")
    for feed in page.site.catalogue.feeds.values():
        present = {f"values.{code}" for code in feed.parameters} | {f"fields.{name}" for name in feed.fields}
        kind = "records" if feed.kind == "records" else "events"
        assert table.columns(page, kind, feed, (), present)
        assert "fields.author_hash" not in {c.key for c in table.columns(page, kind, feed, (), present)}
    for kind in table.LISTS:
        assert table.columns(page, kind, None, (), ())


def test_parts_of_the_list_narrow_it_and_the_chosen_one_lets_go(page_of: PageOf) -> None:
    page, question, told = opened(page_of, **{"in": "68/24787", "theme": "dark", "page": "3"})
    links = [n for n in walk(listing.root(page, question, told)[0]) if getattr(n, "href", "").startswith("/p/68")]
    first, second = links[1], links[2]
    assert getattr(first, "aria-current") == "true" and "in=" not in first.href
    assert "in=68%2F24781" in second.href and "theme=dark" in second.href and "page" not in second.href


def test_the_grid_knows_its_length_page_and_order_before_its_rows(page_of: PageOf) -> None:
    page, question, told = opened(page_of, page="3", sort="-due")
    [grid] = [n for n in walk(listing.root(page, question, told)[0]) if type(n).__name__ == "AgGrid"]
    assert grid.dashGridOptions["infiniteInitialRowCount"] == 146 and grid.paginationGoTo == 2
    assert [d["field"] for d in grid.columnDefs if d.get("sort")] == ["overdue"]
    assert {d["field"] for d in grid.columnDefs if d["sortable"]} == {"id", "times.received", "due", "overdue", "state"}
    assert grid.id["of"] == "/p/68/dossiers/r?i=adm_open&sort=-due&page=3"


def test_rows_lead_to_their_record_and_bars_are_shares_of_the_longest(page_of: PageOf) -> None:
    page, question, told = opened(page_of)
    other = ROW | {"id": "H36/68 2", "overdue": 38 * 86_400_000}
    first, second = listing.rows(page, question, told.feed, told.columns, [ROW, other])
    assert (first["_share"], second["_share"]) == (0.5, 1.0)
    assert second["_href"] == "/p/68/dossiers/r/H36/68%202?i=adm_open"


def test_an_empty_list_says_so_and_shows_no_grid(page_of: PageOf) -> None:
    page, question, told = opened(page_of, total=0)
    kinds = [type(n).__name__ for n in walk(listing.root(page, question, told)[0])]
    assert "AgGrid" not in kinds and kinds.count("Select") == 3


def test_a_record_tells_newest_first_what_each_step_said_anew(page_of: PageOf) -> None:
    page = page_of("/p/68/dossiers/r/H36.68-1")
    feed = page.site.catalogue.feeds["dossiers"]
    step = {
        "source": "mot-cua",
        "seq": 14,
        "at": AT,
        "received": AT + 7000,
        "state": "received",
        "fields": {"paid": "fee"},
    }
    later = step | {"seq": 15, "at": AT + 3_600_000, "received": AT + 3_609_000, "state": "finished"}
    tree = walk(record.root(page, feed, ROW, [step, later])[0])
    words = [n for n in tree if isinstance(n, str)]
    assert words.index("Đã xử lý") < words.index("Tiếp nhận", words.index("Diễn biến, 2 bước"))
    assert "quá hạn 19 ngày" in words and "mot-cua · số thứ tự 14" in words and "nhận trễ 7 giây" in words
    assert words.count("Thanh toán: Có phí, nộp trực tiếp") == 1


def test_pages_of_records_keep_room_and_others_never_ask_for_the_grid(page_of: PageOf) -> None:
    page = page_of("/p/68/dossiers/r", i="adm_open")
    [room] = [n for each in records.content(page) if each is not None for n in each.find(id="react-entry-point")]  # type: ignore[union-attr]
    assert room.get("data-desk") == "" == room.get("data-waits"), "it says that it is being opened"
    [told] = waiting.stood("/p/68/dossiers/r/H36.68-000001", [])
    assert told.to_plotly_json()["props"]["data-of"] == "/p/68/dossiers/r/", "the name of a record is not repeated"
    core, grid = '<script src="/x/dash/r.js"></script>', '<script src="/x/dash_ag_grid/g.js"></script>'
    whole = document.closed("", DashParts(scripts=core + grid))
    usual, desk = whole.split('<template id="desk-scripts"')
    assert "dash_ag_grid" not in usual and "dash/r.js" in usual and "dash_ag_grid" in desk


@pytest.mark.parametrize("key", ["68/24787", "vn", "agency:bca", "2025:xx", ""])
def test_places_are_named_or_shown_as_they_are(page_of: PageOf, key: str) -> None:
    assert isinstance(table.place_name(page_of("/d/dossiers/r"), key), str)

"""Addresses, numbers, limits, charts: the small pure functions behind a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.settings import ROOT
from layouts import address, charts, drill, facts, figure, health, scales
from layouts.address import HOURS, NoSuchPage, View
from layouts.charts import Line
from layouts.ends import ends as ends_of
from layouts.node import to_html
from layouts.numbers import MINUS, bare, number, quantity
from layouts.site import Site
from tests.layouts.conftest import TODAY, PageOf

GAP = 2.5  # between two words of a scale, in per cent of the narrowest


@given(
    place=st.sampled_from(["vn", "01", "79"]),
    domain=st.sampled_from([None, "air", "water"]),
    indicator=st.sampled_from([None, "air_aqi_hour"]),
    selected=st.sampled_from([None, "01", "HN-KHI-001", "48/20333"]),
    hours=st.sampled_from(HOURS),
    theme=st.sampled_from(["light", "dark", "system"]),
    lang=st.sampled_from(["vi", "en"]),
    record=st.sampled_from([None, "", "H26/2", "H36.68-000007"]),
    moment=st.sampled_from([None, "2026-11-22T02:00"]),
)
def test_every_view_has_an_address_that_restores_it(
    site: Site,
    place: str,
    domain: str | None,
    indicator: str | None,
    selected: str | None,
    hours: int,
    theme: str,
    lang: str,
    moment: str | None,
    record: str | None,
) -> None:
    from urllib.parse import parse_qsl, urlsplit

    study = place == "vn" and domain is None
    behind = record is not None and domain is not None
    more = {"records": behind, "record": (record or "") if behind else ""}
    view = View(place, domain, indicator, selected, hours, theme, lang, study=study, moment=moment, **more)  # type: ignore[arg-type]
    parts = urlsplit(view.href())
    assert address.read(parts.path, dict(parse_qsl(parts.query)), site.catalogue, site.places) == view


@pytest.mark.parametrize(
    "path", ["/p/99", "/p/02", "/d/nothing", "/p/01/nothing", "/x", "/p", "/p/01/air/more", "/p/01/r", "/r", "/d/r"]
)
def test_addresses_of_nothing_are_refused(site: Site, path: str) -> None:
    with pytest.raises(NoSuchPage):
        address.read(path, {}, site.catalogue, site.places)


@pytest.mark.parametrize("path", ["/p/01/r", "/r", "/d/r", "/p/01/r/x"])
def test_records_stand_behind_a_domain(site: Site, path: str) -> None:
    with pytest.raises(NoSuchPage):
        address.read(path, {}, site.catalogue, site.places)


def test_wrong_query_still_shows_the_page(site: Site) -> None:
    query = {"i": "<script>", "hours": "7 days", "theme": "pink", "lang": "fr", "pick": "x" * 999, "at": "x"}
    view = address.read("/", query, site.catalogue, site.places)
    assert (view.indicator, view.hours, view.theme, view.lang) == (None, None, "light", "vi")
    assert len(view.selected or "") == 80
    assert view.moment is None
    older = address.read("/", {"at": "52"}, site.catalogue, site.places)
    assert (older.selected, older.moment) == ("52", None)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234567.8, 1, "1.234.567,8"), (-0.04, 1, "0,0"), (-5, 0, f"{MINUS}5"), (0, 0, "0"), (999.995, 2, "1.000,00")],
)
def test_numbers_are_written_the_vietnamese_way(value: float, decimals: int, text: str) -> None:
    """Rule 26: `1.234.567,8`."""
    assert number(value, decimals) == text


def test_numbers_in_english_and_running_text() -> None:
    assert number(1234567.8, 1, "en") == "1,234,567.8"
    assert quantity(94.2, 1, "%") == "94,2%"
    assert quantity(45, 0, "µg/m³") == "45\u00a0µg/m³"
    assert (bare(98.0), bare(0.5), bare(1.25)) == ("98", "0,5", "1,25")


def test_class_bounds_ascend_for_every_indicator(site: Site) -> None:
    for indicator in site.catalogue.indicators.values():
        found = scales.breaks(indicator, scales.Case(TODAY, due=site.due))
        assert len(found) == 4, indicator.code
        assert list(found) == sorted(found), indicator.code


def test_ends_of_a_gauge_are_apart(site: Site) -> None:
    for indicator in site.catalogue.indicators.values():
        for nation in (True, False):
            low, high = scales.extent(indicator, nation)
            assert low < high, indicator.code


def test_limits_in_words_name_their_source(page_of: PageOf, site: Site) -> None:
    words = page_of("/").words
    names = {code: i.vi for code, i in site.catalogue.indicators.items()}
    for indicator in site.catalogue.indicators.values():
        for row in scales.in_words(indicator, scales.Case(TODAY), words, names):
            assert row["limit"] and row["source"], indicator.code


def test_a_gap_is_drawn_as_a_gap(page_of: PageOf) -> None:
    """Rule 24: nothing is interpolated."""
    page = page_of("/d/air")
    line = Line("Cả nước", ["2026-11-21T08:00:00+07:00"] * 3, [1.0, None, 3.0])
    drawn = charts.trend(page, page.coloured_by, [line])
    assert drawn["data"][0]["y"] == [1.0, None, 3.0]
    assert drawn["data"][0]["connectgaps"] is False


@pytest.mark.parametrize(("end", "edge"), [(20.0, "top"), (180.0, "bottom")])
def test_the_stamp_in_a_chart_stands_where_its_line_does_not_end(page_of: PageOf, end: float, edge: str) -> None:
    page = page_of("/d/air")
    line = Line("Cả nước", ["2026-11-21T08:00:00+07:00"] * 2, [100.0, end])
    (stamp,) = (
        a for a in charts.trend(page, page.coloured_by, [line])["layout"]["annotations"] if a["text"] == page.stamp
    )
    assert stamp["yanchor"] == edge


def test_hostile_names_do_not_reach_plotly_as_markup(page_of: PageOf) -> None:
    page = page_of("/d/air")
    line = Line('<a href="javascript:alert(1)">x</a>', ["2026-11-21T08:00:00+07:00"], [1.0])
    assert "<a" not in repr(charts.trend(page, page.coloured_by, [line, line]))


def test_zoom_survives_new_figures(page_of: PageOf) -> None:
    page = page_of("/d/air")
    one = charts.trend(page, page.coloured_by, [Line("a", ["2026-11-21T08:00:00+07:00"], [1.0])])
    two = charts.trend(page, page.coloured_by, [Line("a", ["2026-11-21T09:00:00+07:00"], [2.0])])
    assert one["layout"]["uirevision"] == two["layout"]["uirevision"]


def test_empty_and_failed_history_say_different_things(page_of: PageOf) -> None:
    page = page_of("/d/air")
    empty = drill.chart(page, [Line("a", [], [])])
    failed = drill.chart(page, [], failed=True)
    assert empty[1].children == page.words("trend.empty")
    assert failed[1].children == page.words("trend.failed")
    assert drill.chart(page, [Line("a", [], [])], writing=True)[1].children == page.words("trend.writing")
    half = drill.chart(page, [Line("a", ["2026-11-21T08:00:00+07:00"], [1.0])], writing=True)
    assert half[2].children == page.words("trend.writing"), "a gap that may yet fill is said beneath the line"
    assert len(drill.chart(page, [Line("a", ["2026-11-21T08:00:00+07:00"], [1.0])])) == 2


def test_cadence_in_words(page_of: PageOf) -> None:
    page = page_of("/")
    assert [health.span_words(page, s) for s in (30, 300, 3600, 5400, 86400)] == [
        "30 giây",
        "5 phút",
        "1 giờ",
        "1,5 giờ",
        "1 ngày",
    ]


def test_ids_of_callbacks_are_made_in_one_place() -> None:
    import re
    from pathlib import Path

    source = "".join(path.read_text(encoding="utf-8") for path in Path("callbacks").glob("*.py"))
    assert not re.findall(r"(?:Input|Output|State)\(\s*[\"']", source), "ids come from layouts.ids"


def test_an_address_wins_over_what_the_browser_keeps(site: Site) -> None:
    kept = {"theme": "dark", "lang": "en", "shade": "dark", "session": "secret"}
    read = [
        address.read("/", address.with_kept(query, kept), site.catalogue, site.places)
        for query in ({}, {"lang": "vi", "theme": "system"})
    ]
    assert [(view.lang, view.theme, view.shade) for view in read] == [("en", "dark", "dark"), ("vi", "system", "dark")]
    assert "shade" not in read[1].href() and "session" not in address.with_kept({}, kept)


def test_a_province_has_no_cell_for_what_only_the_nation_is_told(page_of: PageOf) -> None:
    for path, cells in (("/", 1), ("/p/01", 0)):
        page = page_of(path)
        told = {feed.code: feed for feed in health.feeds(page) if feed.partition == "nation" and not feed.optional}
        assert told, "the catalogue has such feeds"
        drawn = to_html(health.short(page)), to_html(health.panel(page, every=False))
        for code in told:
            assert [html.count(f'data-feed="{code}"') for html in drawn] == [cells, cells]
            assert facts.page_facts(page)["feeds"][code]["optional"] is not bool(cells)


def test_words_of_a_gauge_leave_each_other_room(page_of: PageOf) -> None:
    page = page_of("/")
    shift = {"start": 0, "middle": 0.5, "end": 1}
    for indicator in page.site.catalogue.indicators.values():
        found = ends_of(page.site.catalogue, indicator, page.case(indicator)) or scales.extent(indicator, True)
        drawn = to_html(figure.scale(page, indicator, *found))
        spans = []
        for attrs, word in re.findall(r"<text([^>]*)>([^<]*)</text>", drawn):
            told = dict(re.findall(r'([\w-]+)="([^"]*)"', attrs))
            left = float(told["x"].rstrip("%")) - 3.6 * len(word) * shift[told["text-anchor"]]
            spans.append((left, left + 3.6 * len(word), told["text-anchor"]))
        ends = [span for span in spans if span[2] != "middle"]
        assert not [1 for a in ends for b in spans if a != b and a[0] < b[1] + GAP and b[0] < a[1] + GAP], (
            indicator.code,
            spans,
        )


def test_a_chart_comes_into_the_room_that_was_kept_for_it(page_of: PageOf) -> None:
    """Rule 27: at 450 pixels, Plotly's own, it moved everything below it by 134."""
    line = Line("a", ["2026-11-21T08:00:00+07:00", "2026-11-21T09:00:00+07:00"], [1.0, 2.0])
    _, graph = drill.chart(page_of("/d/air"), [line])
    sheet = (ROOT / "assets" / "css" / "desk.css").read_text(encoding="utf-8")
    room, above, spans, picture = (
        float(re.findall(pattern, sheet)[0])
        for pattern in (
            r"\.drill \{ min-height: ([\d.]+)rem", r"\.drill \{[^}]*padding-top: ([\d.]+)rem",
            r"\.spans \{[^}]*height: ([\d.]+)rem",
            r"\.picture \{[^}]*height: ([\d.]+)rem",
        )
    )  # fmt: skip
    height = float(graph.style["height"].removesuffix("rem"))
    assert height == picture, "the first picture and the chart are the same size"
    assert above + spans + height <= room

"""The page of every open alert: worst first, narrowed by the address, each row with the way to what it is about."""

from __future__ import annotations

import json
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from callbacks import open_alerts as opening
from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.scope import Scope
from layouts import open_alerts
from layouts.alerts import panel
from layouts.words import LANGS
from tests.layouts.conftest import PageOf

NOW = 1_795_231_800_000


def alert(place: str, indicator: str, level: int, hours: int, entity: str | None = None) -> dict[str, Any]:
    return {"place": place, "indicator": indicator, "entity": entity, "level": level, "since": NOW - hours * HOUR_MS,
            "value": 165.4, "limit": 100.0}  # fmt: skip


ALERTS = [
    alert("vn", "dq_complete", 2, 1), alert("46", "air_aqi_hour", 3, 2), alert("01", "air_aqi_hour", 2, 30, "HN-1"),
    alert("01", "adm_overdue_open", 2, 3), alert("01", "of_a_domain_taken_out", 1, 1),
]  # fmt: skip


def grid(parts: Any) -> list[dict[str, Any]]:
    text = json.loads(json.dumps(parts, cls=PlotlyJSONEncoder))
    found: list[Any] = [text]
    while found:
        one = found.pop()
        if isinstance(one, dict) and "rowData" in one:
            return list(one["rowData"])
        found += one.values() if isinstance(one, dict) else one if isinstance(one, list) else []
    return []


@pytest.mark.parametrize("lang", LANGS)
def test_open_alerts_stand_worst_first_and_lead_on(page_of: PageOf, lang: str) -> None:
    page = page_of("/alerts", lang=lang)
    rows = grid(open_alerts.root(page, ALERTS, NOW, {}))
    assert [row["_sign"] for row in rows] == [2, 2, "system", 3]
    newest, air, data, _ = rows
    assert newest["indicator"] == page.words.short(page.site.catalogue.indicators["adm_overdue_open"])
    assert data["_records"].startswith("/quality"), "what is wrong with data comes last and leads to what was refused"
    assert air["_href"].startswith("/p/01/air?i=air_aqi_hour&pick=HN-1")
    assert air["_records"].startswith("/p/01/air/r?i=air_aqi_hour")
    assert "&in=HN-1&from=2026-11-20T03%3A00" in air["_records"], "the readings of its station since the hour before"
    assert "hours=72" in air["_href"], "the chart reaches back to where it began"
    assert "from=" not in newest["_records"] and "hours=" not in newest["_href"], "open records are told of all of them"
    assert (air["value"], air["limit"], air["since"]) == ("165", "100", "04:30 20/11/2026")
    assert air["age"] == page.words("js.age.day", n="1") and page.words("severity.2.word") in air["level"]


@pytest.mark.parametrize(("query", "count"), [({"level": "3"}, 1), ({"place": "01"}, 2), ({"domain": "air"}, 2),
                                              ({"place": "01", "domain": "air"}, 1), ({"level": "1"}, 0)])  # fmt: skip
def test_the_address_narrows_open_alerts(page_of: PageOf, query: dict[str, str], count: int) -> None:
    page = page_of("/alerts")
    parts = open_alerts.root(page, ALERTS, NOW, query)
    assert len(grid(parts)) == count
    if not count:
        assert page.words("alerts.none") in json.dumps(parts, cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_open_alerts_are_asked_for_within_the_session_and_a_failure_is_said(page_of: PageOf) -> None:
    page, hue = page_of("/alerts"), Scope(frozenset({"46"}))
    seen: list[Scope] = []
    opening.opened(page, lambda scope: seen.append(scope) or [], hue, NOW, {})  # type: ignore[func-returns-value]

    def away(_scope: Scope) -> list[dict[str, Any]]:
        raise OSError("away")

    said = json.dumps(opening.opened(page, away, hue, NOW, {}), cls=PlotlyJSONEncoder, ensure_ascii=False)
    assert seen == [hue] and page.words("list.failed") in said


@pytest.mark.parametrize(("path", "address"), [("/", "/alerts"), ("/p/46/air", "/alerts?domain=air&place=46")])
def test_what_a_panel_of_alerts_leaves_out_is_one_click_away(page_of: PageOf, path: str, address: str) -> None:
    page = page_of(path)
    link = next(panel(page, domain=page.view.domain).find(data_part="more"))
    told, _, query = (link.get("href") or "").partition("?")
    assert link.tag == "a" and told == "/alerts"
    assert sorted(query.split("&")) == sorted(address.partition("?")[2].split("&"))

"""Dash joined to the pages: every address answers with its page, unknown ones with 404, definitions for the card."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from dash import Dash
from flask.testing import FlaskClient

import callbacks
from callbacks.pages import Pages
from feeds.catalogue.clock import TZ, TickClock
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import ROOT, Settings

ASKED = [("", "24"), ("01/00004", "24"), ("x", "72")]


@pytest.fixture(scope="module")
def ticking() -> TickClock:
    return TickClock(round(datetime(2026, 11, 21, 23, 59, 50, tzinfo=TZ).timestamp() * 1000))


@pytest.fixture(scope="module")
def client(ticking: TickClock) -> FlaskClient:
    app = Dash("ioc", assets_folder=str(ROOT / "assets"), include_assets_files=False)
    site = callbacks.site(Settings())
    callbacks.register(app, site, clock=ticking, sight=lambda: NATION, series=lambda *_: {"t": [], "v": []})
    return app.server.test_client()


@pytest.mark.parametrize(
    "path", ["/", "/p/01", "/p/01/air", "/d/water", "/catalogue", "/?theme=dark&lang=en&i=air_aqi_hour"]
)
def test_every_address_has_its_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert 'id="react-entry-point"' in answer.text and 'id="page-facts"' in answer.text


def test_unknown_address_is_404(client: FlaskClient) -> None:
    answer = client.get("/p/00")
    assert answer.status_code == 404 and "Không có trang này" in answer.text


def test_the_gallery_shows_what_never_was_only_in_the_simulated_world(client: FlaskClient) -> None:
    assert client.get("/gallery?lang=en").status_code == 200
    real = Dash("ioc", assets_folder=str(ROOT / "assets"), include_assets_files=False)
    site = replace(callbacks.site(Settings()), world="real")
    callbacks.register(real, site, clock=TickClock(0), sight=lambda: NATION, series=lambda *_: {})
    answer = real.server.test_client().get("/gallery")
    assert answer.status_code == 404 and "Không có trang này" in answer.text


def test_the_browser_keeps_language_and_theme(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    client.set_cookie("theme", "dark")
    try:
        assert '<html lang="en" data-theme="dark">' in client.get("/").text
        assert '<html lang="vi" data-theme="dark">' in client.get("/?lang=vi").text
    finally:
        client.delete_cookie("lang")
        client.delete_cookie("theme")


def test_no_script_runs_that_is_not_a_file_of_ours(client: FlaskClient) -> None:
    shown = client.get("/").text.split('<template id="dash-scripts"')[0]
    scripts = shown.split("<script")[1:]
    assert scripts and all('src="/assets/' in script or 'type="application/json"' in script for script in scripts)


def test_definitions_tell_formula_limits_and_basis(client: FlaskClient) -> None:
    told = client.get("/definitions/vi").json
    assert told["adm_ontime_rate"]["limits"][0]["limit"] == "dưới 95"
    assert "766" in told["adm_ontime_rate"]["basis"]
    english = client.get("/definitions/en").json
    assert {limit["source"] for limit in english["adm_overdue_open"]["limits"]} == {"design choice"}
    assert english["adm_overdue_open"]["owner"] == "Provincial public administration service centres"
    assert client.get("/definitions/fr").status_code == 404


def test_a_page_is_drawn_once_a_day_whatever_is_picked_on_it(ticking: TickClock) -> None:
    pages = Pages(callbacks.site(Settings()), ticking)
    drawn = {pages.skeleton(pages.view_page("/p/01", {"at": place, "hours": hours})) for place, hours in ASKED}
    assert len(drawn) == len(pages.kept) == 1
    ticking.tick(20)
    pages.skeleton(pages.view_page("/p/01", {}))
    assert len(pages.kept) == 2, "limits of the new day may differ"


def test_kept_pages_are_bounded(ticking: TickClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbacks.pages.KEPT_PAGES", 4)
    pages = Pages(callbacks.site(Settings()), ticking)
    held = []
    for unit in pages.site.places.units[:9]:
        pages.skeleton(pages.view_page(f"/p/{unit}/air", {}))
        held.append(len(pages.kept))
    assert max(held) == 4, "kept, and no more of them"


def test_fingerprint_follows_the_files(tmp_path: object) -> None:
    from pathlib import Path

    from callbacks.pages import fingerprint

    folder = Path(str(tmp_path))
    (folder / "a.css").write_text("a")
    before = fingerprint(folder)
    (folder / "a.css").write_text("b")
    assert fingerprint(folder) != before

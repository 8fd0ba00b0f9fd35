"""Dash joined to the pages: every address answers with its page, unknown ones with 404, definitions for the card."""

from __future__ import annotations

from datetime import datetime

import pytest
from dash import Dash
from flask.testing import FlaskClient

import callbacks
from feeds.catalogue.clock import TZ, TickClock
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import ROOT, Settings


@pytest.fixture(scope="module")
def ticking() -> TickClock:
    return TickClock(round(datetime(2026, 11, 21, 23, 59, 50, tzinfo=TZ).timestamp() * 1000))


@pytest.fixture(scope="module")
def client(ticking: TickClock) -> FlaskClient:
    app = Dash("ioc", assets_folder=str(ROOT / "assets"), include_assets_files=False)
    site = callbacks.site(Settings())
    callbacks.register(app, site, clock=ticking, sight=lambda: NATION, series=lambda *_: {"t": [], "v": []})
    return app.server.test_client()


@pytest.mark.parametrize("path", ["/", "/p/01", "/p/01/air", "/d/water", "/?theme=dark&lang=en&i=air_aqi_hour"])
def test_every_address_has_its_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert 'id="react-entry-point"' in answer.text and 'id="page-facts"' in answer.text


def test_unknown_address_is_404(client: FlaskClient) -> None:
    answer = client.get("/p/00")
    assert answer.status_code == 404 and "Không có trang này" in answer.text


def test_no_script_runs_that_is_not_a_file_of_ours(client: FlaskClient) -> None:
    shown = client.get("/").text.split('<template id="dash-scripts"')[0]
    scripts = shown.split("<script")[1:]
    assert all('src="/assets/' in script or 'type="application/json"' in script for script in scripts)


def test_definitions_tell_formula_limits_and_basis(client: FlaskClient) -> None:
    told = client.get("/definitions/vi").json
    assert told["adm_ontime_rate"]["limits"][0]["limit"] == "dưới 95"
    assert "766" in told["adm_ontime_rate"]["basis"]
    assert client.get("/definitions/fr").status_code == 404


def test_pages_of_a_new_day_are_drawn_anew(client: FlaskClient, ticking: TickClock) -> None:
    assert client.get("/").text == client.get("/").text
    ticking.tick(20)
    assert client.get("/").status_code == 200


def test_fingerprint_follows_the_files(tmp_path: object) -> None:
    from pathlib import Path

    from callbacks.register import fingerprint

    folder = Path(str(tmp_path))
    (folder / "a.css").write_text("a")
    before = fingerprint(folder)
    (folder / "a.css").write_text("b")
    assert fingerprint(folder) != before

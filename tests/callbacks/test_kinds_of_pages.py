"""No kind of page is without its picture in the papers, its walk at three sizes and the stamp of a made-up world."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from dash import Dash
from flask import Flask

import callbacks
from docs import pictures
from docs.build import DOCS
from feeds.catalogue.clock import SystemClock
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import ROOT
from feeds.serve.paper import Paper
from layouts.address import View
from layouts.site import Site
from tests.e2e import routes
from tests.e2e.canned_people import LOCAL

FLAGS = {"records", "study", "quality", "services"}  # each a kind of page that `routes.kinds` names


@pytest.fixture(scope="module")
def flask(canned_site: Site) -> Flask:
    app = Dash("ioc", assets_folder=str(ROOT / "assets"), include_assets_files=False)
    callbacks.register(app, canned_site, clock=SystemClock(), sight=lambda: NATION, series=lambda *_: {})
    return app.server


@pytest.fixture(scope="module")
def kinds(canned_site: Site, flask: Flask) -> tuple[str, ...]:
    return routes.kinds(canned_site, flask)


def test_a_kind_of_page_is_added_to_the_list_of_kinds() -> None:
    assert {field.name for field in fields(View) if field.type == "bool"} == FLAGS
    drawn = set(Paper._fields) - {"release", "lists", "waiting"}  # who waits is shown one sentence, and no address
    assert drawn == {"entry", "audit", *LOCAL.values()}, "a page of the front's own stands in routes.FRONT"


def test_every_kind_of_page_has_a_picture_in_the_papers(canned_site: Site, kinds: tuple[str, ...]) -> None:
    domains = canned_site.catalogue.domains
    shown = {shot.name: shot.path for shot in pictures.SHOTS}
    assert routes.uncovered(kinds, shown.values(), domains) == []
    for domain in domains:
        assert [path for path in shown.values() if re.search(rf"^/(d|p/\d\d)/{domain}([/?]|$)", path)], domain
    told = set(re.findall(r"\(pictures/([\w-]+)\.webp\)", (DOCS / "pages.md").read_text(encoding="utf-8")))
    assert told == set(shown), "docs/pages.md and docs/pictures.py name the same pictures"


def test_every_kind_of_page_is_walked_at_three_sizes(canned_site: Site, kinds: tuple[str, ...]) -> None:
    wanted = [kind for kind in kinds if kind not in routes.SHEETS]
    assert routes.uncovered(wanted, routes.WALKED, canned_site.catalogue.domains) == []


def test_a_page_that_is_forgotten_is_found(canned_site: Site) -> None:
    forgotten = ("/new", "/p/<code>/<domain>/new", "/wall?scene=new")
    assert routes.uncovered(forgotten, routes.WALKED, canned_site.catalogue.domains) == list(forgotten)


def test_every_page_carries_the_stamp_rule_28(canned_site: Site, flask: Flask) -> None:
    """One of each kind of document; also those without a figure: a desk, a form, a page to sign in."""
    client = flask.test_client()
    asked = ("/", "/p/48", "/map", "/alerts", "/quality", "/wall", "/wall/desk", "/wall/legibility")
    drawn = {path: client.get(path).get_data(as_text=True) for path in asked}
    own = {
        **callbacks.signing(canned_site),
        "entry": callbacks.entry(canned_site),
        "audit": callbacks.audit(canned_site),
    }
    drawn |= {name: by_lang["vi"].decode() for name, by_lang in own.items()}
    stamp = re.compile(r'class="stamp"[^>]*>DỮ LIỆU MÔ PHỎNG<')
    assert [path for path, html in drawn.items() if not stamp.search(html)] == []

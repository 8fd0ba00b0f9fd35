"""The real site, loaded once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

import callbacks
from feeds.catalogue.settings import Settings
from layouts import address
from layouts.site import Page, Site

TODAY = date(2026, 11, 21)
PageOf = Callable[..., Page]


@pytest.fixture(scope="session")
def site() -> Site:
    return callbacks.site(Settings())


@pytest.fixture(scope="session")
def page_of(site: Site) -> PageOf:
    def make(path: str, **query: str) -> Page:
        return Page(site, address.read(path, query, site.catalogue, site.places), TODAY)

    return make

"""The list of all services, the bar that stays short, and the page of a province without a service."""

from __future__ import annotations

import pytest

from layouts import header, page
from layouts.address import NoSuchPage, View
from layouts.site import Site
from tests.layouts.conftest import PageOf


@pytest.mark.parametrize("path", ["/services", "/p/01/services"])
def test_every_domain_has_its_line(page_of: PageOf, site: Site, path: str) -> None:
    shown = page_of(path)
    assert shown.view.path() == path
    rows = {str(node.get("data-domain")): node for node in page.content(shown).find(data_domain=None)}
    assert set(rows) == set(site.catalogue.domains)
    health = rows["health"]
    mine = [i.code for i in site.catalogue.domains["health"].indicators if not i.second]
    assert health.get("data-codes") == " ".join(mine)
    assert health.text().startswith(f"Y tế {len(mine)}")


def test_what_is_beside_the_list_is_no_page(page_of: PageOf) -> None:
    for path in ("/services/01", "/d/services", "/p/99/services"):
        with pytest.raises(NoSuchPage):
            page_of(path)


def test_the_bar_names_eight_domains_and_the_open_one(page_of: PageOf) -> None:
    def named(path: str) -> list[str]:
        return [str(node.get("href")) for node in header.menu(page_of(path)).find(href=None)]

    assert [href for href in named("/") if href.startswith("/d/")] == [
        f"/d/{code}" for code in ("dossiers", "air", "water", "hydrology", "traffic", "cameras", "social", "data")
    ]
    assert "/d/health" in named("/d/health")
    assert "/services" in named("/d/health")
    assert "/p/01/services" in named("/p/01")


def test_a_province_without_tourism_says_so(page_of: PageOf) -> None:
    there, away = page.content(page_of("/p/12/tourism")), page.content(page_of("/p/11/tourism"))
    assert list(there.find(data_panel="gauges")) and not list(there.find(data_panel="off"))
    assert not list(away.find(data_panel="gauges"))
    assert "chưa có nguồn dữ liệu du lịch" in next(iter(away.find(data_panel="off"))).text()
    row = next(iter(page.content(page_of("/p/11/services")).find(data_domain="tourism")))
    assert "chưa có nguồn dữ liệu du lịch" in row.text()
    assert row.get("data-codes") is None


def test_services_have_an_address_in_both_languages() -> None:
    assert View("01", services=True, lang="en").href() == "/p/01/services?lang=en"

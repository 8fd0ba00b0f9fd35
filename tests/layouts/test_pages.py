"""Whole pages as trees: what the first paint carries, for every domain, in both languages."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest

from feeds.catalogue.model import Panel
from layouts import address, document, facts, page, panels
from layouts.node import h, to_html
from layouts.site import Page, Site, lead_of, local, national
from layouts.words import LANGS, MissingWords
from tests.layouts.conftest import PageOf

DOMAINS = (
    "air", "cameras", "data", "digital", "documents", "dossiers", "economy", "education", "health", "hydrology", "land",
    "petitions", "security", "social", "tasks", "tourism", "traffic", "water",
)  # fmt: skip
PATHS = ["/", "/p/01", "/p/48", *(f"/d/{d}" for d in DOMAINS), *(f"/p/56/{d}" for d in DOMAINS)]
FIGURES = ("tile", "other", "gauge", "line", "map", "ranking")


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_domains_of_the_tests_are_those_of_the_catalogue(site: Site) -> None:
    assert set(DOMAINS) <= set(site.catalogue.domains)


@pytest.mark.parametrize("path", PATHS)
def test_first_paint_carries_names_units_and_map_shapes(page_of: PageOf, path: str) -> None:
    shown = page_of(path)
    tree = page.content(shown)
    shapes = {node.get("data-place") for node in tree.find(data_place=None) if node.tag == "path"}
    assert set(shown.site.places.units) <= shapes
    assert shown.words.of(shown.coloured_by) in tree.text()
    assert shown.unit(shown.coloured_by) in tree.text()


@pytest.mark.parametrize("path", PATHS)
def test_every_figure_carries_what_the_contract_promises(page_of: PageOf, path: str) -> None:
    tree = page.content(page_of(path))
    figures = [node for kind in FIGURES for node in tree.find(data_panel=kind)]
    assert figures
    for node in figures:
        own = dict(node.attrs)
        assert {"data-indicator", "data-scope", "data-version", "data-age-state"} <= set(own), own


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_declared_panel_is_drawn_at_both_levels(page_of: PageOf, domain: str) -> None:
    for path in (f"/d/{domain}", f"/p/01/{domain}"):
        shown = page_of(path)
        drawn = {node.get("data-panel") for node in page.content(shown).find(data_panel=None)}
        every = shown.site.catalogue.domains[domain].panels
        off = "nation" if shown.view.is_nation else "communes"
        wanted = {panel.kind for panel in every if panel.args.get(off) is not False}
        assert wanted <= drawn


@pytest.mark.parametrize(("domain", "stands"), [("air", True), ("dossiers", False), ("documents", False)])
def test_nobody_waits_for_stations_of_an_optional_feed(page_of: PageOf, domain: str, stands: bool) -> None:
    tree = page.content(page_of(f"/p/01/{domain}"))
    assert bool(list(tree.find(data_panel="stations"))) == stands


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_figure_of_a_domain_stands_on_its_page(page_of: PageOf, domain: str) -> None:
    """What units have on a unit's page, what the nation alone has on its own."""
    known = page_of("/").site.catalogue
    mine = [i for i in known.domains[domain].indicators if not i.second]
    for path, wanted in (
        (f"/p/01/{domain}", {i.code for i in mine if local(known, i)}),
        (f"/d/{domain}", {i.code for i in mine if not local(known, i)}),
    ):
        tree = page.content(page_of(path))
        on_page = {node.get("data-indicator") for node in tree.find(data_indicator=None)}
        tables = [node.get("data-columns") or "" for node in tree.find(data_columns=None)]
        on_page |= {code for columns in tables for code in columns.split()}
        assert wanted <= on_page, path


def test_overview_has_a_tile_for_every_domain_that_wants_one_and_room_for_eight(page_of: PageOf, site: Site) -> None:
    tiles = list(page.content(page_of("/")).find(data_panel="tile"))
    assert len(tiles) == sum(domain.tiled for domain in site.catalogue.domains.values()) <= 8


@pytest.mark.parametrize("path", ["/", "/p/01", "/p/11"])
def test_every_domain_a_place_has_stands_on_its_first_page(page_of: PageOf, site: Site, path: str) -> None:
    """Issue 3: tiles for each domain. Eight in full, the others in one line: named, linked, with figure and age."""
    shown = page_of(path)
    tree = page.content(shown)
    figures = {
        kind: {n.get("data-indicator") for n in tree.find(data_panel=kind)} for kind in ("tile", "other", "line")
    }
    for domain in site.catalogue.domains.values():
        if not shown.view.is_nation and national(domain):
            continue
        lead = lead_of(domain, shown.view.is_nation)
        kind = "tile" if domain.tiled else "other" if domain.overview else "line"
        stands = lead is not None and lead.code in figures[kind]
        assert stands is (shown.view.place not in domain.without), domain.code
    [others] = tree.find(class_="others")
    for line in others.find(data_panel="other"):
        links = [n.get("href") for n in line.find(class_="domain-name")]
        assert links and links[0].startswith("/d/" if shown.view.is_nation else f"{path}/")
        parts = {n.get("data-part") for n in line.find(data_part=None)}
        assert {"figure", "unit", "mark", "age", "note"} <= parts


def test_what_only_the_nation_says_colours_no_map(page_of: PageOf) -> None:
    """Its map would stay empty in every unit; the figure stands among the nation's own and on no page of a province."""
    for path in ("/", "/map", "/p/01"):
        listed = {i.code for _, found in page_of(path).selectable() for i in found}
        assert "soc_trade_deficit_share" not in listed and "soc_budget_rev_pct" in listed, path
    drawn = {path: page.content(page_of(path)) for path in ("/d/economy", "/p/01/economy")}
    told = {path: bool(list(tree.find(data_indicator="soc_trade_deficit_share"))) for path, tree in drawn.items()}
    assert told == {"/d/economy": True, "/p/01/economy": False}


@pytest.mark.parametrize("path", ["/", "/p/48", "/p/56", "/d/air"])
def test_archipelagos_are_drawn(page_of: PageOf, path: str) -> None:
    text = page.content(page_of(path)).text()
    nation = not path.startswith("/p/")
    assert ("Quần đảo Hoàng Sa" in text) is (nation or path == "/p/48")
    assert ("Quần đảo Trường Sa" in text) is (nation or path == "/p/56")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_names_another_host(page_of: PageOf, path: str) -> None:
    for tag, attrs in Elements(document.index(page_of(path))).found:
        for name in ("src", "href", "action"):
            target = attrs.get(name) or ""
            assert not urlsplit(target).netloc, (tag, target)
        assert not [name for name in attrs if name.startswith("on")], "inline handlers are refused by the policy"


@pytest.mark.parametrize("path", ["/", "/p/01", "/p/79/traffic"])
def test_every_link_is_an_address_of_ours(page_of: PageOf, path: str, site: Site) -> None:
    links = [
        attrs["href"] for tag, attrs in Elements(document.index(page_of(path))).found if tag == "a" and "href" in attrs
    ]
    assert len(links) > 30 and links.count("/entry") <= 1
    for link in links:
        if link == "/entry":  # a page of its own
            continue
        parts = urlsplit(link or "")
        address.read(parts.path, dict(parse_qsl(parts.query)), site.catalogue, site.places)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", ["/", "/p/01", "/d/social"])
def test_both_languages_have_every_word(page_of: PageOf, path: str, lang: str) -> None:
    html = document.index(page_of(path, lang=lang))
    assert f'<html lang="{lang}"' in html
    assert "{" not in re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.S)


def test_links_keep_theme_and_language(page_of: PageOf) -> None:
    found = Elements(document.index(page_of("/p/01", theme="dark", lang="en"))).found
    links = [attrs["href"] or "" for tag, attrs in found if tag == "a" and "href" in attrs]
    links.remove("/entry?lang=en")  # a page of its own, in whatever theme the browser prefers
    leave = [link for link in links if not link.startswith("#") and ("theme=dark" not in link or "lang=en" not in link)]
    assert len(leave) == 3, "only the switches leave: two other themes, the other language"


def test_facts_are_safe_inside_a_script(page_of: PageOf) -> None:
    shown = page_of("/")
    body = document.skeleton(shown)
    data = re.search(r'id="page-facts">(.*?)</script>', body, re.S)
    assert data is not None and "<" not in data[1]
    assert json.loads(data[1])["scope"] == "vn"


def test_limits_of_zero_are_told(page_of: PageOf, site: Site) -> None:
    from msgspec.structs import replace

    plain = site.catalogue.indicators["air_aqi_hour"]
    zero = replace(plain, thresholds=[replace(plain.thresholds[0], above=0.0)])
    told = facts.indicator_facts(page_of("/"), zero)
    assert told["high"] == 0.0 and told["digits"] == 0


def test_hostile_text_stays_text() -> None:
    html = to_html(h("p", "<script>alert(1)</script>", title='"><img src=x onerror=alert(1)>'))
    assert Elements(html).found == [("p", {"title": '"><img src=x onerror=alert(1)>'})]


def test_unknown_panel_kind_stops_start_up_with_a_sentence(site: Site) -> None:
    from msgspec.structs import replace

    domain = replace(site.catalogue.domains["air"], panels=[Panel(kind="pie", vi="Bánh", en="Pie")])
    with pytest.raises(panels.UnknownPanel, match=r"domain air: no panel kind 'pie'; write one of map"):
        panels.check(replace(site.catalogue, domains={"air": domain}))


def test_unwritten_word_is_an_error(page_of: PageOf) -> None:
    with pytest.raises(MissingWords, match="nowhere"):
        page_of("/").words("nowhere")


def test_stamp_stands_on_every_page_of_the_simulated_world(page_of: PageOf) -> None:
    for path in ("/", "/p/01", "/d/air"):
        assert "DỮ LIỆU MÔ PHỎNG" in document.index(page_of(path))


def test_lost_page_says_so_and_leads_home(page_of: PageOf) -> None:
    html = document.lost(page_of("/"))
    assert "Không có trang này" in html and 'href="/"' in html


def test_pages_are_small_enough_to_come_at_once(page_of: PageOf) -> None:
    import gzip

    most = dict.fromkeys(("/", "/p/38", "/d/air", "/services"), 58_000) | {"/catalogue": 70_000}  # all definitions
    for path, size in most.items():
        assert len(gzip.compress(document.index(page_of(path)).encode())) < size, path


def test_a_map_carries_each_outline_once(page_of: PageOf) -> None:
    for path in ("/", "/d/air"):
        assert document.index(page_of(path)).count(page_of(path).site.boundaries.sheet["units"]["01"]["d"]) == 1


def test_page_of_a_day_takes_the_limits_in_force(site: Site, page_of: PageOf) -> None:
    from datetime import date

    view = page_of("/d/air").view
    before = facts.indicator_facts(Page(site, view, date(2025, 6, 1)), site.catalogue.indicators["air_pm25_24h"])
    since = facts.indicator_facts(Page(site, view, date(2026, 6, 1)), site.catalogue.indicators["air_pm25_24h"])
    assert (before["high"], since["high"]) == (50, 45)

"""The wall's pages as trees: what stands on them, what never does, and which scenes a screen gets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from feeds.catalogue.scenes import Slot
from feeds.catalogue.settings import ROOT
from layouts.address import View
from layouts.node import to_html
from layouts.site import Page, Site
from layouts.wall import desk, document, gallery, legibility_page, panels, scenes, screen
from layouts.wall.legibility import FarGrid, Screen, far_grid
from layouts.wall.screen import Wall, address, read

TODAY = date(2026, 11, 21)
Draw = Callable[[Wall], str]


def page_of(site: Site, wall: Wall) -> Page:
    return Page(site, View(place=wall.place, theme="dark", lang=wall.lang), TODAY)


@pytest.fixture(scope="module")
def draw(site: Site) -> Draw:
    return lambda wall: document.wall_page(page_of(site, wall), wall)


def told(html: str) -> dict[str, object]:
    found = re.search(r'id="page-facts">(.*?)</script>', html, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def codes(site: Site, wall: Wall) -> list[str]:
    return [turn.code for turn in scenes.programme(page_of(site, wall), wall)]


def test_a_wall_has_every_scene_and_nothing_to_click(site: Site, draw: Draw) -> None:
    html = draw(Wall())
    for code in codes(site, Wall()):
        assert f'data-scene="{code}"' in html
    assert not re.search(r"<(a|button|input|select)[ >]", html), "nobody touches a wall"
    assert "/_dash" not in html
    assert "DỮ LIỆU MÔ PHỎNG" in html, "rule 28: the stamp stands on every page"


def test_every_domain_has_its_page(site: Site) -> None:
    found = codes(site, Wall())
    for domain in site.catalogue.domains:
        assert f"domains-{domain}" in found


def test_a_domain_of_the_nation_alone_has_figures_where_the_map_would_be(site: Site) -> None:
    shown = page_of(site, Wall())
    turns = {turn.code: turn for turn in scenes.programme(shown, Wall())}
    drawn = {code: scenes.draw(turns[f"domains-{code}"], far_grid(Screen())) for code in ("national", "health")}
    panels_of = {code: [node.get("data-panel") for node in tree.find(data_panel=None)] for code, tree in drawn.items()}
    assert "atlas" in panels_of["health"] and not {"atlas", "worst"} & set(panels_of["national"])
    assert panels_of["national"].count("tile") == 8 and panels_of["health"].count("tile") == 5


def test_a_provinces_wall_has_no_page_of_what_it_has_not(site: Site) -> None:
    found = codes(site, Wall(place="11"))
    assert not {"domains-tourism", "domains-national"} & set(found) and "domains-health" in found
    assert "domains-tourism" in codes(site, Wall(place="12"))


def test_a_long_unit_stands_below_its_figure(site: Site) -> None:
    shown = page_of(site, Wall())
    turns = {turn.code: turn for turn in scenes.programme(shown, Wall())}
    tree = scenes.draw(turns["domains-tasks"], far_grid(Screen()))
    assert "nhiệm vụ" in [node.text() for node in tree.find(class_="unit-below")]


def test_both_archipelagos_stand_on_every_national_map(draw: Draw) -> None:
    scenes_with_a_map = [part for part in draw(Wall()).split('data-scene="')[1:] if 'class="map ' in part]
    assert scenes_with_a_map
    for part in scenes_with_a_map:
        assert "Quần đảo Hoàng Sa" in part and "Quần đảo Trường Sa" in part, part[:40]


def test_outlines_of_units_are_in_the_page_once(site: Site, draw: Draw) -> None:
    html = draw(Wall())
    for code, unit in site.boundaries.sheet["units"].items():
        assert html.count(unit["d"]) == 1, code
    assert len(html) < 900_000


def test_a_far_wall_shows_only_what_is_read_there(site: Site) -> None:
    assert {turn.scene.layout for turn in scenes.programme(page_of(site, Wall()), Wall())} >= {"board", "seat"}
    far = Wall(screen=Screen(metres=10))
    turns = scenes.programme(page_of(site, far), far)
    assert {turn.scene.layout for turn in turns} == {"seat", "incident"}
    leads = [d for d in site.catalogue.domains.values() if d.indicators and d.tiled]
    assert sum(turn.scene.layout == "seat" for turn in turns) == -(-len(leads) // 2), "two tiles a page, none left out"
    uneven = next(many for many in range(2, len(leads)) if len(leads) % many)
    turns = scenes.programme(page_of(site, far), far, FarGrid(84, uneven, 1, False))
    assert sum(turn.scene.layout == "seat" for turn in turns) == len(leads) // uneven + 1, "the last page is not full"


def test_the_far_scene_writes_name_and_age_as_large_as_the_seat_needs(draw: Draw) -> None:
    assert "--far:62;" in draw(Wall())
    assert "--far:83;" in draw(Wall(screen=Screen(metres=8)))
    assert "--far:62;" in draw(Wall(screen=Screen(metres=12, cols=3, rows=2)))


def turns_of(html: str) -> list[dict[str, Any]]:
    return list(told(html)["turns"])  # type: ignore[call-overload]


def test_the_hands_off_loop_lasts_ninety_seconds(draw: Draw) -> None:
    turns = turns_of(draw(Wall(loop="demo")))
    assert sum(turn["dwell"] for turn in turns) == 90
    assert len({turn["code"] for turn in turns}) == len(turns), "every page once"
    assert all(turn["says"] for turn in turns)
    assert not any("says" in turn for turn in turns_of(draw(Wall())))


@pytest.mark.parametrize("place", ["vn", "46"])
def test_who_looks_up_meets_the_overview_soon(site: Site, draw: Draw, place: str) -> None:
    turns = turns_of(draw(Wall(place=place)))
    assert {turn["code"] for turn in turns} == set(codes(site, Wall(place=place)))
    own = [turn["code"] == "overview" for turn in turns]
    spent = sum(turn["dwell"] for turn, mine in zip(turns, own, strict=True) if mine)
    assert 1 / 3 <= spent / sum(turn["dwell"] for turn in turns) <= 1 / 2
    away, longest = 0, 0
    for turn, mine in zip(turns, own, strict=True):
        away = 0 if mine else away + turn["dwell"]
        longest = max(longest, away)
    assert longest <= 90, "seconds without the overview"
    assert not any(a and b for a, b in pairwise(own)), "nor does it stand twice in a row"


def test_a_provinces_wall_is_its_own(draw: Draw) -> None:
    html = draw(Wall(place="01"))
    facts = told(html)
    assert facts["scopes"] == ["01", "01:wall_main"]
    assert 'data-place="01/' in html and "Hà Nội" in html


def test_a_panel_of_a_video_wall_knows_its_place(draw: Draw) -> None:
    html = draw(Wall(screen=Screen(cols=3, rows=2, col=2, row=1)))
    assert "--cols:3;--rows-of:2;--col:2;--row:1;" in html


def test_an_address_gives_the_same_wall_again(site: Site) -> None:
    wall = Wall("01", "sanh", "TV 1", "en", Screen(7.5, 65, 3840, 2160, 3, 2, 1, 1), "far", "far-1", "demo")
    from urllib.parse import parse_qsl, urlsplit

    assert read(dict(parse_qsl(urlsplit(address(wall)).query)), site.places) == wall
    assert address(Wall()) == "/wall"


@pytest.mark.parametrize(
    "query",
    [
        {"m": "nan", "in": "-3", "px": "abc", "cols": "99", "row": "7", "place": "99", "group": "A b"},
        {"m": "1e400", "px": "1x1", "col": "-1", "scene": "<b>", "loop": "../x", "lang": "fr", "seat": "middle"},
    ],
)
def test_a_wrong_word_in_an_address_is_passed_over(site: Site, query: dict[str, str]) -> None:
    assert read(query, site.places) == Wall()


def test_a_place_given_by_the_session_is_not_widened(site: Site) -> None:
    assert read({"place": "48"}, site.places, place="01").place == "01"


def test_legibility_page_shows_rule_1(site: Site) -> None:
    wall = Wall()
    html = legibility_page.draw(page_of(site, wall), wall)
    for number in ("28", "62", "35", "103"):
        assert f"<td>{number}</td>" in html
    assert f"font-size:{62.03 / 1920 * 100:.2f}" in html
    assert "ẮẰẲẴẶ ẾỀỂỄỆ ỐỒỔỖỘ ỨỪỬỮỰ Đđ" in html
    assert 'data-board="false"' in legibility_page.draw(page_of(site, wall), Wall(screen=Screen(metres=8)))


def test_the_desk_has_a_button_for_every_page_but_the_incident(site: Site) -> None:
    wall = Wall()
    html = desk.draw(page_of(site, wall), wall)
    assert set(re.findall(r'data-go="([^"]+)"', html)) == set(codes(site, wall)) - {"incident"}
    assert set(re.findall(r'data-act="([^"]+)"', html)) == {"pause", "play", "previous", "next"}


def test_names_of_people_have_no_place_on_a_wall(draw: Draw) -> None:
    """Seam 16: roles, never names; the incident page has no field that a person's name could come through."""
    facts = told(draw(Wall()))
    assert not {key for key in facts if re.search(r"user|person|author|ack", key)}


def test_a_screen_without_admission_is_shown_a_sentence_and_no_form(site: Site) -> None:
    html = document.waiting(site.words["vi"])
    assert "chưa được cấp quyền" in html and "<form" not in html and "<input" not in html
    assert 'http-equiv="refresh"' in html
    assert "src=" not in html and "href=" not in html


def test_scenes_on_disk_are_those_of_the_site(site: Site) -> None:
    files = {path.stem for path in (ROOT / "data" / "wall").glob("*.yaml")}
    assert {scene.code for scene in site.scenes} == files
    assert screen.group_scope("vn", "main") == "vn:wall_main"


def test_every_figure_a_scene_names_is_in_the_catalogue(site: Site) -> None:
    named = [code for scene in site.scenes for slot in scene.panels for code in slot.figures]
    assert named and not set(named) - set(site.catalogue.indicators)


def test_directives_have_their_place_on_the_overview(draw: Draw) -> None:
    overview = draw(Wall()).split('data-scene="overview"')[1].split("data-scene=")[0]
    for code in ("tsk_total_open", "tsk_overdue", "tsk_due_7d"):
        assert f'data-indicator="{code}"' in overview


def test_a_catalogue_without_directives_has_a_wall_without_them(site: Site) -> None:
    slot = Slot(kind="ledger", area="right", figures=("nobody_knows",))
    page = page_of(site, Wall())
    drawn = to_html(panels.ledger(panels.Shown(page, far_grid(Screen())), slot))
    assert "data-indicator" not in drawn


def test_the_gallery_has_every_panel_of_a_wall_in_nine_states(site: Site) -> None:
    html = gallery.draw(page_of(site, Wall()))
    for kind in panels.RENDERERS:
        assert html.count(f'data-kind="{kind}"') == 9, kind
    assert not re.search(r"<(button|input|select)[ >]", html)

"""The desk that drives a group of walls: what each shows, which of them froze, and the few things one may do."""

from __future__ import annotations

from layouts import header, marks
from layouts.node import Node, h
from layouts.open_alerts import address
from layouts.section import section
from layouts.site import Page
from layouts.wall import document, scenes
from layouts.wall.legibility import FarGrid
from layouts.wall.screen import Wall

ACTS = ("pause", "play", "previous", "next")


def draw(page: Page, wall: Wall) -> str:
    """The whole page; the live client fills in what the screens say of themselves."""
    words = page.words
    turns = scenes.programme(page, Wall(place=wall.place, group=wall.group, lang=wall.lang), FarGrid(62, 2, 2, True))
    title = h("h1", words("wall.title.desk"), h("small", f"{page.place_name} · {wall.group}"), document.stamp(page))
    body = h(
        "main",
        marks.definitions(words),
        h("header", title, header.clock(page), class_="desk-top"),
        h("p", data_part="state", class_="desk-state", role="status"),
        _acts(page),
        h("div", _scenes(page, turns), _screens(page), class_="desk-columns"),
        h("p", words("wall.desk.note"), class_="quiet"),
        class_="wall-desk",
        data_panel="desk",
    )
    told = document.wall_facts(page, wall, [scenes.facts(turn, wall) for turn in scenes.rotation(turns, wall)])
    told["scopes"] = [wall.place, wall.scope]
    return document.document(page, [body], ("look", "wall_pages"), "desk", "wall_desk", told)


def _acts(page: Page) -> Node:
    buttons = (h("button", page.words(f"wall.act.{act}"), type="button", class_="button", data_act=act) for act in ACTS)
    alerts = h("a", page.words("book.alerts"), href=address(page.view, {}), class_="button")
    return h("div", *buttons, alerts, class_="desk-acts")


def _scenes(page: Page, turns: list[scenes.Turn]) -> Node:
    """Every page of the rotation; a click shows it on all walls of the group."""
    rows = (
        h(
            "li",
            h(
                "button",
                h("span", turn.name),
                h("span", page.words("js.age.second", n=turn.scene.dwell), class_="quiet"),
                type="button",
                data_go=turn.code,
            ),
        )
        for turn in turns
        if turn.scene.layout != "incident"
    )
    return section(page.words("wall.desk.scenes"), h("ol", *rows, class_="desk-scenes"), panel="scenes")


def _screens(page: Page) -> Node:
    heads = ("name", "shows", "heard", "size")
    return section(
        page.words("wall.desk.screens"),
        h(
            "table",
            h("thead", h("tr", *(h("th", page.words(f"wall.desk.{head}")) for head in heads))),
            h("tbody", data_part="rows"),
        ),
        h("p", page.words("wall.desk.none"), class_="quiet", data_part="none"),
        aside=h("span", data_part="count"),
        panel="screens",
    )

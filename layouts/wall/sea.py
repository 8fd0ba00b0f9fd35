"""The alarm map of the nation: grey land; a unit in trouble takes its fill, and a line leads from it to its words."""

from __future__ import annotations

from layouts import map
from layouts.node import Node, h
from layouts.section import bearing
from layouts.site import Page

SEA = (850, 507)  # on the sheet, between the slots of words and the frame of Hoàng Sa
CALLOUTS = 5  # more places than this are in the list beside the map


def panel(page: Page) -> Node:
    """Units, both archipelagos, and the slots into which the live client writes what is wrong where."""
    sheet = page.site.boundaries.sheet
    units = sheet["units"]
    drawing = h(
        "svg",
        h("g", *(h("use", href=f"#unit-{code}") for code in units), class_="coast"),
        h("g", *(_unit(page, code) for code in units), class_="units"),
        h("g", *_labels(page), class_="labels"),
        h("g", *(_callout(n) for n in range(CALLOUTS)), class_="callouts"),
        viewBox=sheet["viewBox"],
        class_="sheet",
        style="--px:1",
        role="img",
        aria_label=page.words("map.title", place=page.place_name),
    )
    return h(
        "figure",
        *bearing(),
        h("div", drawing, *map.insets(page), class_="map-stage"),
        class_="map alarm-map",
        data_panel="map",
        data_scope=page.view.scope,
        data_version="",
        data_age_state="live",
    )


def _unit(page: Page, code: str) -> Node:
    return h("use", href=f"#unit-{code}", data_place=code, class_="unit")


def _labels(page: Page) -> list[Node]:
    """Cities for orientation, and the sea where no words will stand."""
    units = page.site.boundaries.sheet["units"]
    labels = []
    for code, (dx, dy, anchor) in map.LABELS.items():
        if code in units:
            x, y = units[code]["label"]
            name = page.site.places.name(code, page.view.lang)
            labels.append(h("text", name, x=x + dx, y=y + dy, text_anchor=anchor, class_="place", data_label=code))
    return [*labels, h("text", page.words("map.sea"), x=SEA[0], y=SEA[1], class_="sea")]


def _callout(n: int) -> Node:
    return h(
        "g",
        h("path", class_="leader", data_part="line"),
        h("use", width=54, height=54, data_part="mark"),
        h("text", class_="call-name", data_part="name"),
        h("text", class_="call-what", data_part="what"),
        class_="callout",
        data_callout=n,
    )

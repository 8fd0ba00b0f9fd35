"""The live map: one SVG sheet of the 34 units, the two archipelagos in frames, a legend that says what colour means.

Shapes carry `data-place`; the live client changes only their class, when it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layouts.figure import bound
from layouts.node import Node, h
from layouts.site import Page

LABELS: Mapping[str, tuple[float, float, str]] = {  # cities named at rest: offset from the label point, anchor
    "01": (0, 46, "middle"),
    "31": (52, 26, "start"),
    "46": (58, -26, "start"),
    "48": (86, 6, "start"),
    "79": (44, 100, "start"),
    "92": (66, 70, "start"),
}
SWATCHES = 7
CALLOUTS = 3
SHEET = 0.75  # width to height of a province's frame


def panel(page: Page, chosen: bool = True, card: Node | None = None) -> Node:
    """Map, archipelagos, legend; the choice of what colours it where it is not made elsewhere; a card of the place."""
    indicator = page.coloured_by
    return h(
        "figure",
        chooser(page) if chosen else None,
        h("div", sheet(page, chosen), *insets(page), hover(page), zoom(page), card, class_="map-stage"),
        legend(page),
        class_="map" if indicator.scale else "map plain",  # the legend of a legal scale has words, others have none
        **bound(page, indicator, "map"),
    )


def chooser(page: Page) -> Node:
    """The list of indicators the map can be coloured by."""
    current = page.coloured_by.code
    groups = (
        h(
            "optgroup",
            *(h("option", page.words.of(i), value=i.code, selected=i.code == current) for i in indicators),
            label=page.words.of(domain),
        )
        for domain, indicators in page.selectable()
    )
    return h(
        "label",
        h("span", page.words("map.by")),
        h("select", _layer(page), *groups, data_part="chooser"),
        class_="chooser",
    )


def _layer(page: Page) -> Node | None:
    """On the map of an overview one may also see where most is abnormal."""
    if page.domain:
        return None
    layer = page.abnormal
    return h("option", page.words.of(layer), value=layer.code, selected=layer.code == page.coloured_by.code)


def sheet(page: Page, chosen: bool = True) -> Node:
    """All units; on a province's page that province fills the frame and the others lie back."""
    data = page.site.boundaries.sheet
    units: Mapping[str, Mapping[str, Any]] = data["units"]
    own = None if page.view.is_nation else page.view.place
    box = view_box(data, own)
    scale = box[2] / 1120
    return h(
        "svg",
        h("path", class_="coast", data_part="coast"),  # the outlines of all units once more: the browser has them
        h("g", *(_unit(page, code, shape, own) for code, shape in units.items()), class_="units"),
        h("path", d=units[own]["d"], class_="own") if own else None,
        h("path", class_="picked", data_part="picked"),
        h("path", class_="lead", data_part="lead"),
        _communes(page, own, scale) if own else None,
        h("g", class_="points", data_part="points", data_size=round(7 * scale, 2)),
        h("g", *_labels(page, units, own), class_="labels"),
        h("g", *_marks(units), class_="marks") if not own else None,
        _callouts() if not own and chosen else None,
        viewBox=" ".join(f"{n:g}" for n in box),
        data_k=data["projection"]["k"],
        data_scale=data["projection"]["scale"],
        data_lon0=data["projection"]["lon0"],
        data_lat1=data["projection"]["lat1"],
        class_="sheet" if not own else "sheet zoomed",
        style=f"--px:{scale:.4f}",
        role="group",
        aria_label=page.words("map.title", place=page.place_name),
    )


def view_box(data: Mapping[str, Any], own: str | None) -> tuple[float, float, float, float]:
    """The whole sheet without the far sea, or a frame around one unit in the proportion of the sheet."""
    if own is None:
        x, y, width, height = (float(n) for n in data["viewBox"].split())
        return x, y, width, height
    x, y, width, height = data["units"][own]["box"]
    sea = 0.5 if any(inset["unit"] == own for inset in data["insets"]) else 0.12
    side = max(width * (1 + sea), height * 1.12 * SHEET)
    left = 0.56 / (1 + sea)  # share of the frame that lies left of the unit's middle
    return x + width / 2 - side * left, y + height / 2 - side / SHEET / 2, side, side / SHEET


def insets(page: Page) -> list[Node]:
    """The frames of Hoàng Sa and Trường Sa: both on national maps, its own on a province's."""
    data = page.site.boundaries.sheet
    own = None if page.view.is_nation else page.view.place
    return [_inset(page, inset, index) for index, inset in enumerate(data["insets"]) if own in (None, inset["unit"])]


def _inset(page: Page, inset: Mapping[str, Any], index: int) -> Node:
    x, y, width, height = inset["frame"]
    lang = page.view.lang
    named = inset["named"][lang]
    lines = (
        h("text", line, x=x + 18, y=y + 34 + 28 * row, class_=f"inset-{row}") for row, line in enumerate(named["lines"])
    )
    dots = (h("circle", h("title", p[lang]), cx=p["x"], cy=p["y"], r=5) for p in inset["points"] if not p["seat"])
    drawing = h(
        "svg",
        h("rect", x=x + 1, y=y + 1, width=width - 2, height=height - 2, class_="frame", data_place=inset["place"]),
        *lines,
        *dots,
        viewBox=f"{x:g} {y:g} {width:g} {height:g}",
        aria_label=named["title"],
        role="img",
    )
    return h("a", drawing, href=page.view.to(place=inset["unit"]).href(), class_=f"inset inset-{index}")


def _unit(page: Page, code: str, shape: Mapping[str, Any], own: str | None) -> Node:
    name = page.site.places.name(code, page.view.lang)
    path = h("path", h("title", name), d=shape["d"], data_place=code, class_="unit" if own is None else "unit back")
    return h("a", path, href=page.view.to(place=code, domain=page.view.domain).href(), aria_label=name)


def _communes(page: Page, own: str, scale: float) -> Node:
    places, projection = page.site.places, page.site.boundaries.sheet["projection"]
    dots = []
    framed = {inset["place"] for inset in page.site.boundaries.sheet["insets"]}
    for key in places.communes_of(own):
        place = places[key]
        if place.lat is None or place.lon is None or key in framed:
            continue
        x = (place.lon - projection["lon0"]) * projection["k"] * projection["scale"]
        y = (projection["lat1"] - place.lat) * projection["scale"]
        name = h("title", places.name(key, page.view.lang))
        dots.append(h("circle", name, cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{7 * scale:.2f}", data_place=key))
    return h("g", *dots, class_="communes")


def _labels(page: Page, units: Mapping[str, Mapping[str, Any]], own: str | None) -> list[Node]:
    if own:
        return []
    labels = []
    for code, shape in units.items():
        dx, dy, anchor = LABELS.get(code, (0, 46, "middle"))
        x, y = shape["label"]
        kind = "place" if code in LABELS else "place quiet"
        words = page.site.places.name(code, page.view.lang)
        labels.append(h("text", words, x=x + dx, y=y + dy, text_anchor=anchor, class_=kind, data_label=code))
    return [*labels, h("text", page.words("map.sea"), x=760, y=900, class_="sea")]


def _marks(units: Mapping[str, Mapping[str, Any]]) -> list[Node]:
    """A sign and a number for each unit, shown when there is something to say."""
    nodes = []
    for code, shape in units.items():
        x, y = shape["label"]
        nodes.append(h("text", x=x, y=y + 8, text_anchor="middle", class_="unit-value", data_value=code))
        nodes.append(h("use", x=x - 21, y=y - 27, width=42, height=42, data_mark=code))
    return nodes


def _callouts() -> Node:
    """Room for the worst units, told in the sea: a line, a sign, a name, what is wrong."""
    one = (h("path"), h("use", width=44, height=44), h("text", class_="callout-name"), h("text", class_="callout-what"))
    return h(
        "g", *(h("g", *one, data_callout=index) for index in range(CALLOUTS)), class_="callouts", aria_hidden="true"
    )


def hover(page: Page) -> Node:
    """The card beside the pointer: place, figure, age."""
    return h(
        "div",
        h("b", data_part="hover-name"),
        h("span", data_part="hover-figure", class_="digits"),
        h("span", data_part="hover-word"),
        h("span", data_part="hover-age", class_="quiet"),
        h("span", page.words("card.key"), class_="hover-key quiet"),
        class_="hover-card",
        hidden=True,
    )


def zoom(page: Page) -> Node:
    """Closer, farther, whole: for a hand on a mouse or a finger."""
    buttons = (("in", "+"), ("out", "\u2212"), ("all", "1:1"))
    return h(
        "div",
        *(
            h("button", sign, type="button", data_zoom=to, aria_label=page.words(f"map.zoom.{to}"))
            for to, sign in buttons
        ),
        class_="zoom",
    )


def legend(page: Page) -> Node:
    """What the colours mean, from which level signs stand on the map, where the boundaries come from."""
    swatch = h("span", h("i"), h("b"), h("span"), class_="swatch", data_swatch=True, hidden=True)
    level = page.words(f"severity.{2 if page.view.is_nation else 3}.word")
    return h(
        "figcaption",
        h("p", data_part="legend-title"),
        h("div", *(swatch for _ in range(SWATCHES)), class_="swatches", data_part="swatches"),
        h(
            "p",
            h("span", h("i", class_="key stale"), page.words("state.stale.word")),
            h("span", h("i", class_="key none"), page.words("state.missing.word")),
            h("span", page.words("map.marks", level=level), class_="quiet"),
            class_="keys",
        ),
        class_="legend",
    )


def credit(page: Page) -> str:
    """Where the boundaries come from and since when they hold."""
    return page.words("map.credit", source=page.site.boundaries.sheet["attribution"])

"""Places of one rank beside each other, as dots on one scale, each with how sure it is. Doubtful, stale and missing
values stand below a rule and have no rank. Colour says severity alone: legal colours belong to their map."""

from __future__ import annotations

from layouts import marks
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page


def panel(page: Page) -> Node:
    """Units of the nation or communes of the province, by the indicator that colours the map."""
    view, places = page.view, page.site.places
    children = places.children(view.place)
    rows = (_row(page, key, index) for index, key in enumerate(children))
    return section(
        page.words("ranking.title", what=page.words("units" if view.is_nation else "communes", n=len(children))),
        h(
            "div",
            h(
                "div",
                *(h("span", data_part=f"tick-{end}") for end in ("low", "limit", "high")),
                h("b", data_part="unit"),
                h("b", data_part="cases"),
                class_="axis",
            ),
            h(
                "ol",
                *rows,
                h("li", class_="rule", data_part="rule", hidden=True),
                h("li", class_="folded quiet", data_part="folded", hidden=True),
                class_="ranks",
            ),
            class_="ranking" if len(children) <= 40 else "ranking long",
            style=f"--rows:{len(children)}",
        ),
        aside=h("span", page.words("ranking.note"), class_="quiet", data_part="note"),
        panel="ranking",
        data_indicator=page.coloured_by.code,
        data_scope=view.scope,
        data_version="",
        data_age_state="loading",
    )


def _row(page: Page, key: str, index: int) -> Node:
    name = page.site.places.name(key, page.view.lang)
    link = page.view.to(place=key, domain=page.view.domain).href() if page.view.is_nation else None
    track = (h("i", class_="limit", hidden=True), h("i", class_="sure"), h("i", class_="dot"), h("span", class_="few"))
    return h(
        "li",
        h("span", class_="pos", data_part="pos"),
        h("a", name, href=link, class_="who") if link else h("span", name, class_="who"),
        marks.slot(size="small"),
        h("span", *track, class_="track"),
        h("button", type="button", class_="val", data_part="value", data_card=True, title=page.words("card.title")),
        h("span", class_="quiet", data_part="age"),
        class_="rank",
        data_place=key,
        data_age_state="loading",
        style=f"--at:{index}",
    )

"""Places of one rank beside each other, as dots on one scale, each with how sure it is. Doubtful, stale and missing
values stand below a rule and have no rank. Colour says severity alone: legal colours belong to their map."""

from __future__ import annotations

from feeds.catalogue.places import KIND_EN
from layouts import marks
from layouts.node import Child, Node, h
from layouts.section import section
from layouts.site import Page

LONG = 19  # letters of a commune's own name that have room in a narrow list


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
        h("p", data_part="basis", class_="basis"),
        aside=h("span", page.words("ranking.note"), class_="quiet", data_part="note"),
        panel="ranking",
        data_indicator=page.coloured_by.code,
        data_scope=view.scope,
        data_version="",
        data_age_state="loading",
    )


def _row(page: Page, key: str, index: int) -> Node:
    name, whole = _named(page, key)
    link = page.view.to(place=key, domain=page.view.domain).href() if page.view.is_nation else None
    track = (h("i", class_="limit", hidden=True), h("i", class_="sure"), h("i", class_="dot"), h("span", class_="few"))
    return h(
        "li",
        h("span", class_="pos", data_part="pos"),
        h("a", *name, href=link, class_="who") if link else h("span", *name, class_="who", title=whole),
        marks.slot(size="small"),
        h("span", *track, class_="track"),
        h("button", type="button", class_="val", data_part="value", data_card=True, title=page.words("card.title")),
        h("span", class_="quiet", data_part="age"),
        class_="rank",
        data_place=key,
        data_age_state="loading",
        style=f"--at:{index}",
    )


def _named(page: Page, key: str) -> tuple[list[Child], str]:
    """The name, its kind set apart: a narrow list leaves the kind of its communes out, as its title says it for all."""
    place = page.site.places[key]
    name = page.site.places.name(key, page.view.lang)
    kind = place.kind if page.view.lang == "vi" else KIND_EN.get(place.kind, "")
    if kind and name.lower().startswith(f"{kind} "):
        bare = name[len(kind) + 1 :]
        return [h("span", name[: len(kind) + 1], class_="kind"), _long(bare)], name
    if kind and name.lower().endswith(f" {kind}"):
        bare = name[: -len(kind) - 1]
        return [_long(bare), h("span", name[len(bare) :], class_="kind")], name
    return [name], name


def _long(name: str) -> Child:
    return h("span", name, class_="long") if len(name) > LONG else name

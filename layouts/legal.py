"""Legal colour scales as they stand in their own layer: an outline, the number and the word with every colour.

Shown in the gallery: each scale with its bands and with rows of stations, one of which has grown old and one never
spoke, because a colour that the law gives is taken away with the figure's truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from feeds.catalogue.model import Band, Scale
from layouts import marks
from layouts.node import Node, h
from layouts.numbers import bare
from layouts.site import Page

ROWS = 4  # examples of a scale, worst first
AGES = (44, 46, 41, 38)  # minutes
OLD_HOURS = 9


def scale(page: Page, scale: Scale) -> Node:
    """One scale: name and decision, its bands, example rows."""
    bands = (
        h("li", h("i", style=_fill(band)), h("b", page.words.of(band)), h("span", said, class_="quiet"))
        for band, said in zip(scale.bands, ranges(page, scale), strict=True)
    )
    return h(
        "div",
        h("header", h("h3", page.words.of(scale)), h("span", scale.source, class_="quiet")),
        h("ol", *bands, class_="bands"),
        h("ul", *_rows(page, scale), class_="legal-rows"),
        data_scale=scale.code,
    )


def ranges(page: Page, scale: Scale) -> list[str]:
    """What each band holds: `51 – 100`, or its one number where the scale counts levels."""
    bounds = [0.0 if band.upto is None else band.upto for band in scale.bands]
    lows = [0.0, *(bound + 1 for bound in bounds[:-1])]
    lang = page.view.lang
    return [
        bare(high, lang) if scale.levels else f"{bare(low, lang)} – {bare(high, lang)}"
        for low, high in zip(lows, bounds, strict=True)
    ]


def _rows(page: Page, scale: Scale) -> Iterator[Node]:
    names = [page.site.places.name(code, page.view.lang) for code in page.site.places.units]
    words = page.words
    shown = _examples(scale)
    for name, (value, band), minutes in zip(names, shown, AGES, strict=False):
        age = words("js.age.minute", n=str(minutes))
        yield _row(name, bare(value, page.view.lang), words.of(band), "live", h("span", age), _fill(band))
    value, _ = shown[0]
    old = words("js.age.stale", age=words("js.age.hour", n=str(OLD_HOURS)))
    yield _row(names[ROWS], bare(value, page.view.lang), "", "stale", marks.age(old))
    yield _row(names[ROWS + 1], "—", words("js.note.missing"), "missing", h("span"))


def _examples(scale: Scale) -> list[tuple[float, Band]]:
    """A value in each of the four bands that say most, the last of the table first."""
    bounds = [0.0, *(0.0 if band.upto is None else band.upto for band in scale.bands)]
    levels = bounds[-1] - bounds[-2] == 1
    middles = [high if levels else round((low + high) / 2) for low, high in pairwise(bounds)]
    return list(zip(middles, scale.bands, strict=True))[-1 : -ROWS - 1 : -1]


def _row(name: str, value: str, word: str, state: str, age: Node, fill: str | None = None) -> Node:
    figure = h("span", value, class_="digits")
    return h("li", h("span", name), figure, h("i", style=fill), h("span", word), age, data_age_state=state)


def _fill(band: Band) -> str | None:
    return f"background:{band.colour}" if band.colour else None

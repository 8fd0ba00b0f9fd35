"""What is spoken of: topics by volume and tone, and which of them stand out from their usual hour. Counts only.

The live client writes the rows; of a topic that few wrote about only the count of all such topics is known.
"""

from __future__ import annotations

from typing import Any

from feeds.catalogue.model import Panel
from layouts import marks
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page

ROWS = 16


def panel(page: Page, declared: Panel) -> Node:
    """Name, bar split by tone, count, share of the worst tone, this hour beside a usual one."""
    tones: dict[str, Any] = declared.args.get("tones", {})
    keys = (
        h("span", h("i", class_=f"tone-{n}"), name.get(page.view.lang, "")) for n, name in enumerate(tones.values())
    )
    heads = ("topic", "volume", "count", "share", "hour")
    return section(
        page.words.of(declared),
        h("div", *(h("span", page.words(f"tone.{name}")) for name in heads), class_="tone-row head"),
        h("ol", *(_row(len(tones)) for _ in range(ROWS)), class_="tones"),
        h("p", page.words("panel.waiting"), class_="quiet", data_part="none"),
        h("p", page.words("tone.small"), class_="quiet tone-note"),
        aside=h("span", *keys, class_="tone-keys quiet"),
        panel="tone",
        feeds=[page.site.catalogue.feeds[declared.feed]] if declared.feed else [],
        class_="tone",
        data_scope=page.view.entity_scope,
        data_tones=",".join(tones),
        data_spikes=declared.indicators[0] if declared.indicators else None,
        data_age_state="loading",
    )


def _row(tones: int) -> Node:
    bar = h("span", *(h("i", class_=f"tone-{n}") for n in range(tones)), class_="split-bar")
    return h(
        "li",
        h("span", marks.slot(size="small"), h("span", data_part="name")),
        bar,
        h("b", data_part="n", class_="num"),
        h("span", data_part="share", class_="num"),
        h("span", data_part="hour"),
        class_="tone-row",
        hidden=True,
    )

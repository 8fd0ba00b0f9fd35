"""The last 24 hours under one slider: what the page showed at a full hour, and the way back to the present."""

from __future__ import annotations

from layouts.node import Node, h
from layouts.site import Page

STEPS = 24  # full hours one may go back to; the right end is the present


def panel(page: Page) -> Node:
    """A slider in hours, what it stands at in words, and the way back; its room never changes."""
    words = page.words
    slider = h(
        "input",
        type="range",
        min=0,
        max=STEPS,
        step=1,
        value=STEPS,
        aria_label=words("moment.title"),
        data_part="slider",
    )
    return h(
        "div",
        h("b", words("moment.now"), data_part="said", role="status"),
        h("span", data_part="begin", class_="quiet"),
        slider,
        h("button", words("moment.back"), type="button", data_part="back", disabled=True),
        class_="moment",
        data_panel="moment",
    )

"""What a finger or a mouse can hit: WCAG 2.2, 2.5.8 (target size, minimum), asked of a page that stands open.

A target is large enough with 24 by 24 px; a smaller one needs 24 px around its middle to itself; one that stands inside
a sentence is as high as its line. What the browser draws itself (the knob of a slider) is not ours.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

SMALL = Path(__file__).with_suffix(".js").read_text()


def small(page: Page) -> list[str]:
    """Targets that are too small and too near to another, each with its words and its size in px."""
    found: list[str] = page.evaluate(SMALL)
    return sorted(set(found))

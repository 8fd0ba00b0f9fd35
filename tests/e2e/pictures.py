"""Pictures for people, kept under .artefacts/ by every run of the browser tests that somebody may look at (one of
continuous integration, where CI is set, keeps none): no test is judged by them.

They must cost next to nothing: Chromium writes them as JPEG itself, and a sheet of 3840 x 2160 is laid out at its full
size but kept at half of it, for then it has no more pixels than the others.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[2] / ".artefacts"
SIZES = {"1920x1080": (1920, 1080), "3840x2160": (3840, 2160), "390x844": (390, 844)}
MOST_WIDE = 1920  # pixels of a kept picture
TALLEST = 6000  # of a page that is kept from top to bottom


def keep(page: Page, name: str, settle_ms: int = 0, full_page: bool = False) -> None:
    """Keep the page as it stands after `settle_ms` as <name>.jpg."""
    if os.environ.get("CI"):
        return
    if settle_ms:
        page.wait_for_timeout(settle_ms)
    width, height = page.evaluate("[innerWidth, innerHeight]")
    if full_page:
        height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    top = 0 if full_page else page.evaluate("scrollY")
    clip = {"x": 0, "y": top, "width": width, "height": height, "scale": min(1, MOST_WIDE / width)}
    session = page.context.new_cdp_session(page)
    told = {"format": "jpeg", "quality": 75, "clip": clip, "captureBeyondViewport": full_page, "optimizeForSpeed": True}
    place_of(name, "jpg").write_bytes(base64.b64decode(session.send("Page.captureScreenshot", told)["data"]))
    session.detach()


def at_every_size(page: Page, name: str) -> Iterator[str]:
    """An open page at each size; yields the size, and when asked on keeps what stands then as <name>-<size>.jpg."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        yield size
        keep(page, f"{name}-{size}")


def place_of(name: str, kind: str = "png") -> Path:
    """Where the picture of that name is kept."""
    FOLDER.mkdir(exist_ok=True)
    return FOLDER / f"{name}.{kind}"

"""Pictures for people, under .artefacts/: taken where PICTURES=1 asks for them, for no test is judged by them."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[2] / ".artefacts"
WANTED = os.environ.get("PICTURES") == "1"  # encoding them takes as long as drawing the pages


def keep(page: Page, name: str, settle_ms: int = 0, full_page: bool = False) -> None:
    """Keep the page as it stands after `settle_ms` as <name>.png."""
    if WANTED:
        page.wait_for_timeout(settle_ms)
        page.screenshot(path=place_of(name), full_page=full_page)


def place_of(name: str) -> Path:
    """Where the picture of that name is kept."""
    FOLDER.mkdir(exist_ok=True)
    return FOLDER / f"{name}.png"

"""Takes the pictures of docs/pages.md: `python -m docs.pictures [name ...]`, Chromium over the canned country."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e import flood
from tests.e2e.canned import Canned, country, serving
from tests.e2e.canned_doors import Doors
from tests.e2e.conftest import BROWSERS, FLAGS

FOLDER = Path(__file__).parent / "pictures"
MOST_BYTES = 75_000
DESK, WALL, PHONE = (1440, 900), (1920, 1080), (390, 844)
READY = {  # by how the address begins: what stands in the pages that no stream fills
    "/gallery": "body[data-shown]",
    "/entry": "[data-part=rows] tr",
    "/audit": "[data-part=rows] tr",
    "/people": "[data-part=accounts] tr",
    "/account": "[data-part=sessions] tr",
    "/login": "[data-part=form]",
    "/wall/legibility": "main",
}


class Shot(NamedTuple):
    """One picture: its name, the address, the size of the screen, what is clicked and what is scrolled to before;
    `flood`: with a river above its highest limit."""

    name: str
    path: str
    size: tuple[int, int] = DESK
    click: str = ""
    to: str = ""
    flood: bool = False


SHOTS = (
    Shot("nation", "/"),
    Shot("nation-dark", "/?theme=dark"),
    Shot("nation-below", "/", to=".below"),
    Shot("origin", "/?i=air_aqi_hour", click="button.figure >> nth=1"),
    Shot("province", "/p/46"),
    Shot("province-dark", "/p/46?theme=dark"),
    Shot("map", "/map?i=adm_ontime_rate&pick=52"),
    Shot("map-table", "/map?i=adm_overdue_open&tab=table&region=6&by=month"),
    Shot("map-compare", "/map?i=adm_ontime_rate&tab=compare&vs=46,68,12&by=year"),
    Shot("wall", "/wall?scene=overview", WALL),
    Shot("wall-far", "/wall?scene=far-1", WALL),
    Shot("dossiers", "/d/dossiers"),
    Shot("dossiers-province", "/p/68/dossiers", click="button.figure >> nth=1"),
    Shot("score", "/p/68/dossiers", to="[data-panel=score]"),
    Shot("communes", "/p/46", to="[data-panel=communes]"),
    Shot("tasks", "/p/46/tasks"),
    Shot("services", "/services"),
    Shot("systems", "/systems"),
    Shot("systems-axis", "/systems/axis"),
    Shot("milestones", "/milestones"),
    Shot("catalogue", "/catalogue?q=ho%20so"),
    Shot("modules", "/modules"),
    Shot("alerts", "/alerts"),
    Shot("wall-atlas", "/wall?scene=atlas", WALL),
    Shot("health", "/p/46/health"),
    Shot("records", "/p/68/dossiers/r?i=adm_ontime_rate&period=all"),
    Shot("air", "/d/air"),
    Shot("air-province", "/p/01/air?theme=dark"),
    Shot("water", "/d/water"),
    Shot("hydrology", "/p/46/hydrology"),
    Shot("traffic", "/d/traffic?theme=dark"),
    Shot("cameras", "/p/79/cameras"),
    Shot("social", "/d/social"),
    Shot("data", "/d/data"),
    Shot("quality", "/quality"),
    Shot("quality-message", "/quality/9"),
    Shot("entry", "/entry"),
    Shot("quality-sources", "/quality/sources"),
    Shot("quality-score", "/quality/score"),
    Shot("english", "/?lang=en&theme=dark"),
    Shot("gallery", "/gallery"),
    Shot("gallery-dark", "/gallery?theme=dark"),
    Shot("phone", "/?theme=dark", PHONE),
    Shot("phone-province", "/p/46", PHONE),
    Shot("gallery-wall", "/gallery/wall", WALL),
    Shot("wall-incident", "/wall?scene=incident", WALL, flood=True),
    Shot("wall-domain", "/wall?scene=domains-hydrology", WALL),
    Shot("wall-alerts", "/wall?scene=alerts", WALL),
    Shot("wall-desk", "/wall/desk"),
    Shot("wall-legibility", "/wall/legibility", WALL),
    Shot("login", "/login"),
    Shot("link", "/login/link#made-up"),
    Shot("account", "/account"),
    Shot("people", "/people"),
    Shot("audit", "/audit"),
    Shot("record", "/p/68/dossiers/r/H36.68-000001"),
    Shot("services-province", "/p/46/services"),
    Shot("quality-province", "/p/01/quality"),
    Shot("documents", "/d/documents"),
    Shot("digital", "/d/digital"),
    Shot("economy", "/d/economy"),
    Shot("education", "/d/education"),
    Shot("land", "/d/land"),
    Shot("national", "/d/national"),
    Shot("petitions", "/d/petitions"),
    Shot("security", "/d/security"),
    Shot("tourism", "/d/tourism"),
)


def take(browser: Browser, url: str, shot: Shot) -> bytes:
    """The picture as WebP, no larger than a paper can carry."""
    width, height = shot.size
    page = browser.new_page(viewport={"width": width, "height": height})
    try:
        answer = page.goto(url + shot.path)
        if answer is None or not answer.ok:
            raise SystemExit(f"{shot.path} did not answer: {answer and answer.status}")
        _settle(page, shot)
        picture = Image.open(io.BytesIO(page.screenshot()))
    finally:
        page.close()
    return packed(picture)


def _flood(canned: Canned) -> None:
    """An alert of the highest level since some hours, in a country that is otherwise as it was."""
    flood.rising(canned)
    canned.snapshot("vn")["alerts"].append(flood.alert(20_000))


def _settle(page: Page, shot: Shot) -> None:
    """Until figures stand and what was asked for is open."""
    page.locator(_ready(shot.path)).first.wait_for(timeout=30_000)
    page.wait_for_timeout(900)
    if shot.click:
        page.locator(shot.click).click()
    if shot.to:
        page.locator(shot.to).first.evaluate("node => node.scrollIntoView({block: 'start'})")
    if page.locator("#react-entry-point").count() and page.locator("#react-entry-point").first.is_visible():
        page.wait_for_timeout(2500)  # Plotly, when its place is in view


def _ready(path: str) -> str:
    """What stands in a page once it is filled."""
    own = (ready for start, ready in READY.items() if path.startswith(start))
    return next(own, "body[data-connected=true]")


def packed(picture: Image.Image) -> bytes:
    """WebP at the best quality that fits: all of them together stay small."""
    for quality in (50, 42, 35):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def main(names: list[str]) -> None:
    """Take every picture anew, or those that are named."""
    FOLDER.mkdir(exist_ok=True)
    Doors.hostile = False
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    if missing := sorted(set(names) - {shot.name for shot in wanted}):
        raise SystemExit(f"there is no picture {', '.join(missing)}; there are {', '.join(s.name for s in SHOTS)}")
    found = next((path for path in BROWSERS if Path(path).exists()), BROWSERS[-1])
    canned = country()
    with serving(canned) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        for shot in sorted(wanted, key=lambda shot: shot.flood):  # a flood does not end
            if shot.flood:
                _flood(canned)
            (FOLDER / f"{shot.name}.webp").write_bytes(take(browser, url, shot))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Control-room rules that pages and sheets keep: sizes by what is read from where, trends beside figures, nothing that
blinks, the load of a desk on its own scale."""

from __future__ import annotations

import math
import re
from datetime import date

import pytest
from fontTools.ttLib import TTFont

from feeds.catalogue.scenes import Slot
from feeds.catalogue.settings import ROOT
from layouts import page as desks
from layouts.address import View
from layouts.node import h, to_html
from layouts.site import Page, Site
from layouts.wall import panels, tiles
from layouts.wall.legibility import BOARD_READS, FarGrid, minutes_of, pitch_mm
from tests.layouts.conftest import PageOf

CSS, JS = ROOT / "assets" / "css", ROOT / "assets" / "js"
LEAST = 10  # minutes of arc that a small letter is never under
DESK_MM, DESK_INCHES = 600, 24.0  # an arm's length from a screen of 1920 pixels, where a rem is 16 of them
WALK_UP = 2.0  # metres: names and ages of a board are for who has come to it
TITLES = {".stamp"}  # capitals: read by their height, not by that of small letters
LONG_NAME = {".who .long"}  # smaller rather than cut; whole on hover


def letter() -> float:
    """Height of a small letter for a type size of one."""
    font = TTFont(ROOT / "assets" / "fonts" / "noto-sans-400.woff2")
    return float(font["OS/2"].sxHeight / font["head"].unitsPerEm)


def seen_mm(size_mm: float, at_mm: float) -> float:
    """Minutes of arc."""
    return math.degrees(math.atan(size_mm / at_mm)) * 60


def declared(unit: str) -> list[tuple[str, str, float]]:
    """Sheet, selector and size of every type size that is given in that unit, for a screen."""
    found = []
    for path in sorted(CSS.glob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
            for size in re.findall(rf"font(?:-size)?:[^;]*?([\d.]+){re.escape(unit)}", body):
                found.append((path.stem, selector.strip(), float(size)))
    return found


def test_no_small_letter_of_a_desk_is_under_10_minutes_rule_2() -> None:
    pitch = pitch_mm(DESK_INCHES, 1920, 1080)
    sizes = [each for each in declared("rem") if each[0] not in ("print", "phone", "wall_gallery")]
    assert len(sizes) > 50
    small = {
        f"{sheet}: {selector} {size}"
        for sheet, selector, size in sizes
        if seen_mm(size * 16 * letter() * pitch, DESK_MM) < LEAST
        and not any(selector.endswith(known) for known in TITLES | LONG_NAME)
    }
    assert small == set()


def test_a_wall_has_a_size_for_each_kind_of_information_rule_2() -> None:
    """Status across the room, names and ages for who walks up, where a boundary comes from for who asks."""
    sizes = {selector: size for sheet, selector, size in declared(" * var(--u)") if sheet == "wall"}
    status = [
        size for selector, size in sizes.items() if selector in (".wall .now [data-part=alive]", ".wall .now time")
    ]
    assert all(size >= BOARD_READS for size in status)
    pitch = pitch_mm(55, 1920, 1080)
    for selector in (
        ".wall .tile-head",
        ".wall .tile-name",
        ".wall .alert span",
        ".wall .alert .quiet",
        ".ledger-line",
    ):
        assert min(status, default=BOARD_READS) > 2 * sizes[selector], selector
        assert seen_mm(sizes[selector] * letter() * pitch, WALK_UP * 1000) >= LEAST, selector
    assert minutes_of(BOARD_READS, 6, 55, 1920, 1080) >= 15.9


@pytest.mark.parametrize("sheet", sorted(path.stem for path in CSS.glob("*.css")))
def test_lines_have_room_for_marks_rule_3(sheet: str) -> None:
    """1.4 or more wherever words may run over two lines; figures and signs stand in one."""
    text = (CSS / f"{sheet}.css").read_text(encoding="utf-8")
    tight = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        ratios = re.findall(r"line-height:\s*([\d.]+)\s*(?:;|$)|font:[^;]*?/([\d.]+)\s", body)
        low = [r for pair in ratios for r in pair if r and float(r) < 1.4]
        one_line = "nowrap" in body or re.search(r"digits|\.figure|\.sign|small|::|h1|\.says|button", selector)
        if low and not one_line:
            tight.append((selector.strip(), low))
    assert tight == []


@pytest.mark.parametrize("path", ["/", "/p/46", "/d/air", "/p/01/hydrology"])
def test_a_figure_has_its_trend_and_its_normal_band_rule_12(page_of: PageOf, path: str) -> None:
    """No tile is a bare number: the last 24 hours with band and limit stand in it; a gauge has a needle too."""
    tree = desks.content(page_of(path))
    tile, gauge = ([*tree.find(data_panel=kind)] for kind in ("tile", "gauge"))
    assert len(tile) + len(gauge) >= 4
    for node in (*tile, *gauge):
        drawn = to_html(node)
        for part in ('data-part="spark"', 'data-line="band"', 'data-line="limit"', 'data-line="line"'):
            assert part in drawn, (node.get("data-indicator"), part)
    for node in gauge:
        assert 'data-part="needle"' in to_html(node)


def test_a_tile_of_a_wall_has_its_trend_too_rule_12(site: Site) -> None:
    page = Page(site, View(theme="dark"), date(2026, 11, 21))
    drawn = to_html(tiles.tile(page, page.coloured_by, h("span", "x")))
    assert 'data-line="band"' in drawn and 'data-line="line"' in drawn


def test_nothing_blinks_or_glows_rules_13_19() -> None:
    """Blinking is kept for what is active and not acknowledged. Nothing can be acknowledged yet, so nothing blinks: no
    animation stands in any sheet or module, but the sentence that forbids it to a browser that asks for stillness."""
    moving = re.compile(r"@keyframes|animation|transition|\bblink\b|<animate|<set\b")
    found = []
    for path in sorted([*CSS.glob("*.css"), *JS.glob("*.js"), *(ROOT / "layouts").rglob("*.py")]):
        for line in path.read_text(encoding="utf-8").splitlines():
            if moving.search(line):
                found.append((path.name, line.strip()))
    assert {name for name, _ in found} == {"look.css", "theme.py"}
    allowed = ("animation: none !important; transition: none !important", '"transition": {"duration": 0}')
    assert all(any(words in line for words in allowed) for _, line in found), found
    assert not [path.name for path in JS.glob("*.js") if ".animate(" in path.read_text(encoding="utf-8")]


def test_the_load_of_a_desk_is_measured_on_its_own_scale_rules_15_16(site: Site) -> None:
    """About two in ten minutes is the most one desk can work on, more than ten a flood; each wall counts its own place,
    never the centre."""
    assert (panels.MOST, panels.FLOOD) == (2, 10)
    for place in ("vn", "46"):
        page = Page(site, View(place=place, theme="dark"), date(2026, 11, 21))
        panel = panels.load(panels.Shown(page, FarGrid(62, 2, 2, True)), Slot(kind="load", area="right"))
        drawn = to_html(panel)
        assert f'data-scope="{place}"' in drawn and 'data-flood="10"' in drawn
        ticks = dict(re.findall(r'class="(most|flood)" style="--x:([\d.]+)', drawn))
        assert {name: float(x) * panels.END for name, x in ticks.items()} == pytest.approx(
            {"most": 2, "flood": 10}, abs=0.01
        )


def test_nothing_pretends_to_be_acknowledged_or_shelved_rules_18_20_21(site: Site) -> None:
    """An alert is active or cleared: who took it, for how long it is set aside and what sounds come with the alarms of
    a desk. Until then no word, door or sound on a screen says that somebody has answered."""
    asked = re.compile(r"acknowledg|shelv(e|ing)|\bsilenc(e|ing)\b|suppress(ed)? alarm|out of service", re.IGNORECASE)
    said = {key: text for key, text in site.words["en"].for_browser().items() if asked.search(f"{key} {text}")}
    assert said == {}
    assert not asked.search(" ".join(path.read_text(encoding="utf-8") for path in (ROOT / "callbacks").glob("*.py")))
    loud = [path.name for path in JS.glob("*.js") if re.search(r"\bAudio|<audio", path.read_text(encoding="utf-8"))]
    assert loud == []


def test_no_module_reads_the_zone_or_the_habits_of_the_browser_rule_26() -> None:
    """Time is that of Vietnam and figures are written by our own rules, whatever machine hangs on the wall."""
    own = re.compile(r"\.get(Hours|Minutes|Seconds|Date|Month|FullYear|Day|TimezoneOffset)\(|toLocale\w*String")
    found = [path.name for path in JS.glob("*.js") if own.search(path.read_text(encoding="utf-8"))]
    assert found == []

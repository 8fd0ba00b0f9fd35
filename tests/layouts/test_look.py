"""The look as numbers: contrast, marks without colour, fonts with every letter, one table of colours."""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from feeds.catalogue.settings import ROOT
from layouts import marks, theme
from layouts.theme import SHADES, TOKENS

TEXTS = ("ink", "ink-2", "ink-3", "accent")
GROUNDS = ("bg", "surface", "raised", "band", "stripe", "s1-bg", "accent-bg")
LEAST = {"light": 4.5, "dark": 7.0}  # product rule 4: a desk is read at an arm's length, a wall from six metres
MEANT = ("data", "data-2", "s1", "s2", "s3-line", "s4", "edge", "accent")  # graphics that say something: 3:1
NARROW = ("noto-sans-400", "noto-sans-700", "noto-sans-display-400")
HARD = "ẮẰẲẴẶ ẾỀỂỄỆ ỐỒỔỖỘ ỨỪỬỮỰ Đđ"


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, between 1 and 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("shade", SHADES)
def test_text_can_be_read_on_every_ground_rule_4(shade: theme.Shade) -> None:
    token = TOKENS[shade]
    for text in TEXTS:
        for ground in GROUNDS:
            found = contrast(token[text], token[ground])
            assert found >= LEAST[shade], f"--{text} on --{ground} is {found:.2f}"
    for text in ("ink", "ink-2"):  # on a filled ground one goes an ink up
        assert contrast(token[text], token["land"]) >= LEAST[shade]


@pytest.mark.parametrize("shade", SHADES)
def test_marks_and_lines_stand_out_rule_4(shade: theme.Shade) -> None:
    token = TOKENS[shade]
    for part in MEANT:
        assert contrast(token[part], token["bg"]) >= 3, part
    for level in ("s1", "s2", "s3"):
        letter = "on-s3" if level == "s3" else "on-sev"
        assert contrast(token[letter], token[level]) >= LEAST[shade], level
    classes = [luminance(token[f"c{i}"]) for i in range(5)]
    assert classes in (sorted(classes), sorted(classes, reverse=True)), "more ink is further from the target"


def test_a_severity_is_known_without_its_colour_rule_7() -> None:
    paths = [path for path, *_ in marks.SHAPES.values()]
    assert len(set(paths)) == len(marks.SHAPES) == 4, "rule 8: at most four, each with a shape of its own"
    for shade in SHADES:
        for one, other in combinations(("ink", "s1", "s2", "s3", "s4"), 2):
            assert TOKENS[shade][one] != TOKENS[shade][other]


def test_both_shades_have_the_same_names() -> None:
    sheet = theme.stylesheet()
    for name in theme.TABLE:
        assert len(re.findall(rf"^  --{name}: ", sheet, re.MULTILINE)) == 3, name


@pytest.mark.parametrize("path", sorted((ROOT / "assets" / "css").glob("*.css")), ids=lambda path: path.stem)
def test_colours_stand_in_the_table_alone(path: Path) -> None:
    text = theme.PLACE.sub("", path.read_text(encoding="utf-8"))
    named = re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|rgba?\(", text)
    assert named == (["rgb("] if path.stem == "look" else []), "colours are tokens of layouts/theme.py"


def test_names_used_are_tokens() -> None:
    own = re.compile(r"--([\w-]+)\s*:")
    sheets = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "assets" / "css").glob("*.css"))
    code = "".join(
        p.read_text(encoding="utf-8")
        for room, kind in (("assets/js", "*.js"), ("layouts", "*.py"))
        for p in (ROOT / room).rglob(kind)
    )
    set_here = set(own.findall(sheets)) | set(re.findall(r"--([\w-]+)[\"':]", code))
    assert set(re.findall(r"var\(--([\w-]+)", sheets)) <= set_here


@pytest.mark.parametrize("shade", SHADES)
def test_charts_are_drawn_in_the_same_tokens(shade: theme.Shade) -> None:
    colours = set(re.findall(r"#[0-9A-F]{6}", repr(theme.template(shade))))
    assert colours and colours <= set(TOKENS[shade].values())


def letters() -> set[str]:
    """What Vietnamese is written in, composed and with combining marks, and what figures need."""
    vowels = "aăâeêioôơuưy"
    tones = "\u0300\u0301\u0303\u0309\u0323"
    composed = {unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in ("", *tones)}
    every = composed | {c.upper() for c in composed} | set(HARD) | set(tones) | {"\u0302", "\u0306", "\u031b"}
    return (every | set("abcdefghijklmnopqrstuvwxyzđĐ0123456789.,:;%/–—·…“”‘’()+*°³²µ")) - {" "}


@pytest.mark.parametrize("name", NARROW)
def test_no_letter_of_vietnamese_is_missing_rule_3(name: str) -> None:
    font = TTFont(ROOT / "assets" / "fonts" / f"{name}.woff2")
    missing = letters() - {chr(code) for code in font.getBestCmap()}
    assert not missing, f"{name} lacks {' '.join(sorted(missing))}"


@pytest.mark.parametrize("name", NARROW)
def test_digits_are_of_one_width_rule_26(name: str) -> None:
    font = TTFont(ROOT / "assets" / "fonts" / f"{name}.woff2")
    table, widths = font.getBestCmap(), font["hmtx"]
    assert len({widths[table[ord(digit)]][0] for digit in "0123456789"}) == 1


@pytest.mark.parametrize("name", NARROW)
def test_marks_of_capitals_fit_the_line_rule_3(name: str) -> None:
    """Text is set at 1.4: the tallest mark over a capital and the lowest under a letter stay inside their line."""
    font = TTFont(ROOT / "assets" / "fonts" / f"{name}.woff2")
    table, outline, units = font.getBestCmap(), font["glyf"], font["head"].unitsPerEm
    boxes = [outline[table[ord(letter)]] for letter in letters() if not unicodedata.combining(letter)]
    tall = max(getattr(box, "yMax", 0) for box in boxes) - min(getattr(box, "yMin", 0) for box in boxes)
    assert tall / units <= 1.4

"""One thing has one word: what docs/words.md says is never written stands nowhere on screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from feeds.catalogue.settings import ROOT

GLOSSARY = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
SHOWN = (
    "translations/*.po",
    "catalogue/*.yaml",
    "systems/*.yaml",
    "history/*.yaml",
    "wall/*.yaml",
    "lexicon/reasons.yaml",
)
UNSHOWN = re.compile(r"^\s*#.*$|\s# .*$|^msgid.*$", re.MULTILINE)  # remarks, and the keys of words
PERCENT = re.compile(r"\d %")  # as `95 %` in the glossary


@cache
def never() -> list[str]:
    """The last column of the table."""
    rows = re.findall(r"^\|[^|\n]+\|[^|\n]+\|[^|\n]*\|([^|\n]+)\|$", GLOSSARY, re.MULTILINE)
    words = [word.strip() for row in rows for word in row.split(",")]
    return [word for word in words if word and word not in ("never", "---") and not word[0].isdigit()]


def files() -> Iterator[Path]:
    for pattern in SHOWN:
        yield from sorted((ROOT / "data").glob(pattern))


def wrong(text: str) -> list[str]:
    """The words of the table's last column in a text."""
    plain = UNSHOWN.sub("", text).lower()
    return [word for word in never() if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain)] + PERCENT.findall(plain)


def test_no_file_of_words_says_what_the_glossary_rules_out() -> None:
    found = {path.name: words for path in files() if (words := wrong(path.read_text(encoding="utf-8")))}
    assert not found


def test_text_on_screen_is_composed() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in files()}
    assert not [name for name, text in texts.items() if text != unicodedata.normalize("NFC", text)]


def test_a_second_word_would_be_found() -> None:
    assert len(never()) > 5
    assert wrong('msgstr "Trị số nghi ngờ, 5 %"') == ["trị số", "nghi ngờ", "5 %"]
    assert not wrong("# trị số, 5 %: a remark\nvi: Giá trị")

"""No word is missing and none is left over: keys in the tables are those that pages and modules say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feeds.catalogue.settings import ROOT
from layouts import words
from layouts.words import LANGS, MissingWords

TABLES = words.load(ROOT / "data" / "words")
SAID = re.compile(r"""(?:words|say)\(\s*f?["'`]([a-z0-9_.${}]+)["'`]""")
MADE = (
    "js.age.",
    "js.process.",
    "js.severity.",
    "js.camera.",
    "js.weekday.",
    "severity.",
    "card.",
    "js.card.",
    "health.",
    "limits.",
    "switch.",
    "list.",
    "grid.",
)
MADE_OF_KINDS = re.compile(r"[a-z]+\.title\.plain|trend\.hours\.\d+|map\.zoom\.\w+|js\.legend\.\w+")


def said(folder: str, ending: str, prefix: str = "") -> set[str]:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob(f"*.{ending}"))
    return {prefix + key for key in SAID.findall(source) if "{" not in key}


def test_every_word_that_is_said_is_written() -> None:
    wanted = said("layouts", "py") | said("callbacks", "py") | said("assets/js", "js", "js.")
    for lang in LANGS:
        assert not wanted - set(TABLES[lang].table)


def test_no_word_is_left_over() -> None:
    source = "".join(path.read_text(encoding="utf-8") for room in ("layouts", "callbacks", "assets/js") for path in
                     sorted((ROOT / room).rglob("*")) if path.suffix in (".py", ".js"))  # fmt: skip
    for key in TABLES["vi"].table:
        short = key.removeprefix("js.")
        made = key.startswith(MADE) or MADE_OF_KINDS.fullmatch(key)
        assert made or f'"{short}"' in source or f'"{key}"' in source or f"`{short}`" in source, key


def test_both_languages_fill_the_same_places() -> None:
    for key, text in TABLES["vi"].table.items():
        places = re.findall(r"\{(\w+)\}", text)
        assert sorted(places) == sorted(re.findall(r"\{(\w+)\}", TABLES["en"].table[key])), key


def test_a_key_of_one_language_only_stops_start_up(tmp_path: Path) -> None:
    (tmp_path / "vi.yaml").write_text("a: Một\nb: Hai\n", encoding="utf-8")
    (tmp_path / "en.yaml").write_text("a: One\n", encoding="utf-8")
    with pytest.raises(MissingWords, match=r"en\.yaml lacks b"):
        words.load(tmp_path)


def test_a_word_that_is_no_text_stops_start_up(tmp_path: Path) -> None:
    for lang in LANGS:
        (tmp_path / f"{lang}.yaml").write_text("a: 1\n", encoding="utf-8")
    with pytest.raises(MissingWords, match="must be a text"):
        words.load(tmp_path)

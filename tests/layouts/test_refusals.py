"""Every sentence with which a check refuses a catalogue file is said in Vietnamese too, and none is left over."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from feeds.catalogue.said import LONGEST, Said, plain, say
from feeds.catalogue.settings import ROOT
from layouts.words import REFUSALS, MissingWords, Words, sentences

VIETNAMESE = sentences(ROOT / "data" / "translations" / REFUSALS)
CATALOGUE = ROOT / "feeds" / "catalogue"
CHECKS = ("arguments", "bounds", "checks", "limits", "loader", "panel_checks", "rollup_checks", "shapes", "source",
          "vocabulary")  # fmt: skip


def calls(path: Path, name: str) -> list[ast.Call]:
    """The calls of a function or method of that name in a file."""
    found = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return [call for call in found if getattr(call.func, "id", getattr(call.func, "attr", "")) == name]


def templates() -> set[str]:
    """Every template in the code; one that is no literal could not be found, so there must be none."""
    found = [
        call.args[0]
        for path in (ROOT / "feeds").rglob("*.py")
        if "feeds.catalogue.said import" in path.read_text(encoding="utf-8")
        for call in calls(path, "say")
    ]
    assert all(isinstance(arg, ast.Constant) for arg in found)
    return {str(arg.value) for arg in found if isinstance(arg, ast.Constant)}


def test_every_refusal_has_its_vietnamese_and_none_is_left_over() -> None:
    assert templates() == set(VIETNAMESE)


def test_no_check_refuses_with_a_sentence_that_cannot_be_translated() -> None:
    bare = [
        f"{name}.py:{call.lineno}"
        for name in CHECKS
        for call in (*calls(CATALOGUE / f"{name}.py", "error"), *calls(CATALOGUE / f"{name}.py", "CatalogueError"))
        if isinstance(call.args[-1], ast.Constant | ast.JoinedStr)
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("arg", "shown"),
    [
        ("x" * 5_000_000, "x" * (LONGEST - 1) + "…"),
        ("a\u202eb\x07\x00", "a\ufffdb\ufffd\ufffd"),
        ("{0.__class__}", "{0.__class__}"),
        (16**100_000, "…"),
        (-5, "-5"),
        (["a"], "['a']"),
        (say("unit"), "đơn vị"),
        (plain("mm {x}"), "mm {x}"),
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_what_fills_a_sentence_is_shown_short_and_harmless(arg: object, shown: str) -> None:
    words = Words("vi", {}, VIETNAMESE)
    assert words.sentence(say("`{value}` is not a number", value=arg)) == f"`{shown}` không phải là số"
    assert words.sentence(Said("nobody wrote {this}", {"this": "one"})) == "nobody wrote one"


def test_a_translation_that_drops_what_was_wrong_is_refused(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    (tmp_path / REFUSALS).write_text(head + 'msgid "unknown {what}"\nmsgstr "không có"\n', encoding="utf-8")
    with pytest.raises(MissingWords, match="same places"):
        sentences(tmp_path / REFUSALS)

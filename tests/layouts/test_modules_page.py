"""The page of modules: what is in force, what was refused, with file, line and what to write instead."""

from __future__ import annotations

import json

import pytest
from plotly.utils import PlotlyJSONEncoder

from callbacks import modules as opening
from feeds.catalogue.said import plain, say
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from layouts import modules
from layouts.words import LANGS
from tests.layouts.conftest import PageOf

TAKEN = 1_795_231_800_000
ROWS = [
    {"name": "health", "state": "live", "taken": TAKEN, "refused_at": None, "line": 0, "problem": None},
    {"name": "air", "state": "kept", "taken": TAKEN, "refused_at": TAKEN, "line": 12,
     "problem": say("unknown {what} `{word}`: {hint}", what=say("unit"), word="furlong",
                    hint=say("add it to `units` of this file or use a known one"))},
    {"name": "snow", "state": "refused", "taken": None, "refused_at": TAKEN, "line": 0,
     "problem": plain("<b>not text</b>")},
]  # fmt: skip


FURLONG = {
    "vi": "air.yaml:12: không có đơn vị `furlong`: thêm vào `units` của tệp này",
    "en": "air.yaml:12: unknown unit `furlong`: add it to `units` of this file",
}


def drawn(parts: object) -> str:
    return json.dumps(parts, cls=PlotlyJSONEncoder, ensure_ascii=False)


@pytest.mark.parametrize("lang", LANGS)
def test_a_refused_file_is_told_with_its_line_and_remedy(page_of: PageOf, lang: str) -> None:
    page = page_of("/modules", lang=lang)
    said = drawn(modules.root(page, "/srv/modules", ROWS))
    assert "/srv/modules" in said and FURLONG[lang] in said
    assert "snow.yaml: <b>not text</b>" in said, "as text, never as markup"
    assert page.words("module.state.kept") in said and page.words("module.state.refused") in said
    assert '"data-module": "snow"' in said and page.words.of(page.site.catalogue.domains["health"]) in said


def test_without_modules_it_says_where_to_drop_one(page_of: PageOf) -> None:
    page = page_of("/modules")
    said = drawn(modules.root(page, "/srv/modules", []))
    assert page.words("module.none") in said and "/srv/modules" in said


class Away:
    """A reader that cannot read."""

    folder = ""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def all(self, _scope: Scope) -> list[dict[str, object]]:
        raise self._error


@pytest.mark.parametrize(("error", "word"), [(OutOfScope("no"), "list.forbidden"), (OSError("away"), "list.failed")])
def test_what_cannot_be_read_is_said(page_of: PageOf, error: Exception, word: str) -> None:
    page = page_of("/modules")
    assert page.words(word) in drawn(opening.opened(page, Away(error), NATION))  # type: ignore[arg-type]

"""The catalogue as a page: every indicator with the whole of its card, found without marks."""

from __future__ import annotations

from typing import get_args

import pytest

from feeds.catalogue.model import Direction, RollUp
from feeds.catalogue.names import fold
from layouts import address, definitions
from layouts.address import NoSuchPage
from layouts.books import CONTENTS
from layouts.page import content
from layouts.words import LANGS
from tests.layouts.conftest import PageOf


@pytest.mark.parametrize("lang", LANGS)
def test_every_indicator_has_its_card(page_of: PageOf, lang: str) -> None:
    page = page_of("/catalogue", lang=lang)
    cards = {node.get("data-definition"): node for node in content(page).find(data_definition=None)}
    assert set(cards) == set(page.site.catalogue.indicators)
    for code, indicator in page.site.catalogue.indicators.items():
        said = cards[code].text()
        assert page.words.of(indicator) in said and page.words.of(indicator, "formula") in said
        assert all(threshold.source in said for threshold in indicator.thresholds)
        assert indicator.compute.fn in said and (not indicator.basis or indicator.basis in said)


def test_a_limit_of_the_past_or_future_stands_there_with_its_days(page_of: PageOf) -> None:
    page = page_of("/catalogue")
    dated = [i for i in page.site.catalogue.indicators.values() if any(t.valid_from for t in i.thresholds)]
    assert dated, "the catalogue has limits that changed on a day"
    for indicator in dated:
        told = definitions.facts(page, indicator)["limits"]
        assert all(f"{t.valid_from:%d/%m/%Y}" in told for t in indicator.thresholds if t.valid_from)


def test_what_a_row_is_found_by_has_no_marks(page_of: PageOf) -> None:
    rows = {
        n.get("data-definition"): n.get("data-find") or "" for n in content(page_of("/catalogue")).find(data_find=None)
    }
    assert all(found == fold(found) for found in rows.values())
    assert "ty le xu ly truoc han dung han" in rows["adm_ontime_rate"] and "766" in rows["adm_ontime_rate"]


def test_every_direction_and_roll_up_has_its_word(page_of: PageOf) -> None:
    for lang in LANGS:
        words = page_of("/catalogue", lang=lang).words
        assert all(words(f"definition.direction.{each}") for each in get_args(Direction))
        assert all(words(f"definition.rollup.{each}") for each in get_args(RollUp))


@pytest.mark.parametrize(("seconds", "said"), [(1, "1 second"), (90, "90 seconds"), (300, "5 minutes"),
                                               (86_400, "1 day"), (0, "0 seconds")])  # fmt: skip
def test_a_span_is_told_in_its_largest_whole_unit(page_of: PageOf, seconds: int, said: str) -> None:
    assert definitions.span(page_of("/catalogue", lang="en"), seconds) == said


def test_every_book_has_an_address_that_restores_it(page_of: PageOf) -> None:
    assert set(CONTENTS) == set(address.BOOKS)
    for book in address.BOOKS:
        page = page_of(f"/{book}", theme="dark", lang="en")
        assert page.view.book == book and page.view.href() == f"/{book}?theme=dark&lang=en"
    with pytest.raises(NoSuchPage):
        page_of("/catalogue/further")

"""The national systems as data: whole, honest about what has no source, wrong files told with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.catalogue import loader, milestones, systems
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import Places
from feeds.catalogue.settings import Settings
from feeds.catalogue.source import CatalogueError
from feeds.catalogue.systems import System

HISTORY = milestones.load(Places.load())
TEXT = """\
code: tests
order: 1
vi: Thử
en: Test
owner: Sở
domain: national
figures:
  - {vi: Một, en: One, indicator: nat_up}
  - {vi: Hai, en: Two, milestone: un_rank}
  - {vi: Ba, en: Three}
panels:
  - {kind: lights, vi: Đèn, en: Lights, feed: systems, indicators: [nat_up]}
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return loader.load(Settings().catalogue)


def of(folder: Path, catalogue: Catalogue, text: str = TEXT) -> System:
    (folder / "tests.yaml").write_text(text, encoding="utf-8")
    return systems.load(catalogue, HISTORY, folder)["tests"]


def test_every_system_of_the_product_loads_in_its_order(catalogue: Catalogue) -> None:
    found = systems.load(catalogue, HISTORY)
    assert list(found)[:6] == ["axis", "portal", "reporting", "fields", "security", "integration"]
    assert all(system.figures for system in found.values())


def test_a_figure_is_live_printed_or_without_a_source(tmp_path: Path, catalogue: Catalogue) -> None:
    assert [shown.sourced for shown in of(tmp_path, catalogue).figures] == [True, True, False]


def test_without_its_domain_a_system_has_no_source_and_the_start_goes_on(tmp_path: Path, catalogue: Catalogue) -> None:
    bare = of(tmp_path, catalogue, TEXT.replace("domain: national", "domain: elsewhere"))
    assert not bare.domain and not bare.panels and [shown.sourced for shown in bare.figures] == [False, True, False]


WRONG = [
    ("indicator: nat_up}", "indicator: nat_pu}", "did you mean `nat_up`"),
    ("milestone: un_rank", "milestone: un_rnak", "did you mean `un_rank`"),
    ("kind: lights", "kind: lamps", "unknown kind of panel `lamps`"),
    ("domain: national\n", "", "has no panels"),
    ("feed: systems", "feed: system", "did you mean `systems`"),
    ("indicators: [nat_up]", "indicators: [nat_upp]", "did you mean `nat_up`"),
    ("code: tests", "code: test", "write `code: tests`"),
    ("owner: Sở\n", "", "`owner` is missing"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG)
def test_a_slip_in_a_system_is_told_with_file_and_line(
    tmp_path: Path, catalogue: Catalogue, old: str, new: str, said: str
) -> None:
    with pytest.raises(CatalogueError, match=r"tests\.yaml(:\d+)?: ") as wrong:
        of(tmp_path, catalogue, TEXT.replace(old, new, 1))
    assert said in str(wrong.value)

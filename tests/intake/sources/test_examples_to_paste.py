"""The declarations that the papers show can be pasted: each is loaded with the real catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feeds.catalogue import loader
from feeds.catalogue.model import Catalogue
from feeds.catalogue.settings import ROOT
from feeds.intake.sources import declared

PAPERS = [ROOT / "docs" / "operations.md", *sorted((ROOT / "docs" / "sources").glob("*.md"))]
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
ID = re.compile(r"^id: (\S+)", re.MULTILINE)
EXAMPLES = [
    pytest.param(block, id=f"{paper.stem}-{n}")
    for paper in PAPERS
    for n, block in enumerate(BLOCK.findall(paper.read_text("utf-8")))
    if ID.search(block)
]


@pytest.fixture(scope="module")
def real() -> Catalogue:
    """The catalogue of the product."""
    return loader.load(ROOT / "data" / "catalogue")


@pytest.mark.parametrize("block", EXAMPLES)
def test_an_example_can_be_pasted(block, real, places, tmp_path: Path) -> None:
    name = ID.search(block)[1]
    (tmp_path / f"{name}.yaml").write_text(block, "utf-8")
    (source,) = declared.load(tmp_path, real, places)
    assert source.id == name


def test_every_kind_has_an_example() -> None:
    shown = {kind for example in EXAMPLES for kind in re.findall(r"^kind: (\w+)", example.values[0], re.MULTILINE)}
    assert shown == set(declared.kind_names())

"""The first pages of the repository count the catalogue as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feeds.catalogue.loader import load

ROOT = Path(__file__).resolve().parents[2]
SAID = {
    "README.md": r"(\d+) domains, each one YAML file.*?(\d+) figures",
    "README.vi.md": r"(\d+) lĩnh vực, mỗi lĩnh vực một tệp YAML.*?(\d+) chỉ\ssố",
}


@pytest.mark.parametrize("name", SAID)
def test_a_readme_counts_domains_and_figures_as_the_catalogue_does(name: str) -> None:
    catalogue = load(ROOT / "data/catalogue")
    found = re.search(SAID[name], (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"{name} no longer says how many"
    assert tuple(map(int, found.groups())) == (len(catalogue.domains), len(catalogue.indicators))

"""The papers that are made from the program are as the program would make them now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.build import DOCS, built
from feeds.catalogue.settings import VARIABLES
from feeds.store.tables import metadata
from tests.test_rooms import WINGS


@pytest.mark.parametrize("path", sorted(built()), ids=lambda path: path.name)
def test_what_is_built_from_the_program_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == built()[path], "run: python -m docs.build"


def test_the_tables_are_there() -> None:
    architecture, contract = ((DOCS / name).read_text() for name in ("architecture.md", "contract.md"))
    assert "`ioc:in:{<feed>:<part>}`" in architecture
    assert all(f"| `{table}` |" in architecture for table in metadata.tables)
    assert all(f"| `{name}` |" in contract for name in VARIABLES)


def test_every_wing_is_explained() -> None:
    told = set(re.findall(r"^\| `(\w+)/` \|", (DOCS / "architecture.md").read_text(), re.MULTILINE))
    assert {wing for wing in WINGS if not wing.startswith("_")} <= told


def test_the_drawing_has_every_box_and_arrow_of_its_text() -> None:
    text = (DOCS / "architecture.drawing").read_text()
    drawn = (DOCS / "architecture.svg").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert drawn.count('class="box"') == sum("|" in line for line in lines)
    assert drawn.count('class="arrow"') == sum("->" in line for line in lines)


def test_the_pictures_of_the_pages_are_there_and_small() -> None:
    shown = set(re.findall(r"\((pictures/[\w-]+\.webp)\)", (DOCS / "pages.md").read_text(encoding="utf-8")))
    kept = {f"pictures/{path.name}": path.stat().st_size for path in (DOCS / "pictures").iterdir()}
    assert shown == set(kept) and len(kept) >= 12
    assert max(kept.values()) <= 150_000 and sum(kept.values()) <= 4_000_000

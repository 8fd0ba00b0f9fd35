"""docs/add-a-domain.md says exactly what the catalogue knows."""

import re
from pathlib import Path
from typing import get_args

from feeds.catalogue import functions, rollup_checks
from feeds.catalogue.model import Feed, Indicator, Measure, RollUp, Threshold

PAGE = (Path(__file__).parents[2] / "docs/add-a-domain.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (entity|place|records|health) \|(.+?)\|(.*?)\|(.*?)\|$", re.M)


def words(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`(\w+)`", cell))


def test_every_function_stands_in_the_table_with_its_arguments():
    told = {
        name: (level, words(required), set(words(optional)))
        for level, names, required, optional in ROW.findall(PAGE)
        for name in words(names)
    }
    assert told == {name: (f.level, f.required, set(f.optional)) for name, f in functions.FUNCTIONS.items()}


def test_every_key_is_explained():
    for shape, ours in ((Feed, {"code", "vi", "en"}), (Indicator, {"code", "domain", "vi", "en", "unit_en"})):
        for key in set(shape.__struct_fields__) - ours - {"short_vi", "short_en", "formula_vi", "formula_en"}:
            assert f"`{key}`" in PAGE, f"{shape.__name__}.{key}"
    for shape in (Measure, Threshold):
        for key in shape.__struct_fields__:
            assert f"`{key}`" in PAGE, f"{shape.__name__}.{key}"


def test_every_rollup_and_baseline_is_named():
    for word in (*get_args(RollUp), *functions.BASELINES):
        assert f"`{word}`" in PAGE
    assert set().union(*rollup_checks.ROLLUPS.values()) == set(get_args(RollUp))

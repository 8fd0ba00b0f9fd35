"""docs/rules.md: every control-room rule has a row, and the tests it names are there and cite the number."""

from __future__ import annotations

import re

import pytest

from tests.test_rooms import ROOT

ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
ROWS = {int(n): (said, held) for n, said, held in ROW.findall((ROOT / "docs" / "rules.md").read_text(encoding="utf-8"))}
CITED = re.compile(r"[Rr]ules?[ _](\d+(?:(?:, |_| and )\d+)*)")


def numbers(text: str) -> set[int]:
    """The rules that a text cites: `rule 6`, `Rules 9 and 10`, `rules_23_24_27`."""
    return {int(n) for found in CITED.findall(text) for n in re.findall(r"\d+", found)}


def citing(path: str, name: str) -> set[int]:
    """What a test and the head of its file cite."""
    text = (ROOT / path).read_text(encoding="utf-8")
    found = re.search(rf"^def {name}\(.*?(?=^(?:@|def |[A-Z_]+ = )|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{path} has no test {name}"
    return numbers(found[0]) | numbers(text.partition("\n\n")[0])


def test_every_rule_has_its_row() -> None:
    assert sorted(ROWS) == list(range(1, 31))


@pytest.mark.parametrize("rule", sorted(ROWS))
def test_a_rule_is_held_by_tests_that_cite_it(rule: int) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ROWS[rule][1])
    assert named
    for path, name in named:
        assert rule in citing(path, name), f"{path}::{name} does not cite rule {rule}"


def test_a_citation_is_read_as_people_write_it() -> None:
    assert numbers("rule 6, and Rules 9 and 10; test_x_rules_23_24_27, rule_1_heights") == {6, 9, 10, 23, 24, 27, 1}
    assert numbers("rules of 3 and the ruler 4") == set()

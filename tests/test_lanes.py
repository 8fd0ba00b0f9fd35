"""`make test` runs every test once and passes only when each of its lanes does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

from tests.__main__ import ALONE, ROOT, SHARED, SIDE_BY_SIDE, alone, run
from tests.test_rooms import tree


def test_every_folder_of_tests_is_in_one_lane_and_its_rest_in_the_other() -> None:
    pages, rooms = SIDE_BY_SIDE["pages"], SIDE_BY_SIDE["rooms"]
    own = [word for word in pages if word.startswith("tests/")]
    assert all((ROOT / folder).is_dir() for folder in own)
    assert {word for word in rooms if word.startswith("tests")} == {"tests"}
    assert {word for word in rooms if word.startswith("--ignore")} == {f"--ignore={folder}" for folder in own}
    assert pages[-2:] == rooms[-2:] == ["-m", SHARED]


def test_no_test_that_wants_no_neighbour_is_forgotten() -> None:
    bearing = {path for path in (ROOT / "tests").rglob("*.py") if "alone" in words(path)}
    assert {ROOT / path for path in alone()} == {path for path in bearing if path.name.startswith("test_")}


def words(path: Path) -> set[str]:
    """Attributes that a file names, `alone` among them where a test bears the mark."""
    return {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("marks", [set(), {"alone"}, {"soak"}, {"soak", "alone"}, {"browser"}])
def test_every_mark_is_asked_for_once(marks: set[str]) -> None:
    asked = [Expression.compile(words).evaluate(lambda name, **_: name in marks) for words in (SHARED, ALONE, "soak")]
    assert sum(asked) == 1


def test_one_failure_in_any_lane_fails_the_whole(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    good, bad, none = tmp_path / "test_good.py", tmp_path / "test_bad.py", tmp_path / "test_none.py"
    good.write_text("def test_x(): pass\n")
    bad.write_text("def test_x(): assert 1 == 2\n")
    none.write_text("")
    words = ["-c", "/dev/null", "--rootdir", str(tmp_path), "-p", "no:cacheprovider", "-p", "no:dash"]
    assert not run({"one": [str(good)], "two": [str(bad)], "three": [str(none)]}, words)
    said = capfd.readouterr().out
    assert "one   ended with 0" in said and "two   ended with 1" in said and "three ended with 5" in said
    assert "assert 1 == 2" in said and {line.partition(" ")[0] for line in said.splitlines()} == {"one", "two", "three"}
    assert run({"one": [str(good)]}, words)

"""`make test` runs every test once and passes only when each of its lanes does."""

from __future__ import annotations

import ast
import logging
import os
import subprocess
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

from feeds.catalogue import loader
from feeds.host import logs
from tests import by_heart
from tests.__main__ import ALONE, MEASURES, MOST_AGAIN, ROOT, SHARED, SIDE_BY_SIDE, Outcome, alone, last, once_more, run
from tests.conftest import LOUDNESS, pytest_runtest_teardown
from tests.test_rooms import tree


def asked_for(words: list[str]) -> list[Path]:
    """Files of tests that a lane collects."""
    own = [ROOT / word for word in words if word.startswith("tests")]
    ignored = [ROOT / word.partition("=")[2] for word in words if word.startswith("--ignore=")]
    files = [file for path in own for file in (sorted(path.rglob("test_*.py")) if path.is_dir() else [path])]
    return [file for file in files if not any(file.is_relative_to(path) for path in ignored)]


def test_every_file_of_tests_is_in_one_lane() -> None:
    collected = [file for words in SIDE_BY_SIDE.values() for file in asked_for(words)]
    assert sorted(collected) == sorted((ROOT / "tests").rglob("test_*.py"))
    assert all(words[-2:] == ["-m", SHARED] for words in SIDE_BY_SIDE.values())


def test_what_wants_no_neighbour_is_in_one_of_its_lanes_and_what_measures_comes_last() -> None:
    storm, quiet = last().values()
    assert storm[-2:] == quiet[-2:] == ["-m", ALONE]
    assert sorted(storm[:-2] + quiet[:-2]) == sorted(alone()) and storm[:-2]
    assert quiet[-3] == MEASURES


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


def test_logging_that_a_command_sets_up_ends_with_its_test() -> None:
    logs.configure("DEBUG")
    mine = [each for each in logging.getLogger().handlers if isinstance(each.formatter, logs.Careful)]
    assert mine and logging.getLogger().level == logging.DEBUG
    pytest_runtest_teardown()
    assert not set(mine) & set(logging.getLogger().handlers) and logging.getLogger().level == LOUDNESS[None]


def test_what_is_compiled_is_kept_whatever_the_environment_says() -> None:
    words = ["make", "--silent", "--eval", "told:; @env", "told"]
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "PATH=" in told and "PYTHONDONTWRITEBYTECODE" not in told


def test_who_asks_for_our_catalogue_gets_tables_of_its_own_and_others_are_read(tmp_path: Path) -> None:
    one, other = by_heart.load(by_heart.OURS), by_heart.load(by_heart.OURS)
    assert one == other and one.feeds is not other.feeds and one.feeds["air"] is other.feeds["air"]
    with pytest.raises(loader.CatalogueError, match="there is no vocabulary"):
        by_heart.load(tmp_path)


BAD = "def test_bad(): assert 1 == 2\n"


@pytest.fixture
def words_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What makes pytest read the made-up files as if they were a project of their own, which uses no plugin."""
    monkeypatch.setattr("tests.__main__.ROOT", tmp_path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return ["-c", "/dev/null", "--rootdir", str(tmp_path), "-p", "no:cacheprovider", "-p", "no:dash"]


def test_one_failure_in_any_lane_fails_the_whole(
    tmp_path: Path, words_of: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    good, bad, none = tmp_path / "test_good.py", tmp_path / "test_bad.py", tmp_path / "test_none.py"
    good.write_text("def test_x(): pass\n")
    bad.write_text(BAD)
    none.write_text("")
    assert run({"one": [str(good)], "two": [str(bad)]}, words_of) == Outcome(True, ["test_bad.py::test_bad"])
    assert run({"one": [str(good)], "three": [str(none)]}, words_of) == Outcome(False, [])
    said = capfd.readouterr().out
    assert "one   ended with 0" in said and "two   ended with 1" in said and "three ended with 5" in said
    assert "assert 1 == 2" in said and {line.partition(" ")[0] for line in said.splitlines()} == {"one", "two", "three"}
    assert run({"one": [str(good)]}, words_of).passed


def test_what_failed_beside_others_must_pass_alone(
    tmp_path: Path, words_of: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    crowded = f"def test_crowded():\n    from pathlib import Path\n    Path({str(tmp_path / 'quiet')!r}).read_text()\n"
    (tmp_path / "test_both.py").write_text(BAD + crowded)
    beside = run({"one": ["test_both.py"]}, words_of)
    assert beside.failed == ["test_both.py::test_bad", "test_both.py::test_crowded"]
    (tmp_path / "quiet").write_text("")
    again = once_more(beside, words_of)
    assert again == Outcome(True, ["test_both.py::test_bad"]) and not again.passed
    said = capfd.readouterr().out
    assert "failed twice: test_both.py::test_bad" in said
    assert "unsteady, passed alone: test_both.py::test_crowded" in said


def test_many_failures_are_no_want_of_the_machine() -> None:
    beside = Outcome(True, [f"tests/test_x.py::test_{n}" for n in range(MOST_AGAIN + 1)])
    assert once_more(beside, []) is beside

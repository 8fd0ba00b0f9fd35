"""`make test` runs every test once and passes only when each of its lanes does."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

from tests.__main__ import AFTERWARDS, ALONE, ROOT, SHARED, SIDE_BY_SIDE, run


def test_every_folder_of_tests_is_in_one_lane_and_its_rest_in_the_other() -> None:
    pages, rooms = SIDE_BY_SIDE["pages"], SIDE_BY_SIDE["rooms"]
    own = [word for word in pages if word.startswith("tests/")]
    assert all((ROOT / folder).is_dir() for folder in own)
    assert {word for word in rooms if word.startswith("tests")} == {"tests"}
    assert {word for word in rooms if word.startswith("--ignore")} == {f"--ignore={folder}" for folder in own}
    assert pages[-2:] == rooms[-2:] == ["-m", SHARED]
    assert AFTERWARDS == {"alone": ["tests", "-m", ALONE]}


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

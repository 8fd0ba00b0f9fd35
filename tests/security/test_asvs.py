"""The check-list names every requirement of ASVS 5.0 levels 1 and 2 once, with a state and a reason."""

from __future__ import annotations

import re
from collections import Counter

from tests.test_rooms import ROOT

LAST = {  # section -> its last requirement of levels 1 and 2; they are numbered without gaps
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
ROW = re.compile(r"^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \| ([^|]+) \| (done|exempt) \| ([^|]+) \|$", re.MULTILINE)


def test_every_requirement_stands_in_the_check_list_once() -> None:
    rows = ROW.findall((ROOT / "docs" / "asvs.md").read_text(encoding="utf-8"))
    told = Counter(number for numbers, *_ in rows for number in numbers.split(", "))
    asked = [f"{section}.{n}" for section, last in LAST.items() for n in range(1, last + 1)]
    assert sorted(told) == sorted(asked) and max(told.values()) == 1
    assert all(len(reason.strip()) >= 4 for *_, reason in rows)


def test_files_that_the_papers_of_security_name_are_there() -> None:
    for paper in ("asvs.md", "security.md"):
        text = (ROOT / "docs" / paper).read_text(encoding="utf-8")
        names = set(re.findall(r"`([\w/]+\.(?:py|md|yaml))`", text))
        rooms = (ROOT / room for room in ("feeds", "layouts", "tests", "docs", "data"))
        everything = [str(path) for room in rooms for path in room.rglob("*.*")]
        lost = {name for name in names if not any(path.endswith(name) for path in everything)}
        assert not lost, paper

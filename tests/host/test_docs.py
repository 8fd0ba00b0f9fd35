"""The papers say what the program does: settings, links, commands."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

import feeds.__main__
from feeds.catalogue.settings import VARIABLES
from tests.conftest import ROOT

PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def settings_table(readme: Path) -> dict[str, str]:
    rows = re.findall(r"^\| `(IOC_\w+)` \| (.*?) \| ", readme.read_text(), re.MULTILINE)
    return dict(rows)


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_every_setting_is_in_the_readme(readme: str) -> None:
    assert list(settings_table(ROOT / readme)) == list(VARIABLES)


def test_defaults_in_the_readme_are_the_programs() -> None:
    assert settings_table(ROOT / "README.md") == {name: variable.default for name, variable in VARIABLES.items()}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_links_between_papers_lead_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", paper.read_text())
    assert [link for link in links if not (paper.parent / link).exists()] == []


def test_commands_in_papers_are_understood() -> None:
    parser, understood = feeds.__main__._parser(), set()
    for paper in PAPERS:
        for command in re.findall(r"python -m feeds ([a-z]+ [^\n`#]+)", paper.read_text()):
            words = shlex.split(command)
            if "--help" not in words:
                parser.parse_args(words)  # it would exit
                understood.add(words[0])
    assert understood >= {"accounts", "audit", "keys", "module", "quarantine", "replay", "screen", "sources"}


def test_make_help_lists_every_command_of_the_contract() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("run", "test", "check", "bench", "soak", "lock", "clean", "help"):
        assert f"make {command} " in told


def test_no_requirement_is_without_a_hash_or_names_a_registry() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[\w.-]+==[^\n]*(?:\n +--hash=sha256:[0-9a-f]{64} ?\\?)+", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)) > 0
        assert "http" not in re.sub(r"httpx|httpcore|httptools", "", text)
        assert "file:" not in text

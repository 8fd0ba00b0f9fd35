"""An invented kind of source, declared in files of the test's own."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feeds.intake.sources import declared, kinds
from feeds.intake.sources.declared import Declared
from feeds.store.database import Database, open_database
from feeds.store.sources import SourceBook

INVENTED = '''
"""Reads whatever the test lets it read."""
import msgspec
from feeds.intake.sources.seam import Kind

class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    most: int = 5

READ = []  # what each run does

def run(settings, outlet):
    READ.pop(0)(settings, outlet)

KIND = Kind(Settings, run)
'''
FILE = """
id: {id}
kind: invented
feeds: [air]
places: ["01"]
cadence: 5m
settings:
  url: "tcp://127.0.0.1"
"""


@pytest.fixture
def invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Callable[..., None]]]:
    """A kind named `invented`; what stands in the list is done by its next runs."""
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "invented.py").write_text(textwrap.dedent(INVENTED))
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path / "kinds")])
    name = f"{kinds.__name__}.invented"
    sys.modules.pop(name, None)
    declared.find_kind("invented")
    yield sys.modules[name].READ
    sys.modules.pop(name, None)


@pytest.fixture
def declare(tmp_path, invented, catalogue, places) -> Callable[..., Declared]:
    """Writes the file of a source and loads it."""

    def write(source_id: str = "hn-khi", text: str = FILE) -> Declared:
        folder = tmp_path / "sources"
        folder.mkdir(exist_ok=True)
        (folder / f"{source_id}.yaml").write_text(text.replace("{id}", source_id))
        return {source.id: source for source in declared.load(folder, catalogue, places)}[source_id]

    return write


@pytest.fixture
def source_database(settings) -> Iterator[Database]:
    """The world's database."""
    database = open_database(settings)
    yield database
    database.close()


@pytest.fixture
def book(source_database) -> SourceBook:
    """What is written down of sources."""
    return SourceBook(source_database)

"""Modules as people read them: what is in force, what was refused and why; `python -m feeds module list | check |
withdraw` for the operator."""

from __future__ import annotations

import argparse
import builtins
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from feeds.catalogue import loader
from feeds.catalogue.clock import iso
from feeds.catalogue.scope import NATION, Scope
from feeds.catalogue.settings import BadSetting, Settings
from feeds.catalogue.source import text_of
from feeds.store.database import open_database
from feeds.store.modules import Modules

Say = Callable[[str], None]


class ModuleReader:
    """Reads the table of modules for a page."""

    def __init__(self, table: Modules, folder: Path) -> None:
        self._table = table
        self.folder = str(folder)

    def all(self, scope: Scope) -> builtins.list[dict[str, Any]]:
        """Every module with its `state`; OutOfScope for who does not see the whole country."""
        rows = self._table.all(scope)
        return [msgspec.structs.asdict(row) | {"state": row.state, "problem": row.said} for row in rows]


def list(settings: Settings, _asked: argparse.Namespace, say: Say) -> int:
    """Every module, a line each, a refused one with file, line and reason; 1 when one is refused."""
    with closing(open_database(settings)) as database:
        rows = Modules(database).all(NATION)
    for row in rows:
        taken = iso(row.taken) if row.taken else "-"
        line = f":{row.line}" if row.line else ""
        where = f"\t{loader.module_file(row.name)}{line}: {row.said}" if row.said else ""
        say(f"{row.name}\t{row.state}\t{taken}{where}")
    return 1 if any(row.refused for row in rows) else 0


def check(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Whether a file would be taken in, beside the modules in force; nothing is changed."""
    file: Path = asked.file
    with closing(open_database(settings)) as database:
        texts = Modules(database).texts()
    try:
        loader.load(settings.catalogue, {**texts, file.stem: text_of(file)})
    except OSError as error:
        raise BadSetting(f"{file} could not be read: {error.strerror}") from None
    except Exception as wrong:  # the keeper would refuse it with the same sentence
        say(str(loader.refusal(file, wrong)))
        return 1
    say(f"{file}: would be taken in")
    return 0


def withdraw(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Take a module out of force; what was received for it stays, and is there again when it comes back."""
    file = settings.modules_folder / f"{asked.name}.yaml"
    if file.exists():
        raise BadSetting(f"{file} would be taken in again: move it out of the folder first.")
    with closing(open_database(settings)) as database:
        done = Modules(database).withdraw(asked.name)
    say(f"{asked.name}: withdrawn" if done else f"{asked.name}: there is no such module")
    return 0 if done else 1

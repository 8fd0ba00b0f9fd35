"""`data/sources/*.yaml` into the sources that we read, or one sentence that says where a file is wrong.

One file declares one source: who it is, of which kind, for which feeds and places, how often and how much, and the
settings that its kind asks for. Secrets are never written there: a setting names the environment variable.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY, Places
from feeds.catalogue.shapes import convert
from feeds.catalogue.source import CatalogueError, Source, read
from feeds.intake.sender import Sender
from feeds.intake.sources import kinds
from feeds.intake.sources.seam import Kind

SHORTEST_CADENCE_S = 1
DEFAULT_CADENCE_S = 300
MB = 1024 * 1024


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """One file as it is written. `cadence` in seconds, `rate` in events a second, `spool_mb` on the local disk."""

    id: str
    kind: str
    feeds: list[str]
    places: list[str]
    cadence: int = DEFAULT_CADENCE_S
    rate: float | None = None
    spool_mb: int = 256
    note: str = ""
    settings: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Declared:
    """A source ready to be read."""

    declaration: Declaration
    kind: Kind
    settings: Any
    sender: Sender

    @property
    def id(self) -> str:
        """Its name: that of its file."""
        return self.declaration.id

    @property
    def connector(self) -> str:
        """What its events say they came by."""
        return f"{self.declaration.kind}:{self.id}"


def load(
    folder: Path, catalogue: Catalogue, places: Places, wrong: Callable[[CatalogueError], None] | None = None
) -> list[Declared]:
    """Every source declared in `folder`, by id; raises CatalogueError at the first mistake, or tells it to `wrong` and
    leaves that source out."""
    found = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            found.append(_declared(read(file), catalogue, places))
        except CatalogueError as mistake:
            if wrong is None:
                raise
            wrong(mistake)
    return found


def kind_names() -> list[str]:
    """The kinds there are, by their files; nothing is imported."""
    return sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))


def find_kind(name: str) -> Kind:
    """The kind of that name; LookupError when its file exports none."""
    found = getattr(importlib.import_module(f"{kinds.__name__}.{name}"), "KIND", None)
    if not isinstance(found, Kind):
        raise LookupError(f"kinds/{name}.py exports no KIND")
    return found


def _declared(source: Source, catalogue: Catalogue, places: Places) -> Declared:
    said = convert(source, source.data, Declaration, ())
    if said.id != source.file.stem:
        raise source.error(("id",), f"the source's id must be the file's name: write `id: {source.file.stem}`")
    if said.kind not in kind_names():
        raise source.unknown(("kind",), "kind of source", said.kind, kind_names())
    _check_bounds(source, said)
    _check_names(source, "feeds", "feed", said.feeds, catalogue.feeds)
    _check_names(source, "places", "place", said.places, (NATION_KEY, *places.units))
    kind = _kind(source, said.kind)
    settings = convert(source, said.settings, kind.settings, ("settings",))
    units = None if NATION_KEY in said.places else frozenset(said.places)
    return Declared(said, kind, settings, Sender(said.id, units))


def _kind(source: Source, name: str) -> Kind:
    try:
        return find_kind(name)
    except ImportError as error:
        missing = error.name or str(error)
        raise source.error(("kind",), f"`{name}` needs the library `{missing}`: install requirements.txt") from None


def _check_bounds(source: Source, said: Declaration) -> None:
    if said.cadence < SHORTEST_CADENCE_S:
        raise source.error(("cadence",), "the cadence is too short: write `1s` or more")
    if said.rate is not None and said.rate <= 0:
        raise source.error(("rate",), "the rate is events a second: write a number above 0, or leave it out")
    if said.spool_mb < 1:
        raise source.error(("spool_mb",), "the spool needs room: write 1 (MB) or more")


def _check_names(source: Source, part: str, what: str, said: list[str], known: Iterable[str]) -> None:
    if not said:
        raise source.error((part,), f"name at least one {what}")
    for i, name in enumerate(said):
        if name not in known:
            raise source.unknown((part, i), what, name, known)

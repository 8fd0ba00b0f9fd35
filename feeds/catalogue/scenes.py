"""Scenes of the wall, as data: `data/wall/*.yaml`, one file a scene. What is on it, for how long, at which hours.

Files are read as the catalogue's are: plain, bounded YAML that remembers its lines, so that an unknown key, layout or
panel ends the start with file, line and remedy. Which layouts have which areas, and which panels exist, is told by
whoever draws them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from feeds.catalogue.model import Base
from feeds.catalogue.shapes import convert, duration
from feeds.catalogue.source import CatalogueError, Source, Where, read

Seat = Literal["near", "far"]
Rank = Literal["nation", "province"]
HOUR = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
SHORTEST, LONGEST = 5, 3600  # seconds a scene may stand


class Slot(Base, frozen=True, kw_only=True):
    """A panel in an area of the scene; what it does not name keeps the panel's own measure."""

    kind: str
    area: str
    rows: int = 0
    columns: int = 0
    count: int = 0
    figures: tuple[str, ...] = ()  # indicators by their codes; one that the catalogue does not have is left out


class Scene(Base, frozen=True, kw_only=True):
    """One page of the wall. `dwell` in seconds; `loops`: its seconds in a loop of that name, where it stands once.
    `returns`: it stands again after so many other pages; 0 for a page that waits for the next round."""

    code: str
    order: int = 100
    vi: str
    en: str
    says_vi: str = ""  # one sentence for a visitor, shown in a loop alone
    says_en: str = ""
    layout: str
    each: Literal["", "domain", "page"] = ""  # one scene for each domain, or for each page of lead figures
    places: tuple[Rank, ...] = ("nation", "province")
    seats: tuple[Seat, ...] = ("near", "far")
    dwell: int
    returns: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    loops: dict[str, int] = msgspec.field(default_factory=dict)
    start: int = 0  # minutes of the day in Vietnam; past midnight when `end` lies before
    end: int = 24 * 60
    panels: tuple[Slot, ...]


Layouts = Mapping[str, frozenset[str]]  # layout -> its areas


def load(folder: Path, layouts: Layouts, kinds: frozenset[str]) -> tuple[Scene, ...]:
    """The scenes in `folder` in their order; raises CatalogueError at the first mistake."""
    sources = [read(file) for file in sorted(folder.glob("*.yaml"))]
    if not sources:
        raise CatalogueError(folder, 0, "there is no scene: a wall needs at least one file such as overview.yaml")
    scenes = [_scene(source, layouts, kinds) for source in sources]
    return tuple(sorted(scenes, key=lambda scene: (scene.order, scene.code)))


def _scene(source: Source, layouts: Layouts, kinds: frozenset[str]) -> Scene:
    raw: dict[str, Any] = source.data
    if raw.get("code") != source.file.stem:
        raise source.error(("code",), f"the scene's code must be the file's name: write `code: {source.file.stem}`")
    plain = {**raw, **_timed(source, raw), "panels": _slots(source, raw)}
    scene = convert(source, plain, Scene, ())
    if scene.layout not in layouts:
        raise source.unknown(("layout",), "layout", scene.layout, layouts)
    for i, slot in enumerate(scene.panels):
        where: Where = ("panels", i)
        if slot.kind not in kinds:
            raise source.unknown((*where, "kind"), "panel", slot.kind, kinds)
        if slot.area not in layouts[scene.layout]:
            raise source.unknown((*where, "area"), f"area of `{scene.layout}`", slot.area, layouts[scene.layout])
    return scene


def _slots(source: Source, raw: Mapping[str, Any]) -> list[Slot]:
    rows = raw.get("panels")
    if not isinstance(rows, list) or not rows:
        raise source.error(("panels",), "panels are a list: start each with `- {kind: ..., area: ...}`")
    return [convert(source, row, Slot, ("panels", i)) for i, row in enumerate(rows)]


def _timed(source: Source, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Durations in seconds, hours of the day in minutes."""
    timed: dict[str, Any] = {}
    if "dwell" in raw:
        timed["dwell"] = _dwell(source, ("dwell",), raw["dwell"])
    if isinstance(raw.get("loops"), dict):
        timed["loops"] = {name: _dwell(source, ("loops", name), text) for name, text in raw["loops"].items()}
    for key in ("start", "end"):
        if key in raw:
            timed[key] = _minutes(source, (key,), raw[key])
    return timed


def _dwell(source: Source, where: Where, text: Any) -> int:
    seconds = duration(source, where, text)
    if not SHORTEST <= seconds <= LONGEST:
        raise source.error(where, f"`{text}`: a scene stands between {SHORTEST}s and {LONGEST // 60}m")
    return seconds


def _minutes(source: Source, where: Where, text: Any) -> int:
    match = HOUR.fullmatch(text) if isinstance(text, str) else None
    if match is None or int(match[1]) * 60 + int(match[2]) > 24 * 60:
        raise source.error(where, f'`{text}` is not an hour of the day: write it in quotes, as "06:00"')
    return int(match[1]) * 60 + int(match[2])

"""The national systems, as data: `data/systems/*.yaml`. What each is, which figures it shows, where they come from.

A figure has an indicator (then it is live), or stands in the data set of what was printed in the past, or has no source
yet, and the page says which. Slips are told as the catalogue's are: file, line, what to write instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from feeds.catalogue.milestones import History
from feeds.catalogue.model import Base, Catalogue, Panel
from feeds.catalogue.panel_checks import check_panel
from feeds.catalogue.panel_kinds import KINDS, OF_SYSTEMS
from feeds.catalogue.settings import ROOT
from feeds.catalogue.shapes import convert
from feeds.catalogue.source import Source, Where, read

FOLDER = ROOT / "data" / "systems"


class Shown(Base, frozen=True, kw_only=True):
    """One figure of a system, and where it stands."""

    vi: str
    en: str
    indicator: str = ""
    milestone: str = ""

    @property
    def sourced(self) -> bool:
        """True where some source gives the figure, today or in the past."""
        return bool(self.indicator or self.milestone)


class System(Base, frozen=True, kw_only=True):
    """One national system."""

    code: str
    order: int
    vi: str
    en: str
    owner: str
    says_vi: str = ""  # one sentence: what it is
    says_en: str = ""
    domain: str = ""  # whose feed speaks for it
    figures: tuple[Shown, ...] = ()
    panels: tuple[Panel, ...] = ()


def load(catalogue: Catalogue, history: History, folder: Path = FOLDER) -> Mapping[str, System]:
    """Every system in its order; raises CatalogueError at the first slip."""
    systems = [_system(read(file), catalogue, history) for file in sorted(folder.glob("*.yaml"))]
    return {system.code: system for system in sorted(systems, key=lambda each: (each.order, each.code))}


def _system(source: Source, catalogue: Catalogue, history: History) -> System:
    raw: dict[str, Any] = source.data
    if raw.get("code") != source.file.stem:
        raise source.error(("code",), f"the system's code must be the file's name: write `code: {source.file.stem}`")
    parts = {
        "figures": [convert(source, row, Shown, ("figures", i)) for i, row in enumerate(raw.get("figures") or [])],
        "panels": [convert(source, row, Panel, ("panels", i)) for i, row in enumerate(raw.get("panels") or [])],
    }
    system = convert(source, {**raw, **parts}, System, ())
    if system.domain and system.domain not in catalogue.domains:
        return _without(system)
    for i, figure in enumerate(system.figures):
        _check_figure(source, ("figures", i), figure, catalogue, history)
    for i, panel in enumerate(system.panels):
        _check_panel(source, ("panels", i), panel, system, catalogue)
    return system


def _without(system: System) -> System:
    """The system where the catalogue of this installation has no such domain: what it would feed has no source."""
    figures = tuple(msgspec.structs.replace(shown, indicator="") for shown in system.figures)
    return msgspec.structs.replace(system, domain="", figures=figures, panels=())


def _check_figure(source: Source, where: Where, figure: Shown, catalogue: Catalogue, history: History) -> None:
    if figure.indicator and figure.indicator not in catalogue.indicators:
        raise source.unknown((*where, "indicator"), "indicator", figure.indicator, catalogue.indicators)
    if figure.milestone and figure.milestone not in history.series:
        raise source.unknown((*where, "milestone"), "milestone", figure.milestone, history.series)


def _check_panel(source: Source, where: Where, panel: Panel, system: System, catalogue: Catalogue) -> None:
    if not system.domain:
        raise source.error(where, "a system without a source has no panels: write its `domain`, or remove them")
    check_panel(source, where, panel, catalogue, {**KINDS, **OF_SYSTEMS})

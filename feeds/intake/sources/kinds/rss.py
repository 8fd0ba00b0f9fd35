"""Newspapers' RSS and Atom feeds, asked once per cadence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from feeds.catalogue.names import fold
from feeds.catalogue.places import NATION_KEY
from feeds.intake.formats import rss
from feeds.intake.formats.items import Items
from feeds.intake.social.article import Speaker
from feeds.intake.sources.fetch import get, settle
from feeds.intake.sources.harvest import Harvest, Taking
from feeds.intake.sources.seam import BadSource, Kind, Outlet


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One feed; `code` is made of the name when unset, `place` says of what its texts speak if not of the nation."""

    url: str
    name: str
    code: str = ""
    place: str = NATION_KEY

    @property
    def speaker(self) -> Speaker:
        """Who writes it."""
        return Speaker(self.code or f"rss-{fold(self.name).replace(' ', '-')}"[:64], self.name, self.place)


class RssSettings(Taking, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The papers of a source."""

    papers: list[Paper]


def run(settings: RssSettings, outlet: Outlet) -> None:
    """Ask every paper once; one that does not answer does not hold up the others, and is told at the end."""
    ask_all(settings.papers, partial(_ask, outlet=outlet, harvest=Harvest(outlet, settings)), outlet)


def ask_all(papers: Sequence[Paper], ask: Callable[[Paper], None], outlet: Outlet) -> None:
    """Ask each; BadSource at the end names those that did not answer."""
    silent = []
    for paper in papers:
        try:
            ask(paper)
        except BadSource as error:
            silent.append(f"{paper.name}: {error}")
        if outlet.wait(0):
            break
    if silent:
        raise BadSource("; ".join(silent))


def _ask(paper: Paper, outlet: Outlet, harvest: Harvest) -> None:
    answer = get(paper.url, outlet)
    harvest.take(paper.speaker, rss.read(answer.body) if answer else Items())
    harvest.finish()
    if answer:
        settle(paper.url, answer, outlet)


KIND = Kind(RssSettings, run)

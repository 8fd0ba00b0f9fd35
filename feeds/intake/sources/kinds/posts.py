"""Posts of public pages and listening services as JSON, of any shape that the declaration describes."""

from __future__ import annotations

from functools import partial

from feeds.intake.formats import posts
from feeds.intake.formats.items import Items
from feeds.intake.sources.fetch import get, settle
from feeds.intake.sources.harvest import Harvest, Taking
from feeds.intake.sources.kinds.rss import Paper, ask_all
from feeds.intake.sources.seam import Kind, Outlet


class Page(Paper, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One address that answers with JSON. `token` names the environment variable with a bearer token, where needed."""

    mapping: posts.Mapping = posts.Mapping()
    token: str | None = None


class PostsSettings(Taking, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The pages of a source."""

    pages: list[Page]


def run(settings: PostsSettings, outlet: Outlet) -> None:
    """Ask every page once; one that does not answer does not hold up the others, and is told at the end."""
    ask_all(settings.pages, partial(_ask, outlet=outlet, harvest=Harvest(outlet, settings)), outlet)


def _ask(page: Page, outlet: Outlet, harvest: Harvest) -> None:
    headers = {"Accept": "application/json"}
    if page.token:
        headers["Authorization"] = f"Bearer {outlet.secret(page.token)}"
    answer = get(page.url, outlet, headers)
    harvest.take(page.speaker, posts.read(answer.body, page.mapping) if answer else Items())
    harvest.finish()
    if answer:
        settle(page.url, answer, outlet)


KIND = Kind(PostsSettings, run)

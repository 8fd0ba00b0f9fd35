"""What stands on a page that is read, such as a list of records, when it cannot be."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from feeds.catalogue.scope import OutOfScope
from feeds.serve.readers import Unknown
from layouts import listing
from layouts.site import Page

log = logging.getLogger("ioc.pages")
P = ParamSpec("P")
Draw = Callable[Concatenate[Page, P], list[Any]]


def said_where_it_fails(draw: Draw[P]) -> Draw[P]:
    """`draw`, with a sentence in its place for what is not known, what is not this person's and what went wrong."""

    @functools.wraps(draw)
    def drawn(page: Page, /, *args: P.args, **kwargs: P.kwargs) -> list[Any]:
        try:
            return draw(page, *args, **kwargs)
        except Unknown:
            return listing.failed(page, "list.unknown")
        except OutOfScope:
            return listing.failed(page, "list.forbidden")
        except Exception:
            log.exception("%s could not be read", page.view.path())
            return listing.failed(page, "list.failed")

    return drawn

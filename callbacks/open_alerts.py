"""The page of every open alert."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from feeds.catalogue.scope import Scope
from layouts import listing, open_alerts
from layouts.site import Page

log = logging.getLogger("ioc.pages")
Read = Callable[[Scope], list[dict[str, Any]]]  # open alerts of those places that the session sees, times in ms


def opened(page: Page, read: Read, sight: Scope, now_ms: int, query: Mapping[str, str]) -> list[Any]:
    """What Dash mounts; what cannot be read is said."""
    try:
        return open_alerts.root(page, read(sight), now_ms, query)
    except Exception:
        log.exception("open alerts could not be read")
        return listing.failed(page, "list.failed")

"""The page of modules: what is read and what is shown."""

from __future__ import annotations

import logging
from typing import Any

from feeds.catalogue.scope import OutOfScope, Scope
from feeds.serve.modules import ModuleReader
from layouts import listing, modules
from layouts.site import Page

log = logging.getLogger("ioc.pages")


def opened(page: Page, reader: ModuleReader, sight: Scope) -> list[Any]:
    """What Dash mounts; what cannot be read is said."""
    try:
        return modules.root(page, reader.folder, reader.all(sight))
    except OutOfScope:
        return listing.failed(page, "list.forbidden")
    except Exception:
        log.exception("modules could not be read")
        return listing.failed(page, "list.failed")

"""The life of the web process: its limits, its secret, its place to listen; what it serves is given."""

from __future__ import annotations

import gc
import logging
import resource
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from feeds.catalogue.settings import Settings
from feeds.host import address, folder, logs, outside_redis
from feeds.serve import web

OBJECTS_A_COLLECTION = 20_000  # pages and catalogue are made once and live as long as the process


def serve(settings: Settings, make: Callable[[Settings], web.Application]) -> None:
    """Serve the application that `make` makes until a signal ends it; Refused with a sentence when it cannot start."""
    logs.configure(settings.log_level)
    raise_file_limit()
    settings = folder.with_secret(replace(settings, var=folder.prepare(settings.var)))
    address.refuse_taken(settings)
    outside_redis.check(settings)
    logging.getLogger("ioc.web").info("making the pages")
    gc.set_threshold(OBJECTS_A_COLLECTION, 20, 20)
    made = make(settings)
    gc.freeze()
    web.main(settings, made)


def raise_file_limit() -> None:
    """Every open stream is a file: allow as many as the machine lets us."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

"""Everything a web process makes from one catalogue, and how it takes the next one in: built beside it, then exchanged.

Streams, sessions and counters stand outside and live on. A request that has begun ends with the edition it began with.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import Flask
from starlette.types import ASGIApp

from feeds.catalogue import tasks
from feeds.serve.dash_app import Door
from feeds.serve.desk import Describe
from feeds.serve.paper import PLAIN, Paper
from feeds.serve.parts import Parts
from feeds.serve.permits import PageNeeds
from feeds.serve.quality import DescribeRefused
from feeds.serve.shelf import Kept

log = logging.getLogger("ioc.modules")
LOOK_S = 1.5


class Drawn(NamedTuple):
    """What whoever draws pages makes of a catalogue: Dash's server, the hashes of its scripts, what the front shows."""

    flask_app: Flask
    csp_hashes: Sequence[str] = ()
    paper: Paper = PLAIN
    describe: Describe | None = None
    describe_refused: DescribeRefused | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """JSON doors, Dash's door, its files and what its pages need, made of one catalogue whose modules have this
    version."""

    version: str
    release: str
    doors: ASGIApp
    dash: Door
    kept: Kept
    needs: PageNeeds


class Renewal:
    """Looks whether another catalogue is in force; makes its edition beside the running one and hands it over."""

    def __init__(
        self, parts: Parts, make: Callable[[Parts], Edition], current: Edition, take: Callable[[Edition], None]
    ) -> None:
        self._parts = parts
        self._make = make
        self._version = current.version
        self._take = take
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="modules")

    async def close(self) -> None:
        """Stop."""
        await tasks.end([self._task])

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except Exception as error:  # whatever is wrong with it, the running edition stays
                log.error("the catalogue in force could not be taken in: %s: %s", type(error).__name__, error)

    async def look(self) -> bool:
        """One look; True when another edition was handed over."""
        version = await asyncio.to_thread(self._parts.modules.version)
        if version == self._version:
            return False
        self._version = version  # tried once: what cannot be drawn today cannot be drawn a second later
        edition = await asyncio.to_thread(lambda: self._make(self._parts.renewed()))
        self._version = edition.version
        self._take(edition)
        log.info("the pages were drawn anew from the catalogue in force")
        return True

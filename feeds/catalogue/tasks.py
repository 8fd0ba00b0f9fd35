"""How the tasks of an event loop are ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN_S = 0.5


async def end(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancel them, and return when every one has ended; what they raised is dropped.

    One cancellation may be lost: before Python 3.12 `asyncio.wait_for` swallows it when what it waits for comes at the
    same moment, and a loop that goes on then would be waited for for ever. So it is said again until it is heard.
    """
    known = [task for task in tasks if task is not None]
    left = {task for task in known if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)
    await asyncio.gather(*known, return_exceptions=True)

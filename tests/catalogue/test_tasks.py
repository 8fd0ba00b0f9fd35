"""Ending tasks: heard the first time or the second, and never waited for in vain."""

from __future__ import annotations

import asyncio

from feeds.catalogue import tasks


def test_a_cancellation_that_was_lost_is_said_again() -> None:
    lost: list[bool] = []

    async def deaf_once() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if lost:
                    raise
                lost.append(True)

    async def run() -> bool:
        task = asyncio.create_task(deaf_once())
        await asyncio.sleep(0)
        await asyncio.wait_for(tasks.end([task, None]), 30)
        return task.cancelled()

    assert asyncio.run(run()) and lost


def test_what_has_ended_or_failed_is_no_trouble() -> None:
    async def fails() -> None:
        raise ValueError

    async def run() -> BaseException | None:
        task = asyncio.create_task(fails())
        await asyncio.wait([task])
        await tasks.end([])
        await tasks.end([task])
        return task.exception()

    assert isinstance(asyncio.run(run()), ValueError), "it was neither raised nor cancelled"

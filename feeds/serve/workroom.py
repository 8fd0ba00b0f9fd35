"""A bounded pool of threads for what a door does that takes long, and files on their way to a browser."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, TypeVar

from starlette.responses import Response, StreamingResponse

from feeds.catalogue.question import Unmeant
from feeds.serve import sheets
from feeds.serve.answers import Refusal
from feeds.serve.readers import Unknown
from feeds.serve.sheets import KINDS, Format, Sheet

PIECE = 64 * 1024
IN_MEMORY = 1024 * 1024  # a larger file waits on the disk
T = TypeVar("T")


class Workroom:
    """So many work at once, so many are inside at most; who meets a full house is asked to come again."""

    def __init__(self, name: str, threads: int = 2, most: int = 8) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = most
        self._inside = 0

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` answers; Refusal 503 when full, 404 for what is not known, 400 for what cannot be meant."""
        if self._inside >= self._most:
            raise Refusal(503, "too much is being worked on", retry_after=5)
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except Unknown as unknown:
            raise Refusal(404, str(unknown)) from None
        except Unmeant as wrong:
            raise Refusal(400, str(wrong)) from None
        finally:
            self._inside -= 1


def written(format: Format, sheet: Sheet, rows: Iterable[dict[str, Any]]) -> IO[bytes]:
    """The rows as a file, to be read from its beginning and closed by the reader."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed when it has been sent
    try:
        sheets.write(format, sheet, rows, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def sent(file: IO[bytes], name: str, format: Format) -> Response:
    """The answer that carries `file` under `name`."""
    headers = {"content-disposition": f'attachment; filename="{name}.{format}"', "cache-control": "no-store"}
    return StreamingResponse(pieces(file), media_type=KINDS[format], headers=headers)


async def pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The file bit by bit; a slow reader holds a file, never a thread."""
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
    finally:
        file.close()

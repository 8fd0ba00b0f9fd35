"""Files that browsers keep: compressed once, held in memory, served without a thread and without Flask.

A file asked for by an address that names its content (a fingerprint) may be kept for a year; any other is
asked for again each time and answered 304 while it is the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import re
from pathlib import Path
from typing import NamedTuple

from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from feeds.serve.answers import PACKED, Refusal, answer, gzip, header, takes_gzip
from feeds.serve.dash_app import Door

NAMED = re.compile(r"\.v[\w-]+m\d+\.")  # Dash's fingerprint: version and time
LASTING = b"public, max-age=31536000, immutable"
ASKING = b"no-cache"
MOST_BYTES = 128 * 1024 * 1024


class Item(NamedTuple):
    """A file ready to serve."""

    kind: bytes
    etag: bytes
    plain: bytes
    gzip: bytes | None
    stamp: tuple[int, int] = (0, 0)  # of the file: mtime in ns, size


def packed(plain: bytes, kind: str, stamp: tuple[int, int] = (0, 0)) -> Item:
    """Compress what gets smaller by it."""
    etag = b'"%s"' % hashlib.blake2b(plain, digest_size=12).hexdigest().encode()
    small = gzip(plain) if PACKED.match(kind) and len(plain) > 512 else None
    return Item(kind.encode(), etag, plain, small if small and len(small) < len(plain) else None, stamp)


async def serve(item: Item, connection: Connection, send: Send, keep: bytes) -> None:
    """Answer with the item, or 304 when the browser has it."""
    headers = [(b"etag", item.etag), (b"cache-control", keep), (b"vary", b"accept-encoding")]
    if item.etag in header(connection, b"if-none-match"):
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    small = item.gzip if takes_gzip(connection) else None
    coded = [(b"content-encoding", b"gzip")] if small else []
    await answer(send, 200, small or item.plain, item.kind, [*headers, *coded])


class Folder:
    """Serves the files under one folder at one prefix; a changed file is read again."""

    def __init__(self, prefix: str, folder: Path) -> None:
        self.prefix = prefix
        self.folder = folder.resolve()
        self._items: dict[Path, Item] = {}

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Answer a request for a file; 404 for anything outside the folder."""
        name = connection["path"].removeprefix(self.prefix)
        item = await asyncio.to_thread(self._find, name)
        named = connection["query_string"].startswith((b"v=", b"m="))  # the address names the content
        await serve(item, connection, send, LASTING if named else ASKING)

    def _find(self, name: str) -> Item:
        try:
            path = (self.folder / name).resolve()
            if not path.is_relative_to(self.folder) or not path.is_file() or path.name.startswith("."):
                raise Refusal(404, "there is no such file")
            stat = path.stat()
            item = self._items.get(path)
            if item is None or item.stamp != (stat.st_mtime_ns, stat.st_size):
                kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                charset = "; charset=utf-8" if kind.startswith("text/") else ""
                item = packed(path.read_bytes(), kind + charset, (stat.st_mtime_ns, stat.st_size))
                self._items[path] = item
        except (OSError, ValueError):  # a name no file can have
            raise Refusal(404, "there is no such file") from None
        return item


class Kept:
    """Keeps the answers of Dash's component files, whose addresses carry version and time."""

    def __init__(self, dash: Door) -> None:
        self.dash = dash
        self._items: dict[str, asyncio.Task[Item]] = {}
        self._bytes = 0

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Answer from memory; the first to ask for a file waits for Dash."""
        path = connection["path"]
        work = self._items.get(path)
        if work is None:
            work = self._items[path] = asyncio.create_task(self._fetch(path), name=f"keep {path}")
            work.add_done_callback(lambda done: self._done(path, done))
        await serve(await asyncio.shield(work), connection, send, LASTING if NAMED.search(path) else ASKING)

    def _done(self, path: str, work: asyncio.Task[Item]) -> None:
        """Keep what came well; start over rather than grow without bound."""
        if work.cancelled() or work.exception():
            self._items.pop(path, None)
            return
        self._bytes += len(work.result().plain) + len(work.result().gzip or b"")
        if self._bytes > MOST_BYTES:
            self._items, self._bytes = {}, 0

    async def _fetch(self, path: str) -> Item:
        got = await self.dash.get(path)
        if got.status != 200:
            raise Refusal(404, "there is no such file")
        return await asyncio.to_thread(packed, bytes(got.body), got.kind)

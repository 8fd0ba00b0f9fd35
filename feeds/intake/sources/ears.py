"""Open ears for syslog: UDP, TCP (RFC 6587) and TLS (RFC 5425), bounded in everything a sender could make grow.

A sender speaks at most so many messages a second: over a connection it is kept waiting, which TCP tells it; a datagram
cannot wait and is let go, counted. Connections are bounded, each waits for the others of its own address, and one that
begins a message (or a handshake) and does not end it is hung up. Nothing here blocks: one slow sender slows itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from feeds.catalogue import tasks
from feeds.intake.formats.syslog_frames import Frames, NoFrames
from feeds.intake.sources.pace import Pace
from feeds.intake.sources.seam import BadSource

CHUNK = 64 * 1024
HANDSHAKE_S = 10.0
HALF_S = 30.0  # a message that was begun must end in so long
IDLE_S = 3_600.0  # a connection may be silent so long
MOST_PEERS = 4_096  # addresses whose pace is remembered

Heard = Callable[[bytes, str], None]  # a message and the address it came from


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a sender may do."""

    longest: int  # bytes of a message; a longer one is cut
    rate: float  # messages a second of one address
    connections: int  # at once, of all; of one address at most a quarter


@dataclass(slots=True)
class Lost:
    """What was not heard, counted since it was last asked."""

    dropped: int = 0  # datagrams over the rate, messages for which there was no room
    cut: int = 0
    strangers: int = 0  # messages and connections of addresses that may not speak
    unframed: list[tuple[str, bytes]] = field(default_factory=list)  # connections that are no syslog, at most a few


class Ears:
    """Listens at declared addresses and hands each message to `heard`, on the loop's thread."""

    def __init__(self, bounds: Bounds, allowed: Callable[[str], bool], heard: Heard) -> None:
        self.lost = Lost()
        self.at: dict[str, tuple[str, int]] = {}  # udp, tcp, tls -> where it listens
        self._bounds = bounds
        self._allowed = allowed
        self._heard = heard
        self._paces: dict[str, Pace] = {}
        self._connected: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self, addresses: dict[str, tuple[str, int]], tls: ssl.SSLContext | None) -> AsyncIterator[Ears]:
        """Listening while the block lasts; BadSource when an address cannot be had."""
        async with contextlib.AsyncExitStack() as closing:
            for how, (host, port) in addresses.items():
                try:
                    if how == "udp":
                        await self._datagrams(closing, host, port)
                    else:
                        await self._streams(closing, how, host, port, tls if how == "tls" else None)
                except OSError as error:
                    raise BadSource(f"{how} {host}:{port} cannot be listened at: {error.strerror or error}") from None
            yield self

    def take_lost(self) -> Lost:
        """What was not heard since this was last asked."""
        lost, self.lost = self.lost, Lost()
        return lost

    def take(self, raw: bytes, peer: str) -> None:
        """One datagram."""
        if not self._allowed(peer):
            self.lost.strangers += 1
        elif self._pace(peer).spend(0) > 0:  # what is let go costs nothing, so that a flood ends when it ends
            self.lost.dropped += 1
        elif message := raw[: self._bounds.longest].rstrip(b"\r\n\0"):
            self._pace(peer).spend(1)
            self.lost.cut += len(raw) > self._bounds.longest
            self._heard(message, peer)

    async def _datagrams(self, closing: contextlib.AsyncExitStack, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), local_addr=(host, port))
        closing.callback(transport.close)
        self.at["udp"] = transport.get_extra_info("sockname")[:2]

    async def _streams(
        self, closing: contextlib.AsyncExitStack, how: str, host: str, port: int, tls: ssl.SSLContext | None
    ) -> None:
        limit = {"ssl_handshake_timeout": HANDSHAKE_S} if tls else {}
        server = await asyncio.start_server(self._connection, host, port, limit=CHUNK, ssl=tls, **limit)
        closing.push_async_callback(self._close, server)
        self.at[how] = server.sockets[0].getsockname()[:2]

    async def _close(self, server: asyncio.Server) -> None:
        server.close()
        await tasks.end(self._tasks)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = str(writer.get_extra_info("peername")[0])
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        try:
            if self._has_room(peer):
                self._connected[peer] += 1
                await self._listen(reader, peer)
        except (OSError, ssl.SSLError, asyncio.CancelledError):
            pass  # it went away, or we do
        finally:
            if task is not None:
                self._tasks.discard(task)
            writer.transport.abort()  # nothing is owed to a sender: syslog has no answer

    def _has_room(self, peer: str) -> bool:
        """False for an address that may not speak or has no connection left, which is counted."""
        if not self._allowed(peer):
            self.lost.strangers += 1
            return False
        most = self._bounds.connections
        if self._connected.total() >= most or self._connected[peer] >= max(1, most // 4):
            self.lost.dropped += 1
            return False
        return True

    async def _listen(self, reader: asyncio.StreamReader, peer: str) -> None:
        frames = Frames(self._bounds.longest)
        try:
            while chunk := await self._chunk(reader, frames):
                messages = frames.feed(chunk)
                for message in messages:
                    self._heard(message, peer)
                await asyncio.sleep(self._pace(peer).spend(len(messages)))
            if last := frames.last():
                self._heard(last, peer)
        except NoFrames:
            if len(self.lost.unframed) < 10:
                self.lost.unframed.append((peer, chunk[:1_024]))
        finally:
            self.lost.cut += frames.cut
            self._connected[peer] -= 1
            self._connected += Counter()  # forget addresses without a connection

    async def _chunk(self, reader: asyncio.StreamReader, frames: Frames) -> bytes:
        """The next bytes; nothing when the sender has gone, or waits too long."""
        try:
            async with asyncio.timeout(HALF_S if frames.begun else IDLE_S):
                return await reader.read(CHUNK)
        except TimeoutError:
            return b""

    def _pace(self, peer: str) -> Pace:
        pace = self._paces.get(peer)
        if pace is None:
            if len(self._paces) >= MOST_PEERS:
                self._paces.clear()
            pace = self._paces[peer] = Pace(self._bounds.rate)
        return pace


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, ears: Ears) -> None:
        self._ears = ears

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._ears.take(data, addr[0])

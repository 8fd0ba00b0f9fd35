"""The push hub of a web process: one Redis subscription, every client served from shared bytes.

Newest wins: a client is brought from what it holds to what is newest, in one write, whenever its connection
takes it. Nothing is queued per client, no task or timer is kept per client, and a slow one slows nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator

import msgspec

from feeds.catalogue import tasks
from feeds.catalogue.clock import Clock, iso
from feeds.serve.channel import Base, Channel, Step
from feeds.serve.frames import Frame, Version, opened, whole
from feeds.serve.group import Client, Group, message
from feeds.serve.link import LOST, Link

log = logging.getLogger("ioc.hub")
BEAT_S = 2.0  # the longest a client hears nothing
RIDE_S = 1.0  # so long after a beat the next one may ride with a frame
STALLED_S = 60.0  # a client that takes nothing for so long is cut
IDLE_PULSES = 30  # how many pulses an unwatched channel is kept, for those who come back
SHARED_S = 0.1  # how old the beat may be that a newcomer gets
CHUNK = 256  # clients served before others get the loop
Watched = tuple[tuple[str, str], ...]  # scopes, each with the audience whose frames of it are given


class Hub:
    """Channels by scope, clients by group. `start` once per process, `close` before the server stops."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self.link = link
        self.clock = clock
        self.closing = False
        self.linked = False
        self.groups: dict[tuple[Watched, bool], Group] = {}
        self.channels: dict[bytes, Channel] = {}
        self._readers: dict[Channel, set[Group]] = {}
        self._idle: dict[bytes, int] = {}
        self._loads: dict[Channel, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._dirty: set[Group] = set()
        self._alone = False  # a beat must go even without a frame to ride with
        self._beaten = 0.0  # when the last beat went (loop time)
        self._welcome: Frame | None = None
        self._welcomed = 0.0
        self._answers = False  # Redis answered when last asked
        self._news = asyncio.Event()
        self._hurry = asyncio.Event()
        self._processes: dict[str, str] = {}
        self._heard: float | None = None

    # life
    def start(self) -> None:
        """Begin to listen, to serve and to beat, on the running loop."""
        self._loop = asyncio.get_running_loop()
        for name, work in (("link", lambda: self.link.run(self)), ("serve", self._serve), ("beat", self._pulse)):
            self._tasks.append(self._loop.create_task(_forever(work), name=f"hub {name}"))

    async def close(self) -> None:
        """End every stream politely, then stop."""
        self.closing = True
        last = {**message(b""), "more_body": False}
        for client in [c for group in self.groups.values() for c in group.clients]:
            client.push(last, self._loop.time())
            if client.task:
                client.task.cancel()
        await tasks.end([*self._tasks, *self._loads.values()])
        await self.link.close()

    @property
    def clients(self) -> int:
        """Streams open now."""
        return sum(len(group.clients) for group in self.groups.values())

    @property
    def stalled(self) -> int:
        """Streams that take nothing now."""
        return sum(client.stalled is not None for group in self.groups.values() for client in group.clients)

    # clients
    @contextlib.contextmanager
    def member(self, client: Client, watched: Watched, gzip: bool, held: dict[str, Version]) -> Iterator[None]:
        """Serve a client while the block lasts, starting from what it says it holds."""
        group = self._group(watched, gzip)
        said = ((held.get(channel.name), channel) for channel in group.channels)
        client.at = tuple(v if channel.head is None or channel.holds(v) else None for v, channel in said)
        group.clients.add(client)
        client.push(message(self._greeting().form(gzip)), self._loop.time())
        group.deliver(client, self._loop.time())
        self._feed(group)
        try:
            yield
        finally:
            group.clients.discard(client)

    def _group(self, watched: Watched, gzip: bool) -> Group:
        key = (watched, gzip)
        if key not in self.groups:
            channels = tuple(self._channel(scope, audience) for scope, audience in watched)
            group = self.groups[key] = Group(tuple(scope for scope, _ in watched), channels, gzip)
            for channel in channels:
                self._readers.setdefault(channel, set()).add(group)
        return self.groups[key]

    def _channel(self, scope: str, audience: str) -> Channel:
        name = self.link.keys.tick(scope, audience).encode()
        if name not in self.channels:
            self.channels[name] = Channel(scope, audience)
        return self.channels[name]

    # news
    def news(self, channel: bytes, start: Version, end: Version, delta: bytes) -> None:
        """A delta was announced; unwatched scopes cost nothing more."""
        self._heard = self._loop.time()
        found = self.channels.get(channel)
        if found is None:
            return
        unknown = found.head is None
        if found.announce(Step(start, end, opened("delta", delta))):
            self._moved(found, verify=unknown)

    async def up(self) -> None:
        """Read again what is watched: announcements were missed."""
        self._sweep(idle=0)
        for channel in list(self.channels.values()):
            base = await self._read(channel)
            if base:
                self._moved(channel, verify=channel.restart(base))
        self._answers = True
        self._say(linked=True)

    def down(self) -> None:
        """Tell the screens at once."""
        self._say(linked=False)

    def _say(self, linked: bool) -> None:
        if linked != self.linked:
            self.linked = linked
            self._hurry.set()

    def _moved(self, channel: Channel, verify: bool = False) -> None:
        """Something new is at hand; `verify` when what clients say they hold may not be part of its past."""
        for group in self._readers.get(channel, ()):
            group.changed()
            if verify:
                group.verify(channel)
            if group.clients:
                self._dirty.add(group)
                self._news.set()

    def _feed(self, group: Group) -> None:
        """Read the snapshots that clients of the group wait for, each once."""
        for channel in group.hungry:
            if channel not in self._loads:
                self._loads[channel] = self._loop.create_task(self._load(channel), name=f"hub load {channel.name}")
        group.hungry.clear()

    async def _load(self, channel: Channel) -> None:
        try:
            base = await self._read(channel)
            if base and channel.head and base.end < channel.head:
                base = await self._read(channel)  # a newer one was announced while we read
        except LOST:
            return  # the link says so itself, and reads again when it is up
        finally:
            del self._loads[channel]
        if base:
            unknown = channel.head is None
            self._moved(channel, verify=channel.rebase(base) or unknown)

    async def _read(self, channel: Channel) -> Base | None:
        found = await self.link.snapshot(channel.name, channel.audience)
        return Base(found[0], await asyncio.to_thread(opened, "snapshot", found[1])) if found else None

    # the two loops
    async def _serve(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            beat = self._due_beat()
            dirty, self._dirty = self._dirty, set()
            for group in tuple(self.groups.values()) if beat else dirty:
                group.carry(beat)
                await self._serve_group(group)
                group.carry(None)
                self._feed(group)

    async def _serve_group(self, group: Group) -> None:
        for i, client in enumerate(tuple(group.clients), 1):
            now = self._loop.time()
            group.deliver(client, now)
            self._cut(client, now)
            if i % CHUNK == 0:
                await asyncio.sleep(0)

    def _due_beat(self) -> Frame | None:
        """A beat when one must go, or may ride with the frame that goes anyway."""
        now = self._loop.time()
        if not self._alone and now - self._beaten < RIDE_S:
            return None
        self._alone, self._beaten = False, now
        return whole("beat", self.beat_json())

    def _cut(self, client: Client, now: float) -> None:
        if client.stalled is None or now - client.stalled < STALLED_S:
            return
        if client.abort:
            client.abort()
        elif client.task:
            client.task.cancel()

    async def _pulse(self) -> None:
        while True:
            wait = self._beaten + BEAT_S - self._loop.time()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), max(wait, 0.1))
            try:
                self._processes = await self.link.processes()
                self._answers = True
            except LOST:
                self._answers = False
            if self._hurry.is_set() or self._loop.time() >= self._beaten + BEAT_S:
                self._hurry.clear()
                self._alone = True
                self._news.set()
            self._sweep()

    def _greeting(self) -> Frame:
        """A beat for one who just came; those who come together share it."""
        now = self._loop.time()
        if self._welcome is None or now - self._welcomed > SHARED_S:
            self._welcome, self._welcomed = whole("beat", self.beat_json()), now
        return self._welcome

    def beat_json(self) -> bytes:
        """The world's time, whether Redis answers, how the processes do, how long since the last news."""
        ms = self.clock.now_ms()
        lag = None if self._heard is None else round(self._loop.time() - self._heard, 1)
        return msgspec.json.encode(
            {
                "at": iso(ms),
                "ms": ms,
                "world": self.link.keys.world,
                "link": self.linked and self._answers,
                "processes": self._processes,
                "lag_s": lag,
            }
        )

    def _sweep(self, idle: int = IDLE_PULSES) -> None:
        """Forget groups without clients, and channels nobody has watched for a while."""
        for key in [key for key, group in self.groups.items() if not group.clients]:
            group = self.groups.pop(key)
            for channel in group.channels:
                self._readers[channel].discard(group)
        for name, channel in list(self.channels.items()):
            self._idle[name] = 0 if self._readers.get(channel) else self._idle.get(name, 0) + 1
            if self._idle[name] > idle:
                del self.channels[name], self._idle[name]
                self._readers.pop(channel, None)


async def _forever(work: Callable[[], Awaitable[None]]) -> None:
    """A fault of ours in one of the loops is logged and the loop begins again: screens must not freeze for it."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("the hub stumbled")
        await asyncio.sleep(1)

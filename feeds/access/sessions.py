"""Who is signed in: an opaque id in the browser, the record in the volatile Redis, a memory of seconds in each process.

Whatever ends a session (signing out, a change of role, an administrator) ends it in every web process within
`FRESH_S`, and its open streams with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from feeds.access.roles import Role, Subject
from feeds.catalogue import tasks
from feeds.catalogue.keys import Keys

log = logging.getLogger("ioc.access")
FRESH_S = 3.0  # how old may be what a process remembers of a session
IDLE_S = 30 * 60  # without a request and without an open stream
LONGEST_S = 12 * 3600  # a shift
ANSWER_S = 2.0
MOST_KEPT = 4096
LOST = (RedisError, TimeoutError, OSError)
T = TypeVar("T")


class SessionsAway(RuntimeError):
    """Redis does not answer, so nobody can be told from a stranger."""


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a session; `since` in seconds since 1970, `seat` the address it was begun from."""

    name: str
    role: Role
    units: list[str] | None
    shown: str
    since: float
    seat: str = ""

    def subject(self, digest: str) -> Subject:
        """Who it is."""
        units = None if self.units is None else tuple(self.units)
        return Subject(name=self.name, role=self.role, units=units, shown=self.shown, session=digest)


class Sessions:
    """The sessions of one world; `start` watches over those with open streams."""

    def __init__(self, volatile: Redis, keys: Keys, now: Callable[[], float] = time.time) -> None:
        self._redis = volatile
        self._keys = keys
        self._now = now
        self._known: dict[str, tuple[float, Subject | None]] = {}  # digest -> when it was read, who it is
        self._open: dict[str, set[Callable[[], object]]] = {}  # digest -> how to cut its connections
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="sessions")

    async def close(self) -> None:
        """Stop."""
        await tasks.end([self._task])

    async def begin(self, subject: Subject, seat: str = "") -> str:
        """A new session, begun at the address `seat`; what the browser is to carry (256 bits, known to nobody else)."""
        carried = secrets.token_urlsafe(32)
        key = digest(carried)
        units = None if subject.units is None else list(subject.units)
        kept = Kept(subject.name, subject.role, units, subject.shown, self._now(), seat)
        index = self._keys.sessions(subject.name)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(self._keys.session(key), msgspec.json.encode(kept), ex=IDLE_S)
            pipe.sadd(index, key)
            pipe.expire(index, LONGEST_S)
            await _answered(pipe.execute())
        return carried

    async def find(self, carried: str) -> Subject | None:
        """Who carries this; None for nobody. Raises SessionsAway when it cannot be known."""
        key = digest(carried)
        read_at, subject = self._known.get(key, (-FRESH_S, None))
        if self._now() - read_at < FRESH_S:
            return subject
        found = (await self._read([key]))[0]
        self._remember(key, found)
        return found

    async def end(self, key: str, login: str = "") -> None:
        """End one session, known by its digest, here at once and elsewhere within seconds."""
        await self._drop([key])
        if login:
            await _answered(self._redis.srem(self._keys.sessions(login), key))

    async def end_all(self, login: str, but: str = "") -> int:
        """End every session of an account except the one known as `but`; how many were ended."""
        index = self._keys.sessions(login)
        found = cast(set[bytes], await _answered(self._redis.smembers(index)))
        ended = [key.decode() for key in found if key.decode() != but]
        open_ = await self._drop(ended)
        if ended:
            await _answered(self._redis.srem(index, *ended))
        return open_

    async def listed(self, login: str) -> dict[str, Kept]:
        """The sessions of an account that are open now, by their digests."""
        members = cast(set[bytes], await _answered(self._redis.smembers(self._keys.sessions(login))))
        keys = sorted(key.decode() for key in members)
        said = await _answered(self._redis.mget([self._keys.session(key) for key in keys])) if keys else []
        found = zip(keys, cast(list[bytes | None], said), strict=True)
        return {key: msgspec.json.decode(body, type=Kept) for key, body in found if body}

    async def count(self, logins: Iterable[str]) -> dict[str, int]:
        """How many sessions of each account there are now."""
        found = {}
        for login in logins:
            members = await _answered(self._redis.smembers(self._keys.sessions(login)))
            keys = [key.decode() for key in cast(set[bytes], members)]
            live = await _answered(self._redis.mget([self._keys.session(key) for key in keys])) if keys else []
            found[login] = sum(each is not None for each in live)
        return found

    @contextmanager
    def held(self, session: str, cut: Callable[[], object] | None) -> Iterator[None]:
        """A connection that is cut when its session ends."""
        if not session or cut is None:
            yield
            return
        own = self._open.setdefault(session, set())
        own.add(cut)
        try:
            yield
        finally:
            own.discard(cut)
            if not own:
                self._open.pop(session, None)

    async def watch(self) -> None:
        """Read again every session that has a connection open, and cut those that have ended."""
        keys = list(self._open)
        if keys:
            for key, subject in zip(keys, await self._read(keys), strict=True):
                self._remember(key, subject)
                if subject is None:
                    self._cut(key)

    async def _read(self, keys: list[str]) -> list[Subject | None]:
        """Who each is; looking is a sign of life, so it also lengthens what is kept, up to the longest."""
        names = [self._keys.session(key) for key in keys]
        found = cast(list[bytes | None], await _answered(self._redis.mget(names)))
        subjects: list[Subject | None] = []
        async with self._redis.pipeline(transaction=False) as pipe:
            for key, name, said in zip(keys, names, found, strict=True):
                kept = msgspec.json.decode(said, type=Kept) if said else None
                left = int(kept.since + LONGEST_S - self._now()) if kept else 0
                if kept and left > 0:
                    pipe.expire(name, min(IDLE_S, left))
                    subjects.append(kept.subject(key))
                else:
                    pipe.delete(name)
                    subjects.append(None)
            await _answered(pipe.execute())
        return subjects

    async def _drop(self, keys: list[str]) -> int:
        """End sessions; how many of them were open."""
        names = [self._keys.session(key) for key in keys]
        open_ = int(await _answered(self._redis.delete(*names))) if names else 0
        for key in keys:
            self._remember(key, None)
            self._cut(key)
        return open_

    def _remember(self, key: str, subject: Subject | None) -> None:
        self._known.pop(key, None)
        while len(self._known) >= MOST_KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[key] = (self._now(), subject)

    def _cut(self, key: str) -> None:
        for cut in self._open.pop(key, ()):
            cut()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(FRESH_S)
            with contextlib.suppress(SessionsAway):  # the link to Redis says so itself; nothing can be shown meanwhile
                await self.watch()


def digest(carried: str) -> str:
    """How a session is known here: what the browser carries is kept nowhere."""
    return hashlib.sha256(carried.encode()).hexdigest()


async def _answered(work: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(work, ANSWER_S)
    except LOST:
        raise SessionsAway from None

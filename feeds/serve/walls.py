"""The walls' doors: what each shows and when it was last heard, and what a desk tells a group of them to show.

A group's word is a scope of the stream (`vn:wall_main`): kept and announced in one step like figures, so that every
wall of the group is told in the moment, and one that was away is told when it is back.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from typing import Any, Literal, cast

import msgspec
from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue import tasks
from feeds.catalogue.clock import DAY_MS, Clock, iso
from feeds.catalogue.keys import Keys
from feeds.catalogue.places import NATION_KEY, Places
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.asking import body_as
from feeds.serve.counters import Counters
from feeds.serve.link import ANSWER_S, LOST

log = logging.getLogger("ioc.walls")
FROZEN_MS = 15_000  # rule 25: a wall that is not heard for so long is frozen
WATCH_S = 3.0
MOST = 500  # walls of one installation
GROUP = re.compile(r"[a-z0-9_]{1,24}")
SCENE = re.compile(r"[a-z][a-z0-9_-]{0,47}")
TRIES = 5
UNREAD = "this is not how a wall or a desk speaks"
TELL = """
if (redis.call('HGET', KEYS[1], 'id') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'id', ARGV[2], 'json', ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1
"""


class Beat(msgspec.Struct):
    """What a wall says of itself."""

    id: str
    place: str = NATION_KEY
    group: str = "main"
    name: str = ""
    scene: str | None = None
    incident: str | None = None
    at: float | None = None  # the server's time it last heard
    lost: bool = False
    size: list[float] = []
    faults: int = 0
    bye: bool = False


class Word(msgspec.Struct, forbid_unknown_fields=True):
    """What a desk says to a group."""

    mode: Literal["auto", "hold"]
    scene: str | None = None


class Walls:
    """Handlers and the watch over them. All state is in the volatile Redis, so any number of web processes agree."""

    def __init__(
        self,
        volatile: Redis,
        keys: Keys,
        clock: Clock,
        access: Access,
        places: Places,
        counters: Counters,
        release: str,
    ) -> None:
        self._redis = volatile
        self._keys = keys
        self._clock = clock
        self._access = access
        self._places = places
        self._counters = counters
        self._release = release
        self._frozen: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def routes(self) -> list[Route]:
        """Addresses."""
        group = "/api/v1/walls/{place}/{group}"
        return [
            Route("/api/v1/walls/beat", self.beat, methods=["POST"]),
            Route(group, self.told, methods=["GET", "HEAD"]),
            Route(group, self.tell, methods=["POST"]),
        ]

    def start(self) -> None:
        """Begin to watch, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._watch(), name="walls")

    async def close(self) -> None:
        """Stop."""
        await tasks.end([self._task])

    def renew(self, release: str) -> None:
        """Another release is out: walls hear of it with their next beat."""
        self._release = release

    @needs("wall")
    async def beat(self, request: Request) -> Response:
        """A wall lives; it is told the release, so that it takes a new one when it is out."""
        sight = self._access.sight(request.scope)
        beat = await body_as(request, Beat, UNREAD)
        own = self._access.screens.who(request.scope) if self._access.screens else None
        if own is not None:  # what a screen is, it does not say itself
            beat.name, beat.place, beat.group = own.name, own.place, own.group
        self._check(beat.place, beat.group)
        sight.check(beat.place)
        if not 8 <= len(beat.id) <= 64 or len(beat.name) > 60 or len(beat.size) > 3:
            raise Refusal(400, "this is not how a wall speaks")
        await self._answered(self._heard(beat, f"{beat.place}:{beat.group}:{beat.id}"))
        answer = JSONResponse({"version": self._release, "now": self._clock.now_ms()})
        given = await self._access.screens.rotated(request.scope) if self._access.screens else None
        if given is not None:
            answer.raw_headers.append((b"set-cookie", given))
        return answer

    async def _heard(self, beat: Beat, field: str) -> None:
        key = self._keys.walls()
        if beat.bye:
            await self._redis.hdel(key, field)
            return
        if not await self._redis.hexists(key, field) and await self._redis.hlen(key) >= MOST:
            raise Refusal(429, f"there are {MOST} walls already", retry_after=60)
        said = msgspec.to_builtins(beat) | {
            "scene": _short(beat.scene),
            "incident": _short(beat.incident),
            "heard": _ms(),
        }
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hset(key, field, msgspec.json.encode(said))
            pipe.pexpire(key, DAY_MS)
            pipe.exists(self._keys.snapshot(f"{beat.place}:wall_{beat.group}"))
            *_, known = await pipe.execute()
        if not known:  # nobody has driven this group: its word is the plain rotation
            await self._say(beat.place, beat.group, {"mode": "auto", "scene": None, "at": 0})

    @needs("wall")
    async def told(self, request: Request) -> Response:
        """What a group shows: each of its walls with how long ago it was heard, and the desk's last word."""
        place, group = self._group(request)
        field = f"{place}:{group}:"
        found, word = await self._answered(self._state(place, group))
        now = _ms()
        walls = [_seen(wall, now) for name, wall in found.items() if name.startswith(field)]
        heard = {wall["name"] for wall in walls}
        named = self._access.screens.named if self._access.screens else []
        away = [s for s in named if (s.place, s.group) == (place, group) and s.name not in heard]
        walls += [{"id": s.name, "name": s.name, "state": "away", "scene": None, "heard_s": None} for s in away]
        walls.sort(key=lambda wall: (wall["name"] or "~", wall["id"]))
        body = {"place": place, "group": group, "word": word, "walls": walls}
        return JSONResponse(body, headers={"cache-control": "no-store"})

    async def heard(self) -> dict[str, int]:
        """When each wall with a name was last heard, in ms; nothing while Redis is away."""
        try:
            found = await asyncio.wait_for(self._all(), ANSWER_S)
        except LOST:
            return {}
        return {wall["name"]: int(wall["heard"]) for wall in found.values() if wall.get("name")}

    async def _state(self, place: str, group: str) -> tuple[dict[str, Any], Any]:
        found = await self._all()
        held = await self._redis.hget(self._keys.snapshot(f"{place}:wall_{group}"), "json")
        return found, msgspec.json.decode(held).get("wall") if held else None

    @needs("drive")
    async def tell(self, request: Request) -> Response:
        """A desk's word: hold a page, or take turns from one on. It is on every wall of the group in the moment."""
        place, group = self._group(request)
        word = await body_as(request, Word, UNREAD)
        if word.scene is not None and not SCENE.fullmatch(word.scene):
            raise Refusal(400, "scene: the code of a page, such as overview")
        if word.mode == "hold" and word.scene is None:
            raise Refusal(400, "hold needs the scene to hold")
        said = {"mode": word.mode, "scene": word.scene, "at": self._clock.now_ms()}
        await self._answered(self._say(place, group, said))
        log.info("walls %s of %s: %s %s", group, place, word.mode, word.scene or "")
        return JSONResponse({"word": said}, headers={"cache-control": "no-store"})

    async def _say(self, place: str, group: str, word: Mapping[str, Any]) -> None:
        scope = f"{place}:wall_{group}"
        key, tick = self._keys.snapshot(scope), self._keys.tick(scope)
        for _ in range(TRIES):
            held = cast(bytes | None, await self._redis.hget(key, "id"))
            epoch, version = map(int, held.split(b"-")) if held else (_ms() // 1000, 0)
            head = {"scope": scope, "epoch": epoch, "version": version + 1, "at": iso(self._clock.now_ms())}
            body = msgspec.json.encode({**head, "world": self._keys.world, "wall": word})
            delta = msgspec.json.encode({**head, "from": version, "wall": word})
            ids = f"{epoch}-{version} {epoch}-{version + 1}\n".encode()
            args = (held or b"", f"{epoch}-{version + 1}", body, tick, ids + delta)
            if await self._redis.eval(TELL, 1, key, *args):
                return
        raise Refusal(409, "another desk spoke at the same time", retry_after=1)

    def _group(self, request: Request) -> tuple[str, str]:
        place, group = request.path_params["place"], request.path_params["group"]
        self._check(place, group)
        self._access.sight(request.scope).check(place)
        return place, group

    def _check(self, place: str, group: str) -> None:
        if (place != NATION_KEY and place not in self._places.units) or not GROUP.fullmatch(group):
            raise Refusal(404, "there is no such group of walls")

    async def _answered(self, work: Any) -> Any:
        try:
            return await asyncio.wait_for(work, ANSWER_S)
        except LOST:
            raise Refusal(503, "the walls cannot be reached now", retry_after=2) from None

    async def _all(self) -> dict[str, Any]:
        """Every wall by its field; those not heard for a day are forgotten."""
        held = cast(dict[bytes, bytes], await self._redis.hgetall(self._keys.walls()))
        found = {name.decode(): msgspec.json.decode(said) for name, said in held.items()}
        old = [name for name, wall in found.items() if _ms() - wall["heard"] > DAY_MS]
        if old:
            await self._redis.hdel(self._keys.walls(), *old)
        return {name: wall for name, wall in found.items() if name not in old}

    async def _watch(self) -> None:
        """The server knows which wall froze: it is logged and counted when it happens, not each time it is asked."""
        while True:
            await asyncio.sleep(WATCH_S)
            try:
                found = await asyncio.wait_for(self._all(), ANSWER_S)
            except LOST:
                continue  # the link says so itself
            self.judge(found, _ms())

    def judge(self, found: Mapping[str, Any], now_ms: int) -> None:
        """Tell which walls froze and which came back since the last time."""
        frozen = {name for name, wall in found.items() if now_ms - wall["heard"] > FROZEN_MS}
        for name in sorted(frozen - self._frozen):
            log.warning("wall %s froze: not heard for %s s", _called(name, found[name]), FROZEN_MS // 1000)
        for name in sorted((self._frozen - frozen) & set(found)):
            log.warning("wall %s is heard again", _called(name, found[name]))
        self._frozen = frozen
        self._counters.set("ioc_walls", len(found))
        self._counters.set("ioc_walls_frozen", len(frozen))


def _seen(wall: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    """A wall as a desk shows it."""
    quiet = max(0, now_ms - wall["heard"])
    state = "frozen" if quiet > FROZEN_MS else "lost" if wall["lost"] else "live"
    shown = {key: wall[key] for key in ("id", "name", "scene", "incident", "size", "faults")}
    return shown | {"state": state, "heard_s": round(quiet / 1000, 1), "heard": iso(wall["heard"])}


def _called(field: str, wall: Mapping[str, Any]) -> str:
    return f"{wall.get('name') or field.rpartition(':')[2][:8]} ({field.rpartition(':')[0]})"


def _short(text: str | None) -> str | None:
    return text[:64] if text else None


def _ms() -> int:
    """The machine's own time: a heart beats in it, whatever the world's clock says."""
    return time.time_ns() // 1_000_000

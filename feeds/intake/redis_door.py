"""The direct Redis door: trusted writers XADD raw JSON to `keys.door(feed)`; the same validation carries it on.

Off unless IOC_REDIS_DOOR says so. Writers have a Redis user that may add to these streams and do nothing else. An
entry holds one body in the field `b`: an event, an array, or lines. Entries are moved exactly once: the position and
the moved events change in one Lua call that compares the position first. Refused events go to quarantine before the
position moves; a crash between the two keeps them twice rather than losing them.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any

import redis
from sqlalchemy.exc import SQLAlchemyError

from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue
from feeds.catalogue.settings import BadSetting, Settings
from feeds.intake.body import BadBody, sniff_body
from feeds.intake.door import Door, entries
from feeds.intake.duplicates import Groups
from feeds.intake.opening import Opened, open_door, turn
from feeds.store.quarantine import Held

USER = "door"
START = b"0-0"
ENTRIES = 100  # moved in one step
WAIT_MS = 1000
PATIENCE_S = 2.0
Entry = tuple[bytes, dict[bytes, bytes]]
log = logging.getLogger("ioc.redis_door")

# KEYS: position, parts set, door stream, then one stream per entry; ARGV: expected and new position, how many members
# of the parts set, the members, then payload and count per entry.
MOVE = """
local cur = redis.call('GET', KEYS[1]) or '0-0'
if cur ~= ARGV[1] then return -1 end
local members = tonumber(ARGV[3])
for i = 4, 3 + members do redis.call('SADD', KEYS[2], ARGV[i]) end
for k = 4, #KEYS do
  local at = 4 + members + (k - 4) * 2
  redis.call('XADD', KEYS[k], '*', 'b', ARGV[at], 'n', ARGV[at + 1])
end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('XTRIM', KEYS[3], 'MINID', '~', ARGV[2])
return #KEYS - 3
"""


class RedisDoor:
    """Moves what writers added for each feed into the feed's partitions."""

    def __init__(self, door: Door, durable: redis.Redis, keys: Keys, feeds: Sequence[str]) -> None:
        self._door = door
        self._durable = durable
        self._keys = keys
        self._feeds = {keys.door(feed).encode(): feed for feed in feeds}
        self._move = durable.register_script(MOVE)

    def step(self, wait_ms: int | None = None) -> int:
        """Validate and move the next entries, waiting for them if asked; returns how many entries were moved."""
        told: Any = self._durable.mget([self._keys.door_position(feed) for feed in self._feeds.values()])
        positions: dict[Any, Any] = {stream: at or START for stream, at in zip(self._feeds, told, strict=True)}
        found: Any = self._durable.xread(positions, count=ENTRIES, block=wait_ms)
        return sum(self._take(self._feeds[stream], positions[stream], got) for stream, got in found or ())

    def _take(self, feed: str, position: bytes, got: Sequence[Entry]) -> int:
        now = self._door.validator.clock.now_ms()
        groups: Groups = {}
        held: list[Held] = []
        for entry_id, fields in got:
            held += self._read(feed, entry_id.decode(), fields.get(b"b", b""), now, groups)
        self._door.quarantine.put(held)
        return len(got) if self._hand_over(feed, position, got[-1][0], groups) else 0

    def _read(self, feed: str, entry_id: str, body: bytes, now: int, groups: Groups) -> list[Held]:
        """Add an entry's valid events to `groups`; returns what goes to quarantine."""
        connector = f"redis:{entry_id}"
        try:
            pieces = sniff_body(body)
        except BadBody as bad:
            return [self._door.held(feed, 0, body, bad.why, connector, now)]
        batch = self._door.sort(feed, pieces, connector, now)
        for part, events in batch.groups.items():
            groups.setdefault(part, []).extend(events)
        self._door.keep_stills(batch)
        return self._door.refused(feed, pieces, batch, connector, now)

    def _hand_over(self, feed: str, position: bytes, new: bytes, groups: Groups) -> bool:
        """Move in one step; False when another process was first."""
        packed = entries(groups)
        members = [f"{feed}:{part}" for part in groups]
        streams = [self._keys.stream(feed, part) for part, _, _ in packed]
        arguments: list[Any] = [position, new, len(members), *members]
        for _, payload, n in packed:
            arguments += [payload, n]
        keys = [self._keys.door_position(feed), self._keys.parts(), self._keys.door(feed), *streams]
        if int(self._move(keys=keys, args=arguments)) < 0:
            log.warning("another process moved the entries of %s first", feed)
            return False
        return True


def allow_writers(durable: redis.Redis, keys: Keys, catalogue: Catalogue, password: str) -> None:
    """Make the Redis user `door`: it may add to the door streams of this world and nothing else."""
    durable.acl_setuser(
        USER,
        enabled=True,
        reset=True,
        passwords=[f"+{password}"],
        categories=["-@all"],
        commands=["+xadd", "+ping"],
        keys=[keys.door(feed) for feed in catalogue.feeds],
    )


def forbid_writers(durable: redis.Redis) -> None:
    """Remove the user `door`, and with it every connection of a writer."""
    durable.acl_deluser(USER)


def has_writers(durable: redis.Redis) -> bool:
    """True when the user is there; a Redis that was started anew may have forgotten it."""
    return durable.acl_getuser(USER) is not None


def serve(door: RedisDoor, allow: Callable[[], None], stop: threading.Event) -> None:
    """Move entries until `stop`; trouble is logged when it begins and when it ends."""
    well = True
    while not stop.is_set():
        try:
            allow()
            door.step(WAIT_MS)
        except (redis.RedisError, SQLAlchemyError, OSError) as error:
            if well:
                log.error("the Redis door waits: %s", type(error).__name__)
            well = False
            stop.wait(PATIENCE_S)
        else:
            if not well:
                log.warning("the Redis door works again")
            well = True


def main(settings: Settings) -> None:
    """Run the Redis door of a system until SIGTERM."""
    password = settings.redis_door_password
    if not settings.redis_door or password is None:
        raise BadSetting("The Redis door is off: set IOC_REDIS_DOOR=1 and IOC_REDIS_DOOR_PASSWORD.")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    follow(settings, password, stop)


def follow(settings: Settings, password: str, stop: threading.Event) -> None:
    """Move what writers add for every feed of the catalogue that is in force, until `stop`."""
    while not stop.is_set():  # a feed of a module that was taken in is open from the next turn on
        with open_door(settings) as opened, turn(opened, stop) as over:
            _serve(opened, password, over)


def _serve(opened: Opened, password: str, over: threading.Event) -> None:
    def allow() -> None:
        if not has_writers(opened.durable):
            allow_writers(opened.durable, opened.keys, opened.catalogue, password)

    allow_writers(opened.durable, opened.keys, opened.catalogue, password)
    log.info("the Redis door is open for %d feeds", len(opened.catalogue.feeds))
    serve(RedisDoor(opened.door, opened.durable, opened.keys, list(opened.catalogue.feeds)), allow, over)

"""Plays a recording at a chosen speed, its times kept (the replay world's clock follows) or shifted to now."""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import redis

from feeds.catalogue.clock import TZ, Clock, ScaledClock, SystemClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.places import Places
from feeds.catalogue.settings import BadSetting, Settings
from feeds.intake.replay import air, news
from feeds.intake.replay.faults import Faults, Sending, schedule
from feeds.intake.replay.recording import BadRecording, Body, Recording, read_stamp
from feeds.intake.replay.sender import Sender
from feeds.store import links
from feeds.store.world_clock import POLL_SECONDS, FollowingClock, set_clock

READERS = {"air": air.read, "news": news.read}
BATCH = 500
STEP_S = 0.5  # how often a paced replay posts
log = logging.getLogger("ioc.replay")
Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How recorded time becomes time in the world: `offset_ms` is added; `speed` 0 means everything at once."""

    speed: float
    offset_ms: int
    started_ms: int  # machine's time at which the first item is sent
    first_ms: int  # recorded time of the first sending

    def due_ms(self, when: int) -> float:
        """Machine's time at which what was recorded at `when` is sent."""
        return self.started_ms + ((when - self.first_ms) / self.speed if self.speed else 0.0)


def shifted(sendings: Sequence[Sending], speed: float, now_ms: int, world_ms: int) -> Pace:
    """The last observation happens when it is sent: now, or at the end of a paced replay; none in the future.

    `now_ms` is the machine's time, `world_ms` that of the world being shown.
    """
    first, last = sendings[0].when, max(sending.item.at for sending in sendings)
    length = (last - first) / speed if speed else 0.0
    return Pace(speed, world_ms + round(length) - last, now_ms, first)


def kept(sendings: Sequence[Sending], speed: float, now_ms: int) -> tuple[Pace, ScaledClock]:
    """Times as recorded, and the world's clock that goes with them."""
    first, last = sendings[0].when, sendings[-1].when
    clock = ScaledClock(first, now_ms, speed) if speed else ScaledClock(last, now_ms, 1.0)
    return Pace(speed, 0, now_ms, first), clock


def play(sendings: Sequence[Sending], pace: Pace, sender: Sender, clock: Clock, wait: Wait = time.sleep) -> None:
    """Send everything in its order, each when it is due."""
    at = 0
    while at < len(sendings):
        until = at
        now = clock.now_ms()
        while until < len(sendings) and until - at < BATCH and pace.due_ms(sendings[until].when) <= now:
            until += 1
        for feed, group in groupby(sendings[at:until], key=lambda sending: sending.item.feed):
            sender.send(feed, [_stamped(sending, pace) for sending in group])
        if until == at:
            wait(min(STEP_S, (pace.due_ms(sendings[at].when) - now) / 1000))
        at = until


def introduce(recording: Recording, at_ms: int, sender: Sender) -> None:
    """Tell the system who will speak, and where they stand."""
    speakers = [body | {"at": stamp(at_ms)} for body in recording.speakers]
    for batch in _batches(speakers):
        sender.send("entities", batch)


def main(settings: Settings, asked: argparse.Namespace) -> int:
    """`python -m feeds replay`: 0 when something new was accepted."""
    if asked.speed and not 1 <= asked.speed <= 100_000:
        raise BadSetting("--speed is recorded seconds a second: write 1 to 100000, or 0 for everything at once.")
    until = read_stamp(asked.until) if asked.until else None
    if asked.until and until is None:
        raise BadSetting(f"--until {asked.until!r} is no time: write it like 2025-04-07T00:00:00+07:00.")
    recording = READERS[asked.kind](asked.path, Places.load()).until(until)
    sendings = schedule(recording.items, Faults.parse(asked.fault, asked.seed))
    sender = Sender(asked.url or f"http://{settings.host}:{settings.port}", asked.key)
    for note in recording.notes:
        log.info(note)
    run = _with_kept_times if asked.keep_times else _shifted_to_now
    try:
        run(settings, recording, sendings, sender, asked.speed)
    except redis.RedisError as error:
        raise BadRecording(
            f"The Redis of the replay world does not answer ({type(error).__name__}): start the system with "
            "IOC_WORLD=play make run, and give this command the same IOC_VAR."
        ) from error
    sender.close()
    log.info("%d sent: %s; refused: %s", len(sendings), dict(+sender.told), dict(sender.why) or "none")
    return 0 if sender.told[f"{sendings[0].item.feed} accepted"] else 1


def _shifted_to_now(
    settings: Settings, recording: Recording, sendings: Sequence[Sending], sender: Sender, speed: float
) -> None:
    """In a replay world whose clock an earlier replay has moved, now is what that clock says."""
    world: Clock = SystemClock()
    if settings.world == "play":
        with links.volatile(settings) as volatile:
            world = FollowingClock(volatile, Keys("play").clock())
    introduce(recording, world.now_ms(), sender)
    play(sendings, shifted(sendings, speed, SystemClock().now_ms(), world.now_ms()), sender, SystemClock())


def _with_kept_times(
    settings: Settings, recording: Recording, sendings: Sequence[Sending], sender: Sender, speed: float
) -> None:
    if settings.world != "play":
        raise BadSetting(
            "--keep-times moves the clock of the replay world: set IOC_WORLD=play here and for the system."
        )
    key = Keys("play").clock()
    with links.volatile(settings) as volatile:
        followed_ms = round(2 * POLL_SECONDS * 1000)  # until then every process has read the new clock
        pace, clock = kept(sendings, speed, SystemClock().now_ms() + followed_ms)
        set_clock(volatile, key, clock)
        time.sleep(followed_ms / 1000)
        introduce(recording, clock.now_ms(), sender)
        play(sendings, pace, sender, SystemClock())
        now = SystemClock().now_ms()
        set_clock(volatile, key, ScaledClock(max(clock.now_ms(), sendings[-1].when), now, 1.0))


def _stamped(sending: Sending, pace: Pace) -> Body:
    """The event to post. Shifted, it is a new observation and must not carry the number of the recorded one."""
    item = sending.item
    at = stamp(item.at + pace.offset_ms) if item.stamp is None else item.stamp
    said = {key: value for key, value in item.body.items() if key != "seq" or pace.offset_ms == 0}
    return said | {"at": at}


def stamp(ms: int) -> str:
    """ISO 8601 to the millisecond, in Vietnam's time: two rows of one second stay two."""
    return datetime.fromtimestamp(ms / 1000, TZ).isoformat(timespec="milliseconds")


def _batches(bodies: Sequence[Body]) -> Iterator[Sequence[Body]]:
    for i in range(0, len(bodies), BATCH):
        yield bodies[i : i + BATCH]

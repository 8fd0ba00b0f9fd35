"""The public door of events: a request's body in, durable events and an honest answer out.

The answer is given only after Redis has the valid events on disk (`appendfsync always`) and quarantine has the others.
Nothing is retried here: who gets no answer, or 503, sends again, and (source, seq) keeps that from counting twice.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import Scope
from feeds.intake.body import BadBody, read_body
from feeds.intake.duplicates import Duplicates, Groups
from feeds.intake.event import Event, encode
from feeds.intake.frames import Frames
from feeds.intake.reasons import Refused, Rejection, rejection
from feeds.intake.sender import ANYONE, Sender
from feeds.intake.text import clean_text
from feeds.intake.times import parse_time
from feeds.intake.validate import Validator, frame_of
from feeds.store.owners import Owned, Owners
from feeds.store.quarantine import Held, Quarantine

RETRY_AFTER_S = 5
KEYED = "http:"  # before the name of the key that a sender showed
ENTRY_EVENTS = 1_000  # events in one stream entry
log = logging.getLogger("ioc.door")


class RejectedEvent(msgspec.Struct, frozen=True):
    """One refused event of a request, by its index."""

    index: int
    reason: str
    reason_en: str
    code: str


class DoorAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the sender is told. `status` is HTTP's; `reason` is set when the body as a whole was refused."""

    status: int
    accepted: int = 0
    duplicates: int = 0
    rejected: list[RejectedEvent] = []
    reason: str = ""
    code: str = ""
    retry_after: int = 0

    def json(self) -> bytes:
        """The answer's body, as docs/contract.md shows it."""
        said: dict[str, Any] = {"accepted": self.accepted, "duplicates": self.duplicates, "rejected": self.rejected}
        if self.reason:
            said |= {"reason": self.reason, "code": self.code}
        return msgspec.json.encode(said)

    def headers(self) -> dict[str, str]:
        """Headers beside the body."""
        return {"retry-after": str(self.retry_after)} if self.retry_after else {}


@dataclass(slots=True)
class Batch:
    """One request sorted: valid events by partition, the others with their reasons, camera events with a still."""

    groups: Groups = field(default_factory=dict)
    refused: list[tuple[int, Rejection]] = field(default_factory=list)
    stills: list[tuple[bytes, Event]] = field(default_factory=list)
    bound: list[tuple[int, str, Event]] = field(default_factory=list)  # of a sender that may speak of some units only


class Door:
    """Takes requests for every feed. Threads may share it."""

    def __init__(
        self,
        validator: Validator,
        keys: Keys,
        durable: redis.Redis,
        volatile: redis.Redis,
        quarantine: Quarantine,
        owners: Owners | None = None,
    ) -> None:
        self.validator = validator
        self._owners = owners
        self._declaring = {code for code, feed in validator.catalogue.feeds.items() if feed.kind == "entities"}
        self.quarantine = quarantine
        self._keys = keys
        self._durable = durable
        self._duplicates = Duplicates(durable, keys)
        self._frames = Frames(volatile, keys)
        self._away = False

    def accept(
        self,
        feed: str,
        body: bytes,
        content_type: str | None,
        encoding: str | None = None,
        connector: str = "http",
        sender: Sender = ANYONE,
    ) -> DoorAnswer:
        """Take one request's body for `feed`; never raises for anything that was sent."""
        now = self.validator.clock.now_ms()
        if not self.validator.knows(feed):
            return _refusal(404, self.validator.unknown_feed(feed))
        try:
            pieces = read_body(body, content_type, encoding)
        except BadBody as bad:
            return too_often(sender, 1) or self._turn_away(feed, body, bad, connector, now)
        return too_often(sender, len(pieces)) or self.take(feed, pieces, connector, now, sender=sender)

    def take(
        self,
        feed: str,
        pieces: Sequence[bytes],
        connector: str,
        now: int,
        keep: bool = True,
        sender: Sender = ANYONE,
    ) -> DoorAnswer:
        """Take events already cut apart, received at `now`; what is refused goes to quarantine when `keep`."""
        batch = self.sort(feed, pieces, connector, now, sender)
        try:
            self._keep_to_owners(batch, sender)
            duplicates = self._deliver(feed, batch.groups)
            if keep:
                self.quarantine.put(self.refused(feed, pieces, batch, connector, now))
        except (redis.RedisError, SQLAlchemyError, OSError) as error:
            return self._is_away(error)
        self._is_back()
        self.keep_stills(batch)
        accepted = len(pieces) - len(batch.refused)
        rejected = [RejectedEvent(i, why.vi, why.en, why.code) for i, why in batch.refused]
        return DoorAnswer(_status(accepted, batch.refused), accepted - duplicates, duplicates, rejected)

    def sort(self, feed: str, pieces: Sequence[bytes], connector: str, now: int, sender: Sender = ANYONE) -> Batch:
        """Judge the events of one request; nothing is stored yet."""
        batch = Batch()
        with_stills = self.validator.kind(feed) == "cameras"
        bounded = sender.units is not None or sender.sources is not None
        for index, raw in enumerate(pieces):
            checked = self._check(feed, raw, connector, now)
            if isinstance(checked, Rejection):
                batch.refused.append((index, checked))
                continue
            part = self.validator.part(checked)
            objection = sender.objection(checked.source, part) if bounded else None
            if objection is not None:
                batch.refused.append((index, objection))
                continue
            batch.groups.setdefault(part, []).append(checked)
            if sender.units is not None and checked.record is not None:
                batch.bound.append((index, part, checked))
            if with_stills and b'"jpeg"' in raw:
                batch.stills.append((raw, checked))
        return batch

    def _keep_to_owners(self, batch: Batch, sender: Sender) -> None:
        """Refuse what would take a record, or a declared thing, out of a unit that the sender may not speak of."""
        if not batch.bound or self._owners is None:
            return
        things = batch.bound[0][2].feed in self._declaring
        elsewhere = self._owners.elsewhere(Scope(sender.units), (owned(e, things) for _, _, e in batch.bound), things)
        for index, part, event in batch.bound if elsewhere else ():
            unit = elsewhere.get(owned(event, things))
            if unit is not None:
                own = ", ".join(sorted(sender.units or ()))
                batch.refused.append((index, rejection("place_not_yours", place=unit, own=own)))
                batch.groups[part] = [each for each in batch.groups[part] if each is not event]
        batch.groups = {part: events for part, events in batch.groups.items() if events}
        batch.refused.sort(key=lambda pair: pair[0])

    def refused(self, feed: str, pieces: Sequence[bytes], batch: Batch, connector: str, now: int) -> list[Held]:
        """What of a judged request goes to quarantine."""
        return [self.held(feed, i, pieces[i], why, connector, now) for i, why in batch.refused]

    def keep(self, held: Sequence[Held]) -> bool:
        """Put what never became an event into quarantine; False when it cannot be stored now."""
        try:
            self.quarantine.put(held)
        except (SQLAlchemyError, OSError) as error:
            self._is_away(error)
            return False
        return True

    def keep_stills(self, batch: Batch) -> None:
        """Show the stills of accepted camera events."""
        for raw, event in batch.stills:
            still = frame_of(raw)
            if still is not None and event.entity is not None:
                self._frames.put(event.entity, still, event.at, self.validator.part(event))

    def _check(self, feed: str, raw: bytes, connector: str, now: int) -> Event | Rejection:
        try:
            return self.validator.check(feed, raw, connector, now)
        except Exception:  # a fault of ours must not cost the neighbours; the bytes stay in quarantine
            log.exception("an event of %s could not be judged", feed)
            return rejection("not_judged")

    def _deliver(self, feed: str, groups: Groups) -> int:
        """Make the events durable in one transaction; returns how many were duplicates."""
        if not groups:
            return 0
        duplicates = self._duplicates.count(groups)
        with self._durable.pipeline(transaction=True) as pipe:
            for part, payload, n in entries(groups):
                pipe.xadd(self._keys.stream(feed, part), {"b": payload, "n": n})
            pipe.sadd(self._keys.parts(), *(f"{feed}:{part}" for part in groups))
            pipe.execute()
        self._duplicates.remember(groups)
        return duplicates

    def _turn_away(self, feed: str, body: bytes, bad: BadBody, connector: str, now: int) -> DoorAnswer:
        """A body that cannot be read is kept when it came whole and in a form that we take."""
        if bad.status == 400 and body:
            try:
                self.quarantine.put([self.held(feed, 0, body, bad.why, connector, now)])
            except (SQLAlchemyError, OSError) as error:
                return self._is_away(error)
        return _refusal(bad.status, bad.why)

    def held(self, feed: str, index: int, raw: bytes, why: Rejection, connector: str, now: int) -> Held:
        """A refused event on its way into quarantine."""
        source, unit, at = self._outline(raw)
        if connector.startswith(KEYED) and (not source or why.code == "source_not_yours"):
            source = connector.removeprefix(KEYED)  # whose key it was: nobody fills the quota of another
        return Held(
            feed=feed, source=source, unit=unit, received=now, at=at, stage=why.stage, code=why.code, reason=why.vi,
            offset=index, connector=connector, bytes=raw,
        )  # fmt: skip

    def _outline(self, raw: bytes) -> tuple[str, str | None, int | None]:
        """Source, unit and time of a refused event, as far as they can be made out."""
        try:
            said = msgspec.json.decode(raw, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return "", None, None
        source, place, at = said.get("source"), said.get("place"), said.get("at")
        return (
            clean_text(source, 64) if isinstance(source, str) else "",
            self.validator.part_of(place) if isinstance(place, str) else None,
            _time_or_none(at) if isinstance(at, str) else None,
        )

    def _is_away(self, error: Exception) -> DoorAnswer:
        if not self._away:
            self._away = True
            log.error("events cannot be stored: %s", _first_line(error))
        why = rejection("away")
        return DoorAnswer(503, reason=why.vi, code=why.code, retry_after=RETRY_AFTER_S)

    def _is_back(self) -> None:
        if self._away:
            self._away = False
            log.warning("events are stored again")


def owned(event: Event, thing: bool) -> Owned:
    """What a record event is about: a record of its feed, or a thing that reports to the feed it names as its type."""
    record = event.record
    assert record is not None
    return (record.type, record.id) if thing else (event.feed, record.id)


def entries(groups: Groups) -> list[tuple[str, bytes, int]]:
    """The stream entries of one request: partition, packed events, how many."""
    return [
        (part, encode(events[i : i + ENTRY_EVENTS]), len(events[i : i + ENTRY_EVENTS]))
        for part, events in groups.items()
        for i in range(0, len(events), ENTRY_EVENTS)
    ]


def _status(accepted: int, refused: Sequence[tuple[int, Rejection]]) -> int:
    """202 when anything was taken, 400 when nothing could even be read, 422 when everything was read and refused."""
    if accepted:
        return 202
    return 400 if all(why.stage == "read" for _, why in refused) else 422


def too_often(sender: Sender, n: int) -> DoorAnswer | None:
    """The answer to a sender who is beyond its rate, or whose batch could never pass; None when it may pass."""
    if sender.most is not None and n > sender.most:
        return _refusal(413, rejection("events_many", n=n, limit=sender.most))
    wait = sender.spend(n)
    if wait <= 0:
        return None
    why = rejection("too_often", n=n, seconds=math.ceil(wait))
    return DoorAnswer(429, reason=why.vi, code=why.code, retry_after=math.ceil(wait))


def _refusal(status: int, why: Rejection) -> DoorAnswer:
    rejected = [RejectedEvent(0, why.vi, why.en, why.code)] if status == 400 else []
    return DoorAnswer(status, rejected=rejected, reason=why.vi, code=why.code)


def _time_or_none(text: str) -> int | None:
    try:
        return parse_time(text, "at")
    except Refused:
        return None


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"

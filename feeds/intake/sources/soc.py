"""Messages of security devices into what leaves the collector: counts by commune and minute, and alerts with a life.

Nobody's name leaves: a host is a pseudonym, addresses and accounts in a text are masked, users are not read at all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from feeds.catalogue.clock import TZ
from feeds.intake.formats import cef, syslog
from feeds.intake.formats.cef import Cef
from feeds.intake.formats.networks import Networks, placed
from feeds.intake.formats.syslog import Message
from feeds.intake.reasons import Refused, Rejection, rejection
from feeds.intake.social.article import author_hash
from feeds.intake.social.plain import MASK, masked
from feeds.intake.text import clean_text
from feeds.intake.times import observed

EVENTS, ALERTS = "security", "security_alerts"
LATE_MS = 72 * 3_600_000  # the feed's late window
MINUTE_MS = 60_000
MOST_ALERTS = 2_000  # between two times of handing out; in a flood the rest is counted, not listed
MOST_REFUSED = 100
MOST_BYTES = 8 * 1024
MOST_STAMPS = 100_000
LEVELS = ("critical", "critical", "critical", "high", "medium", "low", "low", "low")  # of syslog's severities 0-7
COUNTED = {"high": "sec_high", "critical": "sec_critical"}
ADDRESSES = ("dst", "src", "dvc", "c6a3", "c6a2")  # of CEF, in the order in which they tell where it happened
HOSTS = ("dhost", "shost", "dvchost")
IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}")
PLAIN_ID = re.compile(r"[\w.\-]{1,40}")

Body = dict[str, Any]


class Unread(NamedTuple):
    """A message that could not be read."""

    raw: bytes
    why: Rejection
    peer: str


@dataclass(slots=True)
class Batch:
    """What has come since the last was taken."""

    counts: dict[tuple[str, int], Body] = field(default_factory=dict)  # place, minute -> parameter -> how many
    alerts: list[Body] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    dropped: int = 0  # alerts for which there was no room: counted, not listed
    unkept: int = 0  # unreadable messages for which there was no room


@dataclass(frozen=True, slots=True)
class Where:
    """What a collector knows of places."""

    name: str  # the collector's
    place: str  # of what lies in no declared network
    networks: Networks
    hosts: Mapping[str, str]  # as declared: host name -> place

    def of(self, message: Message, event: Cef | None, peer: str) -> str:
        """Where it happened: by the addresses of the event, its hosts, who reported it, who sent it."""
        said = event.said if event else {}
        for address in (*(said.get(name, "") for name in ADDRESSES), message.host, peer):
            found = self.networks.place(address) if address else None
            if found:
                return found
        for host in (*(said.get(name, "") for name in HOSTS), message.host):
            found = self.hosts.get(host.lower()) if host else None
            if found:
                return placed(found)
        return placed(self.place)


class Collector:
    """Takes messages and keeps what they come to, until it is taken; memory is bounded by places, minutes and caps."""

    def __init__(self, where: Where, closing: frozenset[str], secret: str) -> None:
        self._where = where
        self._closing = closing
        self._secret = secret
        self.batch = Batch()

    def take(self) -> Batch:
        """What has come; a new batch begins."""
        batch, self.batch = self.batch, Batch()
        return batch

    def hear(self, raw: bytes, peer: str, now: int) -> None:
        """Count one message, and note the alert that it opens or closes."""
        try:
            self._hear(raw, peer, now)
        except Refused as refused:
            if len(self.batch.unread) < MOST_REFUSED:
                self.batch.unread.append(Unread(raw[:MOST_BYTES], refused.rejection, peer))
            else:
                self.batch.unkept += 1

    def refuse(self, raw: bytes, code: str, peer: str) -> None:
        """Note what is no message at all."""
        self.batch.unread.append(Unread(raw[:MOST_BYTES], rejection(code), peer))

    def _hear(self, raw: bytes, peer: str, now: int) -> None:
        moment = datetime.fromtimestamp(now / 1000, TZ)
        message = syslog.read(raw, moment)
        said = cef.found_in(message.text)
        event = cef.read(said) if said else None
        at = _observed(cef.moment(event.said.get("rt", ""), moment) if event else None, message.at, now)
        place = self._where.of(message, event, peer)
        level = event.level if event else LEVELS[message.severity]
        closes = event is not None and self._closes(event)
        if not closes:
            counts = self.batch.counts.setdefault((place, at // MINUTE_MS), defaultdict(int))
            counts["sec_events"] += 1
            if level in COUNTED:
                counts[COUNTED[level]] += 1
        if event is not None and event.said.get("externalId") and (level != "low" or closes):
            self._alert(event, level, place, at, closes, moment)

    def _closes(self, event: Cef) -> bool:
        return any(event.said.get(name, "").strip().lower() in self._closing for name in ("act", "outcome"))

    def _alert(self, event: Cef, level: str, place: str, at: int, closes: bool, now: datetime) -> None:
        if len(self.batch.alerts) >= MOST_ALERTS:
            self.batch.dropped += 1
            return
        times = {"closed": told(at)} if closes else {"detected": told(at)}
        began = cef.moment(event.said.get("start", ""), now)
        if began is not None and not closes:
            times["started"] = began.isoformat()
        fields: Body = {} if closes else self._fields(event, level)
        state = "closed" if closes else "open"
        record = {"id": self._id(event), "type": "alert", "state": state, "times": times, "fields": fields}
        self.batch.alerts.append({"place": place, "at": told(at), "record": record})

    def _fields(self, event: Cef, level: str) -> Body:
        name = next((event.said[key] for key in HOSTS if event.said.get(key)), "")
        fields = {
            "severity": level,
            "kind": unnamed(event.name, 120),
            "device": unnamed(f"{event.vendor} {event.product}", 80),
            "host": f"m-{author_hash(name, self._secret)[:12]}" if name and self._secret else "",
        }
        return {key: value for key, value in fields.items() if value}

    def _id(self, event: Cef) -> str:
        said = event.said["externalId"]
        if not PLAIN_ID.fullmatch(said) or IP.search(said):
            said = blake2b(said.encode(), digest_size=8).hexdigest()
        return f"{self._where.name}:{said}"[:64]


class Stamps:
    """Moments within a minute, each given once to a place, so that two readings of one minute are never one event."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, int], None] = {}

    def stamp(self, place: str, minute: int, now: int) -> int:
        """A time (ms) in `minute`: that of now while it lasts, later the same second of it."""
        at = minute * MINUTE_MS + now % MINUTE_MS
        while (place, at) in self._given:
            at += 1
        self._given[place, at] = None
        if len(self._given) > MOST_STAMPS:
            del self._given[next(iter(self._given))]
        return at


def events(batch: Batch, name: str, now: int, stamps: Stamps) -> list[Body]:
    """The counts as readings: a collector of each place, a reading of each minute."""
    found = []
    for (place, minute), counts in sorted(batch.counts.items()):
        entity = f"{name}-{place.partition(':')[2].replace('/', '-')}"
        at = told(stamps.stamp(place, minute, now))
        found.append({"place": place, "entity": entity, "at": at, "values": dict(counts)})
    return found


def told(ms: int) -> str:
    """A time (ms) as an event says it, to the millisecond: it is what tells two readings of one minute apart."""
    return datetime.fromtimestamp(ms / 1000, TZ).isoformat(timespec="milliseconds")


def unnamed(text: str, most: int) -> str:
    """`text` without addresses of machines, mail, accounts and telephones."""
    return clean_text(masked(IP.sub(MASK, clean_text(text, most * 2))), most)


def _observed(device: datetime | None, sender: datetime | None, now: int) -> int:
    """When it happened (ms), as the device says, else the sender, else now; Refused where that cannot be."""
    said = device or sender
    if said is None:
        return now
    return observed(said.isoformat(), now, LATE_MS, EVENTS)

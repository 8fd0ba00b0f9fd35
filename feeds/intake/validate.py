"""One posted JSON object in, an Event or a Rejection out: the one validation behind every door.

Nothing that a sender writes raises out of `Validator.check`; an event that is refused says why and its neighbours pass.
"""

from __future__ import annotations

import re
from binascii import Error as BadBase64
from binascii import a2b_base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from feeds.catalogue.clock import Clock
from feeds.catalogue.model import Catalogue, Feed, FeedKind
from feeds.catalogue.places import NATION_KEY, Places
from feeds.catalogue.safe_url import safe_url
from feeds.intake import onvif, posted
from feeds.intake.event import Event
from feeds.intake.posted import Shape
from feeds.intake.reasons import Refused, Rejection, hint, nearest, rejection
from feeds.intake.rows import TEXT_LENGTH, Words, check_known, check_speaker, read_row
from feeds.intake.social.listening import Listening
from feeds.intake.text import clean_text
from feeds.intake.times import observed
from feeds.intake.values import Vocabulary
from feeds.intake.where import Parts, check_point

HIGHEST_SEQ = 2**63 - 1
FRAME_BYTES = 256 * 1024
URL_LENGTH = 2000
CAMERA_STATES = {  # state -> online, degraded
    "online": (1.0, 0.0),
    "offline": (0.0, 0.0),
    "frozen": (1.0, 1.0),
    "dark": (1.0, 1.0),
    "blurred": (1.0, 1.0),
    "low_fps": (1.0, 1.0),
}
_HASH = re.compile(r"[0-9a-fA-F]{16,128}")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the catalogue says of one feed, ready for use."""

    feed: Feed
    decode: Callable[[bytes], Shape]
    late_ms: int
    words: Vocabulary
    record: Words


Facts = dict[str, Any]  # the fields of an Event that depend on its kind


class Validator:
    """Knows the catalogue, the places and the lexicon; holds no state of any source. Threads may share it."""

    def __init__(self, catalogue: Catalogue, places: Places, clock: Clock, listening: Listening) -> None:
        self.clock = clock
        self.catalogue = catalogue
        self._parts = Parts(places)
        self._listening = listening
        self._rules = {code: self._rules_of(feed) for code, feed in catalogue.feeds.items()}
        self._facts: dict[FeedKind, Callable[[Rules, Any, int], Facts]] = {
            "entities": self._entity,
            "cameras": self._camera,
            "social": self._social,
        }

    def check(self, feed: str, raw: bytes, connector: str = "http", now: int | None = None) -> Event | Rejection:
        """The event that `raw` means, or why it is refused; received at `now`, the clock's time if unset."""
        rules = self._rules.get(feed)
        if rules is None:
            return self.unknown_feed(feed)
        try:
            return self._event(rules, raw, connector, self.clock.now_ms() if now is None else now)
        except Refused as refused:
            return refused.rejection
        except posted.UNREADABLE as error:
            return posted.refusal(error, raw).rejection

    def knows(self, feed: str) -> bool:
        """True when the catalogue has the feed."""
        return feed in self._rules

    def unknown_feed(self, feed: str) -> Rejection:
        """Why a feed that the catalogue does not have is refused."""
        return rejection("feed_unknown", feed=feed, **hint(nearest(feed, self._rules)))

    def kind(self, feed: str) -> FeedKind:
        """The kind of a known feed."""
        return self._rules[feed].feed.kind

    def part(self, event: Event) -> str:
        """The partition an accepted event belongs to."""
        if self._rules[event.feed].feed.partition == "nation":
            return NATION_KEY
        return self._parts.of(event.place)

    def part_of(self, place: str) -> str | None:
        """The partition of a place that may not exist."""
        try:
            return self._parts.of(place)
        except Refused:
            return None

    def _rules_of(self, feed: Feed) -> Rules:
        decode, late_ms = posted.decoder(feed.kind), feed.late_window * 1000
        return Rules(feed, decode, late_ms, Vocabulary(feed, self.catalogue), Words.of(feed))

    def _event(self, rules: Rules, raw: bytes, connector: str, now: int) -> Event:
        said: Any = rules.decode(raw)
        check_speaker("source", said.source)
        if said.entity is not None:
            check_speaker("entity", said.entity)
        if said.seq is not None and not 0 <= said.seq <= HIGHEST_SEQ:
            raise Refused("seq_bad")
        self._parts.of(said.place)
        code = rules.feed.code
        at = observed(said.at, now, rules.late_ms, code)
        if said.lat is not None or said.lon is not None:
            check_point(said.lat, said.lon)
        if rules.feed.kind == "readings":  # the hot path
            values, bad = rules.words.read(said.values, said.status)
            if not values and not bad:
                raise Refused("values_empty")
            return Event(
                code, said.source, said.seq, said.place, said.entity, at, now, values, bad, {}, None,
                said.lat, said.lon, connector,
            )  # fmt: skip
        if rules.feed.kind == "records":
            record = rules.record.read(said.record, now)
            return Event(
                code, said.source, said.seq, said.place, said.entity, at, now, {}, {}, {}, record,
                said.lat, said.lon, connector,
            )  # fmt: skip
        facts = {"place": said.place, "entity": said.entity} | self._facts[rules.feed.kind](rules, said, now)
        return Event(
            code, said.source, said.seq, at=at, received=now, lat=said.lat, lon=said.lon, connector=connector, **facts
        )

    def _entity(self, rules: Rules, said: posted.PostedRecord, now: int) -> Facts:
        row = said.record
        if said.entity is None:
            raise Refused("entity_missing")
        if said.entity != row.id:
            raise Refused("entity_differs", id=row.id, entity=said.entity)
        target = self.catalogue.feeds.get(row.type)
        if target is None:
            raise Refused("feed_unknown", feed=row.type, **hint(nearest(row.type, self._rules)))
        check_known("state", [row.state], rules.feed.states or ["active", "closed"], rules.feed.code)
        if target.entity_fields:
            check_known("fields", row.fields, ["vi", "en", *target.entity_fields], row.type)
        return {"record": read_row(row, now)}

    def _camera(self, rules: Rules, said: posted.PostedCamera, _now: int) -> Facts:
        view = said.camera
        if said.entity is None:
            raise Refused("entity_missing")
        if said.onvif is not None:
            return self._notice(rules, said.onvif)
        if view is None:
            raise Refused("field_missing", field="camera")
        if view.state not in CAMERA_STATES:
            check_known("state", [view.state], list(CAMERA_STATES), rules.feed.code)
        counts, _ = rules.words.read(cast("dict[str, float | posted.Value]", view.counts), None)
        if view.jpeg is not None and frame(view.jpeg) is None:
            raise Refused("frame_bad")
        return {"values": _of_state(view.state) | counts, "fields": {"state": view.state}}

    def _notice(self, rules: Rules, notice: posted.PostedNotice) -> Facts:
        """An ONVIF event; one that counts says nothing of the camera's state, so that it cannot hide a bad one."""
        told = onvif.meaning(notice)
        if told.state is not None:
            return {"values": _of_state(told.state), "fields": {"state": told.state}}
        counts, _ = rules.words.read(cast("dict[str, float | posted.Value]", told.counts), None)
        return {"values": counts}

    def _social(self, rules: Rules, said: posted.PostedSocial, _now: int) -> Facts:
        values, bad = rules.words.read(said.values, None) if said.values else ({}, {})
        facts: Facts = {"values": values, "bad": bad}
        if said.social is not None:
            return facts | self._post(said.social, said.place)
        if not values and not bad:
            raise Refused("field_missing", field="social")
        return facts

    def _post(self, post: posted.PostedText, place: str) -> Facts:
        text = clean_text(post.text, TEXT_LENGTH)
        if not text:
            raise Refused("text_empty")
        if post.url and (len(post.url) > URL_LENGTH or not safe_url(post.url)):
            raise Refused("url_unsafe")
        if post.author_hash is not None and not _HASH.fullmatch(post.author_hash):
            raise Refused("author_bad")
        heard = self._listening.hear(text, topic=post.topic, tone=post.tone)
        fields: Facts = {
            "topic": heard.topic,
            "tone": heard.tone,
            "text": text,
            "url": clean_text(post.url, URL_LENGTH),
        }
        if post.paper:
            fields["paper"] = clean_text(post.paper, 80)
        if place == NATION_KEY and heard.place is not None:
            return {"place": heard.place, "entity": None, "fields": fields}  # the newspaper itself does not stand there
        return {"fields": fields}


def frame(jpeg: str) -> bytes | None:
    """The still that a camera sent; None when it is not a JPEG of at most 256 KB in base64."""
    if len(jpeg) > FRAME_BYTES * 4 // 3 + 4:
        return None
    try:
        still = a2b_base64(jpeg.encode("ascii"), strict_mode=True)
    except (BadBase64, ValueError):
        return None
    return still if still[:3] == b"\xff\xd8\xff" and len(still) <= FRAME_BYTES else None


def frame_of(raw: bytes) -> bytes | None:
    """The still inside an accepted camera event."""
    view = msgspec.json.decode(raw, type=posted.PostedCamera).camera
    jpeg = None if view is None else view.jpeg
    return None if jpeg is None else frame(jpeg)


def _of_state(state: str) -> dict[str, float]:
    online, degraded = CAMERA_STATES[state]
    return {"online": online, "degraded": degraded}

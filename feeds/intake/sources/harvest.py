"""From items of news and posts to events: what is new, in Vietnamese and of our days, each story once.

A story that several tell (an agency's dispatch), in this source or in another of the feed, is sent once, by the first;
how many items each speaker gave is told beside it. A story is claimed, durably, before it is sent: after a crash its
claimant sends it again, to the byte the same, and nobody else does. An item without a readable date has that of its
first sight, remembered before it is sent, so that sending it again says the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from feeds.catalogue.clock import iso
from feeds.catalogue.places import NATION_KEY, Places
from feeds.intake.formats.items import Items
from feeds.intake.reasons import rejection
from feeds.intake.social.article import Article, Speaker, author_hash, event
from feeds.intake.social.language import is_vietnamese
from feeds.intake.social.listening import Listening
from feeds.intake.social.near import Names, Near
from feeds.intake.social.segment import Segmenter
from feeds.intake.sources.seam import Outlet
from feeds.intake.times import AHEAD_MS

FEED = "social"
HOUR_MS = 3_600_000
MOST_UNDATED = 500


class Taking(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What of a source's items is taken; `authors` names the environment variable with the secret of pseudonyms."""

    vietnamese_only: bool = True
    newest_h: int = 66  # older items are left alone: the feed refuses what is later than three days
    authors: str | None = None  # unset: nothing of an author is kept


class Harvest:
    """One reading of one source. Make it, `take` what each speaker gave, and `finish`."""

    def __init__(self, outlet: Outlet, taking: Taking, listening: Listening | None = None) -> None:
        self._outlet = outlet
        self._taking = taking
        self._listening = listening or _listening()
        self._names = Names(outlet.recall("sent"))
        self._near: Near | None = None
        self._kept: str | None = None
        self._undated = _dates(outlet.recall("undated"))
        self._introduced: dict[str, str] = {}
        self._secret = outlet.secret(taking.authors) if taking.authors else ""

    def take(self, speaker: Speaker, items: Items) -> None:
        """Send what is new of a speaker's items, refuse what cannot be read, and tell how many there were."""
        now = self._outlet.clock.now_ms()
        self._introduce(speaker, now)
        for refused in items.refused:
            self._outlet.refuse(FEED, refused.raw, refused.why, refused.offset)
        named = {article.name: article for article in reversed(items.articles) if article.name not in self._names}
        new = [(article, self._date(article, now)) for article in named.values()]
        self._keep_dates()
        fresh = sorted(
            ((article, at) for article, at in new if at >= now - self._taking.newest_h * HOUR_MS),
            key=lambda each: each[1],
        )
        first = self._first([article for article, _ in fresh if self._heard(article)], now)
        events = [self._event(article, at, speaker) for article, at in fresh if article.name in first]
        report = {
            "place": NATION_KEY, "entity": speaker.code, "at": iso(now), "values": {"items": len(fresh)},
        }  # fmt: skip
        self._outlet.send(FEED, [*events, report])
        for article, _ in fresh:
            self._names.add(article.name, now)

    def finish(self) -> None:
        """Remember what was sent, when it was anything."""
        for key, said in self._introduced.items():
            self._outlet.remember(key, said)
        self._introduced = {}
        if self._names.changed:
            self._outlet.remember("sent", self._names.dump())

    def _heard(self, article: Article) -> bool:
        """False for another language, which is refused."""
        if not self._taking.vietnamese_only or is_vietnamese(article.text):
            return True
        raw = f"{article.url}\n{article.text}".encode(errors="replace")
        self._outlet.refuse(FEED, raw, rejection("language_other"), article.url)
        return False

    def _first(self, articles: list[Article], now: int) -> set[str]:
        """The names of those whose story nobody has told; it is theirs from now on."""
        first: set[str] = set()

        def claim(me: str, kept: str | None) -> str | None:
            near = self._stories(kept)
            first.update(a.name for a in articles if not near.told(f"{me} {a.name}", a.text, now))
            if not near.changed:
                return None
            self._kept = near.dump()
            return self._kept

        if articles:
            self._outlet.together(FEED, claim)
        return first

    def _stories(self, kept: str | None) -> Near:
        """What all sources have told; read anew only where another one has changed it."""
        if self._near is None or kept != self._kept:
            self._near, self._kept = Near(kept), kept
        return self._near

    def _event(self, article: Article, at: int, speaker: Speaker) -> dict[str, Any]:
        heard = self._listening.hear(article.text)
        author = author_hash(article.author, self._secret) if self._secret and article.author.strip() else ""
        return event(article, at, speaker, {"topic": heard.topic, "tone": heard.tone}, author)

    def _date(self, article: Article, now: int) -> int:
        at = article.at
        if at is not None and at <= now + AHEAD_MS:
            return at
        return self._undated.setdefault(article.name, now)

    def _keep_dates(self) -> None:
        kept = dict(list(self._undated.items())[-MOST_UNDATED:])
        said = msgspec.json.encode(kept).decode()
        if said != (self._outlet.recall("undated") or "{}"):
            self._outlet.remember("undated", said)

    def _introduce(self, speaker: Speaker, now: int) -> None:
        """Declare a speaker when it is new or has another name."""
        said = f"{speaker.name}\n{speaker.place}"
        key = f"speaker {speaker.code}"
        if self._outlet.recall(key) == said:
            return
        fields = {"vi": speaker.name, "en": speaker.name, "type": "rss"}
        record = {"id": speaker.code, "type": FEED, "state": "active", "fields": fields}
        body = {"place": speaker.place, "entity": speaker.code, "at": iso(now), "record": record}
        self._outlet.send("entities", [body])
        self._introduced[key] = said


@cache
def _listening() -> Listening:
    """The lexicon with the segmenter, once in a process."""
    return Listening.load(Places.load(), segmenter=Segmenter())


def _dates(kept: str | None) -> dict[str, int]:
    try:
        return msgspec.json.decode(kept or "{}", type=dict[str, int])
    except msgspec.DecodeError:
        return {}

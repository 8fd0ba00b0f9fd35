"""One item of a newspaper or a platform, and the event it becomes. The same item gives the same bytes, every time."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from feeds.catalogue.clock import TZ, iso
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.safe_url import safe_url
from feeds.intake.reasons import Refused
from feeds.intake.social.plain import masked, plain
from feeds.intake.times import parse_time

TEXT_LENGTH, URL_LENGTH = 500, 2000  # what the door keeps
LOCAL = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y")


@dataclass(frozen=True)
class Article:
    """What a format reads of an item, as it came."""

    title: str = ""
    summary: str = ""
    url: str = ""
    published: str = ""
    id: str = ""
    author: str = ""

    @property
    def name(self) -> str:
        """What it is known by: its id, its address, or its title."""
        return self.id or self.url or self.title

    @cached_property
    def text(self) -> str:
        """Title and summary on one line, without markup and without what leads to a person."""
        title, summary = plain(self.title), plain(self.summary)
        if summary.startswith(title):
            title = ""
        return masked(f"{title}. {summary}".strip(". "))[:TEXT_LENGTH]

    @property
    def at(self) -> int | None:
        """When it was published, ms; None when that cannot be read."""
        return stamp(self.published)


def stamp(text: str) -> int | None:
    """Milliseconds since the epoch of a time as feeds write it; without a zone it is Vietnam's. None if unreadable."""
    text = text.strip().replace("GMT+7", "+0700").replace("UTC+7", "+0700")
    if text.isdigit() and 9 < len(text) < 14:
        return int(text) * (1000 if len(text) < 12 else 1)
    try:
        return parse_time(text, "at")
    except Refused:
        pass
    try:
        return _ms(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return _local(text)


def _local(text: str) -> int | None:
    for shape in LOCAL:
        try:
            return _ms(datetime.strptime(text, shape))
        except (ValueError, OverflowError):
            continue
    return None


def _ms(moment: datetime) -> int:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=TZ)
    return round(moment.timestamp() * 1000)


def author_hash(author: str, secret: str) -> str:
    """The author under a name that only the holder of `secret` could make again: 32 hexadecimal digits."""
    return hmac.digest(secret.encode(), plain(author).casefold().encode(), "sha256")[:16].hex()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who writes: a newspaper, a platform, a page."""

    code: str
    name: str
    place: str = NATION_KEY  # the nation's: the door finds the place in each text


def event(article: Article, at: int, speaker: Speaker, heard: Mapping[str, str], author: str = "") -> dict[str, Any]:
    """The contract's event of a post."""
    url = safe_url(article.url) if len(article.url) <= URL_LENGTH else ""
    social: dict[str, Any] = {"text": article.text, "url": url, "paper": speaker.name, **heard}
    if author:
        social["author_hash"] = author
    return {"place": speaker.place, "entity": speaker.code, "at": iso(at), "social": social}

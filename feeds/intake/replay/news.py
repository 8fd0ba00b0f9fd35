"""Items of newspapers' RSS feeds, one JSON file a day: a post each, the newspaper named, the author never.

An item that a later file repeats is the same item. A broken date falls back to when it was fetched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from feeds.catalogue.names import fold
from feeds.catalogue.places import NATION_KEY, Places
from feeds.intake.replay.recording import BadRecording, Body, Item, Recording, files, read_stamp
from feeds.intake.social.plain import plain

FETCH_MS = 15 * 60_000


class Article(msgspec.Struct, frozen=True):
    """What is used of an item."""

    title: str
    link: str
    source: str
    published: str
    id: str = ""
    summary: str = ""
    fetched: str = ""


def read(path: Path, _places: Places) -> Recording:
    """Every item once, as a post about no place: the door finds the place in the text."""
    recording = Recording()
    known: set[str] = set()
    speakers: dict[str, Body] = {}
    for file in files(path, ".json"):
        for article in _articles(file):
            if (article.id or article.link) in known:
                continue
            known.add(article.id or article.link)
            speaker = speakers.setdefault(article.source, _speaker(article.source))
            at = article.published if read_stamp(article.published) is not None else article.fetched
            body: Body = {key: speaker[key] for key in ("source", "place")}
            recording.add("social", at, body | {"social": _post(article)})
    recording.speakers = list(speakers.values())
    _add_fetches(recording)
    return recording


def _add_fetches(recording: Recording) -> None:
    """What each feed said of itself: how many items it gave in a quarter of an hour, told with the last of them."""
    given: dict[tuple[str, int], list[int]] = {}
    for item in recording.items:
        given.setdefault((item.body["source"], item.at // FETCH_MS), []).append(item.at)
    for (source, _), times in given.items():
        body = {"source": source, "place": NATION_KEY, "entity": source, "values": {"items": len(times)}}
        recording.items.append(Item(max(times), "social", body))


def _articles(file: Path) -> list[Article]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Article])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRecording(f"{file} is not a day of news: {error}") from error


def _post(article: Article) -> dict[str, Any]:
    text = f"{plain(article.title)}. {plain(article.summary)}".strip(". ")
    return {"text": text, "url": article.link, "paper": paper(article.source)}


def paper(source: str) -> str:
    """The newspaper behind one of its feeds: `VnExpress - Thế Giới` is VnExpress."""
    return source.split(" - ")[0].strip()


def _speaker(source: str) -> Body:
    code = f"rss-{fold(source).replace(' ', '-')}"[:64]
    name = {"vi": source, "en": source, "type": "rss"}
    record = {"id": code, "type": "social", "state": "active", "fields": name}
    return {"source": code, "place": NATION_KEY, "entity": code, "record": record}

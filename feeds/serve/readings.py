"""Readings behind a figure, as rows: what stations, cameras and posts said, with nobody named."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from feeds.catalogue.model import Catalogue, Feed
from feeds.catalogue.places import NATION_KEY, Places
from feeds.catalogue.question import Question
from feeds.catalogue.scope import Scope
from feeds.intake.event import Event, decode_batch
from feeds.serve.behind import Behind
from feeds.serve.readers import MASK, masked
from feeds.store.blocks import Archive
from feeds.store.database import Database
from feeds.store.entities import Entities, Entity

MOST_EVENTS = 20_000  # that are looked through for one list; the rest is reached by a shorter period
Rows = list[dict[str, Any]]


def unnamed(feed: Feed, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they may be shown: what names a person is masked, and so are long numbers inside of words."""
    return {name: _shown(value, name in feed.personal) for name, value in fields.items()}


class Readings:
    """The last 48 hours of readings of one world, to be listed."""

    def __init__(self, catalogue: Catalogue, places: Places, database: Database) -> None:
        self.catalogue = catalogue
        self.places = places
        self._archive: Archive[Event] = Archive(database, decode_batch)
        self._entities = Entities(database)

    def rows(self, scope: Scope, plan: Behind, question: Question) -> tuple[Rows, bool]:
        """Every reading of a list, newest first or as it is sorted; True when there is more than is looked through."""
        feed = self.catalogue.feeds[plan.feed]
        known = {entity.code: entity for entity in self._entities.all(scope, plan.feed)}
        found = self._archive.newest(scope, plan.feed, self._parts(feed, question.place), *(plan.window or (0, 0)))
        looked = list(islice(found, MOST_EVENTS + 1))
        rows = [self._event(feed, event, known.get(event.entity or "")) for event in looked[:MOST_EVENTS]
                if _counts(plan, event)]  # fmt: skip
        rows = [row for row in rows if self._asked_for(row, question)]
        if question.sort and (question.sort, question.down) != ("at", True):
            rows.sort(key=lambda row: _by(row.get(question.sort), question.down), reverse=question.down)
        return rows, len(looked) > MOST_EVENTS

    def _parts(self, feed: Feed, place: str) -> list[str]:
        unit = place.partition("/")[0]
        if unit != NATION_KEY:
            return [unit]
        return [NATION_KEY] if feed.partition == "nation" else [NATION_KEY, *self.places.units]

    def _event(self, feed: Feed, event: Event, entity: Entity | None) -> dict[str, Any]:
        scheme, _, said = event.place.partition(":")
        place = said if scheme == "2025" else event.place
        if entity is not None:
            place = f"{entity.unit}/{entity.commune}" if entity.commune else entity.unit
        return {
            "at": event.at,
            "received": event.received,
            "delay": event.received - event.at,
            "entity": event.entity or "",
            "name": {"vi": entity.vi, "en": entity.en} if entity else None,
            "place": place,
            "source": masked(event.source),
            "seq": event.seq,
            "bad": ", ".join(f"{name} {status}" for name, status in sorted(event.bad.items())),
            **{f"values.{name}": value for name, value in event.values.items()},
            **{f"fields.{name}": value for name, value in self._said(feed, event.fields).items()},
        }

    def _said(self, feed: Feed, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What a post says is shown only where a newspaper answers for it: people are counted, never quoted."""
        shown = unnamed(feed, fields)
        if feed.kind == "social" and not fields.get("paper"):
            shown |= {name: MASK for name in ("text", "url") if name in shown}
        return shown

    def _asked_for(self, row: dict[str, Any], question: Question) -> bool:
        place, unit = row["place"], row["place"].partition("/")[0]
        row["inside"] = place if "/" in question.place or question.place != NATION_KEY else unit
        if "/" in question.place and place != question.place:
            return False
        if question.inside and question.inside not in (row["inside"], row["entity"]):
            return False
        if question.states and row.get("fields.state") not in question.states:
            return False
        if any(str(row.get(f"fields.{name}")) != value for name, value in question.where.items()):
            return False
        text = f"{row['entity']} {(row['name'] or {}).get('vi', '')} {row['source']}".lower()
        return question.search.lower() in text


def _counts(plan: Behind, event: Event) -> bool:
    """True for an event that has to do with the figure."""
    if plan.params and not any(name in event.values or name in event.bad for name in plan.params):
        return False
    return not plan.any_of or any(_matches(where, event.fields) for where in plan.any_of)


def _matches(where: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    return all(fields.get(name) in (value if isinstance(value, list) else [value]) for name, value in where.items())


def _by(value: Any, down: bool) -> tuple[bool, bool, Any]:
    """What is not there, or has no order, stands last either way; texts do not stand among numbers."""
    known = isinstance(value, str | int | float)
    return known == down, isinstance(value, str), value if known else 0


def _shown(value: Any, personal: bool) -> Any:
    if personal:
        return MASK
    return masked(value) if isinstance(value, str) else value

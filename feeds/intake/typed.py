"""Figures that people type: proposed by one person, approved by another, and only then sent through the one door.

A proposal is judged as the event that it would become, so that what cannot be accepted is told to who types it. An
approved figure is an event of the source `typed` with the number of its revision, so that sending it twice counts once.
A correction of a figure that indicators add up (accidents of a day) cannot be taken back from a sum: it is kept, it
holds in the trail, and `live` says that the live figure does not know of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import msgspec

from feeds.catalogue.clock import iso
from feeds.catalogue.model import Catalogue
from feeds.catalogue.scope import Scope
from feeds.intake.door import Door
from feeds.intake.event import Event
from feeds.intake.reasons import Refused, Rejection, rejection
from feeds.intake.text import clean_text
from feeds.store.typed import Proposal, Typed, TypedFigures

SOURCE = "typed"
NAME_LENGTH, NOTE_LENGTH = 80, 500
MOST = 2_000  # figures of one sheet


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure as a form or a sheet gives it; `at` as in an event, `unit` where it is not the declared one."""

    feed: str
    param: str
    place: str
    at: str
    value: float
    unit: str | None = None
    note: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What became of proposed figures: their numbers in the trail, or by index why not. One bad, and none is kept."""

    numbers: list[int]
    refused: list[tuple[int, Rejection]]


class TypedDesk:
    """One per process; threads may share it. The door is opened when it is first needed."""

    def __init__(self, figures: TypedFigures, catalogue: Catalogue, open_door: Callable[[], Door]) -> None:
        self.figures = figures
        self._catalogue = catalogue
        self._open = open_door
        self._door: Door | None = None

    def propose(self, scope: Scope, by: str, given: list[Figure]) -> Answer:
        """Keep the figures for a second person to decide. Raises Refused for a nameless author or too many figures."""
        name = person(by)
        if not 0 < len(given) <= MOST:
            raise Refused("typed_many", n=len(given), limit=MOST)
        judged = [self._judge(figure) for figure in given]
        refused = [(n, each) for n, each in enumerate(judged) if isinstance(each, Rejection)]
        if refused:
            return Answer([], refused)
        made = self._door_now().validator.clock.now_ms()
        proposals = [
            self._proposal(event, figure, name, made)
            for figure, event in zip(given, judged, strict=True)
            if isinstance(event, Event)
        ]
        return Answer(self.figures.add(scope, proposals), [])

    def approve(self, scope: Scope, number: int, by: str, why: str = "") -> Typed:
        """Approve a proposal of somebody else's and send it; Refused says what stands in the way."""
        name = person(by)
        row = self._row(scope, number)
        if name.casefold() == row.by.casefold():
            raise Refused("typed_same", name=name)
        now = self._door_now().validator.clock.now_ms()
        before = self.figures.holding(scope, row)
        if not self.figures.claim(scope, number, name, now, clean_text(why, NOTE_LENGTH)):
            raise Refused("typed_decided", id=number)
        live = before is None or self._replaces(row)
        if live:
            self._send(scope, row)
        self.figures.approve(scope, number, live)
        return self._row(scope, number)

    def refuse(self, scope: Scope, number: int, by: str, why: str) -> Typed:
        """Decline a proposal with a reason; its author may, which takes it back."""
        name, told = person(by), clean_text(why, NOTE_LENGTH)
        if not told:
            raise Refused("typed_why")
        self._row(scope, number)
        if not self.figures.refuse(scope, number, name, self._door_now().validator.clock.now_ms(), told):
            raise Refused("typed_decided", id=number)
        return self._row(scope, number)

    def fields(self) -> list[dict[str, Any]]:
        """What may be typed: the parameters of every feed of readings, with names and unit."""
        return [
            {"feed": feed.code, "feed_vi": feed.vi, "feed_en": feed.en, "param": code, "unit": known[code].unit,
             "unit_en": self._catalogue.units.get(known[code].unit, known[code].unit),
             "vi": known[code].vi, "en": known[code].en, "integer": known[code].integer}
            for feed in self._catalogue.feeds.values() if feed.kind == "readings"
            for known in [self._catalogue.parameters] for code in feed.parameters
        ]  # fmt: skip

    def _judge(self, figure: Figure) -> Event | Rejection:
        validator = self._door_now().validator
        feed = self._catalogue.feeds.get(figure.feed)
        if feed is None:
            return validator.unknown_feed(figure.feed)
        if feed.kind != "readings":
            return rejection("typed_feed", feed=figure.feed)
        value: Any = figure.value if figure.unit is None else {"v": figure.value, "unit": figure.unit}
        event = {"source": SOURCE, "place": figure.place, "at": figure.at, "values": {figure.param: value}}
        judged = validator.check(figure.feed, msgspec.json.encode(event), SOURCE)
        return rejection("values_empty") if isinstance(judged, Event) and not judged.values else judged

    def _proposal(self, event: Event, figure: Figure, by: str, made: int) -> Proposal:
        ((param, value),) = event.values.items()
        return Proposal(
            feed=event.feed, param=param, unit=self._door_now().validator.part_of(event.place) or "vn",
            place=event.place, at=event.at, value=value, note=clean_text(figure.note, NOTE_LENGTH), by=by, made=made,
        )  # fmt: skip

    def _send(self, scope: Scope, row: Typed) -> None:
        """Through the door, as if it came when it was typed; what cannot be taken now leaves the proposal waiting."""
        event = {
            "source": SOURCE,
            "seq": row.id,
            "place": row.place,
            "at": iso(row.at),
            "values": {row.param: row.value},
        }
        door = self._door_now()
        answer = door.take(row.feed, [msgspec.json.encode(event)], SOURCE, row.made, keep=False)
        if answer.status == 202:
            return
        self.figures.release(scope, row.id)
        why = answer.rejected[0].reason if answer.rejected else answer.reason
        raise Refused("typed_unsent", why=why)

    def _replaces(self, row: Typed) -> bool:
        """True when a later reading of the same moment takes the place of the former in every figure."""
        feed = self._catalogue.feeds[row.feed]
        if any(measure.value == row.param for measure in feed.measures.values()):
            return False
        users = [each.compute for each in self._catalogue.indicators.values() if each.feed == row.feed]
        return all(compute.fn == "latest" for compute in users if row.param in compute.args.values())

    def _row(self, scope: Scope, number: int) -> Typed:
        row = self.figures.get(scope, number)
        if row is None:
            raise Refused("typed_unknown", id=number)
        return row

    def _door_now(self) -> Door:
        if self._door is None:
            self._door = self._open()
        return self._door


def person(name: str) -> str:
    """A person's name, clean; Refused when there is none."""
    clean = unicodedata.normalize("NFC", clean_text(name, NAME_LENGTH))
    if len(clean) < 2:
        raise Refused("typed_name")
    return " ".join(clean.split())

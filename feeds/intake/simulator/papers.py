"""E-documents on the axis: agencies and provinces write to each other, most in office hours, a few at night and on days
off; each document arrives, is accepted or refused, and done. Every hour it is told who is on the axis.

What the axis says of itself (`passed`) are the same documents, counted. Signatures that do not hold come from one
province, documents past their due time lie at another; elsewhere nothing crosses a limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, Philox

from feeds.catalogue.clock import DAY_MS, HOUR_MS, day_of
from feeds.intake.simulator.cast import Actor, Cast
from feeds.intake.simulator.chance import key, mix
from feeds.intake.simulator.days import Times, add_working, is_working, midnight
from feeds.intake.simulator.telling import Told, place_of

MINUTE_MS = 60_000
AXIS = "AX-"  # how the cast names who is on the axis: `AX-T01` a province, `AX-BNV` a ministry or another body
REACH = 3  # days a document is told of beyond the one on which it was sent
RECALLED_MS = 12 * HOUR_MS  # who is on the axis is remembered so often
DAY_OFF, AT_NIGHT = 0.04, 0.03  # of what a working day brings
BUMPS = ((9.7, 1.4), (15.2, 1.4))  # hours around which most are sent
KINDS = ("Công văn", "Quyết định", "Báo cáo", "Tờ trình", "Thông báo")
REFUSED, SLOW, UNPROVED = 0.001, 0.008, 0.3
BROKEN, BROKEN_SHARE = "AX-T20", 0.04  # whose signatures do not hold since a certificate ran out, and how many of them
BEHIND, BEHIND_SHARE = "AX-T52", 0.03  # where documents lie beyond their due time, a working day
SENT, SENDING, ARRIVED, ANSWERED, DONE = range(5)  # the steps of a document and its delivery
SIGNED = ("valid", "present", "invalid")
COUNTED = ("sys_docs", "sys_docs_in", "sys_signed")  # what the axis counts of an agency


class Agency(NamedTuple):
    """One who sends and receives: its name on the axis, its place as events write it, and the source that speaks for
    it."""

    actor: Actor
    name: str
    unit: str
    place: str


@dataclass(frozen=True, slots=True)
class Sheaf:
    """The documents sent on one day, a row each: `facts` is all that is known of it, a column for each thing a Paper
    says; `steps`, the last columns, when each step comes (0: never)."""

    day: int
    facts: Times
    steps: Times
    order: Times  # of the flattened steps, by time
    times: Times  # the same steps' times, rising
    sent: Times  # marks, rising: who sent, received, sent with a signature that holds, and when
    received: Times
    proved: Times


class Paper(NamedTuple):
    """One document: its number on its day, the numbers of its agencies, and what became of it."""

    day: int
    row: int
    sender: int
    receiver: int
    chance: int
    signed: int
    refused: int
    due: int
    steps: list[int]


class Papers:
    """Every document of the axis, by the day on which it was sent."""

    def __init__(self, seed: int, cast: Cast) -> None:
        self._seed = seed
        self._places = cast.places
        on_axis = [one for one in cast.actors["systems"] if one.type == "agency" and not one.traits.get("down")]
        self._agencies = [_agency(actor, cast) for actor in on_axis]
        self._number = {actor.code: n for n, actor in enumerate(on_axis)}
        self._sizes = np.array([actor.number("size") for actor in on_axis])
        self._sheaves: dict[int, Sheaf] = {}

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Every step of the stretch, and who is on the axis at each full hour."""
        found = [
            self._step(paper, n % 5)
            for sheaf, steps in self._within(start, end)
            for paper, n in zip(_papers(sheaf, steps // 5), steps.tolist(), strict=True)
        ]
        found += [told for at in _full(start, end, HOUR_MS) for told in self._heartbeats(at)]
        yield from sorted(found, key=lambda told: told.at)

    def recall(self, start: int, end: int) -> Iterator[Told]:
        """That each document was sent, how each delivery ended, with all its times, and how far the others have come by
        the end."""
        found: list[Told] = list(self._standing(end))
        for sheaf in self._reaching(start, end):
            sent, last = sheaf.steps[:, SENT], sheaf.steps.max(axis=1, initial=0)
            ends = sheaf.steps.argmax(axis=1)
            found += [self._step(paper, SENT) for paper in _papers(sheaf, np.flatnonzero(_between(sent, start, end)))]
            over = np.flatnonzero(_between(last, start, end))
            found += [self._whole(*one) for one in zip(_papers(sheaf, over), ends[over].tolist(), strict=True)]
        found += [told for at in _full(start, end, RECALLED_MS) for told in self._heartbeats(at)]
        yield from sorted(found, key=lambda told: told.at)

    def _standing(self, at: int) -> Iterator[Told]:
        """What every delivery that has not ended by `at` has come to, and who was last heard on the axis."""
        for sheaf in self._reaching(at, at + 1):
            begun = (sheaf.steps[:, SENDING] < at) & (sheaf.steps.max(axis=1, initial=0) >= at)
            rows, reached = np.flatnonzero(begun), np.where(sheaf.steps < at, sheaf.steps, 0).argmax(axis=1)
            yield from (self._whole(*one) for one in zip(_papers(sheaf, rows), reached[rows].tolist(), strict=True))
        yield from self._heartbeats((at - 1) // HOUR_MS * HOUR_MS)

    def passed(self, code: str, start: int, end: int) -> dict[str, int]:
        """What an agency sent and received from `start` up to `end`, and how much of that sent was signed."""
        found = dict.fromkeys(COUNTED, 0)
        if code not in self._number:  # cut off for long
            return found
        for day in range(day_of(start) - 1, day_of(end) + 1):
            sheaf, edges = self._sheaf(day), _marks(np.full(2, self._number[code]), np.array((start, end)), day)
            for name, marks in zip(COUNTED, (sheaf.sent, sheaf.received, sheaf.proved), strict=True):
                first, last = np.searchsorted(marks, edges)
                found[name] += int(last - first)
        return found

    def _within(self, start: int, end: int) -> Iterator[tuple[Sheaf, Times]]:
        """The steps from `start` up to `end`, each as its number among the flattened steps of its sheaf."""
        for sheaf in self._reaching(start, end):
            first, last = np.searchsorted(sheaf.times, (start, end))
            yield sheaf, sheaf.order[first:last]

    def _reaching(self, start: int, end: int) -> Iterator[Sheaf]:
        """The days whose documents may be told of from `start` up to `end`."""
        yield from (self._sheaf(day) for day in range(day_of(start) - REACH, day_of(end - 1) + 1))

    def _sheaf(self, day: int) -> Sheaf:
        found = self._sheaves.get(day)
        if found is None:
            for old in [known for known in self._sheaves if abs(known - day) > 2 * REACH]:
                del self._sheaves[old]
            found = self._sheaves[day] = self._written(day)
        return found

    def _written(self, day: int) -> Sheaf:
        """All documents of a day, drawn together."""
        rng = Generator(Philox(mix(self._seed, day, key("papers"))))
        counts = rng.poisson(self._sizes * (1.0 if is_working(day) else DAY_OFF))
        senders = np.repeat(np.arange(len(counts)), counts)
        n = len(senders)
        away = rng.choice(len(counts), n, p=self._sizes / self._sizes.sum())
        receivers = np.where(away == senders, (away + 1) % len(counts), away)
        refused = rng.random(n) < REFUSED
        steps = self._steps(rng, midnight(day), receivers, refused)
        broken = (senders == self._number[BROKEN]) & (rng.random(n) < BROKEN_SHARE)
        signed = np.where(broken, 2, rng.random(n) < UNPROVED).astype(np.int64)
        due = add_working(steps[:, SENT], np.ones(n, dtype=np.int64))
        chances = rng.integers(0, 2**62, n)
        flat = steps.reshape(-1)
        order = np.argsort(flat, kind="stable")[int((flat == 0).sum()) :].astype(np.int64)
        sent, received = (_marks(who, steps[:, n], day) for who, n in ((senders, SENT), (receivers, ARRIVED)))
        proved = np.sort(sent[signed < SIGNED.index("invalid")])
        marks = (np.sort(sent), np.sort(received), proved)
        facts = np.column_stack((senders, receivers, chances, signed, refused, due, steps))
        return Sheaf(day, facts, steps, order, flat[order], *marks)

    def _steps(self, rng: Generator, start: int, receivers: Times, refused: np.ndarray) -> Times:
        """When each document is sent, arrives, is answered and done."""
        n = len(receivers)
        centre, width = np.array(BUMPS)[rng.integers(0, len(BUMPS), n)].T
        hours = np.where(rng.random(n) < AT_NIGHT, 24 * rng.random(n), rng.normal(centre, width))
        steps = np.zeros((n, 5), dtype=np.int64)
        steps[:, SENT] = start + (np.clip(hours, 0, 23.99) * HOUR_MS).astype(np.int64)
        steps[:, SENDING] = steps[:, SENT] + 1
        steps[:, ARRIVED] = steps[:, SENT] + rng.integers(20, 200, n) * 1000
        slow = rng.random(n) < SLOW
        minutes = np.where(slow, rng.uniform(240, 420, n), rng.uniform(5, 150, n))
        steps[:, ANSWERED] = steps[:, SENT] + (minutes * MINUTE_MS).astype(np.int64)
        late = rng.random(n) < np.where(receivers == self._number[BEHIND], BEHIND_SHARE, 0)
        took = np.where(late, rng.uniform(26, 70, n), rng.uniform(8, 23, n))
        steps[:, DONE] = np.where(refused, 0, steps[:, SENT] + (took * HOUR_MS).astype(np.int64))
        return steps

    def _step(self, paper: Paper, step: int) -> Told:
        """One step as its sender tells it; only the first one of a record says what the document is."""
        times = self._times(paper, step) if step == SENDING else {_state(paper, step): paper.steps[step]}
        return self._told(paper, step, times, step <= SENDING)

    def _whole(self, paper: Paper, step: int) -> Told:
        """A delivery as it stands after a step, with everything known of it by then."""
        return self._told(paper, step, self._times(paper, step), True)

    def _times(self, paper: Paper, last: int) -> dict[str, int]:
        known = {_state(paper, step): paper.steps[step] for step in range(ARRIVED, last + 1)}
        return {"sent": paper.steps[SENT], "due": paper.due} | known

    def _told(self, paper: Paper, step: int, times: dict[str, int], about: bool) -> Told:
        sender, receiver = self._agencies[paper.sender], self._agencies[paper.receiver]
        name = f"VB-{sender.name}-{paper.day}-{paper.row}"
        state, at = _state(paper, step), paper.steps[step]
        fields = {"from_agency": sender.actor.vi, "kind": KINDS[paper.chance % len(KINDS)]} if about else {}
        if step == SENT:
            record = {"id": name, "type": "document", "state": state, "times": times,
                      "fields": fields | {"signed": SIGNED[paper.signed]}}  # fmt: skip
            return Told(at, "documents", sender.unit, {"place": sender.place, "at": at, "record": record})
        record = {"id": f"{name}:{receiver.name}", "type": "delivery", "state": state,
                  "times": times, "fields": fields | ({"to_agency": receiver.actor.vi} if about else {})}  # fmt: skip
        place = self._desk(receiver, paper.chance)
        return Told(at, "documents", receiver.unit, {"place": place, "at": at, "record": record})

    def _desk(self, receiver: Agency, chance: int) -> str:
        """Where a document is answered: one of the communes of a province, or the agency itself."""
        communes = [] if receiver.unit == "vn" else self._places.communes_of(receiver.unit)
        return place_of(communes[chance // 8 % len(communes)]) if communes else receiver.place

    def _heartbeats(self, at: int) -> Iterator[Told]:
        """The same agencies as the axis itself tells of; who has been cut off for long is not heard here either."""
        for agency in self._agencies:
            entity = f"TRUC-{agency.unit if agency.unit != 'vn' else agency.name.lower()}"
            body = {"place": agency.place, "entity": entity, "at": at, "values": {"axis_up": 100}}
            yield Told(at, "axis", agency.unit, body)


def _agency(actor: Actor, cast: Cast) -> Agency:
    name = actor.code.removeprefix(AXIS)
    unit, own = name.removeprefix("T"), f"agency:{name.lower()}"
    if unit in cast.places.by_key:
        return Agency(actor, name, unit, place_of(unit))
    return Agency(actor, name, "vn", own if own in cast.places.by_key else "vn")


def _papers(sheaf: Sheaf, rows: Times) -> Iterator[Paper]:
    """The documents of some rows."""
    for row, known in zip(rows.tolist(), sheaf.facts[rows].tolist(), strict=True):
        yield Paper._make((sheaf.day, row, *known[:-5], known[-5:]))


def _state(paper: Paper, step: int) -> str:
    if step == ANSWERED:
        return "rejected" if paper.refused else "accepted"
    return ("sent", "sending", "arrived", "", "done")[step]


def _between(times: Times, start: int, end: int) -> np.ndarray:
    return np.asarray((times >= start) & (times < end))


def _marks(who: Times, times: Times, day: int) -> Times:
    """Agency and time as one number, so that what one agency did in a stretch lies between two of them."""
    return np.asarray(who * (4 * DAY_MS) + np.clip(times - midnight(day), 0, 4 * DAY_MS - 1), dtype=np.int64)


def _full(start: int, end: int, step: int) -> Iterator[int]:
    """The full hours from `start` up to `end`."""
    yield from range(-(-start // step) * step, end, step)

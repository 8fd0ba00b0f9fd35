"""E-documents between the provinces in office hours: sent, arrived, accepted or refused, done within the day; and every
hour who is on the axis. Nothing here crosses a limit: the stories are told elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from feeds.catalogue.clock import DAY_MS, HOUR_MS, day_of
from feeds.intake.simulator.cast import Cast, Desk
from feeds.intake.simulator.chance import between, draw, key, mix
from feeds.intake.simulator.days import hour_of_day, is_working
from feeds.intake.simulator.lives import Lives
from feeds.intake.simulator.telling import Told, place_of

MINUTE_MS = 60_000
AXIS = "AX-"  # how the cast names who is on the axis: `AX-T01` a province, `AX-BNV` a ministry or another body
SLOT_MS = 10 * MINUTE_MS  # in which each province sends one document to another
LIFE_MS = 24 * HOUR_MS  # no document is told of longer
OPENS, CLOSES = 7.5, 17.0
KINDS = ("Công văn", "Quyết định", "Báo cáo", "Tờ trình", "Thông báo")
REFUSED, SLOW, UNPROVED = 0.001, 0.008, 0.3


class Papers(Lives):
    """Every document of the axis, by the slot in which it was sent."""

    def __init__(self, seed: int, cast: Cast) -> None:
        super().__init__(SLOT_MS, LIFE_MS)
        self._seed = seed
        self._cast = cast
        self._agencies = [(one.code.removeprefix(AXIS), one) for one in cast.actors["systems"] if one.type == "agency"]

    def _made(self, slot: int) -> Iterator[Told]:
        start = slot * SLOT_MS
        if slot % (HOUR_MS // SLOT_MS) == 0:
            yield from self._heartbeats(start)
        if is_working(day_of(start)) and OPENS <= hour_of_day(start) < CLOSES:
            for desk in self._cast.desks:
                yield from self._life(desk, slot, mix(self._seed, key(desk.code), slot, 11))

    def _life(self, desk: Desk, slot: int, chance: int) -> Iterator[Told]:
        """One document and its delivery."""
        sent = slot * SLOT_MS + int(SLOT_MS * draw(chance))
        receiver, place = self._receiver(desk, chance)
        about = {"from_agency": f"UBND {self._cast.places.name(desk.code)}", "kind": KINDS[mix(chance, 2) % len(KINDS)]}
        name = f"VB-{desk.code}-{slot}"
        signed = "present" if draw(chance, 4) < UNPROVED else "valid"
        yield _told(desk.code, desk.code, sent, name, "document", "sent", {"sent": sent}, about | {"signed": signed})
        delivery = f"{name}:{receiver}"
        to = {"to_agency": f"UBND {self._cast.places.name(place)}"}
        times = {"sent": sent, "due": sent + DAY_MS}
        yield _told(receiver, place, sent + 1, delivery, "delivery", "sending", times, about | to)
        for state, at in _steps(sent, chance):
            yield _told(receiver, place, at, delivery, "delivery", state, {state: at}, {})

    def _receiver(self, desk: Desk, chance: int) -> tuple[str, str]:
        """Another province, and the commune in it that must answer."""
        desks = self._cast.desks
        found = desks[mix(chance, 5) % len(desks)]
        if found is desk:
            found = desks[(desks.index(desk) + 1) % len(desks)]
        communes = self._cast.places.communes_of(found.code)
        return found.code, communes[mix(chance, 6) % len(communes)]

    def _heartbeats(self, at: int) -> Iterator[Told]:
        """The same agencies as the axis itself tells of; who has been cut off for long is not heard here either."""
        known = self._cast.places.by_key
        for name, actor in self._agencies:
            if actor.traits.get("down"):
                continue
            unit, agency = name.removeprefix("T"), f"agency:{name.lower()}"
            province = unit if unit in known else "vn"
            place = agency if agency in known else place_of(province)
            body = {"place": place, "entity": f"TRUC-{unit if unit in known else name.lower()}"}
            yield Told(at, "axis", province, {**body, "at": at, "values": {"axis_up": 100}})


def _steps(sent: int, chance: int) -> Iterator[tuple[str, int]]:
    """What the receiver says, and when."""
    yield "arrived", sent + int(between(20, 200, chance, 7)) * 1000
    slow = draw(chance, 8) < SLOW
    accepted = sent + int(between(240, 420, chance, 9) if slow else between(5, 150, chance, 9)) * MINUTE_MS
    if draw(chance, 10) < REFUSED:
        yield "rejected", accepted
        return
    yield "accepted", accepted
    yield "done", sent + int(between(8, 23, chance, 12)) * HOUR_MS


def _told(
    source: str, place: str, at: int, name: str, kind: str, state: str, times: dict[str, int], fields: dict[str, str]
) -> Told:
    record = {"id": name, "type": kind, "state": state, "times": times, "fields": fields}
    return Told(at, "documents", source, {"place": place_of(place), "at": at, "record": record})

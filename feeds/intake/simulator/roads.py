"""Roads and cameras: flow by the hour, jams in the rush, cameras that fail, and what police report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.intake.simulator.cast import Actor, Desk
from feeds.intake.simulator.chance import between, count, draw, key, mix, normal, smooth
from feeds.intake.simulator.days import rush
from feeds.intake.simulator.script import JAMMED
from feeds.intake.simulator.telling import Rota, Told, place_of

FAULT_MS = 3 * HOUR_MS  # a camera is well or not for a stretch of this length
REPORT_MS = 10 * 60_000  # police reports are drawn for stretches of this length
OFFLINE, DEGRADED = 0.0012, 0.0008
FAULTS = ("blurred", "low_fps", "dark", "frozen")
AI_A_DAY = {"ai_plate": 3.0, "ai_crowd": 1.6, "ai_intrusion": 1.2, "ai_fight": 0.15, "ai_fire": 0.05}
ACCIDENTS_A_DAY, VIOLATIONS_A_DAY = 62.0, 11.0  # in the nation; of a link
Values = dict[str, Any]


class Roads:
    """What a link measures. Violations are counted over the time since its last report."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, actor: Actor, at: int, span: int) -> Values:
        """Flow in pcu/h, harmonic mean speed in km/h, how long the queue has stood in minutes."""
        load, queue = self.load(actor, at)
        slow = 1 / (1 + 0.35 * load**4) if queue == 0 else 0.24
        noise = 1 + 0.02 * normal(self._seed, actor.key, at)
        values: Values = {
            "flow": round(actor.number("capacity") * min(load, 0.97) * noise),
            "speed": round(actor.number("free_flow") * (0.97 - 0.1 * load) * slow * noise, 1),
            "queue_min": queue,
        }
        caught = count(VIOLATIONS_A_DAY * span / DAY_MS, self._seed, actor.key, at, 4)
        if caught:
            values["violations"] = caught
        return values

    def load(self, actor: Actor, at: int) -> tuple[float, float]:
        """Share of the capacity in use, and minutes the queue has stood."""
        now = rush(at)
        own = between(0.58, 0.74, self._seed, actor.key) + 0.05 * smooth(at, HOUR_MS, self._seed, actor.key)
        if actor.code in JAMMED and now > 0.75:
            return 0.96, round(min(75.0, 20 + 260 * (now - 0.75)), 0)
        return now * own, 0.0


class Police:
    """Accidents and how long it took to clear them, as the police of each unit report them."""

    def __init__(self, seed: int, desks: Sequence[Desk]) -> None:
        self._seed = seed
        whole = sum(desk.dossiers_day for desk in desks)
        self._share = {desk.code: desk.dossiers_day / whole for desk in desks}

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Reports of the stretch."""
        for slot in range(start // REPORT_MS, -(-end // REPORT_MS)):
            for code, share in self._share.items():
                yield from self._report(code, share, slot, start, end)

    recall = tell  # few enough to be remembered one by one

    def _report(self, code: str, share: float, slot: int, start: int, end: int) -> Iterator[Told]:
        chance = mix(self._seed, slot, key(code), key("police"))
        mean = ACCIDENTS_A_DAY * share * REPORT_MS / DAY_MS * (0.4 + 1.4 * rush(slot * REPORT_MS))
        if draw(chance) >= mean:
            return
        at = slot * REPORT_MS + int(draw(chance, 1) * REPORT_MS)
        if start <= at < end:
            dead = int(draw(chance, 2) < 0.28)
            values = {"accidents": 1, "deaths": dead, "clear_min": round(between(12, 42, chance, 3))}
            yield Told(
                at, "traffic", code, {"place": place_of(code), "entity": report_desk(code), "at": at, "values": values}
            )


def report_desk(code: str) -> str:
    """The police desk of a unit that reports accidents."""
    return f"{code}-CSGT"


class Cameras:
    """Every camera's answer to the probe, with what it counted since the last one."""

    def __init__(self, seed: int, actors: Sequence[Actor], cadence_ms: int, recall_ms: int) -> None:
        self._seed = seed
        self._cadence, self._recall = cadence_ms, recall_ms
        self._rota = Rota(actors, cadence_ms)
        self._recalled = Rota(actors, recall_ms)

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """One answer of each camera at its cadence."""
        for at, actor in self._rota.turns(start, end):
            yield self._answer(at, actor, self._cadence)

    def recall(self, start: int, end: int) -> Iterator[Told]:
        """Answers at the wider step, each with the counts since the one before."""
        for at, actor in self._recalled.turns(start, end):
            yield self._answer(at, actor, self._recall)

    def state(self, actor: Actor, at: int) -> str:
        """`online`, or what is wrong with it."""
        chance = draw(self._seed, actor.key, at // FAULT_MS)
        if chance < OFFLINE:
            return "offline"
        if chance < OFFLINE + DEGRADED:
            return FAULTS[mix(self._seed, actor.key, at // FAULT_MS, 1) % len(FAULTS)]
        return "online"

    def _answer(self, at: int, actor: Actor, span: int) -> Told:
        state = self.state(actor, at)
        camera = {"state": state, "counts": {} if state == "offline" else self._counts(actor, at, span, state)}
        body = {"place": place_of(actor.place), "entity": actor.code, "at": at, "camera": camera}
        return Told(at, "cameras", actor.province, body)

    def _counts(self, actor: Actor, at: int, span: int, state: str) -> Values:
        busy = rush(at)
        counts: Values = {"fps": 9 if state == "low_fps" else 25, "storage_days": 32 + actor.key % 24}
        what, most = ("vehicles", 46) if actor.type == "traffic" else ("people", 22)
        counts[what] = round(most * busy * between(0.5, 1.4, self._seed, actor.key, at // 60_000))
        seen = {
            kind: count(a_day * span / DAY_MS, self._seed, actor.key, at, key(kind)) for kind, a_day in AI_A_DAY.items()
        }
        total = sum(seen.values())
        if total:
            counts |= {kind: n for kind, n in seen.items() if n} | {"ai_events": total}
            counts |= self._review(actor, at, total)
        return counts

    def _review(self, actor: Actor, at: int, total: int) -> Values:
        """What the shift made of the events: half are looked at, four in five are true."""
        reviewed = sum(draw(self._seed, actor.key, at, 20, n) < 0.5 for n in range(total))
        if not reviewed:
            return {}
        true = sum(draw(self._seed, actor.key, at, 21, n) < 0.82 for n in range(reviewed))
        minutes = round(between(1.2, 4.4, self._seed, actor.key, at, 22), 1)
        return {"ai_reviewed": reviewed, "ai_confirmed": true, "response_min": minutes}

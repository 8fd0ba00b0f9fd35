"""Security of the state's networks: what devices count at each unit and in some communes, what central anti-virus
reports of their machines, alerts with their lives. Only the outbreak of the story crosses limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.intake.simulator.cast import Actor, Cast
from feeds.intake.simulator.chance import between, count, draw, key, mix, smooth
from feeds.intake.simulator.days import hour_of_day
from feeds.intake.simulator.lives import Lives
from feeds.intake.simulator.script import Script
from feeds.intake.simulator.telling import Told, place_of

MINUTE_MS = 60_000
COMMUNES = 6  # of a unit that have devices of their own
SLOT_MS = HOUR_MS
LIFE_MS = 24 * HOUR_MS
A_DAY = 5  # alerts of a unit
KINDS = ("Quét cổng từ bên ngoài", "Đăng nhập sai nhiều lần", "Tải tệp đáng ngờ", "Kết nối tới máy chủ điều khiển")
SPREADING = "Mã độc lây lan trong mạng WAN"
Values = dict[str, int]


def sentries(cast: Cast) -> dict[str, tuple[Actor, ...]]:
    """Those who speak, by feed: of each unit, and of some of its communes where machines are."""
    places = {desk.code: cast.places.communes_of(desk.code) for desk in cast.desks}
    chosen = [place for code, communes in places.items() for place in (code, *spread(communes))]
    return {
        "security": tuple(_actor(cast, "SOC", place) for place in chosen),
        "antivirus": tuple(_actor(cast, "AV", place) for place in chosen),
    }


def spread(communes: Sequence[str]) -> Sequence[str]:
    """Some of a unit's communes, from all over its list."""
    return communes[:: max(1, len(communes) // COMMUNES)][:COMMUNES]


def _actor(cast: Cast, kind: str, place: str) -> Actor:
    code = f"{kind}-{place.replace('/', '-')}"
    return Actor(code, place, cast.places.name(place), None, None, {}, key(code))


class Devices:
    """How many events the devices of a network count in the `span` before."""

    def __init__(self, seed: int, script: Script) -> None:
        self._seed = seed
        self._script = script

    def __call__(self, actor: Actor, at: int, span: int) -> Values:
        """Counts; the night is quieter, an outbreak is not."""
        size = between(25, 60, self._seed, actor.key) if actor.place == actor.province else 3.0
        busy = 1.0 if 7 <= hour_of_day(at) < 18 else 0.6
        wild = 1 + 1.5 * self._script.outbreak(actor.province, at)
        wander = 1 + 0.15 * smooth(at, 3 * HOUR_MS, self._seed, actor.key)
        events = round(size * busy * wild * wander * span / MINUTE_MS)
        return {"sec_events": events, "sec_high": count(events * 0.002, self._seed, actor.key, at), "sec_lost": 0}


class AntiVirus:
    """What the newest anti-virus report of a network says of its machines."""

    def __init__(self, seed: int, script: Script) -> None:
        self._seed = seed
        self._script = script

    def __call__(self, actor: Actor, at: int, span: int) -> Values:
        """Machines, those infected, protected, not updated."""
        own = actor.place == actor.province
        hosts = int(between(1_200, 2_600, self._seed, actor.key) if own else between(45, 90, self._seed, actor.key))
        day = at // DAY_MS
        infected = int(between(0, 0.003, self._seed, actor.key, day) * hosts) if own else 0
        infected += round((4 if own else 5.5) * self._script.outbreak(actor.province, at))
        return {
            "hosts": hosts,
            "hosts_infected": infected,
            "hosts_protected": hosts - int(between(0.004, 0.035, self._seed, actor.key, day, 2) * hosts),
            "hosts_stale": int(between(0.005, 0.03, self._seed, actor.key, day, 3) * hosts),
        }


class Alerts(Lives):
    """Alerts of each unit, from their beginning to their end, by the hour in which they were detected."""

    def __init__(self, seed: int, cast: Cast, script: Script) -> None:
        super().__init__(SLOT_MS, LIFE_MS)
        self._seed = seed
        self._script = script
        communes = {desk.code: cast.places.communes_of(desk.code) for desk in cast.desks}
        self._watched = {code: [code, *spread(found)] for code, found in communes.items()}

    def _made(self, slot: int) -> Iterator[Told]:
        for code, places in self._watched.items():
            chance = mix(self._seed, slot, key(code), 17)
            if draw(chance) < A_DAY * SLOT_MS / DAY_MS:
                yield from self._life(code, places, slot, chance, "medium", KINDS[mix(chance, 2) % len(KINDS)])
            if draw(chance, 3) < 0.5 * self._script.outbreak(code, slot * SLOT_MS):
                severity = "critical" if draw(chance, 4) < 0.1 else "high"
                yield from self._life(code, places, slot, mix(chance, 5), severity, SPREADING)

    def _life(self, code: str, places: list[str], slot: int, chance: int, severity: str, kind: str) -> Iterator[Told]:
        """One alert: told when it is detected, and again when it is over."""
        place = places[mix(chance, 6) % len(places)]
        detected = slot * SLOT_MS + int(SLOT_MS * draw(chance, 7))
        started = detected - int(between(2, 25, chance, 8) * MINUTE_MS)
        closed = detected + int(between(1, 12 if kind == SPREADING else 6, chance, 9) * HOUR_MS)
        name = f"CB-{code}-{slot}-{severity}"
        fields = {"severity": severity, "kind": kind, "device": "SIEM (mô phỏng)", "host": f"m-{chance % 16**8:08x}"}
        yield _told(code, place, detected, name, "open", {"started": started, "detected": detected}, fields)
        yield _told(code, place, closed, name, "closed", {"closed": closed}, {})


def _told(code: str, place: str, at: int, name: str, state: str, times: dict[str, int], fields: dict[str, str]) -> Told:
    record = {"id": name, "type": "alert", "state": state, "times": times, "fields": fields}
    return Told(at, "security_alerts", code, {"place": place_of(place), "at": at, "record": record})

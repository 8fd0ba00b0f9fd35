"""Rivers, tides, reservoirs and the water in them."""

from __future__ import annotations

from math import pi, sin
from typing import Any

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.intake.simulator.cast import Actor
from feeds.intake.simulator.chance import between, draw, key, normal, smooth
from feeds.intake.simulator.days import hour_of_day
from feeds.intake.simulator.script import SLIPPING, STUCK, Script
from feeds.intake.simulator.sky import Weather

LUNAR_DAY_MS = round(24.84 * HOUR_MS)
Values = dict[str, Any]


class Hydrology:
    """What a gauge or a reservoir reads; gauges catch rain too, a second source of the same figure."""

    def __init__(self, seed: int, script: Script, weather: Weather) -> None:
        self._seed = seed
        self._script = script
        self._weather = weather

    def __call__(self, actor: Actor, at: int, span: int) -> Values:
        """Values at `at`; rain is what fell in the `span` before."""
        if actor.type == "reservoir":
            return {"reservoir_volume": round(self._volume(actor, at), 2)}
        values: Values = {
            "level": round(self.level(actor, at), 2),
            "rain": round(self._weather.rain(actor, at) * span / HOUR_MS, 2),
        }
        if actor.number("salty"):
            values["salinity"] = round(0.25 + 0.2 * self._tide(actor, at) + 0.08 * normal(self._seed, actor.key, at), 2)
            values["salinity"] = max(0.02, values["salinity"])
        return values

    def level(self, actor: Actor, at: int) -> float:
        """Water level in m: what is normal, the tide, slow wandering, and the flood of the story."""
        wander = 0.12 * smooth(at, 14 * HOUR_MS, self._seed, actor.key)
        flood = self._script.flood(at) * self._script.crest(actor)
        calm = 1 - self._script.flood(at) if self._script.crest(actor) else 1.0  # a flood drowns the small movements
        return actor.number("normal") + flood + calm * (wander + actor.number("tide") * self._tide(actor, at))

    def _tide(self, actor: Actor, at: int) -> float:
        """Twice a lunar day, stronger in spring tides; -1 to 1."""
        phase = 2 * pi * (at / LUNAR_DAY_MS + actor.key % 7 / 40)
        spring = 0.75 + 0.25 * sin(2 * pi * at / (14.77 * DAY_MS))
        return spring * (0.65 * sin(2 * phase) + 0.35 * sin(phase))

    def _volume(self, actor: Actor, at: int) -> float:
        fill = between(0.45, 0.82, self._seed, actor.key) + 0.04 * smooth(at, 3 * DAY_MS, self._seed, actor.key)
        return actor.number("v_dead") + fill * actor.number("v_useful")


class Water:
    """What a water station reads: probes all day, the laboratory's values in the report of six in the morning."""

    def __init__(self, seed: int, script: Script) -> None:
        self._seed = seed
        self._script = script

    def __call__(self, actor: Actor, at: int, span: int) -> Values:
        """Values at `at`."""
        values = self._outlet(actor, at) if actor.type == "effluent" else self._river(actor, at)
        if actor.type != "effluent" and (hour_of_day(at) - 6) % 24 * HOUR_MS < span:
            values |= self._laboratory(actor, at)
        if actor.code == STUCK:
            values |= {"ph": 7.12, "do": 6.4, "nh4_n": 0.11, "tss": 38.0, "temp": 25.3, "cod": 9.6}
        if actor.code == SLIPPING and draw(self._seed, at // (2 * HOUR_MS), key("slip")) < span / (4 * HOUR_MS):
            values["ph"] = round(values["ph"] * 10, 1)
        return values

    def _river(self, actor: Actor, at: int) -> Values:
        day = sin(2 * pi * (hour_of_day(at) - 9) / 24)
        wander, own = smooth(at, 5 * HOUR_MS, self._seed, actor.key), between(-1, 1, self._seed, actor.key, 3)
        noise = normal(self._seed, actor.key, at)
        return {
            "temp": round(25.5 + 1.6 * day + wander, 1),
            "ph": round(7.2 + 0.3 * own + 0.15 * wander + 0.02 * noise, 2),
            "do": round(6.5 + 0.4 * own + 0.35 * day + 0.15 * wander + 0.03 * noise, 2),
            "nh4_n": round(0.13 + 0.06 * own + 0.03 * wander + 0.003 * noise, 3),
            "tss": round(42 + 18 * own + 9 * wander + noise, 1),
            "cod": round(9.5 + 2 * own + 1.2 * wander + 0.2 * noise, 1),
        }

    def _laboratory(self, actor: Actor, at: int) -> Values:
        own, day = between(-1, 1, self._seed, actor.key, 5), between(-1, 1, self._seed, actor.key, at // DAY_MS)
        return {
            "bod5": round(4.0 + 0.9 * own + 0.5 * day, 1),
            "po4_p": round(0.09 + 0.04 * own + 0.01 * day, 3),
            "no3_n": round(1.6 + 0.5 * own + 0.2 * day, 2),
            "coliform": round(2300 + 900 * own + 400 * day, -1),
            "trash": 0,
        }

    def _outlet(self, actor: Actor, at: int) -> Values:
        """What the permits of these outlets ask to be watched all day: flow, pH and colour."""
        wander, noise = smooth(at, 4 * HOUR_MS, self._seed, actor.key), normal(self._seed, actor.key, at)
        return {
            "ph": round(7.3 + 0.2 * wander, 2),
            "color": round(62 + 18 * wander + 2 * noise, 0),
            "flow_water": round(120 + 40 * wander + 2 * noise, 1),
        }

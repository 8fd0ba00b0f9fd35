"""Air and weather: what stations of the sky read at any moment."""

from __future__ import annotations

from math import exp, pi, sin
from typing import Any

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.intake.simulator.cast import Actor
from feeds.intake.simulator.chance import between, draw, key, mix, normal, smooth
from feeds.intake.simulator.days import hour_of_day, rush, season
from feeds.intake.simulator.script import FLOODED, HAZY, Script

DUST = {"traffic": 24.0, "industrial": 26.0, "residential": 19.0, "background": 11.0}
RAIN_SPELL_MS = 6 * HOUR_MS
Values = dict[str, Any]


class Air:
    """What an air station reads: µg/m³, but carbon monoxide in mg/m³ as loggers do."""

    def __init__(self, seed: int, script: Script) -> None:
        self._seed = seed
        self._script = script

    def __call__(self, actor: Actor, at: int, _span: int) -> Values:
        """Values at `at`, with the status 01 in the half hour a day in which the station calibrates itself."""
        dust = self._dust(actor, at)
        traffic = rush(at) * (1.3 if actor.type == "traffic" else 0.7)
        noise = 1 + 0.05 * normal(self._seed, actor.key, at)
        sun = max(0.0, sin(pi * (hour_of_day(at) - 6) / 12))
        values: Values = {
            "pm25": round(dust * noise, 1),
            "pm10": round(dust * 1.5 * noise + 6, 1),
            "tsp": round(dust * 2.1 * noise + 14, 1),
            "no2": round(9 + 38 * traffic * noise, 1),
            "so2": round(5 + 9 * between(0.5, 1.5, self._seed, actor.key) * noise, 1),
            "o3": round(14 + 58 * sun * noise, 1),
            "co": {"v": round(0.35 + 0.7 * traffic * noise, 2), "unit": "mg/m³"},
        }
        if self._calibrates(actor, at):
            values["status"] = "01"
        return values

    def _dust(self, actor: Actor, at: int) -> float:
        """PM2.5 without the noise of a single reading."""
        wander = 1 + 0.22 * smooth(at, 7 * HOUR_MS, self._seed, actor.key)
        winter = 1 - 0.12 * season(at)
        air = DUST.get(actor.type, 18.0) * wander * winter * (0.75 + 0.45 * rush(at))
        if actor.province == HAZY:
            air = air * 2.6 + 32 + 12 * smooth(at, DAY_MS, self._seed, key("haze"))
        return max(2.0, air)

    def _calibrates(self, actor: Actor, at: int) -> bool:
        return 0 <= hour_of_day(at) - (2 + actor.key % 4) < 0.5


class Weather:
    """What a weather station reads; the first of each unit also carries the bulletin's disaster-risk level."""

    def __init__(self, seed: int, script: Script) -> None:
        self._seed = seed
        self._script = script

    def __call__(self, actor: Actor, at: int, span: int) -> Values:
        """Values at `at`; rain is what fell in the `span` before."""
        hour = hour_of_day(at)
        warmth = sin(pi * (hour - 9) / 12) if 3 <= hour < 21 else -0.9
        heat = self._heat(actor, at) + 3.6 * warmth + 1.2 * smooth(at, 9 * HOUR_MS, self._seed, actor.key)
        rain = self.rain(actor, at) * span / HOUR_MS
        values: Values = {
            "temp": round(min(34.4, max(11.2, heat)), 1),
            "humidity": round(min(99.0, max(45.0, 78 - 11 * warmth + 60 * rain / (rain + 6))), 0),
            "rain": round(rain, 2),
            "wind_gust": round(self._gust(actor, at), 1),
        }
        if actor.code.endswith("001"):
            values["risk_level"] = 3 if actor.province == FLOODED and self._script.flood(at) > 0.1 else 0
        return values

    def rain(self, actor: Actor, at: int) -> float:
        """mm/h: a shower now and then, and hours of it where the story floods."""
        spell = mix(self._seed, at // RAIN_SPELL_MS, key(actor.province), key("rain"))
        shower = between(0.3, 1.6, spell) if draw(spell, 1) < 0.22 else 0.0
        shower *= max(0.0, sin(pi * (at % RAIN_SPELL_MS) / RAIN_SPELL_MS))
        if actor.province == FLOODED:
            shower += 11.5 * self._script.storm(at) * (1 + 0.3 * smooth(at, HOUR_MS, self._seed, actor.key))
        return shower

    def _heat(self, actor: Actor, at: int) -> float:
        """Mean of the day: the south is warm, the north has seasons, the mountains are cooler."""
        north = 1 / (1 + exp(-((actor.lat or 16.0) - 16) * 1.2))
        return 26.8 - north * (3.4 - 4.4 * season(at)) - 1.5 * (actor.key % 3 == 0)

    def _gust(self, actor: Actor, at: int) -> float:
        calm = 4.2 + 2.4 * smooth(at, 3 * HOUR_MS, self._seed, actor.key, 7)
        return calm + (7.5 * self._script.storm(at) if actor.province == FLOODED else 0.0)

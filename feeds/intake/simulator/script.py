"""The standing stories, so that the screen has something true to say; everything else stays normal.

A flood climbs the Hương and the Bồ through the alert levels and falls again; haze lies over Hà Nội; desks of Gia Lai
fall behind; the weather source of Lai Châu goes silent for a day; a water sensor of Bắc Ninh is stuck; a logger of
Lạng Sơn is cut off each night and sends what it kept in the morning; a station of Thanh Hóa now and then slips the
decimal point; roads of Hồ Chí Minh City jam in the rush; malware spreads
in the network of Cần Thơ, from one host to 37, and is cleaned up. The cycle is counted from the first start and comes
round.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sin

from feeds.catalogue.clock import HOUR_MS
from feeds.intake.simulator.cast import Actor
from feeds.intake.simulator.days import hour_of_day

CYCLE_H = 96.0
OPENING_H = 36.0  # where in the cycle a first start begins: the water is 2 cm below the third alert level
RISE = (6.0, 44.0)
FALL = (52.0, 80.0)
FLOODED, HAZY, BEHIND = "46", "01", "52"
OUTBREAK, SPREADS, CLEANED = "92", (30.0, 44.0), (60.0, 76.0)
SILENT = ("weather", "12", 32.0, 56.0)  # feed, unit, from and to in the cycle
STUCK = "24-NUO-002"
CUT_OFF = ("20-TV-002", "20-TV-004")
CUT_HOURS = (2, 5)
SLIPPING = "38-NUO-003"
JAMMED = ("79-DUONG-003", "79-DUONG-011", "79-DUONG-024", "79-DUONG-042", "79-DUONG-067", "79-DUONG-090")


@dataclass(frozen=True, slots=True)
class Script:
    """The stories, counted from `opening_ms`, the first start."""

    opening_ms: int

    def hour(self, at: int) -> float:
        """Where in the cycle `at` lies, in hours."""
        return ((at - self.opening_ms) / HOUR_MS + OPENING_H) % CYCLE_H

    def flood(self, at: int) -> float:
        """How high the flood stands, 0 to 1."""
        hour = self.hour(at)
        if RISE[0] < hour < RISE[1]:
            return sin(pi / 2 * (hour - RISE[0]) / (RISE[1] - RISE[0])) ** 2
        if RISE[1] <= hour <= FALL[0]:
            return 1.0
        if FALL[0] < hour < FALL[1]:
            return sin(pi / 2 * (FALL[1] - hour) / (FALL[1] - FALL[0])) ** 2
        return 0.0

    def storm(self, at: int) -> float:
        """How hard it rains where it floods, 0 to 1: before the water, and gone before it falls."""
        hour = self.hour(at)
        return sin(pi * (hour - 3) / 40) if 3 < hour < 43 else 0.0

    def outbreak(self, province: str, at: int) -> float:
        """How far malware has spread in a province's network, 0 to 1."""
        hour = self.hour(at)
        if province != OUTBREAK or not SPREADS[0] < hour < CLEANED[1]:
            return 0.0
        if hour < SPREADS[1]:
            return sin(pi / 2 * (hour - SPREADS[0]) / (SPREADS[1] - SPREADS[0])) ** 2
        return min(1.0, (CLEANED[1] - hour) / (CLEANED[1] - CLEANED[0]))

    def crest(self, gauge: Actor) -> float:
        """How far above normal the flood lifts a gauge, in m."""
        if gauge.province != FLOODED or not gauge.number("bd1"):
            return 0.0
        if gauge.code == "46-TV-001":
            return 3.45
        if gauge.code == "46-TV-002":
            return 3.6
        return (gauge.number("bd1") - gauge.number("normal")) * 1.15

    def silent(self, feed: str, province: str, at: int) -> bool:
        """True while a source says nothing at all, and never will about that time."""
        return (feed, province) == SILENT[:2] and SILENT[2] <= self.hour(at) < SILENT[3]

    def cut_off(self, actor: Actor, at: int) -> bool:
        """True while a logger keeps its readings to itself; it sends them when the hours are over."""
        return actor.code in CUT_OFF and CUT_HOURS[0] <= hour_of_day(at) < CUT_HOURS[1]

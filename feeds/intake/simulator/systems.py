"""What the national systems say of themselves: agencies, links, the portal's parts, servers, connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp
from typing import Any

from feeds.catalogue.clock import DAY_MS, HOUR_MS, day_of
from feeds.intake.simulator.cast import Actor
from feeds.intake.simulator.chance import between, count, draw, key, smooth
from feeds.intake.simulator.days import hour_of_day, is_working

Values = dict[str, Any]
NIGHT, DAY_OFF = 0.06, 0.25  # of what a working hour brings
BREAK_MS = 40 * 60_000  # who is down, is down for about so long
BREAKS = 0.004
# A working day of the portal: what its parts count, and how many (data/history: over 4,000, 23,000 and 7,600).
PORTAL: Mapping[str, tuple[tuple[str, float, str, float], ...]] = {
    "NP-SVC": (("sys_dossiers", 4_300, "", 0.0),),
    "NP-CALL": (("sys_calls", 23_800, "sys_calls_answered", 0.94),),
    "NP-PET": (("sys_petitions", 7_900, "", 0.0),),
    "NP-PAY": (("sys_payments", 1_150, "sys_payments_failed", 0.021),),
    "NP-SSO": (("sys_logins", 61_000, "sys_logins_ok", 0.985),),
}


class Systems:
    """What one of them reports for the `span` before `at`."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._kinds: Mapping[str, Callable[[Actor, int, int], Values]] = {
            "agency": self._agency,
            "owner": self._owner,
            "component": self._component,
            "field": self._field,
            "server": self._server,
            "integration": self._integration,
            "link": self._link,
        }

    def __call__(self, actor: Actor, at: int, span: int) -> Values:
        """Whether it works, and what passed through it; who is down says only that."""
        up = self._up(actor, at)
        return {"sys_up": int(up)} | (self._kinds[actor.type](actor, at, span) if up else {})

    def _up(self, actor: Actor, at: int) -> bool:
        if actor.traits.get("down"):
            return False
        return actor.type not in ("agency", "link") or draw(self._seed, actor.key, at // BREAK_MS, 7) >= BREAKS

    def _agency(self, actor: Actor, at: int, span: int) -> Values:
        """Documents of a working day by its size; what is stalled moves from day to day."""
        sent = self._counted(actor, at, span, actor.number("size"), 1)
        day = day_of(at)
        slow = between(0, 1, self._seed, actor.key, 3) ** 3
        return {
            "sys_docs": sent,
            "sys_docs_in": self._counted(actor, at, span, actor.number("size") * 1.2, 2),
            "sys_signed": sum(draw(self._seed, actor.key, at, 9, i) < 0.97 for i in range(sent)),
            "sys_stalled_3": int(slow * 22 * (1 + 0.3 * smooth(at, DAY_MS, self._seed, actor.key))),
            "sys_stalled_7": int(slow * between(2, 7, self._seed, actor.key, day // 3)),
            "sys_stalled_30": int(slow * between(0, 2.4, self._seed, actor.key, day // 7)),
        }

    def _owner(self, actor: Actor, _at: int, _span: int) -> Values:
        owed, given = int(actor.number("owed")), int(actor.number("given"))
        return {"sys_owed": owed, "sys_given": given, "sys_missing": owed - given}

    def _link(self, actor: Actor, at: int, _span: int) -> Values:
        base = 14.0 if actor.traits.get("slow") else between(0.4, 2.5, self._seed, actor.key)
        return {"sys_delay": round(base * (1 + 0.25 * smooth(at, HOUR_MS, self._seed, actor.key)), 2)}

    def _component(self, actor: Actor, at: int, span: int) -> Values:
        values: Values = {}
        for n, (name, a_day, part, share) in enumerate(PORTAL.get(actor.code, ())):
            values[name] = whole = self._counted(actor, at, span, a_day, n)
            if part:
                values[part] = min(whole, count(whole * share, self._seed, actor.key, at, n, 5))
        return values

    def _field(self, actor: Actor, at: int, _span: int) -> Values:
        tasks = int(actor.number("size"))
        late = between(0.01, 0.16, self._seed, actor.key) + 0.02 * smooth(at, 5 * DAY_MS, self._seed, actor.key)
        return {"sys_tasks": tasks, "sys_tasks_ontime": round(tasks * (1 - max(0.0, late)))}

    def _server(self, actor: Actor, _at: int, _span: int) -> Values:
        return {"sys_layers": int(actor.number("layers"))}

    def _integration(self, actor: Actor, at: int, span: int) -> Values:
        calls = self._counted(actor, at, span, actor.number("size") * 24, 1)
        share = between(0.001, 0.012, self._seed, actor.key) * (1 + smooth(at, 6 * HOUR_MS, self._seed, actor.key))
        return {"sys_requests": calls, "sys_errors": min(calls, count(calls * share, self._seed, actor.key, at, 4))}

    def _counted(self, actor: Actor, at: int, span: int, a_day: float, salt: int) -> int:
        """How many came in the span, of so many on a working day."""
        return count(a_day * busy(at) * span / DAY_MS, self._seed, actor.key, at, salt, key("systems"))


def busy(at: int) -> float:
    """How much comes at a time of day, 1 on the average of a working day."""
    hour = hour_of_day(at)
    bumps = exp(-(((hour - 9.7) / 1.9) ** 2)) + 0.85 * exp(-(((hour - 15.2) / 2.0) ** 2))
    return (NIGHT + 3.6 * bumps) * (1.0 if is_working(day_of(at)) else DAY_OFF)

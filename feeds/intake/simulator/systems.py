"""What the national systems say of themselves: agencies, links, the portal's parts, servers, connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp
from typing import Any

from feeds.catalogue.clock import DAY_MS, HOUR_MS, day_of
from feeds.intake.simulator.cast import Actor
from feeds.intake.simulator.chance import between, count, draw, key, mix, smooth
from feeds.intake.simulator.days import hour_of_day, is_working
from feeds.intake.simulator.papers import Papers

Values = dict[str, Any]
NIGHT, DAY_OFF = 0.06, 0.25  # of what a working hour brings
BREAK_MS = 40 * 60_000  # who is down, is down for about so long
BREAKS = 0.004
# A working day of the portal: what its parts count, and how many (data/history: over 4,000, 23,000 and 7,600).
LAYERS = ("sys_layer_onsite", "sys_layer_monitor", "sys_layer_audit", "sys_layer_link")
PORTAL: Mapping[str, tuple[tuple[str, float, str, float], ...]] = {
    "NP-SVC": (("sys_dossiers", 4_300, "", 0.0),),
    "NP-CALL": (("sys_calls", 23_800, "sys_calls_answered", 0.94),),
    "NP-PET": (
        ("sys_petitions", 7_900, "sys_pet_forwarded", 0.93),
        ("sys_pet_answered", 7_200, "sys_pet_published", 0.96),
    ),
    "NP-SSO": (("sys_logins", 61_000, "sys_logins_ok", 0.985),),
}


class Systems:
    """What one of them reports for the `span` before `at`."""

    def __init__(self, seed: int, papers: Papers) -> None:
        self._seed = seed
        self._papers = papers
        self._kinds: Mapping[str, Callable[[Actor, int, int], Values]] = {
            "agency": self._agency,
            "owner": self._owner,
            "section": self._owner,
            "centre": self._link,
            "component": self._component,
            "function": self._function,
            "provider": self._provider,
            "tier": self._tier,
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
        """The documents of the story, counted by the axis itself; what is stalled moves from day to day."""
        day = day_of(at)
        slow = between(0, 1, self._seed, actor.key, 3) ** 3
        return self._papers.passed(actor.code, at - span, at) | {
            "sys_stalled_3": int(slow * 22 * (1 + 0.3 * smooth(at, DAY_MS, self._seed, actor.key))),
            "sys_stalled_7": int(slow * between(2, 7, self._seed, actor.key, day // 3)),
            "sys_stalled_30": int(slow * between(0, 2.4, self._seed, actor.key, day // 7)),
            "sys_pet_overdue": int(slow * between(2, 9, self._seed, actor.key, day, 6)),
            "sys_services_full": int(between(8, 60, self._seed, actor.key, 4)),
            "sys_services_part": int(between(5, 45, self._seed, actor.key, 5)),
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
        if actor.code == "NP-CALL":
            values["sys_wait_total"] = round(values["sys_calls_answered"] * (14 + 5 * smooth(at, HOUR_MS, self._seed)))
            values["sys_queue"] = count(6 * busy(at), self._seed, actor.key, at, 8)
        return values

    def _function(self, actor: Actor, at: int, span: int) -> Values:
        """Who is asked how it went says so; the other functions only that they work."""
        rated = self._counted(actor, at, span, actor.number("size"), 1)
        liked = min(rated, count(rated * 0.952, self._seed, actor.key, at, 3))
        return {"sys_rated": rated, "sys_liked": liked} if actor.number("size") else {}

    def _provider(self, actor: Actor, at: int, span: int) -> Values:
        paid = self._counted(actor, at, span, actor.number("size"), 1)
        failed = min(paid, count(paid * between(0.01, 0.03, self._seed, actor.key), self._seed, actor.key, at, 3))
        value = count((paid - failed) * 1.3, self._seed, actor.key, at, 5)
        return {"sys_payments": paid, "sys_payments_failed": failed, "sys_pay_value": value}

    def _tier(self, actor: Actor, _at: int, _span: int) -> Values:
        return {"sys_procedures": int(actor.number("owed")), "sys_procedures_online": int(actor.number("given"))}

    def _field(self, actor: Actor, at: int, _span: int) -> Values:
        tasks = int(actor.number("size"))
        late = between(0.01, 0.16, self._seed, actor.key) + 0.02 * smooth(at, 5 * DAY_MS, self._seed, actor.key)
        ontime = round(tasks * (1 - max(0.0, late)))
        return {"sys_tasks": tasks, "sys_tasks_ontime": ontime, "sys_tasks_overdue": (tasks - ontime) // 2}

    def _server(self, actor: Actor, _at: int, _span: int) -> Values:
        """Which layers it has; one that lacks some lacks those its name falls on."""
        lacks = len(LAYERS) - int(actor.number("layers"))
        missing = {LAYERS[(mix(actor.key) + n) % len(LAYERS)] for n in range(lacks)}
        return {"sys_layers": len(LAYERS) - lacks} | {name: int(name not in missing) for name in LAYERS}

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

"""Counters of a web process, in Prometheus' text form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

HELP = {
    "ioc_streams": "Event streams open now",
    "ioc_stream_groups": "Distinct lists of scopes being listened to",
    "ioc_stream_channels": "Scopes held in memory",
    "ioc_streams_stalled": "Streams that take nothing at the moment",
    "ioc_redis_link": "1 while the subscription to Redis stands",
    "ioc_snapshot_age_seconds": "Age of the nation's snapshot",
    "ioc_walls": "Walls that were heard today",
    "ioc_walls_frozen": "Walls that have not been heard for 15 seconds",
    "ioc_posts_total": "Requests at the event door, by HTTP status",
    "ioc_csp_reports_total": "What browsers refused by the content policy, by directive",
    "ioc_posted_events_total": "Events at the door, by what became of them",
}


class Counters:
    """Counts things by name and one label."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._gauges: dict[str, float] = {}

    def set(self, name: str, number: float) -> None:
        """How many there are now."""
        self._gauges[name] = number

    def add(self, name: str, label: str, value: str, n: int = 1) -> None:
        """Count `n` more."""
        self._counts[name, label, value] += n

    def text(self, gauges: Mapping[str, float]) -> str:
        """Everything, gauges included."""
        lines = []
        for name, number in (self._gauges | dict(gauges)).items():
            lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} gauge", f"{name} {_number(number)}"]
        last = ""
        for (name, label, value), n in sorted(self._counts.items()):
            if name != last:
                lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} counter"]
            lines.append(f'{name}{{{label}="{value}"}} {n}')
            last = name
        return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return "+Inf" if value == float("inf") else f"{value:g}"

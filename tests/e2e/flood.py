"""A flood in the canned country: one station above its highest limit, told by an alert of level 1."""

from __future__ import annotations

from typing import Any

from feeds.catalogue.clock import iso
from tests.e2e.canned import Canned, now

UNIT, STATION = "46", "HUE-KL"
SCOPE = f"{UNIT}:hydrology"


def rising(canned: Canned) -> None:
    """The station of the flood among the others of its unit."""
    stations = canned.snapshot(SCOPE)["entities"]
    stations.append(
        {
            "code": STATION,
            "feed": "hydrology",
            "vi": "Kim Long",
            "lat": 16.4578,
            "lon": 107.5636,
            "place": "46/19804",
            "at": iso(now() - 120_000),
            "state": "live",
            "severity": 1,
            "values": {"hyd_level": 4.12},
            "fields": {"bd1": 1.0, "bd2": 2.0, "bd3": 3.5, "type": "river"},
        }
    )
    canned.states[SCOPE]["entities"] = stations
    canned.past[f"{SCOPE}:{STATION}/hyd_rain_1h"] = [max(0.0, 44.0 - 5 * abs(hour - 8)) for hour in range(24)]
    canned.past[f"{SCOPE}:{STATION}"] = [round(0.7 + 3.3 / (1 + 1.5 ** (13 - hour)), 2) for hour in range(24)]


def alert(ago_s: int = 3, level: int = 1, unit: str = UNIT) -> dict[str, Any]:
    """An alert as the stream tells it."""
    return {
        "id": f"flood-{unit}",
        "scope": f"{unit}:hydrology",
        "place": unit,
        "place_vi": "Huế",
        "indicator": "hyd_alert",
        "entity": STATION,
        "level": level,
        "since": iso(now() - ago_s * 1000),
        "value": 4,
        "limit": 4,
        "unit": "cấp",
        "source": "thiết kế",
        "vi": "Huế: Cấp báo động lũ 4",
        "en": "Huế: flood alert level 4",
    }

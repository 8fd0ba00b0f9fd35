"""Alerts of a made-up country: of figures that change within a day, each a little beyond a limit of its own."""

from __future__ import annotations

import random
from typing import Any

from feeds.catalogue.clock import iso
from feeds.catalogue.model import Indicator
from layouts import scales
from layouts.site import Site
from tests.e2e.canned_doors import now

DAY_S = 86_400


def crossed(indicator: Indicator) -> tuple[float, float] | None:
    """A value a little beyond a limit of the figure's own unit, and the limit."""
    for t in indicator.thresholds:
        low, high = (t.below, t.at_most), (t.above, t.at_least)
        for bound, share in (*((bound, 0.96) for bound in low), *((bound, 1.12) for bound in high)):
            if t.kind in scales.OWN_UNIT and bound:
                return round(bound * share, 2), float(bound)
    return None


def alerts(site: Site, place: str, luck: random.Random) -> list[dict[str, Any]]:
    known = site.catalogue.indicators.values()
    codes = [i for i in known if i.cadence <= DAY_S and not i.second and crossed(i)]
    if place != "vn":  # what only the nation's own systems say is nobody's alert
        codes = [i for i in codes if not i.feed or site.catalogue.feeds[i.feed].partition != "nation"]
    rows = []
    for n, indicator in enumerate(luck.sample(codes, min(9, len(codes)))):
        where = luck.choice(site.places.units) if place == "vn" else place
        rows.append(
            {
                "id": f"a{n}",
                "scope": where,
                "place": where,
                "place_vi": site.places.name(where),
                "indicator": indicator.code,
                "level": 1 if n == 0 else 2 if n < 3 else 3,
                "since": iso(now() - luck.randint(60, 30000) * 1000),
                "value": (crossed(indicator) or (0.0, 0.0))[0],
                "limit": (crossed(indicator) or (0.0, 0.0))[1],
                "unit": indicator.unit,
                "source": "thiết kế",
                "vi": indicator.vi,
                "en": indicator.en,
            }
        )
    return rows

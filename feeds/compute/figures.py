"""Every calculation a catalogue may name, under its name. A test holds it against catalogue.functions.FUNCTIONS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from feeds.catalogue.model import Indicator
from feeds.compute.entity_figures import ENTITY, EntityFunction
from feeds.compute.health_figures import HEALTH, HealthFunction
from feeds.compute.member_figures import MEMBER, MemberFunction
from feeds.compute.place_figures import PLACE, RECORDS, PlaceFunction

# What a calculation looks at: one station, one entity's share of a place, the counts of a place, the feeds.
Looks = Literal["station", "member", "place", "health"]

REGISTRY: Mapping[str, EntityFunction | MemberFunction | PlaceFunction | HealthFunction] = {
    **ENTITY,
    **MEMBER,
    **PLACE,
    **RECORDS,
    **HEALTH,
}


def looks_at(indicator: Indicator) -> Looks:
    """At what the indicator's calculation looks."""
    fn = indicator.compute.fn
    if fn in ENTITY:
        return "station"
    if fn in MEMBER:
        return "member"
    return "health" if fn in HEALTH else "place"

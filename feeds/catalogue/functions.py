"""The vocabulary of `compute.fn`: which functions a catalogue file may name, with their arguments.

The calculations live in feeds/compute; the names live here so that a wrong one stops start-up.
`level` says on what a function works: `entity` (one station, then rolled up), `place` (counts of a place,
pooled upwards), `records` (current rows of a record feed, each minute), `health` (the feeds themselves).
"""

from __future__ import annotations

from typing import Literal

import msgspec

Window = Literal["minute", "10m", "hour", "24h", "day", "7d", "month", "year"]
# `hour`, `24h`, `7d`, `10m` trail back from now; `day` is Vietnam's calendar day so far;
# `month`, `year` are the state's reporting periods (15th to 14th, Decree 09/2019).


class Function(msgspec.Struct, frozen=True):
    """A name a catalogue file may use, and the arguments it takes."""

    level: Literal["entity", "place", "records", "health"]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


FUNCTIONS: dict[str, Function] = {
    # entity: hour cells of one station's parameter
    "latest": Function("entity", ("param",)),
    "mean": Function("entity", ("param", "hours"), ("min_hours",)),  # trailing mean of hourly means
    "sum": Function("entity", ("param", "hours"), ("min_hours",)),
    "max": Function("entity", ("param", "hours")),
    "ratio_of": Function("entity", ("num", "den"), ("hours", "scale")),  # latest num / den * scale
    "vn_aqi_hour": Function("entity"),
    "vn_aqi_day": Function("entity"),
    "vn_wqi": Function("entity", (), ("core",)),
    "class_0823": Function("entity"),
    "flood_alert": Function("entity", ("param",)),
    "to_next_alert": Function("entity", ("param",)),
    "beaufort": Function("entity", ("param",)),
    # place: measures and pooled parameter cells of a place
    "count": Function("place", ("measure", "window")),
    "ratio": Function("place", ("num", "den", "window"), ("scale", "complement")),
    "net": Function("place", ("pos", "neg", "all", "window"), ("scale",)),
    "average": Function("place", ("value", "count", "window")),  # sum of a value measure / count
    "median": Function("place", ("measure", "window")),
    "spikes": Function("place", ("measure", "window"), ("z",)),
    "total": Function("place", ("param", "window")),  # pooled sum of a parameter over the place's entities
    # place, over the entities standing in it
    "entities": Function("place", (), ("param", "op", "value", "for")),  # how many (meet a condition)
    "entities_share": Function("place", (), ("param", "op", "value", "for")),
    "reporting_share": Function("place", ("within",)),
    "valid_share": Function("place", ("hours",)),
    # records: current rows
    "records_open": Function("records", (), ("when", "where")),  # when: overdue | due_24h | all
    "score_766": Function("place", (), ("window",)),
    # health of the feeds
    "feeds_live": Function("health"),
    "data_age": Function("health"),
    "missing_share": Function("health"),
    "conflicts": Function("health"),
    "revisions": Function("health"),
}

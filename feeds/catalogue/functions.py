"""The vocabulary of `compute.fn`: which functions a catalogue file may name, with their arguments.

The calculations live in feeds/compute; the names live here so that a wrong one stops start-up.
`level` says on what a function works: `entity` (one station, then rolled up), `place` (counts of a place,
pooled upwards), `records` (current rows of a record feed, each minute), `health` (the feeds themselves).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Window = Literal["minute", "10m", "hour", "24h", "day", "7d", "month", "year"]
# `hour`, `24h`, `7d`, `10m` trail back from now; `day` is Vietnam's calendar day so far;
# `month`, `year` are the state's reporting periods (15th to 14th, Decree 09/2019).


ArgKind = Literal[
    "parameter",  # a code of the vocabulary
    "parameters",  # one code or a list
    "measure",  # a measure of the indicator's feed
    "measures",  # one measure or a list whose counts are added
    "window",
    "hours",  # a whole number of hours, at least 1
    "number",
    "flag",
    "duration",  # `90s`, `5m`, `1h`, `3d`; seconds after loading
    "op",  # a comparison: > >= < <= ==
    "where",  # field -> the value it must have, or a list of values
    "text",
    "field",  # a declared field of the feed's entities
    "groups",  # score_766: groups of indicators with their points
]

ARGS: dict[str, ArgKind] = {
    "param": "parameter",
    "params": "parameters",
    "measure": "measure",
    "num": "measures",
    "den": "measures",
    "pos": "measures",
    "neg": "measures",
    "all": "measures",
    "window": "window",
    "hours": "hours",
    "min_hours": "hours",
    "scale": "number",
    "z": "number",
    "q": "number",
    "value": "number",
    "complement": "flag",
    "for": "duration",
    "within": "duration",
    "op": "op",
    "where": "where",
    "when": "text",
    "core": "text",
    "minimum": "text",
    "count": "text",
    "state": "text",
    "field": "field",
    "weight": "field",
    "dead": "field",
    "useful": "field",
    "groups": "groups",
}


class Function(msgspec.Struct, frozen=True):
    """A name a catalogue file may use, and the arguments it takes; `kinds` overrides ARGS for this function."""

    level: Literal["entity", "place", "records", "health"]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    kinds: dict[str, ArgKind] = {}
    choices: dict[str, tuple[str, ...]] = {}
    share: bool = False  # a part of n counted cases, so that an interval of confidence can be told

    def args(self) -> tuple[str, ...]:
        """Every argument it takes."""
        return self.required + self.optional

    def kind(self, arg: str) -> ArgKind:
        """What the argument holds."""
        return self.kinds.get(arg) or ARGS[arg]


CONDITION = ("param", "op", "value", "for", "field", "weight", "where")
# An entity meets the condition when its latest `param` stands in relation `op` to `value` (times its own `field`
# when given) for at least `for`; `where` keeps only entities whose fields match; `weight` adds that field, not 1.

FUNCTIONS: dict[str, Function] = {
    # entity: hour cells of one station's parameter
    # (`where` keeps only stations whose fields match; null in a list: nobody said the field)
    "latest": Function("entity", ("param",), ("where",)),
    "mean": Function("entity", ("param", "hours"), ("min_hours", "where")),  # trailing mean of hourly means
    "sum": Function("entity", ("param", "hours"), ("min_hours", "where")),
    "max": Function("entity", ("param", "hours"), ("where",)),
    "ratio_of": Function(  # latest num / den * scale; with hours the sums of both
        "entity", ("num", "den"), ("hours", "scale", "where"), kinds={"num": "parameter", "den": "parameter"}
    ),
    "fill": Function(
        "entity", ("param", "dead", "useful"), ("where",)
    ),  # (volume - dead) / useful * 100, both entity fields
    "vn_aqi_hour": Function("entity", (), ("where",)),
    "vn_aqi_day": Function("entity", (), ("where",)),
    "vn_wqi": Function(  # `minimum`: what a sample must hold, by the decision or as networks of automatic stations do
        "entity",
        (),
        ("core", "minimum", "where"),
        choices={"core": ("unweighted", "weighted"), "minimum": ("decision", "automatic")},
    ),
    "class_0823": Function("entity", (), ("where",)),
    "flood_alert": Function("entity", ("param",), ("where",)),
    "to_next_alert": Function("entity", ("param",), ("where",)),
    "beaufort": Function("entity", ("param",), ("where",)),
    "bulletin": Function("entity", ("param", "hours"), ("where",)),  # the level of a bulletin, 0 `hours` after it came
    # today's hours whose mean is over the entity's `permit_<param>`; `run`: in a row, to now
    "exceedances": Function("entity", ("params",), ("count", "where"), choices={"count": ("total", "run")}),
    # place: measures and pooled parameter cells of a place
    "count": Function("place", ("measure", "window")),
    "ratio": Function("place", ("num", "den", "window"), ("scale", "complement"), share=True),
    "net": Function("place", ("pos", "neg", "all", "window"), ("scale",)),
    "average": Function(  # sum of a value measure / count
        "place", ("value", "count", "window"), kinds={"value": "measure", "count": "measure"}
    ),
    "median": Function("place", ("measure", "window")),
    "percentile": Function("place", ("measure", "window", "q")),  # the value that `q` percent lie below
    "spikes": Function("place", ("measure", "window"), ("z",)),
    "total": Function("place", ("param", "window")),  # pooled sum of a parameter over the place's entities
    # place, over the entities standing in it
    "entities": Function("place", (), CONDITION),  # how many (meet a condition)
    "entities_share": Function("place", (), CONDITION, share=True),
    "reporting_share": Function("place", ("within",), ("where",), share=True),
    "valid_share": Function("place", ("hours",)),
    "quotient": Function(  # sum of the latest `num` over sum of the latest `den` of the place's entities, in percent
        "place", ("num", "den"), ("scale", "where"), kinds={"num": "parameter", "den": "parameter"}
    ),
    "score_766": Function("place", ("groups",), ("window",)),  # feeds.compute.score_766 over the named indicators
    # records: current rows
    "records_open": Function(
        "records", (), ("when", "where"), choices={"when": ("overdue", "due_24h", "due_7d", "all")}
    ),
    "records_share": Function(  # rows that match `num` / rows that match `den` * 100
        "records", ("num", "den"), ("complement",), kinds={"num": "where", "den": "where"}, share=True
    ),
    "ontime_rate": Function(  # 766 index 2.1: (num + open and not late) / (den + open) * 100; `where` picks open rows
        "records", ("num", "den", "window"), ("where",), share=True
    ),
    # health of the feeds
    "feeds_live": Function("health", (), ("state",), choices={"state": ("live", "all")}),
    "data_age": Function("health"),
    "missing_share": Function("health"),
    "conflicts": Function("health"),
    "revisions": Function("health"),
    "reject_share": Function("health"),
    "correct_share": Function("health"),
    "complete_share": Function("health"),
    "clean_share": Function("health"),
    "alive_share": Function("health"),
    "odd_stations": Function("health"),
    "shape_changes": Function("health"),
}

BASELINES = ("same_hour_4w", "same_weekday_4w", "sigma_4w", "last_year")
# `same_hour_4w`: median of that hour on days of the same kind (working day or not) of four weeks; `same_weekday_4w`:
# median of that weekday at that hour; `sigma_4w`: mean and standard deviation of four weeks, the bound counts
# deviations above the mean; `last_year`: the same reporting period a year ago. Too few values: no severity.

DERIVED_TIMES = {"dossier": ("ended",)}  # times that follow from a record's others, for `at` of a measure
DERIVES = ("dossier", "incident")  # what `derive` of a feed may name: pure functions that add fields to a record


def share_of(fn: str, args: Mapping[str, Any]) -> float | None:
    """What a share of counted cases is told out of: 100 for percent. None for a figure that is no such share.

    Where entities weigh differently (kilometres, not links) the cases cannot be counted.
    """
    return float(args.get("scale", 100)) if FUNCTIONS[fn].share and "weight" not in args else None

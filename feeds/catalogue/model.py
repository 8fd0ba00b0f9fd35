"""What exists, as data: parameters, feeds, measures, indicators, thresholds, panels.

`loader.load` fills these from `data/catalogue/*.yaml`; everything else only reads them. Durations are written
as `90s`, `5m`, `1h`, `3d` in YAML and are seconds here. Vietnamese first: `vi` is the name on screen.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

Direction = Literal["up", "down", "band", "none"]
RollUp = Literal["sum", "mean", "worst", "count", "max", "min", "median", "pooled", "none"]
FeedKind = Literal["readings", "records", "social", "cameras", "entities"]


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Frozen, keyword-only, and a typing slip in YAML is an error."""


class Parameter(Base, kw_only=True):
    """One word of the one vocabulary: a measured quantity with its unit and the names sources use for it."""

    code: str
    vi: str
    en: str
    unit: str
    aliases: list[str] = []
    units: dict[str, float] = {}  # other unit -> factor into `unit` (mg/m3 -> 1000 for a parameter in µg/m3)
    low: float | None = None  # physically possible range; a value outside is rejected
    high: float | None = None
    integer: bool = False


class Measure(Base, kw_only=True):
    """A counted fact of a feed: each event (or record) that matches `where` adds 1 (or its `value`) at its time `at`."""

    at: str = "at"  # `at`, or one of a record's times: received, due, finished ...
    where: dict[str, Any] = {}  # field -> value that must be equal
    value: str | None = None  # numeric field to add instead of 1
    by: str | None = None  # field whose value splits the measure: `mentions` by topic -> `mentions:health`


class Feed(Base, kw_only=True):
    """A stream of events of one kind; `cadence` is how often each source speaks, `lag` how late it may arrive."""

    code: str
    vi: str
    en: str
    kind: FeedKind
    owner: str
    cadence: int
    lag: int = 0
    late_window: int = 72 * 3600
    partition: Literal["province", "nation"] = "province"
    parameters: list[str] = []
    states: list[str] = []  # records: the states a record may be in, in order
    derive: str | None = None  # registered pure function that adds fields to an event or record
    measures: dict[str, Measure] = {}


class Threshold(Base, kw_only=True):
    """When a figure is abnormal. `level`: 1 Nghiêm trọng, 2 Cao, 3 Vừa, 4 Thấp."""

    kind: Literal["absolute", "band", "percent_of", "times_baseline", "behind_plan", "per_station"]
    level: int
    source: str  # decree, standard or "thiết kế" (ours)
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None
    of: str | None = None  # percent_of: the other indicator
    field: str | None = None  # per_station: the entity field that holds the limit
    baseline: str | None = None  # times_baseline: declared baseline, e.g. `same_hour_4w`
    valid_from: date | None = None
    valid_to: date | None = None  # exclusive
    hold: int = 0  # seconds the crossing must last before it is an alert
    hysteresis: float = 0.0  # how far back inside, in the indicator's unit, before it clears
    min_n: int = 0  # fewer observations than this: no severity


class Compute(Base, kw_only=True):
    """How a figure is computed: a function known to the compute registry and its arguments."""

    fn: str
    args: dict[str, Any] = {}


class CrossCheck(Base, kw_only=True):
    """A second source of the same figure and how far the two may differ before both are suspect."""

    indicator: str
    tolerance: float
    relative: bool = False


class Indicator(Base, kw_only=True):
    """One figure of the catalogue, as its definition card shows it."""

    code: str
    domain: str = ""  # set by the loader
    vi: str
    en: str
    short_vi: str = ""
    short_en: str = ""
    unit: str
    unit_en: str = ""
    decimals: int = 0
    direction: Direction
    cadence: int
    lag: int = 0
    feed: str = ""
    formula_vi: str
    formula_en: str
    basis: str = ""  # legal basis: decision, circular, standard
    compute: Compute
    rollup: RollUp
    weight: str | None = None  # weighted mean: the indicator or measure that weighs
    target: float | None = None
    scale: str | None = None  # legal colour scale: vn_aqi, vn_wqi, flood_alert, disaster_risk
    range_p: tuple[float, float] | None = None  # plausible range of a province
    range_n: tuple[float, float] | None = None
    thresholds: list[Threshold] = []
    crosscheck: CrossCheck | None = None
    nation: bool = True  # shown at national level


class Panel(Base, kw_only=True):
    """What a page of the domain shows; `kind` is known to layouts/panels."""

    kind: str
    vi: str
    en: str
    indicators: list[str] = []
    feed: str | None = None
    args: dict[str, Any] = {}


class Domain(Base, kw_only=True):
    """One YAML file."""

    code: str
    vi: str
    en: str
    short_vi: str = ""
    lead: str = ""  # the indicator of the domain's tile
    order: int = 100
    feeds: list[Feed] = []
    indicators: list[Indicator] = []
    panels: list[Panel] = []


class Catalogue(Base, kw_only=True):
    """All domains together, with look-ups by code. Built by the loader, which guarantees that codes are unique."""

    domains: dict[str, Domain]
    feeds: dict[str, Feed]
    indicators: dict[str, Indicator]
    parameters: dict[str, Parameter]

    def of_feed(self, feed: str) -> list[Indicator]:
        """Indicators that are computed from `feed`, in catalogue order."""
        return [i for i in self.indicators.values() if i.feed == feed]

"""What exists, as data: parameters, feeds, measures, indicators, thresholds, panels.

`loader.load` fills these from `data/catalogue/*.yaml`; everything else only reads them. Durations are written
as `90s`, `5m`, `1h`, `3d` in YAML and are seconds here. Vietnamese first: `vi` is the name on screen.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any, Literal

import msgspec

Direction = Literal["up", "down", "band", "none"]
RollUp = Literal["sum", "mean", "worst", "count", "max", "min", "median", "harmonic", "own", "pooled", "none"]
POPULATION = "population"  # what `per` says for figures told per head: data/places/population.csv
Group = Literal["people", "field", "economy", "life", "state"]  # in the order of the list of services
FeedKind = Literal["readings", "records", "social", "cameras", "entities"]


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Frozen, keyword-only, and a typing slip in YAML is an error."""


class Parameter(Base, frozen=True, kw_only=True):
    """One word of the one vocabulary: a measured quantity with its unit and the names sources use for it."""

    code: str
    vi: str
    en: str
    unit: str
    aliases: list[str] = []
    units: dict[str, float] = {}  # every accepted unit, `unit` itself included -> factor into `unit` (mg/m³ -> 1000)
    low: float | None = None  # physically possible range; a value outside is rejected
    high: float | None = None
    integer: bool = False
    stuck: int | None = None  # so long the same value, not zero, is no measurement any more; None: it may be so
    jump: float | None = None  # more than this within an hour is no change of what is measured; None: anything may be


class Band(Base, frozen=True, kw_only=True):
    """One band of a legal scale: values up to `upto`, its bound included; the last band has none."""

    upto: float | None = None
    vi: str
    en: str
    colour: str = ""  # empty = the law names none: the grey of the land, without outline and number
    advice_vi: str = ""
    advice_en: str = ""


class Scale(Base, frozen=True, kw_only=True):
    """A legal colour scale; used only in its own map layer and legend."""

    code: str
    vi: str
    en: str
    source: str
    bands: list[Band]

    @property
    def levels(self) -> bool:
        """True for a scale that counts levels one by one, False for one that cuts a quantity into ranges."""
        bounds = [band.upto for band in self.bands if band.upto is not None]
        return all(after - before == 1 for before, after in pairwise(bounds))


class Measure(Base, frozen=True, kw_only=True):
    """A counted fact of a feed: each event (or record) that matches `where` adds 1 (or its `value`) at its time `at`.

    `where` and `value` name fields, a parameter of the feed, or a record's `type` and `state`. One without the time
    or the `value` adds nothing.
    """

    at: str = "at"  # `at`, or one of a record's times: received, due, finished ...
    where: dict[str, Any] = {}  # field -> the value it must have, or a list of which it must be one
    value: str | None = None  # numeric field to add instead of 1
    by: str | None = None  # field whose value splits the measure: `mentions` by topic -> `mentions:health`


class Span(Base, frozen=True, kw_only=True):
    """How long a record took from one of its times to another: the field that bears the span's name holds it.

    Counted from the last known of `since`; None until both ends are known, or where a clock ran backwards. With a
    `limit` the field `<name>_late` says whether it took longer.
    """

    since: list[str]
    until: str
    unit: Literal["minutes", "hours", "days", "working_days"]
    limit: float | None = None


class Name(Base, frozen=True, kw_only=True):
    """What a code is called on screen."""

    vi: str
    en: str


class Feed(Base, frozen=True, kw_only=True):
    """A stream of events of one kind; `cadence` is how often each source speaks, `lag` how late it may arrive."""

    code: str
    vi: str
    en: str
    kind: FeedKind
    owner: str
    cadence: int
    lag: int = 0
    late_window: int = 72 * 3600
    schedule: Literal["always", "office"] = "always"  # `office`: silent at night and on days off, and not late for it
    partition: Literal["province", "nation"] = "province"
    optional: bool = False  # not every place has such a source: it is counted among the feeds once it has spoken there
    parameters: list[str] = []
    types: list[str] = []  # records: the kinds of record
    states: list[str] = []  # records: the states a record may be in, in order
    closed: list[str] = []  # records: those of the states in which nothing more is due
    times: list[str] = []  # records: the times a record may carry
    fields: list[str] = []  # what an event or record may carry beside its values
    entity_fields: list[str] = []  # what its stations, links or cameras carry: bd1, capacity ...
    derive: str | None = None  # registered pure function that adds fields to an event or record
    spans: dict[str, Span] = {}  # records: how long each took, as fields that measures may name
    measures: dict[str, Measure] = {}
    picture_age: int = 180  # cameras: a picture older than this is not shown as live
    table: list[str] = []  # columns of the list of its records: `id`, `times.received`, `fields.channel`, `overdue` ...
    filters: list[str] = []  # fields by which the list divides and may be narrowed
    personal: list[str] = []  # fields that name a person: masked wherever records are shown
    labels: dict[str, Name] = {}  # states, types, times, fields and the codes they hold, as they are called on screen

    def awaited(self, nation: bool) -> bool:
        """Whether the nation, or a unit, misses this feed while it is silent there.

        A unit does not miss what comes of one sender for the whole country: it counts there once it has spoken of it.
        """
        return not self.optional and (nation or self.partition == "province")


class Threshold(Base, frozen=True, kw_only=True):
    """When a figure is abnormal. `level`: 1 Nghiêm trọng, 2 Cao, 3 Vừa, 4 Thấp.

    What a bound means, by kind. absolute, band: the figure itself. percent_of: percent of the indicator `of`.
    times_baseline: multiples of the baseline (`sigma_4w`: standard deviations above its mean). behind_plan: how far
    the figure lies behind the target at its pace. per_station: multiples of the entity's `field`.
    """

    kind: Literal["absolute", "band", "percent_of", "times_baseline", "behind_plan", "per_station"]
    level: int
    source: str  # decree, standard or "thiết kế" (ours)
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None
    of: str | None = None  # percent_of: the other indicator
    field: str | None = None  # per_station: the entity field that holds the limit
    baseline: str | None = None  # times_baseline: one of functions.BASELINES, e.g. `same_hour_4w`
    pace: Literal["flat", "month", "year"] = "flat"  # behind_plan: target at once, or growing over the reporting period
    only: Literal["", "nation", "units"] = ""  # a plan of the nation says nothing of one province
    valid_from: date | None = None
    valid_to: date | None = None  # exclusive
    hold: int = 0  # seconds the crossing must last before it is an alert
    hysteresis: float = (
        0.0  # how far back inside before it clears: the indicator's unit (percent_of, times_baseline: theirs)
    )
    min_n: int = 0  # fewer observations than this: no severity
    alert: Literal["all", "nation", "none"] = "all"  # whose crossing is an alert; elsewhere it only marks the figure

    def holds(self, day: date, nation: bool | None) -> bool:
        """True for a figure of `day`, of the nation, of a unit (None: of either), within the validity: from
        `valid_from` on and before `valid_to`."""
        begun = self.valid_from is None or day >= self.valid_from
        return begun and (self.valid_to is None or day < self.valid_to) and self.concerns(nation)

    def concerns(self, nation: bool | None) -> bool:
        """False for what is said only of the other: of the nation alone, or of its units alone."""
        return nation is None or self.only != ("units" if nation else "nation")

    def alerts(self, nation: bool) -> bool:
        """False where a crossing marks the figure and calls nobody: what comes once a year is known since it came."""
        return self.alert == "all" or (self.alert == "nation" and nation)


class Compute(Base, frozen=True, kw_only=True):
    """How a figure is computed: a function known to the compute registry and its arguments."""

    fn: str
    args: dict[str, Any] = {}


class CrossCheck(Base, frozen=True, kw_only=True):
    """A second source of the same figure and how far the two may differ before both are suspect."""

    indicator: str
    tolerance: float
    relative: bool = False


class Indicator(Base, frozen=True, kw_only=True):
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
    unweighted: Name | None = None  # why each station counts alike in a mean, where a mean without weight is meant
    target: float | None = None
    per: str | None = None  # ranked per this many: an indicator that counts what could have been hit, or `population`
    per_times: int = 100  # ... and per how many of them the ranking tells it
    rungs: dict[str, Name] = {}  # fields of a station its value is read against, lowest first: bd1, bd2, bd3
    wrong: Name | None = None  # what people call it when its alert is open, a statement by itself: `Lũ`, `Bụi mịn cao`
    scale: str | None = None  # legal colour scale: vn_aqi, vn_wqi, flood_alert, disaster_risk
    range_p: tuple[float, float] | None = None  # plausible range of a province
    range_n: tuple[float, float] | None = None
    thresholds: list[Threshold] = []
    crosscheck: CrossCheck | None = None
    nation: bool = True  # False: no national figure (the provinces' columns are still drawn at national level)
    second: bool = False  # only the second source of another figure: shown beside it, never a tile of its own

    def goal(self, nation: bool | None) -> float | None:
        """The target of the nation's or of a unit's figure: one whose thresholds all concern the other is not its."""
        concerned = not self.thresholds or any(t.concerns(nation) for t in self.thresholds)
        return self.target if concerned else None


class Panel(Base, frozen=True, kw_only=True):
    """What a page of the domain shows; `kind` is known to layouts/panels, `area` is where it stands on the page."""

    kind: str
    vi: str
    en: str
    indicators: list[str] = []
    feed: str | None = None
    area: Literal["", "top", "side", "main", "wide", "full"] = ""
    args: dict[str, Any] = {}


class Domain(Base, frozen=True, kw_only=True):
    """One YAML file."""

    code: str
    vi: str
    en: str
    short_vi: str = ""
    short_en: str = ""
    lead: str = ""  # the indicator of the domain's tile
    order: int = 100
    group: Group = "field"  # under which heading it stands among the services
    without: dict[str, Name] = {}  # units of today that have no such service, and why: their pages say so
    system: bool = False  # tells of the centre's own data: its alerts have a mark of their own and lead no headline
    overview: bool | Literal["brief"] = True  # a tile where a leader looks first, one line there, or nothing
    brief: list[str] = []  # figures of it that stand in one line beside the alerts of the first page
    feeds: list[Feed] = []
    indicators: list[Indicator] = []
    panels: list[Panel] = []

    @property
    def tiled(self) -> bool:
        """Has a tile on the first page: there is room for eight."""
        return self.overview is True


class Catalogue(Base, frozen=True, kw_only=True):
    """All domains together, with look-ups by code. Built by the loader, which guarantees that codes are unique.

    `indicators` stands in catalogue order; `order` stands so that each comes after those it is computed from.
    """

    domains: dict[str, Domain]
    feeds: dict[str, Feed]
    indicators: dict[str, Indicator]
    parameters: dict[str, Parameter]
    units: dict[str, str] = {}  # unit as written on screen -> English
    scales: dict[str, Scale] = {}
    cited: dict[str, str] = {}  # owners, laws and other sources as written -> English
    names: dict[str, str] = {}  # every code and alias of a parameter, lower case -> code
    order: list[str] = []

    def parameter(self, name: str) -> Parameter | None:
        """The parameter that a source calls `name` (`PM2,5`, `N_NH4`); None when the vocabulary has no such word."""
        code = self.names.get(name.strip().lower())
        return None if code is None else self.parameters[code]

    def of_feed(self, feed: str) -> list[Indicator]:
        """Indicators that are computed from `feed`, in catalogue order."""
        return [i for i in self.indicators.values() if i.feed == feed]

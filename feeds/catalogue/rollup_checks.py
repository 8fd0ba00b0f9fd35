"""How a figure may be brought upwards: only what can be added is added, and no mean is taken of rates or of counts."""

from __future__ import annotations

from feeds.catalogue.functions import FUNCTIONS
from feeds.catalogue.model import Catalogue, Indicator, RollUp
from feeds.catalogue.said import Said, plain, say
from feeds.catalogue.source import Source, Where

# How figures of each level may be brought upwards. `pooled`: computed again from the place's own counts.
ROLLUPS: dict[str, tuple[RollUp, ...]] = {
    "entity": ("sum", "mean", "worst", "count", "max", "min", "median", "harmonic", "own", "none"),
    "place": ("sum", "pooled", "none"),
    "records": ("sum", "pooled", "none"),
    "health": ("pooled", "none"),
}
# Shares, medians and scores: the figures of parts cannot be added, only their counts can.
RATES = (
    "ratio", "net", "average", "median", "percentile", "spikes", "entities_share", "reporting_share", "valid_share",
    "quotient",
)  # fmt: skip
POOLED = frozenset((*RATES, "score_766", "records_share", "ontime_rate"))
MEANS = ("mean", "harmonic")
RATIO = "ratio_of"


def check_rollup(source: Source, where: Where, indicator: Indicator, catalogue: Catalogue) -> None:
    """Raises CatalogueError where an indicator's `rollup` would tell something untrue of the whole."""
    problem = _impossible(indicator) or _untrue(indicator, catalogue)
    if problem is not None:
        raise source.error((*where, "rollup"), problem)


def _impossible(indicator: Indicator) -> Said | None:
    fn, rollup = indicator.compute.fn, indicator.rollup
    allowed = ("pooled", "none") if fn in POOLED else ROLLUPS[FUNCTIONS[fn].level]
    if rollup not in allowed:
        names = plain(", ".join(allowed))
        return say("`{fn}` cannot roll up by `{rollup}`: write one of {names}", fn=fn, rollup=rollup, names=names)
    if rollup == "worst" and indicator.direction == "none":
        return say("without a direction there is no worst: write `direction: up`, `down` or `band`, or another roll-up")
    if rollup == "worst" and indicator.direction == "band" and not indicator.thresholds:
        return say("a band's worst needs the band: write its thresholds, or another roll-up")
    if rollup not in MEANS and (indicator.weight or indicator.unweighted):
        return say("only a mean can be weighted: write `rollup: mean` or `harmonic`, or remove `weight`")
    if indicator.weight and indicator.unweighted:
        return say("`unweighted` says why there is no weight: keep `weight` or `unweighted`")
    return None


def _untrue(indicator: Indicator, catalogue: Catalogue) -> Said | None:
    """The mean of rates, the sum of rates, the mean of counts."""
    fn, rollup = indicator.compute.fn, indicator.rollup
    if fn == RATIO and rollup == "sum":
        return say("rates cannot be added up: write `fn: quotient` with `rollup: pooled`, or `rollup: worst`")
    if rollup not in MEANS or indicator.unweighted:
        return None
    if indicator.weight:
        return _weightless(indicator, catalogue)
    if fn == RATIO:
        return say("a mean of rates is no rate: write `fn: quotient` with `rollup: pooled`, or `weight: ...`")
    parameter = catalogue.parameters.get(str(indicator.compute.args.get("param")))
    if parameter is not None and parameter.integer:
        return say(
            "a mean of counts says nothing of the whole: write `rollup: sum` or `weight: ...`, or say in "
            "`unweighted: {{vi: ..., en: ...}}` why each counts alike"
        )
    return None


def _weightless(indicator: Indicator, catalogue: Catalogue) -> Said | None:
    other = catalogue.indicators.get(indicator.weight or "")
    if other is None or (FUNCTIONS[other.compute.fn].level == "entity" and other.feed == indicator.feed):
        return None  # that there is none is told where all names are looked up
    return say("`{code}` weighs no station: name a figure of stations of the same feed", code=other.code)

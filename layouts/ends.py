"""Where the scale of a figure begins and ends: what the figure can be at all, and within it what is plausible there."""

from __future__ import annotations

from feeds.catalogue.functions import FUNCTIONS
from feeds.catalogue.model import Catalogue, Indicator
from layouts import scales

Ends = tuple[float, float]
WHOLE = 100.0  # what a share, or a score, is out of
ROOM = 1.25  # beyond a limit that nothing plausible reaches
FAR = 1.5  # ... and where only the limits are known


def ends(catalogue: Catalogue, indicator: Indicator, case: scales.Case) -> Ends | None:
    """Both ends in the figure's unit, its limits between them; None where nobody says how large it may be.

    A legal scale ends where the law ends it. A share or a score is told to 100, or to 0, unless all that is plausible
    lies in the other half; a count begins at nothing. Other ends are the plausible ones of the catalogue: those of the
    place, of the whole country only where what they tell of is no sum.
    """
    found = _legal(catalogue, indicator) or _plausible(catalogue, indicator, bool(case.nation), case)
    return None if found is None else _around(found, scales.limits(indicator, case))


def adds_up(indicator: Indicator) -> bool:
    """True where the nation's figure is that of its units together, so that theirs says nothing of its size."""
    shared = indicator.rollup == "pooled" and (counted(indicator) or indicator.compute.fn == "sum")
    return indicator.rollup in ("sum", "count") or shared


def counted(indicator: Indicator) -> bool:
    """True for what is counted or added up from nothing."""
    return indicator.compute.fn in ("count", "entities", "total", "records_open", "exceedances", "feeds_live", "spikes")


def is_share(catalogue: Catalogue, indicator: Indicator) -> bool:
    """True for what lies between 0 and 100 by its nature: neither growth nor what may exceed its plan is such."""
    fn, args = indicator.compute.fn, indicator.compute.args
    told = [end for pair in (indicator.range_p, indicator.range_n) if pair for end in pair]
    if fn == "latest":
        parameter = catalogue.parameters[args["param"]]
        if (parameter.low, parameter.high) == (0, WHOLE):
            return True
        told += [-WHOLE if parameter.low is None else parameter.low]
    if fn != "score_766" and (indicator.unit != "%" or counted(indicator) or fn == "net"):
        return False
    known = bool(told) or FUNCTIONS[fn].level == "health" or FUNCTIONS[fn].share
    return known and all(0 <= end <= WHOLE for end in told)


def _legal(catalogue: Catalogue, indicator: Indicator) -> Ends | None:
    scale = catalogue.scales.get(indicator.scale or "")
    bounds = [float(band.upto) for band in scale.bands if band.upto is not None] if scale else []
    if not scale or not bounds:
        return None
    return (bounds[0] if scale.levels else 0.0), bounds[-1]


def _plausible(catalogue: Catalogue, indicator: Indicator, nation: bool, case: scales.Case) -> Ends | None:
    found = _declared(indicator, nation)
    if indicator.compute.fn == "net":
        return -WHOLE, WHOLE
    if is_share(catalogue, indicator):
        low, high = found or (0.0, WHOLE)
        return (0.0 if low < WHOLE / 2 else low), (WHOLE if high > WHOLE / 2 else high)
    if found:
        low, high = found
        return (0.0 if low > 0 and (counted(indicator) or adds_up(indicator) or low <= high / 10) else low), high
    normal = scales.limits(indicator, case)
    top = max((at for at in (normal.low, normal.high, indicator.target) if at), default=0.0)
    return (0.0, _round(top * FAR)) if top > 0 else None


def _declared(indicator: Indicator, nation: bool) -> Ends | None:
    if not nation:
        return indicator.range_p or (None if adds_up(indicator) else indicator.range_n)
    return indicator.range_n or (None if adds_up(indicator) else indicator.range_p)


def _around(found: Ends, normal: scales.Limits) -> Ends:
    """The ends, moved apart where a limit would lie beyond them."""
    low, high = found
    bounds = [at for at in (normal.low, normal.high) if at is not None]
    top = max((at for at in bounds if at > high), default=None)
    bottom = min((at for at in bounds if at < low), default=None)
    low = low if bottom is None else _round(bottom - abs(bottom) * (ROOM - 1))
    return low, (high if top is None else _round(top * ROOM))


def _round(end: float) -> float:
    """Two digits: an end people can read."""
    return float(f"{end:.2g}")

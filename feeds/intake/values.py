"""Quantities: names translated into the one vocabulary, units converted, impossible values refused.

Everything that can be known beforehand is looked up once per feed; judging a value is then a few comparisons.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from math import inf

from feeds.catalogue.model import Catalogue, Feed, Parameter
from feeds.intake.posted import Value
from feeds.intake.reasons import Refused, hint, nearest

VALID = "00"
STATUSES = frozenset((VALID, "01", "02", "03"))  # measuring, calibrating, fault, upkeep (Circular 10/2021)
MOST_VALUES = 128


@dataclass(slots=True)
class Spec:
    """What is known of one parameter."""

    code: str
    unit: str
    low: float
    high: float
    integer: bool
    factors: dict[str, float] = field(default_factory=dict)  # unit as sources write it -> factor

    @classmethod
    def of(cls, parameter: Parameter) -> Spec:
        """The limits of `parameter`; a count without a declared floor starts at zero."""
        low = parameter.low if parameter.low is not None else (0.0 if parameter.integer else -inf)
        high = parameter.high if parameter.high is not None else inf
        factors = {unit_key(unit): factor for unit, factor in parameter.units.items()}
        factors.setdefault(unit_key(parameter.unit), 1.0)
        return cls(parameter.code, parameter.unit, low, high, parameter.integer, factors)

    def factor(self, unit: str) -> float:
        """What to multiply a value in `unit` with."""
        known = self.factors.get(unit)
        if known is None:
            known = self.factors.get(unit_key(unit))
            if known is None:
                raise Refused("unit_unknown", unit=unit, name=self.code, known=self.unit or "không đơn vị")
            if len(self.factors) < 64:
                self.factors[unit] = known  # the spelling of this source, for the next time
        return known

    def check(self, value: float) -> None:
        """Refuse a value that cannot be."""
        if value < self.low:
            if self.low == 0 and self.integer:
                raise Refused("value_negative", name=self.code, value=value)
            raise Refused("value_low", name=self.code, value=value, limit=self.low, unit=_with(self.unit))
        if value > self.high:
            raise Refused("value_high", name=self.code, value=value, limit=self.high, unit=_with(self.unit))
        if self.integer and not value.is_integer():
            raise Refused("value_fraction", name=self.code, value=value)


class Vocabulary:
    """The parameters of one feed, under every name that sources use for them."""

    def __init__(self, feed: Feed, catalogue: Catalogue) -> None:
        self._feed = feed
        self._catalogue = catalogue
        own = [catalogue.parameters[code] for code in feed.parameters if code in catalogue.parameters]
        self._specs: dict[str, Spec] = {}
        for parameter in own:
            spec = Spec.of(parameter)
            for name in (parameter.code, *parameter.aliases):
                self._specs[name] = self._specs[name_key(name)] = spec

    def read(self, posted: dict[str, float | Value], status: str | None) -> tuple[dict[str, float], dict[str, str]]:
        """Valid values in declared units, and the status of those that do not count."""
        if len(posted) > MOST_VALUES:
            raise Refused("values_many", where="values", n=len(posted), limit=MOST_VALUES)
        whole = VALID if status is None else status
        if whole not in STATUSES:
            raise Refused("status_unknown", status=whole)
        values: dict[str, float] = {}
        bad: dict[str, str] = {}
        specs = self._specs
        for name, given in posted.items():
            spec = specs.get(name) or self.find(name)
            if type(given) is float:
                value, state = given, whole
            else:
                value, state = _measured(given, spec, whole)  # type: ignore[arg-type]  # not a float: a Value
            if state != VALID:
                bad[spec.code] = state
                continue
            if not spec.low <= value <= spec.high or (spec.integer and not value.is_integer()):
                spec.check(value)
            values[spec.code] = value
        if len(values) + len(bad) != len(posted) or (bad and not values.keys().isdisjoint(bad)):
            raise self._twice(posted)
        return values, bad

    def find(self, name: str) -> Spec:
        """The parameter a source calls `name`; Refused with the nearest name when there is none."""
        spec = self._specs.get(name_key(name))
        if spec is not None:
            if len(self._specs) < 4096:
                self._specs[name] = spec
            return spec
        if name in self._catalogue.indicators:
            raise Refused("indicator_posted", name=name)
        if name in self._catalogue.parameters:
            raise Refused("parameter_foreign", name=name, feed=self._feed.code)
        raise Refused("parameter_unknown", name=name, **hint(nearest(name, self._specs)))

    def _twice(self, posted: dict[str, float | Value]) -> Refused:
        seen: set[str] = set()
        for name in posted:
            code = self.find(name).code
            if code in seen:
                return Refused("parameter_twice", name=code)
            seen.add(code)
        return Refused("values_empty")


def _measured(given: Value, spec: Spec, whole: str) -> tuple[float, str]:
    state = whole if given.status is None else given.status
    if state not in STATUSES:
        raise Refused("status_unknown", status=state)
    value = given.v if given.unit is None else given.v * spec.factor(given.unit)
    return value, state


def name_key(name: str) -> str:
    """Two spellings of one parameter's name have the same key: `PM2,5` and `pm2.5`, `N-NH4` and `n_nh4`."""
    bare = unicodedata.normalize("NFKC", name).casefold()
    return "".join("." if c == "," else "_" if c in "- " else c for c in bare.strip())


def unit_key(unit: str) -> str:
    """Two spellings of one unit have the same key: `µg/Nm3`, `ug/m³`; a normal cubic metre counts as one."""
    bare = unicodedata.normalize("NFKC", unit).casefold()
    bare = "".join(bare.split()).replace("μ", "u").replace("/nm3", "/m3")
    return {"oc": "°c", "-": ""}.get(bare, bare)


def _with(unit: str) -> str:
    """A unit as it stands behind a number; nothing for what has none."""
    return "" if unit in ("", "–") else f" {unit}"

"""What is usual for each figure of the nation and the units: the declared baselines, from history, once an hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Catalogue
from feeds.catalogue.scope import NATION
from feeds.compute import baseline
from feeds.compute.severity import Baseline
from feeds.store.history import History, Step

Key = tuple[str, str, str]  # place, indicator, name of the baseline


class Usual:
    """Baselines by place and indicator; none until they have been loaded."""

    def __init__(self, catalogue: Catalogue, places: Sequence[str]) -> None:
        self._places = list(places)
        self._asked: dict[str, list[str]] = {}  # baseline -> indicators
        for indicator in catalogue.indicators.values():
            for name in sorted({t.baseline for t in indicator.thresholds if t.baseline}):
                self._asked.setdefault(name, []).append(indicator.code)
        self._known: dict[Key, Baseline] = {}

    def follow(self, before: Usual, codes: Set[str]) -> None:
        """Take over what is known of these indicators."""
        self._known = {key: usual for key, usual in before._known.items() if key[1] in codes}

    def asks(self, codes: Iterable[str]) -> bool:
        """True when one of these indicators is compared with what is usual."""
        return any(code in asked for code in codes for asked in self._asked.values())

    def of(self, place: str, code: str, name: str) -> Baseline | None:
        """The baseline of an indicator at a place; None when too little is known."""
        return self._known.get((place, code, name))

    def load(self, history: History, now: int) -> dict[Key, Baseline]:
        """Read history and compute every baseline for the hour of `now`; any thread may do it."""
        found: dict[Key, Baseline] = {}
        at = now // HOUR_MS * HOUR_MS
        for name, codes in self._asked.items():
            step: Step = "day" if name == "last_year" else "hour"
            series = history.many(NATION, self._places, codes, baseline.since(name, at), at, step)
            for (place, code), one in series.items():
                points = [(t, v) for t, v in zip(one.t, one.v, strict=True) if v is not None]
                usual = baseline.baseline(name, points, at)
                if usual is not None:
                    found[place, code, name] = usual
        return found

    def take(self, found: dict[Key, Baseline]) -> None:
        """These are the baselines from now on."""
        self._known = found

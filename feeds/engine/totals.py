"""The nation for those who are bound to a province: national totals as published, and no byte of another place.

Told are value, time, age and severity of indicators whose national figure is made of many places. Not told: columns of
places, stations, alerts, sources, second sources, parts, and figures that are those of one place (the worst, highest,
lowest). A total that fewer than `LEAST` places stand behind is withheld: who knows one could work out the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from feeds.catalogue.model import Catalogue, Indicator
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.scope import TOTALS
from feeds.engine.alarms import rounded
from feeds.engine.board import Board
from feeds.engine.columns import Columns
from feeds.engine.frames import age_of, encode, moment
from feeds.engine.publish import Frame

LEAST = 5
OF_ONE = ("worst", "max", "min", "none")  # the figure of the whole is that of one part
NO_UNITS: Mapping[str, Any] = {"order": [], "columns": {}, "age": {}, "severity": {}, "state": {}}


class Totals:
    """Writes the nation's frames for that audience, beside and under the same versions as the whole ones."""

    def __init__(self, catalogue: Catalogue, board: Board, columns: Columns) -> None:
        systems = {domain.code for domain in catalogue.domains.values() if domain.system}
        self.indicators = {
            i.code: i
            for i in catalogue.indicators.values()
            if i.nation and i.rollup not in OF_ONE and i.domain not in systems
        }
        self._board = board
        self._columns = columns

    def frame(self, whole: Frame, head: Mapping[str, Any], stamped: Mapping[str, Any], told: Iterable[str],
              now: int) -> Frame:  # fmt: skip
        """The frame beside `whole`; `told` are the indicators that changed, `head` and `stamped` begin delta and
        snapshot."""
        entries = self._board.entries.get(NATION_KEY, {})
        full = {code: self._full(i, now) for code, i in self.indicators.items() if code in entries}
        news = {code: self._brief(self.indicators[code], now) for code in sorted(told) if code in full}
        tail = {"audience": TOTALS, "indicators": full, "units": NO_UNITS, "missing": [], "alerts": [], "feeds": {}}
        delta = encode({**head, "indicators": news, "units": {}})
        return whole._replace(snapshot=encode({**stamped, **tail}), delta=delta, audience=TOTALS)

    def _full(self, indicator: Indicator, now: int) -> dict[str, Any]:
        known = {"unit": indicator.unit, "cadence": indicator.cadence, "lag": indicator.lag}
        return self._brief(indicator, now) | known

    def _brief(self, indicator: Indicator, now: int) -> dict[str, Any]:
        entry = self._board.entries[NATION_KEY][indicator.code]
        if 0 < self._columns.known(indicator.code) < LEAST:
            return {"v": None, "at": None, "age": None, "state": "missing", "severity": None}
        return {
            "v": rounded(entry.figure.v, indicator),
            "at": moment(entry.figure.at) if entry.figure.at else None,
            "age": age_of(entry.figure, now),
            "state": entry.state,
            "severity": entry.level,
        }

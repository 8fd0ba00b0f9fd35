"""Alerts of the nation and its units: thresholds crossed for their duration, until they are cleared.

The state machine is feeds/compute/alert.py; here its steps become rows that are stored and shown. A commune's or a
station's crossing shows as its severity; the unit's alert names the station that decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Any

from msgspec.structs import replace

from feeds.catalogue.clock import iso
from feeds.catalogue.model import Catalogue, Indicator
from feeds.catalogue.places import NATION_KEY, Lang, Places
from feeds.compute.alert import AlertState, restored
from feeds.compute.severity import Limit
from feeds.engine.board import Board, Entry
from feeds.store.alerts import Alert

QUIET_MS = 10_000  # an alert's value is told anew no more often than this

Key = tuple[str, str]  # place, indicator


class Alarms:
    """What is abnormal, and since when."""

    def __init__(self, catalogue: Catalogue, places: Places, board: Board) -> None:
        self._catalogue = catalogue
        self._places = places
        self._board = board
        self._states: dict[Key, AlertState] = {}
        self._told: dict[Key, int] = {}
        self._remembered: dict[Key, Alert] = {}  # of before the start, until their figure is judged again
        self.active: dict[Key, Alert] = {}
        self.changed: dict[str, Alert] = {}  # id -> alert, to be stored
        self.set: dict[str, set[Key]] = defaultdict(set)  # place -> alerts to be shown anew
        self.cleared: dict[str, list[tuple[str, str]]] = defaultdict(list)  # place -> (domain, id) no longer shown

    def remember(self, alerts: Iterable[Alert], now: int) -> None:
        """Alerts that were active when the last aggregator stopped go on. Of one whose figure or thresholds have left
        the catalogue nobody would ever say that it is over: it is over now."""
        for alert in alerts:
            indicator = self._catalogue.indicators.get(alert.indicator)
            if indicator is None or not _calls(indicator):
                self.changed[alert.id] = replace(alert, cleared=now)
                continue
            self._remembered[alert.place, alert.indicator] = alert
            self.active[alert.place, alert.indicator] = alert

    def follow(self, before: Alarms, codes: Set[str], now: int) -> None:
        """Take over the alerts of these indicators as they stand, all others as after a start."""
        self._states = {key: state for key, state in before._states.items() if key[1] in codes}
        self._told = {key: at for key, at in before._told.items() if key[1] in codes}
        self._remembered = {key: alert for key, alert in before._remembered.items() if key[1] in codes}
        self.active = {key: alert for key, alert in before.active.items() if key[1] in codes}
        self.changed = before.changed | self.changed
        self.remember([alert for key, alert in before.active.items() if key[1] not in codes], now)

    def watch(self, which: Iterable[Key], now: int) -> None:
        """Take one step for each of these figures, those of the nation and the units only."""
        for place, code in which:
            indicator = self._catalogue.indicators[code]
            if "/" in place or not _calls(indicator) or indicator.second:
                continue
            entry = self._board.entries[place].get(code)
            if entry is not None:
                self._step(place, indicator, entry, now)

    def waiting(self) -> list[Key]:
        """Figures whose alert may begin or end although nothing new arrives."""
        return [key for key, state in self._states.items() if state.pending or state.active]

    def _step(self, place: str, indicator: Indicator, entry: Entry, now: int) -> None:
        key = (place, indicator.code)
        state = self._states.get(key)
        if state is None:
            state = self._resumed(key, entry)
        fresh = entry.state not in ("stale", "missing")
        after = state.step(now, entry.figure.v if fresh else None, _calling(entry))
        if after.pending or after.active:
            self._states[key] = after
        else:
            self._states.pop(key, None)
        self._board.hold(*key, _said(entry, after), now)
        if after.level is not None:
            self._show(key, indicator, entry, after, now)
        elif key in self.active and (fresh or not state.active):
            self._clear(key, indicator, now)

    def _resumed(self, key: Key, entry: Entry) -> AlertState:
        alert = self._remembered.get(key)
        limits = _calling(entry)
        if alert is None or not limits:
            return AlertState()
        del self._remembered[key]
        return restored(limits, alert.level, alert.since)

    def _show(self, key: Key, indicator: Indicator, entry: Entry, state: AlertState, now: int) -> None:
        held = self.active.get(key)
        if held is not None and held.level == state.level and now - self._told.get(key, 0) < QUIET_MS:
            return
        alert = self._alert(key, indicator, entry, state)
        if alert != held:
            self.active[key] = self.changed[alert.id] = alert
            self.set[key[0]].add(key)
            self._told[key] = now

    def _clear(self, key: Key, indicator: Indicator, now: int) -> None:
        alert = self.active.pop(key)
        self._told.pop(key, None)
        self.changed[alert.id] = replace(alert, cleared=now)
        self.set[key[0]].discard(key)
        self.cleared[key[0]].append((indicator.domain, alert.id))

    def _alert(self, key: Key, indicator: Indicator, entry: Entry, state: AlertState) -> Alert:
        place, code = key
        since = state.since or 0
        value, limit = entry.figure.v, _limit(entry, state)
        _, bound = _said(entry, state) or (None, None)
        name = self._places.name(place)
        return Alert(
            id=f"{place}.{code}.{since}", scope=f"{place}:{indicator.domain}", place=place, place_vi=name,
            indicator=code, entity=(entry.figure.extra or {}).get("entity"), level=state.level or 4, since=since,
            value=rounded(value, indicator), limit=bound, unit=indicator.unit, source=limit.source if limit else "",
            vi=_sentence("vi", indicator.vi, value, bound, indicator.decimals, indicator.unit, name),
            en=_sentence(
                "en", indicator.en, value, bound, indicator.decimals,
                indicator.unit_en or self._catalogue.units.get(indicator.unit, indicator.unit),
                self._places.name(place, "en"),
            ),
        )  # fmt: skip


def _calls(indicator: Indicator) -> bool:
    """Whether anything of it may ever be an alert."""
    return any(threshold.alert != "none" for threshold in indicator.thresholds)


def _calling(entry: Entry) -> list[Limit]:
    """Of the limits in force those whose crossing is an alert; the others mark the figure alone."""
    return [limit for limit in entry.limits if limit.alert]


def _limit(entry: Entry, state: AlertState) -> Limit | None:
    """The limit that gives an alert its level."""
    return next((limit for limit in entry.limits if limit.key == state.key), None)


def _said(entry: Entry, state: AlertState) -> tuple[int, float | None] | None:
    """Level and limit that an alert gives its figure; None while there is none."""
    if state.level is None:
        return None
    limit, value = _limit(entry, state), entry.figure.v
    return state.level, limit.bound(value) if limit is not None and value is not None else None


def shown(alert: Alert) -> dict[str, Any]:
    """An alert as frames carry it."""
    said = {name: getattr(alert, name) for name in Alert.__struct_fields__ if name != "cleared"}
    return said | {"since": iso(alert.since)}


def in_scope(active: Mapping[Key, Alert], catalogue: Catalogue, place: str, domain: str | None) -> list[dict[str, Any]]:
    """The alerts a frame shows: all for the nation, its own for a unit; of one domain where the scope has one."""
    found = [
        alert
        for (where, code), alert in active.items()
        if place in (NATION_KEY, where) and domain in (None, catalogue.indicators[code].domain)
    ]
    return [shown(alert) for alert in sorted(found, key=lambda a: (a.level, -a.since, a.id))]


def rounded(value: float | None, indicator: Indicator) -> float | None:
    """A value as precise as it is ever shown, and two places more."""
    return None if value is None else round(value, indicator.decimals + 2)


def _sentence(
    lang: Lang, name: str, value: float | None, bound: float | None, decimals: int, unit: str, place: str
) -> str:
    comma = lang == "vi"  # not whether the name is Vietnamese: VN_AQI is called so in both
    unit = "" if unit in ("–", "") else unit if unit == "%" else f" {unit}"
    amount = "" if value is None else f" {_number(value, decimals, comma)}{unit}"
    limit = "" if bound is None else f" ({'ngưỡng' if comma else 'limit'} {_number(bound, None, comma)})"
    return f"{place}: {name}{amount}{limit}"


def _number(value: float, decimals: int | None, comma: bool) -> str:
    text = f"{value:,.{decimals}f}" if decimals is not None else f"{value:,g}"
    return text.translate(str.maketrans(",.", ".,")) if comma else text

"""What was acknowledged, against what the system shows: every event counted once, none lost, the refused ones kept.

The ledger knows nothing of how figures are made. It adds up what it sent, by the clock on the events themselves.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS, day_of
from feeds.intake.event import decode_batch
from tests.conftest import PATIENCE, System
from tests.faults.story import SHARES, Event
from tests.faults.system import kept_readings

SUMS = {"trf_violations_cam": "traffic", "cam_ai_events_day": "cameras"}
CLOSED = "finished"
HOURS_CHECKED = 3
SETTLED = 60.0  # seconds until everything shown must say the truth


@dataclass
class Ledger:
    """Acknowledged events of each feed by (source, what they are known by), and what the door refused."""

    events: dict[str, dict[tuple[str, str], Event]] = field(default_factory=lambda: defaultdict(dict))
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)  # (feed, source)
    maybe_again: Counter[str] = field(default_factory=Counter)  # feed -> events sent again, heard or not
    _hours: dict[str, dict[tuple[str, int], list[int]]] = field(default_factory=dict)  # (place, hour) -> count and sum
    faults: list[str] = field(default_factory=list)  # answers that were wrong in themselves

    @classmethod
    def read(cls, folder: Path) -> Ledger:
        """Everything the producers wrote."""
        ledger = cls()
        for feed in SHARES:
            for line in (folder / f"{feed}.ledger").read_bytes().splitlines():
                ledger._take(feed, **msgspec.json.decode(line))
        ledger.index()
        return ledger

    @property
    def acknowledged(self) -> int:
        """How many different events were accepted."""
        return sum(len(events) for events in self.events.values())

    def _take(self, feed: str, events: list[Event], spoiled: list[int], answer: dict[str, Any], sent: int) -> None:
        rejected = [one["index"] for one in answer["rejected"]]
        if rejected != spoiled:
            self.faults.append(f"{feed}: refused {rejected}, should be {spoiled}")
        for index, event in enumerate(events):
            if index in spoiled:
                self.refused[feed, event["source"]] += 1
                continue
            known_as = str(event["seq"] if "seq" in event else msgspec.json.encode(event, order="sorted"))
            self.events[feed][event["source"], known_as] = event | {"ms": when(event["at"])}
        good = len(events) - len(spoiled)
        if answer["accepted"] + answer["duplicates"] != good:
            self.faults.append(f"{feed}: {answer['accepted']} and {answer['duplicates']} do not make {good}")
        self.maybe_again[feed] += (sent - 1) * good

    def gaps(self, feed: str) -> int:
        """Numbers that never reached the aggregator between the first and the last of each source."""
        numbers: dict[str, list[int]] = defaultdict(list)
        for event in self.events[feed].values():
            if "seq" in event:
                numbers[event["source"]].append(event["seq"])
        return sum(max(found) - min(found) + 1 - len(found) for found in numbers.values())

    def index(self) -> None:
        """Add up what was read, by feed, place and hour."""
        for feed, events in self.events.items():
            table = self._hours[feed] = defaultdict(lambda: [0, 0])
            for event in events.values():
                for place in _places(event):
                    cell = table[place, event["ms"] // HOUR_MS]
                    cell[0] += 1
                    cell[1] += _amount(event)

    def accepted(self, feed: str) -> Counter[str]:
        """Events by unit, and of the nation."""
        return self.counted(feed, 0, 2**62)

    def counted(self, feed: str, since: int, until: int) -> Counter[str]:
        """How many were observed from the hour of `since` to that of `until`, by place."""
        return self._added(feed, since, until, 0)

    def summed(self, feed: str, since: int, until: int) -> Counter[str]:
        """The sum of what the feed's events count, likewise."""
        return self._added(feed, since, until, 1)

    def _added(self, feed: str, since: int, until: int, which: int) -> Counter[str]:
        found: Counter[str] = Counter()
        for (place, hour), cell in self._hours[feed].items():
            if since <= hour * HOUR_MS < until:
                found[place] += cell[which]
        return found

    def dossiers(self) -> dict[str, Event]:
        """The last word on each dossier."""
        last: dict[str, Event] = {}
        for event in self.events["dossiers"].values():
            known = last.get(event["record"]["id"])
            if known is None or (event["at"], event["seq"]) > (known["at"], known["seq"]):
                last[event["record"]["id"]] = event
        return last


class Shown:
    """What the system shows through its public doors."""

    def __init__(self, url: str) -> None:
        self._url = url

    def get(self, path: str, **words: str) -> Any:
        """The JSON at an address."""
        query = f"?{urllib.parse.urlencode(words)}" if words else ""
        with urllib.request.urlopen(f"{self._url}{path}{query}", timeout=30) as answer:
            return json.load(answer)

    def series(self, scope: str, indicator: str, hours: list[int]) -> list[float | None]:
        """The figure at the end of each of some consecutive hours (given by their start)."""
        asked = {"from": str(hours[0]), "to": str(hours[-1] + HOUR_MS), "step": "hour"}
        return list(self.get(f"/api/v1/series/{scope}/{indicator}", **asked)["v"])

    def rows(self, feed: str) -> Iterator[dict[str, Any]]:
        """Every record of a feed."""
        cursor = ""
        while cursor is not None:
            page = self.get(f"/api/v1/records/{feed}", limit="500", **({"cursor": cursor} if cursor else {}))
            yield from page["rows"]
            cursor = page["next"]


def differences(ledger: Ledger, url: str) -> list[str]:
    """Where the figures, the counters, the history and the quarantine differ from what was acknowledged."""
    shown = Shown(url)
    try:
        nation = shown.get("/api/v1/snapshot/vn")
    except urllib.error.HTTPError as error:  # the volatile Redis was killed last: nothing is shown yet
        return [f"the nation's snapshot: {error.code}"]
    found = list(ledger.faults)
    found += _counters(ledger, nation, shown)
    found += _figures(ledger, nation)
    found += _history(ledger, shown, when(nation["at"]))
    found += _quarantine(ledger, shown)
    return found


def _counters(ledger: Ledger, nation: dict[str, Any], shown: Shown) -> Iterator[str]:
    for feed in SHARES:
        told, accepted = nation["feeds"][feed], ledger.accepted(feed)
        for place, count in accepted.items():
            of = shown.get(f"/api/v1/snapshot/{place}")["feeds"][feed]["accepted"]
            yield from _same(f"{feed} accepted in {place}", count, of)
        yield from _same(f"{feed} gaps", ledger.gaps(feed), told["gaps"])
        if not 0 <= told["duplicates"] <= ledger.maybe_again[feed]:
            yield f"{feed} duplicates: {told['duplicates']} of {ledger.maybe_again[feed]} sent again"


def _figures(ledger: Ledger, nation: dict[str, Any]) -> Iterator[str]:
    now = when(nation["at"])
    midnight = day_of(now) * DAY_MS - OFFSET_MS
    expected = {code: ledger.summed(feed, midnight, now + DAY_MS) for code, feed in SUMS.items()}
    last = ledger.dossiers()
    received = (e for e in ledger.events["dossiers"].values() if e["record"]["state"] == "received")
    expected["adm_received_day"] = _by_place((e, 1) for e in received if e["ms"] >= midnight)
    expected["adm_open"] = _by_place((event, event["record"]["state"] != CLOSED) for event in last.values())
    for code, places in expected.items():
        columns = dict(zip(nation["units"]["order"], nation["units"]["columns"].get(code, []), strict=False))
        columns["vn"] = nation["indicators"].get(code, {}).get("v")
        for place, value in places.items():
            yield from _same(f"{code} of {place}", value, columns.get(place))


def _history(ledger: Ledger, shown: Shown, now: int) -> Iterator[str]:
    """Hours that are over; the last one may still be waiting for its minute of grace. A silent hour is a gap."""
    last = (now - 2 * 60_000) // HOUR_MS * HOUR_MS
    hours = [last - back * HOUR_MS for back in range(HOURS_CHECKED, 0, -1)]
    for scope in ("vn", "01", "79"):
        talk = [ledger.counted("social", hour, hour + HOUR_MS)[scope] or None for hour in hours]
        yield from _same(f"mentions of {scope} by the hour", talk, shown.series(scope, "sml_mentions", hours))
        for code, feed in SUMS.items():
            heard = [ledger.counted(feed, hour, hour + HOUR_MS)[scope] for hour in hours]
            sums = [ledger.summed(feed, _midnight(hour), hour + HOUR_MS)[scope] for hour in hours]
            so_far = [total if n else None for n, total in zip(heard, sums, strict=True)]
            yield from _same(f"{code} of {scope} by the hour", so_far, shown.series(scope, code, hours))


def _quarantine(ledger: Ledger, shown: Shown) -> Iterator[str]:
    kept: Counter[tuple[str, str]] = Counter()
    for count in shown.get("/api/v1/quarantine/counts"):
        kept[count["feed"], count["source"]] += count["n"]
    for key in kept.keys() | ledger.refused.keys():
        yield from _same(f"refused of {key}", ledger.refused[key], kept[key])


def wrong_dossiers(ledger: Ledger, url: str) -> list[str]:
    """Dossiers whose row is missing or says something else than the last word that was acknowledged."""
    rows = {row["id"]: row["state"] for row in Shown(url).rows("dossiers")}
    said = {name: event["record"]["state"] for name, event in ledger.dossiers().items()}
    return [f"{name}: {said.get(name)} but {rows.get(name)}" for name in rows.keys() | said.keys()
            if rows.get(name) != said.get(name)]  # fmt: skip


def lost_readings(ledger: Ledger, settings: Any) -> list[tuple[str, str, str]]:
    """Acknowledged numbered readings that are neither archived nor still in their stream."""
    lost = []
    for feed in ("traffic", "cameras", "social"):
        kept = {(e.source, str(e.seq)) for body in kept_readings(settings, feed) for e in decode_batch(body)}
        lost += [(feed, *key) for key, event in ledger.events[feed].items() if "seq" in event and key not in kept]
    return lost


def holds(system: System, ledger: Ledger, at_least: float, settled: float = SETTLED) -> None:
    """What was acknowledged, more than `at_least` events, is shown and kept, `settled` seconds later at most."""
    assert ledger.acknowledged > at_least
    deadline = time.monotonic() + settled * PATIENCE
    while (found := differences(ledger, system.url)) and time.monotonic() < deadline:
        time.sleep(0.3)
    assert found == [], "\n".join(found[:30])
    assert wrong_dossiers(ledger, system.url) == []
    assert lost_readings(ledger, system.settings()) == []


def when(text: str) -> int:
    """Milliseconds of an ISO time."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _midnight(ms: int) -> int:
    return day_of(ms) * DAY_MS - OFFSET_MS


def _by_place(amounts: Iterable[tuple[Event, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for event, amount in amounts:
        for place in _places(event):
            found[place] += amount
    return found


def _places(event: Event) -> tuple[str, ...]:
    unit = event["place"].partition(":")[2][:2]
    return (unit, "vn") if unit else ("vn",)


def _amount(event: Event) -> int:
    if "values" in event:
        return int(event["values"]["violations"])
    return int(event["camera"]["counts"]["ai_events"]) if "camera" in event else 0


def _same(what: str, expected: Any, shown: Any) -> Iterator[str]:
    if expected != shown:
        yield f"{what}: {expected} acknowledged, {shown} shown"

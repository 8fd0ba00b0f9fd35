"""Alerts: active until cleared, then history; each frame sees those beneath it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.store.alerts import KEEP_MS, Alert, Alerts
from feeds.store.database import Database

NOW = 1_790_000_000_000


@pytest.fixture
def alerts(database: Database) -> Alerts:
    return Alerts(database)


def alert(id: str, place: str = "01", domain: str = "air", level: int = 2, since: int = NOW) -> Alert:
    return Alert(
        id=id,
        scope=f"{place.split('/')[0]}:{domain}",
        place=place,
        place_vi="Hà Nội",
        indicator=f"{domain}_x",
        entity=None,
        level=level,
        since=since,
        value=61.5,
        limit=45.0,
        unit="µg/m³",
        source="QCVN 05:2023/BTNMT",
        vi="Bụi mịn vượt ngưỡng",
        en="Fine dust above its limit",
    )


def ids(found: list[Alert]) -> list[str]:
    return [each.id for each in found]


def test_what_is_written_is_read_back_whole(alerts: Alerts) -> None:
    alerts.upsert([alert("a")], 1, 1)
    assert alerts.active(NATION, "vn") == [alert("a")]


def test_the_worst_and_newest_comes_first(alerts: Alerts) -> None:
    alerts.upsert([alert("mild", level=3), alert("old"), alert("new", since=NOW + 1), alert("worst", level=1)], 1, 1)
    assert ids(alerts.active(NATION, "vn")) == ["worst", "new", "old", "mild"]


def test_open_alerts_are_those_of_the_places_one_sees(alerts: Alerts) -> None:
    alerts.upsert([alert("vn", "vn"), alert("a", level=3), alert("b", "01/00004"), alert("c", "79", level=1)], 1, 1)
    alerts.upsert([replace(alert("gone"), cleared=NOW)], 1, 2)
    assert ids(alerts.open(NATION)) == ["c", "b", "vn", "a"]
    assert ids(alerts.open(Scope(frozenset({"01"})))) == ["b", "a"]
    assert ids(alerts.open(Scope(frozenset()))) == []


def test_alerts_are_watched_since_the_first_start_or_the_first_alert(alerts: Alerts) -> None:
    assert alerts.watched_since(NATION) is None
    alerts.begin(NOW)
    alerts.begin(NOW + DAY_MS)
    assert alerts.watched_since(NATION) == NOW


def test_a_database_of_before_is_watched_since_its_first_alert(alerts: Alerts) -> None:
    alerts.upsert([alert("a", since=NOW - DAY_MS)], 1, 1)
    alerts.begin(NOW)
    assert alerts.watched_since(NATION) == NOW - DAY_MS


def test_an_alert_is_cleared_once_and_stays_in_history(alerts: Alerts) -> None:
    alerts.upsert([alert("a"), alert("b")], 1, 1)
    alerts.upsert([replace(alert("a"), cleared=NOW + 5)], 1, 2)
    assert ids(alerts.active(NATION, "vn")) == ["b"]
    assert ids(alerts.cleared(NATION, "vn", NOW)) == ["a"]
    assert alerts.cleared(NATION, "vn", NOW + 6) == []
    assert ids(alerts.history(NATION, "vn", NOW, NOW + 1)) == ["a", "b"]
    assert ids(alerts.history(NATION, "vn", NOW + 6, NOW + 9)) == ["b"]
    assert alerts.history(NATION, "vn", NOW - 9, NOW) == []
    assert alerts.history(NATION, "vn", NOW, NOW + 1, indicator="wat_x") == []


def test_an_older_writer_changes_nothing(alerts: Alerts) -> None:
    alerts.upsert([replace(alert("a"), cleared=NOW + 5)], epoch=2, version=1)
    alerts.upsert([alert("a")], epoch=1, version=99)
    assert alerts.active(NATION, "vn") == []
    alerts.upsert([], 3, 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vn", ["c", "p", "s", "w"]),
        ("01", ["c", "p", "w"]),
        ("01/00004", ["c"]),
        ("01:water", ["w"]),
        ("vn:air", ["c", "p", "s"]),
        ("1", []),
        ("0", []),
    ],
)
def test_each_frame_sees_what_lies_beneath_it(alerts: Alerts, name: str, expected: list[str]) -> None:
    told = [alert("p"), alert("c", "01/00004"), alert("w", domain="water"), alert("s", "79")]
    alerts.upsert(told, 1, 1)
    assert sorted(ids(alerts.active(NATION, name))) == expected


def test_old_alerts_go_and_active_ones_stay(alerts: Alerts) -> None:
    alerts.upsert([replace(alert("a"), cleared=NOW - KEEP_MS - DAY_MS), alert("b", since=0)], 1, 1)
    assert alerts.prune(NOW) == 1
    assert ids(alerts.history(NATION, "vn", 0, NOW)) == ["b"]


@dataclass
class Reader:
    """One way of reading alerts."""

    name: str

    def __call__(self, alerts: Alerts, scope: Scope, name: str) -> list[Alert]:
        match self.name:
            case "active":
                return alerts.active(scope, name)
            case "cleared":
                return alerts.cleared(scope, name, 0)
            case _:
                return alerts.history(scope, name, 0, NOW + 9)


@pytest.mark.parametrize("reader", [Reader("active"), Reader("cleared"), Reader("history")], ids=lambda r: r.name)
def test_a_foreign_scope_reads_nothing(alerts: Alerts, reader: Reader) -> None:
    cleared = [replace(alert(id, place), cleared=NOW + 1) for id, place in (("x", "01"), ("y", "79"))]
    alerts.upsert([alert("a"), alert("b", "79"), *cleared], 1, 1)
    hanoi = Scope(frozenset({"01"}))
    assert {each.place for each in reader(alerts, hanoi, "01")} == {"01"}
    for foreign in ("79", "vn", "vn:air", "79/00004"):
        with pytest.raises(OutOfScope):
            reader(alerts, hanoi, foreign)

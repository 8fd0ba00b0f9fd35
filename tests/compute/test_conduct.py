"""How stations behave: stuck, jumping, changed, silent, complete; zero, a gap and a slow sensor are none of these."""

from __future__ import annotations

from collections.abc import Mapping

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Feed, Parameter
from feeds.compute.cells import add, pack
from feeds.compute.conduct import alive, conduct
from feeds.compute.station import Station

HOUR0 = 500_000
NOW = (HOUR0 + 1) * HOUR_MS - 60_000  # the last minute of hour HOUR0
AIR = Feed(code="air", vi="", en="", kind="readings", owner="", cadence=300, lag=60)
KNOWN = {
    "pm25": Parameter(code="pm25", vi="", en="", unit="", stuck=6 * 3600, jump=100),
    "temp": Parameter(code="temp", vi="", en="", unit=""),
}


def station(hours: Mapping[int, Mapping[str, list[float]]]) -> Station:
    """Readings by hours ago, as a station keeps them: all but the newest two packed."""
    made = Station("S", "01/")
    for ago, said in hours.items():
        row = made.open_row(HOUR0 - ago)
        for name, values in said.items():
            for n, value in enumerate(values):
                add(row, {name: value}, (HOUR0 - ago) * HOUR_MS + n * 60_000, (HOUR0 - ago) * HOUR_MS + n * 60_000)
        if ago > 1:
            made.rows[HOUR0 - ago] = pack(row)
    made.at = made.received = NOW
    return made


def every(*values: float, hours: int = 30, name: str = "pm25") -> dict[int, dict[str, list[float]]]:
    return {ago: {name: [value + ago * 0.01 * (len(values) > 1) for value in values]} for ago in range(hours)}


def test_one_value_for_ever_is_stuck_and_zero_or_a_moving_one_is_not() -> None:
    assert conduct(station(every(41.5)), NOW, AIR, KNOWN).stuck == ("pm25",)
    assert conduct(station(every(0)), NOW, AIR, KNOWN).stuck == ()
    assert conduct(station(every(41.5, 41.6)), NOW, AIR, KNOWN).stuck == ()
    assert conduct(station(every(21, name="temp")), NOW, AIR, KNOWN).stuck == ()  # nobody says that it may not


def test_a_gap_or_one_other_value_ends_it() -> None:
    gap = every(41.5)
    del gap[3]
    assert conduct(station(gap), NOW, AIR, KNOWN).stuck == ()
    assert conduct(station(every(41.5) | {4: {"pm25": [41.5, 41.4]}}), NOW, AIR, KNOWN).stuck == ()
    assert conduct(station(every(41.5) | {0: {"pm25": [50]}}), NOW, AIR, KNOWN).stuck == ("pm25",)  # the open hour


def test_a_jump_is_seen_for_two_hours_within_and_between_hours() -> None:
    calm = every(40, 45)
    assert conduct(station(calm), NOW, AIR, KNOWN).jumped == ()
    assert conduct(station(calm | {0: {"pm25": [40, 145]}}), NOW, AIR, KNOWN).jumped == ("pm25",)
    assert conduct(station(calm | {1: {"pm25": [300]}}), NOW, AIR, KNOWN).jumped == ("pm25",)
    assert conduct(station(calm | {5: {"pm25": [300]}}), NOW, AIR, KNOWN).jumped == ()


def test_a_parameter_that_goes_and_one_that_comes_are_a_change() -> None:
    both = {ago: {"pm25": [40 + ago], "temp": [20 + ago]} for ago in range(30)}
    assert conduct(station(both), NOW, AIR, KNOWN)[2:4] == ((), ())
    changed = both | {ago: {"pm25": [40.0], "PM_MIN": [1.0]} for ago in range(3)}
    assert conduct(station(changed), NOW, AIR, KNOWN)[2:4] == (("temp",), ("PM_MIN",))
    assert conduct(station({a: changed[a] for a in range(6)}), NOW, AIR, KNOWN)[2:4] == ((), ())  # too young to tell
    silent = {ago: said for ago, said in both.items() if ago > 1}
    assert conduct(station(silent), NOW, AIR, KNOWN)[2:4] == ((), ())  # silence is no change


def test_what_was_given_of_what_was_due() -> None:
    whole = conduct(station(every(1, 2)), NOW, AIR, KNOWN)
    assert (whole.given, whole.due) == (24, 24)
    holes = {ago: said for ago, said in every(1, 2).items() if ago not in (3, 4, 5)}
    assert (conduct(station(holes), NOW, AIR, KNOWN).given, whole.due) == (21, 24)
    young = conduct(station(every(1, 2, hours=5)), NOW, AIR, KNOWN)
    assert (young.given, young.due) == (4, 4)


def test_no_hour_is_due_before_anybody_listened() -> None:
    """A first start is told three days in brief: hours in which nothing could have been sent live are not missing."""
    brief = station({a: {"pm25": [40]} for a in (0, 1, 3, 6, 9, 12)})
    assert conduct(brief, NOW, AIR, KNOWN)[4:] == (5, 12)
    assert conduct(brief, NOW, AIR, KNOWN, HOUR0 - 2)[4:] == (1, 2)
    assert conduct(brief, NOW, AIR, KNOWN, HOUR0 + 1)[4:] == (0, 0), "a world of this hour owes nothing yet"


def test_alive_ends_when_figures_are_stale() -> None:
    spoke = station(every(1, 2))
    assert alive(spoke, NOW + 960_000, AIR)
    assert not alive(spoke, NOW + 960_001, AIR)


def test_looking_leaves_rows_packed() -> None:
    looked = station(every(41.5))
    conduct(looked, NOW, AIR, KNOWN)
    assert sum(isinstance(row, bytes) for row in looked.rows.values()) == 28

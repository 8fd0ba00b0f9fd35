"""Sources written down: counts add up, what they are like now is said anew, each province sees its own."""

from feeds.catalogue.scope import NATION, Scope
from feeds.store.source_quality import SourceQualities, SourceQuality

DAY = 86_400_000


def test_counts_add_and_the_rest_is_said_anew(database):
    store = SourceQualities(database)
    store.put(
        [SourceQuality(feed="air", source="a", unit="01", accepted=5, duplicates=1, received=9, stuck={"S": ["ph"]})]
    )
    store.put([SourceQuality(feed="air", source="a", unit="01", accepted=2, missing=3, received=4, lost={"so2": 2})])
    (row,) = store.all(NATION)
    assert (row.accepted, row.duplicates, row.missing, row.received) == (7, 1, 3, 9)
    assert (row.stuck, row.lost, row.changed) == ({}, {"so2": 2}, True)
    store.put([])
    assert store.count(NATION) == 1


def test_a_source_of_several_places_is_the_nations(database):
    store = SourceQualities(database)
    store.put([SourceQuality(feed="air", source="a", unit="01"), SourceQuality(feed="air", source="b", unit="01")])
    store.put([SourceQuality(feed="air", source="b", unit="48")])
    hanoi = Scope(frozenset({"01"}))
    assert [row.source for row in store.all(hanoi)] == ["a"]
    assert store.count(hanoi) == 1
    assert [row.unit for row in store.all(NATION, feed="air")] == ["01", "vn"]
    assert store.all(NATION, unit="48") == []


def test_sources_long_silent_are_forgotten(database):
    store = SourceQualities(database)
    store.put(
        [SourceQuality(feed="air", source="a", received=1), SourceQuality(feed="air", source="b", received=100 * DAY)]
    )
    assert store.prune(100 * DAY, days=90) == 1
    assert [row.source for row in store.all(NATION)] == ["b"]


def test_the_delay_is_that_of_the_newest_observation(database):
    store = SourceQualities(database)
    store.put([SourceQuality(feed="air", source="a", at=100, delay=5, received=105)])
    store.put([SourceQuality(feed="air", source="a", at=50, delay=900, received=950)])  # back-filled
    (row,) = store.all(NATION)
    assert (row.at, row.delay, row.received) == (100, 5, 950)

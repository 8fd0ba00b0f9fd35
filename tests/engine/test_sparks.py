"""A spark tells each half hour as it is known best: what was told too early is told again, what was lived stays."""

from __future__ import annotations

from sqlalchemy import text

from feeds.catalogue.clock import HOUR_MS
from feeds.engine.spark import SLOT_MS, SLOTS, Sparks
from tests.engine.rig import Rig, settle

TEN = 500_000 * HOUR_MS


def told(sparks: Sparks) -> list[float | None]:
    return (sparks.of("vn", "late") or [])[-4:]


def test_an_hour_told_before_its_records_were_read_leaves_no_zero_behind() -> None:
    """417, 417, 0, 424, 0, 428: the first half of each corrected hour stood as it was first told."""
    sparks = Sparks()
    for values in ((0, 0), (417, 424)):
        for hour, value in enumerate(values):
            sparks.put_hour("vn", "late", TEN + hour * HOUR_MS, value)
    sparks.advance(TEN + 2 * HOUR_MS)
    assert told(sparks) == [417, 417, 424, 424]


def test_a_half_hour_that_was_lived_through_is_not_overwritten_by_its_hour() -> None:
    sparks = Sparks()
    sparks.put("vn", "late", TEN + SLOT_MS, 5)
    sparks.fill("vn", "late", TEN + SLOT_MS, 1)
    sparks.put_hour("vn", "late", TEN, 9)
    sparks.advance(TEN + HOUR_MS)
    assert told(sparks)[2:] == [5, 9]
    sparks.advance(TEN + HOUR_MS + SLOTS * SLOT_MS)
    day = TEN + SLOTS * SLOT_MS
    sparks.put_hour("vn", "late", day, 7)  # the same half hour of the next day: nobody lived through that one
    assert told(sparks)[2:] == [7, 7]


def test_a_half_hour_is_told_again_when_more_of_it_has_come(rig: Rig) -> None:
    rig.post(*(rig.reading("A", at=rig.clock.ms - ago * 60_000, pm25=10) for ago in (90, 50, 20)))
    rig.clock.ms += 15 * 60_000
    engine = rig.engine()

    def write() -> None:
        settle(rig, engine)
        while engine.chronicle.step(rig.clock.ms):
            pass
        settle(rig, engine)

    write()
    rig.clock.ms += 120_000
    rig.post(*(rig.reading("B", at=rig.clock.ms - ago * 60_000, pm25=30) for ago in (67, 37)))
    write()
    engine.sparks.advance(rig.clock.ms)
    assert (engine.sparks.of("01", "pm_mean") or [])[-2] == 20


def test_no_minute_is_kept_of_a_world_in_which_few_have_spoken_yet(rig: Rig) -> None:
    rig.clock.ms += 40_000 - rig.clock.ms % 60_000
    engine = rig.engine()

    def minutes_after(seconds: int) -> int:
        rig.clock.tick(seconds)
        rig.post(rig.reading("A", rig.clock.ms, pm25=10))
        settle(rig, engine)
        settle(rig, engine)
        with rig.database.read() as connection:
            return int(connection.scalar(text("SELECT count(DISTINCT t) FROM history WHERE step = 1")) or 0)

    assert minutes_after(25) == 0, "the minute had begun before anybody was heard"
    assert minutes_after(60) == 1
    rig.post(rig.reading("A", rig.clock.ms, pm25=11))
    settle(rig, engine)
    engine.stop()
    engine = rig.engine()
    assert minutes_after(60) == 2, "who follows goes on at once"

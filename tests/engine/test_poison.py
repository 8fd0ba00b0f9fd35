"""Entries no door would write: they are passed over, their neighbours count, and no aggregator dies of them."""

from __future__ import annotations

import msgspec
import pytest

from feeds.intake.event import Event, encode
from tests.engine.rig import KEYS, Rig, settle


def bad(rig: Rig, **changes: object) -> bytes:
    return encode([msgspec.structs.replace(rig.reading("P", pm25=1), **changes)])


POISONS = {
    "no such field": lambda rig: {b"x": b"1"},
    "garbage": lambda rig: {b"b": b"\xc1\xc1"},
    "something else": lambda rig: {b"b": encode([1, 2])},
    "a time in 73 million years": lambda rig: {b"b": bad(rig, at=2**61)},
    "a time before all": lambda rig: {b"b": bad(rig, at=-5)},
    "received in 73 million years": lambda rig: {b"b": bad(rig, received=2**61)},
    "a place that went away": lambda rig: {b"b": bad(rig, place="2025:99")},
    "a parameter that went away": lambda rig: {b"b": bad(rig, values={"gone": 1.0})},
    "another feed": lambda rig: {b"b": bad(rig, feed="gone")},
    "an endless number": lambda rig: {b"b": bad(rig, seq=2**63 + 5)},
}


@pytest.mark.parametrize("name", POISONS)
@pytest.mark.parametrize("feed", ["air", "dossiers"])
def test_a_poisoned_entry_stops_nobody(rig: Rig, name: str, feed: str) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=10), rig.dossier("1", "received", received=-1, due=48))
    rig.durable.xadd(KEYS.stream(feed, "01"), POISONS[name](rig))
    rig.post(rig.reading("B", pm25=20, place="2025:01/00008"), rig.dossier("2", "received", received=-1, due=48))
    settle(rig, engine)
    again = rig.engine()  # the archive is behind: the next one reads it all once more
    settle(rig, again)
    assert rig.figure("pm", "01")["v"] == 20
    assert rig.figure("received", "01")["v"] == 2


def test_neighbours_in_the_same_entry_count(rig: Rig) -> None:
    engine = rig.engine()
    good = rig.reading("A", pm25=10)
    rig.post(good, Event(**{**msgspec.structs.asdict(rig.reading("P", pm25=99)), "at": 2**61}))
    settle(rig, engine)
    assert rig.figure("pm", "01")["v"] == 10
    assert rig.figure("valid_day", "01")["v"] == 1

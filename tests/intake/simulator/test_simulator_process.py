"""The simulator as a process: killed at any moment and started again, it loses nothing and numbers nothing twice."""

import random
from collections import defaultdict

import msgspec
import pytest

from feeds.catalogue.clock import TickClock
from feeds.catalogue.settings import BadSetting, Settings
from feeds.intake.simulator import process
from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.envelope import TWICE_IN, Envelopes, text
from feeds.intake.simulator.position import load
from feeds.intake.simulator.process import Simulator, main
from feeds.intake.simulator.timemap import PAUSE_MS


class Killed(Exception):
    """Stands for SIGKILL: raised out of the door."""


class Ledger:
    """A door that keeps everything, and kills its sender at the posts named."""

    def __init__(self, kills=()):
        self.kills = set(kills)
        self.posts = 0
        self.bodies = defaultdict(dict)  # source -> seq -> body
        self.clashes = []
        self.feeds = []

    def __call__(self, feed, body):
        self.posts += 1
        self.feeds.append(feed)
        if self.posts in self.kills and self.posts % 2:
            raise Killed  # before the door had it
        for event in msgspec.json.decode(body):
            self._keep(event)
        if self.posts in self.kills:
            raise Killed  # after the door had it

    def _keep(self, event):
        event.get("camera", {}).pop("jpeg", None)
        if event["source"].startswith("sim-entities"):
            event.pop("at")
        known = self.bodies[event["source"]].setdefault(event["seq"], event)
        if known != event:
            self.clashes.append((known, event))


@pytest.fixture
def begin(tmp_path, cast, monkeypatch):
    monkeypatch.setattr(Cast, "load", classmethod(lambda cls: cast))

    def begun(post, clock, speed=1.0):
        def post_each(batches):
            for batch in batches:
                post(*batch)

        return Simulator(tmp_path / "simulator.json", speed, post_each, clock)

    return begun


def run(begin, clock, ledger, steps):
    """Some steps, begun anew after each kill; the clock moves a third of a second each."""
    done, simulator = 0, None
    while done < steps:
        try:
            simulator = simulator or begin(ledger, clock)
            simulator.step()
            done += 1
        except Killed:
            simulator = None
        clock.tick(0.34)
    return simulator


def whole(ledger):
    return all(sorted(found) == list(range(1, len(found) + 1)) for found in ledger.bodies.values())


def test_every_source_counts_its_events_one_by_one(begin, friday):
    ledger = Ledger()
    run(begin, TickClock(friday), ledger, 12)
    assert whole(ledger) and not ledger.clashes
    assert set(ledger.feeds[:4]) == {"entities"}
    assert {"air", "water", "hydrology", "weather", "traffic", "cameras", "social", "dossiers"} <= set(ledger.feeds)


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_post_nothing_is_lost_and_no_number_is_used_twice(begin, friday, seed):
    ledger = Ledger(random.Random(seed).sample(range(1, 50), 6))
    run(begin, TickClock(friday), ledger, 8)
    assert ledger.posts > 50
    assert whole(ledger)
    assert ledger.clashes == []


def test_the_latest_of_everything_comes_first(begin, friday):
    ledger = Ledger()
    simulator = begin(ledger, TickClock(friday))
    for _ in range(3):
        simulator.step()
    heard = {event["entity"] for found in ledger.bodies.values() for event in found.values() if "values" in event}
    assert len([code for code in heard if "-DUONG-" in code]) == 1200
    assert len([code for code in heard if "-KHI-" in code]) == 120


def test_after_a_short_pause_everything_missed_is_told(begin, friday, story, monkeypatch):
    monkeypatch.setattr(process, "SEED", 7)
    ledger, clock = Ledger(), TickClock(friday)
    simulator = begin(ledger, clock)
    simulator._memory, simulator._at.past_done = None, True
    clock.tick(2)
    simulator.step()
    clock.tick(8)
    again = begin(ledger, clock)
    again.step()
    assert again._memory is None
    assert again._at.told == friday + 10_000
    assert whole(ledger) and not ledger.clashes
    sent = [e for source, found in ledger.bodies.items() if "entities" not in source for e in found.values()]
    assert len(sent) == len(list(story.events(friday, friday + 10_000)))


def test_a_long_pause_is_made_up_for(begin, friday):
    ledger, clock = Ledger(), TickClock(friday)
    simulator = begin(ledger, clock)
    simulator._memory, simulator._at.past_done = None, True
    clock.tick(2)
    simulator.step()
    clock.tick(PAUSE_MS / 1000 + 3600)
    again = begin(ledger, clock)
    while again._memory is not None:
        again.step()
    assert again._at.gap is None and again._at.past_done
    assert whole(ledger) and not ledger.clashes
    dossiers = [e for found in ledger.bodies.values() for e in found.values() if "dossiers" in e["source"]]
    assert 5_000 < len(dossiers) < 60_000  # an hour's worth, not three days'


def test_a_fast_story_sends_more_and_stamps_real_time(begin, friday):
    ledger, clock = Ledger(), TickClock(friday)
    simulator = begin(ledger, clock, 60.0)
    simulator._memory = None
    before = len(ledger.feeds)
    clock.tick(1)
    simulator.step()
    told = [e for found in ledger.bodies.values() for e in found.values() if "entities" not in e["source"]]
    assert 4_000 < len(told) < 6_500 and len(ledger.feeds) > before
    assert {e["at"][:17] for e in told} == {text(friday)[:17]}  # all within this minute


def test_pictures_are_few_and_no_camera_is_asked_twice_in_a_row(begin, friday):
    class Pictures(Ledger):
        def __call__(self, feed, body):
            found = {e["seq"]: e["entity"] for e in msgspec.json.decode(body) if "jpeg" in e.get("camera", {})}
            self.seen = [*getattr(self, "seen", []), *found.values()]

    ledger, clock = Pictures(), TickClock(friday)
    simulator = begin(ledger, clock)
    simulator._memory = None
    for _ in range(30):
        clock.tick(1)
        simulator.step()
    assert 15 <= len(ledger.seen) <= 120
    assert len(set(ledger.seen)) == len(ledger.seen)


def test_some_events_are_sent_twice(story, friday):
    from feeds.intake.simulator.timemap import TimeMap

    seqs = {}
    told = list(story.events(friday, friday + 20_000))
    sent = [
        (event["source"], event["seq"])
        for _, body in Envelopes(seqs).batches(told * 4, TimeMap.opened(friday, 1.0))
        for event in msgspec.json.decode(body)
    ]
    assert sum(seqs.values()) == len(told) * 4
    assert 0 < len(sent) - len(set(sent)) <= len(told) * 4 / TWICE_IN + len(seqs)


def test_silence_is_an_answer():
    assert main(Settings(sim_speed=0)) == 0


def test_a_foreign_file_stops_the_start_with_a_sentence(tmp_path):
    (tmp_path / "simulator.json").write_text("{}")
    with pytest.raises(BadSetting, match="begin anew"):
        load(tmp_path / "simulator.json")


def test_stamps_are_iso_in_vietnams_time():
    assert text(1_795_143_600_999) == "2026-11-20T10:00:00+07:00"


def test_a_long_pause_within_the_first_start_leaves_nothing_out(begin, friday, monkeypatch):
    monkeypatch.setattr(process, "PAST_MS", 10 * 60_000)
    ledger, clock = Ledger(), TickClock(friday)
    simulator = begin(ledger, clock)
    simulator.step()
    clock.tick(PAUSE_MS / 1000 + 60)
    again = begin(ledger, clock)
    assert again._at.gap is not None and not again._at.past_done
    while again._memory is not None:
        again.step()
    assert again._at.gap is None and again._at.past_done
    assert whole(ledger) and not ledger.clashes
    opened = {e["record"]["id"] for s, found in ledger.bodies.items() if "dossiers" in s for e in found.values()}
    assert len(opened) > 25_000


def test_the_next_stretch_is_told_while_the_door_works_and_counts_once_it_is_sent(begin, friday, monkeypatch, tmp_path):
    monkeypatch.setattr(process, "STRETCH", 1500)
    ledger, clock = Ledger(), TickClock(friday)
    simulator = begin(ledger, clock)
    memory, told = simulator._memory, []
    simulator._memory = (told.append(one) or one for one in memory)
    simulator.step()
    assert (simulator._at.past, len(told)) == (1500, 3000)
    simulator.step()
    assert (load(tmp_path / "simulator.json").past, simulator._at.past, len(told)) == (1500, 3000, 4500)
    assert whole(ledger) and not ledger.clashes

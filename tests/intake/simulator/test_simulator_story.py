"""The story: the same for the same seed, however it is cut; true to the hour, the day and its standing stories."""

from collections import Counter, defaultdict
from itertools import groupby, islice

import pytest

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS, TickClock
from feeds.catalogue.loader import load
from feeds.catalogue.settings import Settings
from feeds.intake.event import Event
from feeds.intake.simulator.envelope import Envelopes
from feeds.intake.simulator.posts import STORIES
from feeds.intake.simulator.script import CUT_OFF, STUCK, Script
from feeds.intake.simulator.story import PAST_MS, Story
from feeds.intake.simulator.timemap import TimeMap
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator

MINUTE_MS = 60_000


def values(told, code):
    return [one.body["values"] for one in told if one.body.get("entity") == code]


def test_the_same_seed_tells_the_same_story(cast, story, friday):
    again = Story(7, cast, friday)
    assert list(story.events(friday, friday + MINUTE_MS)) == list(again.events(friday, friday + MINUTE_MS))


def test_another_seed_tells_another_story(cast, story, friday):
    other = Story(8, cast, friday)
    assert list(story.events(friday, friday + 5000)) != list(other.events(friday, friday + 5000))


def test_however_it_is_cut_it_is_the_same(cast, friday):
    whole = list(Story(7, cast, friday).events(friday, friday + 90_000))
    cut, start = [], friday
    story = Story(7, cast, friday)
    for length in (1, 999, 14_000, 250, 1750, 30_000, 43_000):
        cut += story.events(start, start + length)
        start += length
    assert start == friday + 90_000
    assert sorted(map(repr, cut)) == sorted(map(repr, whole))
    assert [one.at for one in whole] == sorted(one.at for one in whole)


def test_about_80_events_a_second_in_office_hours(story, friday):
    told = Counter(one.feed for one in story.events(friday, friday + 2 * MINUTE_MS))
    assert 75 <= sum(told.values()) / 120 <= 90
    assert told["cameras"] == 2 * 2000 and told["dossiers"] / 120 > 2.5


def test_at_night_the_desks_are_closed_and_the_sensors_are_not(story, ms):
    night = ms("2026-11-21T02:30:00")
    told = Counter(one.feed for one in story.events(night, night + 2 * MINUTE_MS))
    assert told["dossiers"] == 0
    assert told["cameras"] == 4000 and told["air"] > 0


def test_what_is_posted_is_what_the_door_takes(cast, story, friday):
    """All live events of a minute, all declarations and a cut of every chapter of the past."""
    catalogue = load(Settings().catalogue)
    clock = TickClock(friday + MINUTE_MS)
    check = Validator(catalogue, cast.places, clock, Listening.load(cast.places)).check
    chapters = [islice(told, 1500) for _, told in story.past(friday - PAST_MS, friday)]
    refused = Counter()
    for told in (story.entities(friday), story.events(friday, friday + MINUTE_MS), *chapters):
        for feed, body in Envelopes({}).batches(told, TimeMap.opened(friday, 1.0)):
            for raw in _each(body):
                found = check(feed, raw)
                if not isinstance(found, Event):
                    refused[feed, found.code] += 1
    assert set(refused) <= {("water", "value_high")}  # the station that slips the decimal point


def _each(body):
    import msgspec

    return map(bytes, msgspec.json.decode(body, type=list[msgspec.Raw]))


def test_posts_are_heard_as_they_were_meant(cast):
    listening = Listening.load(cast.places)
    meant = {"flood": "disaster", "haze": "environment", "backlog": "administration"}
    for post in cast.posts:
        heard = listening.hear(post["text"].format(tinh="Nghệ An", xa="Phường Vinh Phú"))
        assert heard.topic == meant.get(post["topic"], post["topic"]), post["text"]
        assert heard.place == "2025:40"
    assert set(STORIES.values()) == set(meant)


def test_every_outlet_is_heard_in_any_quarter_of_an_hour(cast, story, ms):
    for start in (ms("2026-11-21T03:07:00"), ms("2026-11-20T18:44:30")):
        told = story._tellers["social"].tell(start, start + 15 * MINUTE_MS)
        assert len({one.body["entity"] for one in told}) == 60


# ---- standing stories


def test_the_flood_climbs_through_the_alert_levels_and_falls(cast, friday):
    script = Script(friday)
    gauge = next(a for a in cast.actors["hydrology"] if a.code == "46-TV-001")

    def level(hours):
        return gauge.number("normal") + script.flood(friday + round(hours * HOUR_MS)) * script.crest(gauge)

    assert 3.40 < level(0) < gauge.number("bd3")  # just below the third level at a first start
    assert level(0.75) > gauge.number("bd3")
    assert level(-20) < gauge.number("bd2")
    assert level(-34) < gauge.number("bd1")
    assert level(46) < gauge.number("bd1")
    assert script.flood(friday) == script.flood(friday + 96 * HOUR_MS)


def test_where_the_story_says_nothing_rivers_stay_below_the_first_level(cast, story, friday):
    limits = {a.code: a.number("bd1") for a in cast.actors["hydrology"] if a.province != "46" and a.type != "reservoir"}
    told = story._tellers["hydrology"].recall(friday - 24 * HOUR_MS, friday)
    heard = [one for one in told if one.body["entity"] in limits]
    assert len(heard) > 24
    for one in heard:
        assert one.body["values"]["level"] < limits[one.body["entity"]] - 0.5, one


def test_haze_lies_over_ha_noi_and_nowhere_else(cast, story, friday):
    dust = {}
    for one in story._tellers["air"].recall(friday - 24 * HOUR_MS, friday):
        dust.setdefault(one.body["entity"], []).append(one.body["values"]["pm25"])
    means = {code: sum(found) / len(found) for code, found in dust.items()}
    assert {code.startswith("01-") for code in means} == {True, False}
    assert all(mean > 55 for code, mean in means.items() if code.startswith("01-"))
    assert all(mean < 44 for code, mean in means.items() if not code.startswith("01-"))


def test_a_source_goes_silent_and_its_neighbours_do_not(story, friday):
    told = {one.province for one in story._tellers["weather"].tell(friday, friday + 10 * MINUTE_MS)}
    assert {"11", "14"} <= told
    assert "12" not in told


def test_a_stuck_sensor_says_the_same_for_ever(story, friday):
    stuck = values(story._tellers["water"].tell(friday, friday + 20 * MINUTE_MS), STUCK)
    assert len(stuck) == 4 and all(one == stuck[0] for one in stuck)


def test_a_logger_that_was_cut_off_sends_what_it_kept(story, ms):
    five = ms("2026-11-21T05:00:00")
    tell = story._tellers["hydrology"].tell
    quiet = [one for one in tell(five - HOUR_MS, five) if one.body["entity"] in CUT_OFF]
    kept = [one for one in tell(five, five + 1000) if one.body["entity"] in CUT_OFF]
    assert quiet == []
    assert len(kept) == 2 * 18
    assert min(one.body["at"] for one in kept) == five - 3 * HOUR_MS
    assert all(one.at == five for one in kept)


@pytest.mark.parametrize("hour", ["2026-11-20T17:20:00", "2026-11-20T07:40:00"])
def test_the_rush_jams_the_declared_links_only(story, ms, hour):
    told = [one for one in story.events(ms(hour), ms(hour) + 30_000) if one.feed == "traffic"]
    jammed = {one.body["entity"] for one in told if one.body["values"].get("queue_min", 0) > 30}
    assert {code[:2] for code in jammed} <= {"79"}
    assert ("17" in hour) <= bool(jammed)


def test_normal_stays_normal(cast, story, friday):
    """Where no story plays, readings of a day keep inside the limits that would colour a map."""
    limits = {
        "weather": {"temp": (10.5, 34.5), "wind_gust": (0, 10.7)},
        "water": {"ph": (6.1, 8.4), "do": (5.2, 12), "nh4_n": (0, 0.29), "tss": (0, 95), "bod5": (0, 5.9),
                  "cod": (0, 14.8), "coliform": (0, 4900)},
    }  # fmt: skip
    outlets = {actor.code for actor in cast.actors["water"] if actor.type == "effluent"}
    heard: Counter[str] = Counter()
    for feed, bounds in limits.items():
        for one in story._tellers[feed].recall(friday - 24 * HOUR_MS, friday):
            if one.province in ("46", "38") or one.body["entity"] in outlets:
                continue
            for name, (low, high) in bounds.items():
                value = one.body["values"].get(name)
                heard[name] += value is not None
                assert value is None or low <= value <= high, (one.body["entity"], name, value)
    assert all(heard[name] for bounds in limits.values() for name in bounds), heard


def test_outlets_keep_their_permits(cast, story, friday):
    outlets = {actor.code: actor for actor in cast.actors["water"] if actor.type == "effluent"}
    permitted = 0
    for one in story._tellers["water"].recall(friday - 24 * HOUR_MS, friday):
        actor = outlets.get(one.body["entity"])
        for name, value in one.body["values"].items() if actor else ():
            limit = actor.traits.get(f"permit_{name}")
            permitted += bool(limit)
            assert not limit or value < float(limit)
    assert permitted > len(outlets)


def test_tides_turn_twice_a_day(cast, story, friday):
    gauge = next(a for a in cast.actors["hydrology"] if a.number("tide") > 1)
    level = [
        one.body["values"]["level"]
        for one in story._tellers["hydrology"].tell(friday - 25 * HOUR_MS, friday)
        if one.body["entity"] == gauge.code
    ][::6]
    level = [value for value, _ in groupby(level)]
    turns = sum((b - a) * (c - b) < 0 for a, b, c in zip(level, level[1:], level[2:], strict=False))
    assert max(level) - min(level) > 0.8
    assert turns >= 3


def test_the_portal_remembers_every_hour_where_others_remember_some(story, friday):
    def hours(name):
        return Counter(one.body["entity"] for one in story._tellers[name].recall(friday - 9 * HOUR_MS, friday))

    closing = 1  # what came since the last full step; nothing where the stretch ends on it
    assert hours("portal")["NP-CALL"] == 9, "its counters are held against the same hour of the days before"
    assert not hours("systems").keys() & hours("portal").keys()
    assert max(hours("systems").values()) == 3 + closing


def test_who_counts_machines_has_spoken_within_the_hour_when_the_world_begins(story, friday):
    """Else a unit's sum would for an hour be that of its communes alone."""
    last = {}
    for one in story._tellers["antivirus"].recall(friday - 9 * HOUR_MS, friday):
        last[one.body["entity"]] = max(last.get(one.body["entity"], 0), one.body["at"])
    assert len(last) > 34 and min(last.values()) >= friday - HOUR_MS


@pytest.mark.parametrize("name", ["systems", "portal", "antivirus"])
def test_of_whom_a_sum_is_made_an_hour_of_the_past_has_all_or_none(story, friday, name):
    """The agencies' services, the bodies' indicators: a third of them would be told as if it were all."""
    heard: defaultdict[int, set[str]] = defaultdict(set)
    end = friday - 9 * HOUR_MS  # not the last words, with which the stretch closes
    for one in story._tellers[name].recall(end - 12 * HOUR_MS, friday):
        if one.body["at"] < end:
            heard[one.body["at"] // HOUR_MS].add(one.body["entity"])
    assert len(heard) > 1 and len(set(map(frozenset, heard.values()))) == 1


def test_what_is_remembered_of_a_day_was_in_it(story, friday):
    """A lap that ran over midnight would count an evening's documents among those of the day after."""
    midnight = friday - (friday + OFFSET_MS) % DAY_MS
    ends = [one.body["at"] for one in story._tellers["systems"].recall(midnight - 3 * HOUR_MS, midnight + 3 * HOUR_MS)]
    assert any(midnight - 5 * MINUTE_MS <= at < midnight for at in ends)
    assert not any(midnight <= at < midnight + 2 * HOUR_MS for at in ends)

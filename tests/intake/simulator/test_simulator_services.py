"""Offices and lives of data/cast/services.yaml: the same however time is cut, in their own rhythm."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean, quantiles

import pytest

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.catalogue.loader import load as load_catalogue
from feeds.catalogue.settings import Settings
from feeds.intake.simulator import services
from feeds.intake.simulator.days import of_year, period_ends
from feeds.intake.simulator.lifetimes import Lives
from feeds.intake.simulator.offices import Offices
from feeds.intake.simulator.process import SEED
from feeds.intake.simulator.rhythms import RHYTHMS

TOLD = services.load()


@pytest.fixture(scope="module")
def tellers(cast):
    offices = [Offices(7, one, services.speaking(TOLD, one, cast.desks, cast.places)) for one in TOLD.speakers]
    return offices + [Lives(7, one, cast.desks, cast.places, ()) for one in TOLD.lives]


def of_periods(tellers):
    """Those who speak by the week, the month or longer."""
    found = [one for one in tellers if isinstance(one, Offices) and not one._speaker.every_ms]
    assert found
    return found


def test_services_are_the_same_however_the_time_is_cut(tellers, friday):
    for teller in tellers:
        whole = list(teller.tell(friday, friday + HOUR_MS))
        pieces = [one for n in range(6) for one in teller.tell(friday + n * 600_000, friday + (n + 1) * 600_000)]
        assert sorted(map(repr, whole)) == sorted(map(repr, pieces))
        assert [one.at for one in whole] == sorted(one.at for one in whole)


def test_what_they_say_is_in_the_catalogue():
    catalogue = load_catalogue(Settings().catalogue)
    for speaker in TOLD.speakers:
        assert {word.param for word in speaker.says} <= set(catalogue.feeds[speaker.feed].parameters)
        assert all(word.rhythm in RHYTHMS for word in speaker.says)
    for life in TOLD.lives:
        feed = catalogue.feeds[life.feed]
        assert life.type in feed.types
        for way in life.ways:
            assert {step.state for step in way.steps} <= set(feed.states)
            assert {step.time or step.state for step in way.steps} <= set(feed.times)
            assert way.steps[-1].state in feed.closed


def test_a_record_remembered_in_one_word_is_the_record_told_step_by_step(tellers, friday):
    lives = min((one for one in tellers if isinstance(one, Lives)), key=lambda one: one._life.a_day)
    start = friday - 3 * DAY_MS
    steps = told_of(lives.tell(friday - 60 * DAY_MS, friday))
    words = told_of([*lives.standing(friday), *lives.earlier(start, friday)])
    assert len(words) > 200 and all(len(said) == 1 for said in words.values())
    for name, said in words.items():
        assert said[0] == folded(steps.pop(name))
    assert all(folded(said)["at"] < start for said in steps.values())  # over before the first of these days
    moved = {name: said for name, said in words.items() if said[0]["at"] >= start}
    assert told_of(lives.recall(start, friday)) == moved


def told_of(story):
    """What was said of each record, in order."""
    found = defaultdict(list)
    for one in story:
        found[one.body["record"]["id"]].append({"at": one.at, "place": one.body["place"], **one.body["record"]})
    return found


def folded(said):
    """A record after everything that was said of it."""
    joined = {part: {name: value for one in said for name, value in one[part].items()} for part in ("times", "fields")}
    return said[-1] | joined


def test_each_says_its_last_word_before_the_start_once(tellers, friday):
    for teller in of_periods(tellers):
        said = list(teller.standing(friday))
        assert len({one.body["entity"] for one in said}) == len(said) == len(teller._actors)
        assert all(one.at < friday for one in said)


def test_what_is_remembered_beside_the_last_word_leaves_nothing_out_and_tells_nothing_twice(tellers, friday):
    start = friday - 3 * DAY_MS
    for teller in of_periods(tellers):
        whole = [one for one in teller.recall(start, friday)]
        last = [one for one in teller.standing(friday) if one.at >= start]
        assert sorted(map(repr, [*teller.earlier(start, friday), *last])) == sorted(map(repr, whole))


def test_periods_end_on_the_fourteenth(ms):
    ends = period_ends(ms("2026-11-20T10:00:00"), 3)
    assert [next(ends) for _ in range(2)] == [ms("2026-12-14T00:00:00"), ms("2026-09-14T00:00:00")]
    assert of_year(ms("2025-12-15T00:00:00")) == 0
    assert 0.92 < of_year(ms("2026-11-20T00:00:00")) < 0.95


@pytest.mark.parametrize(
    ("rhythm", "busy", "quiet"),
    [
        ("office", "2026-11-20T09:00:00", "2026-11-22T09:00:00"),  # a Sunday
        ("clinic", "2026-11-20T09:00:00", "2026-02-18T09:00:00"),  # Tết
        ("term", "2026-11-20T09:00:00", "2026-07-20T09:00:00"),  # the summer
        ("term", "2026-11-20T09:00:00", "2026-02-18T09:00:00"),
        ("travel", "2026-07-18T09:00:00", "2026-11-18T09:00:00"),
        ("rains", "2026-09-20T09:00:00", "2026-03-20T09:00:00"),
        ("year", "2026-12-01T09:00:00", "2026-01-01T09:00:00"),
    ],
)
def test_rhythms(rhythm, busy, quiet, ms):
    assert RHYTHMS[rhythm](ms(busy)) > 1.2 * RHYTHMS[rhythm](ms(quiet))


def test_the_mean_and_the_last_quarter_that_a_year_is_told_with_are_those_of_its_provinces(cast):
    speaker = next(one for one in TOLD.speakers if one.feed == "digital_year" and one.at == "unit")
    year = Offices(SEED, speaker, services.speaking(TOLD, speaker, cast.desks, cast.places))
    said = [one.body["values"] for one in year.standing(1_795_136_400_000)]
    found = [values["dti"] for values in said]
    assert {values["dti_mean"] for values in said} == {round(fmean(found), 4)}
    assert {values["dti_quartile"] for values in said} == {round(quantiles(found, n=4, method="inclusive")[0], 4)}


def test_what_is_remembered_at_a_wider_step_leaves_nothing_out_of_a_sum(tellers, friday):
    """The last word closes the stretch: a day's count at a first start lacks nothing."""
    hotline = next(one for one in tellers if isinstance(one, Offices) and one._speaker.feed == "hotline")
    start = friday - 3 * HOUR_MS
    ends = {one.body["entity"]: one.at for one in hotline.recall(start, friday)}
    first = {one.body["entity"]: one.at for one in reversed(list(hotline.tell(friday, friday + HOUR_MS)))}
    assert all(first[name] - at == 5 * 60_000 for name, at in ends.items()) and set(ends) == set(first)

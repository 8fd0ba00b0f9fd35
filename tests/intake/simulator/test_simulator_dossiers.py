"""Dossiers: their number, their lives, and how a first start remembers them."""

from collections import Counter
from itertools import chain

import numpy as np
import pytest

from feeds.catalogue.clock import HOUR_MS, day_of
from feeds.compute import workdays
from feeds.compute.dossier import deadline, derive, overdue
from feeds.intake.simulator.caseload import FLAGS, STEPS, Planner
from feeds.intake.simulator.course import ENDED, PROCESSING, RECEIVED, REGISTERED, RESUMED, RETURNED, SUPPLEMENT
from feeds.intake.simulator.days import add_working, from_office, is_working, rush, to_office
from feeds.intake.simulator.dossiers import Dossiers, procedures


@pytest.fixture(scope="module")
def planner(cast):
    return Planner(7, cast)


@pytest.fixture(scope="module")
def load(planner, friday):
    return planner.plan(day_of(friday))


@pytest.fixture(scope="module")
def remembered(cast, ms):
    now = ms("2026-11-20T16:00:00")
    memory = Dossiers(7, cast).remember(now - 24 * HOUR_MS, now)
    return now, [told.body["record"] for told in chain(memory.open(), memory.ended(now - 24 * HOUR_MS, now))]


def test_as_many_on_a_working_day_as_the_national_portal_synced(load):
    assert 16_000 <= len(load.facts) <= 17_200
    assert 79_000 <= (load.steps[:, STEPS] > 0).sum() <= 87_000


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-24", "2027-02-08", "2026-09-02"])
def test_none_on_sundays_and_holidays(planner, ms, day):
    assert planner.plan(day_of(ms(f"{day}T10:00:00"))) is None


def test_steps_follow_each_other(load):
    order = [REGISTERED, RECEIVED, PROCESSING, SUPPLEMENT, RESUMED, ENDED, RETURNED]
    steps = load.steps[:, STEPS][:, order]
    filled = np.where(steps < 0, 0, steps)
    highest = np.maximum.accumulate(filled, axis=1)
    assert ((steps < 0) | (steps >= highest)).all()
    assert (load.steps[:, [RECEIVED, ENDED]] > 0).all()


def test_desks_work_in_office_hours_only(load):
    for column in (RECEIVED, PROCESSING, ENDED):
        at = load.steps[:, column]
        assert (
            from_office(to_office(at)) == at
        ).mean() > 0.999  # the very last millisecond belongs to the next morning


def test_the_day_alone_decides(planner, load, friday, planned_once):
    again = planned_once(planner, day_of(friday))
    assert (again.steps == load.steps).all() and (again.facts == load.facts).all()


def test_leaving_out_what_is_over_changes_no_other_life(planner, load, friday):
    later = planner.plan(day_of(friday), friday + 10 * 24 * HOUR_MS)
    kept = {(f[0], f[1]): s for f, s in zip(load.facts.tolist(), load.steps.tolist(), strict=True)}
    assert 0 < len(later.facts) < len(load.facts) / 2
    assert all(kept[f[0], f[1]] == s for f, s in zip(later.facts.tolist(), later.steps.tolist(), strict=True))


def test_habits_of_the_desks_show(cast, load):
    bits = load.facts[:, 5]
    for name in ("synced", "digitised", "eresult"):
        share = (bits >> FLAGS.index(name) & 1).mean()
        expected = np.mean([desk.habits[name] for desk in cast.desks])
        assert abs(share - expected) < 0.03


def test_memory_agrees_with_what_was_told(cast, ms):
    start, end = ms("2026-11-20T09:00:00"), ms("2026-11-20T09:10:00")
    last = {}
    for told in Dossiers(7, cast).tell(start, end):
        last[told.body["record"]["id"]] = told.body
    memory = Dossiers(7, cast).remember(start, end)
    moved = {told.body["record"]["id"]: told.body for told in chain(memory.open(start), memory.ended(start, end))}
    assert moved == last


def test_each_is_remembered_once(remembered):
    _, records = remembered
    assert len({r["id"] for r in records}) == len(records)


def test_nothing_that_has_not_happened_is_told(remembered):
    now, records = remembered
    assert all(at < now for r in records for name, at in r["times"].items() if name != "due")


def test_most_are_on_time_and_one_unit_is_not(remembered):
    now, records = remembered
    ended, good = Counter(), Counter()
    for r in records:
        found = derive("dossier", r["state"], now, r["times"], r["fields"])
        if found["on_time"] is not None:
            ended[r["id"][:2]] += 1
            good[r["id"][:2]] += found["on_time"]
    rates = {code: good[code] / n for code, n in ended.items()}
    assert len(rates) == 34 and all(rate > 0.98 for code, rate in rates.items() if code != "52")
    assert rates["52"] < 0.97


def test_open_and_overdue_stay_below_the_limits_but_where_the_story_says(remembered):
    now, records = remembered
    horizon = workdays.add(now, 1)
    opened, late, soon = Counter(), Counter(), Counter()
    for r in records:
        if "received" not in r["times"] or r["state"] in ("finished", "returned", "refused", "stopped", "withdrawn"):
            continue
        code = r["id"][:2]
        opened[code] += 1
        late[code] += overdue(r["times"], r["fields"], now)
        limit = deadline(r["times"], r["fields"], now)
        soon[code] += limit is not None and now <= limit <= horizon
    assert late["52"] / opened["52"] > 0.05
    quiet = [code for code in opened if code != "52"]
    assert sum(late[c] for c in quiet) / sum(opened[c] for c in quiet) < 0.005
    assert sum(soon.values()) / sum(opened.values()) < 0.10


def test_only_fields_and_times_of_the_contract(remembered):
    from feeds.catalogue.loader import load as load_catalogue
    from feeds.catalogue.settings import Settings

    feed = load_catalogue(Settings().catalogue).feeds["dossiers"]
    _, records = remembered
    assert {name for r in records for name in r["fields"]} <= set(feed.fields)
    assert {name for r in records for name in r["times"]} <= set(feed.times)
    assert {r["state"] for r in records} <= set(feed.states)


def test_the_procedure_database(cast, friday):
    rows = [told.body["record"] for told in procedures(7, cast, friday)]
    assert {r["id"][5:7] for r in rows} == set(cast.places.units)
    online = [r for r in rows if r["fields"]["service_level"] != "none"]
    assert len(online) / len(rows) > 0.8
    assert sum(r["fields"]["active"] for r in online) / len(online) > 0.65
    assert sum(r["times"]["published"] <= r["times"]["due"] for r in rows) / len(rows) > 0.95


# ---- the calendar beneath


def test_office_time_stands_still_when_desks_are_closed(ms):
    friday_evening, monday = ms("2026-11-20T17:00:00"), ms("2026-11-23T07:30:00")
    at = np.array([friday_evening, ms("2026-11-21T12:00:00"), monday])
    assert len(set(to_office(at).tolist())) == 1
    assert from_office(to_office(at)).tolist() == [monday] * 3


def test_working_days_skip_holidays_as_the_rules_do(ms):
    start = np.array([ms("2026-11-20T10:00:00"), ms("2026-11-23T15:30:00")])
    counted = add_working(start, np.array([1, 2]))
    assert counted.tolist() == [workdays.add(int(s), int(n)) for s, n in zip(start, (1, 2), strict=True)]
    assert not is_working(day_of(ms("2026-11-24T10:00:00")))


def test_roads_are_full_twice_a_day_and_empty_at_night(ms):
    assert rush(ms("2026-11-20T17:25:00")) > 0.85 > rush(ms("2026-11-20T12:30:00")) > 0.3
    assert rush(ms("2026-11-20T02:00:00")) < 0.1
    assert rush(ms("2026-11-22T07:40:00")) < rush(ms("2026-11-20T07:40:00"))

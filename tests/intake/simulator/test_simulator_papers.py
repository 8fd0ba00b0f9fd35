"""Documents of the story: whole lives, in order, however a stretch of time is cut."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.intake.simulator.papers import BEHIND, BROKEN, Papers

FRIDAY_8_H = 1_795_136_400_000  # 20/11/2026, 08:00 in Vietnam
ENDS = (["arrived", "accepted", "done"], ["arrived", "rejected"], ["arrived", "accepted"])  # the last: not yet


@pytest.fixture(scope="module")
def papers(cast):
    """What was drawn once is known to all tests."""
    return Papers(1, cast)


def test_papers_are_the_same_however_the_time_is_cut(cast, papers):
    whole = list(papers.tell(FRIDAY_8_H, FRIDAY_8_H + HOUR_MS))
    cut = Papers(1, cast)
    pieces = [told for n in range(60) for told in cut.tell(FRIDAY_8_H + n * 60_000, FRIDAY_8_H + (n + 1) * 60_000)]
    assert whole == pieces
    assert [told.at for told in whole] == sorted(told.at for told in whole)


def test_papers_live_from_sending_to_their_end(papers):
    lives = defaultdict(list)
    told = list(papers.tell(FRIDAY_8_H, FRIDAY_8_H + 2 * DAY_MS))
    for one in told:
        if one.feed == "documents":
            lives[one.body["record"]["id"]].append(one.body["record"]["state"])
    started = [states for states in lives.values() if states[0] == "sending" and len(states) > 1]
    assert len(started) > 1000
    assert all(states[1:] in ENDS for states in started[:1000])
    assert {"sent"} in [set(states) for states in lives.values()]


def test_papers_rest_when_offices_do_and_the_axis_does_not(cast, papers):
    sunday = FRIDAY_8_H + 2 * DAY_MS
    told = list(papers.tell(sunday, sunday + HOUR_MS))
    sent = [one for one in told if one.feed == "documents" and one.body["record"]["state"] == "sent"]
    friday = papers.tell(FRIDAY_8_H, FRIDAY_8_H + HOUR_MS)
    worked = [one for one in friday if one.feed == "documents" and one.body["record"]["state"] == "sent"]
    assert 0 < len(sent) < len(worked) / 10
    heard = [one.body for one in told if one.feed == "axis"]
    on_axis = [actor for actor in cast.actors["systems"] if actor.type == "agency"]
    assert len(on_axis) == 95 and len({body["entity"] for body in heard}) == len(heard) == 93, (
        "two are cut off for long"
    )
    places = {body["entity"]: body["place"] for body in heard}
    assert (places["TRUC-01"], places["TRUC-bnv"], places["TRUC-evn"]) == ("2025:01", "agency:bnv", "vn")
    assert "TRUC-12" not in places


def test_a_day_is_as_large_as_the_plan_tells(cast, papers):
    """range_p and range_n of edoc_sent_day: 200 to 6,000 at a province, 5,000 to 80,000 in the nation."""
    start = FRIDAY_8_H - 8 * HOUR_MS
    sent = Counter(
        one.province
        for one in papers.tell(start, start + DAY_MS)
        if one.feed == "documents" and one.body["record"]["state"] == "sent"
    )
    provinces = {desk.code for desk in cast.desks} - {"12"}  # is cut off
    assert provinces <= set(sent) and min(sent[code] for code in provinces) > 150
    assert 5_000 < sum(sent.values()) < 15_000


def test_a_first_start_knows_what_is_open_and_what_came_of_the_rest(papers):
    """What is remembered and what stands make the same records as every step told at its time."""
    start = FRIDAY_8_H - DAY_MS
    whole, short, told = {}, {}, 0
    for one in papers.tell(start, FRIDAY_8_H):
        if one.feed == "documents":
            told += 1
            record = one.body["record"]
            whole[record["id"]] = (record["state"], whole.get(record["id"], ("", {}))[1] | record["times"])
    remembered = list(papers.recall(start, FRIDAY_8_H))
    for one in remembered:
        if one.feed == "documents":
            short[one.body["record"]["id"]] = (one.body["record"]["state"], one.body["record"]["times"])
    assert {name for name, (state, times) in whole.items() if "sent" in times} <= set(short)
    assert all(short[name] == known for name, known in whole.items() if "sent" in known[1])
    assert len(remembered) < 0.6 * told


def test_only_two_provinces_have_documents_that_are_wrong(papers):
    late, broken, all_of = Counter(), Counter(), Counter()
    start = FRIDAY_8_H - 8 * HOUR_MS
    for one in papers.recall(start, start + 2 * DAY_MS):
        record = one.body.get("record", {})
        if record.get("type") == "delivery":
            all_of[one.province] += 1
            late[one.province] += record["times"].get("done", 0) > record["times"]["due"]
        elif record:
            broken[one.province] += record["fields"]["signed"] == "invalid"
    assert [code for code, n in broken.items() if n] == [BROKEN.removeprefix("AX-T")]
    assert max(all_of, key=lambda code: late[code] / all_of[code]) == BEHIND.removeprefix("AX-T")

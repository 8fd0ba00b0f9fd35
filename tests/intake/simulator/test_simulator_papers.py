"""Documents of the story: whole lives, in order, however a stretch of time is cut."""

from __future__ import annotations

from collections import defaultdict

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.intake.simulator.papers import Papers

FRIDAY_8_H = 1_795_136_400_000  # 20/11/2026, 08:00 in Vietnam


def test_papers_are_the_same_however_the_time_is_cut(cast):
    whole = list(Papers(1, cast).tell(FRIDAY_8_H, FRIDAY_8_H + HOUR_MS))
    cut = Papers(1, cast)
    pieces = [told for n in range(60) for told in cut.tell(FRIDAY_8_H + n * 60_000, FRIDAY_8_H + (n + 1) * 60_000)]
    assert whole == pieces
    assert [told.at for told in whole] == sorted(told.at for told in whole)


def test_papers_live_from_sending_to_their_end(cast):
    lives = defaultdict(list)
    told = list(Papers(1, cast).tell(FRIDAY_8_H, FRIDAY_8_H + 4 * DAY_MS))
    for one in told:
        if one.feed == "documents":
            lives[one.body["record"]["id"]].append(one.body["record"]["state"])
    started = [states for states in lives.values() if states[0] == "sending"]
    assert len(started) > 1000
    assert all(states[1:] in (["arrived", "accepted", "done"], ["arrived", "rejected"]) for states in started[:1000])
    assert {"sent"} in [set(states) for states in lives.values()]


def test_papers_rest_when_offices_do_and_the_axis_does_not(cast):
    sunday = FRIDAY_8_H + 2 * DAY_MS
    told = list(Papers(1, cast).tell(sunday, sunday + HOUR_MS))
    assert not [one for one in told if one.feed == "documents" and one.body["record"]["state"] == "sent"]
    heard = [one.body for one in told if one.feed == "axis"]
    on_axis = [actor for actor in cast.actors["systems"] if actor.type == "agency"]
    assert len(on_axis) == 95 and len({body["entity"] for body in heard}) == len(heard) == 93, (
        "two are cut off for long"
    )
    places = {body["entity"]: body["place"] for body in heard}
    assert (places["TRUC-01"], places["TRUC-bnv"], places["TRUC-evn"]) == ("2025:01", "agency:bnv", "vn")
    assert "TRUC-12" not in places

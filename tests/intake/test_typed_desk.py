"""From a typed figure to the live one: judged when typed, sent when a second person approves, once."""

from __future__ import annotations

from typing import Any

import pytest

from feeds.catalogue.clock import iso
from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION
from feeds.intake.door import Door
from feeds.intake.event import decode_batch
from feeds.intake.reasons import Refused
from feeds.intake.typed import Figure, TypedDesk
from feeds.store.database import open_database
from feeds.store.quarantine import Quarantine
from feeds.store.typed import TypedFigures
from tests.intake.feed_samples import CATALOGUE

KEYS = Keys("sim")


@pytest.fixture
def typed(validator, durable, volatile, settings):
    database = open_database(settings)
    door = Door(validator, KEYS, durable, volatile, Quarantine(database))
    yield TypedDesk(TypedFigures(database), CATALOGUE, lambda: door)
    database.close()


@pytest.fixture
def figure(clock):
    def make(**changes: Any) -> Figure:
        said = {"feed": "air", "param": "pm25", "place": "2025:01", "at": iso(clock.now_ms()), "value": 61.5}
        return Figure(**(said | changes))

    return make


def sent(durable, feed="air"):
    return [e for _, entry in durable.xrange(KEYS.stream(feed, "01")) for e in decode_batch(entry[b"b"])]


def code(call, *args):
    with pytest.raises(Refused) as refused:
        call(*args)
    return refused.value.rejection.code


def test_nothing_is_live_until_somebody_else_approves(typed, figure, durable):
    (number,) = typed.propose(NATION, "Nguyễn  An", [figure(note="theo biên bản số 7")]).numbers
    assert sent(durable) == []
    assert code(typed.approve, NATION, number, "nguyễn an") == "typed_same"
    assert code(typed.approve, NATION, number, " ") == "typed_name"
    row = typed.approve(NATION, number, "Trần Chi", "khớp")
    assert (row.state, row.live, row.by, row.decided_by, row.why) == ("approved", True, "Nguyễn An", "Trần Chi", "khớp")
    (event,) = sent(durable)
    assert (event.source, event.seq, event.values, event.connector) == ("typed", number, {"pm25": 61.5}, "typed")
    assert code(typed.approve, NATION, number, "Lê Dung") == "typed_decided"
    assert len(sent(durable)) == 1


def test_the_name_of_the_author_in_other_signs_is_the_author(typed, figure):
    (number,) = typed.propose(NATION, "Nguyễn Ân", [figure()]).numbers
    decomposed = "Nguyê\u0303n A\u0302n"
    assert code(typed.approve, NATION, number, decomposed) == "typed_same"


def test_units_are_converted_and_bad_figures_are_told_all_at_once(typed, figure):
    answer = typed.propose(
        NATION,
        "An",
        [figure(unit="mg/m³", value=0.05), figure(value=9_999), figure(place="2025:99"), figure(param="x")],
    )
    assert (answer.numbers, [n for n, _ in answer.refused]) == ([], [1, 2, 3])
    (number,) = typed.propose(NATION, "An", [figure(unit="mg/m³", value=0.05)]).numbers
    assert typed.figures.get(NATION, number).value == pytest.approx(50)


@pytest.mark.parametrize(("feed", "why"), [("dossiers", "typed_feed"), ("nothing", "feed_unknown")])
def test_only_feeds_of_readings_take_figures(typed, figure, feed, why):
    ((_, rejection),) = typed.propose(NATION, "An", [figure(feed=feed)]).refused
    assert rejection.code == why


def test_how_many_at_once_is_bounded(typed, figure):
    assert code(typed.propose, NATION, "An", []) == "typed_many"
    assert code(typed.propose, NATION, "An", [figure()] * 2_001) == "typed_many"


def test_a_correction_replaces_what_is_the_latest(typed, figure, durable):
    for value in (61.5, 16.5):
        (number,) = typed.propose(NATION, "An", [figure(value=value)]).numbers
        assert typed.approve(NATION, number, "Chi").live
    assert [event.values["pm25"] for event in sent(durable)] == [61.5, 16.5]
    trail = typed.figures.trail(NATION, typed.figures.get(NATION, number))
    assert [row.value for row in trail] == [61.5, 16.5]
    assert typed.figures.holding(NATION, trail[0]).value == 16.5


def test_a_correction_of_what_is_added_up_is_kept_and_not_counted_twice(typed, figure, durable, monkeypatch):
    monkeypatch.setattr(TypedDesk, "_replaces", lambda *_: False)
    lives = []
    for value in (61.5, 16.5):
        (number,) = typed.propose(NATION, "An", [figure(value=value)]).numbers
        lives.append(typed.approve(NATION, number, "Chi").live)
    assert lives == [True, False]
    assert len(sent(durable)) == 1


def test_the_real_catalogue_says_what_is_added_up(typed):
    from feeds.catalogue.loader import load
    from feeds.catalogue.settings import Settings
    from feeds.store.typed import Typed

    catalogue = load(Settings().catalogue)
    desk = TypedDesk(typed.figures, catalogue, lambda: None)
    row = Typed(feed="traffic", param="accidents", unit="01", place="2025:01", at=0, value=1, note="", by="a", made=0,
                id=1, state="waiting")  # fmt: skip
    assert not desk._replaces(row)
    fields = {(each["feed"], each["param"]) for each in desk.fields()}
    assert {("traffic", "accidents"), ("air", "pm25")} <= fields
    assert not any(feed in ("dossiers", "cameras", "social") for feed, _ in fields)


def test_a_door_that_is_away_leaves_it_waiting_and_later_it_goes(typed, figure, durable, monkeypatch, clock):
    (number,) = typed.propose(NATION, "An", [figure()]).numbers
    import redis

    with monkeypatch.context() as away:

        def broken(*_args):
            raise redis.ConnectionError

        away.setattr(Door, "_deliver", broken)
        assert code(typed.approve, NATION, number, "Chi") == "typed_unsent"
    assert typed.figures.get(NATION, number).state == "waiting"
    clock.tick(400 * 3600)  # approved long after: it counts as if it came when it was typed
    assert typed.approve(NATION, number, "Chi").live
    assert len(sent(durable)) == 1


def test_a_refusal_needs_a_reason_and_takes_back_ones_own(typed, figure):
    (number,) = typed.propose(NATION, "An", [figure()]).numbers
    assert code(typed.refuse, NATION, number, "An", " ") == "typed_why"
    row = typed.refuse(NATION, number, "An", "gõ nhầm")
    assert (row.state, row.live, row.why) == ("refused", False, "gõ nhầm")
    assert code(typed.approve, NATION, number, "Chi") == "typed_decided"
    assert code(typed.approve, NATION, 999, "Chi") == "typed_unknown"

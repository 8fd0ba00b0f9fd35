"""ONVIF events at the door: what happened counts once, what a camera says on arrival counts nothing."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.clock import TickClock, iso
from feeds.catalogue.settings import Settings
from feeds.intake.event import Event
from feeds.intake.onvif import TOPICS
from feeds.intake.opening import make_validator
from feeds.intake.reasons import Rejection
from feeds.intake.validate import CAMERA_STATES

NOW = 1_763_694_000_000
LINE = "tns1:RuleEngine/LineDetector/Crossed"
MOTION = "tns1:RuleEngine/CellMotionDetector/Motion"
DARK = "tns1:VideoSource/ImageTooDark/ImagingService"
CLOCK = TickClock(NOW)
VALIDATOR = make_validator(Settings(), CLOCK)


def told(topic: str, **more: Any) -> Event | Rejection:
    event = {"source": "nvr-01", "place": "2025:01/00004", "entity": "CAM-1", "at": iso(NOW)}
    return VALIDATOR.check("cameras", msgspec.json.encode(event | {"onvif": {"topic": topic} | more}))


def values(topic: str, **more: Any) -> dict[str, float]:
    event = told(topic, **more)
    assert isinstance(event, Event), event
    return event.values


def test_a_crossed_line_is_an_event_without_a_state() -> None:
    event = told(LINE, source={"VideoSourceConfigurationToken": "VSC_1"}, data={"ObjectId": 17})
    assert isinstance(event, Event)
    assert event.values == {"ai_intrusion": 1, "ai_events": 1}
    assert event.fields == {}  # it hides no `frozen`


@pytest.mark.parametrize("state", [True, "true", "1", 1, "True"])
def test_motion_begins_once(state: Any) -> None:
    assert values(MOTION, data={"State": state}) == {"motion": 1}
    assert values(MOTION, data={"IsMotion": state}) == {"motion": 1}


@pytest.mark.parametrize("more", [{"operation": "Initialized"}, {"operation": "Deleted"}, {"data": {"State": "false"}}])
def test_nothing_happened(more: dict[str, Any]) -> None:
    assert values(MOTION, **({"data": {"State": "true"}} | more)) == {"motion": 0}


def test_a_dark_picture_is_a_state_until_it_is_over() -> None:
    for operation, said, state in [
        ("Initialized", "true", "dark"),
        ("Changed", "false", "online"),
        ("Deleted", 1, "online"),
    ]:
        event = told(DARK, operation=operation, data={"State": said})
        assert isinstance(event, Event)
        assert event.fields == {"state": state}
        assert (event.values["online"], event.values["degraded"]) == CAMERA_STATES[state]


@pytest.mark.parametrize(
    ("topic", "more", "code"),
    [
        ("tns1:RuleEngine/LineDetector/Crosed", {}, "onvif_topic"),
        (MOTION, {"data": {"State": "maybe"}}, "onvif_state"),
        (MOTION, {"data": {"State": None}}, "onvif_state"),
        (MOTION, {"operation": "Gone"}, "wrong_type"),
        (MOTION, {"face": "x"}, "field_unknown"),
    ],
)
def test_what_is_not_understood_is_refused(topic: str, more: dict[str, Any], code: str) -> None:
    answer = told(topic, **more)
    assert isinstance(answer, Rejection)
    assert answer.code == code


def test_a_camera_event_needs_one_of_the_two() -> None:
    answer = VALIDATOR.check(
        "cameras", msgspec.json.encode({"source": "n", "place": "vn", "entity": "C", "at": iso(NOW)})
    )
    assert isinstance(answer, Rejection)
    assert answer.code == "field_missing"


def test_every_declared_topic_means_something_that_the_catalogue_knows() -> None:
    for topic in TOPICS:
        assert values(topic, data={"State": "true"})


@given(st.dictionaries(st.text(max_size=20), st.none() | st.booleans() | st.floats() | st.text(max_size=20)))
def test_any_data_is_an_event_or_a_reason(data: dict[str, Any]) -> None:
    assert isinstance(told(MOTION, data=data), Event | Rejection)


def test_ten_thousand_broken_notices_are_told_apart_from_good_ones() -> None:
    dice = Random(8)
    good = msgspec.json.encode(
        {"source": "n", "place": "vn", "entity": "C", "at": iso(NOW), "onvif": {"topic": LINE, "data": {"State": True}}}
    )
    mutate: list[Callable[[bytearray, int], None]] = [
        lambda raw, at: raw.__setitem__(at, dice.randrange(256)),
        lambda raw, at: raw.__delitem__(slice(at, at + dice.randrange(9))),
        lambda raw, at: raw.__setitem__(slice(at, at), good[dice.randrange(at + 1) : at + 9]),
    ]
    for _ in range(10_000):
        raw = bytearray(good)
        dice.choice(mutate)(raw, dice.randrange(len(raw)))
        answer = VALIDATOR.check("cameras", bytes(raw))
        assert isinstance(answer, Event) or (answer.vi and answer.code != "not_judged")

"""ONVIF events of a camera: what a topic means is data (data/lexicon/onvif.yaml); what began is counted once.

A camera tells the state of a property when a listener arrives (`Initialized`) and when it goes (`Deleted`): nothing
has happened then. It happens at `Changed`, with a true state or, for a topic such as a crossed line, with none at all.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from feeds.catalogue.settings import ROOT
from feeds.intake.posted import PostedNotice, Scalar
from feeds.intake.reasons import Refused, hint, nearest

STATES = ("State", "IsMotion", "IsInside", "IsCrowd", "IsFire", "LogicalState")
AI = "ai_"
_TRUE, _FALSE = ("true", "1"), ("false", "0")


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a topic means: an occurrence to count, or a state of the picture."""

    count: str | None = None
    state: str | None = None


class Meaning(NamedTuple):
    """What a notice says in our words."""

    counts: dict[str, float]
    state: str | None


TOPICS: dict[str, Topic] = msgspec.yaml.decode(
    (ROOT / "data" / "lexicon" / "onvif.yaml").read_bytes(), type=dict[str, Topic]
)


def meaning(notice: PostedNotice) -> Meaning:
    """What the notice says; raises Refused for a topic that is not declared or a state that is neither yes nor no."""
    topic = TOPICS.get(notice.topic)
    if topic is None:
        raise Refused("onvif_topic", topic=notice.topic, **hint(nearest(notice.topic, TOPICS)))
    holds = _holds(notice.data)
    if topic.state is not None:
        return Meaning({}, topic.state if holds and notice.operation != "Deleted" else "online")
    happened = float(holds and notice.operation == "Changed")
    name = topic.count or "motion"
    return Meaning({name: happened} | ({"ai_events": happened} if name.startswith(AI) else {}), None)


def _holds(data: dict[str, Scalar]) -> bool:
    said = next((data[name] for name in STATES if name in data), True)
    word = str(said).strip().lower()
    if word not in (*_TRUE, *_FALSE):
        raise Refused("onvif_state", state=said)
    return word in _TRUE

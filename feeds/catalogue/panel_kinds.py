"""The kinds of panel a domain or a system may declare, and what each needs. layouts draws them; tests hold the lists
together.

They stand here so that a wrong panel is told with its line by whoever reads the catalogue, not only by the web process
when it draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from feeds.catalogue.model import FeedKind

PanelArg = Literal[
    "flag",  # true or false
    "rows",  # how many rows, 1 to 50
    "days",  # how many days are drawn
    "back",  # so many days back, or a list of such
    "name",  # {vi, en}
    "names",  # code -> {vi, en}
    "where",  # field of the feed's entities -> a list of values
    "field",  # a field of the feed
    "part",  # `desk`, or a field of the feed
    "measure",  # a measure of the feed
    "indicator",
    "scale",  # a legal colour scale
]
READ: tuple[FeedKind, ...] = ("readings", "cameras", "social")  # their stations, cameras and outlets stand in a list


class Needs(msgspec.Struct, frozen=True):
    """What a panel of a kind must name: at least so many `indicators`, a feed of one of the kinds `feed` (None: it
    needs none); and which `args` it takes."""

    indicators: int = 0
    feed: tuple[FeedKind, ...] | None = None
    states: bool = False  # the feed declares states
    groups: bool = False  # the first indicator is computed in groups
    args: Mapping[str, PanelArg] = {}


EVERY: Mapping[str, PanelArg] = {"nation": "flag", "communes": "flag"}  # args that every kind takes
KINDS: Mapping[str, Needs] = {
    "alerts": Needs(),
    "breakdown": Needs(
        feed=("records",),
        args={"by": "part", "rows": "rows", "received": "measure", "ended": "measure", "good": "measure"},
    ),
    "cameras": Needs(),
    "gauges": Needs(),
    "health": Needs(),
    "limits": Needs(indicators=1),
    "map": Needs(args={"scale": "scale"}),
    "mentions": Needs(),
    "past": Needs(indicators=1, args={"days": "days", "before": "back"}),
    "ranking": Needs(),
    "score": Needs(indicators=1, groups=True, args={"groups": "names"}),
    "states": Needs(feed=READ, states=True, args={"field": "field"}),
    "stations": Needs(feed=READ, args={"where": "where", "what": "name"}),
    "table": Needs(),
    "tone": Needs(feed=("social",), args={"tones": "names"}),
    "trend": Needs(args={"bars": "indicator"}),
    "worklist": Needs(feed=("records",), args={"what": "field", "rows": "rows"}),
}
OF_SYSTEMS: Mapping[str, Needs] = {  # kinds that systems have besides those of domains
    "lights": Needs(indicators=1, feed=READ, args={"where": "where", "what": "name"}),
    "matrix": Needs(indicators=1, feed=READ, args={"where": "where"}),
}

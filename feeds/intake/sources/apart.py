"""One bad value does not cost its neighbours: the readings of a station at one time, taken apart when one is refused.

A logger or a gateway sends a dozen parameters together, and the door judges an event as a whole. What a connector hands
out is therefore asked first; the values that would be refused go alone, so that each lies in quarantine with its own
reason and can be sent again without counting the others twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from feeds.intake.event import Event
from feeds.intake.reasons import Rejection

Judge = Callable[[bytes], Event | Rejection]
MOST_VALUES = 128  # more is refused as a whole
_WORDS = """parameter_unknown parameter_foreign indicator_posted unit_unknown value_low value_high value_negative
    value_fraction status_unknown wrong_type number_too_big"""
OF_A_VALUE = frozenset(_WORDS.split())
_encode = msgspec.json.encode


def apart(event: Mapping[str, Any], judge: Judge) -> list[bytes]:
    """The event as JSON: in one piece, or what is good of it in one and each bad value in one of its own."""
    whole = _encode(event)
    values = event.get("values")
    if not isinstance(values, Mapping) or not 1 < len(values) <= MOST_VALUES or _fits(judge(whole)):
        return [whole]
    alone = {name: _encode({**event, "values": {name: value}}) for name, value in values.items()}
    bad = {name for name, piece in alone.items() if not _fits(judge(piece))}
    if not bad:
        return [whole]
    good = {name: value for name, value in values.items() if name not in bad}
    return [*([_encode({**event, "values": good})] if good else []), *(alone[name] for name in values if name in bad)]


def _fits(judged: Event | Rejection) -> bool:
    """True unless it is refused for what one of its values is."""
    return isinstance(judged, Event) or judged.code not in OF_A_VALUE

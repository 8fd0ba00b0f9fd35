"""Who an event is, so that the same event sent twice counts once.

A numbered event is (source, seq). An event without a number is known by a 64-bit hash of what its source said, which
is the same in every process and every version of Python: received time and connector do not change it.
"""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from feeds.intake.event import Event

# `topic`, `tone` and the place found in a text are ours, not the source's: a newer lexicon must not make a new event.
_OURS = frozenset(("topic", "tone"))
_encode = msgspec.msgpack.Encoder(order="deterministic").encode


def event_hash(event: Event) -> int:
    """Stable unsigned 64-bit hash of what the source said."""
    fields = {key: value for key, value in event.fields.items() if key not in _OURS}
    place = "" if "text" in fields else event.place
    said = (
        (event.feed, event.source, place, event.entity, event.at),
        (event.values, event.bad, fields, event.record, event.lat, event.lon),
    )
    return int.from_bytes(blake2b(_encode(said), digest_size=8).digest(), "big")

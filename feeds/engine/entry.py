"""A stream entry unpacked, whatever is in it: one that cannot be read must not stop a country.

Nobody but the door writes these streams, so this is the second fence: what got past the first is said and passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

import msgspec

from feeds.intake.event import Event, decode_batch, encode

log = logging.getLogger("ioc.aggregator")

FIRST_MS, LAST_MS = 946_684_800_000, 4_102_444_800_000  # 2000 to 2100: no clock of ours shows anything else


def packed_of(fields: Mapping[bytes, bytes]) -> bytes:
    """The packed events of an entry as Redis gives it."""
    return fields.get(b"b", b"")


def unpacked(packed: bytes, name: str) -> tuple[list[Event], bytes]:
    """The events of an entry of the partition `name`, and the entry packed: without those that cannot be."""
    try:
        events = decode_batch(packed)
    except msgspec.DecodeError as error:
        log.error("an entry of %s cannot be read (%s); it is passed over", name, error)
        return [], b""
    sound = [event for event in events if FIRST_MS <= event.at < LAST_MS and FIRST_MS <= event.received < LAST_MS]
    if len(sound) == len(events):
        return events, packed
    log.error("%d events of %s have a time that cannot be; they are passed over", len(events) - len(sound), name)
    return sound, encode(sound)

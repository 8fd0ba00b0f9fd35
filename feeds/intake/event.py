"""The event in its two forms: as posted (JSON, see docs/contract.md) and as it travels after validation.

A validated event carries one vocabulary of parameters, values in the declared units and times as
milliseconds since the epoch. A stream entry holds one batch: `b` = msgpack of list[Event].

Nothing in an event can point back at it, so Python's collector need not look at the many (`gc=False`).
"""

from __future__ import annotations

from typing import Any

import msgspec


class Record(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """State of a dossier, petition, document or task; times in ms since the epoch."""

    id: str
    type: str
    state: str
    times: dict[str, int] = {}
    fields: dict[str, Any] = {}


class Event(msgspec.Struct, frozen=True, omit_defaults=True, array_like=True, gc=False):
    """One validated event of a feed. `place` is `vn`, `<scheme>:<province>[/<commune>]` or `agency:<code>`."""

    feed: str
    source: str
    seq: int | None
    place: str
    entity: str | None
    at: int  # observed, ms
    received: int  # at the door, ms
    values: dict[str, float] = {}  # valid values (status 00) in declared units
    bad: dict[str, str] = {}  # parameter -> status of values that do not count (01 calibration, 02 fault, 03 upkeep)
    fields: dict[str, Any] = {}  # camera state, social topic and tone, entity data; scalars only
    record: Record | None = None
    lat: float | None = None
    lon: float | None = None
    connector: str = "http"


encode = msgspec.msgpack.Encoder().encode
decode_batch = msgspec.msgpack.Decoder(list[Event]).decode

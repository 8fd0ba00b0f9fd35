"""What the push bench sends: the contract's snapshot and delta of a busy second, 34 units and 24 figures."""

from __future__ import annotations

import json
import random

from tests.bench.peer import GAUGES, MAPPED, TILES

_NAMED = list(dict.fromkeys((*TILES, *GAUGES, MAPPED)))
CODES = [*_NAMED, *(f"indicator_{i:02d}" for i in range(24 - len(_NAMED)))]
UNITS = [f"{i:02d}" for i in range(1, 35)]


def snapshot(version: int) -> bytes:
    """A full picture."""
    columns = {code: [_value() for _ in UNITS] for code in CODES}
    return json.dumps(
        {**_head(version), "indicators": _figures(), "units": {"order": UNITS, "columns": columns}}
    ).encode()


def delta(version: int) -> bytes:
    """One tick: every figure of the nation, a third of the units' figures."""
    chosen = random.sample(UNITS, 11)
    units = {code: {unit: _value() for unit in chosen} for code in CODES}
    return json.dumps({**_head(version), "from": version - 1, "indicators": _figures(), "units": units}).encode()


def _head(version: int) -> dict[str, object]:
    return {"scope": "vn", "epoch": 1, "version": version, "at": "2026-11-21T10:30:00+07:00", "alerts": [], "feeds": {}}


def _figures() -> dict[str, object]:
    usual = {"unit": "µg/m³", "state": "live", "severity": 0, "received": "2026-11-21T10:30:00+07:00"}
    return {code: {"v": _value(), "age": random.randint(0, 99), **usual} for code in CODES}


def _value() -> float:
    return round(random.uniform(0, 500), 1)

"""What the push bench sends: a tick of the size a busy second has, 34 units and 24 figures."""

from __future__ import annotations

import json
import random

CODES = [f"indicator_{i:02d}" for i in range(24)]
UNITS = [f"{i:02d}" for i in range(1, 35)]


def snapshot(version: int) -> bytes:
    """A full picture."""
    return json.dumps({**_head(version), "indicators": _figures(CODES), "units": _columns(CODES, UNITS)}).encode()


def delta(version: int) -> bytes:
    """One tick: every figure of the nation, a third of the units' figures."""
    chosen = random.sample(UNITS, 11)
    body = {**_head(version), "from": version - 1, "indicators": _figures(CODES), "units": _columns(CODES, chosen)}
    return json.dumps(body).encode()


def _head(version: int) -> dict[str, object]:
    return {"scope": "vn", "epoch": 1, "version": version, "at": "2026-11-21T10:30:00+07:00"}


def _figures(codes: list[str]) -> dict[str, object]:
    return {
        code: {"v": round(random.uniform(0, 500), 1), "unit": "µg/m³", "age": random.randint(0, 99), "state": "live"}
        for code in codes
    }


def _columns(codes: list[str], units: list[str]) -> dict[str, object]:
    return {code: {unit: round(random.uniform(0, 500), 1) for unit in units} for code in codes}

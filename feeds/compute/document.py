"""What follows from the times of an e-document's delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MINUTE_MS = 60_000


def derive(times: Mapping[str, int]) -> dict[str, Any]:
    """`ack_min`: minutes from sending to acceptance; None until both are known, or where a clock ran backwards."""
    sent, accepted = times.get("sent"), times.get("accepted")
    known = sent is not None and accepted is not None and accepted >= sent
    return {"ack_min": round((accepted - sent) / MINUTE_MS, 1) if known else None}  # type: ignore[operator]

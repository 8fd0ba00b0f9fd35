"""Disaster-risk level, 1 to 5 as bulletins give it (Decision 18/2021/QĐ-TTg, article 4). Standard library only.

The level is the forecaster's, who weighs strength, season, extent and damage; nothing here computes one from rain or
wind. What is computed is whether a bulletin still holds: the decision sets no time, so the catalogue does.
"""

from __future__ import annotations

BASIS = "Quyết định 18/2021/QĐ-TTg, Điều 4"
COLOURS = ("xanh dương nhạt", "vàng nhạt", "da cam", "đỏ", "tím")  # of levels 1 to 5, as the decision names them
HOUR_MS = 3_600_000


def in_force(risk: float, issued: int, now: int, hours: int) -> int | None:
    """The bulletin's level, 0 to 5, within `hours` of its issue (ms); None afterwards, and for what is no level."""
    if not 0 <= risk <= len(COLOURS) or risk != int(risk) or now - issued > hours * HOUR_MS:
        return None
    return int(risk)


def level(risk: int) -> str:
    """The level in words with its colour; empty for 0."""
    return f"Cấp {risk} ({COLOURS[risk - 1]})" if risk else ""

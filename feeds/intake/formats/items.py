"""What the formats of news and posts hand out: items, and the pieces that nobody can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from feeds.intake.reasons import Rejection, rejection
from feeds.intake.social.article import Article

MOST_BYTES = 4_000_000
MOST_ITEMS = 1_000


class Refusal(NamedTuple):
    """A piece that could not be read: its bytes, why, and where it stood."""

    raw: bytes
    why: Rejection
    offset: str = ""


@dataclass(slots=True)
class Items:
    """Everything that one answer said, in its order. The same bytes give the same items."""

    articles: list[Article] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def refuse(self, raw: bytes, code: str, offset: str = "", /, **words: object) -> Items:
        """Note a piece that could not be read; returns itself."""
        self.refused.append(Refusal(raw[:65_536], rejection(code, **words), offset))
        return self

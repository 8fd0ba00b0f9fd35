"""What a reader makes of a recording: who speaks, what was said and when, and what had to be assumed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feeds.intake.reasons import Refused
from feeds.intake.times import parse_time

Body = dict[str, Any]


class BadRecording(ValueError):
    """A recording that cannot be played; `str()` of it is a sentence."""


@dataclass(frozen=True, slots=True)
class Item:
    """One recorded observation; `body` lacks only `at`. A stamp that cannot be read goes out as it is."""

    at: int
    feed: str
    body: Body
    stamp: str | None = None


@dataclass(slots=True)
class Recording:
    """A recording in the order in which it was observed."""

    speakers: list[Body] = field(default_factory=list)  # bodies for the `entities` feed, without `at`
    items: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, feed: str, stamp: str, body: Body) -> None:
        """Add an observation; one whose stamp is unreadable stays with its neighbours, for the door to refuse."""
        at = read_stamp(stamp)
        if at is None:
            self.items.append(Item(self.items[-1].at if self.items else 0, feed, body, stamp))
        else:
            self.items.append(Item(at, feed, body))

    def until(self, last: int | None) -> Recording:
        """In order, without what was observed after `last`; BadRecording when nothing is left."""
        items = sorted((item for item in self.items if last is None or item.at <= last), key=lambda item: item.at)
        if not items:
            raise BadRecording("The recording has no observation in the time asked for.")
        return Recording(self.speakers, items, self.notes)


def read_stamp(text: str) -> int | None:
    """Milliseconds since the epoch; None when it is no time with a zone."""
    try:
        return parse_time(text, "at")
    except Refused:
        return None


def files(path: Path, ending: str) -> list[Path]:
    """The recording's files: `path` itself, or those in the folder `path`."""
    found = sorted(path.glob(f"*{ending}")) if path.is_dir() else [path] if path.is_file() else []
    if not found:
        raise BadRecording(f"{path} is neither a {ending} file nor a folder that has one.")
    return found

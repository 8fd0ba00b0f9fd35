"""The latest posts of each place, for the panel that lists them, and its topics by count."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from feeds.catalogue.clock import iso
from feeds.compute.counts import hours_back
from feeds.engine.feed import FeedState
from feeds.intake.event import Event

LATEST = 20
TOPIC_HOURS = 24


class Posts:
    """Newest posts by place, newest observed first; bounded."""

    def __init__(self, feed: FeedState) -> None:
        self._feed = feed
        self._measure = next((name for name, measure in feed.feed.measures.items() if measure.by), None)
        self._latest: dict[str, deque[Event]] = defaultdict(lambda: deque(maxlen=LATEST))

    def take(self, events: Iterable[Event]) -> None:
        """Remember posts; old ones do not push newer ones out."""
        for event in events:
            if "text" not in event.fields:
                continue
            for place in self._feed.where.above(self._feed.where.leaf(event.place)):
                held = self._latest[place]
                if len(held) == LATEST and event.at <= held[0].at:
                    continue
                held.append(event)
                if len(held) > 1 and held[-2].at > event.at:
                    self._latest[place] = deque(sorted(held, key=lambda post: post.at), maxlen=LATEST)

    def items(self, place: str) -> list[dict[str, Any]]:
        """The latest posts of a place, newest first."""
        return [
            {"at": iso(post.at), "place": post.place, "source": post.source}
            | {name: post.fields[name] for name in ("text", "url", "topic", "tone", "paper") if name in post.fields}
            for post in reversed(self._latest.get(place, ()))
        ]

    def topics(self, place: str, now: int) -> list[dict[str, Any]]:
        """Posts of the last day by topic, the most frequent first."""
        start = f"{self._measure}:"
        tally = self._feed.counts.tally(place, [hours_back(now, TOPIC_HOURS)])
        found = {name.removeprefix(start): n for name, n in tally.items() if n and name.startswith(start)}
        return [{"code": code, "n": int(n)} for code, n in sorted(found.items(), key=lambda item: (-item[1], item[0]))]

"""What is written of each place: the latest published items, and topics by count and tone.

Only what a newspaper published is listed; what people wrote is counted. Topics that few wrote about stand together,
so that no row tells of one person.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from feeds.catalogue.clock import iso
from feeds.compute.counts import Tally, hours_back
from feeds.engine.feed import FeedState
from feeds.intake.event import Event

LATEST = 20
TOPIC_HOURS = 24
USUAL_HOURS = 72  # what an hour is compared with
LEAST_GROUP = 5  # a topic of fewer posts is counted among the others


class Posts:
    """Newest posts by place, newest observed first; bounded."""

    def __init__(self, feed: FeedState) -> None:
        self._feed = feed
        split = {name: measure for name, measure in feed.feed.measures.items() if measure.by}
        self._measure = next(iter(split), None)
        self._tones = [name for name in split if name != self._measure]
        self._latest: dict[str, deque[Event]] = defaultdict(lambda: deque(maxlen=LATEST))

    def follow(self, before: Posts) -> None:
        """Take over what is remembered of the same feed."""
        self._latest = before._latest

    def take(self, events: Iterable[Event]) -> None:
        """Remember posts; old ones do not push newer ones out."""
        for event in events:
            if "text" not in event.fields or not event.fields.get("paper"):
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
        """Posts of the last day by topic, the most frequent first: how many, of which tone, how many in this hour and
        in a usual one; at last how many more there are of topics too small to be told."""
        start = f"{self._measure}:"
        day, hour, past = (self._tally(place, now, hours) for hours in (TOPIC_HOURS, 1, USUAL_HOURS))
        found = {name.removeprefix(start): n for name, n in day.items() if n and name.startswith(start)}
        rows = [
            {"code": code, "n": int(n), "hour": int(hour.get(start + code, 0))}
            | {"usual": round(past.get(start + code, 0) / USUAL_HOURS, 1)}
            | {tone: int(day.get(f"{tone}:{code}", 0)) for tone in self._tones}
            for code, n in sorted(found.items(), key=lambda item: (-item[1], item[0]))
            if n >= LEAST_GROUP
        ]
        few = int(sum(n for n in found.values() if n < LEAST_GROUP))
        return [*rows, {"code": None, "n": few}] if few else rows

    def _tally(self, place: str, now: int, hours: int) -> Tally:
        return self._feed.counts.tally(place, [hours_back(now, hours)])

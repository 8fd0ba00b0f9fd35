"""The story's time and the real one: events carry real stamps while the story may run faster.

The map is a line through knots (story, real). Before the first knot the story is remembered at its own pace; after the
last it runs `speed` times as fast as the world. A pause between two runs is a knot at its beginning and one at its end.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from feeds.catalogue.clock import DAY_MS

WEEK_MS = 7 * DAY_MS
PAUSE_MS = 5 * 60_000  # a shorter silence is caught up with, a longer one is made up for from memory
MOST_KNOTS = 64


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Knots in the order of the story, and the speed after the last."""

    knots: tuple[tuple[int, int], ...]
    speed: float

    @classmethod
    def opened(cls, real: int, speed: float) -> TimeMap:
        """A first start: the story begins as the world stands."""
        return cls(((real, real),), speed)

    def resumed(self, told: int, real: int, speed: float) -> TimeMap:
        """A later start at `real` of a story told up to `told`; the same map after a short pause.

        After a long one, at the world's pace, the story returns to the world's hour and weekday, never backwards; a
        story that runs faster goes on where it stood.
        """
        if speed == self.speed and real - self.real(told) <= PAUSE_MS:
            return self
        story = told if speed != 1 else real + max(0, -(-(told - real) // WEEK_MS)) * WEEK_MS
        paused = (told, min(self.real(told), real))  # a rounded moment is not later than the one it was rounded from
        knots = (*(knot for knot in self.knots if knot[0] < told), paused, (max(story, told), real))
        return TimeMap(knots[-MOST_KNOTS:], speed)

    def real(self, story: int) -> int:
        """When that moment of the story is, or was, in the world."""
        first, began = self.knots[0]
        if story < first:
            return began - (first - story)
        index = bisect_right(self.knots, (story, 1 << 62)) - 1
        (since, start), after = self.knots[index], self.knots[index + 1 : index + 2]
        if not after:
            return start + round((story - since) / self.speed)
        until, end = after[0]
        return start + round((story - since) * (end - start) / (until - since)) if until > since else end

    def story(self, real: int) -> int:
        """How far the story has come at `real`, now or later; a moment rounded past it is not taken back."""
        since, start = self.knots[-1]
        return since + max(0, round((real - start) * self.speed))

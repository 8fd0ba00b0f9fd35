"""One camera, watched without end: connect, look, count; after a loss rest and try again.

An eye's own thread reads the stream; whoever asks for a sighting may do so from another thread at any time.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from math import inf

from feeds.intake.cameras.counter import WIDTH, Counter
from feeds.intake.cameras.quality import Quality
from feeds.intake.cameras.stream import ENDED, Lost, Picture, Stream
from feeds.intake.cameras.watch import MIDDLE, Sighting, Watch

QUALITY_WIDTH, QUALITY_S = 480, 1.0
REST_S, LONGEST_REST_S = 5.0, 60.0
FEW = 0.8  # of the frames it should give: fewer is `low_fps`
SETTLED_S = 3.0  # over less time a frame rate says nothing


class Eye:
    """Watches one camera. `now` is a steady clock in seconds."""

    def __init__(self, watch: Watch, stop: threading.Event, now: Callable[[], float] = time.monotonic) -> None:
        self.watch = watch
        self.over = False  # a recording that does not start again is at its end
        self._stop, self._now, self._lock = stop, now, threading.Lock()
        self._quality = Quality(watch.frozen_s)
        self._counter = Counter(watch.line or MIDDLE)
        self._expected = watch.fps
        self._begun = self._told = self._seen = now()
        self._frames = 0
        self._tally = [0, 0]
        self._jpeg: bytes | None = None
        self._trouble = ""
        self._still_due = self._look_due = self._judge_due = -inf

    def run(self) -> None:
        """Watch until told to stop. Whatever a stream holds, the eye goes on."""
        rest = REST_S
        while not self._stop.is_set():
            since = self._now()
            try:
                self._follow()
            except Lost as lost:
                self._lose(str(lost))
            except Exception as error:  # pictures are made by strangers; a camera must not blind its neighbours
                self._lose(type(error).__name__)
            if self.over or self._again():
                if self.over:
                    return
                continue
            rest = REST_S if self._now() - since > LONGEST_REST_S else rest
            self._stop.wait(rest * random.uniform(0.5, 1))
            rest = min(rest * 2, LONGEST_REST_S)

    def sighting(self) -> Sighting | None:
        """What it saw since the last sighting; None when a new eye cannot say anything yet."""
        with self._lock:
            now = self._now()
            away = now - self._seen >= self.watch.offline_s or (self.over and not self._frames)
            if self._frames == 0 and not away and not any(self._tally):
                return None
            fps = self._frames / max(now - self._told, 0.001)
            state = "offline" if away else self._state(fps, now)
            seen = Sighting(
                entity=self.watch.entity,
                state=state,
                fps=round(fps, 1),
                forth=self._tally[0],
                back=self._tally[1],
                in_view=0 if away else self._counter.in_view,
                jpeg=self._jpeg,
                trouble=self._trouble,
            )
            self._told, self._frames, self._jpeg, self._tally = now, 0, None, [0, 0]
            return seen

    def _state(self, fps: float, now: float) -> str:
        state = self._quality.state(now)
        slow = self._expected is not None and fps < FEW * self._expected and now - self._told >= SETTLED_S
        return "low_fps" if state == "online" and slow else state

    def _follow(self) -> None:
        stream = Stream(self.watch.url, self.watch.offline_s)
        started, first = self._now(), None
        try:
            with self._lock:
                self._expected = self.watch.fps or stream.fps
                self._counter = Counter(self.watch.line or MIDDLE)
                self._look_due = self._judge_due = -inf
                self._told = max(self._told, started)
            for picture in stream.pictures():
                first = picture.at if first is None else first
                if self._paced(started + picture.at - first):
                    return
                self._take(picture)
        finally:
            stream.close()

    def _paced(self, due: float) -> bool:
        """True when told to stop; a recording is shown at its own pace."""
        if not self.watch.recorded:
            return self._stop.is_set()
        return self._stop.wait(max(0.0, due - self._now()))

    def _take(self, picture: Picture) -> None:
        now = self._now()
        if not picture.whole:  # it shows that the camera is there, and nothing else
            self._seen = now
            return
        look, judge = self.watch.line is not None and picture.at >= self._look_due, now >= self._judge_due
        small = picture.grey(WIDTH) if look else None
        large = picture.grey(QUALITY_WIDTH) if judge else None
        still = picture.jpeg(self.watch.still_width, self.watch.hide) if now >= self._still_due else None
        with self._lock:
            self._frames, self._seen, self._trouble = self._frames + 1, now, ""
            if still is not None:
                self._jpeg, self._still_due = still, now + self.watch.still_s
            if large is not None:
                self._judge_due = now + QUALITY_S
                self._quality.look(large, now)
            if small is not None:
                self._look_due = picture.at + 0.9 / self.watch.look_fps
                self._count(lambda: self._counter.step(small))

    def _count(self, step: Callable[[], None]) -> None:
        before = self._counter.crossed
        step()
        for way, (old, new) in enumerate(zip(before, self._counter.crossed, strict=True)):
            self._tally[way] += new - old

    def _lose(self, trouble: str) -> None:
        with self._lock:
            self._count(self._counter.finish)
            self._trouble = trouble
            self.over = trouble == ENDED and self.watch.recorded and not self.watch.again

    def _again(self) -> bool:
        """True when a recording starts again at once."""
        return self._trouble == ENDED and self.watch.recorded and self.watch.again

"""Is the picture of a camera fit to be looked at: dark, blurred, standing still? Measured once a second or so.

The upper and lower edge, where recorders write the time and the name, is left out: letters stay sharp on a blurred
lens.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from feeds.intake.cameras.scene import Grey

EDGE = 0.12  # share of the height left out above and below
DARK = 45.0  # nearly all pixels below this grey level: a street with lamps is above it
SOFT = 0.5  # strongest detail against the contrast of the picture; sharp pictures have 0.8 to 6
SAME = 0.05  # mean change in grey levels: the noise of a living sensor is above it
LOOKS = 10  # what most of the last looks say is the state: one lorry before the lens is none


def is_dark(grey: Grey) -> bool:
    """True when hardly a pixel is lit."""
    return bool(np.percentile(_middle(grey), 98) < DARK)


def is_blurred(grey: Grey) -> bool:
    """True when no edge stands out: a lens out of focus, dirty or covered."""
    part = _middle(grey).astype(np.float32)
    if min(part.shape) < 3:
        return False
    around = part[:-2, 1:-1] + part[2:, 1:-1] + part[1:-1, :-2] + part[1:-1, 2:]
    detail = np.abs(4 * part[1:-1, 1:-1] - around)
    return bool(np.percentile(detail, 99) / (part.std() + 1) < SOFT)


def _middle(grey: Grey) -> Grey:
    cut = int(grey.shape[0] * EDGE)
    return grey[cut : grey.shape[0] - cut]


@dataclass(slots=True)
class Quality:
    """Judges a camera's pictures over the last looks."""

    frozen_s: float
    _last: NDArray[np.int16] | None = None
    _moved: float = 0.0
    _dark: deque[bool] = field(default_factory=lambda: deque(maxlen=LOOKS))
    _blurred: deque[bool] = field(default_factory=lambda: deque(maxlen=LOOKS))

    def look(self, grey: Grey, now: float) -> None:
        """Take a picture seen at `now` (seconds of any steady clock)."""
        fresh = grey.astype(np.int16)
        last = self._last
        if last is None or last.shape != fresh.shape or float(np.abs(fresh - last).mean()) > SAME:
            self._last, self._moved = fresh, now
        self._dark.append(is_dark(grey))
        self._blurred.append(is_blurred(grey))

    def state(self, now: float) -> str:
        """`frozen`, `dark`, `blurred` or `online`, the gravest first."""
        if self._last is not None and now - self._moved >= self.frozen_s:
            return "frozen"
        if _mostly(self._dark):
            return "dark"
        return "blurred" if _mostly(self._blurred) else "online"


def _mostly(looks: deque[bool]) -> bool:
    return sum(looks) * 2 > len(looks)

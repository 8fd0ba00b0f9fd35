"""The empty scene behind what moves: which pixels of a picture differ from what usually stands there.

Pictures are grey (`uint8`, height x width), all of one size. The scene is learned from the median of the first ones, so
that a vehicle which happens to stand in the first one leaves no ghost; those first pictures are judged afterwards,
so that what passed meanwhile is not lost.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

WARM_UP = 20  # pictures the first scene is made of
FLOOR = 20.0  # grey levels: less is noise of the sensor and the coder
SPREAD = 4.0  # times the usual change of a pixel: leaves and water move without being traffic
LEARN, CREEP = (
    0.04,
    0.4,
)  # share of the difference learned where nothing moves; grey levels a picture elsewhere


class Scene:
    """Follows slow change (sun, clouds, exposure) and gives what does not belong to it."""

    def __init__(self) -> None:
        self._first: list[Grey] = []
        self._usual: NDArray[np.float32] | None = None
        self._spread: NDArray[np.float32] = np.zeros(0, np.float32)

    def moving(self, grey: Grey) -> Iterator[Mask]:
        """The mask of this picture; none while the scene is unknown, then those of all the pictures held back."""
        if self._usual is None:
            self._first.append(grey)
            if len(self._first) < WARM_UP:
                return
            yield from self.rest()
        else:
            yield self._judge(grey, self._usual)

    def rest(self) -> Iterator[Mask]:
        """The masks of the pictures held back; for the end of a stream that was shorter than the warm-up."""
        held, self._first = self._first, []
        if not held:
            return
        self._usual = np.median(np.stack(held), axis=0).astype(np.float32)
        self._spread = np.full(self._usual.shape, FLOOR / SPREAD / 2, np.float32)
        for grey in held:
            yield self._judge(grey, self._usual)

    def _judge(self, grey: Grey, usual: NDArray[np.float32]) -> Mask:
        # A camera that opens or closes its iris moves every pixel: the middle one tells by how much.
        off = grey.astype(np.float32) - usual
        off -= np.median(off)
        size = np.abs(off)
        moving: Mask = size > np.maximum(FLOOR, SPREAD * self._spread)
        still = ~moving
        shift = grey.astype(np.float32) - usual
        usual += np.where(moving, np.sign(shift) * np.float32(CREEP), np.float32(LEARN) * shift)
        self._spread[still] += np.float32(LEARN) * (size[still] - self._spread[still])
        return moving

"""Small films made by the tests: a grey road with noise on which boxes drive, so that the truth is known."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from feeds.intake.cameras.scene import Grey

ROAD = Path(__file__).resolve().parents[4] / "shared/data/traffic/road_10_cars.mp4"
WIDE, HIGH, FPS = 320, 180, 15
Car = tuple[int, int, int, int]  # first picture, left edge, pixels a picture (down is positive), grey level


def road(cars: list[Car], pictures: int, light: float = 0.0, seed: int = 1) -> list[Grey]:
    """Pictures of a road seen along; `light` grey levels more from picture to picture."""
    dice = np.random.default_rng(seed)
    lanes = np.linspace(90, 120, HIGH)[:, None] + 25 * (np.arange(WIDE) // 8 % 10 == 0)[None, :]
    film = []
    for n in range(pictures):
        picture = lanes + light * n
        for first, left, speed, level in cars:
            top = (n - first) * speed - 30 if speed > 0 else HIGH + (n - first) * speed
            if n >= first and top < HIGH and top + 30 > 0:
                picture[max(0, top) : top + 30, left : left + 24] = level
                picture[max(0, top + 8) : max(0, top + 12), left + 2 : left + 22] = 100  # its windscreen
        film.append(np.clip(picture + dice.normal(0, 3, (HIGH, WIDE)), 0, 255).astype(np.uint8))
    return film


def write(path: Path, film: list[Grey]) -> Path:
    """The film as H.264 in a file of the format that its name says."""
    high, wide = film[0].shape
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"bf": "0"})
        stream.width, stream.height = wide, high
        stream.pix_fmt = "yuv420p"
        stream.gop_size = FPS
        stream.codec_context.thread_count = 1
        for picture in film:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.stack([picture] * 3, axis=-1), format="rgb24")))
        out.mux(stream.encode(None))
    return path

"""Dark, blurred and frozen pictures are told from good ones, also at night and behind burnt-in letters."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageFilter

from feeds.intake.cameras.quality import Quality, is_blurred, is_dark
from feeds.intake.cameras.scene import Grey
from feeds.intake.simulator.cast import Actor
from feeds.intake.simulator.frames import still
from tests.intake.cameras.clips import road

MORNING = 1_763_690_400_000  # 2025-11-21 09:00 +07:00
NIGHT = MORNING + 14 * 3_600_000


class Face:
    """As much of a simulated camera as its picture needs."""

    key, vi, code = 123, "Camera ngã tư", "CAM"

    def __init__(self, kind: str) -> None:
        self.type = kind


def seen(kind: str, at: int, state: str) -> Grey:
    actor: Actor = Face(kind)  # type: ignore[assignment]
    return np.asarray(Image.open(BytesIO(b64decode(still(actor, at, "21/11/2025", state, 8)))).convert("L"))


@pytest.mark.parametrize("kind", ["traffic", "security"])
@pytest.mark.parametrize("at", [MORNING, NIGHT], ids=["morning", "night"])
def test_letters_on_a_blurred_picture_do_not_hide_the_blur(kind: str, at: int) -> None:
    assert is_blurred(seen(kind, at, "blurred"))
    assert not is_blurred(seen(kind, at, "online"))


@pytest.mark.parametrize("kind", ["traffic", "security"])
def test_a_dark_picture_is_dark_and_a_lit_night_is_not(kind: str) -> None:
    assert is_dark(seen(kind, MORNING, "dark"))
    assert not is_dark(seen(kind, MORNING, "online"))
    assert not is_dark(seen(kind, NIGHT, "online"))


@pytest.mark.parametrize("radius", [2, 4, 8])
def test_a_soft_road_is_blurred_and_a_sharp_one_is_not(radius: int) -> None:
    picture = road([(0, 60, 6, 230)], 12)[-1]
    soft = np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))
    assert not is_blurred(picture)
    assert is_blurred(soft)


def test_a_covered_lens_is_blurred_and_odd_sizes_are_survived() -> None:
    assert is_blurred(np.full((90, 160), 200, np.uint8))
    assert not is_blurred(np.zeros((2, 160), np.uint8))
    assert is_dark(np.zeros((1, 1), np.uint8))


def test_a_picture_that_stands_is_frozen_after_its_time_and_thaws_at_once() -> None:
    quality, film = Quality(frozen_s=60), road([], 3)
    for now in range(0, 60):
        quality.look(film[0], now)
    assert quality.state(59) == "online"
    assert quality.state(60) == "frozen"
    quality.look(film[1], 61)
    assert quality.state(61) == "online"


def test_the_noise_of_a_sensor_is_life() -> None:
    quality = Quality(frozen_s=5)
    for now, picture in enumerate(road([], 20)):
        quality.look(picture, now)
    assert quality.state(20) == "online"


def test_one_lorry_before_the_lens_is_no_dark_camera() -> None:
    quality, night = Quality(frozen_s=60), np.zeros((90, 160), np.uint8)
    for now, picture in enumerate([*road([], 8), night, night]):
        quality.look(picture, now)
    assert quality.state(10) == "online"
    for now in range(10, 16):
        quality.look(night + np.uint8(now), now)
    assert quality.state(16) == "dark"

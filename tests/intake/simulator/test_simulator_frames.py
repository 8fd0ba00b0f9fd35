"""Simulated stills: small, real JPEGs, in daylight and at night, of roads and squares."""

from base64 import b64decode
from io import BytesIO

import pytest
from PIL import Image

from feeds.intake.simulator import frames
from feeds.intake.simulator.frames import SIZE, light, still
from feeds.intake.simulator.stills import front
from feeds.intake.validate import frame


def picture(jpeg):
    return Image.open(BytesIO(b64decode(jpeg))).convert("L")


@pytest.mark.parametrize("index", [0, 1500])
@pytest.mark.parametrize("state", ["online", "dark", "blurred", "low_fps"])
def test_a_still_is_a_small_jpeg_the_door_takes(cast, friday, index, state):
    jpeg = still(cast.actors["cameras"][index], friday, "20/11/2026 10:00:00", state, 12)
    assert frame(jpeg) is not None
    assert len(jpeg) < 40_000
    assert picture(jpeg).size == SIZE


def test_the_same_moment_gives_the_same_picture(cast, friday):
    camera = cast.actors["cameras"][3]
    assert still(camera, friday, "a", "online", 5) == still(camera, friday, "a", "online", 5)


def test_night_is_darker_than_day_and_a_dark_lens_darker_still(cast, ms):
    camera = cast.actors["cameras"][0]

    def brightness(hour, state="online"):
        image = picture(still(camera, ms(f"2026-11-20T{hour}:00:00"), "", state, 0)).crop((0, 30, 480, 240))
        return sum(level * n for level, n in enumerate(image.histogram())) / (480 * 210)

    assert brightness("12") > 2 * brightness("23")
    assert brightness("12", "dark") < brightness("12") / 3
    assert light(ms("2026-11-20T12:00:00")) == 1.0


def test_without_the_products_font_names_lose_their_marks(cast, friday, monkeypatch, tmp_path):
    monkeypatch.setattr(frames, "FONT", tmp_path / "none.woff2")
    frames.lettering.cache_clear()
    assert frames.lettering()[1] is True
    assert frame(still(cast.actors["cameras"][0], friday, "x", "online", 3)) is not None
    frames.lettering.cache_clear()


def test_front_cameras_are_a_few_of_each_unit(cast):
    codes = list(front(cast.actors["cameras"]))
    assert len(codes) == 34 * 6

"""Simulated camera stills: a road or a square by the hour of day, stamped MÔ PHỎNG with the camera and the time."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from feeds.catalogue.names import unmarked
from feeds.intake.simulator.cast import Actor
from feeds.intake.simulator.chance import between, draw, mix
from feeds.intake.simulator.days import hour_of_day

SIZE = (480, 270)
QUALITY = 62
FONT = Path(__file__).resolve().parents[3] / "assets" / "fonts" / "noto-sans-700.woff2"
PAINTS = ("#8d939b", "#b9bfc6", "#5f6b78", "#a56b5a", "#d5d2c8", "#4d5d4c")
Draw = ImageDraw.ImageDraw


def still(actor: Actor, at: int, stamp: str, state: str, busy: int) -> str:
    """A JPEG in base64: `busy` vehicles or people in view, spoiled as `state` says. `stamp` is the time shown."""
    image = Image.new("RGB", SIZE, _sky(at))
    pen = ImageDraw.Draw(image)
    if actor.type == "traffic":
        _road(pen, actor, at, busy)
    else:
        _square(pen, actor, at, busy)
    image = _spoil(image, state)
    _write(ImageDraw.Draw(image), actor, stamp)
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return b64encode(out.getvalue()).decode()


def light(at: int) -> float:
    """Daylight from 0 to 1."""
    hour = hour_of_day(at)
    return max(0.24, min(1.0, (hour - 5) / 1.5, (18.6 - hour) / 1.5))


def _shade(grey: float, at: int) -> tuple[int, int, int]:
    level = light(at)
    return tuple(round(grey * level * tint) for tint in (0.96, 1.0, 1.04))  # type: ignore[return-value]  # three tints


def _sky(at: int) -> tuple[int, int, int]:
    return _shade(205, at)


def _road(pen: Draw, actor: Actor, at: int, busy: int) -> None:
    width, height = SIZE
    pen.polygon([(0, height), (width, height), (width, 120), (0, 120)], fill=_shade(128, at))
    for n in range(9):  # houses along the road
        left, top = n * 56 + actor.key % 30 - 20, 118 - round(between(24, 78, actor.key, n))
        pen.rectangle((left, top, left + 50, 132), fill=_shade(between(120, 185, actor.key, n, 1), at))
    pen.polygon([(40, height), (width - 40, height), (290, 128), (190, 128)], fill=_shade(84, at))
    for n in range(8):
        y = 134 + n * n * 2.4
        pen.line((240, y, 240, y + 3 + n), fill=_shade(215, at), width=1 + n // 2)
    for n in range(min(busy, 26)):
        _vehicle(pen, actor, at, n)


def _vehicle(pen: Draw, actor: Actor, at: int, n: int) -> None:
    depth = between(0.05, 1, actor.key, at // 1000, n) ** 1.4
    size, y = 5 + 34 * depth, 134 + 122 * depth
    lane = (-1 if n % 2 else 1) * between(0.2, 0.8, actor.key, at // 1000, n, 1)
    x = 240 + lane * (46 + 150 * depth)
    paint = PAINTS[mix(actor.key, n) % len(PAINTS)]
    pen.rectangle((x - size / 2, y - size * 0.55, x + size / 2, y), fill=paint if light(at) > 0.5 else "#23282d")
    if light(at) < 0.5:
        pen.ellipse((x - size / 2, y - 4, x - size / 2 + 3, y - 1), fill="#ffe9b0")
        pen.ellipse((x + size / 2 - 3, y - 4, x + size / 2, y - 1), fill="#ffe9b0")


def _square(pen: Draw, actor: Actor, at: int, busy: int) -> None:
    width, height = SIZE
    pen.rectangle((0, 140, width, height), fill=_shade(150, at))
    left = 60 + actor.key % 120
    pen.rectangle((left, 50, left + 220, 140), fill=_shade(180, at))
    pen.polygon([(left - 14, 50), (left + 110, 22), (left + 234, 50)], fill=_shade(110, at))
    for n in range(6):
        edge = left + 14 + n * 34
        pen.rectangle((edge, 70, edge + 20, 112), fill="#e8d9a0" if light(at) < 0.5 else _shade(95, at))
    for n in range(min(busy, 22)):
        depth = draw(actor.key, at // 1000, n)
        x, y, tall = between(10, 470, actor.key, at // 1000, n, 1), 150 + 100 * depth, 8 + 18 * depth
        pen.ellipse((x - tall / 8, y - tall * 1.25, x + tall / 8, y - tall), fill=_shade(60, at))
        pen.rectangle((x - tall / 6, y - tall, x + tall / 6, y), fill=PAINTS[n % len(PAINTS)])


def _spoil(image: Image.Image, state: str) -> Image.Image:
    if state == "blurred":
        return image.filter(ImageFilter.GaussianBlur(7))
    return image.point(lambda level: level // 6) if state == "dark" else image


def _write(pen: Draw, actor: Actor, stamp: str) -> None:
    width, height = SIZE
    pen.rectangle((0, 0, width, 24), fill="#101418")
    pen.rectangle((0, height - 22, width, height), fill="#101418")
    font, plain = lettering()
    said = unmarked if plain else str
    pen.text((8, 3), said("MÔ PHỎNG"), font=font, fill="#f0cf4e")
    pen.text((width - 8, 3), stamp, font=font, fill="#edf1f4", anchor="ra")
    pen.text((8, height - 20), said(actor.vi)[:54], font=font, fill="#b8c3cc")


@lru_cache(maxsize=1)
def lettering() -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, bool]:
    """The product's own font; without it Pillow's, which has no Vietnamese letters (then True)."""
    try:
        return ImageFont.truetype(FONT, 14), False
    except OSError:
        return ImageFont.load_default(14), True

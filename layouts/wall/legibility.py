"""How large type must be to be read from a seat: arc-minutes, distance and the screen's own pixels. Pure arithmetic.

NUREG-0700 rev. 3, group-view displays: character height "typically not less than 16 minutes of arc at the maximum
viewing distance"; 20 minutes are aimed at for main values. Height in mm = distance x tan(angle); the height that
counts is that of a capital, 0.71 of the font size in the bundled Noto Sans.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, degrees, hypot, radians, tan

LEAST, AIM = 16, 20  # minutes of arc: what must be reached, what main values aim at
CAP = 0.71  # height of a capital in parts of the font size
MM_PER_INCH = 25.4
SHEET = (1920, 1080)  # steps of the sheet on which every scene is composed
BOARD_READS = 62  # steps of the headline and feeds on a board scene: its far-seat layer
FAR_MOST = 104  # the far scene grows no further: ten metres from a 55-inch screen


def height_mm(metres: float, minutes: float) -> float:
    """Height of a capital that stands at `minutes` of arc from `metres` away."""
    return metres * 1000 * tan(radians(minutes / 60))


def pitch_mm(inches: float, width: int, height: int) -> float:
    """Distance from pixel to pixel of a screen with that diagonal and that many pixels."""
    return inches * MM_PER_INCH / hypot(width, height)


def font_px(metres: float, minutes: float, inches: float, width: int, height: int) -> float:
    """Font size in the screen's own pixels whose capitals stand at `minutes` of arc from `metres` away."""
    return height_mm(metres, minutes) / pitch_mm(inches, width, height) / CAP


def minutes_of(font: float, metres: float, inches: float, width: int, height: int) -> float:
    """The other way round: at how many minutes of arc a font size stands."""
    return 60 * degrees(atan(font * CAP * pitch_mm(inches, width, height) / (metres * 1000)))


@dataclass(frozen=True, slots=True)
class Screen:
    """One panel and how it is looked at; `cols` x `rows` equal panels make a video wall."""

    metres: float = 6.0  # the farthest seat that must read
    inches: float = 55.0  # diagonal of one panel
    width: int = 1920  # pixels of one panel
    height: int = 1080
    cols: int = 1
    rows: int = 1
    col: int = 0
    row: int = 0

    @property
    def step_px(self) -> float:
        """Pixels of one step of the sheet: the sheet fills the whole wall and is never cut."""
        return min(self.cols * self.width / SHEET[0], self.rows * self.height / SHEET[1])

    def steps(self, minutes: float) -> float:
        """Font size for `minutes` of arc at the farthest seat, in steps of the sheet."""
        return font_px(self.metres, minutes, self.inches, self.width, self.height) / self.step_px

    @property
    def board_is_read(self) -> bool:
        """True when headline and figures of a board reach 16 minutes at the farthest seat."""
        return self.steps(LEAST) <= BOARD_READS * 1.01


@dataclass(frozen=True, slots=True)
class FarGrid:
    """The far scene: font size of name and age in steps, tiles beside and below each other, room for a map or not."""

    font: int
    columns: int
    rows: int
    with_map: bool

    @property
    def count(self) -> int:
        """Tiles on one page."""
        return self.columns * self.rows


def far_grid(screen: Screen) -> FarGrid:
    """As many tiles as leave name and age of each at 16 minutes of arc for the farthest seat; never below the board's
    own far layer, so that a large wall is read from farther, not filled fuller."""
    font = min(FAR_MOST, max(BOARD_READS, round(screen.steps(LEAST))))
    if font <= 66:
        return FarGrid(font, 2, 2, True)
    if font <= 84:
        return FarGrid(font, 2, 2, False)
    return FarGrid(font, 2, 1, False)

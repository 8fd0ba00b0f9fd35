"""Rule 1: type that is read from the farthest seat, on the rule's own numbers (NUREG-0700 r3)."""

from __future__ import annotations

import pytest

from layouts.wall.legibility import (
    AIM,
    BOARD_READS,
    LEAST,
    Screen,
    far_grid,
    font_px,
    height_mm,
    minutes_of,
    pitch_mm,
)

HD, UHD = (1920, 1080), (3840, 2160)


@pytest.mark.parametrize(("metres", "mm"), [(3, 14), (4, 19), (6, 28), (8, 37), (10, 47)])
def test_rule_1_heights_at_16_minutes(metres: float, mm: int) -> None:
    assert round(height_mm(metres, LEAST)) == mm


@pytest.mark.parametrize(("metres", "mm"), [(3, 17), (4, 23), (6, 35), (8, 47), (10, 58)])
def test_rule_1_heights_at_20_minutes(metres: float, mm: int) -> None:
    assert round(height_mm(metres, AIM)) == mm


@pytest.mark.parametrize(("metres", "px"), [(3, 31), (4, 41), (6, 62), (8, 83), (10, 103)])
def test_rule_1_fonts_on_a_55_inch_panel(metres: float, px: int) -> None:
    assert round(font_px(metres, LEAST, 55, *HD)) == px
    assert font_px(metres, LEAST, 55, *UHD) == pytest.approx(2 * font_px(metres, LEAST, 55, *HD)), "on 4K double it"


def test_rule_1_pitch() -> None:
    assert pitch_mm(55, *HD) == pytest.approx(0.634, abs=0.001)


def test_minutes_are_the_other_way_round() -> None:
    assert minutes_of(font_px(7.3, LEAST, 65, *UHD), 7.3, 65, *UHD) == pytest.approx(LEAST)


def test_a_step_of_the_sheet_is_the_same_part_of_any_screen() -> None:
    sizes = [Screen(width=w, height=h).steps(LEAST) for w, h in (HD, UHD, (1280, 720))]
    assert sizes == pytest.approx([62, 62, 62], abs=0.1)
    assert Screen().board_is_read and not Screen(metres=8).board_is_read
    assert Screen(metres=8, inches=75).board_is_read, "a larger panel is read from farther"


def test_a_video_wall_is_read_from_farther() -> None:
    whole = Screen(cols=3, rows=2)
    assert whole.step_px == 2
    assert whole.steps(LEAST) == pytest.approx(31, abs=0.1)
    assert Screen(metres=12, cols=3, rows=2).board_is_read


@pytest.mark.parametrize("metres", [2, 4, 6, 7, 8, 10])
def test_the_far_scene_reaches_16_minutes_with_as_many_tiles_as_fit(metres: float) -> None:
    screen = Screen(metres=metres)
    grid = far_grid(screen)
    assert grid.font >= BOARD_READS
    reached = minutes_of(grid.font * screen.step_px, metres, 55, *HD)
    assert reached >= LEAST - 0.1, f"{metres} m: {reached:.1f} minutes"
    assert grid.count == (4 if metres <= 8 else 2)
    assert grid.with_map == (metres <= 6)

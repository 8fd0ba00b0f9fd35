"""Counting by what moves: films whose truth is known, and spots against a slow, plain way to find them."""

from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from feeds.intake.cameras.blobs import Blob, blobs, closed
from feeds.intake.cameras.counter import WIDTH, Counter
from feeds.intake.cameras.scene import Grey, Mask, Scene
from feeds.intake.cameras.tracks import Crossings, Line
from feeds.intake.cameras.watch import MIDDLE, Point
from tests.intake.cameras.clips import ROAD, Car, road


def count(film: list[Grey], line: tuple[Point, Point] = MIDDLE) -> tuple[int, int]:
    counter = Counter(line)
    for picture in film:
        counter.step(np.ascontiguousarray(picture[:: picture.shape[1] // WIDTH, :: picture.shape[1] // WIDTH]))
    counter.finish()
    return counter.crossed


def test_each_vehicle_counts_once_and_by_its_way() -> None:
    cars: list[Car] = [(0, 60, 6, 230), (5, 120, 7, 30), (12, 60, 6, 210), (8, 220, -6, 220), (30, 250, -8, 20)]
    assert count(road(cars, 75)) == (3, 2)
    assert count(road(cars, 75), ((1.0, 0.5), (0.0, 0.5))) == (2, 3)  # the same line drawn the other way round


def test_clouds_noise_and_an_empty_road_are_no_traffic() -> None:
    assert count(road([], 80)) == (0, 0)
    assert count(road([], 80, light=0.8)) == (0, 0)
    assert count(road([(10, 60, 6, 230)], 60, light=-0.6)) == (1, 0)


def test_a_line_ends_where_it_ends() -> None:
    cars: list[Car] = [(0, 60, 6, 230), (0, 220, 6, 230)]
    assert count(road(cars, 50), ((0.0, 0.5), (0.45, 0.5))) == (1, 0)


def test_a_vehicle_that_stops_before_the_line_is_not_counted() -> None:
    film = road([(0, 60, 6, 230)], 15)
    assert count(film + [film[-1]] * 20) == (0, 0)


def test_a_film_shorter_than_the_warm_up_is_judged_at_its_end() -> None:
    assert count(road([(0, 60, 12, 230)], 18)) == (1, 0)


def test_nothing_at_all_is_counted_as_nothing() -> None:
    counter = Counter(MIDDLE)
    counter.finish()
    assert (counter.crossed, counter.in_view) == ((0, 0), 0)


@pytest.mark.parametrize("every", [1, 2, 3], ids=["15 a second", "7.5 a second", "5 a second"])
@pytest.mark.parametrize("level", [0.4, 0.5, 0.6, 0.7])
def test_ten_cars_of_a_real_road(every: int, level: float) -> None:
    film = real_road()
    forth, back = count(film[::every], ((0.0, level), (1.0, level)))
    assert abs(forth - 10) <= 1
    assert back == 0


def test_ten_cars_seen_by_who_comes_a_second_late_are_nine_or_ten() -> None:
    assert count(real_road()[12:])[0] in (9, 10)


def real_road() -> list[Grey]:
    if not ROAD.exists():
        pytest.skip(f"{ROAD} is not here")
    with av.open(str(ROAD)) as film:
        return [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]


def test_a_track_that_turns_back_over_the_line_counts_once() -> None:
    way = Crossings(Line((0, 50), (100, 50)), least=5)
    for y in (10, 20, 30, 40, 50, 56, 58, 57, 52, 44, 36):
        way.step([Blob(20, y - 5, 30, y + 5, 100)])
    assert (way.forth, way.back) == (1, 0)


def test_two_beside_each_other_keep_their_ways() -> None:
    way = Crossings(Line((0, 50), (100, 50)), least=5)
    for n in range(10):
        down, up = 5 + n * 10, 95 - n * 10
        way.step([Blob(40, up - 5, 50, up + 5, 100), Blob(20, down - 5, 30, down + 5, 100)])
    assert (way.forth, way.back) == (1, 1)


def test_the_pictures_held_back_come_out_again() -> None:
    scene, film = Scene(), road([], 30)
    masks = [len(list(scene.moving(picture))) for picture in film]
    assert sum(masks) == 30
    assert masks[0] == 0
    assert list(scene.rest()) == []


def plain_blobs(mask: Mask) -> list[Blob]:
    left, found = {(int(y), int(x)) for y, x in np.argwhere(mask)}, []
    while left:
        spot, edge = set(), [left.pop()]
        while edge:
            y, x = edge.pop()
            spot.add((y, x))
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            edge += near
        ys, xs = [y for y, _ in spot], [x for _, x in spot]
        found.append(Blob(min(xs), min(ys), max(xs) + 1, max(ys) + 1, len(spot)))
    return sorted(found)


@given(arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_blobs_are_what_touches(mask: Mask) -> None:
    assert sorted(blobs(mask, 1)) == plain_blobs(mask)


def test_closing_fills_gaps_and_moves_no_edge() -> None:
    mask = np.zeros((20, 30), bool)
    mask[5:8, 3:20] = mask[10:14, 3:20] = True
    (whole,) = blobs(closed(mask), 1)
    assert whole[:4] == (3, 5, 20, 14)

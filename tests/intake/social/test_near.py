"""Near-duplicates: one dispatch in two papers is one story; two stories of one event are two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.intake.social.near import ALIKE, KEEP_MS, MOST, MOST_NAMES, NAMES_MS, Names, Near, alike, sketch

STORY = "Sạt lở vùi lấp hai căn nhà ở xã vùng cao, lực lượng cứu hộ đang tìm kiếm ba người mất tích trong đêm"


@pytest.mark.parametrize(
    "again",
    [
        STORY.upper(),
        STORY + " (TTXVN)",
        "NÓNG: " + STORY,
        STORY.replace("hai căn nhà", "2 căn nhà"),
        "sat lo vui lap hai can nha o xa vung cao, luc luong cuu ho dang tim kiem ba nguoi mat tich trong dem",
        " ".join(STORY.split()[:-3]),
    ],
)
def test_the_same_story_in_other_clothes(again):
    assert alike(sketch(STORY), sketch(again)) >= ALIKE
    near = Near()
    assert not near.told("1", STORY, 0)
    assert near.told("2", again, 1)


@pytest.mark.parametrize(
    "other",
    [
        "Tìm thấy một trong ba người mất tích vụ sạt lở vùi lấp nhà dân ở xã vùng cao",
        "Lực lượng cứu hộ đang tìm kiếm ngư dân mất tích ngoài khơi trong đêm qua",
        "Giá xăng chiều nay đứng yên",
        "",
    ],
)
def test_another_story_is_another(other):
    near = Near()
    near.told("1", STORY, 0)
    assert not near.told("2", other, 1)


def test_a_story_stays_the_first_teller_s_after_a_restart():
    near = Near()
    assert not near.told("https://bao.example/1", STORY, 5)
    again = Near(near.dump())
    assert again.told("https://khac.example/1", STORY, 6)
    assert not again.told("https://bao.example/1", STORY, 7), "it may send it again: nobody else has"
    assert not again.changed and again.dump() == Near(again.dump()).dump() == near.dump()


def test_items_are_known_by_name_within_bounds():
    names = Names()
    for number in range(MOST_NAMES + 50):
        names.add(f"{number}", number)
    again = Names(names.dump())
    assert "0" not in again and "49" not in again and "50" in again and f"{MOST_NAMES + 49}" in again
    again.add("later", NAMES_MS + MOST_NAMES)
    assert len(again.dump()) < 100 * 30 and "later" in again and "50" not in again
    assert "1" not in Names("not JSON") and "1" not in Names('[["x"]]')


@pytest.mark.parametrize("kept", [None, "", "x", "[]", "[[1,2]]", '[[1,2,"~"]]', '{"a":1}', '[[1,2,"00"]]'])
def test_a_memory_that_cannot_be_read_is_empty(kept):
    assert not Near(kept).told("1", STORY, 0)


def test_memory_is_bounded_in_time_and_number():
    near = Near()
    for number in range(MOST + 50):
        near.told(f"{number}", f"tin số {number} về chuyện thứ {number * 7} trong ngày {number * 13}", number)
    assert near.told("again", f"tin số {MOST} về chuyện thứ {MOST * 7} trong ngày {MOST * 13}", MOST + 50)
    assert MOST - 1 <= len(near._told) == len(near._sketches) <= MOST
    assert len(near._with) <= MOST * 24
    assert len(near.dump()) < 700_000
    near.told("later", STORY, KEEP_MS + 10_000_000)
    assert len(near._told) == 1 and len(near._with) == len(sketch(STORY))


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_a_share_and_symmetric(one, other):
    a, b = sketch(one), sketch(other)
    assert 0 <= alike(a, b) == alike(b, a) <= 1
    assert alike(a, a) == (1 if a else 0)


def test_a_flood_of_one_text_is_one_story():
    near = Near()
    assert [near.told(f"{number}", STORY, number) for number in range(1000)] == [False] + [True] * 999
    assert len(near._with) == len(sketch(STORY))

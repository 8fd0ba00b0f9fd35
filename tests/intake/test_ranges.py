import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.intake.ranges import Ranges, seen_field

numbers = st.lists(st.integers(0, 60), max_size=80)


def seen(values):
    ranges = Ranges()
    for value in values:
        ranges.add(value)
    return ranges


def test_text_form_is_compact_and_reads_back():
    ranges = seen([1, 2, 3, 12, 5, 4, 13])
    assert ranges.text == "1-5,12-13"
    assert Ranges.parse(b"1-5,12-13") == ranges
    assert Ranges.parse("7").text == "7"
    assert Ranges.parse("").text == ""


@pytest.mark.parametrize("text", ["a", "1-", "-1", "5-3", "1;2", "1-2-3", "٣"])
def test_text_that_is_no_range_is_refused(text):
    with pytest.raises(ValueError):
        Ranges.parse(text)


def test_late_number_is_new_and_its_repeat_is_a_duplicate():
    ranges = Ranges.parse("1-10,12-15")
    assert ranges.missing() == 1
    assert ranges.gaps() == [(11, 11)]
    assert ranges.add(11)
    assert not ranges.add(11)
    assert ranges.text == "1-15"
    assert ranges.missing() == 0


@given(numbers)
def test_ranges_agree_with_a_set(values):
    ranges, truth = Ranges(), set()
    for value in values:
        assert ranges.add(value) is (value not in truth)
        truth.add(value)
    assert len(ranges) == len(truth)
    assert all((number in ranges) == (number in truth) for number in range(62))
    assert ranges.missing() == (max(truth) - min(truth) + 1 - len(truth) if truth else 0)
    assert sum(high - low + 1 for low, high in ranges.gaps()) == ranges.missing()
    assert Ranges.parse(ranges.text) == ranges
    assert ranges.last == (max(truth) if truth else None)


@given(numbers, numbers)
def test_merge_is_union_and_leaves_the_other_alone(one, two):
    left, right = seen(one), seen(two)
    before = right.text
    assert left.copy().merge(right) == seen(one + two)
    assert right.text == before


@given(numbers, st.integers(1, 5))
def test_shrink_bounds_the_cost_and_forgets_nothing(values, limit):
    ranges = seen(values)
    whole = len(ranges)
    given_up = ranges.shrink(limit)
    assert ranges.spans <= limit
    assert len(ranges) == whole + given_up
    assert all(value in ranges for value in values)


def test_copy_is_independent():
    ranges = Ranges.parse("1-3")
    twin = ranges.copy()
    twin.add(9)
    assert ranges.text == "1-3"


def test_field_name_of_a_source():
    assert seen_field("hà-nội") == "_seen:hà-nội".encode()

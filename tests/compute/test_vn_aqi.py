"""VN_AQI by the vectors A1 to A8 of the decision's formulas, and by properties."""

import ast
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.compute import vn_aqi
from feeds.compute.vn_aqi import BREAKS, INDEX, daily, day_index, half_up, hourly, index, level, nowcast

NONE = None


def test_a1_nowcast_of_the_decision_sample():
    morning_first = [26.9, 24.7, 20.5, 23.5, 19.5, 16.5, 19.0, 16.5, 20.3, 22.4, 19.6, 20.6]
    assert nowcast(morning_first[::-1]) == pytest.approx(52.2695 / 2.57920, abs=1e-3)
    assert round(nowcast(morning_first[::-1]), 2) == 20.27


def test_a2_hour_no2_decides_and_is_59_not_60():
    aqi = hourly({"o3": [136.1], "no2": [118.7], "pm25": [20.3] * 12})
    assert (aqi.value, aqi.main, aqi.level) == (59, "no2", "Trung bình")
    assert [half_up(aqi.sub[name]) for name in ("o3", "no2", "pm25")] == [43, 59, 41]
    assert aqi.sub["no2"] == pytest.approx(59.35)


def test_a3_day():
    sub = {"no2": index("no2", 130.8), "pm25": index("pm25", 55.7)}
    aqi = day_index(sub, 114.6, 89.3)
    assert [half_up(v) for v in (index("o3_8h", 89.3), index("o3_1h", 114.6), sub["no2"])] == [45, 36, 65]
    assert (aqi.value, aqi.main, aqi.level) == (110, "pm25", "Kém")


def test_a4_normalised_with_a_gap_and_weight_one_half():
    hours = [120, NONE, 90, 60, 40, 40, 50, 55, 60, 50, 45, 40]
    assert nowcast(hours) == pytest.approx(103.605, abs=1e-3)
    aqi = hourly({"pm25": hours})
    assert (aqi.value, aqi.level) == (167, "Xấu")
    assert aqi.sub["pm25"] == pytest.approx(166.86, abs=0.01)


def test_a5_two_dusts_and_two_gases():
    aqi = hourly(
        {
            "pm25": [62, 58, 66, 70, 64, 60, 55, 61, 59, 63, 57, 65],
            "pm10": [180, 150, 140, NONE, 130, 120, 100, 95, 90, 110, 120, 125],
            "co": [12_500],  # 12.5 mg
            "so2": [410],
        }
    )
    assert {name: round(value, 2) for name, value in aqi.sub.items()} == {
        "pm25": 120.37,
        "pm10": 106.33,
        "co": 56.25,
        "so2": 115.0,
    }
    assert (aqi.value, aqi.main, aqi.level) == (120, "pm25", "Kém")


def test_a6_nothing_without_dust():
    aqi = hourly({"pm25": [NONE, NONE, 40, 40, 40], "o3": [90]})
    assert aqi.value is None
    assert aqi.reason
    assert "o3" in aqi.sub  # the part is known, the index is not given


def test_a7_half_up_and_the_rounded_value_is_classified():
    aqi = hourly({"o3": [402], "pm25": [25] * 12})
    assert (aqi.value, aqi.level) == (201, "Rất xấu")


def test_a8_day_of_extremes():
    sub = {"pm25": index("pm25", 620), "pm10": index("pm10", 600)}
    aqi = day_index(sub, 205, 410)
    assert half_up(aqi.sub["o3"]) == 103  # the 8-hour part is skipped
    assert (aqi.value, aqi.level) == (500, "Nguy hại")
    assert aqi.main == "pm25"


def test_a3_and_a8_from_the_hours_of_a_day():
    """The same two vectors through the whole series: 24 hours, newest first, ozone peaks inside them."""
    rest = (89.3 * 8 - 114.6) / 7
    ozone = [rest, 114.6, *[rest] * 6, *[40.0] * 23]  # largest hour 114.6, largest eight hours 89.3
    three = daily({"pm25": [55.7] * 24, "no2": [130.8] + [20.0] * 23, "o3": ozone})
    assert (three.value, three.main, three.level) == (110, "pm25", "Kém")
    assert half_up(three.sub["o3"]) == 45
    eighth = daily({"pm25": [620.0] * 24, "pm10": [600.0] * 24, "o3": [410.0] * 24})
    assert (eighth.value, eighth.main) == (500, "pm25")
    assert eighth.sub["o3"] == pytest.approx(202.5)  # of the 1-hour column alone: the 8-hour mean is over 400


def test_every_answer_carries_its_decision():
    assert "1459/QĐ-TCMT" in hourly({"pm25": [20.0] * 12}).basis
    assert "1459/QĐ-TCMT" in daily({}).basis


def test_daily_takes_means_of_dust_largest_of_gases_and_both_ozones():
    ozone = [100.0] * 8 + [20.0] * 23
    aqi = daily({"pm25": [30.0] * 18 + [None] * 6, "no2": [10.0, 130.8], "o3": ozone})
    assert aqi.sub["pm25"] == pytest.approx(60.0)
    assert half_up(aqi.sub["no2"]) == 65
    assert aqi.sub["o3"] == pytest.approx(50.0)  # 8 h: 100 -> 50; 1 h: 100 -> 31.25
    assert aqi.value == 65


def test_daily_dust_needs_18_of_24_hours():
    assert daily({"pm25": [30.0] * 17}).value is None
    assert daily({"pm25": [30.0] * 18}).value == 60


def test_eight_hours_need_six():
    assert daily({"pm25": [30.0] * 24, "o3": [100.0] * 5}).sub["o3"] == pytest.approx(31.25)
    assert daily({"pm25": [30.0] * 24, "o3": [100.0] * 6}).sub["o3"] == pytest.approx(50.0)


def test_clean_air_is_zero():
    assert hourly({"pm25": [0.0] * 12}).value == 0


def test_bands_end_where_the_decision_ends_them():
    assert [level(v) for v in (50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500)] == [
        "Tốt", "Trung bình", "Trung bình", "Kém", "Kém", "Xấu", "Xấu", "Rất xấu", "Rất xấu", "Nguy hại", "Nguy hại",
    ]  # fmt: skip


def test_every_breakpoint_gives_its_index():
    for column, breaks in BREAKS.items():
        assert [index(column, b) for b in breaks] == list(INDEX[: len(breaks)]), column


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), float("-inf"), -999.0])
def test_what_is_no_measurement_is_an_hour_without_a_value(wrong):
    gaps, spoilt = [NONE, 60.0, 62.0, NONE] + [58.0] * 20, [wrong, 60.0, 62.0, wrong] + [58.0] * 20
    assert hourly({"pm25": spoilt, "no2": spoilt}) == hourly({"pm25": gaps, "no2": gaps})
    assert daily({"pm25": spoilt, "no2": spoilt, "o3": spoilt}) == daily({"pm25": gaps, "no2": gaps, "o3": gaps})
    assert hourly({"pm25": [wrong] * 12}).value is None, "never a clean air that nobody measured"


def test_nan_has_no_index():
    with pytest.raises(ValueError, match="NaN"):
        index("pm25", float("nan"))


CONCENTRATION = st.floats(0, 1e6, allow_nan=False)


@given(st.sampled_from(sorted(BREAKS)), CONCENTRATION, CONCENTRATION)
def test_more_pollution_never_lowers_the_index(column, a, b):
    low, high = sorted((a, b))
    assert 0 <= index(column, low) <= index(column, high) <= 500


@given(st.lists(st.none() | CONCENTRATION, min_size=3, max_size=12))
def test_nowcast_lies_among_its_hours(hours):
    value = nowcast(hours)
    present = [h for h in hours if h is not None]
    if value is not None:
        assert min(present) - 1e-6 * max(present) <= value <= max(present) * (1 + 1e-9)
    else:
        assert sum(h is not None for h in hours[:3]) < 2


@given(
    st.dictionaries(st.sampled_from(["pm25", "pm10", "no2", "o3", "so2", "co"]), st.lists(CONCENTRATION, max_size=24))
)
def test_an_index_is_given_exactly_when_dust_is_known(series):
    aqi = hourly(series)
    known = {name for name in ("pm25", "pm10") if nowcast(series.get(name, [])) is not None}
    assert known == {"pm25", "pm10"} & set(aqi.sub)
    assert (aqi.value is None) == (not known)
    if aqi.value is not None:
        assert aqi.value == min(500, half_up(max(aqi.sub.values())))
        assert aqi.sub[aqi.main] == max(aqi.sub.values())


@pytest.mark.parametrize("module", ["vn_aqi", "vn_wqi"])
def test_the_indices_need_the_standard_library_only(module):
    path = Path(vn_aqi.__file__).with_name(f"{module}.py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert names <= set(sys.stdlib_module_names)

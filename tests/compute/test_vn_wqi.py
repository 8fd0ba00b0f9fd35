"""VN_WQI by the vectors W1 to W5, and by properties."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.loader import load
from feeds.compute.qcvn_08 import quality_class
from feeds.compute.vn_wqi import (
    ALIASES,
    AUTOMATIC,
    DO,
    GROUPS,
    RULES,
    level,
    oxygen,
    parameters,
    saturation,
    sub_indices,
    vn_wqi,
)

ROOT = Path(__file__).parents[2]

W1 = {"ph": 7.2, "temp": 28, "do": 5.2, "bod5": 8, "cod": 18, "nh4_n": 0.45, "po4_p": 0.15, "coliform": 4000}
W2 = {
    "ph": 8.7, "temp": 25, "do": 6.9, "bod5": 5, "cod": 12, "no3_n": 3.5, "no2_n": 0.03, "po4_p": 0.08, "as": 0.015,
    "pb": 0.03, "hg": 0.0005, "coliform": 3200, "ecoli": 35, "aldrin": 0.05, "bhc": 0.01,
}  # fmt: skip


def test_w1():
    wqi = vn_wqi(W1)
    expected = {"do": 67.33, "bod5": 69.44, "cod": 70, "nh4_n": 62.5, "po4_p": 87.5, "coliform": 85, "ph": 100}
    assert {name: round(value, 2) for name, value in wqi.sub.items()} == expected
    assert wqi.groups["IV"] == pytest.approx(71.354, abs=1e-3)
    assert (wqi.value, wqi.level) == (78, "Tốt")
    assert vn_wqi(W1, core="weighted").value == 76


def test_numbers_of_other_libraries_count_too():
    numpy = pytest.importorskip("numpy")
    assert vn_wqi({name: numpy.float32(value) for name, value in W1.items()}).value == 78
    assert vn_wqi(W1 | {"coliform": numpy.int64(4000), "bod5": numpy.int32(8)}) == vn_wqi(W1)


def test_w2():
    wqi = vn_wqi(W2)
    assert wqi.sub["ph"] == pytest.approx(80)
    assert wqi.sub["do"] == pytest.approx(93.07, abs=0.01)
    assert [wqi.sub[name] for name in ("as", "pb", "hg")] == pytest.approx([87.5, 62.5, 100])
    assert wqi.groups["III"] == pytest.approx(81.777, abs=1e-3)
    assert wqi.groups["IV"] == pytest.approx(93.012, abs=1e-3)
    assert wqi.groups["V"] == pytest.approx(90.25)
    assert (wqi.value, wqi.level) == (60, "Trung bình")
    assert vn_wqi(W2, core="weighted").value == 60


def test_w3():
    wqi = vn_wqi({"ph": 6.8, "temp": 30, "do": 1.0, "bod5": 60, "cod": 160, "nh4_n": 6, "coliform": 20_000})
    assert (wqi.value, wqi.level) == (10, "Kém")


def test_w4_one_pesticide_sinks_a_clean_river():
    clean = {"ph": 7, "bod5": 3, "cod": 9, "toc": 3, "nh4_n": 0.1, "coliform": 1000, "aldrin": 0.05, "bhc": 0.5}
    wqi = vn_wqi(clean)
    assert wqi.groups["II"] == pytest.approx(31.62, abs=0.01)
    assert (wqi.value, wqi.level) == (32, "Xấu")


def test_w5_too_little_data_gives_parts_but_no_index():
    assert oxygen(10.2, 28) == pytest.approx(67.94, abs=0.01)
    alone = vn_wqi({"temp": 28, "do": 10.2})
    assert alone.sub["do"] == pytest.approx(67.94, abs=0.01)
    assert alone.value is None
    more = vn_wqi({"temp": 28, "do": 10.2, "ph": 7, "bod5": 3, "cod": 9})
    assert (more.value, set(more.groups)) == (None, {"I", "IV"})
    assert "2 nhóm" in more.reason


def test_organics_need_three_parameters():
    wqi = vn_wqi({"ph": 7, "bod5": 3, "cod": 9, "coliform": 100})
    assert wqi.value is None
    assert "2 thông số" in wqi.reason


@pytest.mark.parametrize(
    ("name", "value", "q"),
    [
        ("hg", 0.001, 75), ("hg", 0.00099, 100), ("nh4_n", 0.3, 75), ("cd", 0.005, 75), ("pb", 0.02, 75),
        ("no3_n", 15, 25), ("no3_n", 15.01, 10), ("no3_n", 10, 50), ("as", 0.1, 25), ("as", 0.11, 10),
        ("coliform", 10_000, 25), ("coliform", 10_001, 10), ("ecoli", 201, 10), ("cr6", 0.05, 25), ("no2_n", 0.05, 100),
        ("no2_n", 0.051, 10), ("bod5", 50, 10), ("cod", 500, 10), ("ph", 5.5, 50), ("ph", 5.49, 10), ("ph", 9, 50),
    ],
)  # fmt: skip
def test_jumps_and_ends(name, value, q):
    assert sub_indices({name: value})[name] == pytest.approx(q)


def test_no_oxygen_index_without_temperature():
    assert "do" not in sub_indices({"do": 5.0})


def test_heptachlor_and_its_epoxide_are_one_parameter():
    assert sub_indices({"heptachlor": 0.15, "heptachlor_epoxide": 0.15})["heptachlor"] == 10
    assert sub_indices({"heptachlor_epoxide": 0.15})["heptachlor"] == 100
    assert "heptachlor_epoxide" not in sub_indices({"heptachlor_epoxide": 0.15})


def test_bands_of_the_rounded_index():
    names = ["Ô nhiễm rất nặng", "Kém", "Xấu", "Xấu", "Trung bình", "Tốt", "Tốt", "Rất tốt"]
    assert [level(v) for v in (9, 25, 26, 50, 75, 76, 90, 91)] == names


def test_every_name_the_catalogue_declares_is_understood_and_no_other():
    declared = load(ROOT / "data/catalogue").parameters
    codes = {*RULES, "do", "temp", "heptachlor_epoxide"}
    ours = {code: {alias.lower() for alias in declared[code].aliases} - {code} for code in codes}
    assert {code: set(aliases) for code, aliases in ALIASES.items()} == {c: names for c, names in ours.items() if names}
    for code in codes:
        for name in (code, code.upper(), *declared[code].aliases):
            assert parameters({name: 1.0}) == {code: 1.0}, name


def test_a_row_may_keep_the_header_of_its_file():
    row = {
        "station_id": "QLPH012016", "longitude": 105.68, "Z.Elev": 0.66, "date": "29/2/2016", "pH": 7.2, "T": 28.0,
        "DO": 5.2, "BOD5": 8.0, "COD": 18.0, "N_NH4": 0.45, "P_PO4": 0.15, "Coliform": 4000.0,
    }  # fmt: skip
    assert vn_wqi(row) == vn_wqi(W1)


def test_a_code_holds_before_its_other_names_whatever_the_order():
    assert parameters({"N_NH4": 9.0, "nh4_n": 1.0}) == parameters({"nh4_n": 1.0, "N_NH4": 9.0}) == {"nh4_n": 1.0}


def test_what_is_no_amount_is_left_out():
    odd = {"ph": float("nan"), "bod5": -1.0, "cod": float("inf"), "as": None, "pb": "0.01", "hg": True, "temp": -1.0}
    assert parameters(odd) == {"temp": -1.0}


def test_no_oxygen_index_where_the_formula_of_saturation_has_ended():
    assert saturation(60) > 0 > saturation(90)
    assert "do" not in sub_indices({"do": 5.0, "temp": 90.0})


def test_automatic_stations_may_ask_for_less():
    sample = {"ph": 7.0, "temp": 28.0, "do": 6.5}
    assert vn_wqi(sample).value is None
    assert vn_wqi(sample, minimum=AUTOMATIC).value == 93
    assert vn_wqi({"ph": 7.0, "coliform": 100.0}, minimum=AUTOMATIC).value is None, "organics are obligatory"


def test_a_core_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="core"):
        vn_wqi(W1, core="weigthed")


def test_every_answer_carries_the_decision():
    assert "1460/QĐ-TCMT" in vn_wqi(W1).basis
    assert "1460/QĐ-TCMT" in vn_wqi({}).basis


def test_it_runs_without_any_package():
    """A bare interpreter, isolated and without site-packages, gives W1."""
    said = "from feeds.compute.vn_wqi import vn_wqi as f; print(f({'pH': 7.2, 'T': 28, 'DO': 5.2, 'BOD5': 8, "
    said += "'COD': 18, 'N_NH4': .45, 'P_PO4': .15, 'Coliform': 4000}).value)"
    said = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {said}"
    run = [sys.executable, "-I", "-S", "-c", said]
    assert subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "78"


AMOUNTS = st.floats(0, 1e5, allow_nan=False)


@given(st.sampled_from(sorted(set(RULES) - {"ph"})), AMOUNTS, AMOUNTS)
def test_more_of_a_pollutant_never_raises_q(name, a, b):
    low, high = sorted((a, b))
    assert 10 <= RULES[name](high) <= RULES[name](low) <= 100


@given(st.floats(0, 30), st.floats(5, 40))
def test_oxygen_stays_in_its_scale(do, temp):
    assert 10 <= oxygen(do, temp) <= max(q for _, q in DO)


@given(st.dictionaries(st.sampled_from(["temp", *(p for group in GROUPS.values() for p in group)]), AMOUNTS))
def test_an_index_lies_between_0_and_100_or_says_why_not(sample):
    if "temp" in sample:
        sample["temp"] = sample["temp"] % 45
    wqi = vn_wqi(sample)
    assert (wqi.value is None and wqi.reason) or 0 <= wqi.value <= 100


def test_class_is_that_of_the_worst_parameter():
    assert quality_class({}) is None
    assert quality_class({"temp": 28}) is None
    assert quality_class({"bod5": 4, "cod": 10, "do": 6, "ph": 7}) == 1
    assert quality_class({"bod5": 4, "cod": 12}) == 2
    assert quality_class({"bod5": 10, "do": 4.5}) == 3
    assert quality_class({"do": 3.9}) == 4
    assert quality_class({"tss": 120}) == 3
    assert quality_class({"tss": 20, "trash": 1}) == 4

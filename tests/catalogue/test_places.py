"""Places: two schemes, codes that were reused, names in every spelling."""

import time
import unicodedata

import pytest

from feeds.catalogue.names import fold, spell
from feeds.catalogue.places import Places, UnknownPlace

PLACES = Places.load()


def first(text):
    return PLACES.search(text)[0].key


def test_counts_are_the_official_ones():
    assert len(PLACES.units) == 34
    assert len(PLACES.merged) == 63
    assert sum(len(PLACES.communes_of(code)) for code in PLACES.units) == 3321
    assert sum(PLACES[code].kind == "thành phố" for code in PLACES.units) == 7
    assert len(PLACES.communes_of("38")) == 166


def test_a_commune_is_of_the_kind_its_name_begins_with():
    communes = [PLACES[key] for code in PLACES.units for key in PLACES.communes_of(code)]
    assert [place.vi for place in communes if not place.vi.lower().startswith(f"{place.kind} ")] == []


def test_a_code_means_another_province_in_the_other_scheme():
    assert PLACES.name("2020:15") == "Yên Bái"
    assert PLACES.name("15") == "Lào Cai"
    assert PLACES.province_2025(PLACES.parse("2020:15")) == "15"
    assert PLACES.province_2025(PLACES.parse("2020:89")) == "91"
    assert PLACES.province_2025(PLACES.parse("2020:70")) == "75"


def test_eleven_units_were_not_merged():
    alone = [code for code in PLACES.units if list(PLACES.merged.values()).count(code) == 1]
    assert alone == ["01", "04", "11", "12", "14", "20", "22", "38", "40", "42", "46"]


def test_places_roll_up_to_the_nation():
    assert PLACES.chain(PLACES.parse("2025:01/00004")) == ("01/00004", "01", "vn")
    assert PLACES.chain(PLACES.parse("2025:01")) == ("01", "vn")
    assert PLACES.chain(PLACES.parse("2020:27")) == ("24", "vn")
    assert PLACES.chain(PLACES.parse("agency:byt")) == ("agency:byt", "vn")
    assert PLACES.chain(PLACES.parse("vn")) == ("vn",)


@pytest.mark.parametrize("key", ["vn", "01", "01/00004", "2020:15", "agency:byt"])
def test_a_key_comes_back_from_its_place(key):
    assert PLACES.ref(key).key == key
    assert str(PLACES.parse(str(PLACES.ref(key)))) == str(PLACES.ref(key))


@pytest.mark.parametrize(("key", "parent"), [("vn", None), ("01", "vn"), ("01/00004", "01"), ("2020:15", "15")])
def test_parents(key, parent):
    assert PLACES.parent(key) == parent


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("01", "write 2025:01"),
        ("2025:99", "no province 99"),
        ("2025:02", "no province 02"),
        ("2024:01", "no scheme 2024"),
        ("2025:01/99999", "Hà Nội has no commune 99999"),
        ("2025:04/00004", "no commune 00004"),
        ("2020:01/00004", "only provinces"),
        ("agency:nobody", "no such agency"),
        ("2025:01/00004\n", "is not a place"),
        ("", "is not a place"),
        ("2025:٠١", "has no province"),
    ],
)
def test_an_unknown_place_is_refused_with_a_sentence(text, says):
    with pytest.raises(UnknownPlace, match=says):
        PLACES.parse(text)


def test_search_needs_no_marks():
    assert first("hue") == "46"
    assert first("ha noi") == "01"
    assert first("ho chi minh") == "79"
    assert first("dak lak") == "66"
    assert first("phuong ba dinh") == "01/00004"
    assert PLACES.search("   ") == []


def test_search_takes_both_spellings_and_both_unicode_forms():
    for text in ("Khánh Hòa", "Khánh Hoà", "khanh hoa", unicodedata.normalize("NFD", "Khánh Hoà")):
        assert first(text) == "56"
    assert spell("Thanh Hoá") == spell("Thanh Hóa") == "thanh hóa"
    assert spell("Thuỷ Nguyên") == spell("Thủy Nguyên")
    assert spell("Hoàng") == "hoàng"
    assert spell("Quý") == "quý"


def test_search_knows_names_that_are_gone():
    assert first("Thừa Thiên Huế") == "46"
    assert first("Bình Phước") == "75"
    assert first("binh duong") == "79"
    assert first("da lat") == "68"
    assert first("Sài Gòn") == "79"


def test_search_ranks_exact_before_prefix_before_word():
    found = PLACES.search("lao", 50)
    assert [hit.rank for hit in found] == sorted(hit.rank for hit in found)
    assert found[0].rank == 1
    assert "15" in [hit.key for hit in found[:3]]
    assert len({hit.key for hit in found}) == len(found)


def test_marks_typed_right_come_first():
    names = [PLACES.name(hit.key) for hit in PLACES.search("Xã Yên Hòa", 5)]
    assert names[0] == "Xã Yên Hòa"


def test_search_is_fast_enough_to_answer_each_keystroke():
    PLACES.search("a")
    start = time.process_time()
    for _ in range(20):
        PLACES.search("thanh")
    assert (time.process_time() - start) / 20 < 0.05


def test_names_in_both_languages():
    assert PLACES.name("01/00004") == "Phường Ba Đình"
    assert PLACES.name("01/00004", "en") == "Ba Dinh ward"
    assert PLACES["75"].full_vi == "Thành phố Đồng Nai"
    assert PLACES["46"].full_vi == "Thành phố Huế"
    assert PLACES["2020:46"].full_vi == "Tỉnh Thừa Thiên Huế"


def test_the_archipelagos_stand_where_the_official_maps_put_them():
    assert (PLACES["48/20333"].lat, PLACES["48/20333"].lon) == (16.568, 112.135)
    assert (PLACES["56/22736"].lat, PLACES["56/22736"].lon) == (9.71, 114.45)
    assert first("hoang sa") == "48/20333"
    assert first("truong sa") == "56/22736"


def test_fold_keeps_words_apart():
    assert fold("Bà Rịa–Vũng  Tàu") == "ba ria vung tau"

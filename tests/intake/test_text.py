import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.intake.text import clean_text


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Ô nhiễm ở Thừa Thiên Huế", "Ô nhiễm ở Thừa Thiên Huế"),
        (unicodedata.normalize("NFD", "Hà Nội ngập"), "Hà Nội ngập"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("a\u200b\ufeffb\x00c", "abc"),
        ("a\ud800b", "ab"),
        ("a\r\nb\tc\u2028d", "a b c d"),
        ("  x  ", "x"),
        ("\x1b[31mred\x9b", "[31mred"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Trường Sa 🇻🇳", "Trường Sa 🇻🇳"),
    ],
)
def test_clean_text(dirty, clean):
    assert clean_text(dirty) == clean


def test_length_and_towers_are_clamped():
    assert clean_text("x" * 10_000, 100) == "x" * 99 + "…"
    assert len(clean_text("z" + "\u0335" * 500)) <= 5


@given(st.text(alphabet=st.characters(), max_size=200))
def test_clean_text_is_safe_and_settled(text):
    once = clean_text(text, 80)
    assert len(once) <= 80
    once.encode("utf-8")
    assert clean_text(once, 80) == once
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in once)

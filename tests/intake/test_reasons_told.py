"""A reason is written down in Vietnamese; who reads English is told the same, word for word where English has it."""

from __future__ import annotations

import pytest

from feeds.intake.reasons import PLACES, REASONS, hint, in_english, rejection


def filled(code: str) -> dict[str, str]:
    """Something in every place of a reason, but what is said in words of the other language."""
    names = {*PLACES.findall(REASONS[code].vi), *PLACES.findall(REASONS[code].en)}
    words = {name: f"x {name} (1.5)" for name in names}
    return words | hint("đường") if "near_vi" in names else words


def test_every_reason_is_told_in_english_as_it_was_when_it_was_refused() -> None:
    for code in REASONS:
        words = filled(code)
        written = rejection(code, **words)
        lost = {name: "…" for name in words if name.endswith("_en") and name != "near_en"}
        assert in_english(code, written.vi) == rejection(code, **words | lost).en


@pytest.mark.parametrize(
    ("code", "said", "told"),
    [
        ("parameter_unknown", "không ai viết thế", "The catalogue has no parameter “…”."),
        ("nobody_knows_it", "Vì sao", "Vì sao"),
        ("", "", ""),
    ],
)
def test_what_fits_no_template_is_told_by_its_code_or_as_it_is(code: str, said: str, told: str) -> None:
    assert in_english(code, said) == told

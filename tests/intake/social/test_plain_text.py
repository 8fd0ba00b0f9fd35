"""Markup goes, Vietnamese stays, and nothing leads back to a person."""

import pytest

from feeds.intake.social.article import Article, stamp
from feeds.intake.social.plain import masked, plain


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("<p>Mưa &amp; lũ</p>", "Mưa & lũ"),
        ("&lt;b&gt;Ngập&lt;/b&gt; ở Huế", "Ngập ở Huế"),
        ("<a href='x'><img src=y></a>Bão số 5", "Bão số 5"),
        ("trước<script>alert('x')</script>sau", "trước sau"),
        ("<style>p{}</style>Tin", "Tin"),
        ("<script>không đóng", ""),
        ("nhiệt độ < 10 độ và > 5 độ", "nhiệt độ < 10 độ và > 5 độ"),
        ("giá 5<6 nghìn", "giá 5<6 nghìn"),
        ("Ha\u0300 No\u0323\u0302i\u200b\u202e\x00", "Hà Nội"),
    ],
)
def test_plain(raw, said):
    assert plain(raw) == said


@pytest.mark.parametrize(
    "secret",
    ["0912345678", "0912.345.678", "+84 912 345 678", "a.b-c@mail.example.vn", "@nguoi.dung_1", "001099012345"],
)
def test_what_leads_to_a_person_is_masked(secret):
    assert masked(f"Liên hệ {secret} nhé") == "Liên hệ […] nhé"


@pytest.mark.parametrize(
    "kept", ["năm 2026", "12.500.000.000 đồng", "quốc lộ 1A", "20/11/2026", "1.234.567,8", "tỷ lệ 0,5"]
)
def test_figures_are_no_persons(kept):
    assert masked(f"Có {kept} đó") == f"Có {kept} đó"


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 21 Nov 2025 09:00:00 +0700", "Fri, 21 Nov 2025 02:00:00 GMT", "2025-11-21T09:00:00+07:00",
        "21/11/2025 09:00",
        "2025-11-21T02:00:00Z", "21/11/2025 09:00:00", "Fri, 21 Nov 2025 09:00:00 GMT+7", "1763690400", "1763690400000",
        "Fri, 21 Nov 2025 09:00:00",
    ],
)  # fmt: skip
def test_times_as_feeds_write_them(text):
    assert stamp(text) == 1_763_690_400_000


@pytest.mark.parametrize(
    "text", ["", "hôm qua", "32/13/2025", "Fri, 99 Nov 2025 99:00:00 +0700", "9" * 30, "NaN", "-1"]
)
def test_a_time_that_cannot_be_read_is_none(text):
    assert stamp(text) is None


def test_a_summary_that_begins_with_the_title_says_it_once():
    article = Article(title="Bão số 5", summary="<b>Bão số 5</b> đổ bộ")
    assert article.text == "Bão số 5 đổ bộ"
    assert Article(title="Bão số 5", summary="Gió mạnh").text == "Bão số 5. Gió mạnh"
    assert Article(title="<p></p>").text == ""

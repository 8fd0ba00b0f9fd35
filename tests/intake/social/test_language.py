"""Vietnamese is told from its neighbours, with and without marks."""

import csv
from pathlib import Path

import pytest

from feeds.catalogue.names import unmarked
from feeds.intake.social.language import is_vietnamese

SAMPLE = [
    row["text"]
    for row in csv.DictReader((Path(__file__).parent / "labelled.csv").open(encoding="utf-8"), delimiter="|")
]


def test_every_sentence_of_the_sample_is_vietnamese():
    assert [text for text in SAMPLE if not is_vietnamese(text)] == []


def test_and_nearly_all_without_marks():
    missed = [text for text in SAMPLE if not is_vietnamese(unmarked(text))]
    assert len(missed) <= 0.05 * len(SAMPLE), missed


@pytest.mark.parametrize(
    "text",
    [
        "The city council approved the new budget for public schools on Monday",
        "Heavy rain and thunder hit the north in the morning, the plan can change",
        "Le gouvernement a présenté un projet de loi sur la santé à l'Assemblée",
        "El gobierno presentó ayer una nueva ley de educación para los niños",
        "A câmara aprovou ontem o orçamento da cidade e não haverá aumento",
        "Pemerintah kota mengumumkan rencana pembangunan jalan baru tahun depan",
        "Die Stadt hat gestern über den neuen Haushalt für Schulen beraten",
        "Wczoraj rada miasta uchwaliła nowy budżet na drogi i szkoły",
        "Hükümet dün yeni eğitim yasasını meclise sundu ve görüşmeler başladı",
        "市政府昨天公布了新的预算 市民 表示 欢迎 并 期待",
        "Правительство города вчера объявило новый бюджет на школы",
        "รัฐบาล ประกาศ งบประมาณ ใหม่ สำหรับ โรงเรียน เมื่อวานนี้",
    ],
)
def test_other_languages_are_other(text):
    assert not is_vietnamese(text)


@pytest.mark.parametrize("text", ["", "VTV", "Hanoi 2026", "🔥🔥🔥", "123 456 789 000"])
def test_what_is_too_short_to_tell_passes(text):
    assert is_vietnamese(text)


def test_vietnamese_with_foreign_names_is_vietnamese():
    assert is_vietnamese("Microsoft, Google và Facebook mở văn phòng tại Việt Nam")

"""What articles printed: whole, sourced, in the places of its time; contradictions are computed and stay."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from feeds.catalogue import milestones
from feeds.catalogue.milestones import FILE, History
from feeds.catalogue.places import Places
from feeds.catalogue.source import CatalogueError

PLACES = Places.load()


@pytest.fixture(scope="module")
def history() -> History:
    return milestones.load(PLACES)


# series, day, figure: docs of the systems that the product stands for
TOLD = [
    ("npsp_services", "2019-12-09", 8), ("npsp_services", "2020-08-19", 1000), ("npsp_services", "2020-12-30", 2700),
    ("npsp_accounts", "2020-08-18", 227_000), ("npsp_accounts", "2020-12-30", 412_000),
    ("npsp_visits", "2020-08-18", 58e6), ("npsp_visits", "2020-12-30", 99e6),
    ("npsp_dossiers", "2020-08-18", 281_000), ("npsp_dossiers", "2020-12-30", 719_000),
    ("npsp_payments", "2020-08-18", 7_000), ("npsp_payments", "2020-12-30", 46_000),
    ("npsp_synced", "2020-08-18", 14.3e6), ("npsp_synced", "2020-12-30", 27.2e6),
    ("npsp_savings", "2020-08-19", 4222), ("npsp_savings", "2020-12-30", 6700), ("axis_savings", "2020-10-23", 1200),
    ("hg_services", "2021-01-23", 1930), ("hg_level34", "2021-01-23", 42.95), ("level4_nation", "2020-09-30", 19.1),
    ("un_rank", "2018-12-31", 88), ("un_rank", "2020-12-31", 86),
]  # fmt: skip


@pytest.mark.parametrize(("series", "day", "figure"), TOLD)
def test_the_figures_of_the_articles_are_there(history: History, series: str, day: str, figure: float) -> None:
    point = history.point(f"{series}@{day}")
    assert point.value == figure and point.source in history.articles


def test_places_are_those_of_2020(history: History) -> None:
    placed = {series.place for series in history.series.values()} - {"vn"}
    assert "2020:02" in placed and all(place.startswith("2020:") for place in placed)
    assert all(history.of_group(group) for group in history.groups)


def test_no_figure_is_younger_than_the_article_that_prints_it_but_for_targets(history: History) -> None:
    for series in history.series.values():
        for point in series.points:
            assert point.day <= history.articles[point.source].day or "target" in series.code or point.by == "year"


def test_contradictions_are_found_and_what_agrees_agrees(history: History) -> None:
    found = {verdict.check.code: verdict for verdict in history.verdicts}
    assert not found["share_of_procedures"].agrees and found["share_of_procedures"].told == 39
    assert found["share_of_procedures"].computed == pytest.approx(40.3, abs=0.01)
    assert not found["savings_twice"].agrees
    assert all(found[code].agrees for code in ("savings_sum", "hg_people", "moet_levels", "moet_share"))
    assert found["hg_people"].computed == pytest.approx(800_000) and found["hg_people"].told == pytest.approx(
        800_088, abs=1
    )


WRONG = [
    ("place: \"2020:02\", vi: Dịch vụ công trực", "place: \"01\", vi: Dịch vụ công trực", "place"),
    ("source: a1}]}", "source: a9}]}", "unknown article `a9`"),
    ("group: day, vi: Cuộc gọi", "group: night, vi: Cuộc gọi", "unknown group `night`"),
    ('of: ["npsp_services@2020-12-30"', 'of: ["npsp_services@2020-12-31"', "no series has the figure"),
    ("printed: 39, source: a1,\n     of: [\"npsp", "source: a1,\n     of: [\"npsp", "write `printed: ...`"),
    ("{day: 2019-12-09, value: 8,", "{day: 2021-12-09, value: 8,", "the earliest first"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), WRONG)
def test_a_slip_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "milestones.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"milestones\.yaml:\d+: ") as wrong:
        milestones.load(PLACES, path)
    assert said in str(wrong.value)


def test_a_day_is_a_day(history: History) -> None:
    assert history.articles["a2"].day == date(2020, 8, 19)

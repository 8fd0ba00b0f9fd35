from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.intake.formats.portal_statistics import RANKED, SUMMED, number, read
from feeds.intake.reasons import Refused
from feeds.intake.sources.kinds.portal_statistics import KIND, Settings
from feeds.intake.sources.seam import BadSource
from tests.intake.sources.listed import Listed
from tests.intake.sources.portal_stand_in import RANKING, SUMMARY, StandIn, stand_in

AGENCIES = {"398126": "2025:91", "11358": "2025:38"}


@pytest.fixture
def portal() -> Iterator[StandIn]:
    with stand_in() as found:
        yield found


def go_on(_seconds: float) -> bool:
    return False


def asked(portal: StandIn, outlet: Listed, **changes: object) -> None:
    KIND.run(Settings(**{"url": portal.url, "agencies": AGENCIES, **changes}), outlet)


def test_portal_one_pass_ranks_all_and_sums_each(portal: StandIn) -> None:
    outlet = Listed(rest=go_on)
    asked(portal, outlet)
    at = "2025-11-21T10:00:00+07:00"
    assert {feed for feed, _ in outlet.sent} == {"portal"}
    assert outlet.events == [
        {"place": "2025:91", "entity": "DVCQG-398126", "at": at, "values": {
            "portal_score": 83.81, "portal_rank": 7, "portal_openness": 14.62, "portal_progress": 18.9,
            "portal_tttt": 10.1, "portal_clgq": 7.55, "portal_satisfaction": 17.6, "portal_digitised": 15.04}},
        {"place": "2025:38", "entity": "DVCQG-11358", "at": at, "values": {"portal_score": 82.2, "portal_rank": 8}},
        {"place": "2025:91", "entity": "DVCQG-398126", "at": at, "values": {
            "portal_dossiers": 125340, "portal_synced": 124100, "portal_counter": 35000, "portal_online": 89618,
            "portal_ontime": 110000}},
    ]  # fmt: skip
    assert outlet.refused == []
    assert json.loads(outlet.memory[f"answer:{SUMMARY_NAME}:398126"]) == SUMMARY


SUMMARY_NAME = "report_by_month_sum_service"


def test_portal_is_asked_in_its_own_words(portal: StandIn) -> None:
    asked(portal, Listed(rest=go_on))
    assert [(form["service"], form["p_tinh_id"]) for form in portal.asked] == [
        ("report_tinh_766_service", "0"),
        (SUMMARY_NAME, "398126"),
        (SUMMARY_NAME, "11358"),
    ]
    first = portal.asked[0]
    assert (first["type"], first["p_nam"], first["p_thang"], first["p_loaidonvi"]) == ("ref", "2025", 11, 1)
    assert portal.headers[0]["x-requested-with"] == "XMLHttpRequest"
    assert portal.headers[0]["content-type"] == "application/x-www-form-urlencoded; charset=UTF-8"


def test_portal_is_asked_once_an_hour_however_often_we_are_called(portal: StandIn) -> None:
    outlet = Listed(rest=go_on)
    asked(portal, outlet, summaries=False)
    asked(portal, outlet, summaries=False)
    assert (len(portal.asked), outlet.answers) == (1, 2)
    outlet.clock.tick(3600)
    asked(portal, outlet, summaries=False)
    assert len(portal.asked) == 2


def test_portal_rests_between_two_questions_and_stops_when_told(portal: StandIn) -> None:
    rests: list[float] = []
    outlet = Listed(rest=lambda seconds: bool(rests.append(seconds)) or len(rests) == 2)
    asked(portal, outlet, rest=0.1)
    assert rests == [1.0, 1.0]
    assert len(portal.asked) == 2


@pytest.mark.parametrize("answer", [(500, b""), (429, b"[]"), (200, b"<html>down</html>"), (200, b'{"error": 1}')])
def test_portal_that_fails_is_a_bad_source_and_is_not_asked_again(portal: StandIn, answer: tuple[int, bytes]) -> None:
    outlet = Listed(rest=go_on)
    portal.script["0"] = answer
    with pytest.raises(BadSource):
        asked(portal, outlet)
    asked(portal, outlet)
    assert (len(portal.asked), outlet.events) == (1, [])


def test_portal_that_is_not_there_is_a_bad_source() -> None:
    with pytest.raises(BadSource, match="does not answer"):
        KIND.run(Settings(url="http://127.0.0.1:9/", agencies=AGENCIES), Listed(rest=go_on))
    with pytest.raises(BadSource, match="no web address"):
        KIND.run(Settings(url="file:///etc/passwd", agencies=AGENCIES), Listed(rest=go_on))


def test_portal_an_empty_period_and_an_agency_we_do_not_know(portal: StandIn) -> None:
    outlet = Listed(rest=go_on)
    portal.script["0"] = (200, b"[]")
    portal.script["398126"] = (200, b'[{"ID": "5", "HS_TOTAL": "1"}, {"HS_TOTAL": "12 nghin"}]')
    asked(portal, outlet)
    assert outlet.events == []
    assert [(why.code, offset) for _, _, why, offset in outlet.refused] == [
        ("agency_unmapped", f"{SUMMARY_NAME}:398126[0]"),
        ("number_bad", f"{SUMMARY_NAME}:398126[1]"),
    ]
    assert outlet.refused[1][1] == b'{"HS_TOTAL": "12 nghin"}'


@pytest.mark.parametrize(
    ("said", "value"),
    [("83.47", 83.47), ("83,47", 83.47), (" 12 ", 12), (12, 12), ("98.1%", 98.1), ("", None), (None, None), ("0", 0)],
)
def test_portal_numbers_are_text(said: object, value: float | None) -> None:
    assert number(said) == value


@pytest.mark.parametrize("said", ["x", "1.2.3", "nan", "inf", "1,234,567", [], {}])
def test_portal_what_is_no_number_is_said(said: object) -> None:
    with pytest.raises(ValueError):
        number(said)


def whole(body: bytes) -> None:
    """A hostile answer is refused with a reason, or each of its rows has values or a reason, or says nothing."""
    try:
        rows = list(read(body, RANKED | SUMMED))
    except Refused as refused:
        assert refused.rejection.vi
        return
    for row in rows:
        assert all(why.vi for why in row.bad)
        assert all(value == value for value in row.values.values())


ANY = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.lists(st.integers(), max_size=2)
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["ID", *RANKED, *SUMMED]), ANY, max_size=5) | ANY, max_size=4))
def test_portal_any_rows_are_read_or_refused(rows: list[object]) -> None:
    whole(json.dumps(rows).encode())


def test_portal_ten_thousand_mutations_are_read_or_refused() -> None:
    rng, good = random.Random(10), json.dumps(RANKING + SUMMARY).encode()
    for _ in range(10_000):
        body = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(body))
            body[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        whole(bytes(body))

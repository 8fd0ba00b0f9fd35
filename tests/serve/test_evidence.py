"""The records behind every figure there is: found, counted as the figure counts, within scope, nobody named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feeds.catalogue.clock import DAY_MS, HOUR_MS, iso, vietnam
from feeds.catalogue.question import Question
from feeds.catalogue.question import read as asked
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.compute import dossier
from feeds.intake.event import Event, decode_batch, encode
from feeds.serve.behind import behind
from feeds.serve.evidence import Evidence
from feeds.serve.readers import MASK, Unknown
from feeds.store.blocks import Archive, Block
from layouts.site import Site
from tests.e2e.canned_records import PHONE, UNIT, Desk

ELSEWHERE = Scope(frozenset({"79"}))


@pytest.fixture
def evidence(canned_desk: Desk) -> Evidence:
    return canned_desk.evidence


def q(code: str, place: str = UNIT, **narrowed: object) -> Question:
    return Question(place=place, indicator=code, **narrowed)  # type: ignore[arg-type]


def test_behind_every_figure_of_the_catalogue_stands_a_list(canned_site: Site, evidence: Evidence) -> None:
    kinds = set()
    for code in canned_site.catalogue.indicators:
        for place in ("vn", UNIT):
            plan = evidence.behind(NATION, q(code, place))
            found = evidence.page(NATION, q(code, place), 0, 25)
            assert found.total >= len(found.rows)
            assert plan.kind != "records" or plan.feed
        kinds.add(plan.kind)
    assert kinds == {"records", "events", "held", "revisions"}


def test_open_late_and_soon_are_those_the_rule_names(evidence: Evidence) -> None:
    now = evidence.clock.now_ms()
    rows = list(evidence.all(NATION, q("adm_open"), 1000))
    assert rows and all(row["open"] for row in rows)

    def late(row: dict[str, object]) -> bool:
        times = {name.removeprefix("times."): at for name, at in row.items() if name.startswith("times.")}
        return dossier.overdue(times, {}, now // HOUR_MS * HOUR_MS)  # type: ignore[arg-type]

    wanted = {row["id"] for row in rows if late(row)}
    assert {row["id"] for row in evidence.all(NATION, q("adm_overdue_open"), 1000)} == wanted
    assert evidence.count(NATION, q("adm_open", late=True)) == (len(wanted), False)
    first = evidence.page(NATION, q("adm_overdue_open"), 0, 2).rows
    assert first[0]["overdue"] >= first[1]["overdue"] > 0


def test_a_rate_is_its_parts(evidence: Evidence) -> None:
    question = q("adm_ontime_rate")
    start = behind(evidence.catalogue, evidence.catalogue.indicators["adm_ontime_rate"], evidence.clock.now_ms()).window
    ended = [r for r in evidence.all(NATION, question, 1000) if not r["open"]]
    assert ended and all(r["times.finished"] >= (start or (0,))[0] for r in ended)
    good = sum(r["fields.on_time"] is True for r in ended)
    assert evidence.count(NATION, question, good=True) == (good, False)
    assert evidence.standing(NATION, question) == evidence.count(NATION, q("adm_open"))[0]


def test_a_list_narrows_divides_and_pages(evidence: Evidence) -> None:
    whole = evidence.count(NATION, q("adm_open"))[0]
    parts = evidence.shares(NATION, q("adm_open"), ["inside", "field"])
    shares, fields = parts["inside"], parts["field"]
    assert sum(share.n for share in shares) == whole
    inside = q("adm_open", inside=shares[0].value)
    assert evidence.count(NATION, inside)[0] == shares[0].n
    assert evidence.count(NATION, q("adm_open", where={"field": fields[0].value}))[0] == fields[0].n
    pages = [row["id"] for start in range(0, whole, 25) for row in evidence.page(NATION, q("adm_open"), start, 25).rows]
    assert len(pages) == len(set(pages)) == whole
    assert all(PHONE not in share.value for share in fields)


def test_nobody_reads_outside_of_the_scope(evidence: Evidence) -> None:
    for code in ("adm_open", "air_pm25_24h", "dq_revisions"):
        with pytest.raises(OutOfScope):
            evidence.page(ELSEWHERE, q(code), 0, 5)
    with pytest.raises(OutOfScope):
        evidence.record(ELSEWHERE, "dossiers", f"H36.{UNIT}-000001")
    with pytest.raises(OutOfScope):
        evidence.revisions(ELSEWHERE, UNIT, "adm_ontime_rate")
    with pytest.raises(Unknown):
        evidence.page(NATION, q("nothing"), 0, 5)
    with pytest.raises(Unknown):
        evidence.page(NATION, q("adm_open", "99"), 0, 5)


def test_a_record_is_shown_with_its_trail_and_its_numbers_masked(evidence: Evidence) -> None:
    found = evidence.record(NATION, "dossiers", f"H36.{UNIT}-000007")
    assert (len(found["trail"]), found["unit"]) == (2, UNIT)
    assert found["row"]["fields.field"] == f"gọi {MASK}"
    assert PHONE not in str(found)


def test_readings_are_those_of_the_figures_parameter_and_time(evidence: Evidence) -> None:
    found = evidence.page(NATION, q("air_pm25_24h"), 0, 200)
    assert (found.total, found.more) == (144, False)
    assert [row["at"] for row in found.rows] == sorted((row["at"] for row in found.rows), reverse=True)
    assert evidence.count(NATION, q("air_pm25_24h", period="1h")) == (72, False)
    station = found.rows[0]["entity"]
    assert evidence.count(NATION, q("air_pm25_24h", inside=station)) == (24, False)
    values = [row["values.pm25"] for row in evidence.all(NATION, q("air_pm25_24h", sort="values.pm25", down=False), 99)]
    assert values == sorted(values)


def test_readings_behind_an_hour_of_the_past_are_those_of_then(evidence: Evidence) -> None:
    now = evidence.clock.now_ms()
    then = now // HOUR_MS * HOUR_MS
    hour = iso(then)[:16]
    rows = list(evidence.all(NATION, q("air_pm25_24h", at=hour), 200))
    assert rows and max(row["at"] for row in rows) <= then
    assert evidence.newest(NATION, q("air_pm25_24h", at=hour))["at"] <= then  # type: ignore[index]
    assert evidence.count(NATION, q("air_pm25_24h", at="2026-02-31T02:00"))[0] == 144, "no such day: the present"
    assert not evidence.behind(NATION, q("air_pm25_24h")).standing
    assert evidence.behind(NATION, q("adm_open")).standing, "what stands open is known of the present alone"
    assert not evidence.behind(NATION, q("adm_received_day")).standing


def test_days_and_hours_narrow_lists_and_go_before_a_period(evidence: Evidence) -> None:
    now = evidence.clock.now_ms()
    hour = vietnam(now // HOUR_MS * HOUR_MS - 2 * HOUR_MS)  # of the last two hours something stands before the full one
    since, until = f"{hour:%Y-%m-%dT%H:%M}", f"{hour + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    readings = list(evidence.all(NATION, q("air_pm25_24h", start=since, end=until, period="1h"), 5000))
    first = round(hour.timestamp() * 1000)
    assert readings and all(first <= row["at"] < first + 2 * HOUR_MS for row in readings)
    whole = evidence.count(NATION, q("adm_ontime_rate", period="all"))[0]
    days = [f"{vietnam(now - ago * DAY_MS):%Y-%m-%d}" for ago in (400, 3, 2)]
    before, after = (
        evidence.count(NATION, q("adm_ontime_rate", start=start, end=end))[0]
        for start, end in ((days[0], days[1]), (days[2], ""))
    )
    ended = [row for row in evidence.all(NATION, q("adm_ontime_rate", period="all"), 5000) if "times.finished" in row]
    assert before + after == len(ended) <= whole, "a day is meant whole: the two halves share nothing and miss nothing"
    assert evidence.count(NATION, q("adm_ontime_rate", start=days[2], end=days[1]))[0] == 0


def test_people_are_counted_and_never_quoted(canned_desk: Desk, evidence: Evidence) -> None:
    now = evidence.clock.now_ms()
    fields = {"topic": "health", "tone": "negative", "text": f"bực quá, gọi {PHONE}", "author_hash": "a1"}
    posts = [
        Event("social", "fb", 1, f"2025:{UNIT}", None, now - 1000, now, fields=fields),
        Event("social", "bao", 2, f"2025:{UNIT}", None, now - 2000, now, fields=fields | {"paper": "Báo X"}),
    ]
    block = Block("social", UNIT, "3-0", "4-0", now - 2000, now - 1000, 2, encode(posts))
    Archive(canned_desk.database, decode_batch).write([block], epoch=1)
    person, paper = evidence.page(NATION, q("sml_negative_share"), 0, 5).rows
    assert (person["fields.text"], person["fields.author_hash"]) == (MASK, MASK)
    assert paper["fields.text"] == f"bực quá, gọi {MASK}"


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-02-31", "to": "22/11/2026", "page": "-4"},
        {"sort": "-rev; DROP", "page": "-4", "period": "1y", "state": "x,,y", "f.field; x": "1"},
        {"q": "\x00", "page": "9" * 99, "sort": "", "in": "01/00004", "late": "yes"},
    ],
)
def test_an_address_that_makes_no_sense_still_asks_something(query: dict[str, str]) -> None:
    question = asked(UNIT, "adm_open", query)
    assert (question.page, question.period, question.late, question.where, question.search) == (1, "", False, {}, "")
    assert (question.start, question.end) == ("", "")


def test_a_question_is_restored_from_its_own_address() -> None:
    from urllib.parse import parse_qsl

    question = q("adm_open", period="7d", states=("received", "fee"), where={"field": "Đất đai"}, inside="68/24787",
                 late=True, search="H36", sort="due", down=False, page=3, at="2026-11-22T02:00",
                 start="2026-11-02", end="2026-11-22T02:00")  # fmt: skip
    assert asked(UNIT, "adm_open", dict(parse_qsl(question.query()))) == question


def test_windows_begin_where_the_figures_begin(canned_site: Site) -> None:
    now = 1_795_231_800_000  # 21/11/2026 10:30
    at = {code: behind(canned_site.catalogue, canned_site.catalogue.indicators[code], now).window for code in
          ("adm_ontime_rate", "adm_received_day", "air_pm25_24h", "sml_mentions")
          if code in canned_site.catalogue.indicators}  # fmt: skip
    assert iso((at["adm_ontime_rate"] or (0,))[0]) == "2026-11-15T00:00:00+07:00"
    assert iso((at["adm_received_day"] or (0,))[0]) == "2026-11-21T00:00:00+07:00"
    assert (at["air_pm25_24h"] or (0,))[0] == now - DAY_MS

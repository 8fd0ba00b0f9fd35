"""What the simulated national systems say: whole numbers of a day, named gaps, the same story twice."""

from __future__ import annotations

from datetime import datetime

import pytest

from feeds.catalogue.clock import DAY_MS, TZ
from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.papers import Papers
from feeds.intake.simulator.systems import LAYERS, Systems

CAST = Cast.load()
ACTORS = {actor.code: actor for actor in CAST.actors["systems"]}
PAPERS = Papers(2026, CAST)
MONDAY = round(datetime(2026, 11, 23, tzinfo=TZ).timestamp() * 1000)
STEP = 300_000
PARTS = {
    "sys_signed": "sys_docs", "sys_errors": "sys_requests", "sys_tasks_ontime": "sys_tasks",
    "sys_calls_answered": "sys_calls", "sys_payments_failed": "sys_payments", "sys_liked": "sys_rated",
    "sys_pet_forwarded": "sys_petitions", "sys_pet_published": "sys_pet_answered", "sys_given": "sys_owed",
    "sys_procedures_online": "sys_procedures", "sys_tasks_overdue": "sys_tasks",
}  # fmt: skip


def day(code: str, name: str, start: int = MONDAY) -> int:
    told = Systems(2026, PAPERS)
    return sum(told(ACTORS[code], at, STEP).get(name, 0) for at in range(start, start + DAY_MS, STEP))


def test_the_cast_is_that_of_the_articles() -> None:
    of = [actor.type for actor in ACTORS.values()]
    wanted = {"agency": 95, "owner": 30, "link": 25, "component": 6, "field": 13, "server": 81, "integration": 10,
              "section": 7, "function": 7, "provider": 4, "tier": 3, "centre": 4}  # fmt: skip
    assert {type: of.count(type) for type in set(of)} == wanted
    owners = [actor for actor in ACTORS.values() if actor.type == "owner"]
    sections = [actor for actor in ACTORS.values() if actor.type == "section"]
    for told in (owners, sections):
        assert (sum(a.number("given") for a in told), sum(a.number("owed") for a in told)) == (101, 200)


@pytest.mark.parametrize(("code", "name", "told"), [("NP-SVC", "sys_dossiers", 4_000), ("NP-CALL", "sys_calls", 23_000),
                                                    ("NP-PET", "sys_petitions", 7_600)])  # fmt: skip
def test_a_working_day_of_the_portal_brings_what_the_articles_tell(code: str, name: str, told: int) -> None:
    assert told <= day(code, name) <= told * 1.15
    assert day(code, name, MONDAY - DAY_MS) < told * 0.4, "a Sunday is a Sunday"


def test_who_is_down_says_only_that_and_parts_never_exceed_the_whole() -> None:
    told = Systems(2026, PAPERS)
    noon = MONDAY + 10 * 3_600_000
    assert told(ACTORS["AX-VCF"], noon, STEP) == {"sys_up": 0}
    for actor in ACTORS.values():
        values = told(actor, noon, 36 * STEP)
        assert values == Systems(2026, Papers(2026, CAST))(actor, noon, 36 * STEP)
        for part, whole in PARTS.items():
            assert values.get(part, 0) <= values.get(whole, 0)


def test_the_axis_counts_the_documents_that_are_told_one_by_one() -> None:
    """Two tellings of one figure: both must say the same, on a working day and on a day off."""
    for start in (MONDAY, MONDAY - DAY_MS):
        told = [one for one in PAPERS.tell(start, start + DAY_MS) if one.feed == "documents"]
        sent = sum(one.body["record"]["state"] == "sent" for one in told)
        came = sum(one.body["record"]["state"] == "arrived" for one in told)
        signed = sum(one.body["record"]["fields"].get("signed") in ("valid", "present") for one in told)
        counted = [PAPERS.passed(code, start, start + DAY_MS) for code in ACTORS if code.startswith("AX-")]
        assert [sum(each[name] for each in counted) for name in ("sys_docs", "sys_docs_in", "sys_signed")] == [
            sent, came, signed,
        ]  # fmt: skip


def test_a_server_says_which_of_its_four_layers_it_lacks() -> None:
    told = [Systems(2026, PAPERS)(actor, MONDAY, STEP) for actor in ACTORS.values() if actor.type == "server"]
    assert all(sum(values[name] for name in LAYERS) == values["sys_layers"] for values in told)
    assert sum(values["sys_layers"] == 4 for values in told) < 81
    assert len({name for values in told for name in LAYERS if not values[name]}) > 1, "not always the same one"

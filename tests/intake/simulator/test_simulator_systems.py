"""What the simulated national systems say: whole numbers of a day, named gaps, the same story twice."""

from __future__ import annotations

from datetime import datetime

import pytest

from feeds.catalogue.clock import DAY_MS, TZ
from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.systems import Systems

ACTORS = {actor.code: actor for actor in Cast.load().actors["systems"]}
MONDAY = round(datetime(2026, 11, 23, tzinfo=TZ).timestamp() * 1000)
STEP = 300_000
PARTS = {
    "sys_signed": "sys_docs", "sys_errors": "sys_requests", "sys_tasks_ontime": "sys_tasks",
    "sys_calls_answered": "sys_calls", "sys_payments_failed": "sys_payments",
}  # fmt: skip


def day(code: str, name: str, start: int = MONDAY) -> int:
    told = Systems(2026)
    return sum(told(ACTORS[code], at, STEP).get(name, 0) for at in range(start, start + DAY_MS, STEP))


def test_the_cast_is_that_of_the_articles() -> None:
    of = [actor.type for actor in ACTORS.values()]
    wanted = {"agency": 95, "owner": 30, "link": 25, "component": 6, "field": 13, "server": 81, "integration": 10}
    assert {type: of.count(type) for type in set(of)} == wanted
    owners = [actor for actor in ACTORS.values() if actor.type == "owner"]
    assert (sum(a.number("given") for a in owners), sum(a.number("owed") for a in owners)) == (101, 200)


@pytest.mark.parametrize(("code", "name", "told"), [("NP-SVC", "sys_dossiers", 4_000), ("NP-CALL", "sys_calls", 23_000),
                                                    ("NP-PET", "sys_petitions", 7_600)])  # fmt: skip
def test_a_working_day_of_the_portal_brings_what_the_articles_tell(code: str, name: str, told: int) -> None:
    assert told <= day(code, name) <= told * 1.15
    assert day(code, name, MONDAY - DAY_MS) < told * 0.4, "a Sunday is a Sunday"


def test_who_is_down_says_only_that_and_parts_never_exceed_the_whole() -> None:
    told = Systems(2026)
    noon = MONDAY + 10 * 3_600_000
    assert told(ACTORS["AX-VCF"], noon, STEP) == {"sys_up": 0}
    for actor in ACTORS.values():
        values = told(actor, noon, 36 * STEP)
        assert values == Systems(2026)(actor, noon, 36 * STEP)
        for part, whole in PARTS.items():
            assert values.get(part, 0) <= values.get(whole, 0)

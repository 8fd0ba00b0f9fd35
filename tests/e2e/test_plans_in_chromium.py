"""What is due of a plan, as the browser writes it."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import expect

from feeds.catalogue.clock import TZ, iso
from feeds.serve.calendar import due
from layouts.numbers import bare
from tests.e2e.canned import now
from tests.e2e.conftest import Open, Stage

pytestmark = pytest.mark.browser
PLAN = "soc_budget_rev_pct"


def test_a_plan_is_held_against_its_pace(stage: Stage, open_page: Open) -> None:
    stage.canned.snapshot("vn")["indicators"][PLAN] |= {"v": 97.3, "severity": 0, "state": "live", "at": iso(now())}
    wanted = due(stage.canned.site.catalogue.indicators[PLAN], datetime.now(TZ).date())
    assert wanted is not None
    page = open_page(f"/d/economy?i={PLAN}")
    told = bare(float(f"{wanted:.3g}"))
    expect(page.locator(f".gauge[data-indicator={PLAN}] [data-part=note]")).to_have_text(f"nhịp {told}")
    limit = page.locator("[data-panel=ranking] [data-part=tick-limit]")
    expect(limit).to_have_text(f"ngưỡng {bare(round(float(f'{wanted:.3g}') - 5, 6))}")
    expect(page.locator("[data-panel=map] [data-swatch]").first).to_contain_text(told)

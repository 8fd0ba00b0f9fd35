"""One cast for all tests of the simulator, and moments in Vietnam's time."""

from datetime import datetime

import pytest

from feeds.catalogue.clock import TZ
from feeds.intake.simulator.caseload import Planner
from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.days import working_days_end
from feeds.intake.simulator.story import Story


@pytest.fixture(scope="session")
def cast():
    return Cast.load()


@pytest.fixture(scope="session")
def ms():
    return lambda text: int(datetime.fromisoformat(text).replace(tzinfo=TZ).timestamp() * 1000)


@pytest.fixture(scope="session")
def friday(ms):
    return ms("2026-11-20T10:00:00")


@pytest.fixture(scope="session")
def story(cast, friday):
    """A story opened on a Friday morning at ten."""
    return Story(7, cast, friday)


@pytest.fixture(scope="session", autouse=True)
def planned_once():
    """A day's plan depends on nothing but seed and day: make each once for all tests."""
    plan, known = Planner.plan, {}

    def once(self, day, since=0):
        key = (self._seed, day, working_days_end(day, 2) < since)
        if key not in known:
            known[key] = plan(self, day, since)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Planner, "plan", once)
        yield plan

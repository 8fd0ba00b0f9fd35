"""One silent system for the tests that break nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import System
from tests.faults.system import running


@pytest.fixture(scope="session")
def quiet_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system; nothing moves but what tests post."""
    with running(tmp_path_factory.mktemp("quiet")) as system:
        yield system

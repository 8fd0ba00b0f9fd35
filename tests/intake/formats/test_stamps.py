"""Times as the state's systems write them are Vietnam's unless they say otherwise."""

from __future__ import annotations

import pytest

from feeds.intake.formats.stamps import moment
from feeds.intake.reasons import Refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("20261121103000", "2026-11-21T10:30:00+07:00"),
        ("202611211030", "2026-11-21T10:30:00+07:00"),
        ("20261121", "2026-11-21T00:00:00+07:00"),
        ("2026/11/21 10:30:00", "2026-11-21T10:30:00+07:00"),
        ("2026/11/21", "2026-11-21T00:00:00+07:00"),
        ("21/11/2026 10:30", "2026-11-21T10:30:00+07:00"),
        ("2026-11-21T10:30:00", "2026-11-21T10:30:00+07:00"),
        ("2026-11-21T10:30:00.250", "2026-11-21T10:30:00.250000+07:00"),
        ("2026-11-21T03:30:00Z", "2026-11-21T03:30:00+00:00"),
        (" 20261121103000 ", "2026-11-21T10:30:00+07:00"),
    ],
)
def test_stamps_are_read(text: str, said: str) -> None:
    assert moment(text, "t").isoformat() == said


@pytest.mark.parametrize("text", ["", "x", "20261301", "20260230000000", "2026112110", "31/02/2026", "99999999999999"])
def test_stamps_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        moment(text, "NgayHenTra")
    assert refused.value.rejection.code == "stamp_bad"
    assert "NgayHenTra" in refused.value.rejection.vi

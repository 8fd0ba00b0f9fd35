"""The indicators of e-documents, computed from messages of the axis."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.clock import TZ
from feeds.catalogue.loader import load
from feeds.intake.event import Event
from feeds.intake.formats.edxml import read
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator
from tests.engine.rig import Rig, settle
from tests.intake.formats.edxml_samples import IDENTITY, document, status

FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=TZ)


def messages() -> list[bytes]:
    """Twenty documents to two receivers; the first receiver accepts within 5, 10 ... 100 minutes, refuses the last."""
    due = "<edXML:DueDate>2026/11/19</edXML:DueDate>"
    found = []
    for n in range(20):
        mark = f"/{n:03}/UBND-VP"
        found.append(document(more=due if n < 3 else "").replace(b",123/UBND-VP", mark.encode()))
        at = datetime(2026, 11, 20, 9, 30) + timedelta(minutes=5 * (n + 1))
        name = IDENTITY.replace(",123/UBND-VP", mark)
        found += [status("01", f"{at:%Y/%m/%d %H:%M:%S}", name)]
        found += [status("02" if n == 19 else "03", f"{at:%Y/%m/%d %H:%M:%S}", name)]
    return found


def test_the_indicators_of_documents_follow_from_messages(rig: Rig) -> None:
    rig.catalogue = load(Path(__file__).parents[2] / "data" / "catalogue")
    rig.clock.ms = round(FRIDAY.timestamp() * 1000)
    validator = Validator(rig.catalogue, rig.places, rig.clock, Listening.load(rig.places))
    agencies, engine = AgencyCodes.load(rig.places), rig.engine()
    for _ in range(2):  # the axis sends again what it is not sure of
        for raw in messages():
            for feed, event in read(raw, agencies):
                checked = validator.check(feed, msgspec.json.encode(event), "edxml")
                assert isinstance(checked, Event), checked
                rig.post(checked)
        settle(rig, engine)
    told = [code for code, i in rig.catalogue.indicators.items() if i.feed in ("documents", "axis")]
    found = {code: rig.figure(code)["v"] for code in told}
    assert found == {
        "edoc_agencies_connected": 1,
        "edoc_sent_day": 20,
        "edoc_received_day": 20,
        "edoc_signed_share": 0,
        "edoc_ack_p95_min": pytest.approx(95, rel=0.02),  # the 19th of 19 accepted: 95 minutes
        "edoc_rejected_share": 5,
        "edoc_open": 39,
        "edoc_overdue": 6,
    }
    assert rig.figure("edoc_received_day", "08")["v"] == 20
    assert rig.figure("edoc_sent_day", "01")["v"] == 20

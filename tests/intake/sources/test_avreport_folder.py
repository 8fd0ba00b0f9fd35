"""Reports of anti-virus from a folder: read once, refused beside their neighbours, a province's machines by commune."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.intake.sources.kinds.avreport import KIND, Settings
from feeds.intake.sources.seam import BadSource
from tests.intake.formats.soc_samples import report
from tests.intake.sources.listed import Listed
from tests.intake.sources.test_edxml_folder import go_on, names, put


def test_avreport_folder_each_report_is_read_once_and_put_away(tmp_path: Path) -> None:
    outlet = Listed(rest=go_on)
    put(tmp_path, "a.xml", report(), outlet)
    put(tmp_path, "b.xml", report(code="H99"), outlet)
    settings = Settings(path=str(tmp_path), networks={"10.46.12.0/24": "46/19774"})
    for _ in range(2):
        KIND.run(settings, outlet)
    assert [event["entity"] for event in outlet.events] == ["AV-000.00.00.H57", "AV-000.00.00.H57-19774"]
    assert [(feed, why.code, offset) for feed, _, why, offset in outlet.refused] == [
        ("antivirus", "sync_unit", "b.xml")
    ]
    assert (names(tmp_path / "read"), names(tmp_path / "refused")) == (["a.xml"], ["b.xml"])


def test_avreport_folder_with_a_network_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="network cannot be read"):
        KIND.run(Settings(path=str(tmp_path), networks={"10.46.12": "46"}), Listed())

"""The portal and the axis as declared sources: from their files through supervision and the door into the streams."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from feeds.catalogue.clock import TZ
from feeds.catalogue.keys import Keys
from feeds.catalogue.loader import load
from feeds.catalogue.settings import ROOT
from feeds.intake.door import Door
from feeds.intake.event import decode_batch
from feeds.intake.sources import declared
from feeds.intake.sources.process import Connectors
from feeds.intake.validate import Validator
from feeds.store.quarantine import Quarantine
from tests.intake.formats.edxml_samples import document, status
from tests.intake.sources.portal_stand_in import stand_in

KEYS = Keys("sim")
PORTAL = """
id: dvcqg
kind: portal_statistics
feeds: [portal]
places: ["91", "38"]
cadence: 1h
settings:
  url: {url}
  agencies: {{"398126": "2025:91", "11358": "2025:38"}}
  summaries: false
"""
AXIS = """
id: truc
kind: edxml
feeds: [documents, axis]
places: [vn]
cadence: 1m
settings:
  path: {path}
  settle: 0
"""


@pytest.fixture
def supervised(places, listening, clock, durable, volatile, source_database, book, tmp_path):
    """Runs one declared source once; returns its runner."""
    catalogue = load(ROOT / "data" / "catalogue")
    validator = Validator(catalogue, places, clock, listening)
    door = Door(validator, KEYS, durable, volatile, Quarantine(source_database))
    folder = tmp_path / "sources"
    folder.mkdir()

    def run(name: str, text: str):
        (folder / f"{name}.yaml").write_text(text)
        (source,) = declared.load(folder, catalogue, places)
        (runner,) = Connectors([source], door, book, tmp_path / "spool").runners
        runner.step()
        assert (runner.state, runner.problem) == ("well", "")
        return runner

    return run


def streamed(durable, feed, part):
    return [event for _, entry in durable.xrange(KEYS.stream(feed, part)) for event in decode_batch(entry[b"b"])]


def test_declared_portal_reaches_the_stream_of_its_provinces(supervised, durable, book, clock):
    with stand_in() as portal:
        supervised("dvcqg", PORTAL.format(url=portal.url))
    (event,) = streamed(durable, "portal", "91")
    assert (event.source, event.entity, event.connector) == ("dvcqg", "DVCQG-398126", "portal_statistics:dvcqg")
    assert event.values["portal_score"] == 83.81
    assert len(streamed(durable, "portal", "38")) == 1
    assert "83.81" in (book.recall("dvcqg", "answer:report_tinh_766_service:0") or "")


def test_declared_axis_reaches_the_streams_of_sender_and_receivers(supervised, durable, clock, tmp_path: Path):
    drop = tmp_path / "drop"
    drop.mkdir()
    now = f"{clock_time(clock):%Y/%m/%d %H:%M:%S}".encode()
    for name, raw in (("1.xml", document()), ("2.xml", status())):
        (drop / name).write_bytes(raw.replace(b"2026/11/20 09:30:00", now).replace(b"2026/11/20 09:50:00", now))
        os.utime(drop / name, (clock.now_ms() / 1000 - 60,) * 2)
    supervised("truc", AXIS.format(path=drop))
    assert [event.record.state for event in streamed(durable, "documents", "01")] == ["sent"]
    assert [event.record.state for event in streamed(durable, "documents", "08")] == ["sending", "accepted"]
    assert [event.place for event in streamed(durable, "documents", "vn")] == ["agency:byt"]
    assert [event.entity for event in streamed(durable, "axis", "01")] == ["TRUC-H26"]
    assert sorted(file.name for file in (drop / "read").iterdir()) == ["1.xml", "2.xml"]


def clock_time(clock):
    return datetime.fromtimestamp(clock.now_ms() / 1000 - 60, TZ)

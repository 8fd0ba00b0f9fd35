"""What the papers show is done: each example is read, judged by the product's catalogue, and becomes what they say.

The others run where their counterpart is: folder and mqtt in test_station_sources, sftp and ftp in their own files,
rss and posts in test_news_end_to_end.
"""

from __future__ import annotations

import io
from datetime import datetime

import msgspec
import pytest
from openpyxl import Workbook

from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.clock import TZ, TickClock
from feeds.catalogue.loader import load
from feeds.catalogue.settings import ROOT
from feeds.intake.event import Event
from feeds.intake.formats import dossier_sync, edxml, sensors
from feeds.intake.sources.kinds import folder
from feeds.intake.typed import SOURCE, Figure
from feeds.intake.validate import Validator
from tests.intake.sources.papers import blocks, declared_as, sent
from tests.intake.sources.station_files import NOW_MS, leave, outlet_at

NOW = datetime.fromtimestamp(NOW_MS / 1000, TZ)


@pytest.fixture(scope="module")
def judge(places, listening):
    """The product's judgement at the time the examples were written for."""
    validator = Validator(load(ROOT / "data" / "catalogue"), places, TickClock(NOW_MS + 86_400_000), listening)

    def accepted(feed, event, source="hn"):
        judged = validator.check(feed, msgspec.json.encode({"source": source, **event}))
        assert isinstance(judged, Event), judged
        return judged

    return accepted


def picked_up(said, judge):
    """What a folder gives, as the door would take it."""
    outlet = outlet_at(NOW_MS + 86_400_000)
    folder.KIND.run(msgspec.convert(said, folder.FolderSettings), outlet)
    assert not outlet.refused
    return [judge(feed, event) for feed, event in outlet.sent if feed != "entities"]


def test_the_export_of_a_station(judge, tmp_path):
    (export,) = (block for block in blocks("tables", "") if block.startswith("STT"))
    leave(tmp_path, "HN-KHI-001/thang-11.csv", export.encode())
    (event,) = picked_up(declared_as("tables", path=str(tmp_path)), judge)
    assert event.values == {"no2": 86.5, "co": 800.0, "temp": 24.1, "pm25": 61.2} and event.entity == "HN-KHI-001"


def test_the_workbook_of_a_laboratory(judge, tmp_path):
    book, raw = Workbook(), io.BytesIO()
    book.active.title = "Kết quả"
    for row in (
        ["Ngày", "Giờ", "Mã trạm", "Tình trạng", "Amoni", "Lưu lượng xả"],
        ["21/11/2026", "10:30", "NUO1", "Tốt", 0.25, 73],
        ["21/11/2026", "11:30", "NUO1", "Hỏng", 0.9, None],
    ):
        book.active.append(row)
    book.save(raw)
    leave(tmp_path, "ket-qua.xlsx", raw.getvalue())
    good, bad = picked_up(declared_as("tables", 1, path=str(tmp_path)), judge)
    assert good.values == {"nh4_n": 0.25, "flow_water": 73.0} and bad.bad == {"nh4_n": "02", "flow_water": "02"}


def test_the_events_of_a_pusher_and_of_a_recorder(judge):
    ((feed, body),) = sent("http")
    (event,) = (judge(feed, said) for said in msgspec.json.decode(body))
    assert (event.source, event.values) == ("hn-donre", {"pm25": 61.2, "co": 800.0})
    (body,) = blocks("camera", "json")
    assert judge("cameras", msgspec.json.decode(body)).values == {"ai_events": 1, "ai_intrusion": 1}


def test_the_message_of_a_sensor(judge):
    bodies = list(blocks("mqtt", "json"))
    assert bodies, "the page shows one"
    for body in bodies:
        readings = sensors.read(body.encode())
        (moment,) = readings.sorted()
        assert not readings.unread and moment.station == "CM-G30A" and set(moment.values) == {"LUULUONG", "pH"}


def test_a_dossier_as_the_one_stop_system_sends_it(judge, places):
    ((_, body),) = sent("dossier_sync")
    (piece,) = dossier_sync.read(body.encode(), AgencyCodes.load(places), NOW).pieces
    event = judge("dossiers", piece.event)
    assert (event.place[:7], event.record.state, event.record.fields["channel"]) == ("2025:01", "processing", "online")


def test_the_status_of_a_document(judge, places):
    (body,) = blocks("edxml", "xml")
    told = edxml.read(body.encode(), AgencyCodes.load(places))
    assert told and "accepted" in str(told)


def test_a_figure_that_a_program_types(judge):
    proposed, decision = (msgspec.json.decode(body) for _, body in sent("typed"))
    (figure,) = msgspec.convert(proposed["figures"], list[Figure])
    said = {"place": figure.place, "at": figure.at, "values": {figure.param: figure.value}}
    assert judge(figure.feed, said, SOURCE).values == {"accidents": 3.0}
    assert decision["act"] == "approve" and decision["by"] != proposed["by"]

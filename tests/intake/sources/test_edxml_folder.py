from __future__ import annotations

import os
from pathlib import Path

import pytest

from feeds.intake.sources.kinds.edxml import KIND, Settings
from feeds.intake.sources.seam import BadSource
from tests.intake.formats.edxml_samples import document, keys, sign, status
from tests.intake.sources.listed import Listed


def go_on(_seconds: float) -> bool:
    return False


def put(folder: Path, name: str, raw: bytes, outlet: Listed, age: float = 60) -> None:
    (folder / name).write_bytes(raw)
    changed = outlet.clock.now_ms() / 1000 - age
    os.utime(folder / name, (changed, changed))


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*")) if folder.exists() else []


def test_edxml_folder_each_file_is_read_once_and_put_away(tmp_path: Path) -> None:
    outlet = Listed(rest=go_on)
    put(tmp_path, "b.edxml", status(), outlet, 50)
    put(tmp_path, "a.edxml", document(), outlet, 60)
    put(tmp_path, "c.XML", b"<html/>", outlet)
    put(tmp_path, "notes.txt", b"x", outlet)
    KIND.run(Settings(path=str(tmp_path)), outlet)
    assert [event["record"]["state"] for feed, event in outlet.sent if feed == "documents"] == [
        "sent",
        "sending",
        "sending",
        "accepted",
    ]
    assert [feed for feed, _ in outlet.sent] == ["documents"] * 3 + ["axis", "documents"]
    assert [(feed, why.code, offset) for feed, _, why, offset in outlet.refused] == [
        ("documents", "edxml_root", "c.XML")
    ]
    assert names(tmp_path / "read") == ["a.edxml", "b.edxml"]
    assert names(tmp_path / "refused") == ["c.XML"]
    before = len(outlet.sent)
    KIND.run(Settings(path=str(tmp_path)), outlet)
    assert (len(outlet.sent), outlet.answers) == (before, 2)


def test_edxml_folder_a_file_that_is_still_written_is_waited_for(tmp_path: Path) -> None:
    outlet = Listed(rest=go_on)
    put(tmp_path, "a.edxml", document()[:300], outlet, age=1)
    KIND.run(Settings(path=str(tmp_path)), outlet)
    assert (outlet.sent, outlet.refused) == ([], [])
    put(tmp_path, "a.edxml", document(), outlet, age=6)
    KIND.run(Settings(path=str(tmp_path)), outlet)
    assert len(outlet.sent) == 4


def test_edxml_folder_the_same_file_again_gives_the_same_events(tmp_path: Path) -> None:
    outlet = Listed(rest=go_on)
    for _ in range(2):
        put(tmp_path, "a.edxml", document(), outlet)
        KIND.run(Settings(path=str(tmp_path)), outlet)
    assert outlet.events[:4] == outlet.events[4:]


def test_edxml_folder_stops_when_told_and_goes_on_later(tmp_path: Path) -> None:
    outlet = Listed()
    for name in ("a.xml", "b.xml"):
        put(tmp_path, name, status(), outlet)
    KIND.run(Settings(path=str(tmp_path)), outlet)
    assert names(tmp_path / "read") == ["a.xml"]
    KIND.run(Settings(path=str(tmp_path)), outlet)
    assert names(tmp_path / "read") == ["a.xml", "b.xml"]


def test_edxml_folder_signatures_are_held_to_the_certificates_beside(tmp_path: Path) -> None:
    outlet = Listed(rest=go_on)
    key, certificate = keys()
    (tmp_path / "pem").mkdir()
    (tmp_path / "pem" / "H26.pem").write_bytes(certificate)
    put(tmp_path, "a.edxml", sign(document(), key, certificate), outlet)
    KIND.run(Settings(path=str(tmp_path), certificates=str(tmp_path / "pem")), outlet)
    assert outlet.events[0]["record"]["fields"]["signed"] == "valid"


def test_edxml_folder_that_is_not_there_is_a_bad_source(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="cannot be read"):
        KIND.run(Settings(path=str(tmp_path / "no")), Listed())

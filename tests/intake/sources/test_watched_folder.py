"""The watched folder: what loggers do to files, and that each reading goes out once."""

import os

import pytest

from feeds.intake.sources import pickup
from feeds.intake.sources.kinds.folder import KIND, FolderSettings
from feeds.intake.sources.seam import BadSource
from tests.intake.sources.station_files import BODY, EVENT, NAME, declared, leave, outlet_at


@pytest.fixture
def tree(tmp_path):
    return tmp_path / "tree"


@pytest.fixture
def look(tree):
    """One outlet over the life of a source, and a pass over the tree with it."""
    tree.mkdir()
    outlet = outlet_at()

    def once(seconds=60, **more):
        sent, refused = len(outlet.sent), len(outlet.refused)
        outlet.clock.tick(seconds)
        KIND.run(declared(FolderSettings, **{"path": str(tree)} | more), outlet)
        told = [(feed, event) for feed, event in outlet.sent[sent:] if feed != "entities"]
        return told, [(why.code, offset) for _, _, why, offset in outlet.refused[refused:]]

    once.outlet = outlet
    return once


def test_a_station_file_becomes_one_event_and_is_read_once(tree, look):
    leave(tree, f"HN_ABCD_NUO001/2026/11/21/{NAME}")
    assert look() == ([("water", EVENT)], [])
    assert look() == ([], [])
    assert look.outlet.answers == 2


def test_the_station_is_made_known_once(tree, look):
    look()
    look()
    ((feed, event),) = look.outlet.sent
    assert feed == "entities" and event["entity"] == "HN-NUO-001" and event["record"]["type"] == "water"
    assert event["record"]["fields"] == {"vi": "Trạm ABCD", "en": "Trạm ABCD", "type": "river"}


def test_a_file_sent_again_adds_nothing(tree, look):
    leave(tree)
    look()
    leave(tree, f"lai/{NAME}")
    leave(tree, age_s=3700)
    assert look() == ([], [])


def test_a_file_sent_again_with_more_adds_only_what_is_new(tree, look):
    leave(tree)
    look()
    leave(tree, body=BODY + b"TSS\t9\tmg/L\t20261121103000\t00\r\n", age_s=3700)
    ((_, event),), refused = look()
    assert event == EVENT | {"values": {"TSS": {"v": 9.0, "unit": "mg/L"}}} and not refused


def test_another_value_for_a_time_is_refused_and_a_fault_that_was_measured_after_all_is_not(tree, look):
    leave(tree)
    look()
    leave(tree, body=BODY.replace(b"7.21", b"7.99").replace(b"\t01\r", b"\t00\r"), age_s=3700)
    ((_, event),), refused = look()
    assert event["values"] == {"NH4": {"v": 2.15, "unit": "mg/L"}}
    assert refused == [("reading_changed", f"{NAME}: line 1, byte 0")]


def test_a_file_that_still_grows_is_waited_for(tree, look):
    leave(tree, body=BODY[:40], age_s=0)
    assert look() == ([], [])
    leave(tree, body=BODY[:90], age_s=-60)
    assert look() == ([], [])
    leave(tree, body=BODY, age_s=-120)
    assert look() == ([], [])
    assert look(5) == ([], [])
    assert look(5) == ([("water", EVENT)], [])


def test_half_a_file_waits_an_hour_and_then_gives_what_it_has(tree, look):
    leave(tree, body=BODY[:-12], age_s=0)
    assert [look() for _ in range(3)] == [([], [])] * 3
    ((_, event),), refused = look(3600)
    assert list(event["values"]) == ["COD", "pH"] and [code for code, _ in refused] == ["line_columns"]


@pytest.mark.parametrize("name", [f"{NAME}.tmp", f".{NAME}", f"{NAME}.filepart", "ghi-chu.docx"])
def test_other_names_are_left_alone(tree, look, name):
    leave(tree, name)
    assert look() == ([], [])


def test_an_undeclared_station_is_refused_once_and_read_when_it_is_declared(tree, look):
    name = NAME.replace("NUO001", "NUO002")
    leave(tree, name)
    assert look() == ([], [("station_unknown", f"{name}: line 1, byte 0")])
    assert look() == ([], [])
    stations = {"HN_ABCD_NUO002": {"feed": "water", "place": "01/00004"}}
    ((_, event),), _ = look(stations=stations)
    assert event["entity"] == "HN_ABCD_NUO002"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("bang-ke.txt", BODY, "file_name"),
        (NAME, b"\0" * 64, "line_columns"),
        (NAME, b"", "file_empty"),
        (NAME, b"x" * (2 * 1024 * 1024 + 1), "file_big"),
    ],
)
def test_what_is_no_station_file_is_kept_with_a_reason(tree, look, name, body, code):
    leave(tree, name, body)
    leave(tree, f"b/{NAME}")
    told, refused = look()
    assert [found for found, _ in refused] == [code] and told == [("water", EVENT)]


def test_a_good_file_is_moved_and_one_with_a_bad_line_stays(tree, look):
    leave(tree, f"tram/{NAME}")
    bad = leave(tree, f"tram/{NAME.replace('30', '35')}", BODY.replace(b"38.4", b"?").replace(b"1030", b"1035"))
    look(after="move")
    assert (tree / "da-doc" / "tram" / NAME).read_bytes() == BODY and bad.exists()
    assert look(after="move") == ([], [])


def test_a_good_file_is_deleted_where_that_is_wanted(tree, look):
    path = leave(tree)
    look(after="delete")
    assert not path.exists()


def test_names_in_no_encoding_are_read_too(tree, look):
    folder = os.fsencode(tree) + b"/tr\xe1m"
    os.makedirs(folder)
    path = leave(tree)
    os.rename(path, folder + b"/" + os.fsencode(NAME))
    assert look() == ([("water", EVENT)], [])
    path = leave(tree, body=BODY[:40], age_s=0)
    os.rename(path, folder + b"/\xe1.txt")
    assert look() == look() == ([], [])
    assert look(3600)[1] == [("file_name", r"tr\udce1m/\udce1.txt")]


def test_a_fault_of_ours_stops_no_other_file(tree, look, monkeypatch):
    leave(tree, f"a/{NAME}", b"poison")
    leave(tree, f"b/{NAME}")
    read = pickup.circular10.read
    monkeypatch.setattr(
        pickup.circular10, "read", lambda raw, station: 1 / 0 if raw == b"poison" else read(raw, station)
    )
    assert look() == ([("water", EVENT)], [("not_judged", f"a/{NAME}")])


def test_links_lead_nowhere(tree, look, tmp_path):
    leave(tmp_path / "secret")
    (tree / "link").symlink_to(tmp_path / "secret")
    (tree / NAME).symlink_to(tmp_path / "secret" / NAME)
    assert look() == ([], [])


def test_old_folders_are_not_read_again_until_something_comes_in(tree, look, monkeypatch):
    path = leave(tree, f"2026/11/19/{NAME}", age_s=2 * 86_400)
    os.utime(path.parent, (1_795_231_920 - 2 * 86_400,) * 2)
    look()
    read = []
    monkeypatch.setattr(
        "feeds.intake.sources.kinds.folder.os.scandir", lambda p, ask=os.scandir: read.append(p) or ask(p)
    )
    look()
    assert path.parent not in read and path.parent.parent in read
    leave(path.parent, NAME.replace("103000", "103500"), BODY.replace(b"103000", b"103500"))
    assert len(look()[0]) == 1


def test_the_events_are_out_before_the_file_counts_as_read(tree, look):
    leave(tree)

    def broken(_feed, _events):
        raise OSError("the disk is full")

    look.outlet.send, send = broken, look.outlet.send
    look.outlet.memory["stations"] = "x"
    with pytest.raises(OSError, match="full"):
        look()
    look.outlet.send = send
    assert look() == ([("water", EVENT)], [])


def test_a_station_export_in_its_stations_folder(tree, look):
    body = "\ufeffSTT;Thời gian;CO(mg/Nm3);PM2.5(µg/Nm3)\r\n1;21/11/2026 10:00;0,8;61,2\r\n"
    leave(tree, "HN_ABCD_KHI001/thang-11.csv", body.encode())
    ((feed, event),), refused = look(format="table", table={"time": ["Thời gian"], "decimal": ","})
    assert feed == "air" and event["at"] == "2026-11-21T10:00:00+07:00" and not refused
    assert event["values"] == {"CO": {"v": 0.8, "unit": "mg/Nm3"}, "PM2.5": {"v": 61.2, "unit": "µg/Nm3"}}


def test_a_missing_folder_is_a_sentence_for_the_operator(tree, look):
    with pytest.raises(BadSource, match="is not there"):
        look(path=str(tree / "khong-co"))
    with pytest.raises(BadSource, match="table"):
        look(format="table")

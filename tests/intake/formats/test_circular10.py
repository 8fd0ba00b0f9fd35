"""Station files of Circular 10/2021, as the circular has them and as loggers write them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.intake.formats import circular10
from feeds.intake.formats.numbers import number
from tests.intake.formats.mutate import mutated

STATION = "HN_ABCD_NUO001"
PLAIN = b"pH\t7.21\t-\t20261121103000\t00\nCOD\t38.4\tmg/L\t20261121103000\t00\nNH4\t2.15\tmg/L\t20261121103000\t01\n"
AT = "2026-11-21T10:30:00+07:00"


def said(raw: bytes):
    found = circular10.read(raw, STATION)
    return {moment.at: moment.values for moment in found.sorted()}, [piece.why.code for piece in found.unread]


def test_the_circulars_own_example():
    values = {"pH": {"v": 7.21, "unit": "-"}, "COD": {"v": 38.4, "unit": "mg/L"}}
    values["NH4"] = {"v": 2.15, "unit": "mg/L", "status": "01"}
    assert said(PLAIN) == ({AT: values}, [])


@pytest.mark.parametrize(
    "raw",
    [
        PLAIN.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.rstrip(b"\n"),
        b"\n\r\n" + PLAIN + b"\n\n",
        PLAIN.replace(b".", b","),
        PLAIN.replace(b"\t", b"   "),
        PLAIN.replace(b"\t00", b"\t0").replace(b"\t01", b"\t1"),
        PLAIN + PLAIN,
    ],
    ids=["crlf", "bom", "no last newline", "blank lines", "decimal comma", "blanks", "lost zero", "twice"],
)
def test_loggers_write_it_in_their_ways(raw):
    assert said(raw) == said(PLAIN)


def test_a_file_of_many_times_gives_a_moment_each():
    values, unread = said(b"".join(PLAIN.replace(b"1030", b"10%02d" % minute) for minute in (30, 35, 40)))
    assert [at[14:16] for at in values] == ["30", "35", "40"]
    assert not unread and all(len(found) == 3 for found in values.values())


def test_pm25_has_a_comma_in_its_name():
    line = "PM2,5\t61,2\tµg/Nm3\t20261121103000\t00"
    want = {AT: {"PM2,5": {"v": 61.2, "unit": "µg/Nm3"}}}
    assert said(line.encode()) == (want, [])
    assert said(line.encode("cp1258")) == (want, [])


def test_a_fault_needs_no_number_and_is_no_zero():
    values, unread = said(b"COD\t\tmg/L\t20261121103000\t02\nTSS\t---\tmg/L\t20261121103000\t03\n")
    assert [given["status"] for given in values[AT].values()] == ["02", "03"] and not unread


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"COD\t38.4\tmg/L\t20261121103000", "line_columns"),
        (b"COD\t38.4\tmg/L\t20261121103000\t00\t9", "line_columns"),
        (b"\t38.4\tmg/L\t20261121103000\t00", "line_columns"),
        (b"\0" * 400, "line_columns"),
        (b"COD\t--\tmg/L\t20261121103000\t00", "number_unreadable"),
        (b"COD\tNaN\tmg/L\t20261121103000\t00", "number_unreadable"),
        (b"COD\t1e999\tmg/L\t20261121103000\t00", "number_unreadable"),
        (b"COD\t38.4\tmg/L\t20261321103000\t00", "stamp_unreadable"),
        (b"COD\t38.4\tmg/L\t2026-11-21 10:30\t00", "stamp_unreadable"),
        (b"COD\t38.4\tmg/L\t20261121103000\t07", "status_unknown"),
        (b"pH\t7.22\t-\t20261121103000\t00", "reading_changed"),
        (b"A" * 2000, "line_long"),
        (b"", None),
    ],
)
def test_a_bad_line_stands_alone(line, code):
    found = circular10.read(PLAIN + line + b"\nTSS\t9\tmg/L\t20261121103000\t00\n", STATION)
    assert list(next(iter(found.moments.values())).values) == ["pH", "COD", "NH4", "TSS"]
    assert [piece.why.code for piece in found.unread] == ([code] if code else [])
    if code:
        assert found.unread[0].raw == line and found.unread[0].offset == f"line 4, byte {len(PLAIN)}"


def test_an_empty_file_says_so():
    assert said(b"")[1] == said(b"\xef\xbb\xbf\r\n\r\n")[1] == ["file_empty"]


def test_rubbish_is_kept_in_few_pieces():
    found = circular10.read(b"what is this\n" * 5000, STATION)
    assert len(found.unread) == 101
    assert found.unread[-1].why.code == "unread_many" and found.unread[-1].offset.startswith("line 101,")


@pytest.mark.parametrize(
    ("raw", "waits"),
    [
        (PLAIN, False),
        (PLAIN[:-1], False),
        (PLAIN[:-2], True),
        (PLAIN[:-5], True),
        (PLAIN + b"TSS\t9.", True),
        (PLAIN + b"\0\0\0", True),
        (b"", True),
    ],
)
def test_half_a_file_is_known_by_its_end(raw, waits):
    assert circular10.unfinished(raw) is waits


@pytest.mark.parametrize(
    ("name", "station"),
    [
        ("HN_ABCD_NUO001_20261121103000.txt", "HN_ABCD_NUO001"),
        ("DNa_KCN Bien Hoa 2_KHI003_20261121103000.TXT", "DNa_KCN Bien Hoa 2_KHI003"),
        ("HN_ABCD_NUO001_20261121103000_1.txt", "HN_ABCD_NUO001"),
        ("HN_ABCD_NUO001_20261321103000.txt", None),
        ("HN_ABCD_NUO001_20261121103000.txt.tmp", None),
        ("readme.txt", None),
    ],
)
def test_a_name_says_whose_file_it_is(name, station):
    found = circular10.read_name(name)
    assert (found.station if found else None) == station
    assert found is None or found.at == AT


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("7.21", "auto", 7.21),
        ("7,21", "auto", 7.21),
        ("1.234,5", "auto", 1234.5),
        ("1,234.5", "auto", 1234.5),
        ("1.234.567", "auto", 1234567.0),
        ("1.234", "auto", 1.234),
        ("1.234", ",", 1234.0),
        ("1,234", ".", 1234.0),
        ("12.34", ",", None),
        ("1.2345,6", ",", None),
        ("1,5,5", ",", None),
        ("−0,5", "auto", -0.5),
        ("1 234,5", "auto", 1234.5),
        ("1.2E-3", "auto", 0.0012),
        (".5", "auto", 0.5),
        ("", "auto", None),
        ("-", "auto", None),
        ("nan", "auto", None),
        ("1_000", "auto", None),
        ("0x10", "auto", None),
        ("٣", "auto", None),
        ("9" * 41, "auto", None),
        ("1e400", "auto", None),
    ],
)
def test_numbers_as_people_write_them(text, decimal, value):
    assert number(text, decimal) == value


def sound(raw: bytes) -> None:
    found = circular10.read(raw, STATION)
    circular10.unfinished(raw)
    assert found.moments or found.unread
    for piece in found.unread:
        assert piece.why.vi and piece.why.en and piece.why.code
    for moment in found.sorted():
        assert moment.values and all(isinstance(one["v"], float) for one in moment.values.values())


def test_ten_thousand_mutated_station_files():
    chance = random.Random(10)
    for _ in range(10_000):
        sound(mutated(chance, PLAIN))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(alphabet="pHCOD\t\n\r0123456789.,-/ ", max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_as_a_station_file(raw):
    sound(raw)

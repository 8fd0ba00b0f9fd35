"""Syslog and CEF: what a message says, where one ends, and that hostile bytes are refused with a reason."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.clock import TZ
from feeds.intake.formats import cef, syslog
from feeds.intake.formats.syslog_frames import Frames, NoFrames
from feeds.intake.reasons import Refused
from tests.intake.formats.mutate import mutated
from tests.intake.formats.soc_samples import CEF, LEGACY, MODERN, PLAIN

NOW = datetime(2026, 11, 21, 10, 32, tzinfo=TZ)


def refusal(raw: bytes) -> str:
    with pytest.raises(Refused) as refused:
        syslog.read(raw, NOW)
    return refused.value.rejection.code


def test_a_message_of_rfc_5424_says_all_its_parts() -> None:
    said = syslog.read(MODERN, NOW)
    assert (said.facility, said.severity, said.host, said.app, said.kind) == (16, 6, "fw-hue", "fw", "ID47")
    assert said.at == datetime(2026, 11, 21, 10, 31, 0, 500_000, tzinfo=TZ)
    assert said.data == {"x@1": {"a": 'q"]'}, "y": {}}
    assert said.text == CEF, "without its byte order mark"
    nothing = syslog.read(b"<0>1 - - - - - -", NOW)
    assert nothing == syslog.Message(0, 0, None, "", "", "", {}, "")


def test_an_old_message_gets_the_year_that_is_nearest() -> None:
    assert syslog.read(LEGACY, NOW).at == datetime(2026, 11, 21, 10, 31, tzinfo=TZ)
    new_year = datetime(2027, 1, 1, 0, 1, tzinfo=TZ)
    assert syslog.read(b"<13>Dec 31 23:59:59 fw x", new_year).at == datetime(2026, 12, 31, 23, 59, 59, tzinfo=TZ)
    leap = syslog.read(b"<13>Feb 29 10:00:00 fw x", datetime(2028, 3, 1, tzinfo=TZ))
    assert leap.at == datetime(2028, 2, 29, 10, tzinfo=TZ)
    assert syslog.read(b"<13>Xyz 31 23:59:59 fw x", NOW).text == "Xyz 31 23:59:59 fw x", "no header: all is text"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "syslog_shape"), (b"hello", "syslog_shape"), (b"<192>1 - - - - - -", "syslog_shape"),
        (b"<1>1 2026-11-21T10:31:00 h a - - -", "stamp_unreadable"),
        (b"<1>1 2026-02-30T10:31:00Z h a - - -", "stamp_unreadable"),
        (b"<1>1 - h a - - [x", "syslog_shape"), (b'<1>1 - h a - - [x y="]', "syslog_shape"),
        (b"<1>1 - h a - - -x", "syslog_shape"), (b"<1>1 - h a -", "syslog_shape"),
        (b"<1>2 - h a - - -", "syslog_shape"), (b"<1>1 - h a - - " + b"[x]" * 65, "syslog_shape"),
    ],
)  # fmt: skip
def test_what_is_no_syslog_is_refused(raw: bytes, code: str) -> None:
    assert refusal(raw) == code


def test_an_event_of_cef_is_read_with_its_escapes() -> None:
    event = cef.read(CEF)
    assert (event.vendor, event.product, event.signature, event.name) == ("Vendor", "Fire|wall", "100", "Quét cổng")
    assert event.level == "high" and event.said["msg"] == "a b=c d" and event.said["dst"] == "10.46.12.7"
    bare = cef.read("CEF:0|a|b|c|d|e|Very-High")
    assert (bare.level, bare.said) == ("critical", {})
    assert [cef.level_of(str(n)) for n in range(11)] == ["low"] * 4 + ["medium"] * 3 + ["high"] * 2 + ["critical"] * 2
    assert cef.found_in(f"siem: {CEF}") == CEF and cef.found_in("no event") is None


@pytest.mark.parametrize("text", ["CEF:0|a|b", "CEF:0|a|b|c|d|e|11|", "CEF:2|a|b|c|d|e|1|", "CEF:0|a|b|c|d|e|bad|"])
def test_what_is_no_cef_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        cef.read(text)
    assert refused.value.rejection.code == "cef_shape"


def test_times_of_cef_are_read_in_every_writing() -> None:
    for text in ("1795231860000", "Nov 21 2026 10:31:00", "Nov 21 10:31:00.123", "Nov 21 2026 03:31:00 UTC",
                 "Nov 21 2026 04:31:00 +01:00"):  # fmt: skip
        assert cef.moment(text, NOW) == datetime(2026, 11, 21, 3, 31, tzinfo=UTC), text
    assert cef.moment("", NOW) is None
    for text in ("Nov 31 2026 10:31:00", "soon", "9" * 40, "Nov 21 2026 10:31:00 XYZ"):
        with pytest.raises(Refused):
            cef.moment(text, NOW)


def test_messages_end_as_each_frame_says() -> None:
    stream = b"5 <1>ab7 <2>abcd<3>x\r\n<4>y\0<5>end"
    frames = Frames(100)
    assert frames.feed(stream) == [b"<1>ab", b"<2>abcd", b"<3>x", b"<4>y"] and frames.last() == b"<5>end"


@given(st.lists(st.integers(1, 30), max_size=40))
def test_frames_do_not_depend_on_how_the_bytes_arrive(cuts: list[int]) -> None:
    stream = b"5 <1>ab" * 3 + b"<3>x\n" + b"120 " + b"<4>" + b"z" * 117 + b"<5>" + b"y" * 90 + b"\n<6>q\n"
    frames, found, at = Frames(50), [], 0
    for cut in [*cuts, len(stream)]:
        found += frames.feed(stream[at : at + cut])
        at += cut
    assert found == [b"<1>ab"] * 3 + [b"<3>x", b"<4>" + b"z" * 47, b"<5>" + b"y" * 47, b"<6>q"]
    assert frames.cut == 2 and not frames.begun


def test_a_connection_that_is_no_syslog_is_known_and_costs_no_memory() -> None:
    with pytest.raises(NoFrames):
        Frames(100).feed(b"12345678 <1>x")
    with pytest.raises(NoFrames):
        Frames(100).feed(b"5x")
    frames = Frames(100)
    for _ in range(1_000):
        frames.feed(b"<1>" + b"x" * 1_000)
    assert len(frames.feed(b"")) == 0 and frames.cut == 1 and len(frames._held) <= 1_100


def test_ten_thousand_hostile_messages_are_read_or_refused() -> None:
    chance = random.Random(4)
    reasons: set[str] = set()
    for n in range(10_000):
        raw = mutated(chance, (MODERN, LEGACY, PLAIN)[n % 3])
        try:
            message = syslog.read(raw, NOW)
            if said := cef.found_in(message.text):
                cef.moment(cef.read(said).said.get("rt", ""), NOW)
        except Refused as refused:
            assert refused.rejection.vi and refused.rejection.en
            reasons.add(refused.rejection.code)
    assert reasons == {"syslog_shape", "cef_shape", "stamp_unreadable"}


@given(st.binary(max_size=300), st.text(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes, text: str) -> None:
    for piece in (raw, b"<1>1 - - - - - " + raw, b"<1>" + raw):
        try:
            syslog.read(piece, NOW)
        except Refused:
            continue
    for said in (text, f"CEF:0|a|b|c|d|e|1|{text}"):
        try:
            cef.moment(cef.read(said).said.get("rt", ""), NOW)
        except Refused:
            continue

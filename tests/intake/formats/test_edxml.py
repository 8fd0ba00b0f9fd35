from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.places import Places
from feeds.intake.formats.edxml import document_key, read
from feeds.intake.formats.xml import DEEPEST, MOST_BYTES
from feeds.intake.reasons import Refused
from tests.intake.formats.edxml_samples import EDOC, FIRST, IDENTITY, QCVN, SECOND, SENDER, document, keys, sign, status

AGENCIES = AgencyCodes.load(Places.load())
KEY, CERTIFICATE = keys()
AT = "2026-11-20T09:30:00+07:00"


def refused(raw: bytes) -> str:
    with pytest.raises(Refused) as found:
        read(raw, AGENCIES)
    assert found.value.rejection.vi
    return found.value.rejection.code


@pytest.mark.parametrize(("space", "prefix"), [(QCVN, "edXML"), (EDOC, "edXML"), (EDOC, ""), (QCVN, "e")])
def test_edxml_a_document_is_its_senders_and_a_delivery_is_each_receivers(space: str, prefix: str) -> None:
    told = read(document(space, prefix), AGENCIES)
    assert [feed for feed, _ in told] == ["documents", "documents", "documents", "axis"]
    sent, health, province = (event for _, event in told[:3])
    assert (sent["source"], sent["place"], sent["at"]) == (SENDER, "2025:01", AT)
    assert sent["record"] == {
        "id": "000.00.00.H26-2026/11/20-123/UBND-VP", "type": "document", "state": "sent", "times": {"sent": AT},
        "fields": {"from_agency": SENDER, "kind": "Công văn", "priority": "1", "receivers": 2, "signed": "none"},
    }  # fmt: skip
    assert [event["place"] for event in (health, province)] == ["agency:byt", "2025:08"]
    assert province["record"]["id"] == f"000.00.00.H26-2026/11/20-123/UBND-VP:{FIRST}"
    assert (province["record"]["type"], province["record"]["state"]) == ("delivery", "sending")
    assert told[3][1] == {
        "source": SENDER, "place": "2025:01", "entity": "TRUC-H26", "at": "2026-11-20T09:00:00+07:00",
        "values": {"axis_up": 100},
    }  # fmt: skip


def test_edxml_what_a_document_says_stays_with_it() -> None:
    told = json.dumps(read(document(), AGENCIES) + read(status(), AGENCIES), ensure_ascii=False)
    for secret in ("bí mật", "Ngô Thị Ký", "mat.pdf", "Đỗ Văn Nhận"):
        assert secret not in told


@pytest.mark.parametrize(
    ("code", "state"),
    [("01", "arrived"), ("02", "rejected"), ("3", "accepted"), ("04", "assigned"), ("05", "processing"),
     ("06", "done"), ("13", "recalled"), ("15", "recall_asked"), ("16", "recall_agreed")],
)  # fmt: skip
def test_edxml_a_status_moves_the_delivery_of_its_document(code: str, state: str) -> None:
    ((feed, event),) = read(status(code), AGENCIES)
    deliveries = {told["record"]["id"] for _, told in read(document(), AGENCIES)[:3]}
    assert feed == "documents"
    assert event["record"]["id"] in deliveries
    assert (event["record"]["state"], event["place"], event["at"]) == (state, "2025:08", "2026-11-20T09:50:00+07:00")
    assert event["record"]["times"] == {state: event["at"]}


def test_edxml_a_status_call_of_the_axis_is_the_same_in_json() -> None:
    call = {"session": "s", "ID_VBLTCP": IDENTITY, "status": "03", "Timestamp": "2026/11/20 09:50:00",
            "Department": FIRST, "Staff": "Đỗ Văn Nhận", "Description": "x"}  # fmt: skip
    assert read(json.dumps(call).encode(), AGENCIES) == read(status(), AGENCIES)


def test_edxml_a_day_by_which_it_is_due_lasts_to_its_end() -> None:
    more = "<edXML:DueDate>2026/11/25</edXML:DueDate>"
    times = read(document(more=more), AGENCIES)[1][1]["record"]["times"]
    assert times == {"sent": AT, "due": "2026-11-25T23:59:59+07:00"}


def test_edxml_without_an_own_trace_the_day_of_the_document_counts() -> None:
    told = read(document(traces="<edXML:TraceHeader/>"), AGENCIES)
    assert told[0][1]["at"] == "2026-11-20T00:00:00+07:00"


def test_edxml_a_document_without_its_id_is_known_by_who_when_and_number() -> None:
    bare = document().replace(f"<edXML:DocumentId>{IDENTITY}</edXML:DocumentId>".encode(), b"")
    assert read(bare, AGENCIES)[0][1]["record"]["id"] == document_key(IDENTITY)


def test_edxml_ids_stay_short_and_apart() -> None:
    long = "H26," + "x" * 80
    assert len(document_key(long)) <= 64
    assert document_key(long) != document_key(long + "y")
    assert document_key(long, FIRST) != document_key(long, SECOND)
    assert document_key("!!!") != document_key("???")


def signature(raw: bytes, certificates: dict[str, bytes] | None = None) -> str:
    found: str = read(raw, AGENCIES, certificates)[0][1]["record"]["fields"]["signed"]
    return found


def test_edxml_a_signature_is_verified_where_the_certificate_is_known() -> None:
    raw = sign(document(), KEY, CERTIFICATE)
    assert signature(raw) == "present"
    assert signature(raw, {"H22": CERTIFICATE}) == "present"
    assert signature(raw, {"H26": CERTIFICATE}) == signature(raw, {SENDER: CERTIFICATE}) == "valid"
    assert signature(document(), {"H26": CERTIFICATE}) == "none"


def test_edxml_a_changed_document_or_another_signer_is_invalid() -> None:
    raw = sign(document(), KEY, CERTIFICATE)
    assert signature(raw.replace(b">123<", b">124<"), {"H26": CERTIFICATE}) == "invalid"
    assert signature(sign(document(), *keys("someone")), {"H26": CERTIFICATE}) == "invalid"
    assert signature(raw, {"H26": b"no certificate"}) == "invalid"
    assert signature(document(more='<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'),
                     {"H26": CERTIFICATE}) == "invalid"  # fmt: skip


def test_edxml_a_signed_document_inside_another_proves_nothing_of_the_other() -> None:
    inner = sign(document(), KEY, CERTIFICATE).partition(b"?>")[2] or sign(document(), KEY, CERTIFICATE)
    outer = document().replace(b">123<", b">666<").replace(b"</edXML:edXML>", inner + b"</edXML:edXML>")
    assert signature(outer, {"H26": CERTIFICATE}) == "invalid"


BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><edXML><x>&b;</x></edXML>'


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "xml_broken"),
        (b"<edXML", "xml_broken"),
        (b"\xff\xfe\x00", "xml_doctype"),
        (BOMB, "xml_doctype"),
        (BOMB.decode().encode("utf-16"), "xml_doctype"),
        (b"<edXML>" * (DEEPEST + 2) + b"</edXML>" * (DEEPEST + 2), "xml_much"),
        (b"<edXML>" + b"<a/>" * 100_001 + b"</edXML>", "xml_much"),
        (b" " * (MOST_BYTES + 1), "xml_big"),
        (b"<html/>", "edxml_root"),
        (b"<edXML/>", "field_missing"),
        (b"{", "xml_broken"),
        (b'{"status": "03"}', "field_missing"),
        (status("99"), "edxml_status"),
        (status(stamp="hôm qua"), "stamp_bad"),
        (status(stamp=""), "field_missing"),
        (document().replace(b"H26", b"H99"), "sync_unit"),
        (document().replace(b"000.00.00.H26</edXML:OrganId>", b"</edXML:OrganId>"), "field_missing"),
    ],
)
def test_edxml_what_cannot_be_read_says_why(raw: bytes, code: str) -> None:
    assert refused(raw) == code


def whole(raw: bytes) -> None:
    try:
        told = read(raw, AGENCIES, {"H26": CERTIFICATE})
    except Refused as why:
        assert why.rejection.vi
        return
    assert told


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from(["03", "123", "2026/11/20", "000.00.00.H26"]))
def test_edxml_any_text_is_read_or_refused(one: str, two: str, old: str) -> None:
    for raw in (document(), status()):
        whole(raw.decode().replace(old, one + two).encode("utf-8", "replace"))


def test_edxml_ten_thousand_mutations_are_read_or_refused() -> None:
    rng, samples = random.Random(6), (document(), status(), document(EDOC, ""))
    for n in range(10_000):
        body = bytearray(samples[n % 3])
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(body))
            body[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        whole(bytes(body))

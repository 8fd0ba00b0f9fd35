"""Bytes of strangers on a screen: nobody is named, nothing is invisible, and a correction keeps what was hidden."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.serve.masking import MOST_SHOWN, sealed, unsealed

SAID = {
    "id": "H36-1",
    "Họ_Tên": "Nguyễn Văn A",
    "sdt": 912345678,
    "ghi chú": "gọi 0912 345 678",
    "values": {"pm25": 41.5},
}


def test_what_names_a_person_becomes_a_mark_and_comes_back() -> None:
    raw = json.dumps(SAID, ensure_ascii=False).encode()
    seal = sealed(raw)
    assert not any(word in seal.text for word in ("Nguyễn", "912345678", "0912 345 678"))
    assert "41.5" in seal.text and "H36-1" in seal.text
    mended = unsealed(seal.text.replace("41.5", "42"), seal.hidden)
    assert json.loads(mended) == {**SAID, "values": {"pm25": 42}}


def test_a_feeds_own_personal_fields_are_hidden_and_a_role_may_read_all() -> None:
    raw = b'{"fields": {"ward_hand": "Tran B"}}'
    assert "Tran B" in sealed(raw).text
    assert "Tran B" not in sealed(raw, ["ward_hand"]).text
    assert sealed(raw, ["ward_hand"], open_to=True).text == raw.decode()


def test_escaped_keys_tags_and_broken_json_hide_nobody_less() -> None:
    assert "An" not in sealed(rb'{"\u0068o_ten": "An"}').text
    assert "Lan" not in sealed(b"<edXML><HoTen>Lan</HoTen>").text
    assert "Binh" not in sealed(b'{"hoten": "Binh').text


def test_machines_and_accounts_of_security_messages_are_hidden_and_come_back() -> None:
    cef = b"<134>1 - fw a - - - CEF:0|V|P|1|7|n|8|src=10.4.1.2 suser=An Binh act=block\n<1>x dhost=PC-AN cs1=7"
    report = b'<a:Machine ip="10.4.1.2" name="PC-AN"><AutoProtect>1</AutoProtect></a:Machine>'
    for raw, kept in ((cef, ("act=block", "cs1=7", "|8|")), (report, ("<AutoProtect>1<",))):
        seal = sealed(raw)
        assert not any(word in seal.text for word in ("10.4.1.2", "An Binh", "PC-AN"))
        assert all(word in seal.text for word in kept) and unsealed(seal.text, seal.hidden) == raw


def test_characters_that_nobody_sees_are_seen() -> None:
    raw = 'đảo\u202echiều\x00 • "•1•"'.encode()
    seal = sealed(raw)
    assert seal.text.startswith("đảo‹U+202E›chiều‹U+0000›")
    assert unsealed(seal.text, seal.hidden) == raw


def test_a_text_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="•2•"):
        unsealed("•2•", ["một"])
    with pytest.raises(ValueError, match="hỏng"):
        unsealed(sealed(b"\xff").text, [])
    assert not sealed(b"x" * (MOST_SHOWN + 1)).editable


@given(st.text(max_size=200))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    seal = sealed(text.encode("utf-8", "surrogatepass"))
    if "\ufffd" not in seal.text and "‹U+" not in text:
        assert unsealed(seal.text, seal.hidden) == text.encode()

"""Of addresses that others wrote only plain ones become links."""

from __future__ import annotations

import random

import pytest

import feeds.catalogue.safe_url as module
from feeds.catalogue.safe_url import safe_url

GOOD = (
    "https://baochinhphu.vn/tin-tức/123?x=1&y=2#a", "http://b.vn/1", "https://a-b.c-d.gov.vn/", "HTTPS://B.VN/x",
    "https://xn--bo-ipa.vn/", "https://b.vn?q=it's|{fine}", "https://b.vn",
)  # fmt: skip
BAD = (
    "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", " https://b.vn/",
    "\x01javascript:alert(1)", "data:text/html,<script>1</script>", "vbscript:x", "file:///etc/passwd",
    "//evil.example/x",
    "https:evil.example", "https:/evil.example", "https:///evil.example", "\\\\evil\\x", "https:\\\\evil.example",
    "https://user@b.vn/", "https://b.vn:pw@evil.example/", "https://b.vn:8443/", "https://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/", "https://localhost/", "https://[::1]/", "https://b\u0430o.vn/", "https://b\u200b.vn/",
    "https://b.vn/\u202egpj.exe", "https://b.vn/\x00", 'https://b.vn/"onload=x', "https://b.vn/<x>", "https://-b.vn/",
    "https://b..vn/", "https://b.vn/" + "x" * 3000, "ftp://b.vn/", "blob:https://b.vn/1", "view-source:https://b.vn",
    "https://b\uff0evn/", "https://\uff42.vn/", "https://b.vn\u2028/x",
)  # fmt: skip


@pytest.mark.parametrize("address", GOOD)
def test_plain_addresses_stay_as_they_are(address: str) -> None:
    assert safe_url(address) == address


@pytest.mark.parametrize("address", BAD)
def test_everything_else_is_no_link(address: str) -> None:
    assert safe_url(address) == ""


def test_an_ordinary_address_is_judged_as_a_closer_look_would(monkeypatch):
    chance = random.Random(3)
    signs = 'ab1-./:?#@[]%~\\<>"\u00a0é_ '
    drawn = [
        "https://" + "".join(chance.choice(signs) for _ in range(chance.randrange(3))) + "bao.vn/" * chance.randrange(2)
        + "".join(chance.choice(signs) for _ in range(chance.randrange(6)))
        for _ in range(3000)
    ]  # fmt: skip
    quick = [safe_url(text) for text in drawn]
    monkeypatch.setattr(module, "_SHORT", -1)
    assert quick == [safe_url(text) for text in drawn]
    assert any(quick) and not all(quick)

"""`python -m feeds key <feed>`: what an operator gives to a sender."""

from __future__ import annotations

import pytest

from feeds.__main__ import main
from feeds.serve.access import feed_key

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOC_DEMO", "0")
    monkeypatch.setenv("IOC_SECRET_KEY", SECRET)


@pytest.mark.usefixtures("installed")
def test_key_is_the_one_the_door_asks_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "air"]) == 0
    assert capsys.readouterr().out.strip() == feed_key(SECRET, "air")


@pytest.mark.usefixtures("installed")
def test_unknown_feed_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "airr"]) == 2
    assert "There is no feed 'airr'; write one of" in capsys.readouterr().err


def test_demo_needs_no_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "air"]) == 2
    assert "In demo no key is asked for" in capsys.readouterr().err

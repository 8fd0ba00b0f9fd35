"""`python app.py` of a province that was plugged in: a declared folder, a sender with a key, a screen that sees both.

One start for the whole file, outside demo: the real world, where nobody gets in without a key or a screen's token.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from feeds.__main__ import main
from feeds.catalogue.clock import TZ
from tests.conftest import System, is_ready, start_system, stop_system, wait_until
from tests.intake.sources.station_files import leave

SOURCE = """
id: hn-tram
kind: folder
feeds: [water, entities]
places: ["01"]
cadence: 1s
settings:
  path: {path}
  feed: water
  stations:
    HN_ABCD_NUO001: {{feed: water, place: 01/00004, code: HN-NUO-001, vi: Trạm Ba Đình, type: river}}
"""


@pytest.fixture(scope="module")
def plugged_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The system with one source declared, whose folder holds a file of this minute with one bad line."""
    folder = tmp_path_factory.mktemp("plugged-in")
    now = datetime.now(TZ)
    stamp = f"{now:%Y%m%d%H%M%S}"
    lines = f"pH\t7.21\t-\t{stamp}\t00\r\nCOD\tba mươi\tmg/L\t{stamp}\t00\r\n".encode()
    leave(folder / "tree", f"HN_ABCD_NUO001_{stamp}.txt", lines, 7200, round(now.timestamp() * 1000))
    (folder / "sources").mkdir()
    (folder / "sources" / "hn-tram.yaml").write_text(SOURCE.format(path=folder / "tree"), "utf-8")
    system = start_system(
        folder, IOC_DEMO="0", IOC_SECRET_KEY="a secret of this test 0123456789", IOC_SOURCES=str(folder / "sources")
    )
    try:
        wait_until(lambda: is_ready(system.url) or system.process.poll() is not None, 120, "for readiness")
        assert system.process.poll() is None, system.said()
        yield system
    finally:
        stop_system(system)


@pytest.fixture
def words(plugged_in: System, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Callable[..., str]:
    """The operator's words, as on the command line of the same machine."""
    for name, value in plugged_in.env.items():
        monkeypatch.setenv(name, value)

    def say(*said: str) -> str:
        assert main(said) == 0
        return str(capsys.readouterr().out)

    return say


@pytest.fixture
def screen(plugged_in: System, words: Callable[..., str], tmp_path: Path) -> Callable[[str], Any]:
    """Asks the API as a screen that was admitted."""
    address = next(word for word in words("screen", "add", tmp_path.name[:30]).split() if "?screen=" in word)
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    browser.open(plugged_in.url + address[address.index("/wall") :], timeout=60).close()

    def ask(path: str) -> Any:
        with browser.open(plugged_in.url + path, timeout=60) as answer:
            return json.load(answer)

    return ask


def push(system: System, key: str) -> int:
    """One temperature, posted; the answer's status."""
    at = datetime.now(TZ).isoformat(timespec="seconds")
    event = {"source": "hn-kttv", "seq": 1, "place": "2025:01", "entity": "HN-KT-01", "at": at}
    event |= {"values": {"temp": 24.5}}
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(f"{system.url}/api/v1/events/weather", json.dumps(event).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def figure(ask: Callable[[str], Any], code: str) -> dict[str, Any]:
    """A province's figure, when it is there."""
    return dict(ask("/api/v1/snapshot/01").get("indicators", {}).get(code) or {})


def test_a_declared_folders_file_is_a_figure_with_its_origin(plugged_in: System, screen: Callable[..., Any]) -> None:
    wait_until(lambda: figure(screen, "wat_ph").get("v") is not None, 60, plugged_in.said())
    shown = figure(screen, "wat_ph")
    assert (shown["v"], shown["source"], shown["state"]) == (7.21, "hn-tram", "live")
    assert "QCVN 08:2023" in shown["basis"]
    assert shown["at"] <= shown["received"] and shown["n"] == 1
    wait_until(lambda: bool(screen("/api/v1/snapshot/01:water").get("entities")), 20, "for its station")
    (station,) = screen("/api/v1/snapshot/01:water")["entities"]
    assert (station["code"], station["vi"], station["place"]) == ("HN-NUO-001", "Trạm Ba Đình", "01/00004")


def test_a_bad_line_of_that_file_lies_in_quarantine(plugged_in: System, words: Callable[..., str]) -> None:
    wait_until(lambda: "hn-tram" in words("quarantine", "list", "--feed", "water"), 60, plugged_in.said())
    wait_until(lambda: "\twell\t" in words("sources", "list").replace(" ", "\t"), 20, "for the source to be well")


def test_a_sender_needs_its_key_and_its_figure_tells_who_sent_it(
    plugged_in: System, words: Callable[..., str], screen: Callable[..., Any]
) -> None:
    key = words("keys", "make", "hn-kttv", "--feeds", "weather", "--places", "01").splitlines()[0]
    assert push(plugged_in, "") == 401
    wait_until(lambda: push(plugged_in, key) == 202, 20)
    wait_until(lambda: figure(screen, "met_temp").get("v") is not None, 60, plugged_in.said())
    assert (figure(screen, "met_temp")["v"], figure(screen, "met_temp")["source"]) == (24.5, "hn-kttv")

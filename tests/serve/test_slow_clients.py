"""A client that does not read costs bounded memory, slows nobody, and is cut in the end."""

from __future__ import annotations

import random
import string
import time

import psutil
import pytest

from feeds.serve import hub
from tests.conftest import wait_until
from tests.serve.running import Publisher, Site

MB = 1 << 20
STALLED = 20


def noise(size: int) -> str:
    """Text that compression cannot make small."""
    return "".join(random.choices(string.ascii_letters + string.digits, k=size))


def flood(site: Site, publisher: Publisher, ticks: int, size: int) -> float:
    """Publish large snapshots and deltas to a reading client; returns what it waited in nearly all cases."""
    reader = site.open()
    reader.next()
    waits = []
    for _ in range(ticks):
        publisher.pad = noise(size)
        publisher.tick()
        waits.append(time.time() - reader.next()["data"]["at"])
        reader.events.clear()
    reader.close()
    return sorted(waits)[int(len(waits) * 0.95)]


def stalled(site: Site) -> int:
    return site.app.hub.stalled


def test_stalled_clients_cost_bounded_memory_and_slow_nobody(site: Site, publisher: Publisher) -> None:
    publisher.delta_pad = True
    publisher.snapshot()
    calm = flood(site, publisher, 20, 100_000)
    for _ in range(STALLED):
        site.open(read=False)
    wait_until(lambda: site.app.hub.clients == STALLED, 5)
    before = psutil.Process().memory_info().rss
    waited = flood(site, publisher, 60, 100_000)
    grown = psutil.Process().memory_info().rss - before
    assert stalled(site) == STALLED
    assert grown / STALLED < 5 * MB
    assert waited < 2 + 3 * calm  # behind a client that is cut after a minute it would be that


def test_a_client_that_wakes_gets_the_newest_at_once(site: Site, publisher: Publisher) -> None:
    publisher.delta_pad = True
    publisher.snapshot()
    sleeper = site.open(read=False)
    flood(site, publisher, 60, 100_000)
    assert stalled(site) == 1
    sleeper.headers()
    seen = []
    while not seen or seen[-1] < publisher.versions["vn"]:
        seen.append(sleeper.next()["data"]["version"])
    assert seen == sorted(seen)
    assert len(seen) < 40  # most were never sent
    assert "snapshot" in {event["event"] for event in sleeper.events[1:]}


def test_a_client_that_stalls_for_good_is_cut(
    site: Site, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "STALLED_S", 0.5)
    publisher.delta_pad = True
    publisher.snapshot()
    site.open(read=False)
    flood(site, publisher, 40, 100_000)
    reading = site.open()
    reading.next()
    wait_until(lambda: site.app.hub.clients == 1, 10, "for the stalled client to be cut")
    publisher.tick()
    assert reading.next()["event"] in ("snapshot", "delta")


def test_headers_that_never_end_are_cut(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from feeds.serve import web

    monkeypatch.setattr(web, "HEADERS_S", 0.4)
    began = time.monotonic()
    assert site.raw(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ") == b""
    assert time.monotonic() - began < 12  # 15 s were it not for the limit set here


@pytest.mark.soak
def test_minutes_of_stalled_clients_leave_memory_flat(site: Site, publisher: Publisher) -> None:
    publisher.delta_pad = True
    publisher.snapshot()
    flood(site, publisher, 50, 100_000)
    before = psutil.Process().memory_info().rss
    end = time.monotonic() + 300
    while time.monotonic() < end:
        for _ in range(STALLED):
            site.open(read=False)
        flood(site, publisher, 400, 100_000)
        assert (psutil.Process().memory_info().rss - before) / STALLED < 5 * MB
        assert site.app.hub.clients <= STALLED * 10
    wait_until(lambda: site.app.hub.clients == 0, 90, "for the last to be cut")

"""The stream as a client sees it: first frame, order, resume, several scopes, beats, newest wins."""

from __future__ import annotations

import itertools
import json
import statistics
import time

import httpx
import pytest

from tests.conftest import PATIENCE, wait_until
from tests.serve.running import Publisher, Site


def held(site: Site) -> list[object]:
    """What each open client is known to hold."""
    return [client.at for group in site.app.hub.groups.values() for client in group.clients]


def test_first_frame_is_the_snapshot_then_deltas_in_order(site: Site, publisher: Publisher) -> None:
    publisher.snapshot()
    stream = site.open()
    assert stream.status == 200
    first = stream.next()
    assert (first["event"], first["id"]) == ("snapshot", "vn=1-1")
    for version in (2, 3, 4):
        publisher.tick()
        got = stream.next()
        assert (got["event"], got["id"], got["data"]["from"]) == ("delta", f"vn=1-{version}", version - 1)


def test_a_client_without_gzip_reads_the_same(site: Site, publisher: Publisher) -> None:
    publisher.snapshot()
    plain, packed = site.open(gzip=False), site.open()
    assert plain.next() == packed.next()
    publisher.tick()
    assert plain.next() == packed.next()


def test_several_scopes_share_a_stream_and_an_id(site: Site, publisher: Publisher) -> None:
    publisher.snapshot("vn")
    publisher.snapshot("01:air")
    stream = site.open("scope=vn,01:air")
    assert {stream.next()["data"]["scope"], stream.next()["data"]["scope"]} == {"vn", "01:air"}
    assert stream.events[-1]["id"] == "vn=1-1,01:air=1-1"
    publisher.tick("01:air")
    assert stream.next()["id"] == "vn=1-1,01:air=1-2"


def test_a_scope_without_figures_waits_for_its_first(site: Site, publisher: Publisher) -> None:
    stream = site.open("scope=08")
    assert stream.next("beat")["data"]["link"] is True
    publisher.tick("08")
    first = stream.next()
    assert (first["event"], first["data"]["version"]) == ("snapshot", 1)


@pytest.mark.parametrize("last", ["vn=1-1", "1-1", '"1-1"'])
def test_a_client_that_holds_the_newest_gets_nothing_but_news(site: Site, publisher: Publisher, last: str) -> None:
    publisher.snapshot()
    site.open().next()
    stream = site.open(last=last)
    publisher.tick()
    assert stream.next()["event"] == "delta"


def test_a_client_that_was_away_gets_the_deltas_it_missed(site: Site, publisher: Publisher) -> None:
    publisher.snapshot()
    watching = site.open()
    watching.next()
    for _ in range(3):
        publisher.tick()
        watching.next()
    back = site.open(last="vn=1-2")
    assert [back.next()["id"], back.next()["id"]] == ["vn=1-3", "vn=1-4"]
    assert {event["event"] for event in back.events} <= {"delta", "beat"}


@pytest.mark.parametrize("last", ["vn=1-999", "1-999", "vn=9-1", "vn=x", "01=1-1", "%", "vn=1-1" * 200])
def test_a_client_with_an_id_from_elsewhere_gets_the_snapshot(site: Site, publisher: Publisher, last: str) -> None:
    publisher.snapshot()
    site.open().next()
    assert site.open(last=last).next()["event"] == "snapshot"


def test_after_the_server_restarted_who_is_up_to_date_stays_so(site: Site, publisher: Publisher) -> None:
    publisher.versions["vn"] = 7
    publisher.snapshot()
    publisher.snapshot("01")
    stream = site.open("scope=vn,01", last="vn=1-7,01=1-9")
    assert stream.next()["data"]["scope"] == "01"  # what it says of vn is true, of 01 it is not
    publisher.tick()
    assert stream.next()["id"] == "vn=1-8,01=1-1"
    assert [event["event"] for event in stream.events if event["event"] != "beat"] == ["snapshot", "delta"]


def test_a_gap_in_the_announcements_is_repaired_by_a_snapshot(site: Site, publisher: Publisher) -> None:
    publisher.snapshot()
    stream = site.open()
    stream.next()
    publisher.versions["vn"] += 5  # announcements that never came
    publisher.tick()
    got = stream.next()
    assert (got["event"], got["data"]["version"]) == ("snapshot", 7)


def test_a_new_aggregator_starts_a_new_epoch(site: Site, publisher: Publisher) -> None:
    publisher.versions["vn"] = 40
    publisher.snapshot()
    stream = site.open()
    stream.next()
    publisher.epoch, publisher.versions["vn"] = 2, 0
    publisher.tick()
    assert stream.next()["id"] == "vn=2-1"


def test_unwatched_scopes_are_not_held(site: Site, publisher: Publisher) -> None:
    for code in range(1, 35):
        publisher.tick(f"{code:02d}")
    stream = site.open()
    stream.next("beat")
    assert len(site.app.hub.channels) == 1


def test_beat_says_time_world_and_link(site: Site) -> None:
    beat = site.open().next("beat")["data"]
    assert (beat["world"], beat["link"]) == ("sim", True)
    assert beat["at"].endswith("+07:00")
    assert abs(beat["ms"] / 1000 - time.time()) < 5 * PATIENCE


def test_a_beat_comes_at_least_every_two_seconds(site: Site, publisher: Publisher) -> None:
    publisher.snapshot()
    stream = site.open()
    moments = []
    for _ in range(4):
        moments.append(stream.next("beat")["data"]["ms"] / 1000)
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert statistics.median(gaps) < 2.6, "by the server's own clock, but for a moment in which it had no processor"


def test_beats_tell_how_the_processes_do(site: Site, publisher: Publisher) -> None:
    key = "sim:process:aggregator"
    publisher.redis.hset(key, mapping={"state": "running", "beat_ms": int(time.time() * 1000)})
    stream = site.open()
    wait_until(lambda: stream.next("beat")["data"]["processes"].get("aggregator") == "running", 8)
    publisher.redis.hset(key, "beat_ms", int(time.time() * 1000) - 60_000)
    wait_until(lambda: stream.next("beat")["data"]["processes"].get("aggregator") == "stopped", 8)


def test_a_client_that_leaves_is_forgotten(site: Site, publisher: Publisher) -> None:
    publisher.snapshot()
    stream = site.open()
    stream.next()
    assert site.app.hub.clients == 1
    stream.close()
    site.streams.clear()
    wait_until(lambda: site.app.hub.clients == 0, 5)


@pytest.mark.parametrize("query", ["scope=xx", "scope=", "scope=" + ",".join(f"{i:02d}" for i in range(70)), "scope=1"])
def test_a_scope_that_cannot_be_is_refused(site: Site, query: str) -> None:
    assert site.open(query).status == 400


@pytest.mark.parametrize("query", ["scope=99", "scope=vn,01,99", "scope=99:air", "scope=02"])
def test_a_unit_that_is_none_has_no_stream(site: Site, query: str) -> None:
    with httpx.stream("GET", f"{site.url}/stream?{query}") as answer:
        assert answer.status_code == 404
        assert json.loads(answer.read()) == {"error": "there is no such unit"}


def test_a_fault_in_the_hub_is_outlived(site: Site, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher.snapshot()
    stream = site.open()
    stream.next()
    faults: list[str] = []

    def stumble() -> bytes:
        faults.append("a beat")
        raise ZeroDivisionError

    monkeypatch.setattr("feeds.serve.hub.RIDE_S", 0.0)  # a beat goes with every frame
    with monkeypatch.context() as patch:
        patch.setattr(site.app.hub, "beat_json", stumble)
        publisher.tick()
        wait_until(lambda: bool(faults), 10, "for the fault")
    publisher.tick()
    wait_until(lambda: stream.next()["data"]["version"] == 3, 10)


def test_what_nobody_watches_is_forgotten_in_time(
    site: Site, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.app.hub._sweep.__func__, "__defaults__", (0,))
    publisher.snapshot()
    stream = site.open()
    stream.next()
    stream.close()
    site.streams.clear()
    wait_until(lambda: not site.app.hub.channels and not site.app.hub.groups, 10)


def test_the_server_stops_at_once_with_streams_open(site: Site, publisher: Publisher) -> None:
    publisher.snapshot()
    streams = [site.open() for _ in range(20)]
    for stream in streams:
        stream.next()
    began = time.monotonic()
    site.server.should_exit = True
    for stream in streams:
        with pytest.raises((EOFError, ConnectionError)):
            stream.next("nothing")
    wait_until(lambda: not site.thread.is_alive(), 5)
    assert time.monotonic() - began < 3 * PATIENCE

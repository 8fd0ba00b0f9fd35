"""The stream as a client sees it: first frame, order, resume, several scopes, beats, newest wins."""

from __future__ import annotations

from tests.serve.conftest import Publisher, Site


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


def test_beat_says_time_world_and_link(site: Site) -> None:
    beat = site.open().next("beat")["data"]
    assert beat["world"] == "sim"
    assert beat["link"] is True
    assert beat["at"].endswith("+07:00")

"""Posting: one kept connection, patience with a door that is away, no patience with one that refuses."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from feeds.catalogue.settings import Settings
from feeds.intake.simulator.post import LONGEST_WAIT, DoorRefuses, Poster


@pytest.fixture
def door():
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        answers, seen, links = [], [], set()

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.seen.append((self.path, self.headers["Host"], self.headers["Content-Type"], body))
            self.links.add(self.client_address)
            status = self.answers.pop(0) if self.answers else 202
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Door.settings = Settings(port=server.server_port)
    yield Door
    server.shutdown()
    server.server_close()


def test_one_connection_carries_everything(door):
    poster = Poster(door.settings)
    for n in range(5):
        poster.post("air", b"[%d]" % n)
    poster.close()
    port = door.settings.port
    assert [seen[3] for seen in door.seen] == [b"[0]", b"[1]", b"[2]", b"[3]", b"[4]"]
    assert set(seen[:3] for seen in door.seen) == {("/api/v1/events/air", f"127.0.0.1:{port}", "application/json")}
    assert len(door.links) == 1


def test_a_busy_door_is_asked_again_with_the_same_bytes(door):
    door.answers[:] = [503, 429, 500]
    waits = []
    poster = Poster(door.settings, waits.append)
    poster.post("water", b"[1]")
    poster.close()
    assert [seen[3] for seen in door.seen] == [b"[1]"] * 4
    assert len(waits) == 3


def test_a_door_that_is_away_is_waited_for(unused_port=1):
    waits = []

    class Enough(Exception):
        pass

    def sleep(seconds):
        waits.append(seconds)
        if len(waits) == 12:
            raise Enough

    with pytest.raises(Enough):
        Poster(Settings(port=unused_port), sleep).post("air", b"[]")
    assert max(waits) <= LONGEST_WAIT * 1.5
    assert sum(waits[6:]) > sum(waits[:6])
    assert len(set(waits)) > 6  # jitter


def test_refused_events_are_the_doors_business(door):
    door.answers[:] = [422]
    poster = Poster(door.settings)
    poster.post("air", b"[]")
    poster.close()
    assert len(door.seen) == 1


@pytest.mark.parametrize("status", [400, 401, 413, 415])
def test_a_refusal_for_good_is_an_error(door, status):
    door.answers[:] = [status]
    poster = Poster(door.settings)
    with pytest.raises(DoorRefuses, match=str(status)):
        poster.post("air", b"[]")
    poster.close()

"""Posting: one kept connection, patience with a door that is away, no patience with one that refuses."""

import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from feeds.catalogue.settings import Settings
from feeds.intake.simulator.post import LONGEST_WAIT, OPENING, OPENING_WAIT, DoorRefuses, Poster

CUT, LATE = 0, 1  # no answer; an answer once the next batch is told


@pytest.fixture
def door():
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        answers, seen, links = [], [], set()
        told = threading.Event()

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.seen.append((self.path, self.headers["Host"], self.headers["Content-Type"], body))
            self.links.add(self.client_address)
            status = self.answers.pop(0) if self.answers else 202
            if status == CUT:
                self.close_connection = True
                return
            if status == LATE:
                status = 202 if self.told.wait(5) else 500
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
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


def test_a_door_that_opens_is_asked_often_and_one_that_stays_away_less_and_less(caplog, unused_port=1):
    waits, missed_after = [], []
    caplog.set_level(logging.INFO)

    class Enough(Exception):
        pass

    def sleep(seconds):
        waits.append(seconds)
        if caplog.messages and not missed_after:
            missed_after.append(len(waits))
        if len(waits) == 70:
            raise Enough

    with pytest.raises(Enough):
        Poster(Settings(port=unused_port), sleep).post("air", b"[]")
    opening = round(OPENING / OPENING_WAIT)
    assert max(waits[:opening]) <= OPENING_WAIT * 1.5
    assert LONGEST_WAIT * 0.5 <= max(waits) <= LONGEST_WAIT * 1.5
    assert len(set(waits)) > 60  # jitter
    assert len(caplog.messages) == 1 and missed_after[0] > opening


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


def test_the_next_batch_is_told_while_the_door_works_on_one(door):
    door.answers[:] = [LATE, 202]
    waits = []

    def batches():
        yield "air", b"[0]"
        door.told.set()
        yield "air", b"[1]"

    poster = Poster(door.settings, waits.append)
    poster.post_each(batches())
    poster.close()
    assert [seen[3] for seen in door.seen] == [b"[0]", b"[1]"]
    assert len(door.links) == 1 and waits == []


@pytest.mark.parametrize("status", [CUT, 503])
def test_what_is_not_taken_is_sent_again_before_what_was_told_meanwhile(door, status):
    door.answers[:] = [202, status, status]
    waits = []
    poster = Poster(door.settings, waits.append)
    poster.post_each([("air", b"[0]"), ("air", b"[1]"), ("water", b"[2]")])
    poster.close()
    assert [seen[3] for seen in door.seen] == [b"[0]", b"[1]", b"[1]", b"[1]", b"[2]"]
    assert len(waits) == 2


def test_what_the_door_never_takes_is_left_behind(door, caplog):
    door.answers[:] = [400]
    poster = Poster(door.settings)
    poster.post_each([("air", b"[0]"), ("water", b"[1]")])
    poster.close()
    assert [seen[3] for seen in door.seen] == [b"[0]", b"[1]"]
    assert "400" in caplog.text


def test_nothing_is_given_back_before_the_last_answer(door):
    door.answers[:] = [202, LATE]
    poster = Poster(door.settings)
    sent = threading.Thread(target=poster.post_each, args=([("air", b"[0]"), ("air", b"[1]")],))
    sent.start()
    sent.join(0.1)
    assert sent.is_alive()
    door.told.set()
    sent.join(5)
    poster.close()
    assert not sent.is_alive() and len(door.seen) == 2

"""Recordings played through a real HTTP door."""

import argparse
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from feeds.__main__ import main as cli
from feeds.catalogue import loader
from feeds.catalogue.clock import HOUR_MS, ScaledClock, SystemClock, TickClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import BadSetting, Settings
from feeds.intake import opening
from feeds.intake.event import decode_batch
from feeds.intake.opening import open_door
from feeds.intake.replay import play
from feeds.intake.replay.faults import Faults, schedule
from feeds.intake.replay.recording import BadRecording, Item
from feeds.intake.replay.sender import Sender
from feeds.intake.validate import Validator
from feeds.store import world_clock
from feeds.store.world_clock import FollowingClock
from tests.intake.test_replay_readers import SHARED, needs_shared, recorded_air, recorded_news  # noqa: F401

KEYS = Keys("play")


@pytest.fixture(scope="module")
def catalogue_of_the_product():
    return loader.load(Settings().catalogue)


@pytest.fixture
def opened(make_settings, durable, volatile, monkeypatch, catalogue_of_the_product, places, listening):
    def make_validator(_settings, clock, _database):
        return Validator(catalogue_of_the_product, places, clock, listening)

    monkeypatch.setattr(opening, "make_validator", make_validator)
    monkeypatch.setattr(play.Places, "load", lambda: places)
    monkeypatch.setattr(world_clock, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(play, "POLL_SECONDS", 0.1)
    with open_door(make_settings(world="play")) as opened:
        yield opened


@pytest.fixture
def url(opened):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            feed = self.path.rsplit("/", 1)[1]
            body = self.rfile.read(int(self.headers["content-length"]))
            told = opened.door.accept(feed, body, self.headers["content-type"], self.headers["content-encoding"])
            self.send_response(told.status)
            self.send_header("content-length", str(len(told.json())))
            self.end_headers()
            self.wfile.write(told.json())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def stored(durable, feed):
    events = []
    for part in sorted(durable.smembers(KEYS.parts())):
        if part.decode().split(":")[0] == feed:
            for _, entry in durable.xrange(KEYS.stream(*part.decode().split(":"))):
                events += decode_batch(entry[b"b"])
    return events


def asked(path, url, kind="air", **changes):
    words = {"until": "", "fault": "", "seed": 0, "key": "", "speed": 0.0, "keep_times": False, "shift": True}
    return argparse.Namespace(kind=kind, path=path, url=url, **{**words, **changes})


def test_shifted_air_ends_now(recorded_air, url, durable, opened, settings):  # noqa: F811
    before = SystemClock().now_ms()
    assert play.main(settings, asked(recorded_air, url)) == 0
    stations = stored(durable, "entities")
    assert {event.entity: event.lat is not None for event in stations} == {"IQ-HA-NOI": True, "IQ-HO-CHI-MINH": True}
    readings = {(event.entity, event.at): event for event in stored(durable, "air")}
    assert len(readings) == 3  # five rows of two stations, two of them broken
    assert max(event.at for event in readings.values()) <= SystemClock().now_ms()
    first = min(readings.values(), key=lambda event: event.at)
    assert first.values["co"] == pytest.approx(800.0)
    assert first.values["wind_speed"] == pytest.approx(6.4 / 3.6)
    assert first.seq is None
    assert first.at > before - 6 * HOUR_MS
    assert sorted(row.code for row in opened.quarantine.page(NATION)) == ["time_unreadable", "wrong_type"]


def test_kept_times_move_the_clock_of_the_world(recorded_air, url, durable, volatile, make_settings):  # noqa: F811
    settings = make_settings(world="play")
    assert play.main(settings, asked(recorded_air, url, keep_times=True)) == 0
    assert next(event.at for event in stored(durable, "air") if event.entity == "IQ-HA-NOI") == 1_743_440_468_766
    clock = FollowingClock(volatile, KEYS.clock())
    assert 0 <= clock.now_ms() - 1_743_458_400_000 < 60_000  # 05:00 of that day
    assert play.main(settings, asked(recorded_air, url, keep_times=True)) == 1  # all of it is known: nothing is new


def test_shifted_after_kept_ends_at_the_worlds_now(recorded_air, recorded_news, url, durable, make_settings):  # noqa: F811
    settings = make_settings(world="play")
    play.main(settings, asked(recorded_air, url, keep_times=True))
    assert play.main(settings, asked(recorded_news, url, kind="news")) == 0
    latest = max(event.at for event in stored(durable, "social"))
    assert 0 <= latest - 1_743_458_400_000 < 60_000  # where the clock of the kept recording stands


def test_kept_times_need_the_replay_world(recorded_air, url, settings):  # noqa: F811
    with pytest.raises(BadSetting, match="IOC_WORLD=play"):
        play.main(settings, asked(recorded_air, url, keep_times=True))


def test_kept_times_without_a_system_are_a_sentence(recorded_air, url, settings, tmp_path):  # noqa: F811
    away = replace(settings, world="play", var=tmp_path, redis_url=None, cache_redis_url=None)
    with pytest.raises(BadRecording, match="IOC_WORLD=play make run"):
        play.main(away, asked(recorded_air, url, keep_times=True))


def test_news_are_mentions_by_topic_and_province(recorded_news, url, durable, settings):  # noqa: F811
    assert play.main(settings, asked(recorded_news, url, kind="news")) == 0
    posts = [event for event in stored(durable, "social") if event.fields]
    assert len(posts) == 4
    assert sum(event.values.get("items", 0) for event in stored(durable, "social")) == 4
    assert {event.place for event in posts} == {"2025:92"}
    assert {event.fields["paper"] for event in posts} == {"VnExpress", "Tuổi Trẻ"}


def test_duplicates_and_late_rows_are_injected(recorded_air, url, settings, capsys, durable):  # noqa: F811
    play.main(settings, asked(recorded_air, url, fault="duplicates=1"))
    assert len(stored(durable, "air")) == 6
    assert len({(event.entity, event.at) for event in stored(durable, "air")}) == 3


class Recorder:
    def __init__(self):
        self.batches = []

    def send(self, feed, events):
        self.batches.append((feed, [event["seq"] for event in events]))


def sendings(n, feed="air"):
    items = [Item(hour * HOUR_MS, feed, {"seq": hour}) for hour in range(n)]
    return schedule(items, Faults())


def test_paced_replay_sends_each_hour_when_it_is_due():
    clock, sender = TickClock(1_000_000), Recorder()
    pace, world = play.kept(sendings(4), 3600.0, clock.ms)
    assert (world.start_ms, world.anchor_ms, world.speed) == (0, 1_000_000, 3600.0)
    waits = []

    def wait(seconds):
        waits.append(seconds)
        clock.tick(seconds)

    play.play(sendings(4), pace, sender, clock, wait)
    assert sender.batches == [("air", [0]), ("air", [1]), ("air", [2]), ("air", [3])]
    assert sum(waits) == pytest.approx(3.0)
    assert max(waits) <= play.STEP_S


def test_at_once_is_sent_in_order_in_batches():
    clock, sender = TickClock(0), Recorder()
    pace, world = play.kept(sendings(1200), 0.0, 0)
    play.play(sendings(1200), pace, sender, clock, clock.tick)
    assert [len(numbers) for _, numbers in sender.batches] == [500, 500, 200]
    assert [seq for _, numbers in sender.batches for seq in numbers] == list(range(1200))
    assert (world.start_ms, world.speed) == (1199 * HOUR_MS, 1.0)


@pytest.mark.parametrize("speed", [0.0, 1.0, 60.0, 3600.0])
def test_shifted_items_are_never_in_the_future_and_end_when_sent(speed):
    planned = sendings(50)
    pace = play.shifted(planned, speed, 10**12, 10**12)
    for sending in planned:
        assert sending.item.at + pace.offset_ms <= pace.due_ms(sending.when) + 1
    assert planned[-1].item.at + pace.offset_ms == pytest.approx(pace.due_ms(planned[-1].when), abs=1)


def test_a_door_that_is_away_is_asked_again(url, free_port):
    waited = []
    away = Sender(f"http://127.0.0.1:{free_port}", pause=waited.append)
    with pytest.raises(BadRecording, match="503"):
        away.send("air", [{}])
    assert sum(waited) == 60.0


def test_wrong_address_and_refusing_door_are_sentences(url):
    for wrong in ("ftp://x", "127.0.0.1:8050", ""):
        with pytest.raises(BadRecording, match="address"):
            Sender(wrong)
    with pytest.raises(BadRecording, match="404"):
        Sender(url).send("nonsense", [{}])


def test_command_line(recorded_air, url, make_settings, monkeypatch, capsys):  # noqa: F811
    settings = make_settings(world="play")
    monkeypatch.setattr(Settings, "from_env", classmethod(lambda _cls: settings))
    assert cli(["replay", "air", str(recorded_air), "--url", url]) == 0
    assert cli(["replay", "air", str(recorded_air / "none"), "--url", url]) == 2
    assert cli(["replay", "air", str(recorded_air), "--url", url, "--speed", "0.5"]) == 2
    assert "neither" in capsys.readouterr().err


@needs_shared
def test_recorded_april_passes_the_door(url, durable, settings, make_settings, opened):
    assert play.main(settings, asked(SHARED / "air", url, until="2025-04-03T00:00:00+07:00")) == 0
    assert len(stored(durable, "air")) > 250
    assert opened.quarantine.page(NATION) == []


def test_scaled_clock_goes_on_after_the_recording():
    assert ScaledClock(5, SystemClock().now_ms(), 1.0).now_ms() >= 5
    assert json.dumps(play.stamp(1_743_440_468_766)) == '"2025-04-01T00:01:08.766+07:00"'

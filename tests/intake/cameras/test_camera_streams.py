"""Cameras as they are met: a real RTSP server with a password, an MJPEG camera, a recording, a dead and a false one.

All are watched once, together, as one declared source; the tests look at what came of it.
"""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil
import pytest
from PIL import Image
from redis import Redis

from feeds.catalogue.clock import SystemClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.places import Places
from feeds.catalogue.settings import Settings as CatalogueSettings
from feeds.intake.door import Door
from feeds.intake.event import Event, decode_batch
from feeds.intake.opening import make_validator
from feeds.intake.sources.declared import load as load_sources
from feeds.intake.sources.kinds.camera import KIND, Settings
from feeds.intake.sources.process import Connectors
from feeds.intake.sources.seam import BadSource
from feeds.store.database import open_database
from feeds.store.quarantine import Quarantine
from feeds.store.sources import SourceBook
from tests.intake.cameras.clips import ROAD, road, write
from tests.intake.sources.listed import Listed

SYSTEM_PYTHON = "/usr/bin/python3"
LOGIN = "canh:mật@khẩu/1"
CARS = [(4, 60, 6, 230), (16, 120, 7, 30), (8, 220, -6, 220)]
LONGEST_S = 60.0
KEPT_UP = 12  # pictures a second, of the film's fifteen: what was not looked at was not counted


def has_rtsp_server() -> bool:
    probe = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    try:
        return subprocess.run([SYSTEM_PYTHON, "-c", probe], capture_output=True, timeout=20).returncode == 0
    except OSError:
        return False


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("clips") / "made.mp4", road(CARS, 60))


@pytest.fixture(scope="module")
def rtsp(clip: Path) -> Iterator[str]:
    """Address of the server, without a login."""
    if not has_rtsp_server():
        pytest.skip("no RTSP server (Debian: gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good)")
    clips = [f"made={clip}", *([f"road={ROAD}"] if ROAD.exists() else [])]
    script = Path(__file__).with_name("rtsp_server.py")
    server = subprocess.Popen(
        [SYSTEM_PYTHON, str(script), *LOGIN.split(":"), *clips], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdin is not None
    assert server.stdout is not None
    yield f"rtsp://127.0.0.1:{int(server.stdout.readline())}"
    server.stdin.close()
    assert server.wait(30) == 0


class Mjpeg(BaseHTTPRequestHandler):
    """A camera that sends JPEG after JPEG; `/away` sends the reader elsewhere, `/list` answers a playlist."""

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/live")
            self.end_headers()
            return
        self.send_response(200)
        if self.path == "/list":
            self.end_headers()
            self.wfile.write(b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n")
            return
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        pause = threading.Event()
        for picture in road(CARS, 60) * 5:
            out = io.BytesIO()
            Image.fromarray(picture).save(out, "JPEG", quality=90)
            head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {out.tell()}\r\n\r\n"
            try:
                self.wfile.write(head.encode() + out.getvalue() + b"\r\n")
            except OSError:
                return
            pause.wait(1 / 15)

    def log_message(self, *_said: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def mjpeg() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mjpeg)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@dataclass
class Until(Listed):
    """Stops the kind when the recordings played by the server are over, or after the longest time."""

    clock: Any = field(default_factory=SystemClock)
    ends: frozenset[str] = frozenset()
    begun: float = field(default_factory=time.monotonic)

    def wait(self, seconds: float) -> bool:
        """True when each of `ends` has been heard to be away."""
        away = {event["entity"] for event in self.events if event["camera"]["state"] == "offline"}
        return self.ends <= away or time.monotonic() - self.begun > LONGEST_S


@dataclass
class Seen:
    """What came of the whole watch."""

    events: list[dict[str, Any]]
    log: str
    children: list[psutil.Process]

    def of(self, entity: str) -> list[dict[str, Any]]:
        """Its sightings until it was away: the server plays a film again to who comes again."""
        views = [event["camera"] for event in self.events if event["entity"] == entity]
        away = [n for n, view in enumerate(views) if view["state"] == "offline"]
        return views[: away[0] + 1] if away else views

    def crossed(self, entity: str) -> tuple[int, int]:
        counts = [view["counts"] for view in self.of(entity)]
        return sum(c.get("passed_forth", 0) for c in counts), sum(c.get("passed_back", 0) for c in counts)


def settings(cameras: dict[str, str], **more: Any) -> Settings:
    declared = [
        {"entity": entity, "place": "2025:01/00004", "url": url}
        | ({"login": "CAM_LOGIN"} if url.startswith("rtsp") and entity != "stranger" else {})
        for entity, url in cameras.items()
    ]
    told = {"cameras": declared, "report_s": 1, "still_s": 1, "offline_s": 2, "look_fps": 15} | more
    return msgspec.convert(told, Settings)


@pytest.fixture(scope="module")
def seen(rtsp: str, mjpeg: str, clip: Path) -> Seen:
    cameras = {
        "road": f"{rtsp}/road",
        "made": f"{rtsp}/made",
        "stranger": f"{rtsp}/made",
        "dead": "rtsp://127.0.0.1:1/none",
        "mjpeg": f"{mjpeg}/live",
        "away": f"{mjpeg}/away",
        "list": f"{mjpeg}/list",
        "file": f"file:{clip}",
    }
    ends = {"made", "file"} | ({"road"} if ROAD.exists() else set())
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    logging.getLogger("ioc.sources.camera").addHandler(handler)
    before = set(psutil.Process().children(recursive=True))
    outlet = Until(ends=frozenset(ends), secrets={"CAM_LOGIN": LOGIN})
    KIND.run(settings(cameras), outlet)
    left = [child for child in psutil.Process().children(recursive=True) if child not in before]
    logging.getLogger("ioc.sources.camera").removeHandler(handler)
    return Seen(outlet.events, heard.getvalue(), left)


def test_ten_cars_through_a_real_rtsp_server(seen: Seen) -> None:
    if not ROAD.exists():
        pytest.skip(f"{ROAD} is not here")
    forth, back = seen.crossed("road")
    assert forth <= 11 and back == 0
    rates = [view["counts"]["fps"] for view in seen.of("road")[1:-2]]  # of whole seconds
    if rates and min(rates) < KEPT_UP:
        pytest.skip(f"this machine had no time for each picture of a live camera: {rates} a second")
    assert abs(forth - 10) <= 1


@pytest.mark.parametrize("entity", ["made", "file"])
def test_a_made_film_is_counted_exactly(seen: Seen, entity: str) -> None:
    assert seen.crossed(entity) == (2, 1)
    states = [view["state"] for view in seen.of(entity)]
    assert states[0] == "online"
    assert states[-1] == "offline"


def test_an_mjpeg_camera_is_seen_and_counted(seen: Seen) -> None:
    views = seen.of("mjpeg")
    assert {view["state"] for view in views} <= {"online", "low_fps"}
    assert seen.crossed("mjpeg")[0] >= 2
    assert any(view["counts"]["fps"] > 8 for view in views)


def test_the_latest_still_travels_with_the_state(seen: Seen) -> None:
    stills = [b64decode(view["jpeg"]) for view in seen.of("made") if "jpeg" in view]
    assert stills
    assert np.asarray(Image.open(io.BytesIO(stills[-1]))).shape == (180, 320, 3)


@pytest.mark.parametrize("entity", ["stranger", "dead", "away", "list"])
def test_a_camera_that_gives_nothing_is_away_and_counted_nothing(seen: Seen, entity: str) -> None:
    assert {view["state"] for view in seen.of(entity)} == {"offline"}
    assert all(view["counts"] == {"fps": 0.0} and "jpeg" not in view for view in seen.of(entity))


def test_trouble_is_told_once_and_never_with_the_password(seen: Seen) -> None:
    assert seen.log.count("camera stranger: Server returned 401") == 1
    assert seen.log.count("camera dead: Connection refused") == 1
    assert not any(word in seen.log for word in ("mật", "m%E1", "canh", "127.0.0.1"))


def test_no_process_is_left(seen: Seen) -> None:
    assert [child for child in seen.children if child.status() != psutil.STATUS_ZOMBIE and "cameras" in
            " ".join(child.cmdline())] == []  # fmt: skip


def test_the_events_pass_the_door_of_the_real_catalogue(seen: Seen) -> None:
    validator = make_validator(CatalogueSettings(), SystemClock())
    answers = [validator.check("cameras", msgspec.json.encode({"source": "cam"} | event)) for event in seen.events]
    assert all(isinstance(answer, Event) for answer in answers), [a for a in answers if not isinstance(a, Event)][:1]


def test_a_watcher_that_breaks_is_a_bad_source(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(BadSource, match="ended with 1"):
        KIND.run(settings({"file": f"file:{clip}"}), Until(ends=frozenset({"never"})))


@pytest.mark.parametrize(
    ("camera", "told"),
    [
        ({"url": "rtsp://u:p@10.0.0.1/live"}, "no name or password"),
        ({"url": "concat:a|b"}, "begins with one of"),
        ({"url": "/etc/passwd"}, "begins with one of"),
        ({"url": "rtsp://10.0.0.1/live", "line": [[0, 0.5], [0, 0.5]]}, "two different points"),
        ({"url": "rtsp://10.0.0.1/live", "line": [[0, 0.5], [2, 0.5]]}, "<= 1"),
    ],
)
def test_a_wrong_declaration_is_told_at_once(camera: dict[str, Any], told: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=told):
        msgspec.convert({"cameras": [{"entity": "c", "place": "vn"} | camera]}, Settings)


def test_a_login_must_be_a_name_and_a_password() -> None:
    with pytest.raises(BadSource, match="name:password") as told:
        KIND.run(settings({"c": "rtsp://127.0.0.1:1/none"}), Until(secrets={"CAM_LOGIN": "hunter2"}))
    assert "hunter2" not in str(told.value)


def test_a_declared_camera_reaches_the_stream_and_its_still_the_frame_store(
    clip: Path, tmp_path: Path, durable: Redis, volatile: Redis, settings: CatalogueSettings
) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "hn-cam.yaml").write_text(
        f"""
id: hn-cam
kind: camera
feeds: [cameras]
places: ["01"]
settings:
  report_s: 1
  offline_s: 2
  cameras:
    - {{entity: HN-CAM-1, place: "2025:01/00004", url: "file:{clip}"}}
"""
    )
    keys, database = Keys("sim"), open_database(settings)
    door = Door(make_validator(CatalogueSettings(), SystemClock()), keys, durable, volatile, Quarantine(database))
    validator = door.validator
    sources = load_sources(folder, validator.catalogue, Places.load())
    (runner,) = Connectors(sources, door, SourceBook(database), tmp_path / "spool").runners
    runner.step()  # until the recording is over
    database.close()
    stream = durable.xrange(keys.stream("cameras", "01"))
    events = [event for _, entry in stream for event in decode_batch(entry[b"b"])]
    assert {(event.source, event.entity, event.connector) for event in events} == {
        ("hn-cam", "HN-CAM-1", "camera:hn-cam")
    }
    assert sum(event.values.get("passed_forth", 0) for event in events) == 2
    assert runner.state == "well"
    still = volatile.hget(keys.frame("HN-CAM-1"), "jpeg")
    assert isinstance(still, bytes)
    assert still[:3] == b"\xff\xd8\xff"

"""Cameras by RTSP, MJPEG over HTTP, or a recorded file: state, latest still, vehicles that pass a line each way.

The pictures are decoded and looked at in a process of their own, one for all the cameras of a source, which knows no
secret but those cameras' own. It is started with the source, and ends with it.
"""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
from base64 import b64encode
from contextlib import suppress
from typing import IO, Annotated, Any
from urllib.parse import quote, urlsplit

import msgspec

from feeds.catalogue.clock import iso
from feeds.catalogue.settings import ROOT
from feeds.intake.cameras.watch import MIDDLE, SCHEMES, Orders, Point, Sighting, Watch, read_sighting, write
from feeds.intake.sources.seam import BadSource, Kind, Outlet

log = logging.getLogger("ioc.sources.camera")
GRACE_S = 3.0
MOST_FPS = 240.0
KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TZ")
Seconds = Annotated[float, msgspec.Meta(ge=1, le=86_400)]


class Camera(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One camera as it is declared. `login` names the environment variable that holds `name:password`."""

    entity: str
    place: str
    url: str
    login: str | None = None
    line: tuple[Point, Point] = MIDDLE
    fps: Annotated[float, msgspec.Meta(gt=0, le=MOST_FPS)] | None = None
    hide: list[tuple[Point, Point]] = []
    count: bool = True

    def __post_init__(self) -> None:
        """A wrong address is told at the start, by the file and line it stands in."""
        parts = urlsplit(self.url)
        if parts.scheme not in SCHEMES:
            raise ValueError(f"a camera's url begins with one of {', '.join(SCHEMES)}")
        if parts.username or parts.password:
            raise ValueError("no name or password in a url: write `login: <environment variable>`")
        if self.line[0] == self.line[1]:
            raise ValueError("a line needs two different points")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cameras of one source and how they are watched; times in seconds."""

    cameras: Annotated[list[Camera], msgspec.Meta(min_length=1, max_length=64)]
    feed: str = "cameras"
    report_s: Seconds = 60
    still_s: Seconds = 60
    offline_s: Seconds = 30
    frozen_s: Seconds = 60
    look_fps: Annotated[float, msgspec.Meta(ge=1, le=30)] = 10
    still_width: Annotated[int, msgspec.Meta(ge=160, le=1280)] = 640
    again: bool = False


def run(settings: Settings, outlet: Outlet) -> None:
    """Watch the cameras until told to stop; raises BadSource when the watching process breaks."""
    orders = Orders([_watch(settings, camera, outlet) for camera in settings.cameras])
    teller = _Teller(settings, outlet)
    watcher = _start()
    told: queue.Queue[Sighting | None] = queue.Queue(1_000)
    listener = threading.Thread(target=_listen, args=(watcher.stdout, told), name="cameras", daemon=True)
    try:
        with suppress(BrokenPipeError):
            write(_pipe(watcher.stdin), orders)
        listener.start()
        while not outlet.wait(0):
            try:
                sighting = told.get(timeout=0.5)
            except queue.Empty:
                continue
            if sighting is None:
                return _ended(watcher)
            teller.tell(sighting)
    finally:
        _end(watcher)
        _let_go(listener, told)


KIND = Kind(Settings, run, listens=True)


class _Teller:
    """Sightings into events; a camera's trouble is logged when it begins and when it ends."""

    def __init__(self, settings: Settings, outlet: Outlet) -> None:
        self._settings, self._outlet = settings, outlet
        self._cameras = {camera.entity: camera for camera in settings.cameras}
        self._trouble: dict[str, str] = {}

    def tell(self, seen: Sighting) -> None:
        camera = self._cameras[seen.entity]
        at = iso(self._outlet.clock.now_ms())
        event = {"place": camera.place, "entity": camera.entity, "at": at, "camera": view(seen, camera.count)}
        if seen.state != "offline":
            self._outlet.alive()
        self._outlet.send(self._settings.feed, [event])
        self._mind(seen)

    def _mind(self, seen: Sighting) -> None:
        before, self._trouble[seen.entity] = self._trouble.get(seen.entity, ""), seen.trouble
        if seen.trouble != before:
            log.warning("camera %s: %s", seen.entity, seen.trouble or "gives pictures again")


def view(seen: Sighting, counts: bool) -> dict[str, Any]:
    """What an event of the contract says of a camera; one that is away counted nothing, rather than none."""
    numbers: dict[str, float] = {"fps": min(seen.fps, MOST_FPS)}
    if counts and (seen.state != "offline" or seen.forth or seen.back):
        numbers |= {"vehicles": seen.in_view, "passed_forth": seen.forth, "passed_back": seen.back}
    still = {} if seen.jpeg is None else {"jpeg": b64encode(seen.jpeg).decode()}
    return {"state": seen.state, "counts": numbers} | still


def _watch(settings: Settings, camera: Camera, outlet: Outlet) -> Watch:
    return Watch(
        entity=camera.entity,
        url=_with_login(camera.url, outlet.secret(camera.login) if camera.login else None),
        line=camera.line if camera.count else None,
        fps=camera.fps,
        look_fps=settings.look_fps,
        report_s=settings.report_s,
        still_s=settings.still_s,
        offline_s=settings.offline_s,
        frozen_s=settings.frozen_s,
        still_width=settings.still_width,
        hide=camera.hide,
        again=settings.again,
    )


def _with_login(url: str, login: str | None) -> str:
    if login is None:
        return url
    name, colon, password = login.partition(":")
    if not colon:
        raise BadSource("a camera's login is written `name:password` in its environment variable")
    scheme, rest = url.split("://", 1)
    return f"{scheme}://{quote(name, safe='')}:{quote(password, safe='')}@{rest}"


def _start() -> subprocess.Popen[bytes]:
    """The watching process: it gets its orders by its input, and nothing of our environment that it does not need."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return subprocess.Popen(  # our own module, by our own interpreter
        [sys.executable, "-m", "feeds.intake.cameras"],
        cwd=ROOT,
        env=kept,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _pipe(pipe: IO[bytes] | None) -> Any:
    return pipe


def _listen(pipe: Any, told: queue.Queue[Sighting | None]) -> None:
    """Sightings into the queue. When it is full the pipe waits, and with it the watcher: memory stays bounded."""
    with suppress(ValueError, OSError, msgspec.MsgspecError):  # the pipe was closed, or torn
        while (sighting := read_sighting(pipe)) is not None:
            told.put(sighting)
    told.put(None)


def _ended(watcher: subprocess.Popen[bytes]) -> None:
    code = watcher.wait(GRACE_S)
    if code != 0:
        raise BadSource(f"the process that watches cameras ended with {code}")


def _end(watcher: subprocess.Popen[bytes]) -> None:
    """Its input closed, it ends by itself; otherwise it is ended."""
    with suppress(OSError):
        _pipe(watcher.stdin).close()
    try:
        watcher.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        watcher.kill()
        watcher.wait()


def _let_go(listener: threading.Thread, told: queue.Queue[Sighting | None]) -> None:
    """The listener may wait at a full queue: make room until it has seen that the pipe is over."""
    while listener.is_alive():
        with suppress(queue.Empty):
            told.get(timeout=0.05)

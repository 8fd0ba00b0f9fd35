"""A server of the contract's shape with made-up figures: pages are tested against it, and looked at in the making.

    .venv/bin/python -m tests.e2e.canned            # prints its address

The pages, Dash and the callbacks are the real ones; only the stream, the snapshots and the history are canned.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
import uvicorn
from a2wsgi import WSGIMiddleware
from dash import Dash
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

import callbacks
from feeds.catalogue.clock import iso
from feeds.catalogue.model import Indicator
from feeds.catalogue.names import fold
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import ROOT, Settings
from layouts import scales
from layouts.site import Site
from tests.e2e import canned_doors, canned_hours, canned_quality, canned_walls
from tests.e2e.canned_alerts import alerts
from tests.e2e.canned_columns import Columns, once
from tests.e2e.canned_people import front_routes
from tests.e2e.canned_policy import Policed
from tests.e2e.canned_records import Desk, desk, doors, picture
from tests.e2e.canned_series import series


@dataclass
class Canned:
    """The made-up country, and what tests do to it."""

    site: Site
    calm: bool = False
    epoch: int = 1
    versions: dict[str, int] = field(default_factory=dict)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    queues: set[asyncio.Queue[tuple[str, dict[str, Any]]]] = field(default_factory=set)
    processes: dict[str, str] = field(default_factory=lambda: {"aggregator": "running", "redis-volatile": "running"})
    silent: bool = False
    refuse: bool = False
    refused: int = 0  # how often a stream was asked for while it is refused
    pictures: dict[str, int | None] = field(default_factory=dict)  # camera -> age of its picture, s; None: it has none
    frames_asked: list[str] = field(default_factory=list)
    desk: Desk | None = None
    beats: list[dict[str, Any]] = field(default_factory=list)  # what walls told of themselves
    past: dict[str, list[float]] = field(default_factory=dict)  # hours of a station, by its scope
    release: str = ""  # a newer release than the one that drew the pages
    making: threading.RLock = field(default_factory=threading.RLock)
    past_alerts: list[dict[str, Any]] = field(default_factory=list)  # each open from `from` to `to`, ms
    watched_since: int = 0

    def snapshot(self, scope: str) -> dict[str, Any]:
        """The whole of a scope, made once: who asks while a test prepares it gets what the test has prepared."""
        with self.making:
            if scope not in self.states:
                self.states[scope] = made_up(self.site, scope, self.calm)
            state = self.states[scope]
        return {**state, "epoch": self.epoch, "version": self.versions.get(scope, 1)}

    def push(self, scope: str, **news: Any) -> dict[str, Any]:
        """Change figures of a scope and announce it."""
        state = self.snapshot(scope)
        before = self.versions.get(scope, 1)
        self.versions[scope] = before + 1
        delta = {"scope": scope, "epoch": self.epoch, "from": before, "version": before + 1, "at": iso(now()), **news}
        canned_walls.keep(self.states[scope], news)
        for code, figure in news.get("indicators", {}).items():
            state["indicators"].setdefault(code, {}).update(figure)
        for queue in self.queues:
            queue.put_nowait(("delta", delta))
        return delta


def now() -> int:
    return time.time_ns() // 1_000_000


def made_up(site: Site, scope: str, calm: bool) -> dict[str, Any]:
    """A snapshot with a figure for everything, some of them wrong in each way a figure can be wrong."""
    place, _, domain = scope.partition(":")
    if domain.startswith("wall_"):
        return {"scope": scope, "world": "sim", "at": iso(now()), "wall": {"mode": "auto", "scene": None, "at": 0}}
    luck = random.Random(scope)
    children = site.places.children(place)
    indicators = {i.code: figure(site, i, luck, place == "vn", calm) for i in site.catalogue.indicators.values()}
    columns, ages, severities, states = once(scope, calm, luck, lambda: columns_of(site, children, luck, calm))
    feeds = {
        code: {
            "age": feed.cadence * (9 if code == "traffic" and not calm else 0.4),
            "cadence": feed.cadence,
            "lag": feed.lag,
            "accepted": luck.randint(1000, 900000),
            "rejected": luck.randint(0, 90),
            "duplicates": luck.randint(0, 40),
            "gaps": luck.randint(0, 5),
        }
        for code, feed in site.catalogue.feeds.items()
    }
    snapshot = {
        "scope": scope,
        "world": "sim",
        "at": iso(now()),
        "tick_ms": 200,
        "stamp": "DỮ LIỆU MÔ PHỎNG",
        "indicators": indicators,
        "units": {"order": list(children), "columns": columns, "age": ages, "severity": severities, "state": states},
        "alerts": [] if calm else alerts(site, place, luck),
        "feeds": feeds,
    }
    if domain:
        snapshot["entities"] = entities(site, place, domain, luck)
        snapshot |= canned_doors.spoken_of(site, domain, luck)
    return snapshot


def columns_of(site: Site, children: Sequence[str], luck: random.Random, calm: bool) -> Columns:
    """Values, ages, severities and states of every indicator, by child."""
    columns: dict[str, Any] = {}
    ages, severities, states = dict[str, Any](), dict[str, Any](), dict[str, Any]()
    for indicator in site.catalogue.indicators.values():
        if indicator.rollup == "none" or indicator.second:
            continue
        values = [value_of(indicator, luck, False, calm) for _ in children]
        columns[indicator.code] = values
        ages[indicator.code] = [luck.uniform(1, indicator.cadence) for _ in children]
        severities[indicator.code] = [0 if calm else level(indicator, value) for value in values]
        states[indicator.code] = [None for _ in children]
        if not calm and len(children) > 5:
            ages[indicator.code][2] = indicator.cadence * 9.0
            columns[indicator.code][3] = None
            states[indicator.code][4] = "suspect"
    return columns, ages, severities, states


def figure(site: Site, indicator: Indicator, luck: random.Random, nation: bool, calm: bool) -> dict[str, Any]:
    value = value_of(indicator, luck, nation, calm)
    age = indicator.cadence * luck.uniform(0.1, 0.9)
    state = "live"
    if not calm and indicator.code.startswith("trf_"):
        age, state = indicator.cadence * 14.0, "stale"
    if not calm and indicator.code == "sml_negative_share":
        state = "suspect"
    at = now() - int(age * 1000)
    low, high = (indicator.range_n if nation else indicator.range_p) or scales.extent(indicator, nation)
    wave = [value + (high - low) * 0.06 * math.sin(i / 5 + luck.random()) * (1 - i / 60) for i in range(48)]
    wave[-1] = value
    spark = [None if 20 < i < 24 and indicator.code.startswith("wat") else round(v, 3) for i, v in enumerate(wave)]
    return {
        "v": value,
        "unit": indicator.unit,
        "at": iso(at),
        "received": iso(at + 4000),
        "age": age,
        "severity": 0 if calm else level(indicator, value),
        "source": f"Hệ thống {indicator.feed or 'tổng hợp'}",
        "n": luck.randint(30, 2_000_000),
        "state": state,
        "cadence": indicator.cadence,
        "lag": indicator.lag,
        "spark": spark,
        **canned_doors.score_parts(indicator, luck),
        **({"second": {"source": "Nguồn hai", "v": value * 0.9}} if state == "suspect" else {}),
    }


def value_of(indicator: Indicator, luck: random.Random, nation: bool, calm: bool) -> float:
    low, high = (indicator.range_n if nation else indicator.range_p) or scales.extent(indicator, nation)
    share = luck.betavariate(2, 2)
    if indicator.direction == "down":
        share = luck.betavariate(1.3, 6)
    if indicator.direction == "up":
        share = luck.betavariate(6, 1.3)
    value = low + (high - low) * share
    normal = scales.limits(indicator, scales.Case(date.today(), nation))
    if calm and normal.low is not None and value < normal.low:
        value = normal.low + (high - normal.low) * 0.6
    if calm and normal.high is not None and value > normal.high:
        value = low + (normal.high - low) * 0.6
    return round(value, indicator.decimals)


def level(indicator: Indicator, value: float | None) -> int:
    if value is None:
        return 0
    crossed = (
        t.level
        for t in indicator.thresholds
        if t.kind in scales.OWN_UNIT
        and (
            (t.above is not None and value > t.above)
            or (t.at_least is not None and value >= t.at_least)
            or (t.below is not None and value < t.below)
            or (t.at_most is not None and value <= t.at_most)
        )
    )
    return min(crossed, default=0)


def entities(site: Site, place: str, domain: str, luck: random.Random) -> list[dict[str, Any]]:
    rows = []
    units = site.places.units if place == "vn" else (place,)
    feeds = [f for f in site.catalogue.domains[domain].feeds if f.kind not in ("records", "entities")]
    for n in range(60):
        unit = units[n % len(units)]
        home = site.places[luck.choice(site.places.communes_of(unit))]
        feed = feeds[n % len(feeds)] if feeds else None
        fields = canned_doors.entity_fields(feed, n, luck) if feed else {}
        codes = canned_doors.figures_of(site, feed, fields) if feed else []
        values = {i.code: value_of(i, luck, False, False) for i in codes}
        levels = {code: found for code, found in ((i.code, level(i, values[i.code])) for i in codes) if found}
        worst = min(levels, key=lambda code: levels[code]) if levels else None
        rows.append(
            {
                "code": f"{domain}-{n:03}",
                "feed": feed.code if feed else None,
                "vi": f"{home.vi} {n}" if n else "<b onmouseover=alert(1)>Trạm</b>",
                **({"en": f"{home.en} {n}"} if n else {}),
                "lat": home.lat,
                "lon": home.lon,
                "place": home.key,
                "at": iso(now() - luck.randint(5, 400) * 1000),
                "state": "live",
                "severity": levels[worst] if worst else None,
                "by": worst,
                "values": values,
                "fields": fields,
            }
        )
    return rows


def application(canned: Canned) -> Policed:
    """The ASGI application."""
    dash = Dash("ioc", assets_folder=str(ROOT / "assets"), include_assets_files=False, update_title=None, title="IOC")
    behind = canned_quality.behind(canned.site, canned.desk, canned.snapshot)
    callbacks.register(dash, canned.site, sight=lambda: NATION, series=series, **behind)

    async def stream(request: Request) -> Response:
        if canned.refuse:
            canned.refused += 1
            return Response(status_code=500)
        return StreamingResponse(told(canned, request), media_type="text/event-stream")

    async def snapshot(request: Request) -> Response:
        return JSONResponse(canned.snapshot(request.path_params["scope"]))

    async def search(request: Request) -> Response:
        words = request.query_params["q"]
        hits = canned.site.places.search(words, 6)
        places = [{"kind": "place", "key": f.key, "vi": canned.site.places.name(f.key)} for f in hits]
        known = [e | {"key": e["code"]} for e in canned.snapshot("46:air")["entities"] if fold(words) in fold(e["vi"])]
        stations = [e | {"kind": "station", "domain": "air", "unit": "46", "parent_vi": "Huế"} for e in known]
        return JSONResponse({"results": places + stations[:3]})

    async def frame(request: Request) -> Response:
        camera = request.path_params["camera"]
        age = canned.pictures.get(camera, 40)
        canned.frames_asked.append(camera)
        if age is None:
            return Response(status_code=204)
        shown = {"x-frame-at": str(now() // 60_000 * 60_000 - age * 1000)}
        return Response(picture(camera), media_type="image/svg+xml", headers=shown)

    async def act(request: Request) -> Response:
        body = await request.json()
        for name in ("silent", "refuse"):
            if name in body:
                setattr(canned, name, body[name])
        for queue in canned.queues if "beat" in body else ():  # the next one is due
            queue.put_nowait(("beat", {}))
        return JSONResponse(canned.push(**body["push"]) if "push" in body else {})

    routes = [
        *canned_doors.routes(canned.site),
        Route("/stream", stream),
        Route("/api/v1/snapshot/{scope}", snapshot),
        Route("/api/v1/series/{scope:path}/{indicator}", canned_walls.history(canned, series)),
        Route("/api/v1/search", search),
        Route("/frames/{camera}", frame),
        Route("/test", act, methods=["POST"]),
        *doors(canned.site, canned.desk, canned.snapshot),
        *front_routes(canned.site, canned.desk),
        *canned_walls.routes(canned, now),
        *canned_hours.routes(canned),
        Mount("/", WSGIMiddleware(dash.server)),
    ]
    return Policed(Starlette(routes=routes), dash.server)


async def told(canned: Canned, request: Request) -> AsyncIterator[str]:
    """The stream: snapshots, then deltas, with a beat every two seconds."""
    queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
    scopes = request.query_params["scope"].split(",")
    canned.queues.add(queue)
    try:
        for scope in scopes:
            yield event("snapshot", canned.snapshot(scope))
        yield event("beat", beat(canned))
        while True:
            with contextlib.suppress(TimeoutError):
                kind, news = await asyncio.wait_for(queue.get(), 2)
                if kind == "delta":
                    if news["scope"] in scopes and not canned.silent:
                        yield event(kind, news)
                    continue
            if not canned.silent:
                yield event("beat", beat(canned))
    finally:
        canned.queues.discard(queue)


def event(kind: str, data: Mapping[str, Any]) -> str:
    return f"event: {kind}\ndata: {msgspec.json.encode(data).decode()}\n\n"


def beat(canned: Canned) -> dict[str, Any]:
    ms = now()
    return {"at": iso(ms), "ms": ms, "world": "sim", "link": True, "processes": canned.processes, "lag_s": 0.1}


@contextlib.contextmanager
def serving(canned: Canned, port: int = 0) -> Iterator[str]:
    """The application in a thread; yields its address."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    config = uvicorn.Config(application(canned), log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)


def country(calm: bool = False) -> Canned:
    """The made-up country over the real catalogue, places and boundaries."""
    site = callbacks.site(Settings(catalogue=ROOT / "data" / "catalogue"))
    return Canned(site, calm, desk=desk(site))


if __name__ == "__main__":
    import sys

    with serving(country("calm" in sys.argv), 8999) as address:
        print(address, flush=True)
        threading.Event().wait()

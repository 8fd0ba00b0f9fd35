"""What the canned country answers to walls and their desk."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feeds.catalogue.clock import iso
from feeds.catalogue.scope import NATION
from tests.e2e.canned_series import counted

HOUR_MS = 3_600_000


def keep(state: dict[str, Any], news: Mapping[str, Any]) -> None:
    """Alerts and a desk's word stay for those who come later."""
    if "alerts" in news and "alerts" in state:
        told = {alert["id"]: alert for alert in news["alerts"].get("set", [])}
        gone = {*news["alerts"].get("cleared", []), *told}
        state["alerts"] = [*(alert for alert in state["alerts"] if alert["id"] not in gone), *told.values()]
    if "wall" in news:
        state["wall"] = news["wall"]


def routes(canned: Any, now: Callable[[], int]) -> list[Route]:
    """Heartbeats, and the desk's door."""

    async def beat(request: Request) -> Response:
        canned.beats.append(await request.json())
        return JSONResponse({"version": canned.release or canned.site.version})

    async def group(request: Request) -> Response:
        scope = "{place}:wall_{group}".format(**request.path_params)
        if request.method == "POST":
            canned.push(scope, wall={**await request.json(), "at": now()})
        last = {said["id"]: said for said in canned.beats}
        walls = [{**said, "state": "live", "heard_s": 1.0, "heard": iso(now())} for said in last.values()]
        return JSONResponse({"walls": [wall for wall in walls if not wall.get("bye")]})

    return [
        Route("/api/v1/walls/beat", beat, methods=["POST"]),
        Route("/api/v1/walls/{place}/{group}", group, methods=["GET", "POST"]),
    ]


def history(canned: Any, series: Callable[..., Mapping[str, Any]]) -> Callable[[Request], Any]:
    """What a test said of a station, by the hour; otherwise a wave over the time asked for, or the last day."""

    async def answer(request: Request) -> Response:
        scope, indicator = request.path_params["scope"], request.path_params["indicator"]
        end = time.time_ns() // 1_000_000 // HOUR_MS * HOUR_MS
        known = canned.past.get(f"{scope}/{indicator}") or canned.past.get(scope)
        if not known:
            asked = request.query_params
            start, end = int(asked.get("from", end - 24 * HOUR_MS)), int(asked.get("to", end))
            if asked.get("step") == "hour" and indicator.startswith("nat_portal"):
                return JSONResponse(counted(scope, indicator, start, end))
            return JSONResponse(series(NATION, scope, indicator, start, end))
        times = [iso(end - (len(known) - i) * HOUR_MS) for i in range(len(known))]
        return JSONResponse({"scope": scope, "indicator": indicator, "t": times, "v": known})

    return answer

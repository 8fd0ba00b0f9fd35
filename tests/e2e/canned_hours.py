"""The canned country's past: hours of its figures, made from what it shows now, and the alerts open then."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feeds.catalogue.clock import DAY_MS, HOUR_MS, iso

CASES = 400  # behind the first unit's share; each next one has more, the third hardly any


def routes(canned: Any) -> list[Route]:
    """The doors of hours and alerts."""

    async def hours(request: Request) -> Response:
        scope, times = request.path_params["scope"], asked(request)
        figures = canned.snapshot(scope)["indicators"]
        told = {
            code: [past(figure["v"], hour, len(times)) for hour in range(len(times))]
            for code, figure in figures.items()
        }
        answer = {"scope": scope, "step": "hour", "from": iso(times[0]), "hours": len(times), "v": told, "plan": {}}
        return JSONResponse(answer)

    async def columns(request: Request) -> Response:
        scope, code, times = request.path_params["scope"], request.path_params["indicator"], asked(request)
        units = canned.snapshot(scope)["units"]
        now = units["columns"].get(code, [None] * len(units["order"]))
        spans = range(len(times))
        values = [None if v is None else [past(v, hour, len(times)) for hour in spans] for v in now]
        counts = [[cases(seat)] * len(times) for seat in range(len(units["order"]))]
        answer: Mapping[str, Any] = {"t": [iso(t) for t in times], "order": units["order"], "v": values, "n": counts}
        return JSONResponse({"scope": scope, "indicator": code, "step": "hour", **answer})

    async def then(request: Request) -> Response:
        scope, at = request.path_params["scope"], int(request.query_params["at"])
        units = canned.snapshot(scope)["units"]
        columns = {code: [past(v, 47, 48) for v in column] for code, column in units["columns"].items()}
        told = {"order": units["order"], "columns": columns, "severity": units["severity"], "doubt": {}}
        return JSONResponse({"scope": scope, "at": iso(at), "step": "hour", **told})

    async def alerts(request: Request) -> Response:
        at = int(request.query_params["from"])
        found = [a for a in canned.past_alerts if a["from"] <= at < a["to"]]
        return JSONResponse(found, headers={"x-watched-since": str(canned.watched_since)})

    return [
        Route("/api/v1/hours/{scope}", hours),
        Route("/api/v1/columns/{scope}/{indicator}", columns),
        Route("/api/v1/then/{scope}", then),
        Route("/api/v1/alerts/{scope}", alerts),
    ]


def asked(request: Request) -> range:
    """The starts of the hours or days asked for."""
    width = DAY_MS if request.query_params.get("step") == "day" else HOUR_MS
    return range(int(request.query_params["from"]), int(request.query_params["to"]), width)


def past(value: float | None, hour: int, count: int) -> float | None:
    """A little less than now, a little more each hour."""
    return None if value is None else round(value * (1 - 0.002 * (count - hour)) + 0.01 * math.sin(hour), 3)


def cases(seat: int) -> int:
    """Cases behind the share of the unit at a seat of the order."""
    return 12 if seat == 2 else CASES * (seat + 1)

"""What one station's cells say at a time: the calculations of level `entity`, by name.

Each takes (station, now, arguments) and looks only at cells that began before `now`. It stands on the station's newest
hour: how old that is, is told by the figure's `at`, not hidden by leaving the figure out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from feeds.catalogue.clock import DAY_MS
from feeds.compute import disaster, flood, qcvn_08, vn_aqi, vn_wqi
from feeds.compute.cells import AT, LAST, MAX, RECEIVED, SUM, Cell, N, Row
from feeds.compute.figure import NOTHING, Figure
from feeds.compute.member_figures import belongs
from feeds.compute.station import HOURS_A_DAY, Station, day_of_hour, first_hour
from feeds.compute.windows import day_at, hours_of_day

Args = Mapping[str, Any]
EntityFunction = Callable[[Station, int, Args], Figure]

POLLUTANTS = (*vn_aqi.DUST, *vn_aqi.GASES)
SAMPLE_MS = 8 * DAY_MS  # what a laboratory found stands beside what the probe reads for so long
FULL_SHARE = 0.75  # of the hours of a mean must be there where the catalogue does not say


def latest(station: Station, now: int, args: Args) -> Figure:
    """The newest reading."""
    cell = station.newest(args["param"], now)
    return NOTHING if cell is None else _figure(station, cell, cell[LAST], 1)


def mean(station: Station, now: int, args: Args) -> Figure:
    """The trailing mean of hourly means over `hours` hours, when at least `min_hours` of them are there."""
    return _over_hours(station, now, args, lambda cells: sum([cell[SUM] / cell[N] for cell in cells]) / len(cells))


def total(station: Station, now: int, args: Args) -> Figure:
    """The sum of the readings of `hours` hours."""
    return _over_hours(station, now, {"min_hours": 1, **args}, lambda cells: sum([cell[SUM] for cell in cells]))


def largest(station: Station, now: int, args: Args) -> Figure:
    """The largest reading of `hours` hours."""
    return _over_hours(station, now, {"min_hours": 1, **args}, lambda cells: max([cell[MAX] for cell in cells]))


def ratio_of(station: Station, now: int, args: Args) -> Figure:
    """Latest `num` over latest `den`, times `scale`; with `hours` the sums of so many hours. No figure over nothing."""
    if args.get("hours"):
        return _ratio_of_sums(station, now, args)
    num, den = station.newest(args["num"], now), station.newest(args["den"], now)
    if num is None or den is None or not den[LAST]:
        return NOTHING
    return _figure(station, num, num[LAST] / den[LAST] * args.get("scale", 1), 1)


def fill(station: Station, now: int, args: Args) -> Figure:
    """How full a reservoir is: (volume - dead) / useful, percent."""
    cell = station.newest(args["param"], now)
    dead, useful = _number(station, args["dead"]), _number(station, args["useful"])
    if cell is None or dead is None or not useful:
        return NOTHING
    return _figure(station, cell, (cell[LAST] - dead) / useful * 100, 1)


def vn_aqi_hour(station: Station, now: int, args: Args) -> Figure:
    """VN_AQI of the station's newest hour (Decision 1459)."""
    anchor = _newest_hour(station, now, POLLUTANTS)
    if anchor is None:
        return NOTHING
    rows = _rows(station, anchor, vn_aqi.NOWCAST_HOURS)
    series = {p: _hourly(rows, p) for p in POLLUTANTS}
    return _aqi(station, anchor, vn_aqi.hourly(series))


def vn_aqi_day(station: Station, now: int, args: Args) -> Figure:
    """VN_AQI of the newest day of which enough hours are there: today late in the evening, yesterday before."""
    for last in day_ends(station, now):
        hours = last - first_hour(day_of_hour(last)) + 1
        rows = _rows(station, last, hours + 7)
        series = {p: _hourly(rows if p == "o3" else rows[:hours], p) for p in POLLUTANTS}
        found = vn_aqi.daily({p: _padded(values, vn_aqi.DAY_HOURS - hours) for p, values in series.items()})
        if found.value is not None:
            return _aqi(station, last, found)
    return NOTHING


def wqi(station: Station, now: int, args: Args) -> Figure:
    """VN_WQI of the newest sample (Decision 1460)."""
    sample, cell = _sample(station, now, vn_wqi.RULES.keys() | {"do", "temp", "heptachlor_epoxide"})
    minimum = vn_wqi.MINIMA[args.get("minimum", "decision")]
    found = vn_wqi.vn_wqi(sample, core=args.get("core", "unweighted"), minimum=minimum)
    if cell is None:
        return NOTHING
    return _figure(station, cell, found.value, len(sample), level=found.level or None, reason=found.reason or None)


def class_0823(station: Station, now: int, args: Args) -> Figure:
    """Quality class of the newest sample (QCVN 08:2023), 1 = A to 4 = D."""
    sample, cell = _sample(station, now, {*qcvn_08.MOST, "do", "ph", "tss", "trash"})
    found = qcvn_08.quality_class(sample)
    if cell is None or found is None:
        return NOTHING
    return _figure(station, cell, found, len(sample), level=qcvn_08.CLASSES[found - 1])


def flood_alert(station: Station, now: int, args: Args) -> Figure:
    """Flood alert level reached; none where the station has no levels."""
    cell, bd = station.newest(args["param"], now), flood.limits(station.fields)
    return NOTHING if cell is None or bd is None else _figure(station, cell, flood.alert(cell[LAST], bd), 1)


def to_next_alert(station: Station, now: int, args: Args) -> Figure:
    """Centimetres to the next flood alert level."""
    cell, bd = station.newest(args["param"], now), flood.limits(station.fields)
    return NOTHING if cell is None or bd is None else _figure(station, cell, flood.to_next(cell[LAST], bd), 1)


def beaufort(station: Station, now: int, args: Args) -> Figure:
    """Beaufort number of the strongest wind of the newest hour."""
    cell = station.newest(args["param"], now)
    return NOTHING if cell is None else _figure(station, cell, flood.beaufort(cell[MAX]), int(cell[N]))


def bulletin(station: Station, now: int, args: Args) -> Figure:
    """The level of the newest bulletin; 0 when it is no longer in force, observed when its station last spoke."""
    cell = station.newest(args["param"], now)
    if cell is None:
        return NOTHING
    found = disaster.in_force(cell[LAST], int(cell[AT]), now, int(args["hours"]))
    if found is None:
        return Figure(0, 1, station.at, station.received, station.source)
    return _figure(station, cell, found, 1, level=disaster.level(found) or None)


def exceedances(station: Station, now: int, args: Args) -> Figure:
    """Today's hours with a mean over the permit: all of them, or those in a row up to the newest."""
    params = args["params"] if isinstance(args["params"], list) else [args["params"]]
    permits = {p: limit for p in params if (limit := _number(station, f"permit_{p}")) is not None}
    anchor = _newest_hour(station, now, permits)
    if anchor is None or day_of_hour(anchor) != day_at(now):
        return NOTHING
    over = [_over(station, hour, permits) for hour in hours_of_day(now)]
    known = [found for found in over if found is not None]
    count = sum(known) if args.get("count", "total") == "total" else _run(known)
    return _at_hour(station, anchor, count, len(known))


ENTITY: dict[str, EntityFunction] = {
    "latest": latest,
    "mean": mean,
    "sum": total,
    "max": largest,
    "ratio_of": ratio_of,
    "fill": fill,
    "vn_aqi_hour": vn_aqi_hour,
    "vn_aqi_day": vn_aqi_day,
    "vn_wqi": wqi,
    "class_0823": class_0823,
    "flood_alert": flood_alert,
    "to_next_alert": to_next_alert,
    "beaufort": beaufort,
    "bulletin": bulletin,
    "exceedances": exceedances,
}


def station_figure(fn: str, station: Station, now: int, args: Args) -> Figure:
    """The figure of one station; none where the catalogue computes it for others only (`where`)."""
    return ENTITY[fn](station, now, args) if belongs(station, args) else NOTHING


def day_ends(station: Station, now: int, args: Args | None = None) -> tuple[int, ...]:
    """The hours that the newest day with an index may end with: none yet of a day with too few hours for dust."""
    anchor = _newest_hour(station, now, POLLUTANTS)
    if anchor is None:
        return ()
    today = first_hour(day_of_hour(anchor))
    return (anchor, today - 1) if anchor - today + 1 >= vn_aqi.DAY_LEAST else (today - 1,)


# What a calculation stands on that moves less often than the station speaks: the same as before, the same figure.
STANDS_ON: Mapping[str, Callable[[Station, int, Args], Any]] = {"vn_aqi_day": day_ends}


def _figure(station: Station, cell: Cell, value: float | None, n: int, **extra: Any) -> Figure:
    said = {name: found for name, found in extra.items() if found is not None}
    return Figure(value, n, int(cell[AT]), int(cell[RECEIVED]), station.source, extra=said or None)


def _ratio_of_sums(station: Station, now: int, args: Args) -> Figure:
    anchor = station.newest_hour(args["den"], now)
    newest = None if anchor is None else station.cell(anchor, args["den"])
    if newest is None or anchor is None:
        return NOTHING
    hours = int(args["hours"])
    num, den = ([cell[SUM] for cell in station.cells(args[name], anchor, hours)] for name in ("num", "den"))
    if not num or not sum(den):
        return NOTHING
    return _figure(station, newest, sum(num) / sum(den) * args.get("scale", 1), len(den))


def _over_hours(station: Station, now: int, args: Args, of_all: Callable[[list[Cell]], float]) -> Figure:
    param, count = args["param"], int(args["hours"])
    anchor = station.newest_bucket(param, now)
    newest = None if anchor is None else station.cell(anchor, param)
    if anchor is None or newest is None:
        return NOTHING
    if anchor < 0:  # folded into its day long ago: only a day's figure can be told from it
        return _figure(station, newest, of_all([newest]) if count == HOURS_A_DAY else None, 1)
    cells = station.cells(param, anchor, count)
    least = args.get("min_hours") or max(1, round(count * FULL_SHARE))
    return _figure(station, newest, of_all(cells) if len(cells) >= least else None, len(cells))


def _rows(station: Station, last: int, count: int) -> list[Row]:
    """The hours up to `last`, newest first; one without readings is empty."""
    return [station.row(hour) or {} for hour in range(last, last - count, -1)]


def _hourly(rows: Iterable[Row], param: str) -> list[float | None]:
    """The mean of each hour."""
    return [None if (cell := row.get(param)) is None else cell[SUM] / cell[N] for row in rows]


def _padded(hours: list[float | None], missing: int) -> list[float | None]:
    """A day not over yet: its hours to come are missing."""
    return [None] * missing + hours


def _newest_hour(station: Station, now: int, params: Iterable[str]) -> int | None:
    hours = [hour for p in params if (hour := station.newest_hour(p, now)) is not None]
    return max(hours, default=None)


def _aqi(station: Station, hour: int, found: vn_aqi.Aqi) -> Figure:
    figure = _at_hour(station, hour, found.value, len(found.sub))
    extra = {"level": found.level, "main": found.main} if found.value is not None else {"reason": found.reason}
    return figure._replace(extra=extra)


def _at_hour(station: Station, hour: int, value: float | None, n: int) -> Figure:
    """A figure that stands on everything of an hour."""
    cells = (station.row(hour) or {}).values()
    at = max([cell[AT] for cell in cells], default=0)
    received = max([cell[RECEIVED] for cell in cells], default=0)
    return Figure(value, n, int(at), int(received), station.source)


def _sample(station: Station, now: int, params: Iterable[str]) -> tuple[dict[str, float], Cell | None]:
    """The latest of each parameter that is not too old to stand beside the newest, and the newest's cell."""
    cells = {p: cell for p in sorted(params) if (cell := station.newest(p, now)) is not None}
    newest = max(cells.values(), key=lambda cell: cell[AT], default=None)
    if newest is None:
        return {}, None
    return {p: cell[LAST] for p, cell in cells.items() if newest[AT] - cell[AT] <= SAMPLE_MS}, newest


def _over(station: Station, hour: int, permits: Mapping[str, float]) -> bool | None:
    row = station.row(hour)
    found = [row[p][SUM] / row[p][N] > limit for p, limit in permits.items() if row and p in row]
    return any(found) if found else None


def _run(known: list[bool]) -> int:
    count = 0
    for over in reversed(known):
        if not over:
            break
        count += 1
    return count


def _number(station: Station, field: str) -> float | None:
    found = station.fields.get(field)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

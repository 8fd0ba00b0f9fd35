"""VN_AQI, hourly and daily: Decision 1459/QĐ-TCMT of 12/11/2019. Standard library only.

Everything is in µg/m³, CO included. Where the text is silent or slips, these rulings hold:
(a) the Nowcast is normalised for w = 1/2 too: equal to the text within 0.03 % with twelve values, right with gaps;
(b) an index never passes 500; (c) it is rounded half up after the largest is taken, and the rounded value is
classified; (d) the Nowcast's smallest and largest are of the values present, and all zero gives 0; (e) a daily mean
needs 18 of 24 hours and an 8-hour mean 6 of 8; (f) CO in mg/m³ is converted before it comes here. The decision's own
example prints 60 for NO₂ = 118.7; its formula gives 59.35. What is no finite number, or below zero (loggers write -999
for what they did not measure), is an hour without a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import floor, isfinite

BASIS = "Quyết định 1459/QĐ-TCMT ngày 12/11/2019"
Hours = Sequence[float | None]  # hourly means, newest first
INDEX = (0, 50, 100, 150, 200, 300, 400, 500)
BREAKS: dict[str, tuple[float, ...]] = {
    "o3_1h": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "o3_8h": (0, 100, 120, 170, 210, 400),
    "co": (0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000),
    "so2": (0, 125, 350, 550, 800, 1600, 2100, 2630),
    "no2": (0, 100, 200, 700, 1200, 2350, 3100, 3850),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm25": (0, 25, 50, 80, 150, 250, 350, 500),
}
DUST = ("pm25", "pm10")
GASES = ("so2", "co", "no2", "o3")
BANDS = ((50, "Tốt"), (100, "Trung bình"), (150, "Kém"), (200, "Xấu"), (300, "Rất xấu"), (500, "Nguy hại"))
NOWCAST_HOURS = 12
DAY_HOURS, DAY_LEAST = 24, 18
EIGHT_HOURS, EIGHT_LEAST = 8, 6


@dataclass(frozen=True, slots=True)
class Aqi:
    """An index with its parts; `value` is None where the law forbids one, and `reason` says why."""

    value: int | None = None
    level: str = ""
    main: str = ""  # the pollutant that decides
    sub: dict[str, float] = field(default_factory=dict)  # pollutant -> index before rounding
    reason: str = ""
    basis: str = BASIS


def hourly(series: Mapping[str, Hours]) -> Aqi:
    """VN_AQI of the hour whose means stand first in `series` (pm25, pm10, so2, co, no2, o3; newest first)."""
    sub = {name: index(name, value) for name in DUST if (value := nowcast(series.get(name, ()))) is not None}
    for name in GASES:
        if (value := largest(series.get(name, ())[:1])) is not None:
            sub[name] = index("o3_1h" if name == "o3" else name, value)
    return _largest(sub)


def daily(series: Mapping[str, Hours]) -> Aqi:
    """VN_AQI of a day: its 24 hourly means from 01:00 to 00:00, newest first.

    `o3` may go on with the seven hours before the day, which the first 8-hour means reach back to.
    """
    sub = {
        name: index(name, value)
        for name in DUST
        if (value := mean(series.get(name, ())[:DAY_HOURS], DAY_LEAST)) is not None
    }
    for name in ("so2", "co", "no2"):
        if (value := largest(series.get(name, ())[:DAY_HOURS])) is not None:
            sub[name] = index(name, value)
    ozone = series.get("o3", ())
    return day_index(sub, largest(ozone[:DAY_HOURS]), largest(eight_hour_means(ozone)))


def day_index(sub: Mapping[str, float], o3_1h: float | None, o3_8h: float | None) -> Aqi:
    """The day's index from the indices of the other pollutants and the day's largest O₃ means.

    The 8-hour part is skipped above 400 µg/m³, where its column ends.
    """
    parts = [index("o3_1h", o3_1h)] if o3_1h is not None else []
    if o3_8h is not None and o3_8h <= BREAKS["o3_8h"][-1]:
        parts.append(index("o3_8h", o3_8h))
    return _largest({**sub, "o3": max(parts)} if parts else sub)


def nowcast(hours: Hours) -> float | None:
    """The weighted mean of the last 12 hours; None with fewer than two of the last three."""
    recent = [value if _sound(value) else None for value in hours[:NOWCAST_HOURS]]
    present = [value for value in recent if value is not None]
    if sum(value is not None for value in recent[:3]) < 2:
        return None
    top = max(present)
    if top <= 0:
        return 0.0
    weight = max(min(present) / top, 0.5)
    terms = [(weight**i, value) for i, value in enumerate(recent) if value is not None]
    return sum(w * value for w, value in terms) / sum(w for w, _ in terms)


def index(column: str, concentration: float) -> float:
    """The index of one concentration by its column, not rounded, at most 500; ValueError for what is no number."""
    if concentration != concentration:
        raise ValueError(f"{column}: NaN is no concentration")
    breaks = BREAKS[column]
    if concentration >= breaks[-1]:
        return float(INDEX[len(breaks) - 1])
    low = max(0.0, concentration)
    i = next(i for i in range(len(breaks) - 1) if low < breaks[i + 1])
    slope = (INDEX[i + 1] - INDEX[i]) / (breaks[i + 1] - breaks[i])
    return slope * (low - breaks[i]) + INDEX[i]


def eight_hour_means(hours: Hours) -> list[float | None]:
    """The trailing 8-hour mean of each of the day's 24 hours, newest first."""
    sound = [value if _sound(value) else None for value in hours]
    return [_mean(sound[i : i + EIGHT_HOURS], EIGHT_LEAST) for i in range(min(DAY_HOURS, len(hours)))]


def mean(hours: Hours, least: int) -> float | None:
    """The mean of the hours present; None with fewer than `least`."""
    return _mean([value if _sound(value) else None for value in hours], least)


def _mean(sound: Hours, least: int) -> float | None:
    present = [value for value in sound if value is not None]
    return sum(present) / len(present) if len(present) >= least else None


def largest(hours: Hours) -> float | None:
    """The largest hour present."""
    return max((value for value in hours if value is not None and _sound(value)), default=None)


def level(value: float) -> str:
    """The name of the band of a rounded index."""
    return next((name for upto, name in BANDS if value <= upto), BANDS[-1][1])


def half_up(value: float) -> int:
    """Rounded to an integer, a half upwards; 200.49999999999997, which is 200.5 in binary clothes, counts as a half."""
    return floor(round(value, 9) + 0.5)


def _sound(value: float | None) -> bool:
    return value is not None and isfinite(value) and value >= 0


def _largest(sub: Mapping[str, float]) -> Aqi:
    if not any(name in sub for name in DUST):
        return Aqi(sub=dict(sub), reason="không có PM10 hoặc PM2,5")
    main = max(sub, key=lambda name: sub[name])
    value = min(500, half_up(sub[main]))
    return Aqi(value, level(value), main, dict(sub))

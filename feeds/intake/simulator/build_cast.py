"""Writes the cast of the simulated country (data/cast): who speaks, where it stands, what is normal for it.

    python -m feeds.intake.simulator.build_cast

Everything is invented but for places, the rivers of rivers.csv and the stations of
data/thresholds/flood_levels.csv, which are kept
by hand. The same seed gives the same bytes.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import get_args

from feeds.catalogue import flood_levels
from feeds.catalogue.names import unmarked
from feeds.catalogue.places import Lang, Places

CAST = Path("data/cast")
LANGS: tuple[Lang, ...] = get_args(Lang)
SEED = 2025
AIR, WATER, HYDROLOGY, WEATHER, LINKS, CAMERAS, SOURCES = 120, 150, 240, 102, 1200, 2000, 60
# From its opening on 9/12/2019 to 18/8/2020 the national portal synced 14.3 million statuses of dossiers (systems.md
# rows 3 and 4): in 172 working days 83,000 a day, of dossiers that are spoken of five times each.
DOSSIERS_A_DAY = 16_600
LEAST_DOSSIERS = 220
GREAT = {"01": 260, "79": 340, "31": 60, "48": 60, "75": 70, "92": 40}  # extra weight of the great cities
SALTY = ("79", "80", "82", "86", "91", "92", "96")  # estuaries where salt is watched in the dry season
AIR_TYPES = ("traffic", "residential", "industrial", "background")
NAMED = ("code", "place", "vi", "en")
PERMITS = {"permit_ph": 9, "permit_color": 150, "permit_flow_water": 200}

Row = Sequence[object]


def main() -> None:
    """Rewrite every generated table of data/cast."""
    places, rng = Places.load(), random.Random(SEED)
    write("provinces.csv", PROVINCE_HEAD, provinces(places, rng))
    write("air.csv", (*NAMED, "lat", "lon", "type"), air(places, rng))
    write("water.csv", (*NAMED, "lat", "lon", "type", *PERMITS), water(places, rng))
    write("hydrology.csv", HYDROLOGY_HEAD, hydrology(places, rng))
    write("weather.csv", (*NAMED, "lat", "lon", "type"), weather(places, rng))
    links = list(road_links(places, rng))
    write("links.csv", (*NAMED, "lat", "lon", "type", "free_flow", "capacity", "length_km"), links)
    write("cameras.csv", (*NAMED, "lat", "lon", "type", "link"), cameras(places, rng, links))
    write("sources.csv", (*NAMED, "type", "url"), sources(places))


PROVINCE_HEAD = (
    *("code", "dossiers_day", "online", "full", "paid_online", "eresult", "digitised"),
    *("reused", "satisfied", "synced", "late", "procedures"),
)


def weights(places: Places) -> dict[str, float]:
    """How much goes on in each unit: communes, wards thrice, the great cities more."""
    counted = {code: Counter(places[key].kind for key in places.communes_of(code)) for code in places.units}
    return {code: n["xã"] + 3 * n["phường"] + GREAT.get(code, 0) for code, n in counted.items()}


def share(total: int, weight: dict[str, float], floor: int) -> dict[str, int]:
    """`total` handed out by weight, at least `floor` to each; exact."""
    rest, whole = total - floor * len(weight), sum(weight.values())
    given = {code: floor + int(rest * w / whole) for code, w in weight.items()}
    for code in sorted(weight, key=lambda c: (-weight[c], c))[: total - sum(given.values())]:
        given[code] += 1
    return given


def provinces(places: Places, rng: random.Random) -> Iterator[Row]:
    """Dossiers a working day and the habits of each unit's desks, as shares."""
    for code, count in share(DOSSIERS_A_DAY, weights(places), LEAST_DOSSIERS).items():
        yield (
            code,
            count,
            *(round(rng.uniform(low, high), 3) for low, high in HABITS),
            rng.randint(40, 60),
        )


HABITS = (  # online, full, paid online, electronic result, digitised, reused, satisfied, synced, late
    (0.90, 0.97),
    (0.94, 0.99),
    (0.66, 0.92),
    (0.84, 0.97),
    (0.84, 0.97),
    (0.55, 0.88),
    (0.988, 0.998),
    (0.988, 0.999),
    (0.002, 0.007),
)


def sites(places: Places, rng: random.Random, code: str, count: int, urban: bool) -> Iterator[tuple[str, float, float]]:
    """`count` different points in communes of a unit, wards first where the thing is of towns; no archipelago."""
    keys = [k for k in places.communes_of(code) if places[k].kind != "đặc khu"]
    rng.shuffle(keys)
    if urban:
        keys.sort(key=lambda k: places[k].kind != "phường")
    for n in range(count):
        place = places[keys[n % len(keys)]]
        assert place.lat is not None and place.lon is not None
        yield place.key, place.lat + rng.uniform(-0.008, 0.008), place.lon + rng.uniform(-0.008, 0.008)


def air(places: Places, rng: random.Random) -> Iterator[Row]:
    """Air stations, at least two in a unit."""
    for code, count in share(AIR, weights(places), 2).items():
        for n, (key, lat, lon) in enumerate(sites(places, rng, code, count, urban=True), 1):
            kind = AIR_TYPES[(n - 1) % len(AIR_TYPES)]
            yield f"{code}-KHI-{n:03}", key, *called("air", xa=bare(places, key)), *point(lat, lon), kind


def water(places: Places, rng: random.Random) -> Iterator[Row]:
    """Surface-water stations on the unit's rivers, every fifth at a waste-water outlet, at least one in a unit."""
    for code, count in share(WATER, weights(places), 3).items():
        streams = [river for owner, river, *_ in rivers() if owner == code]
        for n, (key, lat, lon) in enumerate(sites(places, rng, code, count, urban=False), 1):
            outlet, river = n % 5 == 0 or n == count < 5, streams[n % len(streams)]
            names = called("outlet" if outlet else "river_water", xa=bare(places, key), song=river)
            permits = PERMITS.values() if outlet else [""] * len(PERMITS)
            yield f"{code}-NUO-{n:03}", key, *names, *point(lat, lon), "effluent" if outlet else "river", *permits


HYDROLOGY_HEAD = (
    *(*NAMED, "lat", "lon", "type", "river", "normal", "tide", "bd1", "bd2", "bd3"),
    *("salty", "v_dead", "v_useful", "source"),
)


def hydrology(places: Places, rng: random.Random) -> Iterator[Row]:
    """River gauges with their alert levels, and every seventh a reservoir; the fixed stations exactly as given."""
    fixed = [row[:7] for row in table(flood_levels.TABLE)]
    for code, count in share(HYDROLOGY, dict.fromkeys(places.units, 1.0), 6).items():
        streams = [row for row in rivers() if row[0] == code]
        own = [row for row in fixed if row[0][:2] == code]
        spots = list(sites(places, rng, code, count, urban=False))
        for n in range(1, count + 1):
            head = f"{code}-TV-{n:03}"
            if n <= len(own):
                yield fixed_gauge(head, own[n - 1], streams, places)
            elif n % 7 == 0 and code not in SALTY:
                yield reservoir(head, spots[n - 1], places, rng)
            else:
                yield gauge(
                    head, spots[n - 1], streams[n % len(streams)], places, rng, salty=code in SALTY and n % 2 == 0
                )


def fixed_gauge(head: str, row: Sequence[str], streams: Sequence[Sequence[str]], places: Places) -> Row:
    """A station whose alert levels are published."""
    key, vi, river, bd1, bd2, bd3, source = row
    place = places[key]
    tide = next((s[3] for s in streams if s[1] == river), "0")
    normal = min([float(s[2]) for s in streams if s[1] == river] + [float(bd1) * 0.55])
    levels = (round(normal, 2), float(tide), float(bd1), float(bd2), float(bd3))
    return (head, key, vi, unmarked(vi), place.lat, place.lon, "river", river, *levels, 0, "", "", source)


def gauge(
    head: str, spot: tuple[str, float, float], stream: Sequence[str], places: Places, rng: random.Random, salty: bool
) -> Row:
    """A river gauge with alert levels above what is normal there."""
    key, lat, lon = spot
    normal, tide = float(stream[2]) + rng.uniform(-0.2, 0.4), float(stream[3])
    bd1 = round(normal + tide + rng.uniform(1.2, 3.5), 1)
    bd2 = round(bd1 + rng.uniform(0.5, 1.0), 1)
    bd3 = round(bd2 + rng.uniform(0.5, 1.0), 1)
    names = called("gauge", xa=bare(places, key), song=stream[1])
    kind = "tide" if tide >= 0.3 else "river"
    levels = (round(normal, 2), tide, bd1, bd2, bd3)
    return (head, key, *names, *point(lat, lon), kind, stream[1], *levels, int(salty), "", "", "thiết kế")


def reservoir(head: str, spot: tuple[str, float, float], places: Places, rng: random.Random) -> Row:
    """A reservoir: volumes in million m³."""
    key, lat, lon = spot
    useful = round(rng.uniform(20, 900), 1)
    dead = round(useful * rng.uniform(0.1, 0.3), 1)
    names = called("reservoir", xa=bare(places, key))
    return (head, key, *names, *point(lat, lon), "reservoir", "", "", 0, "", "", "", 0, dead, useful, "thiết kế")


def weather(places: Places, rng: random.Random) -> Iterator[Row]:
    """Weather stations, three in a unit."""
    for code, count in share(WEATHER, dict.fromkeys(places.units, 1.0), 3).items():
        for n, (key, lat, lon) in enumerate(sites(places, rng, code, count, urban=False), 1):
            yield f"{code}-KT-{n:03}", key, *called("weather", xa=bare(places, key)), *point(lat, lon), "synoptic"


def road_links(places: Places, rng: random.Random) -> Iterator[Row]:
    """Road links with free-flow speed (km/h), capacity (pcu/h) and length (km)."""
    streets = names("street")
    for code, count in share(LINKS, weights(places), 12).items():
        for n, (key, lat, lon) in enumerate(sites(places, rng, code, count, urban=True), 1):
            speed, capacity = rng.choice(((40, 1800), (50, 2800), (60, 4200), (80, 6500)))
            yield (
                f"{code}-DUONG-{n:03}",
                key,
                *called("link", cho=rng.choice(streets)[0], xa=bare(places, key)),
                *point(lat, lon),
                "link",
                speed,
                capacity,
                round(rng.uniform(0.4, 3.5), 1),
            )


def cameras(places: Places, rng: random.Random, links: Sequence[Row]) -> Iterator[Row]:
    """A traffic camera on every link, security cameras at public spots."""
    spots = names("spot")
    for link in links:
        code = str(link[0]).replace("DUONG", "CAM")
        cho, _, xa = str(link[2]).partition(" – ")
        yield code, link[1], *called("traffic_camera", cho=cho, xa=xa), link[4], link[5], "traffic", link[0]
    for code, count in share(CAMERAS - len(links), weights(places), 8).items():
        for n, (key, lat, lon) in enumerate(sites(places, rng, code, count, urban=True), 1):
            spot = [each.lower() for each in spots[n % len(spots)]]
            yield (
                f"{code}-AN-{n:03}",
                key,
                *called("camera", cho=spot, xa=bare(places, key)),
                *point(lat, lon),
                "security",
                "",
            )


def sources(places: Places) -> Iterator[Row]:
    """Invented outlets: one of each unit, the rest national. Their addresses are reserved names that lead nowhere."""
    local = names("local")
    for n, code in enumerate(places.units):
        own = [
            each.format(tinh=places.name(code, lang)) for each, lang in zip(local[n % len(local)], LANGS, strict=True)
        ]
        yield f"tin-{code}", code, *called("outlet_of_news", ten=own), "local", f"https://tin-{code}.mo-phong.example/"
    for n, name in enumerate(names("national"), 1):
        called_so = called("outlet_of_news", ten=name)
        yield f"tin-vn-{n:02}", "vn", *called_so, "national", f"https://tin-vn-{n:02}.mo-phong.example/"


def called(kind: str, **parts: str | Sequence[str]) -> tuple[str, str]:
    """The Vietnamese and the English name of a thing by the pattern of names.csv. A part that is one text is a proper
    name, which English writes without marks; others are given in both languages."""
    vi, en = names(kind)[0]
    both = {name: (part, unmarked(part)) if isinstance(part, str) else part for name, part in parts.items()}
    first, second = ({name: part[i] for name, part in both.items()} for i in (0, 1))
    return vi.format(**first), en.format(**second)


def bare(places: Places, key: str) -> str:
    """The commune's name without its kind."""
    place = places[key]
    return place.vi[len(place.kind) :].strip()


def point(lat: float, lon: float) -> tuple[float, float]:
    """About 10 m."""
    return round(lat, 4), round(lon, 4)


@cache
def names(kind: str) -> list[tuple[str, str]]:
    """Invented names of a kind, Vietnamese and English, from names.csv."""
    return [(vi, en) for known, vi, en in table(CAST / "names.csv") if known == kind]


def rivers() -> list[list[str]]:
    """Rows of rivers.csv: province, river, normal level, tidal range."""
    return list(table(CAST / "rivers.csv"))


def table(path: Path) -> Iterator[list[str]]:
    """Rows of a hand-kept table, without its header."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def write(name: str, head: Sequence[str], rows: Iterable[Row]) -> None:
    """A CSV with Unix line ends."""
    with (CAST / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head)
        out.writerows(rows)


if __name__ == "__main__":
    main()

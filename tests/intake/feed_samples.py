"""A small catalogue of every kind of feed, and one good event of each."""

import json

from feeds.catalogue.model import Catalogue, Compute, Feed, Indicator, Parameter


def parameter(code, unit="", **more):
    return Parameter(code=code, vi=code, en=code, unit=unit, **more)


MICRO = {"µg/m³": 1.0, "mg/m³": 1000.0, "ug/m3": 1.0, "mg/Nm3": 1000.0}
PARAMETERS = [
    parameter("pm25", "µg/m³", aliases=["PM2,5", "PM2.5"], units=MICRO, low=0, high=2000),
    parameter("pm10", "µg/m³", units=MICRO, low=0, high=5000),
    parameter("o3", "µg/m³", units=MICRO, low=0, high=1000),
    parameter("no2", "µg/m³", units=MICRO, low=0, high=2000),
    parameter("so2", "µg/m³", units=MICRO, low=0, high=5000),
    parameter("co", "µg/m³", units=MICRO, low=0, high=200_000),
    parameter("temp", "°C", low=-20, high=60),
    parameter("humidity", "%", low=0, high=100),
    parameter("wind", "m/s", units={"m/s": 1.0, "km/h": 1 / 3.6}, low=0, high=120),
    parameter("nh4_n", "mg/L", aliases=["N-NH4", "N_NH4"], low=0, high=1000),
    parameter("vehicles", "", integer=True),
    parameter("items", "", integer=True),
    parameter("fps", "", low=0, high=120),
]


def feed(code, kind, **more):
    return Feed(code=code, vi=code, en=code, kind=kind, owner="test", cadence=300, **more)


AIR = ["pm25", "pm10", "o3", "no2", "so2", "co", "temp", "humidity", "wind"]
FEEDS = [
    feed("air", "readings", parameters=AIR, entity_fields=["type"]),
    feed("water", "readings", parameters=["nh4_n", "temp"], late_window=60 * 86_400),
    feed("traffic", "readings", parameters=["vehicles"]),
    feed(
        "dossiers",
        "records",
        types=["dossier"],
        states=["received", "processing", "finished"],
        times=["received", "due", "finished"],
        fields=["channel", "procedure", "legal_days", "satisfied"],
    ),
    feed("cameras", "cameras", parameters=["vehicles", "fps"]),
    feed("social", "social", parameters=["items"]),
    feed("press", "social", partition="nation"),
    feed("entities", "entities"),
]
INDICATOR = Indicator(
    code="air_pm25_24h", vi="", en="", unit="", direction="down", cadence=3600, formula_vi="", formula_en="",
    compute=Compute(fn="latest"), rollup="mean",
)  # fmt: skip
CATALOGUE = Catalogue(
    domains={},
    feeds={feed.code: feed for feed in FEEDS},
    indicators={INDICATOR.code: INDICATOR},
    parameters={parameter.code: parameter for parameter in PARAMETERS},
)
AT = "2026-11-21T10:30:00+07:00"
AIR_EVENT = {
    "source": "hn-donre", "seq": 1042, "place": "2025:01/00004", "entity": "HN-KHI-001", "at": AT,
    "values": {"pm25": 61.2, "co": {"v": 0.8, "unit": "mg/m3", "status": "00"}}, "status": "00",
}  # fmt: skip
BASE = {"source": "s", "seq": 1, "place": "2025:01", "at": AT}
ROW = {
    "id": "H01-1",
    "type": "dossier",
    "state": "received",
    "times": {"received": AT},
    "fields": {"channel": "online"},
}
STATION = {"id": "A1", "type": "air", "state": "active", "fields": {"vi": "Trạm", "en": "Station", "type": "KHI"}}
EVENTS = {
    "air": AIR_EVENT,
    "water": BASE | {"entity": "W1", "values": {"nh4_n": 0.3}},
    "traffic": BASE | {"entity": "T1", "values": {"vehicles": 12}},
    "dossiers": BASE | {"record": ROW},
    "cameras": BASE | {"entity": "C1", "camera": {"state": "online", "counts": {"vehicles": 3}}},
    "social": BASE | {"place": "vn", "social": {"text": "Ngập nặng ở Cần Thơ, dân bức xúc", "url": "https://x.vn/1"}},
    "press": BASE | {"place": "vn", "social": {"text": "Hà Nội khen thưởng học sinh", "paper": "Báo A"}},
    "entities": BASE | {"entity": "A1", "lat": 21.0, "lon": 105.8, "record": STATION},
}


def as_json(event, **changes):
    """The bytes of an event; a key changed to `...` is left out."""
    changed = {key: value for key, value in {**event, **changes}.items() if value is not ...}
    return json.dumps(changed, ensure_ascii=False).encode()

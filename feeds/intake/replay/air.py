"""Hourly air quality of cities as iqair.com shows it, one CSV per city, messy as it comes.

`N/A` is no value; `6.4 km/h`, `61%`, `16.1°C` name their units. The unit of CO is not stated: values near 0.8 make
sense only in mg/m³, which is assumed and marked on the station. The `aqi` column is the American index: not ours.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from feeds.catalogue.names import fold, spell
from feeds.catalogue.places import Place, Places
from feeds.intake.replay.recording import BadRecording, Body, Recording, files

COLUMNS = {
    "pm25": "pm25",
    "pm10": "pm10",
    "o3": "o3",
    "no2": "no2",
    "so2": "so2",
    "co": "co",
    "temperature": "temp",
    "humidity": "humidity",
    "wind_speed": "wind_speed",
}
ASSUMED = {"co": "mg/m3"}
MARK = "CO: mg/m³ (giả định)"
_QUANTITY = re.compile(r"(?P<number>-?\d+(?:[.,]\d+)?)\s*(?P<unit>\D*)")


def read(path: Path, places: Places) -> Recording:
    """Every city's rows as readings of one station."""
    recording = Recording(notes=[f"CO has no unit in this recording; it is read as {ASSUMED['co']}."])
    stations: dict[str, Body] = {}
    for file in files(path, ".csv"):
        for number, row in enumerate(_rows(file), 1):
            station = stations.get(row["city"]) or stations.setdefault(row["city"], _station(row["city"], places))
            values = quantities(row)
            if values:
                body = {key: station[key] for key in ("source", "place", "entity")}
                recording.add("air", row["timestamp"], body | {"seq": number, "values": values})
    recording.speakers = list(stations.values())
    return recording


def quantities(row: Mapping[str, str | None]) -> dict[str, Any]:
    """A row's values by parameter; what is no quantity goes out as it is, for the door to refuse."""
    values: dict[str, Any] = {}
    for column, parameter in COLUMNS.items():
        text = (row.get(column) or "").strip()
        if text and text.upper() != "N/A":
            values[parameter] = _quantity(text, ASSUMED.get(parameter))
    return values


def _quantity(text: str, assumed: str | None) -> Any:
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return text
    value = float(found["number"].replace(",", "."))
    unit = found["unit"].strip() or assumed
    return {"v": value, "unit": unit} if unit else value


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"timestamp", "city"} <= set(reader.fieldnames or ()):
            raise BadRecording(f"{file} has no columns timestamp and city: it is not a recording of air quality.")
        yield from reader


def _station(city: str, places: Places) -> Body:
    """The station of a city, where the city stood on the map of 2020: a unit of today may be far wider."""
    place, point = _city(city, places)
    code = fold(city).replace(" ", "-")
    name = {"vi": f"Trạm tham chiếu {city}", "en": f"Reference station {place.en}", "type": MARK}
    entity = f"IQ-{code.upper()}"
    return {
        "source": f"iqair-{code}",
        "place": f"2025:{place.key}",
        "entity": entity,
        "lat": point.lat,
        "lon": point.lon,
        "record": {"id": entity, "type": "air", "state": "active", "fields": name},
    }


def _city(city: str, places: Places) -> tuple[Place, Place]:
    """Today's unit of a city, and the point where the city lies."""
    found = next((hit for hit in places.search(city, 5) if hit.key in places.units), None)
    if found is None:
        raise BadRecording(f"{city!r} is no city that the catalogue of places knows.")
    old = (places[f"2020:{code}"] for code, unit in places.merged.items() if unit == found.key)
    return places[found.key], next((p for p in old if spell(p.vi) == spell(city)), places[found.key])

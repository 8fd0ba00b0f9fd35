"""Stations as a source declares them: what it calls them, where they stand, and what its names mean."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from typing import Any

import msgspec

from feeds.catalogue.clock import iso
from feeds.catalogue.settings import ROOT
from feeds.intake.formats.reading import Moment
from feeds.intake.reasons import Refused, hint, nearest
from feeds.intake.sources.seam import Outlet
from feeds.intake.values import name_key

ENTITIES = "entities"
Body = dict[str, Any]


class Station(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One station. `code` is what we call it, if not what the source does; `place` a commune, `01/00004`.

    With `vi` the station is made known to the system, with its `type` and `fields` as the feed's domain has them.
    `names` gives the parameters of this station that the vocabulary does not know under the source's names.
    """

    feed: str
    place: str
    code: str = ""
    vi: str = ""
    en: str = ""
    type: str = ""
    lat: float | None = None
    lon: float | None = None
    fields: dict[str, str | float | bool] = {}
    names: dict[str, str] = {}


class Stations:
    """The declared stations of one source."""

    def __init__(self, declared: Mapping[str, Station], names: Mapping[str, str]) -> None:
        self._declared = declared
        self._by_key = {name_key(name): name for name in declared}
        self._names = names

    def knows(self, name: str) -> bool:
        """True when the source declares a station of that name."""
        return name_key(name) in self._by_key

    def find(self, name: str) -> tuple[str, Station]:
        """The station that the source calls `name`, with the code we know it by; Refused when none is declared."""
        known = self._by_key.get(name_key(name))
        if known is None:
            raise Refused("station_unknown", found=name, **hint(nearest(name, self._declared)))
        station = self._declared[known]
        return station.code or known, station

    def event(self, moment: Moment, values: Mapping[str, Any] | None = None) -> tuple[str, Body]:
        """The feed and the event of a moment, or of those of its `values`; the same moment gives the same event."""
        code, station = self.find(moment.station)
        given = moment.values if values is None else values
        said = {self._parameter(station, name): given[name] for name in sorted(given)}
        return station.feed, {"place": _place(station.place), "entity": code, "at": moment.at, "values": said}

    def announce(self, outlet: Outlet) -> None:
        """Make the stations known, once for every change of their declaration."""
        told = {name: station for name, station in self._declared.items() if station.vi}
        digest = blake2b(msgspec.json.encode(told, order="deterministic"), digest_size=12).hexdigest()
        if not told or outlet.recall("stations") == digest:
            return
        at = iso(outlet.clock.now_ms())
        outlet.send(ENTITIES, [_known_as(station.code or name, station, at) for name, station in told.items()])
        outlet.remember("stations", digest)

    def _parameter(self, station: Station, name: str) -> str:
        own = station.names.get(name) or self._names.get(name)
        return own or symbols().get(station.feed, {}).get(name, name)


@cache
def symbols() -> dict[str, dict[str, str]]:
    """Symbols whose meaning depends on the feed: feed -> symbol -> parameter."""
    raw = (ROOT / "data" / "lexicon" / "station_symbols.yaml").read_bytes()
    return msgspec.yaml.decode(raw, type=dict[str, dict[str, str]])


def _known_as(code: str, station: Station, at: str) -> Body:
    fields: Body = {"vi": station.vi, "en": station.en or station.vi, **station.fields}
    if station.type:
        fields["type"] = station.type
    body: Body = {"place": _place(station.place), "entity": code, "at": at}
    if station.lat is not None:
        body |= {"lat": station.lat, "lon": station.lon}
    return body | {"record": {"id": code, "type": station.feed, "state": "active", "fields": fields}}


def _place(place: str) -> str:
    """A bare code is one of 2025."""
    return place if ":" in place or place == "vn" else f"2025:{place}"

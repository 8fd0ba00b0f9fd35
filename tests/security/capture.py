"""Listens to a running system as the staff of one province does, and finds in what came whatever is another's."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from feeds.catalogue.loader import load
from feeds.catalogue.places import Places
from feeds.catalogue.settings import Settings

FREE_TEXT = ("text", "title", "summary")  # what newspapers say of a province may name another
PAGE = ("/api/v1/alerts/{0}", "/api/v1/hours/{0}", "/api/v1/search?q=a", "/api/v1/quarantine", "/api/v1/sources",
        "/api/v1/records/dossiers", "/api/v1/export/{0}.csv?i=adm_open", "/api/v1/entities/air",
        "/api/v1/entities/cameras", "/api/v1/breakdown/dossiers?place={0}&by=channel")  # fmt: skip
CLOSED = ("/api/v1/snapshot/{1}", "/api/v1/hours/{1}", "/api/v1/hours/vn", "/api/v1/alerts/{1}", "/stream?scope={1}",
          "/api/v1/records/dossiers?place={1}", "/api/v1/export/{1}.csv?i=adm_open")  # fmt: skip


@dataclass
class Ears:
    """The staff of `own` at the system `url`."""

    url: str
    own: str = "46"
    other: str = "79"
    places: Places = field(default_factory=Places.load)
    foreign: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        others = [unit for unit in self.places.units if unit != self.own]
        self.foreign |= {name for unit in others for name in (unit, self.places[unit].full_vi, self.places[unit].vi)}
        self.foreign |= {key for unit in others for key in self.places.children(unit)}
        for feed in load(Settings().catalogue).feeds:
            for entity in json.loads(self.ask(f"/api/v1/entities/{feed}", who="")[1]):
                if entity["unit"] in self.places.units and entity["unit"] != self.own:
                    self.foreign |= {entity["code"], entity["vi"]}
        self.foreign -= {entity[name] for entity in self._own_entities() for name in ("code", "vi")}
        self.foreign -= {self.places[self.own].vi, self.places[self.own].full_vi}  # others have a road of that name

    def _own_entities(self) -> list[dict[str, Any]]:
        feeds = load(Settings().catalogue).feeds
        return [each for feed in feeds for each in json.loads(self.ask(f"/api/v1/entities/{feed}")[1])]

    def ask(self, path: str, who: str | None = None) -> tuple[int, bytes]:
        """Status and body, as the staff, or as the demo's own visitor; a 503 of a busy machine is asked again."""
        for _ in range(20):
            status, body = self._once(path, who)
            if status != 503:
                break
            time.sleep(2)  # as its Retry-After says
        return status, body

    def _once(self, path: str, who: str | None) -> tuple[int, bytes]:
        cookie = f"staff-{self.own}" if who is None else who
        request = urllib.request.Request(self.url + path, headers={"Cookie": f"ioc_as={cookie}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def scopes(self) -> list[str]:
        """Everything that the staff may follow."""
        return ["vn", self.own, *(f"{self.own}:{domain}" for domain in load(Settings().catalogue).domains)][:64]

    def listen(self, seconds: float) -> Iterator[dict[str, Any]]:
        """The frames of the stream as they come."""
        line = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        headers = {"Cookie": f"ioc_as=staff-{self.own}"}
        line.request("GET", f"/stream?scope={','.join(self.scopes())}", headers=headers)
        answer, until = line.getresponse(), time.monotonic() + seconds
        assert answer.status == 200, answer.read()
        while time.monotonic() < until:
            said = answer.readline()
            if said.startswith(b"data: "):
                frame = json.loads(said[6:])
                if isinstance(frame, dict) and "scope" in frame:
                    yield frame
        line.close()

    def found(self, told: Any, key: str = "") -> Iterator[str]:
        """What in `told` is another's: a code, a commune, a name, a station."""
        if isinstance(told, dict):
            for name, value in told.items():
                yield from self.found(name)
                yield from self.found(value, name)
        elif isinstance(told, list):
            for value in told:
                yield from self.found(value, key)
        elif isinstance(told, str) and key not in FREE_TEXT and self._is_foreign(told):
            yield told

    def _is_foreign(self, word: str) -> bool:
        place = word.removeprefix("2025:").replace("/", ":").partition(":")[0]
        placed = word.startswith("2025:") or (len(word) > 2 and word[2:3] in ("/", ":") and not word[3:5].isdigit())
        return word in self.foreign or (placed and place in self.places.units and place != self.own)

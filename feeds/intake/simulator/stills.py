"""Which cameras send a picture with their answer: a few a second, the first ones of each unit more often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from feeds.catalogue.clock import iso
from feeds.intake.simulator.cast import Actor, Cast
from feeds.intake.simulator.frames import still
from feeds.intake.simulator.telling import Told
from feeds.intake.simulator.timemap import TimeMap

FRONT = 6  # cameras of a unit that are looked at first
FRONT_EVERY_MS, EVERY_MS = 2 * 60_000, 40 * 60_000
MOST_A_STRETCH = 4


class Stills:
    """Remembers when each camera last sent a picture."""

    def __init__(self, cast: Cast) -> None:
        self._actors = {actor.code: actor for actor in cast.actors["cameras"]}
        self._due = {code: 0 for code in self._actors}
        self._every = {code: EVERY_MS for code in self._actors}
        for code in front(cast.actors["cameras"]):
            self._every[code] = FRONT_EVERY_MS

    def attach(self, story: Iterable[Told], times: TimeMap) -> Iterator[Told]:
        """The same events; the first cameras whose picture is due carry one."""
        left = MOST_A_STRETCH
        for told in story:
            if left and told.feed == "cameras" and self._wants(told, times):
                left -= 1
                yield self._with_still(told, times)
            else:
                yield told

    def _wants(self, told: Told, times: TimeMap) -> bool:
        code, now = told.body["entity"], times.real(told.at)
        if told.body["camera"]["state"] in ("offline", "frozen") or now < self._due[code]:
            return False
        if self._every[code] == EVERY_MS and self._due[code] == 0:  # the many take their turns one after the other
            self._due[code] = now + self._actors[code].key % EVERY_MS
            return False
        self._due[code] = now + self._every[code]
        return True

    def _with_still(self, told: Told, times: TimeMap) -> Told:
        camera = told.body["camera"]
        actor = self._actors[told.body["entity"]]
        busy = camera["counts"].get("vehicles", camera["counts"].get("people", 0))
        stamp = shown(times.real(told.at))
        jpeg = still(actor, told.at, stamp, camera["state"], busy)
        return told._replace(body=told.body | {"camera": camera | {"jpeg": jpeg}})


def shown(real: int) -> str:
    """The time as a camera prints it."""
    text = iso(real)
    return f"{text[8:10]}/{text[5:7]}/{text[:4]} {text[11:19]}"


def front(cameras: Iterable[Actor]) -> Iterator[str]:
    """The first cameras of each unit, half of them on roads."""
    seen: dict[tuple[str, str], int] = {}
    for actor in cameras:
        place = (actor.province, actor.type)
        seen[place] = seen.get(place, 0) + 1
        if seen[place] <= FRONT // 2:
            yield actor.code

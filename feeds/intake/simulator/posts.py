"""What outlets write: a few posts an hour each, topic after topic, more when something is going on.

At the end of each slot the listener of an outlet says of itself how many items it has fetched; and when an office has
answered bad news, how long that took.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feeds.catalogue.clock import HOUR_MS
from feeds.intake.simulator.cast import Actor, Cast
from feeds.intake.simulator.chance import between, draw, key, mix
from feeds.intake.simulator.days import rush
from feeds.intake.simulator.script import BEHIND, FLOODED, HAZY, Script
from feeds.intake.simulator.telling import Told, place_of

SLOT_MS = 20 * 60_000  # every outlet writes at least once in it, early enough never to be taken for dead
EARLY = 0.35
REPORT = 0.9  # of the slot: after the last of its posts
ANSWERED, FAST_H, SLOW_H = 0.03, 0.4, 3.6  # how often an office answers bad news, and within how many hours
STORIES = {FLOODED: "flood", HAZY: "haze", BEHIND: "backlog"}


class Posts:
    """Every outlet's posts. The door finds topic, tone and, for national outlets, the place by itself."""

    def __init__(self, seed: int, cast: Cast, script: Script) -> None:
        self._seed = seed
        self._cast = cast
        self._script = script
        self._texts: dict[str, list[str]] = {}
        for post in cast.posts:
            self._texts.setdefault(post["topic"], []).append(post["text"])
        self._topics = [topic for topic in self._texts if topic not in STORIES.values()]
        self._laps: dict[str, tuple[int, list[str]]] = {}  # outlet -> the lap it is in, and the topics in its order
        self._units = [desk.code for desk in cast.desks]

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Posts of the stretch."""
        for slot in range(start // SLOT_MS, -(-end // SLOT_MS)):
            found = [told for actor in self._cast.actors["social"] for told in self._slot(actor, slot)]
            yield from sorted((told for told in found if start <= told.at < end), key=lambda told: told.at)

    def recall(self, start: int, end: int) -> Iterator[Told]:
        """A post as it was written; what an outlet's listener fetched in an hour in one word, unless it says more."""
        hours: dict[tuple[str, int], Told] = {}
        for told in self.tell(start, end):
            values = told.body.get("values", {})
            if values.keys() != {"items"}:
                yield told
                continue
            hour = told.body["entity"], told.at // HOUR_MS
            before = hours[hour].body["values"]["items"] if hour in hours else 0
            hours[hour] = told._replace(body=told.body | {"values": {"items": before + values["items"]}})
        yield from hours.values()

    def _slot(self, actor: Actor, slot: int) -> Iterator[Told]:
        posts = list(self._posts(actor, slot))
        yield from posts
        yield self._report(actor, slot, len(posts))

    def _report(self, actor: Actor, slot: int, items: int) -> Told:
        """What is said of the outlet, not by it: no mention of anything."""
        chance = mix(self._seed, actor.key, slot, 7)
        values: dict[str, float] = {"items": items}
        if actor.province != "vn" and draw(chance) < ANSWERED:
            values["response_h"] = round(between(FAST_H, SLOW_H, chance), 1)
        at = int((slot + REPORT) * SLOT_MS)
        body = {"place": place_of(actor.place), "entity": actor.code, "at": at, "values": values}
        return Told(at, "social", actor.province, body)

    def _posts(self, actor: Actor, slot: int) -> Iterator[Told]:
        chance = mix(self._seed, actor.key, slot)
        at = slot * SLOT_MS + int(EARLY * SLOT_MS * draw(chance))
        yield self._post(actor, self._turn(actor, slot), at, mix(chance, 1))
        story = STORIES.get(actor.province)
        if story and draw(chance, 2) < self._stir(story, at):
            yield self._post(actor, story, at + 70_000, mix(chance, 3))
        elif draw(chance, 2) < 0.5 * rush(at):
            topic = self._topics[mix(chance, 4) % len(self._topics)]
            yield self._post(actor, topic, at + 150_000, mix(chance, 5))

    def _turn(self, actor: Actor, slot: int) -> str:
        """The outlet goes through all topics before it comes back to one."""
        lap, place = divmod(slot + actor.key, len(self._topics))
        known, order = self._laps.get(actor.code, (-1, self._topics))
        if known != lap:
            order = sorted(self._topics, key=lambda topic: mix(self._seed, actor.key, lap, key(topic)))
            self._laps[actor.code] = lap, order
        return order[place]

    def _stir(self, story: str, at: int) -> float:
        """How likely a story makes an outlet write about it."""
        return 1.6 * self._script.flood(at) - 0.3 if story == "flood" else 0.25

    def _post(self, actor: Actor, topic: str, at: int, chance: int) -> Told:
        unit = actor.province
        if unit == "vn" and draw(chance, 1) < 0.5:
            unit = self._units[mix(chance, 2) % len(self._units)]
            if draw(chance, 3) < 0.05:  # the nation writes of what is going on
                unit = FLOODED if self._script.flood(at) > 0.4 else HAZY
                topic = STORIES[unit]
        text = pick(self._texts[topic], chance).format(tinh=self._name(unit), xa=self._commune(unit, chance))
        url = f"{actor.traits['url']}{at // 1000:x}"
        body = {
            "place": place_of(actor.place),
            "entity": actor.code,
            "at": at,
            "social": {"text": text, "url": url, "paper": actor.vi},
        }
        return Told(at, "social", actor.province, body)

    def _name(self, unit: str) -> str:
        return "cả nước" if unit == "vn" else self._cast.places.name(unit)

    def _commune(self, unit: str, chance: int) -> str:
        if unit == "vn":
            return "nhiều địa phương"
        return self._cast.places.name(pick(self._cast.places.communes_of(unit), mix(chance, 9)))


def pick(choices: Sequence[str], chance: int) -> str:
    """One of them."""
    return choices[chance % len(choices)]

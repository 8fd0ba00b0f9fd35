"""All scopes together: collects what changed for each, and makes a new version of a scope when its tick has come.

A scope is told no more often than every 200 ms; when the engine cannot keep up, every 500 ms, and every 2 s while it
works off a backlog (the domains of a place every 6 s). The frame says which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from itertools import islice
from typing import Any

import msgspec

from feeds.catalogue.clock import iso
from feeds.catalogue.keys import World
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY, Places
from feeds.engine.alarms import Alarms, in_scope, shown
from feeds.engine.board import Board
from feeds.engine.columns import Columns
from feeds.engine.entity_frames import EntityFrames
from feeds.engine.frames import STAMPS, Changes, ScopeFrames, encode, scope_names
from feeds.engine.posts import Posts
from feeds.engine.publish import Frame
from feeds.engine.spark import Sparks
from feeds.engine.totals import Totals

TICK_MS = 200
SLOW_TICK_MS = 500
BACKLOG_TICK_MS = 3_000
BACKLOG_DOMAINS = 3  # meanwhile every third tick for the domains of a place: they are twenty times as many
UNTOLD_A_TICK = 20  # scopes that are told anew although nothing of them has changed
FEEDS_MS = 2_000  # counts of feeds are told no more often

HealthOf = Callable[[str], dict[str, dict[str, Any]]]  # place -> health as shown


class Screens:
    """Every scope's frames under one epoch."""

    def __init__(
        self,
        world: World,
        epoch: int,
        catalogue: Catalogue,
        places: Places,
        board: Board,
        alarms: Alarms,
        entities: EntityFrames,
        sparks: Sparks,
        health: HealthOf,
        posts: Mapping[str, Posts],
    ) -> None:
        self._world = world
        self._epoch = epoch
        self._catalogue = catalogue
        self._board = board
        self._alarms = alarms
        self._entities = entities
        self._health = health
        self._posts = posts
        names = scope_names(catalogue, places)
        self._columns = {place: Columns(places.children(place), board) for place in (NATION_KEY, *places.units)}
        self._scopes = {
            name: ScopeFrames(name, catalogue, board, self._columns[name.partition(":")[0]], sparks.packed)
            for name in names
        }
        self._totals = Totals(catalogue, board, self._columns[NATION_KEY])
        self._changes: dict[str, Changes] = defaultdict(Changes)
        self._versions: dict[str, int] = dict.fromkeys(names, 0)
        self._told_at: dict[str, int] = dict.fromkeys(names, 0)
        self._feeds_of = {d.code: {feed.code for feed in d.feeds} for d in catalogue.domains.values()}
        self._health_told: dict[str, tuple[dict[str, dict[str, Any]], msgspec.Raw]] = {}
        self._feeds_told: dict[str, tuple[int, dict[str, dict[str, Any]]]] = {}
        self._untold: dict[str, None] = {}  # scopes that another engine's frames still stand for
        self.tick_ms = TICK_MS

    def collect(self) -> None:
        """Take what changed on the board, of the entities and the alerts, to the scopes that show it."""
        for place, codes in self._board.take_changed().items():
            for code, concluded in codes.items():
                self._figure_changed(place, code, concluded)
        for scope, keys in self._entities.changed.items():
            self._changes[scope].entities |= keys
        self._entities.changed.clear()
        self._collect_alerts()

    def follow(self, before: Screens, codes: Set[str]) -> None:
        """Take over the columns of these indicators; every scope is to be told under this epoch, new ones and whole
        places first, what changes meanwhile in its own time."""
        for place, columns in self._columns.items():
            columns.follow(before._columns[place], codes)
        self.tick_ms, self._feeds_told = before.tick_ms, before._feeds_told
        self._untold = dict.fromkeys(sorted(self._scopes, key=lambda name: ":" in name and name in before._scopes))

    def everything(self, now: int) -> list[Frame]:
        """A new version of every scope."""
        self.collect()
        return [frame for name in self._scopes for frame in self._frames(name, now)]

    def due(self, now: int) -> list[Frame]:
        """New versions of the scopes that changed and whose tick has come."""
        ripe = [name for name, changes in self._changes.items() if changes and self._ripe(name, now)]
        ripe += [name for name in islice(self._untold, UNTOLD_A_TICK) if name not in ripe]
        return [frame for name in ripe for frame in self._frames(name, now)]

    def tell_feeds(self, now: int) -> None:
        """Counts of feeds that moved on are told also when nothing else has changed: a domain tells of its own."""
        for name, scope in self._scopes.items():
            self._feed_news(scope, self._health(scope.place), self._changes[name], now)

    def _ripe(self, name: str, now: int) -> bool:
        return not 0 <= now - self._told_at[name] < self._tick_of(name)

    def _tick_of(self, name: str) -> int:
        """How often a scope is told at most."""
        rare = self.tick_ms == BACKLOG_TICK_MS and ":" in name
        return self.tick_ms * BACKLOG_DOMAINS if rare else self.tick_ms

    def _figure_changed(self, place: str, code: str, concluded: bool) -> None:
        domain = self._catalogue.indicators[code].domain
        if "/" not in place:
            for scope in (place, f"{place}:{domain}"):
                self._changes[scope].indicators.add(code)
        if place == NATION_KEY:
            return
        parent = place.partition("/")[0] if "/" in place else NATION_KEY
        self._columns[parent].put(code, place, self._board.entries[place][code])
        for scope in (parent, f"{parent}:{domain}"):
            children = self._changes[scope].units.setdefault(code, {})
            children[place] = concluded or children.get(place, False)

    def _collect_alerts(self) -> None:
        for place, keys in self._alarms.set.items():
            for key in keys:
                alert = self._alarms.active[key]
                for scope in self._showing(place, self._catalogue.indicators[key[1]].domain):
                    self._changes[scope].alerts_set.append(shown(alert))
        for place, gone in self._alarms.cleared.items():
            for domain, alert_id in gone:
                for scope in self._showing(place, domain):
                    self._changes[scope].alerts_cleared.append(alert_id)
        self._alarms.set.clear()
        self._alarms.cleared.clear()

    def _showing(self, place: str, domain: str) -> Iterable[str]:
        """Scopes that show an alert of a place."""
        places = dict.fromkeys((place, NATION_KEY))
        return [scope for where in places for scope in (where, f"{where}:{domain}")]

    def _frames(self, name: str, now: int) -> Iterable[Frame]:
        """A new version of a scope, for each audience."""
        scope = self._scopes[name]
        changes = self._changes.pop(name, Changes())
        self._untold.pop(name, None)
        start, version = self._versions[name], self._versions[name] + 1
        self._versions[name], self._told_at[name] = version, now
        health = self._health(scope.place)
        self._feed_news(scope, health, changes, now)
        tick = self._tick_of(name)
        head = {"scope": name, "epoch": self._epoch, "version": version, "at": iso_ms(now), "tick_ms": tick}
        news = self._entities.news(changes.entities)
        since = {**head, "from": start}
        delta = scope.delta(now, since, changes, news)
        head |= {"world": self._world, "stamp": STAMPS[self._world]}
        whole = Frame(name, start, version, scope.snapshot(now, head, self._tail(scope, health, now)), delta)
        yield whole
        if name == NATION_KEY:
            yield self._totals.frame(whole, since, head, changes.indicators, now)

    def _tail(self, scope: ScopeFrames, health: dict[str, dict[str, Any]], now: int) -> dict[str, Any]:
        alerts = in_scope(self._alarms.active, self._catalogue, scope.place, scope.domain)
        tail: dict[str, Any] = {"alerts": alerts, "feeds": self._written(scope.place, health)}
        if scope.domain is not None:
            tail["entities"] = self._entities.all(scope.name)
            posts = self._posts.get(scope.domain)
            if posts is not None:
                tail |= {"topics": posts.topics(scope.place, now), "items": posts.items(scope.place)}
        return tail

    def _written(self, place: str, health: dict[str, dict[str, Any]]) -> msgspec.Raw:
        """Health as JSON, once for all scopes of a place."""
        held = self._health_told.get(place)
        if held is None or held[0] is not health:
            held = self._health_told[place] = health, msgspec.Raw(encode(health))
        return held[1]

    def _feed_news(self, scope: ScopeFrames, health: dict[str, dict[str, Any]], changes: Changes, now: int) -> None:
        at, told = self._feeds_told.get(scope.name, (0, {}))
        if 0 <= now - at < FEEDS_MS:
            return
        mine = health.keys() if scope.domain is None else sorted(self._feeds_of[scope.domain] & health.keys())
        for feed in mine:
            if _counts(health[feed]) != _counts(told.get(feed, {})):
                changes.feeds[feed] = health[feed]
        self._feeds_told[scope.name] = (now, health)


def _counts(said: Mapping[str, Any]) -> list[Any]:
    return [said.get(name) for name in ("accepted", "rejected", "duplicates", "gaps")]


def iso_ms(ms: int) -> str:
    """ISO 8601 in Vietnam's time to the millisecond: ages are told from it."""
    return f"{iso(ms)[:19]}.{ms % 1000:03d}+07:00"

"""`python -m feeds keys make | list | revoke`: what an operator does about the keys of senders."""

from __future__ import annotations

import argparse
import builtins
import re
import secrets
from collections.abc import Callable, Iterable
from contextlib import closing

from feeds.catalogue.clock import SystemClock, iso
from feeds.catalogue.places import NATION_KEY, Places
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import BadSetting, Settings
from feeds.store.database import open_database
from feeds.store.ingest_keys import IngestKey, IngestKeys, KeyTaken
from feeds.store.modules import load_catalogue
from feeds.store.screens import digest

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
SOURCE = re.compile(r"[^\W_][\w.\-/:]{0,63}\*?|\*")
HIGHEST_RATE = 100_000
PREFIX = "ioc_"
Say = Callable[[str], None]


def make(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Make a key and print it; it is shown this once and kept nowhere."""
    token = PREFIX + secrets.token_urlsafe(32)
    with closing(open_database(settings)) as database:
        key = _key(load_catalogue(settings, database)[0].feeds, asked, token)
        try:
            IngestKeys(database).add(key)
        except KeyTaken:
            raise BadSetting(f"There is a key {key.name!r}: choose another name, such as {key.name}-2.") from None
    say(token)
    say("Give it to the sender: Authorization: Bearer <key>. It is shown this once; `keys revoke` ends it.")
    if settings.demo:
        say("In demo (IOC_DEMO=1) nobody is asked for a key.")
    return 0


def list(settings: Settings, _asked: argparse.Namespace, say: Say) -> int:
    """Every key, a line each; never the key itself."""
    with closing(open_database(settings)) as database:
        for key in IngestKeys(database).all(NATION):
            say("\t".join((key.name, *_bounds(key), _state(key))))
    return 0


def revoke(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """End a key: within five seconds no web process takes it."""
    with closing(open_database(settings)) as database:
        done = IngestKeys(database).revoke(asked.name, SystemClock().now_ms())
    say(f"{asked.name}: revoked" if done else f"{asked.name}: there is no such key, or it was revoked before")
    return 0 if done else 1


def _key(feeds: Iterable[str], asked: argparse.Namespace, token: str) -> IngestKey:
    if not NAME.fullmatch(asked.name):
        raise BadSetting(f"{asked.name!r} is no name of a key: lower-case letters, digits, dot, dash, at most 40.")
    if not 1 <= asked.rate <= HIGHEST_RATE:
        raise BadSetting(f"--rate {asked.rate}: write events a second, from 1 to {HIGHEST_RATE}.")
    places = _listed("--places", asked.places, (NATION_KEY, *Places.load().units))
    sources = asked.sources.split(",") if asked.sources else [asked.name]
    wrong = [source for source in sources if not SOURCE.fullmatch(source)]
    if wrong:
        raise BadSetting(f"--sources: {wrong[0]!r} is no name of a source; a name may end in * for all that begin so.")
    return IngestKey(
        name=asked.name,
        digest=digest(token),
        feeds=_listed("--feeds", asked.feeds, feeds),
        units=None if NATION_KEY in places else places,
        sources=None if "*" in sources else sources,
        rate=asked.rate,
        made=SystemClock().now_ms(),
    )


def _listed(option: str, text: str, known: Iterable[str]) -> builtins.list[str]:
    names = [*dict.fromkeys(text.split(","))]
    for name in names:
        if name not in known:
            raise BadSetting(f"{option}: there is no {name!r}; write some of {', '.join(known)}, with commas between.")
    return names


def _bounds(key: IngestKey) -> tuple[str, str, str, str]:
    places = "everywhere" if key.units is None else ",".join(key.units)
    sources = "any source" if key.sources is None else ",".join(key.sources)
    return ",".join(key.feeds), places, sources, f"{key.rate} events/s"


def _state(key: IngestKey) -> str:
    if key.revoked is not None:
        return f"revoked {iso(key.revoked)}"
    return f"last used {iso(key.used)}" if key.used else f"never used, made {iso(key.made)}"

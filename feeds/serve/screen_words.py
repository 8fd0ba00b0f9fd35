"""`python -m feeds screen add | list | renew | revoke`: what an operator does about the screens of walls."""

from __future__ import annotations

import argparse
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from feeds.catalogue.clock import SystemClock, iso
from feeds.catalogue.places import NATION_KEY, Places
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import ROOT, BadSetting, Settings
from feeds.serve.walls import GROUP
from feeds.store.database import open_database
from feeds.store.screens import Screen, Screens, Taken, digest

NAME = re.compile(r"[\w.-]{1,40}")
PIXELS = re.compile(r"(\d{3,5})x(\d{3,5})")
Say = Callable[[str], None]


def add(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Make a screen and print its address, which is shown this once."""
    token = secrets.token_urlsafe(32)
    screen = _screen(asked, token)
    with _open(settings) as screens:
        try:
            screens.add(screen)
        except Taken:
            raise BadSetting(
                f"There is a screen {screen.name!r}: choose another name, or write `screen renew {screen.name}`."
            ) from None
    _print(settings, token, say)
    return 0


def renew(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """A new address for a screen; what it carried before is void."""
    token = secrets.token_urlsafe(32)
    with _open(settings) as screens:
        if not screens.renew(asked.name, digest(token)):
            raise BadSetting(f"There is no screen {asked.name!r}; `screen list` names them.")
    _print(settings, token, say)
    return 0


def revoke(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Shut a screen out: within seconds its stream is cut and nothing answers it."""
    with _open(settings) as screens:
        done = screens.revoke(asked.name, SystemClock().now_ms())
    say(f"{asked.name}: revoked" if done else f"{asked.name}: there is no such screen, or it was revoked before")
    return 0 if done else 1


def list(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Every screen, a line each."""
    with _open(settings) as screens:
        for screen in screens.all(NATION):
            size = f"{screen.width}x{screen.height}, {screen.inches:g} inch, {screen.metres:g} m"
            say("\t".join((screen.name, screen.place, screen.group, size, _state(screen))))
    return 0


def _state(screen: Screen) -> str:
    if screen.revoked is not None:
        return f"revoked {iso(screen.revoked)}"
    if screen.exchanged is not None:
        return f"admitted {iso(screen.exchanged)}"
    return f"not opened yet, made {iso(screen.made)}"


def _screen(asked: argparse.Namespace, token: str) -> Screen:
    if not NAME.fullmatch(asked.name):
        raise BadSetting(f"{asked.name!r} is no name of a screen: letters, digits, dot, dash, at most 40.")
    if asked.place != NATION_KEY and asked.place not in Places.load(ROOT / "data" / "places").units:
        raise BadSetting(f"--place {asked.place}: write vn, or the two digits of a unit, such as 01.")
    if not GROUP.fullmatch(asked.group):
        raise BadSetting(f"--group {asked.group}: lower-case letters, digits and _, at most 24.")
    pixels = PIXELS.fullmatch(asked.pixels)
    if pixels is None or not 0.5 <= asked.metres <= 40 or not 10 <= asked.inches <= 400:
        raise BadSetting("Write the screen as --metres 6 --inches 55 --pixels 1920x1080.")
    return Screen(
        name=asked.name,
        place=asked.place,
        group=asked.group,
        metres=asked.metres,
        inches=asked.inches,
        width=int(pixels[1]),
        height=int(pixels[2]),
        token=digest(token),
        made=SystemClock().now_ms(),
    )


def _print(settings: Settings, token: str, say: Say) -> None:
    say(f"http://{settings.host}:{settings.port}/wall?screen={token}")
    say("Open this address once in the screen's own browser: it is taken for a cookie and is then worth nothing.")


@contextmanager
def _open(settings: Settings) -> Iterator[Screens]:
    database = open_database(settings)
    try:
        yield Screens(database)
    finally:
        database.close()

"""What the front must know of the pages it serves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from feeds.serve.lists import Make

NONE: Mapping[str, bytes] = MappingProxyType({})


class Paper(NamedTuple):
    """The release of the pages, those that the front shows itself, by language, and whole lists given as files."""

    release: str = ""
    waiting: bytes = b""  # what a screen that is not admitted shows
    entry: Mapping[str, bytes] = NONE  # the form of typed figures
    login: Mapping[str, bytes] = NONE  # where people sign in
    link: Mapping[str, bytes] = NONE  # what a link opens, to set a password
    account: Mapping[str, bytes] = NONE  # one's own account
    people: Mapping[str, bytes] = NONE  # accounts and roles
    audit: Mapping[str, bytes] = NONE  # the audit log
    lists: Mapping[str, Make] = MappingProxyType({})  # by name


PLAIN = Paper()

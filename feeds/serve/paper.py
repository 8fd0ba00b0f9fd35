"""What the front must know of the pages it serves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NONE: Mapping[str, bytes] = MappingProxyType({})


class Paper(NamedTuple):
    """The release of the pages, and those that the front shows itself, by language."""

    release: str = ""
    waiting: bytes = b""  # what a screen that is not admitted shows
    entry: Mapping[str, bytes] = NONE  # the form of typed figures
    login: Mapping[str, bytes] = NONE  # where people sign in
    link: Mapping[str, bytes] = NONE  # what a link opens, to set a password
    people: Mapping[str, bytes] = NONE  # accounts and roles
    audit: Mapping[str, bytes] = NONE  # the audit log


PLAIN = Paper()

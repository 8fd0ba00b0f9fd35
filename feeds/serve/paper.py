"""What the front must know of the pages it serves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from feeds.serve.lists import Make


class Paper(NamedTuple):
    """Their release, those that the front shows itself, and whole lists that are given as files."""

    release: str = ""
    waiting: bytes = b""
    entry: Mapping[str, bytes] = MappingProxyType({})  # the form of typed figures, by language
    lists: Mapping[str, Make] = MappingProxyType({})  # by name


PLAIN = Paper()

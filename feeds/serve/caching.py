"""Answers that may be a few seconds old: kept by Flask-Caching under a key that always names the scope.

    ask = cached(cache, readers.series, seconds=10)
    ask(scope, "01", "pm25_24h", start, end)

Two scopes never share an answer, because the scope is the first argument and the first part of the key.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import msgspec

from feeds.catalogue.scope import Scope

FIRST_MOMENT = 100_000_000_000  # a whole number above it is a moment in ms, not a count
P = ParamSpec("P")
R = TypeVar("R")


class Store(Protocol):
    """What is needed of Flask-Caching's Cache."""

    def get(self, key: str) -> Any:
        """The kept value, or None."""

    def set(self, key: str, value: Any, timeout: int) -> Any:
        """Keep a value for some seconds."""


def cached(cache: Store, read: Callable[Concatenate[Scope, P], R], seconds: int) -> Callable[Concatenate[Scope, P], R]:
    """`read`, asked at most once per scope, arguments and `seconds`. What raises is not kept.

    Moments (ms since 1970) are rounded down to whole `seconds` before they are asked for, so that callers who say
    "until now" a second apart share an answer.
    """

    def ask(scope: Scope, /, *args: P.args, **kwargs: P.kwargs) -> R:
        asked = tuple(_rounded(arg, seconds * 1000) for arg in args)
        named = {name: _rounded(arg, seconds * 1000) for name, arg in kwargs.items()}
        key = cache_key(f"{read.__module__}.{read.__qualname__}", scope, asked, named)
        kept = cache.get(key)
        if kept is None:
            kept = (read(scope, *asked, **named),)
            cache.set(key, kept, timeout=seconds)
        answer: R = kept[0]
        return answer

    return ask


class Memory:
    """A Store of this process alone, with room for some answers; threads share it."""

    def __init__(self, room: int = 256, clock: Callable[[], float] = time.monotonic) -> None:
        self._room = room
        self._clock = clock
        self._kept: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """The kept value while it is young, or None."""
        until, value = self._kept.get(key, (0.0, None))
        return value if self._clock() < until else None

    def set(self, key: str, value: Any, timeout: int) -> None:
        """Keep a value for some seconds; the oldest gives way when there is no room."""
        with self._lock:
            self._kept.pop(key, None)
            while len(self._kept) >= self._room:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = (self._clock() + timeout, value)


def _rounded(arg: Any, grain_ms: int) -> Any:
    return arg // grain_ms * grain_ms if type(arg) is int and arg > FIRST_MOMENT else arg


def cache_key(name: str, scope: Scope, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Distinct for each reader, scope, audience and arguments; TypeError for arguments that have no plain form."""
    asked = msgspec.json.encode([scope.cache_key(), args, sorted(kwargs.items())])
    return f"{name}|{scope.cache_key()}|{hashlib.blake2b(asked, digest_size=16).hexdigest()}"

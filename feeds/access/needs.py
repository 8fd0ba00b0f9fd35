"""A declared permission for everything that can be asked: each handler, page and callback says what it needs.

    @needs("records")
    async def record(self, request): ...

What lacks the declaration stops start-up, so that nothing new stands open by being forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from feeds.access.roles import ACTS, Act

MARK = "__needs__"
F = TypeVar("F", bound=Callable[..., Any])


class Undeclared(RuntimeError):
    """Something can be asked and does not say who may; `str()` names it."""


def needs(*acts: Act) -> Callable[[F], F]:
    """Declare that whoever asks must be allowed one of `acts`."""
    wrong = [act for act in acts if act not in ACTS]
    if wrong or not acts:
        raise Undeclared(f"{wrong or 'nothing'} is no act; feeds.access.roles lists them")

    def declare(function: F) -> F:
        setattr(function, MARK, acts)
        return function

    return declare


def needed(thing: Any, name: str) -> tuple[Act, ...]:
    """What `thing` declares; Undeclared, naming `name`, when it declares nothing."""
    found: tuple[Act, ...] | None = getattr(thing, MARK, None)
    if not found:
        raise Undeclared(f"{name} does not say who may ask it: write @needs(...) above its handler.")
    return found

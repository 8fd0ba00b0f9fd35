"""Parameters and bodies of the JSON doors: read strictly, refused with a sentence that says what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request

from feeds.catalogue.clock import TZ
from feeds.catalogue.places import TODAY
from feeds.serve.answers import Refusal

T = TypeVar("T")
LATEST_MS = 253_402_300_799_999  # the end of the year 9999
LONGEST = 200


class Number(Convertor[int]):
    """`{id:number}` in an address: a whole number that a database can hold; a longer one is no address of ours."""

    regex = "[0-9]{1,15}"

    def convert(self, value: str) -> int:
        """From the address."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Into an address."""
        return str(value)


register_url_convertor("number", Number())


class Asked:
    """The query of one request. Every parameter that is there must be asked for by name."""

    def __init__(self, request: Request, *known: str) -> None:
        self._given = request.query_params
        unknown = [name for name in self._given if name not in known]
        if unknown:
            raise Refusal(400, f"{unknown[0][:40]!r} is not a parameter here; there are {', '.join(known) or 'none'}")

    def text(self, name: str, default: str = "") -> str:
        """A word."""
        value = self._given.get(name, default)
        if len(value) > LONGEST or any(ord(sign) < 32 for sign in value):
            raise Refusal(400, f"{name}: at most {LONGEST} letters, none of them a control sign")
        return value

    def place(self, name: str, default: str = "") -> str:
        """A place of today; the scheme that events carry, and a bare code leaves out, may stand before it."""
        return self.text(name, default).removeprefix(f"{TODAY}:")

    def choice(self, name: str, choices: Sequence[str], default: str = "") -> str:
        """One of a few words."""
        value = self.text(name, default)
        if value and value not in choices:
            raise Refusal(400, f"{name}: one of {', '.join(choices)}")
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) < 16 and least <= int(value) <= most):
            raise Refusal(400, f"{name}: a whole number from {least} to {most}")
        return int(value)

    def time(self, name: str, default: int) -> int:
        """A moment in ms: given as ISO 8601 (Vietnam's time where no zone is named) or as ms since 1970."""
        value = self.text(name)
        return read_time(name, value) if value else default


async def body_as(request: Request, shape: type[T], sentence: str = "this cannot be read", why: bool = False) -> T:
    """The JSON that a request brings, as `shape`; Refusal 400 with `sentence` for what is broken, too deep or something
    else, and with what is wrong with it where `why` (not where the body holds a secret)."""
    try:
        return msgspec.json.decode(await request.body(), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Refusal(400, f"{sentence}: {str(wrong)[:200]}" if why else sentence) from None


def read_time(name: str, value: str) -> int:
    """A moment in ms; Refusal says how to write one."""
    plain = value.isascii() and value.isdigit() and len(value) <= 15
    ms = int(value) if plain else _iso(name, value)
    if not 0 <= ms <= LATEST_MS:
        raise Refusal(400, f"{name}: a time after 1970")
    return ms


def _iso(name: str, value: str) -> int:
    if len(value) > 6 and value[-6] == " ":  # a plus sign that was not escaped in the address
        value = f"{value[:-6]}+{value[-5:]}"
    try:
        moment = datetime.fromisoformat(value)
        return round((moment if moment.tzinfo else moment.replace(tzinfo=TZ)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Refusal(400, f"{name}: a time such as 2026-11-21T10:30:00+07:00, or ms since 1970") from None

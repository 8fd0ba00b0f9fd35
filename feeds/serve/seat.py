"""Where a request comes from: the address behind known proxies, and the session its browser carries."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from typing import NamedTuple

from starlette.types import Scope as Connection

from feeds.catalogue.settings import is_address
from feeds.serve.answers import header

SESSION = re.compile(rb"(?:^|;\s*)(?:__Host-)?(?:ioc_[a-z]+|i?sid)=([^;]+)")  # of persons and of screens
LONGEST = 45  # letters of an IPv6 address
BLOCK = 64  # bits of an IPv6 address that one household or office has to itself


class Seat(NamedTuple):
    """`address` as text; `session` a digest that tells sessions apart and opens none, empty without one."""

    address: str
    session: str = ""


def placed(connection: Connection, proxies: frozenset[str]) -> Connection:
    """The connection with the address it comes from as its `client`: what a header says of that counts only when it
    comes from one of `proxies`. Done once, outermost; whoever is further inside asks `seat_of`."""
    if address_of(connection) not in proxies:
        return connection
    told = header(connection, b"x-forwarded-for").decode("latin1").rpartition(",")[2].strip()
    if not (0 < len(told) <= LONGEST and is_address(told)):
        return connection
    return {**connection, "client": (told, 0)}


def seat_of(connection: Connection) -> Seat:
    """The seat of a request that the guard let in."""
    return Seat(address_of(connection), session_of(connection))


def address_of(connection: Connection) -> str:
    """The address of a request that the guard let in; empty where the server knows none."""
    client = connection.get("client")
    return str(client[0]) if client else ""


def session_of(connection: Connection) -> str:
    """A digest of the session in the cookies; empty without one."""
    carried = header(connection, b"cookie")
    found = SESSION.search(carried) if carried else None
    return hashlib.blake2b(found[1], digest_size=8).hexdigest() if found else ""


def block_of(address: str) -> str:
    """What is counted together: an IPv4 address, or the block of an IPv6 address."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], BLOCK), strict=False))
    except ValueError:
        return address

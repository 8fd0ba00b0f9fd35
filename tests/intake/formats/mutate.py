"""Hostile copies of good bytes."""

from __future__ import annotations

import random

PIECES = (
    b"\t", b"\n", b"\0", b"\r\n", b",", b";", b'"', b"{", b"[", b"]", b"<", b"]]>", b"&", b"<!--", b"\xff\xfe", b"-",
    b"9" * 50, b"NaN", b"\xe1\xba",
)  # fmt: skip


def mutated(chance: random.Random, raw: bytes) -> bytes:
    """A copy of `raw` with a few bytes changed, left out, doubled or put in."""
    body = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body) + 1)
        match chance.randrange(4):
            case 0:
                body[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del body[at : at + chance.randint(1, 20)]
            case 2:
                body[at:at] = body[at : at + chance.randint(1, 30)]
            case _:
                body[at:at] = chance.choice(PIECES)
    return bytes(body)

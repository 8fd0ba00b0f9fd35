"""The bytes of the push: server-sent events, compressed once and shared by every client that gets them.

A compressed stream is one gzip header and then deflate blocks, each ended on a byte boundary and never
looking back past its own start. So the same compressed bytes can follow anything in anybody's stream:
one compression serves every client, and a client's own few bytes (its `id:`) travel as a stored block.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

Version = tuple[int, int]  # (epoch, version): ordered, an epoch is a new aggregator

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
STORED_LIMIT = 65535  # a stored block counts its bytes in 16 bits


def squeeze(text: bytes) -> bytes:
    """Deflate blocks of `text` alone, complete and byte-aligned: they may stand anywhere in a stream."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH)


def stored(text: bytes) -> bytes:
    """`text` as uncompressed deflate blocks: for bytes that differ between clients."""
    return b"".join(_block(text[i : i + STORED_LIMIT]) for i in range(0, len(text), STORED_LIMIT))


def _block(text: bytes) -> bytes:
    size = len(text)
    return b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + text


class Frame(NamedTuple):
    """One piece of the stream, kept compressed: a snapshot is an eighth of its size."""

    gzip: bytes

    def form(self, gzip: bool) -> bytes:
        """The bytes for a client that does or does not take gzip."""
        return self.gzip if gzip else zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.gzip)


def opened(event: str, data: bytes) -> Frame:
    """An event without its end: `closing` adds the id and ends it."""
    return Frame(squeeze(_event(event, data)))


def whole(event: str, data: bytes) -> Frame:
    """A complete event that moves no id: the beat."""
    return Frame(squeeze(_event(event, data) + b"\n"))


def closing(scopes: tuple[str, ...], state: tuple[Version | None, ...]) -> Frame:
    """The end of an event: `id: vn=7-41,01=7-40`, what a client that has read so far holds of each scope."""
    known = ",".join(f"{s}={write_version(v)}" for s, v in zip(scopes, state, strict=True) if v)
    return Frame(stored(b"id: %s\n\n" % known.encode()))


def opening(retry_ms: int, gzip: bool) -> bytes:
    """What a stream starts with: how long to wait before reconnecting."""
    text = b"retry: %d\n\n" % retry_ms
    return GZIP_HEADER + stored(text) if gzip else text


def read_version(text: str) -> Version | None:
    """`7-41` as (7, 41); None for anything else."""
    epoch, _, version = text.partition("-")
    return (int(epoch), int(version)) if _number(epoch) and _number(version) else None


def write_version(version: Version) -> str:
    """(7, 41) as `7-41`."""
    return f"{version[0]}-{version[1]}"


def read_ids(text: str) -> dict[str, Version]:
    """What a `Last-Event-ID` says a client holds; parts that cannot be read are not held."""
    held = {}
    for part in text.split(",")[:64]:
        scope, _, version = part.strip().partition("=")
        if known := read_version(version):
            held[scope] = known
    return held


def _event(event: str, data: bytes) -> bytes:
    return b"event: %s\ndata: %s\n" % (event.encode(), data.replace(b"\n", b" ").replace(b"\r", b" "))


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18

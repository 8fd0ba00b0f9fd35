"""What passes between the process that watches cameras and the connector that started it: orders in, sightings out.

One message is four bytes of length (big-endian) and that many bytes of MessagePack.
"""

from __future__ import annotations

from typing import Annotated, BinaryIO

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Point = tuple[Share, Share]
MIDDLE: tuple[Point, Point] = ((0.0, 0.5), (1.0, 0.5))
LONGEST = 1024 * 1024
SCHEMES = ("rtsp", "rtsps", "http", "https", "file")  # `file:` and a path is a recording


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """How one camera is watched. Points are shares of the picture's width and height, from its upper left corner."""

    entity: str
    url: str  # with name and password, if any: never told to anybody
    line: tuple[Point, Point] | None  # None: nothing is counted
    fps: float | None  # what it should give; None: what its stream declares
    look_fps: float
    report_s: float
    still_s: float
    offline_s: float
    frozen_s: float
    still_width: int
    hide: list[tuple[Point, Point]]
    again: bool  # a recording starts again at its end

    @property
    def recorded(self) -> bool:
        """True for a file, False for a living camera."""
        return self.url.startswith("file:")


class Orders(msgspec.Struct, frozen=True):
    """The cameras of one process."""

    watches: list[Watch]


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One camera since its last sighting."""

    entity: str
    state: str
    fps: float
    forth: int = 0  # vehicles that crossed the line since the last sighting
    back: int = 0
    in_view: int = 0  # vehicles now
    jpeg: bytes | None = None
    trouble: str = ""  # why it is offline, in the words of the protocol; no address, no password


def write(pipe: BinaryIO, message: msgspec.Struct) -> None:
    """Put a message into a pipe."""
    body = msgspec.msgpack.encode(message)
    pipe.write(len(body).to_bytes(4, "big") + body)
    pipe.flush()


def read_sighting(pipe: BinaryIO) -> Sighting | None:
    """The next sighting; None at the end of the pipe, or when it is torn."""
    head = pipe.read(4)
    size = int.from_bytes(head, "big")
    if len(head) < 4 or size > LONGEST:
        return None
    body = pipe.read(size)
    return None if len(body) < size else msgspec.msgpack.decode(body, type=Sighting)


def read_orders(pipe: BinaryIO) -> Orders:
    """The orders a watching process starts with."""
    size = int.from_bytes(pipe.read(4), "big")
    return msgspec.msgpack.decode(pipe.read(size), type=Orders)

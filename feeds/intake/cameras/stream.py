"""The pictures of a camera by its address: RTSP (over TCP), MJPEG over HTTP, or a recorded file.

FFmpeg, inside PyAV, does the reading. It may follow no address but the declared one and open no other kind of file: a
camera that answers with a playlist or a redirection is refused. What it says in an error never carries the address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import av
import av.logging

from feeds.intake.cameras.scene import Grey
from feeds.intake.cameras.watch import Point

OPEN_S = 8.0
ENDED = "the stream ended"
MOST_PIXELS = 4096 * 2304
STILL_BYTES = 200 * 1024
_RTSP = {"rtsp_transport": "tcp", "allowed_media_types": "video"}
_HTTP = {"max_redirects": "0"}
_FILE = {"format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpjpeg,mjpeg"}
# scheme -> format, protocols that may be used, options
WAYS: dict[str, tuple[str | None, str, dict[str, str]]] = {
    "rtsp": ("rtsp", "rtsp,rtp,tcp", _RTSP),
    "rtsps": ("rtsp", "rtsp,rtsps,rtp,tcp,tls,crypto", _RTSP),
    "http": ("mpjpeg", "http,tcp", _HTTP),
    "https": ("mpjpeg", "https,tls,tcp,crypto", _HTTP),
    "file": (None, "file", _FILE),
}


class Lost(Exception):
    """The camera gives no (more) pictures; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture. `at` is the stream's own time in seconds."""

    frame: Any
    at: float

    @property
    def whole(self) -> bool:
        """False for a picture of which parts were lost on the way."""
        return not self.frame.is_corrupt

    def grey(self, width: int) -> Grey:
        """The picture in grey levels, made smaller to `width` if it is wider."""
        wide, high = self._fit(width)
        small = self.frame.reformat(width=wide, height=high, format="gray", interpolation="AREA")
        grey: Grey = small.to_ndarray()
        return grey

    def jpeg(self, width: int, hide: list[tuple[Point, Point]]) -> bytes:
        """The picture as a JPEG of at most 200 KB, the `hide` boxes blackened."""
        wide, high = self._fit(width)
        image = self.frame.to_image(width=wide, height=high)
        for (left, top), (right, bottom) in hide:
            image.paste(0, (round(left * wide), round(top * high), round(right * wide), round(bottom * high)))
        for quality in (75, 50, 25):
            out = BytesIO()
            image.save(out, "JPEG", quality=quality)
            if out.tell() <= STILL_BYTES:
                break
        return out.getvalue()

    def _fit(self, width: int) -> tuple[int, int]:
        wide = min(width, self.frame.width)
        return wide, max(2, round(self.frame.height * wide / self.frame.width))


class Stream:
    """An opened camera."""

    def __init__(self, url: str, silent_s: float) -> None:
        """Open it; raises Lost. `silent_s` without a picture ends the reading later."""
        form, protocols, options = WAYS[urlsplit(url).scheme]
        try:
            self._container = av.open(
                url.removeprefix("file:"),
                format=form,
                options=options | {"protocol_whitelist": protocols, "analyzeduration": "1000000"},
                timeout=(OPEN_S, silent_s),
            )
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise Lost(said(error)) from None
        known = [each for each in self._container.streams.video if each.codec_context is not None]
        if not known:
            self._container.close()
            raise Lost("no video in it that can be decoded")
        self._video = known[0]
        self._video.codec_context.thread_count = 1  # the streams of a process share a core
        rate = self._video.average_rate or self._video.guessed_rate
        self.fps = float(rate) if rate else None

    def pictures(self) -> Iterator[Picture]:
        """The pictures as they come; raises Lost at the end."""
        step, at = 1 / (self.fps or 25.0), 0.0
        try:
            for frame in self._container.decode(self._video):
                if frame.width * frame.height > MOST_PIXELS:
                    raise Lost("its pictures are too large")
                at = frame.time if frame.time is not None else at + step
                yield Picture(frame, at)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise Lost(said(error)) from None
        raise Lost(ENDED)

    def close(self) -> None:
        """Let it go."""
        self._container.close()


def said(error: Exception) -> str:
    """Why, without the address: it may hold a password."""
    words = getattr(error, "strerror", None)
    return str(words) if words else type(error).__name__


def quiet() -> None:
    """Keep FFmpeg's own log, which names addresses, off the screen."""
    av.logging.set_level(None)

"""How our processes log, and how the supervisor keeps and shows what they say."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LONGEST_FILE = 10 * 1024 * 1024
LONGEST_SHOWN = 200
HIDDEN = "•••"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SECRETS = (
    re.compile(r"(\b(?:bearer|basic)\s+)[\w.~+/=-]{4,}", re.IGNORECASE),
    re.compile(
        r"""((?:password|passwd|passphrase|secret|token|[a-z][_-]key|cookie|authorization|otp)"""
        r"""["']?\s*[=:]\s*["']?)(?!\s)(?:bearer\s+|basic\s+)?[^\s"'&,;<>)}\]]+""",
        re.IGNORECASE,
    ),
    re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://[^\s/@:]*:)[^\s/@]+(?=@)", re.IGNORECASE),
    re.compile(r"(\b(?:__Host-)?(?:ioc_[a-z]+|i?sid|_csrf_token)=)[^\s;,\"']+"),
    re.compile(r"([?&](?:screen|key|code|state|token)=)[^\s&#\"']+", re.IGNORECASE),
)
_SHAPE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ (?P<level>[A-Z]+) \S+: (?P<text>.*)$")

Hear = Callable[[str, str, str], None]  # process, level, text


def configure(level: str) -> None:
    """Log to standard error in the shape the supervisor understands. Call it once, first thing in a process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Careful(LINE))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for talkative in ("asyncio", "uvicorn.error"):
        logging.getLogger(talkative).setLevel("WARNING")


class Careful(logging.Formatter):
    """Lines that keep no secret and no second line of somebody else's making.

    What looks like a key, a password, a cookie or a token is replaced by `•••`; control signs in a message are written
    out, and the lines of a traceback are set in, so that nothing a stranger sends can pass for a line of ours.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The first line."""
        record.message = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", without_secrets(record.message))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        """The traceback, set in."""
        return "\n".join(f"    {line}" for line in without_secrets(super().formatException(ei)).splitlines())


def without_secrets(text: str) -> str:
    """`text` with what opens something taken out of it."""
    for pattern in _SECRETS:
        text = pattern.sub(lambda found: f"{found[1]}{HIDDEN}", text)
    return text


class LogFile:
    """What one supervised program says, kept in a file that never grows beyond twice `LONGEST_FILE`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = path.open("ab")
        self.tail: deque[str] = deque(maxlen=20)

    def follow(self, name: str, stream: IO[bytes], hear: Hear) -> None:
        """Keep every line of `stream` until it ends, in a thread of its own; `hear` gets those in our shape."""
        threading.Thread(target=self._follow, args=(name, stream, hear), name=f"log {name}", daemon=True).start()

    def last_line(self) -> str:
        """The last thing said: the sentence of a refusal, or the end of a traceback."""
        line = next((line for line in reversed(self.tail) if line.strip()), "")
        shape = _SHAPE.match(line)
        return shape["text"] if shape else line.strip()

    def _follow(self, name: str, stream: IO[bytes], hear: Hear) -> None:
        for raw in stream:
            self._try_to_keep(raw)
            line = raw.decode(errors="replace").rstrip()
            self.tail.append(line)
            if shape := _SHAPE.match(line):
                hear(name, shape["level"], shape["text"][:LONGEST_SHOWN])

    def _try_to_keep(self, raw: bytes) -> None:
        """A full disk costs lines, never the thread: a program whose pipe nobody empties stands still for good."""
        with suppress(OSError):
            if self._file.closed:
                self._file = self._path.open("ab")
            self._keep(raw)

    def _keep(self, raw: bytes) -> None:
        self._file.write(raw)
        self._file.flush()
        if self._file.tell() > LONGEST_FILE:
            self._file.close()
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            self._file = self._path.open("ab")

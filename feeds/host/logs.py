"""How our processes log, and how the supervisor keeps and shows what they say."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LONGEST_FILE = 10 * 1024 * 1024
LONGEST_SHOWN = 200
_SHAPE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ (?P<level>[A-Z]+) \S+: (?P<text>.*)$")

Hear = Callable[[str, str, str], None]  # process, level, text


def configure(level: str) -> None:
    """Log to standard error in the shape the supervisor understands. Call it once, first thing in a process."""
    logging.basicConfig(level=level, format=LINE, stream=sys.stderr, force=True)
    for talkative in ("asyncio", "uvicorn.error"):
        logging.getLogger(talkative).setLevel("WARNING")


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
        return shape["text"] if shape else line

    def _follow(self, name: str, stream: IO[bytes], hear: Hear) -> None:
        for raw in stream:
            self._keep(raw)
            line = raw.decode(errors="replace").rstrip()
            self.tail.append(line)
            if shape := _SHAPE.match(line):
                hear(name, shape["level"], shape["text"][:LONGEST_SHOWN])

    def _keep(self, raw: bytes) -> None:
        self._file.write(raw)
        self._file.flush()
        if self._file.tell() > LONGEST_FILE:
            self._file.close()
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            self._file = self._path.open("ab")

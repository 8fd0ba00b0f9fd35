"""Where one syslog message ends and the next begins on a connection (RFC 6587): octet counting or a newline, as each
frame says itself. Memory is bounded: of a message that is too long its beginning is kept and the rest passed over."""

from __future__ import annotations

import re

MOST_DIGITS = 7  # of an octet count: no message is ten megabytes long
COUNT = re.compile(rb"([1-9]\d{0,6}) ")
ENDS = re.compile(rb"[\n\0]")  # RFC 6587 knows senders that end with a NUL


class NoFrames(Exception):
    """What comes is not syslog: nobody can say where a message begins."""


class Frames:
    """Cuts the bytes of one connection into messages of at most `longest` bytes."""

    def __init__(self, longest: int) -> None:
        self.cut = 0  # messages that were longer
        self._longest = longest
        self._held = b""
        self._skip = 0  # octets of the message under way that are passed over
        self._to_end = False  # passing over up to the next newline

    @property
    def begun(self) -> bool:
        """True while a message has begun and not ended."""
        return bool(self._held or self._skip or self._to_end)

    def feed(self, chunk: bytes) -> list[bytes]:
        """The messages that `chunk` completes; raises NoFrames when it is no syslog."""
        self._held += chunk
        messages: list[bytes] = []
        while self._held and self._step(messages):
            pass
        return [message for message in messages if message]

    def last(self) -> bytes:
        """What stood at the end of the connection without its newline."""
        return b"" if self._to_end or self._skip or self._held[:1].isdigit() else self._held.strip(b"\r\n\0")

    def _step(self, messages: list[bytes]) -> bool:
        """One message further; False when more must come first."""
        if self._skip:
            passed = min(self._skip, len(self._held))
            self._held, self._skip = self._held[passed:], self._skip - passed
            return True
        if not self._to_end and self._held[:1].isdigit():
            return self._counted(messages)
        return self._ended(messages)

    def _counted(self, messages: list[bytes]) -> bool:
        found = COUNT.match(self._held)
        if found is None:
            if len(self._held) <= MOST_DIGITS and self._held.isdigit():
                return False
            raise NoFrames
        begin, length = found.end(), int(found[1])
        kept = min(length, self._longest)
        if len(self._held) < begin + kept:
            return False
        messages.append(self._held[begin : begin + kept])
        self.cut += kept < length
        self._held, self._skip = self._held[begin + kept :], length - kept
        return True

    def _ended(self, messages: list[bytes]) -> bool:
        found = ENDS.search(self._held)
        if found is not None:
            line = b"" if self._to_end else self._held[: found.start()].rstrip(b"\r")
            self.cut += len(line) > self._longest
            messages.append(line[: self._longest])
            self._held, self._to_end = self._held[found.end() :], False
            return True
        if self._to_end:
            self._held = b""
        elif len(self._held) > self._longest:
            messages.append(self._held[: self._longest])
            self.cut += 1
            self._held, self._to_end = b"", True
        return False

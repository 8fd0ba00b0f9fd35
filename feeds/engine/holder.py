"""Who holds a lease, so that others on the same machine can see whether he still lives.

A process that was killed leaves its lease behind until it runs out. The mark says on which machine, as which process
and since when the holder runs; where that cannot be known, nobody is ever taken for dead.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def mark() -> bytes:
    """What this process writes into a lease: unlike any other, also of its own."""
    return f"{secrets.token_hex(8)} {_machine()} {os.getpid()} {_began(os.getpid())}".encode()


def is_dead(held: bytes) -> bool:
    """True when the holder who left this mark ran on this machine and runs no more; a paused one is alive."""
    words = held.decode("ascii", "replace").split(" ")
    if len(words) != 4 or not words[1] or words[1] != _machine() or not words[2].isdigit():
        return False
    return _began(int(words[2])) != words[3]


def _machine() -> str:
    """This boot of this machine and the space its process numbers are valid in; empty where that cannot be known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def _began(pid: int) -> str:
    """When a process began, in the kernel's ticks; empty when it runs no more."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else rest[18]

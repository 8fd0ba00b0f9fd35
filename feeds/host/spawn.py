"""Child processes that never outlive us: own session, no terminal, killed by the kernel when we die."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdout: int = subprocess.DEVNULL,
    held: Iterable[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command`; it keeps the descriptors `held` open. Call it from the main thread only.

    The kernel ends a child when the *thread* that made it ends, and Ctrl-C in a terminal reaches a whole
    session: hence the main thread and a session of the child's own.
    """
    return subprocess.Popen(  # noqa: S603  our own commands, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=env,
        pass_fds=tuple(held),
        start_new_session=True,
        preexec_fn=partial(_die_with_parent, os.getpid()),
    )


def end(processes: Iterable[subprocess.Popen[bytes]], grace: float) -> list[subprocess.Popen[bytes]]:
    """Ask all of them to end, wait at most `grace` seconds, then kill what is left; returns what had to be killed."""
    killed = []
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + grace
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill(process)
            process.wait()
            killed.append(process)
    return killed


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 for `process` and whatever it started; does not wait, so a signal handler may call it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _die_with_parent(parent: int) -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above took hold
        os._exit(1)

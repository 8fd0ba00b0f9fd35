"""The producers' process, as a context: posts while the block lasts, and ends when everything is acknowledged."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import PATIENCE, ROOT


@contextlib.contextmanager
def posting(port: str, folder: Path, rate: float, seed: int = 1) -> Iterator[None]:
    """About `rate` events a second go to the door on `port`; afterwards `Ledger.read(folder)` knows them."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.faults.producer", port, str(folder), str(rate), str(seed)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield
        _, told = process.communicate(timeout=100 * PATIENCE)
        assert process.returncode == 0, told.decode()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()

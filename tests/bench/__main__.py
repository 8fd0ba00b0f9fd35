"""Every figure of docs/performance.md in one run: `make bench`. Prints one table, writes it there with the machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.bench.table import Row, table

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
MARK = "<!-- measured -->"
PARTS = (
    "start",
    "ingest",
    "posting",
    "mqtt",
    "store",
    "push",
    "browser",
    "click",
    "text",
    "cameras",
    "guard",
    "breadth",
)


def run(part: str, folder: Path) -> list[Row]:
    """One part in a process of its own, so that none warms another up."""
    out = folder / f"{part}.json"
    subprocess.run([sys.executable, "-m", f"tests.bench.{part}", "--rows", str(out)], cwd=ROOT, check=True)
    return [Row(**row) for row in json.loads(out.read_text())]


def machine() -> str:
    """What it was measured on, in a sentence."""
    model = next((line.split(":")[1].strip() for line in _cpu() if line.startswith("model name")), platform.processor())
    return f"{date.today():%d/%m/%Y}, {os.cpu_count()} cores ({model}), Python {platform.python_version()}, {_redis()}"


def _cpu() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def _redis() -> str:
    said = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=False).stdout.split()
    return f"redis-server {said[2].removeprefix('v=')}" if len(said) > 2 else "embedded Redis"


def write(rows: list[Row]) -> None:
    """Put the table below the mark of docs/performance.md; what stands above it stays."""
    head = PAGE.read_text("utf-8").split(MARK)[0] if PAGE.exists() else "# Performance\n\n"
    PAGE.write_text(f"{head}{MARK}\n\nMeasured {machine()}.\n\n{table(rows)}\n", "utf-8")


def main() -> int:
    """Measure all parts; 1 when a limit does not hold."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for part in PARTS for row in run(part, Path(folder))]
    sys.stdout.write(table(rows) + "\n")
    write(rows)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

"""A damaged film ends in a sentence: it never breaks the reader, and the reader never hangs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from feeds.catalogue.settings import ROOT
from tests.intake.cameras.clips import road, write


def test_damaged_films_end_in_a_sentence_and_nothing_else(tmp_path: Path) -> None:
    film = write(tmp_path / "little.mp4", [picture[::2, ::2] for picture in road([(2, 60, 6, 230)], 24)])
    command = [sys.executable, "-m", "tests.intake.cameras.torn_clips", str(film), str(tmp_path), "60"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    good, bad = map(int, done.stdout.split())
    assert good > 5
    assert bad > 5

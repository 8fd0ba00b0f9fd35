"""Ten cameras of 1280 x 720 at 5 pictures a second, watched on one core, beside the bare decoding of the same pictures.

The watching process runs as it does in the product (state, stills, counting) but pinned to one core; its processor time
over ten seconds is what it costs. The film is H.264 of a noisy road with traffic, at about 1.5 Mbit/s.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import av
import numpy as np
import psutil

from feeds.intake.cameras.watch import MIDDLE, Orders, Sighting, Watch, read_sighting, write
from tests.bench.table import Row, program

CAMERAS, FPS, SECONDS, WARM_S = 10, 5, 10, 4
WIDE, HIGH = 1280, 720


def film(path: Path) -> Path:
    """Thirty seconds of a road on which boxes drive both ways."""
    dice = np.random.default_rng(7)
    noise = [dice.normal(0, 4, (HIGH, WIDE)).astype(np.float32) for _ in range(5)]
    lanes = np.linspace(90, 140, HIGH, dtype=np.float32)[:, None] + 25 * (np.arange(WIDE) // 32 % 10 == 0)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "b": "1500000"})
        stream.width, stream.height, stream.pix_fmt = WIDE, HIGH, "yuv420p"
        for n in range(30 * FPS):
            picture = lanes + noise[n % 5]
            for car in range(6):
                top = (n * 60 + car * 300) % 1800 - 200
                top = top if car % 2 else HIGH - top
                picture[max(0, top) : max(0, top + 140), 100 + car * 190 : 220 + car * 190] = 40 + 35 * car
            grey = np.clip(picture, 0, 255).astype(np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.stack([grey] * 3, axis=-1), format="rgb24")))
        out.mux(stream.encode(None))
    return path


def bare(path: Path) -> float:
    """Processor seconds that decoding the cameras' pictures takes for a second of film."""
    begun, pictures = time.process_time(), 0
    with av.open(str(path)) as opened:
        opened.streams.video[0].codec_context.thread_count = 1
        for _ in opened.decode(video=0):
            pictures += 1
    return (time.process_time() - begun) / pictures * FPS * CAMERAS


def watch(entity: str, path: Path) -> Watch:
    """A camera as a source would declare it; it tells every second so that the bench sees how it fares."""
    return Watch(
        entity=entity, url=f"file:{path}", line=MIDDLE, fps=FPS, look_fps=10, report_s=1, still_s=60, offline_s=30,
        frozen_s=60, still_width=640, hide=[], again=True,
    )  # fmt: skip


def ours(path: Path) -> tuple[float, float]:
    """Processor seconds a second of the watching process, and the fewest pictures a second any camera had."""
    command = [sys.executable, "-m", "feeds.intake.cameras"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        core = psutil.Process(process.pid)
        core.cpu_affinity([min(core.cpu_affinity() or [0])])
        write(process.stdin, Orders([watch(f"c{n}", path) for n in range(CAMERAS)]))  # type: ignore[arg-type]  # a pipe
        seen: list[Sighting] = []
        threading.Thread(target=_listen, args=(process, seen), daemon=True).start()
        time.sleep(WARM_S)
        seen.clear()
        before, begun = sum(core.cpu_times()[:2]), time.monotonic()
        time.sleep(SECONDS)
        cost = (sum(core.cpu_times()[:2]) - before) / (time.monotonic() - begun)
        rates = [sum(s.fps for s in seen if s.entity == f"c{n}") / SECONDS for n in range(CAMERAS)]
        process.stdin.close()  # type: ignore[union-attr]  # a pipe
    return cost, min(rates)


def _listen(process: subprocess.Popen[bytes], seen: list[Sighting]) -> None:
    while (sighting := read_sighting(process.stdout)) is not None:  # type: ignore[arg-type]  # a pipe
        seen.append(sighting)


def measure() -> list[Row]:
    """The rows of this part."""
    with tempfile.TemporaryDirectory() as folder:
        path = film(Path(folder) / "road.mp4")
        cost, least = ours(path)
        decoded = bare(path)
    what = f"{CAMERAS} cameras {WIDE}x{HIGH} at {FPS} fps"
    return [
        Row(f"{what}, watched", "core", cost, decoded, against="bare PyAV decoding", limit=1),
        Row(f"{what}, slowest one", "pictures/s", least, least=0.9 * FPS),
    ]


if __name__ == "__main__":
    sys.exit(program(__doc__, measure))

"""The process that watches cameras: orders come on its input, sightings go to its output; it ends with its input.

It is a process of its own because it decodes what strangers send with a large library in C: if that breaks, it alone
ends and is started again.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from feeds.intake.cameras.eye import Eye
from feeds.intake.cameras.stream import quiet
from feeds.intake.cameras.watch import read_orders, write

ROUND_S = 0.2
FIRST_S = 5.0  # somebody who starts a source wants to see soon that it works


def main() -> None:
    """Watch until the input ends, or until every recording is at its end."""
    told, sys.stdout = sys.stdout.buffer, sys.stderr
    quiet()
    os.nice(5)
    orders = read_orders(sys.stdin.buffer)
    stop = threading.Event()
    eyes = [Eye(watch, stop) for watch in orders.watches]
    threads = [threading.Thread(target=eye.run, name=f"eye {eye.watch.entity}", daemon=True) for eye in eyes]
    for thread in [*threads, threading.Thread(target=_until_closed, args=(stop,), name="leash", daemon=True)]:
        thread.start()
    due = {eye.watch.entity: time.monotonic() + min(eye.watch.report_s, FIRST_S) for eye in eyes}
    while not stop.wait(ROUND_S):
        over = not any(thread.is_alive() for thread in threads)
        for eye in eyes:
            if over or time.monotonic() >= due[eye.watch.entity]:
                due[eye.watch.entity] += eye.watch.report_s
                if (sighting := eye.sighting()) is not None:
                    write(told, sighting)
        if over:
            break


def _until_closed(stop: threading.Event) -> None:
    while os.read(0, 1024):  # not through `sys.stdin`, whose lock may not be held when the process ends
        pass
    stop.set()


if __name__ == "__main__":
    main()

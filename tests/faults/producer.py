"""Sources that post about so many events a second and send again whatever was not acknowledged; one process.

python -m tests.faults.producer <port> <folder> <events a second> <seed>

Each feed has a thread and a keep-alive connection of its own. What was acknowledged is written, as it was sent and
answered, to `<folder>/<feed>.ledger`. Now and then a reply is thrown away unread, or something is sent once more.
When standard input ends, nothing new is said, what is outstanding is still delivered, and the process ends with 0.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from tests.faults.story import SHARES, batches

MOST = 100  # events in one request
LEAST = 10
UNREAD = 0.02  # share of requests whose reply is thrown away
AGAIN = 0.02  # share of requests that are sent once more after their acknowledgement
PATIENCE_S = 30.0
GIVE_UP_S = 60.0  # after the end, for what is outstanding


class Lane(threading.Thread):
    """The sources of one feed on one connection."""

    def __init__(self, feed: str, port: int, folder: Path, rate: float, seed: int, over: threading.Event) -> None:
        super().__init__(name=feed)
        self._feed, self._port, self._rate, self._over = feed, port, rate, over
        self._turns = batches(feed, seed)
        self._dice = random.Random(f"{seed} lane {feed}")
        self._path = folder / f"{feed}.ledger"
        self._line: http.client.HTTPConnection | None = None
        self.failed = ""

    def run(self) -> None:
        """Post at the rate until it is over; a lane that falls behind catches up."""
        began, made = time.monotonic(), 0
        with self._path.open("w") as ledger:
            while not self._over.is_set():
                due = min(MOST, round((time.monotonic() - began) * self._rate) - made)
                if due < LEAST:
                    self._over.wait(0.02)
                    continue
                made += due
                if not self._deliver(due, ledger):
                    return

    def _deliver(self, count: int, ledger: IO[str]) -> bool:
        source, now_ms = next(self._turns), time.time_ns() // 1_000_000
        said = [source.say(now_ms) for _ in range(count)]
        events, spoiled = [one.event for one in said], [i for i, one in enumerate(said) if one.spoiled]
        body = json.dumps(events, ensure_ascii=False).encode()
        sent, given_up = 0, None
        if not spoiled and self._dice.random() < UNREAD:
            sent += self._throw(body)
        while True:
            sent += 1
            answer = self._post(body)
            if answer is not None:
                break
            given_up = given_up or (time.monotonic() + GIVE_UP_S if self._over.is_set() else None)
            if given_up and time.monotonic() > given_up:
                self.failed = f"{count} events of {self._feed} were never acknowledged"
                return False
            time.sleep(0.1)
        if not spoiled and self._dice.random() < AGAIN:
            sent += self._post(body) is not None
        ledger.write(json.dumps({"events": events, "spoiled": spoiled, "answer": answer, "sent": sent}) + "\n")
        return True

    def _post(self, body: bytes) -> dict[str, Any] | None:
        """The acknowledgement; None when there was none and the events are to be sent again."""
        try:
            self._send(body)
            assert self._line is not None
            reply = self._line.getresponse()
            told = reply.read()
        except (OSError, http.client.HTTPException):
            self._hang_up()
            return None
        if reply.status in (202, 422):
            return {"status": reply.status, **json.loads(told)}
        if reply.status not in (429, 503):
            raise RuntimeError(f"{self._feed}: {reply.status} {told[:300]!r}")
        return None

    def _throw(self, body: bytes) -> int:
        """Send, and hang up before the reply."""
        try:
            self._send(body)
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            self._hang_up()
        return 1

    def _send(self, body: bytes) -> None:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        path = f"/api/v1/events/{self._feed}"
        self._line.request("POST", path, body, {"Content-Type": "application/json"})

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def main(port: int, folder: Path, rate: float, seed: int) -> int:
    """Run every lane; 0 when all that was said has been acknowledged."""
    over = threading.Event()
    lanes = [Lane(feed, port, folder, rate * share, seed, over) for feed, share in SHARES.items()]
    for lane in lanes:
        lane.start()
    sys.stdin.read()
    over.set()
    for lane in lanes:
        lane.join()
    failed = [lane.failed for lane in lanes if lane.failed]
    sys.stderr.write("\n".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))

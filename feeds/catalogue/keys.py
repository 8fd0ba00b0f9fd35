"""Every Redis key of the product is made here; nobody types one.

A running system shows one world, and each world has its own prefix, so real, simulated and replayed
figures can never share a key. The braces hold what a Redis Cluster must keep in one slot: a partition's
stream and its state move in one atomic step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

World = Literal["real", "sim", "play"]
PREFIX: dict[World, str] = {"real": "ioc", "sim": "sim", "play": "play"}


@dataclass(frozen=True, slots=True)
class Keys:
    """Key maker of one world; `part` is a province code or `vn`."""

    world: World

    def _key(self, *words: str) -> str:
        return ":".join((PREFIX[self.world], *words))

    # durable Redis: what must not be lost
    def stream(self, feed: str, part: str) -> str:
        """Accepted events of one partition, waiting for the aggregator."""
        return self._key("in", f"{{{feed}:{part}}}")

    def state(self, feed: str, part: str) -> str:
        """Hash of one partition: position `_pos`, seen sequence ranges, counters, latest values."""
        return self._key("agg", f"{{{feed}:{part}}}")

    def window(self, feed: str, part: str, hour: int) -> str:
        """Hash of one partition's cells of one hour (`hour` = hours since the epoch)."""
        return self._key("agg", f"{{{feed}:{part}}}", str(hour))

    def parts(self) -> str:
        """Set of `<feed>:<part>` that have ever received an event."""
        return self._key("parts")

    def epoch(self) -> str:
        """Counter raised by each aggregator that takes over; older epochs may write nothing."""
        return self._key("epoch")

    def door(self, feed: str) -> str:
        """Stream of the direct Redis door: raw events of outside writers, not yet validated."""
        return self._key("door", f"{{{feed}}}")

    def door_position(self, feed: str) -> str:
        """Position up to which the direct Redis door has been validated."""
        return self._key("door", f"{{{feed}}}", "pos")

    def lease(self, what: str) -> str:
        """Short-lived owner mark of a process that must run once (`aggregator`, `simulator`)."""
        return self._key("lease", what)

    # volatile Redis: what can be made again
    def snapshot(self, scope: str, audience: str = "all") -> str:
        """Hash with the newest full snapshot of a scope for an audience: `id` = `<epoch>-<version>`, `json`."""
        return self._key("snap", scope, audience)

    def tick(self, scope: str, audience: str = "all") -> str:
        """Pub/sub channel that announces each new version of a scope; scope `*` is the pattern of all."""
        return self._key("tick", scope, audience)

    def frame(self, camera: str) -> str:
        """Hash with the latest still of a camera: `jpeg`, `at`, `part`."""
        return self._key("frame", camera)

    def clock(self) -> str:
        """Hash with the world's clock when it is not the machine's (replay with observed times kept)."""
        return self._key("clock")

    def walls(self) -> str:
        """Hash of the walls: `<place>:<group>:<id>` = what each last said it shows, and when."""
        return self._key("walls")

    def limits(self) -> str:
        """How much each key of a sender has sent lately; what stands behind the prefix is the limiter's own."""
        return self._key("limits")

    def session(self, digest: str) -> str:
        """Who is signed in under a session, known by the digest of what the browser carries."""
        return self._key("session", digest)

    def sessions(self, login: str) -> str:
        """Set of the sessions of an account."""
        return self._key("sessions", login)

    def tries(self, digest: str) -> str:
        """Hash of failed sign-ins under a name, known by its digest: `n`, `until_ms`."""
        return self._key("tries", digest)

    def errand(self, digest: str) -> str:
        """What a sign-in that went to the single sign-on must come back with; taken once."""
        return self._key("errand", digest)

    def process(self, name: str) -> str:
        """Hash with the health of a supervised process."""
        return self._key("process", name)

"""A crossing that lasts becomes an alert, and clears only when the value is well inside again: a small state machine.

Pure: the state is a value, `step` gives the next one. Each threshold is followed by itself, so a value that climbs
from level 3 to level 2 keeps the time since which it has been abnormal at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from feeds.compute.severity import Limit


@dataclass(frozen=True, slots=True)
class AlertState:
    """Crossings of one indicator at one place: those that wait out their hold, and those that are alerts."""

    pending: Mapping[int, int] = field(default_factory=dict)  # threshold -> since, ms
    active: Mapping[int, int] = field(default_factory=dict)
    levels: Mapping[int, int] = field(default_factory=dict)  # threshold -> level: active ones, crossed ones beside

    @property
    def level(self) -> int | None:
        """How bad an alert is; None when there is none. Its hold delays that it begins: once it stands it is as bad as
        what is crossed now, so that it never says less than the figure itself."""
        return min(self.levels.values(), default=None)

    @property
    def since(self) -> int | None:
        """Since when the figure has been abnormal without a break."""
        return min(self.active.values(), default=None)

    @property
    def key(self) -> int | None:
        """The threshold that gives the level."""
        return min(self.levels, key=lambda key: (self.levels[key], key), default=None)

    def step(self, now: int, value: float | None, limits: Sequence[Limit]) -> AlertState:
        """The state after `value` was seen at `now`.

        A missing value breaks what waits but leaves what is an alert; so does a limit that cannot be told. A
        threshold that went out of force hands its alert to one of the same level that is crossed in its place.
        """
        pending: dict[int, int] = {}
        active: dict[int, int] = {}
        retired = self._retired(limits)
        for limit in limits:
            since = self.active.get(limit.key)
            if value is None or not limit.known:
                if since is not None:
                    active[limit.key] = since
            elif since is not None and not limit.cleared(value):
                active[limit.key] = since
            elif limit.crossed(value):
                begun = retired.get(limit.level, self.pending.get(limit.key, now))
                held = limit.level in retired or now - begun >= limit.hold_ms
                (active if held else pending)[limit.key] = begun
        levels = {limit.key: limit.level for limit in limits if active and limit.key in (*active, *pending)}
        return AlertState(pending, active, levels)

    def _retired(self, limits: Sequence[Limit]) -> dict[int, int]:
        """Level -> since, of alerts whose threshold is no longer in force."""
        alive = {limit.key for limit in limits}
        return {
            self.levels[key]: since for key, since in self.active.items() if key not in alive and key in self.levels
        }


def restored(limits: Sequence[Limit], level: int, since: int) -> AlertState:
    """The state of an alert known only by its level and time (after a restart): every threshold up to that level."""
    keys = {limit.key: limit.level for limit in limits if limit.level >= level}
    return AlertState(active=dict.fromkeys(keys, since), levels=keys)

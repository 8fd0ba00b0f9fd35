"""Security of the story: quiet everywhere but where malware spreads, the same however the time is cut."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.intake.simulator.script import CYCLE_H, OPENING_H, OUTBREAK, Script
from feeds.intake.simulator.sentries import Alerts, AntiVirus, Devices, sentries

OPENING = 1_795_136_400_000  # 20/11/2026, 08:00 in Vietnam
SCRIPT = Script(OPENING)


def at_hour(hour: float) -> int:
    """That hour of the story's first cycle."""
    return OPENING + round((hour - OPENING_H) * HOUR_MS)


def test_malware_spreads_from_one_host_to_37_and_is_cleaned_up(cast):
    virus = AntiVirus(1, SCRIPT)
    there = [actor for actor in sentries(cast)["antivirus"] if actor.province == OUTBREAK]
    quiet = sum(virus(actor, at_hour(30), HOUR_MS)["hosts_infected"] for actor in there)
    spread = [
        sum(virus(actor, at_hour(h), HOUR_MS)["hosts_infected"] for actor in there) - quiet for h in range(30, 78)
    ]
    assert max(spread) - min(spread[0], spread[-1]) >= 30 and spread[14] > spread[5] >= spread[0] and spread[-1] <= 5
    assert Script(OPENING).outbreak("01", at_hour(50)) == 0 == SCRIPT.outbreak(OUTBREAK, at_hour(CYCLE_H))


def test_reports_of_security_keep_inside_what_can_be(cast):
    virus, devices = AntiVirus(1, SCRIPT), Devices(1, SCRIPT)
    for actor in sentries(cast)["antivirus"]:
        said = virus(actor, at_hour(50), HOUR_MS)
        assert 0 <= said["hosts_infected"] <= said["hosts"] and 0.95 <= said["hosts_protected"] / said["hosts"] <= 1
        if actor.province != OUTBREAK:
            assert said["hosts_infected"] <= 0.01 * said["hosts"] and said["hosts_stale"] <= 0.05 * said["hosts"]
        events = devices(actor, at_hour(50), HOUR_MS)
        assert 0 <= events["sec_high"] <= events["sec_events"]


def test_alerts_live_from_detection_to_their_end(cast):
    told = list(Alerts(1, cast, SCRIPT).tell(OPENING, OPENING + 2 * DAY_MS))
    cut = Alerts(1, cast, SCRIPT)
    pieces = [one for hour in range(48) for one in cut.tell(OPENING + hour * HOUR_MS, OPENING + (hour + 1) * HOUR_MS)]
    assert told == pieces and [one.at for one in told] == sorted(one.at for one in told)
    lives, high = defaultdict(list), set()
    for one in told:
        record = one.body["record"]
        lives[record["id"]].append((one.at, record["state"]))
        if record["fields"].get("severity") in ("high", "critical"):
            high.add(one.province)
    assert high == {OUTBREAK}, "elsewhere nothing crosses a limit"
    assert len(lives) > 150
    for states in lives.values():
        for (before, first), (after, second) in pairwise(states):
            assert (first, second) == ("open", "closed") and before < after

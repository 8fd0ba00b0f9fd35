"""The course of a day's dossiers: when each step is done, in office hours, with supplements asked for and dates missed.

Times are milliseconds of the story; -1 where a step never comes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from feeds.catalogue.clock import HOUR_MS
from feeds.intake.simulator.days import OFFICE_MS, Times, add_working, from_office, midnight, to_office

MINUTE_MS = 60_000
REGISTERED, RECEIVED, PROCESSING, SUPPLEMENT, RESUMED, ENDED, RETURNED, DUE = range(8)
ENDS = ("finished", "refused", "withdrawn", "stopped")
ASKED = 0.05  # share of the longer ones in which a supplement is asked for
MOST_OVER, MOST_OVER_BEHIND = 1.4, 6.0  # working days past due
Dice = NDArray[np.float64]
Yes = NDArray[np.bool_]


def course(day: int, legal: Times, online: Yes, end: Times, late: Yes, slow: Yes, dice: Dice) -> Times:
    """A row of steps for each dossier received on `day`, the due time in the last column."""
    quick = legal == 1
    late = late & ~quick
    office = to_office(np.array([midnight(day)]))[0] + _whole(dice[0] ** 1.2 * (OFFICE_MS - MINUTE_MS))
    begun = _whole((2 + 7 * dice[1]) * MINUTE_MS * np.where(quick, 1, 6))
    handled = np.maximum(_handled(legal, quick, late, slow, dice), begun + 3 * MINUTE_MS)
    asked = ~quick & ~late & (dice[5] < ASKED) & (end == 0)
    waits = _whole((0.3 + 2.7 * dice[6]) * OFFICE_MS) * asked
    question = office + begun + (handled - begun) // 4
    ended = office + np.where(end == 0, handled + waits, np.minimum(handled, begun + OFFICE_MS // 2))
    returned = ended + _whole((2 + 23 * dice[8]) * MINUTE_MS * np.where(quick, 1, 8))
    received = from_office(office)
    steps = np.full((len(legal), 8), -1, dtype=np.int64)
    steps[:, REGISTERED] = np.where(online, received - _whole((0.1 + 13.9 * dice[7]) * HOUR_MS), -1)
    steps[:, RECEIVED] = received
    steps[:, PROCESSING] = from_office(office + begun)
    steps[asked, SUPPLEMENT] = from_office(question[asked])
    steps[asked, RESUMED] = from_office(question[asked] + waits[asked])
    steps[:, ENDED] = from_office(ended)
    steps[:, RETURNED] = np.where(end == 0, from_office(returned), -1)
    steps[:, DUE] = add_working(received, legal)
    return steps


def _handled(legal: Times, quick: Yes, late: Yes, slow: Yes, dice: Dice) -> Times:
    """Office time each dossier takes."""
    minutes = (8 + 87 * dice[2]) * MINUTE_MS
    on_time = np.where(quick, minutes, legal * (0.3 + 0.6 * dice[2]) * OFFICE_MS)
    over = (legal + 0.2 + (np.where(slow, MOST_OVER_BEHIND, MOST_OVER) - 0.2) * dice[3]) * OFFICE_MS
    return _whole(np.where(late, over, on_time))


def _whole(numbers: NDArray[np.float64]) -> Times:
    return numbers.astype(np.int64)

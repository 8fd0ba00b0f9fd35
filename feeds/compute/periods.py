"""The state's reporting periods and the calendar's.

Decree 09/2019/NĐ-CP as Circular 09/2019/TT-NHNN applies it: a reporting month runs from the 15th of the month before
to the 14th; a quarter, half-year and year end on the 14th of their last month and begin on the 15th after the one
before (year: 15/12 to 14/12). A period is therefore known by the month in which it ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from feeds.catalogue.clock import DAY_MS, OFFSET_MS, day_of

Span = Literal["month", "quarter", "half", "year"]
Calendar = Literal["reporting", "calendar"]
MONTHS: dict[Span, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
CUT = 15  # the day on which the next reporting month begins
EPOCH = date(1970, 1, 1)
WORDS: dict[Span, tuple[str, str]] = {
    "month": ("tháng", "month"),
    "quarter": ("quý", "quarter"),
    "half": ("6 tháng", "half-year"),
    "year": ("năm", "year"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to `end`, which no longer belongs to it; `number` counts from 1 within `year`."""

    span: Span
    calendar: Calendar
    year: int
    number: int

    @property
    def start(self) -> date:
        """First day."""
        return self._border(self._first_month)

    @property
    def end(self) -> date:
        """First day of the period after it."""
        return self._border(self._first_month + MONTHS[self.span])

    @property
    def _first_month(self) -> int:
        """Months since year 0 of its first month."""
        return self.year * 12 + (self.number - 1) * MONTHS[self.span]

    def _border(self, month: int) -> date:
        if self.calendar == "calendar":
            return date(month // 12, month % 12 + 1, 1)
        return date((month - 1) // 12, (month - 1) % 12 + 1, CUT)

    @property
    def start_ms(self) -> int:
        """First millisecond in Vietnam."""
        return midnight_ms(self.start)

    @property
    def end_ms(self) -> int:
        """First millisecond after it."""
        return midnight_ms(self.end)

    def shifted(self, periods: int) -> Period:
        """The period so many later (negative: earlier)."""
        first = self._first_month + periods * MONTHS[self.span]
        return Period(self.span, self.calendar, first // 12, first % 12 // MONTHS[self.span] + 1)

    def last_year(self) -> Period:
        """The same period a year before: what "so cùng kỳ" compares with."""
        return Period(self.span, self.calendar, self.year - 1, self.number)

    def elapsed(self, at_ms: int) -> float:
        """How much of it has passed at `at_ms`: 0 at its start, 1 from its end."""
        return min(1.0, max(0.0, (at_ms - self.start_ms) / (self.end_ms - self.start_ms)))

    def holds(self, day: date) -> bool:
        """True when `day` belongs to it."""
        return self.start <= day < self.end

    def name(self, language: Literal["vi", "en"] = "vi") -> str:
        """`tháng 11/2026`, `quý 4/2026`, `năm 2026`."""
        word = WORDS[self.span][language == "en"]
        return f"{word} {self.year}" if self.span == "year" else f"{word} {self.number}/{self.year}"


def period_of(day: date, span: Span, calendar: Calendar = "reporting") -> Period:
    """The period that holds `day`."""
    month = day.year * 12 + day.month - 1
    if calendar == "reporting" and day.day >= CUT:
        month += 1
    return Period(span, calendar, month // 12, month % 12 // MONTHS[span] + 1)


def period_at(at_ms: int, span: Span, calendar: Calendar = "reporting") -> Period:
    """The period that holds the instant, by Vietnam's date."""
    return period_of(date_of(at_ms), span, calendar)


def date_of(at_ms: int) -> date:
    """Vietnam's date at an instant."""
    return EPOCH + timedelta(days=day_of(at_ms))


def midnight_ms(day: date) -> int:
    """The instant at which `day` begins in Vietnam."""
    return (day - EPOCH).days * DAY_MS - OFFSET_MS

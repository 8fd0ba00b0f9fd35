"""What a person asks of the records behind a figure, and how an address says it: the same words in links, callbacks
and exports, so that every list can be found again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from feeds.catalogue.clock import TZ

PERIODS = ("1h", "6h", "24h", "48h", "7d", "30d", "all")  # besides the figure's own, which is the default
FIELD = "f."
LONGEST = 80
MOST_VALUES = 20
PAGE_ROWS = 25
HOUR = re.compile(r"20\d\d-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):00")  # an hour, in Vietnam's time


TIME = re.compile(r"20\d\d-[01]\d-[0-3]\d(T[0-2]\d:[0-5]\d)?")  # a day, or a minute of it


class Unmeant(ValueError):
    """What was given cannot be meant; `str()` of it is one sentence for the caller, and holds nothing else. `code` is
    that of a reason of data/lexicon/reasons.yaml, where the sentence is one."""

    def __init__(self, said: str = "", code: str = "") -> None:
        super().__init__(said)
        self.code = code


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Records behind `indicator` at `place`, narrowed and sorted."""

    place: str
    indicator: str
    period: str = ""  # "" is the figure's own
    states: tuple[str, ...] = ()
    where: dict[str, str] = {}  # field -> value
    inside: str = ""  # a child of the place, or a station
    late: bool = False
    search: str = ""
    sort: str = ""  # a column; "" is the list's own order
    down: bool = True
    page: int = 1
    start: str = ""  # from when, `2026-11-22` or `2026-11-22T02:00` in Vietnam; goes before the period
    end: str = ""  # until when; a day is meant whole
    at: str = ""  # the full hour the figure is of, `2026-11-22T02:00` in Vietnam; "" is the present

    def moment(self, now: int) -> int:
        """The moment asked for, in ms; never later than `now`."""
        asked = instant(self.at)
        return now if asked is None else min(now, asked)

    def between(self, now: int) -> tuple[int, int] | None:
        """The first moment in ms and the one after the last of the days or hours asked for; None where none are.
        An open end is 1970, or `now`; what begins after it ends is empty."""
        start, end = instant(self.start), instant(self.end, whole=True)
        if start is None and end is None:
            return None
        first, last = start or 0, now + 1 if end is None else min(end, now + 1)
        return first, max(first, last)

    def query(self) -> str:
        """The query of the address, without what stands at its default."""
        said = {
            "i": self.indicator,
            "period": self.period,
            "state": ",".join(self.states),
            **{FIELD + name: value for name, value in sorted(self.where.items())},
            "in": self.inside,
            "late": "1" if self.late else "",
            "q": self.search,
            "sort": f"{'-' if self.down else ''}{self.sort}" if self.sort else "",
            "page": str(self.page) if self.page > 1 else "",
            "from": self.start,
            "to": self.end,
            "at": self.at,
        }
        return urlencode({name: value for name, value in said.items() if value})

    def with_(self, **changes: object) -> Question:
        """The same question with something changed, from its first page on."""
        return msgspec.structs.replace(self, **({"page": 1} | changes))


def read(place: str, indicator: str, query: Mapping[str, str]) -> Question:
    """The question of an address; what makes no sense is passed over, so that a list always shows."""
    period, sort, page = query.get("period", ""), query.get("sort", ""), query.get("page", "")
    fields = {name.removeprefix(FIELD): value for name, value in query.items() if name.startswith(FIELD)}
    return Question(
        place=place,
        indicator=indicator,
        period=period if period in PERIODS else "",
        states=tuple(filter(_word, query.get("state", "").split(",")[:MOST_VALUES])),
        where={name: value for name, value in fields.items() if name.isidentifier() and _word(value)},
        inside=query.get("in", "") if _word(query.get("in", "")) else "",
        late=query.get("late") == "1",
        search=query.get("q", "").strip()[:LONGEST] if query.get("q", "").isprintable() else "",
        sort=sort.removeprefix("-") if _word(sort) else "",
        down=sort.startswith("-"),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 and int(page) else 1,
        start=_time(query.get("from", "")),
        end=_time(query.get("to", "")),
        at=query.get("at", "") if HOUR.fullmatch(query.get("at", "")) else "",
    )


def instant(said: str, whole: bool = False) -> int | None:
    """A day or a time of Vietnam in ms; of a day the beginning, or with `whole` the beginning of the next. None for
    nothing and for a day that there is not."""
    try:
        moment = datetime.fromisoformat(said).replace(tzinfo=TZ)
    except ValueError:
        return None
    return round((moment + timedelta(days=whole and "T" not in said)).timestamp() * 1000)


def _time(said: str) -> str:
    return said if TIME.fullmatch(said) and instant(said) is not None else ""


def _word(text: str) -> bool:
    return 0 < len(text) <= LONGEST and text.isprintable()

"""How often one may ask: by session and by address, by kind of request; a web process counts for itself.

The session's rate keeps one person's page in bounds, the address' rate those who carry a new cookie each time. Whole
offices sit behind one address, so its rate is many times larger.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from feeds.serve.answers import Refusal
from feeds.serve.seat import Seat, block_of

MOST_KEYS = 20_000  # counted at once; the oldest gives way


class Rate(NamedTuple):
    """Requests a minute for one session and for one address."""

    name: str
    session: RateLimitItem
    address: RateLimitItem


def _rate(name: str, session: int, address: int) -> Rate:
    return Rate(name, RateLimitItemPerMinute(session), RateLimitItemPerMinute(address))


LOGIN = _rate("login", 20, 60)
EXPORT = _rate("export", 20, 200)
CHANGE = _rate("change", 600, 6_000)
READ = _rate("read", 3_000, 60_000)
REFUSED = RateLimitItemPerMinute(3_000)  # an address that is turned away so often is heard no longer
LOGINS = ("/login", "/session/password", "/session/others")
EXPORTS = ("/api/v1/export/", "/api/v1/quarantine/export.", "/api/v1/lists/", "/api/v1/audit/check")


class Counts(Storage):
    """Counters in this process' memory, bounded in number, without a thread of their own."""

    STORAGE_SCHEME = None  # made here, never by an address

    def __init__(self, most: int = MOST_KEYS, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._most = most
        self.now = now
        self._kept: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong here: nothing."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` more within the window of `key`, which lasts `expiry` seconds from its first count."""
        count, until = self._kept.get(key, (0, 0.0))
        if until <= self.now():
            count, until = 0, self.now() + expiry
            while len(self._kept) >= self._most:
                self._kept.popitem(last=False)
        self._kept[key] = (count + amount, until)
        return count + amount

    def get(self, key: str) -> int:
        """How many were counted in the window that lasts."""
        count, until = self._kept.get(key, (0, 0.0))
        return count if until > self.now() else 0

    def get_expiry(self, key: str) -> float:
        """When the window of `key` ends, in seconds since 1970."""
        return self._kept.get(key, (0, self.now()))[1]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int | None:
        """Forget everything; how many keys there were."""
        known = len(self._kept)
        self._kept.clear()
        return known

    def clear(self, key: str) -> None:
        """Forget one."""
        self._kept.pop(key, None)


class Rates:
    """Counts the requests of every seat."""

    def __init__(self, counts: Counts | None = None) -> None:
        self._counts = counts or Counts()
        self._limiter = FixedWindowRateLimiter(self._counts)
        self._now = self._counts.now
        self._refusing_until = 0.0  # nobody was turned away lately: nothing to look up

    def spend(self, seat: Seat, method: str, path: str, keyed: bool = False) -> None:
        """Count a request; Refusal 429 with how long to wait when there were too many, or too many refused ones. Doors
        of programs that show a key have rates of their own, by key: there only the refused ones count."""
        rate, block = rate_of(method, path), block_of(seat.address)
        if self._now() < self._refusing_until and not self._limiter.test(REFUSED, "refused", block):
            raise self._too_often(REFUSED, "refused", block)
        if keyed:
            return
        if not self._limiter.hit(rate.address, rate.name, block):
            raise self._too_often(rate.address, rate.name, block)
        if seat.session and not self._limiter.hit(rate.session, rate.name, seat.session):
            raise self._too_often(rate.session, rate.name, seat.session)

    def refused(self, seat: Seat) -> None:
        """Count a request that was turned away."""
        self._refusing_until = self._now() + REFUSED.get_expiry()
        self._limiter.hit(REFUSED, "refused", block_of(seat.address))

    def _too_often(self, item: RateLimitItem, name: str, key: str) -> Refusal:
        ends = self._limiter.get_window_stats(item, name, key).reset_time
        return Refusal(429, "too many requests: wait a moment", retry_after=max(1, round(ends - self._now())))


def rate_of(method: str, path: str) -> Rate:
    """The rate that a request counts against."""
    if method == "POST" and path.startswith(LOGINS):
        return LOGIN
    if path.startswith(EXPORTS):
        return EXPORT
    return CHANGE if method == "POST" else READ

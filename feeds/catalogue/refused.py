"""What a person asks of the refused messages, and how an address says it: the same words in links, callbacks, files."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

BY = ("code", "feed", "source", "unit")
STATES = ("held", "replayed", "dropped")
NOWHERE = "-"  # in an address: messages that name no place we know
LONGEST = 120


class Which(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages: all that match what is said; `unit` empty: of no known place."""

    feed: str | None = None
    source: str | None = None
    code: str | None = None
    unit: str | None = None


class Refused(msgspec.Struct, frozen=True):
    """A page of a list of refused messages: which, in which state, with numbers below `before`."""

    which: Which = Which()
    state: str = "held"
    before: int | None = None

    def query(self) -> str:
        """The query of the address, without what stands at its default."""
        said = {name: value for name, value in msgspec.structs.asdict(self.which).items() if value is not None}
        if said.get("unit") == "":
            said["unit"] = NOWHERE
        said |= {"state": self.state} if self.state != "held" else {}
        return urlencode(said | ({"before": str(self.before)} if self.before else {}))

    def narrowed(self, by: str, value: str | None) -> Refused:
        """The same list narrowed by one thing more, or less, from its first page on."""
        return Refused(msgspec.structs.replace(self.which, **{by: value}), self.state)


def read(query: Mapping[str, str], unit: str | None = None) -> Refused:
    """The list of an address, of one unit where the page is of one; what makes no sense is passed over."""
    said = {name: query[name] for name in BY if query.get(name) and _word(query[name])}
    if said.get("unit") == NOWHERE:
        said["unit"] = ""
    before = query.get("before", "")
    return Refused(
        Which(**(said | ({"unit": unit} if unit else {}))),
        query["state"] if query.get("state") in STATES else "held",
        int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
    )


def _word(text: str) -> bool:
    return len(text) <= LONGEST and text.isprintable()

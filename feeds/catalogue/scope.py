"""Who may see which part of the country. Every reader of data takes a Scope first; none works without one."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE, TOTALS = "all", "totals"  # audiences: everything of a scope; of the nation, the published totals alone
NATION_NAME = "vn"


class OutOfScope(PermissionError):
    """The caller asked for a place outside its scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Units of 2025 a reader may see (`None` = the whole nation), the audience its frames are made for, whether the
    reader may see what names a person in messages that were refused, and the acts it may do (`None` = those of a
    program of ours; whoever came through the front has a set of them)."""

    units: frozenset[str] | None = None
    audience: str = WHOLE
    personal: bool = False
    acts: frozenset[str] | None = None

    def allows(self, name: str) -> bool:
        """True when the snapshot scope `name` (`vn`, `01`, `01/00004`, `01:air`) lies inside."""
        return self.units is None or name.replace("/", ":").split(":")[0] in self.units

    def check(self, name: str) -> str:
        """`name` itself when allowed; raises OutOfScope otherwise."""
        if not self.allows(name):
            raise OutOfScope(name)
        return name

    def audience_of(self, name: str) -> str:
        """The audience whose frames of the snapshot scope `name` the reader is given: what is made for the nation's
        own readers is not in the bytes of others. Raises OutOfScope when there is none."""
        if not self.allows(name) and name == NATION_NAME and self.acts is not None and TOTALS in self.acts:
            return TOTALS
        self.check(name)
        return self.audience

    def may(self, *acts: str) -> bool:
        """True when one of `acts` is among those allowed."""
        return self.acts is None or not self.acts.isdisjoint(acts)

    def need(self, *acts: str) -> Scope:
        """The scope itself when it may do one of `acts`; raises OutOfScope otherwise."""
        if not self.may(*acts):
            raise OutOfScope(acts[0] if acts else "")
        return self

    def cache_key(self) -> str:
        """Distinct for each set of units, audience and sight of persons: part of every cache key."""
        audience = f"{self.audience}+personal" if self.personal else self.audience
        return f"{audience}|{'*' if self.units is None else ','.join(sorted(self.units))}"


NATION = Scope()

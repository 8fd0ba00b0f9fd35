"""Who may see which part of the country. Every reader of data takes a Scope first; none works without one."""

from __future__ import annotations

from dataclasses import dataclass


class OutOfScope(PermissionError):
    """The caller asked for a place outside its scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Units of 2025 a reader may see (`None` = the whole nation), the audience its frames are made for, whether the
    reader may see what names a person in messages that were refused, and the acts it may do (`None` = those of a
    program of ours; whoever came through the front has a set of them)."""

    units: frozenset[str] | None = None
    audience: str = "all"
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

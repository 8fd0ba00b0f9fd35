"""Roles and what each may do. Deny is the default: an act that stands in no row is nobody's.

docs/security.md shows this table to people; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from feeds.catalogue.scope import Scope

Role = Literal["leader", "staff", "operator", "admin", "kiosk", "demo"]
Act = Literal[
    "open",  # anybody, without a session
    "key",  # a program that shows a key or token of its own
    "shell",  # scripts, styles, definitions: what pages are made of, no figure
    "own",  # the session itself: who am I, sign out, my password
    "page",  # the pages, without the figures in them
    "see",  # figures, maps, series, alerts
    "totals",  # the nation's published totals, also for who is bound to a province
    "records",  # the records behind figures
    "export",  # lists as files
    "cameras",  # pictures of cameras
    "wall",  # the pages of a wall
    "drive",  # tell walls what to show
    "quality",  # what was refused, and how sources behave
    "mend",  # send refused messages again, or set them aside
    "enter",  # propose typed figures
    "decide",  # approve or refuse what others typed
    "people",  # accounts, roles, sessions
    "screens",  # screens of walls and keys of senders
    "audit",  # who did what
]
ACTS: tuple[Act, ...] = get_args(Act)
PERSONS: tuple[Role, ...] = ("leader", "staff", "operator", "admin")  # what an account may be
_LOOKS: frozenset[Act] = frozenset(
    ("shell", "own", "page", "see", "totals", "records", "export", "cameras", "wall", "quality"),
)
ROLES: Mapping[Role, frozenset[Act]] = {
    "leader": _LOOKS,
    "staff": _LOOKS | {"enter"},
    "operator": _LOOKS | {"enter", "decide", "drive", "mend"},
    "admin": frozenset(("shell", "own", "page", "quality", "mend", "people", "screens", "audit")),
    "kiosk": frozenset(("shell", "see", "cameras", "wall")),
    "demo": frozenset(ACTS) - {"key"},  # the visitor of the demo, until another role is chosen
}


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands behind a request. `units` None: the whole nation; `session` is the digest of the session, if any."""

    name: str
    role: Role
    units: tuple[str, ...] | None = None
    shown: str = ""  # the name as people read it
    session: str = ""

    @property
    def scope(self) -> Scope:
        """What the subject may see, and do there."""
        return Scope(units=None if self.units is None else frozenset(self.units), acts=ROLES[self.role])

    @property
    def home(self) -> str:
        """The page that a person of this role and these units begins with."""
        if self.role == "admin":
            return "/people"
        return f"/p/{min(self.units)}" if self.units else "/"


DEMO = Subject(name="demo", role="demo", shown="demo")

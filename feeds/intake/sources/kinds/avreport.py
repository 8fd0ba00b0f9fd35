"""Reports of central anti-virus from the folder into which an office's reporter puts what it sends to the NCSC."""

from __future__ import annotations

import msgspec

from feeds.intake.formats.avreport import FEED, read
from feeds.intake.formats.networks import Networks
from feeds.intake.formats.xml import MOST_BYTES
from feeds.intake.sources.inbox import Inbox, certificates_in, empty, known_agencies
from feeds.intake.sources.seam import BadSource, Kind, Outlet

SUFFIXES = (".edxml", ".xml")


class Settings(Inbox, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an inbox asks for; `networks` give the communes of the machines that a province reports together."""

    networks: dict[str, str] = msgspec.field(default_factory=dict)


def run(settings: Settings, outlet: Outlet) -> None:
    """Read what lies there now, oldest first."""
    agencies, certificates = known_agencies(), certificates_in(settings.certificates)
    try:
        networks = Networks(settings.networks)
    except ValueError as error:
        raise BadSource(f"a network cannot be read: {error}; write 10.46.12.0/24") from None
    empty(settings, SUFFIXES, MOST_BYTES, FEED, lambda raw: read(raw, agencies, networks, certificates), outlet)


KIND = Kind(Settings, run)

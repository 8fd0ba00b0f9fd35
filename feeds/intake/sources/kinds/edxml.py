"""E-documents from the folder into which the exchange station of an office puts what it sends and receives."""

from __future__ import annotations

from feeds.intake.formats.edxml import DOCUMENTS, read
from feeds.intake.formats.xml import MOST_BYTES
from feeds.intake.sources.inbox import Inbox, certificates_in, empty, known_agencies
from feeds.intake.sources.seam import Kind, Outlet

SUFFIXES = (".edxml", ".xml", ".json")


class Settings(Inbox, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an inbox asks for."""


def run(settings: Settings, outlet: Outlet) -> None:
    """Read what lies there now, oldest first."""
    agencies, certificates = known_agencies(), certificates_in(settings.certificates)
    empty(settings, SUFFIXES, MOST_BYTES, DOCUMENTS, lambda raw: read(raw, agencies, certificates), outlet)


KIND = Kind(Settings, run)

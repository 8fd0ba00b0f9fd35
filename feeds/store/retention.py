"""How long each class of data is kept. The aggregator's hourly job (`feeds.engine.stores.Stores.retain`) and the web
process (for the audit log) enforce it; docs/security.md shows the table, and a test holds that every table is in it.
"""

from __future__ import annotations

from typing import NamedTuple

from feeds.catalogue.clock import DAY_MS
from feeds.store import alerts, blocks, history, quarantine, revisions, source_quality

RECORD_DAYS = 3653  # closed, and nothing happened to them since
AUDIT_DAYS = 730  # at least 12 months are asked for


class Kept(NamedTuple):
    """A class of data: its tables, for how many days a row is kept (None: while it is in force), and what ends it."""

    what: str
    tables: tuple[str, ...]
    days: float | None
    says: str


RETENTION: tuple[Kept, ...] = (
    Kept("readings as they came", ("event_blocks",), blocks.KEEP_MS / DAY_MS, "for drill-down only"),
    Kept("figures by the minute", ("history",), history.KEEP_MS["minute"] / DAY_MS, "figures, no persons"),
    Kept("figures by the hour", ("history",), history.KEEP_MS["hour"] / DAY_MS, "figures, no persons"),
    Kept("figures by the day", ("history",), history.KEEP_MS["day"] / DAY_MS, "figures, no persons"),
    Kept("corrections of figures", ("revisions",), revisions.KEEP_MS / DAY_MS, "figures, no persons"),
    Kept("alerts", ("alerts",), alerts.KEEP_MS / DAY_MS, "after they were cleared"),
    Kept("records of persons' matters", ("records", "trail"), RECORD_DAYS, "after they were closed and last touched"),
    Kept("refused messages", ("quarantine", "quarantine_acts", "quarantine_counts", "quarantine_hours"),
         quarantine.RETENTION_DAYS, "with the bytes as they came, which may name persons"),
    Kept("how sources do", ("source_quality",), source_quality.KEPT_DAYS, "sources not heard for so long"),
    Kept("the audit log", ("audit",), AUDIT_DAYS, "what goes is sealed by a row that says up to where"),
    Kept("counts of records", ("record_tallies",), None, "folded to days; forgotten when no window reaches them"),
    Kept("figures that people typed", ("typed_figures",), None, "evidence of official figures: each revision stays"),
    Kept("people", ("accounts", "grants", "invitations"), None, "an account is disabled, never removed"),
    Kept("things that report", ("entities", "sources", "source_memory"), None, "declared by the catalogue and sources"),
    Kept("keys and screens", ("ingest_keys", "screens"), None, "digests alone; a revoked one stays known as revoked"),
    Kept("domains taken in while running", ("modules",), None, "until an operator withdraws one; no persons"),
    Kept("facts about the database", ("meta",), None, "no persons"),
)  # fmt: skip

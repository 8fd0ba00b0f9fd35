"""The SQL table of domains that were taken in while running."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text

from feeds.store.people_tables import metadata  # who reads this listing has read them all

__all__ = ["metadata", "modules"]

modules = Table(
    "modules",
    metadata,
    Column("name", String, primary_key=True),
    Column("text", Text),  # as it was taken in; null while it never was
    Column("digest", String),  # of `text`
    Column("taken", BigInteger),
    Column("refused", String),  # digest of what was refused last; null when the file is what was taken in
    Column("refused_at", BigInteger),
    Column("line", Integer, nullable=False, default=0),
    Column("problem", Text, nullable=False, default=""),
    Column("seen", Boolean, nullable=False, default=True),  # false: the file is no longer in its folder
    comment="Domains taken in while running: the text in force, and why what lies in the folder now was refused.",
)

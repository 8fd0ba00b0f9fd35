"""SQL tables of accounts: who may sign in, which roles were asked for and granted, which links are open."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from feeds.store.tables import Json, Serial, metadata

__all__ = ["accounts", "grants", "invitations", "metadata"]

accounts = Table(
    "accounts",
    metadata,
    Column("login", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String),  # null: nothing granted yet, or suspended
    Column("units", Json),  # codes of 2025; null = the whole nation
    Column("state", String, nullable=False),  # invited | active | disabled
    Column("password", String),  # argon2id; null: no local password
    Column("totp", String),  # the secret, encrypted with a key that is not in the database
    Column("totp_step", BigInteger),  # newest time step that was used: a code is taken once
    Column("outside", String, unique=True),  # `<issuer> <subject>` of the single sign-on
    Column("made", BigInteger, nullable=False),
    Column("made_by", String, nullable=False),
    Column("signed_in", BigInteger),
    comment="People who may sign in. Nobody is ever taken off: an account is disabled.",
)

grants = Table(
    "grants",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("login", String, nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("units", Json),
    Column("by", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("state", String, nullable=False),  # waiting | approved | refused | replaced
    Column("decided_by", String),
    Column("decided", BigInteger),
    Index("grants_state", "state", "id"),
    sqlite_autoincrement=True,
    comment="Every role that was asked for: by whom, and which second person decided.",
)

invitations = Table(
    "invitations",
    metadata,
    Column("digest", String, primary_key=True),  # of the link's token; the token is kept nowhere
    Column("login", String, nullable=False),  # `` : whoever opens it becomes an administrator of a name of their own
    Column("made", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("used", BigInteger),
    comment="Links with which a person sets a password, once.",
)

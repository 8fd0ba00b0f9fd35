"""The audit log refuses changes in the database itself: rows are added, and only what retention has sealed goes.

Whoever may drop a trigger can go around this; the chain of `feeds.store.audit` then still tells.
"""

from __future__ import annotations

from sqlalchemy import Connection

from feeds.catalogue.keys import World

FORGOTTEN = "audit_forgotten"  # key in `meta`: rows up to this number may go
_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_remains BEFORE DELETE ON audit "
    "WHEN OLD.n > COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE key = '{forgotten}'), 0) "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
)
_POSTGRES = (
    """CREATE OR REPLACE FUNCTION {world}.audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND OLD.n <= COALESCE(
        (SELECT value::bigint FROM {world}.meta WHERE key = '{forgotten}'), 0) THEN RETURN OLD; END IF;
      RAISE EXCEPTION 'the audit log is only added to';
    END $$""",
    "DROP TRIGGER IF EXISTS audit_stays ON {world}.audit",
    "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON {world}.audit "
    "FOR EACH ROW EXECUTE FUNCTION {world}.audit_stays()",
)


def only_added_to(connection: Connection, world: World) -> None:
    """Make the triggers that refuse to change or remove rows of the audit log."""
    for statement in _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE:
        connection.exec_driver_sql(statement.format(world=world, forgotten=FORGOTTEN))

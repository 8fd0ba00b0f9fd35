"""Every SQL table of a world, in one listing; the repositories beside this file are the only ones who name them.

One vocabulary for all tables: times are milliseconds since the epoch (UTC); `unit` is a 2025 province code or `vn`
(the whole nation and its agencies), `commune` a 2025 commune code or empty, `place` the place as its source wrote it.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER

meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
    comment="Facts about the database itself: schema version, world, fingerprints.",
)

history = Table(
    "history",
    metadata,
    Column("scope", String, primary_key=True),
    Column("indicator", String, primary_key=True),
    Column("step", SmallInteger, primary_key=True, autoincrement=False),  # minutes: 1, 60, 1440
    Column("t", BigInteger, primary_key=True, autoincrement=False),  # start of the bucket
    Column("v", Double),
    Column("n", BigInteger),
    Column("q", SmallInteger),
    Column("epoch", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("history_age", "step", "t"),  # for retention
    sqlite_with_rowid=False,
    comment="Figures over time, one row per scope, indicator and bucket.",
)

revisions = Table(
    "revisions",
    metadata,
    Column("scope", String, primary_key=True),
    Column("indicator", String, primary_key=True),
    Column("step", SmallInteger, primary_key=True, autoincrement=False),  # minutes: 60, 1440
    Column("t", BigInteger, primary_key=True, autoincrement=False),  # start of the bucket that was corrected
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),  # when it was corrected
    Column("old", Double, nullable=False),
    Column("new", Double),
    Column("n_old", BigInteger),
    Column("n_new", BigInteger),
    Index("revisions_newest", "scope", "indicator", "at"),
    Index("revisions_age", "at"),
    comment="Hours and days of the nation and the units that were written and later corrected, for 90 days.",
)

records = Table(
    "records",
    metadata,
    Column("feed", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("state", String, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("unit", String, nullable=False),
    Column("commune", String, nullable=False),
    Column("place", String, nullable=False),
    Column("source", String, nullable=False),
    Column("at", BigInteger, nullable=False),  # when the newest event happened
    Column("seq", BigInteger),  # its number, where the source counts
    Column("due", BigInteger),  # copy of times.due, to be counted and sorted by
    Column("times", Json, nullable=False),
    Column("fields", Json, nullable=False),
    Column("rev", BigInteger, nullable=False),  # how often the row was written: a writer that missed one starts again
    comment="Current row of each dossier, petition, document or task.",
)
Index("records_newest", records.c.feed, records.c.unit, records.c.at, records.c.id)
Index("records_feed_newest", records.c.feed, records.c.at, records.c.id)
Index(
    "records_open",
    records.c.feed,
    records.c.unit,
    records.c.due,
    records.c.commune,
    sqlite_where=records.c.open,
    postgresql_where=records.c.open,
)

trail = Table(
    "trail",
    metadata,
    Column("feed", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("mark", String, primary_key=True),  # `<source>#<seq>`, or a digest where the source does not count
    Column("source", String, nullable=False),
    Column("seq", BigInteger),
    Column("at", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("type", String, nullable=False),
    Column("state", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("commune", String, nullable=False),
    Column("place", String, nullable=False),
    Column("times", Json, nullable=False),
    Column("fields", Json, nullable=False),
    sqlite_with_rowid=False,
    comment="Every event of every record as it came; a record's row is the fold of its trail.",
)

record_tallies = Table(
    "record_tallies",
    metadata,
    Column("feed", String, primary_key=True),
    Column("place", String, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),  # hours since the epoch
    Column("tally", Json, nullable=False),  # measure -> [how many rows count it, their sum]
    Index("record_tallies_hour", "feed", "hour"),
    sqlite_with_rowid=False,
    comment="Counted facts of record feeds by place and hour, always equal to what the rows of `records` say.",
)

entities = Table(
    "entities",
    metadata,
    Column("feed", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("unit", String, nullable=False, index=True),
    Column("commune", String, nullable=False),
    Column("place", String, nullable=False),
    Column("lat", Double),
    Column("lon", Double),
    Column("vi", String, nullable=False),
    Column("en", String, nullable=False),
    Column("state", String, nullable=False),
    Column("fields", Json, nullable=False),
    Column("at", BigInteger, nullable=False),
    comment="Stations, cameras and other things that report, as last declared.",
)

event_blocks = Table(
    "event_blocks",
    metadata,
    Column("feed", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("first", String, primary_key=True),  # stream id of the block's first entry
    Column("last", String, nullable=False),
    Column("from_ms", BigInteger, nullable=False),  # earliest and latest observed time in the block
    Column("to_ms", BigInteger, nullable=False),
    Column("n", Integer, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib of msgpack list[Event]
    Index("event_blocks_newest", "feed", "part", "to_ms"),
    Index("event_blocks_age", "to_ms"),
    comment="Readings as they came, packed, for 48 h.",
)

typed_figures = Table(
    "typed_figures",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("feed", String, nullable=False),
    Column("param", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("place", String, nullable=False),
    Column("at", BigInteger, nullable=False),  # the time the figure is about
    Column("value", Double, nullable=False),  # in the parameter's declared unit
    Column("note", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("state", String, nullable=False),  # waiting | sending | approved | refused
    Column("decided_by", String),
    Column("decided", BigInteger),
    Column("why", Text),
    Column("live", Boolean, nullable=False),  # it went into the live figures
    Index("typed_slot", "feed", "param", "place", "at", "id"),
    Index("typed_state", "state", "id"),
    sqlite_autoincrement=True,
    comment="Figures that people typed, each revision a row that stays: who proposed it, who decided, when and why.",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("feed", String, nullable=False),
    Column("source", String, nullable=False),
    Column("unit", String),  # where the event says a place we know
    Column("received", BigInteger, nullable=False),
    Column("at", BigInteger),
    Column("stage", String, nullable=False),
    Column("code", String, nullable=False),  # the reason as one word, for counting
    Column("reason", Text, nullable=False),
    Column("offset", BigInteger),
    Column("connector", String, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("state", String, nullable=False),  # held | replayed | dropped
    Column("replayed_by", String),
    Column("replayed_at", BigInteger),
    Column("replayed_why", Text),
    Index("quarantine_newest", "feed", "state", "id"),
    Index("quarantine_source", "source", "received"),
    Index("quarantine_age", "received"),
    sqlite_autoincrement=True,
    comment="Messages that failed validation, with their original bytes.",
)

quarantine_counts = Table(
    "quarantine_counts",
    metadata,
    Column("feed", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),  # Vietnam's days since 1970-01-01
    Column("code", String, primary_key=True),
    Column("n", BigInteger, nullable=False),  # rejected
    Column("kept", BigInteger, nullable=False),  # of these, stored with their bytes; the rest were over the quota
    Column("bytes", BigInteger, nullable=False),  # stored
    comment="How much each source had rejected, counted also beyond its quota.",
)

quarantine_hours = Table(
    "quarantine_hours",
    metadata,
    Column("feed", String, primary_key=True),
    Column("unit", String, primary_key=True),  # where the events say a place we know, `` where they do not
    Column("hour", Integer, primary_key=True, autoincrement=False),  # hours since the epoch, of receipt
    Column("n", BigInteger, nullable=False),
    Index("quarantine_hours_hour", "hour"),
    sqlite_with_rowid=False,
    comment="How much of each feed was rejected hour by hour, and where; what was let through later is not taken off.",
)

quarantine_acts = Table(
    "quarantine_acts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("row", BigInteger, nullable=False, index=True),  # of `quarantine`
    Column("at", BigInteger, nullable=False),
    Column("act", String, nullable=False),  # replayed | mended | dropped
    Column("by", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("bytes", LargeBinary),  # what was sent instead of the original bytes
    sqlite_autoincrement=True,
    comment="Who did what to a message in quarantine, and why; the message keeps its original bytes.",
)

source_quality = Table(
    "source_quality",
    metadata,
    Column("feed", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("unit", String, nullable=False),  # where it speaks; `vn` for more than one place
    Column("accepted", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("missing", BigInteger, nullable=False),  # numbers never seen between its first and its last
    Column("at", BigInteger, nullable=False),  # newest observation
    Column("delay", BigInteger, nullable=False),  # ms from that observation to its receipt
    Column("received", BigInteger, nullable=False),  # newest receipt of anything
    Column("stations", Integer, nullable=False),
    Column("silent", Integer, nullable=False),  # of these
    Column("stuck", Json, nullable=False),  # station -> parameters
    Column("jumped", Json, nullable=False),
    Column("lost", Json, nullable=False),  # parameter -> how many of its stations no longer give it
    Column("found", Json, nullable=False),  # parameter -> how many of its stations give it for the first time
    Index("source_quality_unit", "unit"),
    Index("source_quality_age", "received"),
    comment="Each source of each feed: what came of it, what is missing, and which of its stations behave oddly.",
)

screens = Table(
    "screens",
    metadata,
    Column("name", String, primary_key=True),
    Column("place", String, nullable=False),  # `vn` or a unit of 2025: all it may see
    Column("group", String, nullable=False),  # driven together from one desk
    Column("metres", Double, nullable=False),
    Column("inches", Double, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("token", String, unique=True),  # digest, until it has been exchanged
    Column("cookie", String, unique=True),  # digest of what the screen's browser carries
    Column("made", BigInteger, nullable=False),
    Column("exchanged", BigInteger),
    Column("revoked", BigInteger),
    comment="Screens of walls that need no person to sign in: what each may see, and the digest of what it carries.",
)

ingest_keys = Table(
    "ingest_keys",
    metadata,
    Column("name", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),  # of the key; the key itself is kept nowhere
    Column("feeds", Json, nullable=False),
    Column("units", Json),  # codes of 2025, `vn` for the nation's own; null = everywhere
    Column("sources", Json),  # source names its events may bear; null = any
    Column("rate", Integer, nullable=False),  # events a second
    Column("made", BigInteger, nullable=False),
    Column("used", BigInteger),  # when it was last shown, to within a minute
    Column("revoked", BigInteger),
    comment="Keys of the programs that send events: what each opens, and the digest of what it shows.",
)

sources = Table(
    "sources",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("feeds", Json, nullable=False),
    Column("units", Json),  # codes of 2025 it reports about; null = the whole nation
    Column("wanted", Boolean, nullable=False),  # what the operator asked for: run, or not
    Column("state", String, nullable=False),  # new | well | failing | stopped
    Column("since", BigInteger, nullable=False),  # of the state
    Column("beat", BigInteger, nullable=False),  # when the process that runs it last said so
    Column("heard", BigInteger),  # when the source last answered
    Column("sent", BigInteger),  # when it last gave an event
    Column("accepted", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row
    Column("problem", Text, nullable=False),
    Column("waiting", Integer, nullable=False),  # batches on disk, because the door is away
    Column("waiting_bytes", BigInteger, nullable=False),
    comment="Health of each declared source that we read, and whether the operator wants it to run.",
)

source_memory = Table(
    "source_memory",
    metadata,
    Column("source", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
    comment="What a source was told to remember across restarts, such as how far a file was read.",
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("scope", String, nullable=False),
    Column("place", String, nullable=False),
    Column("place_vi", String, nullable=False),
    Column("indicator", String, nullable=False),
    Column("entity", String),
    Column("level", SmallInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("cleared", BigInteger),
    Column("value", Double),
    Column("limit", Double),
    Column("unit", String, nullable=False),  # of the value, as shown
    Column("source", String, nullable=False),
    Column("vi", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("alerts_since", "scope", "since"),
    Index("alerts_cleared", "cleared"),
    comment="Thresholds crossed for their duration: active while `cleared` is null.",
)

audit = Table(
    "audit",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3, ...: none is left out
    Column("at", BigInteger, nullable=False),  # by the machine's clock, in every world
    Column("who", String, nullable=False),
    Column("role", String, nullable=False),
    Column("act", String, nullable=False),
    Column("what", String, nullable=False),
    Column("scope", String, nullable=False),  # what the session could see; empty where there was none
    Column("outcome", String, nullable=False),  # done | refused | failed
    Column("why", Text, nullable=False),
    Column("seat", String, nullable=False),  # where from: an address, the console, a job
    Column("facts", Text, nullable=False),  # JSON, as it was sealed
    Column("mac", String, nullable=False),  # keyed hash over the row and the mac of the row before it
    Index("audit_at", "at"),
    Index("audit_who", "who", "n"),
    Index("audit_act", "act", "n"),
    comment="Who did what: only added to, each row sealed together with all rows before it; see docs/security.md.",
)

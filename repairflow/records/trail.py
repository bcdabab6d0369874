"""The trail (办理留痕): events chained per stream, the Merkle log over all of them, and the definitions in use."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, func, literal_column
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import Id, Instant, metadata

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("stream", String(60), nullable=False),  # case/XF-2026-000001, record/…, import/…, account/…
    Column("seq", Integer, nullable=False),  # 1, 2, 3 … without a gap
    Column("case_id", ForeignKey("cases.id")),
    Column("record_id", ForeignKey("record.id"), index=True),
    Column("at", Instant, nullable=False),
    Column("action", String(60), nullable=False),
    Column("from_state", String(40)),
    Column("to_state", String(40)),
    Column("actor_id", ForeignKey("person.id")),  # empty: the system or a platform
    Column("actor_name", String(80), nullable=False),
    Column("actor_role", String(40), nullable=False),
    Column("reason", Text),
    Column("command_id", String(80), unique=True),
    # the canonical bytes that were hashed; all of the above stands in them
    Column("body", LargeBinary, nullable=False),
    Column("prev", String(80), nullable=False),  # digest of the stream's previous event; empty for the first
    Column("digest", String(80), nullable=False, unique=True),  # sha256:hex over prev and body
    Unique("stream", "seq"),
)
_fed_back = event.c.action == literal_column("'feed_back'")
Index("ix_event_fed_back", event.c.at, sqlite_where=_fed_back, postgresql_where=_fed_back)  # 每月成效清单
_published = event.c.action == literal_column("'publish'")
# when a record was first shown: 双公示时限
Index("ix_event_published", event.c.record_id, event.c.at, sqlite_where=_published, postgresql_where=_published)
Index("ix_event_case", event.c.case_id, event.c.seq)
of_no_case = func.coalesce(event.c.case_id, event.c.record_id).is_(None)
"""That an event is about no case and no record. In this form alone, which no other index answers."""
Index("ix_event_of_no_case", event.c.id, sqlite_where=of_no_case, postgresql_where=of_no_case)  # 管理留痕, newest first
# what somebody did, by account and by the name of then
Index("ix_event_actor_id", event.c.actor_id)
Index("ix_event_actor_name", event.c.actor_name)

event_personal = Table(
    "event_personal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False, index=True),
    Column("field", String(60), nullable=False),
    Column("salt", String(64), nullable=False),
    Column("value", Text),  # empty once erased; the chain holds only the salted digest
)

_erased = event_personal.c.value.is_(None)
Index("ix_event_personal_erased", event_personal.c.event_id, sqlite_where=_erased, postgresql_where=_erased)

log_leaf = Table(
    "log_leaf",
    metadata,
    Column("position", Id, primary_key=True, autoincrement=False),  # 0, 1, 2 … given by the single sequencer
    Column("event_id", ForeignKey("event.id"), nullable=False, unique=True),
    Column("leaf", LargeBinary(32), nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("id", Id, primary_key=True),
    Column("size", Integer, nullable=False, unique=True),
    Column("root", String(64), nullable=False),
    Column("note", Text, nullable=False),  # C2SP signed note
    Column("at", Instant, nullable=False),
)

cosignature = Table(
    "cosignature",
    metadata,
    Column("id", Id, primary_key=True),
    Column("size", ForeignKey("checkpoint.size"), nullable=False),
    Column("witness", String(200), nullable=False),  # the name of its key
    Column("line", Text, nullable=False),  # C2SP tlog-cosignature
    Column("at", Instant, nullable=False),  # as the witness says
    Unique("size", "witness"),
)
"""Checkpoints that witnesses cosigned."""

definition_used = Table(
    "definition_used",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False),  # procedure | pack | calendar
    Column("name", String(60), nullable=False),
    Column("version", String(20), nullable=False),
    Column("digest", String(80), nullable=False),
    Unique("kind", "name", "version"),
)

law_file = Table(
    "law_file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("path", String(200), nullable=False),  # within the folder of the installation's own law
    Column("digest", String(80), nullable=False),
    Column("content", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Unique("path", "digest"),
)
"""Files of an installation's own law that cases use or that two persons put in force: a lost folder stops nobody."""

law_draft = Table(
    "law_draft",
    metadata,
    Column("id", Id, primary_key=True),
    Column("path", String(200), nullable=False),  # where the file lies once it is in force
    Column("label", String(200), nullable=False),
    Column("content", Text, nullable=False),
    Column("digest", String(80), nullable=False),
    Column("effective", Date, nullable=False),
    Column("state", String(20), nullable=False),  # proposed | in_force | dropped | withdrawn
    Column("proposed_by", ForeignKey("person.id"), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("decided_by", ForeignKey("person.id")),
    Column("decided_at", Instant),
)
"""A file of law that one legal reviewer proposed and another puts in force, or that was dropped."""

definition_repin = Table(
    "definition_repin",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(60), nullable=False),
    Column("version", String(20), nullable=False),
    Column("from_digest", String(80), nullable=False),
    Column("digest", String(80), nullable=False),  # what counts from here on: that of the newest row
    Column("cause", String(80), nullable=False),  # release:0.2.0 | erratum:1
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_definition_repin_name", definition_repin.c.kind, definition_repin.c.name, definition_repin.c.version)

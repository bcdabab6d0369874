"""What must happen after commit: the outbox (推送), the targets it goes to, and people's inbox (收件箱)."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from repairflow.records.base import WORK, Id, Instant, Json, metadata

target = Table(
    "target",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),  # public_platform | province | authority | partner | third_party
    Column("url", String(300), nullable=False),
    Column("secret", LargeBinary, nullable=False),  # signing key, sealed by the vault
    Column("office_id", ForeignKey("office.id")),  # partner: the office that imposed a measure
    Column("active", Boolean, nullable=False, default=True),
    Column("rest_until", Instant),  # it asked for a pause (Retry-After)
    Column("held_at", Instant),  # it takes no more messages (410): what is queued waits for a person
    Column("held_why", Text),
    Column("inbound_office_id", ForeignKey("office.id")),  # it sends us messages too, and this office sees to them
    Column(
        "receipt_key", String(43)
    ),  # by which it signs its receipts (Ed25519, Base64 for addresses); empty: it signs none
    Column(
        "page_url", String(300)
    ),  # where everybody sees one record there, with its number in braces; empty: not known
    Column("takes", Json),  # kinds of messages it takes; null: all
    Column(
        "absent_words", String(200)
    ),  # what its pages say where they found nothing, one of several by a |; null: not known
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),  # the one idempotency key, on every try
    Column("topic", String(20), nullable=False),  # press | push
    Column("target_id", ForeignKey("target.id")),
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("record_id", ForeignKey("record.id"), index=True),
    Column("letter_id", ForeignKey("letter.id")),
    Column("lane", String(80), nullable=False),  # rows of one lane go in order: target and case
    Column("kind", String(60), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String(10), nullable=False),  # waiting | leased | done | dead | waived
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Instant),
    Column("lease_until", Instant),
    Column("last_error", Text),
    Column("receipt", Json),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("minder_id", ForeignKey("person.id")),  # who sees to it that it gets through
    Column("note", Text),  # what was found out or agreed with the other side
    CheckConstraint("state IN ('waiting', 'leased', 'done', 'dead', 'waived')", name="state"),
    info=WORK,
)
Index(
    "ix_outbox_next",
    outbox.c.next_at,
    sqlite_where=outbox.c.next_at.is_not(None),
    postgresql_where=outbox.c.next_at.is_not(None),
)
_of_cases = outbox.c.next_at.is_not(None) & outbox.c.case_id.is_not(None)
Index("ix_outbox_of_cases", outbox.c.next_at, sqlite_where=_of_cases, postgresql_where=_of_cases)  # these go first
# What is not through yet, and of each target what went last: counted on pages, whatever lies in the archive.
Index("ix_outbox_state", outbox.c.state, outbox.c.id)
Index("ix_outbox_target", outbox.c.target_id, outbox.c.state, outbox.c.ended_at)
_stuck = outbox.c.last_error.is_not(None) & outbox.c.next_at.is_not(None)
Index("ix_outbox_stuck", outbox.c.topic, sqlite_where=_stuck, postgresql_where=_stuck)  # asked for every page of staff
Index("ix_outbox_lane", outbox.c.lane, outbox.c.id)

RESENT = "resent"
"""The `why` of a row among the tries that is none: a person sent the push out again then, and its count begins anew."""

push_attempt = Table(
    "push_attempt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("millis", Integer, nullable=False),
    Column("why", String(20), nullable=False),  # taken, a word of `gateway.platform.Why`, or resent
    Column("status", Integer),  # of HTTP, where there was an answer
    Column("said", Text, nullable=False),  # the beginning of the answer
)

notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("case_id", ForeignKey("cases.id")),
    Column("record_id", ForeignKey("record.id")),
    Column("kind", String(40), nullable=False),
    Column("title", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("read_at", Instant),
)
Index("ix_notice_person", notice.c.person_id, notice.c.read_at, notice.c.id)
Index("ix_notice_newest", notice.c.person_id, notice.c.id)  # a page of the inbox

"""Dishonesty records (失信信息), the measures (惩戒措施) that hang on them, and the imports that brought them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import GUARDED, Id, Instant, Json, metadata

record = Table(
    "record",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(30), nullable=False, unique=True),  # 信息编号, how people and the platform name it
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("kind", String(20), nullable=False),  # penalty | abnormal_list | serious_list | check_result | other
    Column("authority_id", ForeignKey("office.id"), nullable=False),  # 认定单位：谁认定、谁修复
    Column("provider_id", ForeignKey("office.id"), nullable=False),  # 信息提供单位
    Column("document_number", String(128), nullable=False),  # 决定书文号
    # law.document_keys of the number: one for all its spellings; with #id behind it where an older clash waits.
    Column("document_key", String(320), nullable=False),
    Column("decision_date", Date, nullable=False),
    Column("behaviour", String(500), nullable=False),  # 违法行为类型
    Column("facts", Text, nullable=False, default=""),
    Column("penalty_basis", Text, nullable=False, default=""),
    Column("penalty_kinds", Json, nullable=False),  # codes of the rule pack's penalty table
    Column("penalty_content", Text, nullable=False, default=""),
    Column("fine_wan", Numeric(18, 6)),  # 罚款金额，万元
    Column("confiscated_wan", Numeric(18, 6)),  # 没收金额，万元
    Column("severity", String(10), nullable=False),  # minor | ordinary | serious
    Column("pack", String(40), nullable=False),  # the rule pack that classed it
    Column("simple_procedure", Boolean),  # 适用简易程序；none where nobody said
    Column("class_by_hand", Boolean, nullable=False, server_default=false()),  # an objection set its class
    Column("class_waits_for", String(10)),  # while the class is provisional: threshold | amount
    Column("publish_from", Date),
    Column("min_until", Date),
    Column("apply_from", Date),
    Column("max_until", Date),
    Column("duty_performed_on", Date),  # as the authority knows; the applicant's proof stands in the case
    Column("corrected_on", Date),
    Column("minor", Boolean, nullable=False, server_default=false()),  # 未成年人：never published
    Column("of_person", Boolean, nullable=False, server_default=false()),  # 自然人的信息：not public, kept and used
    Column("state", String(20), nullable=False),
    Column("note", Text),  # 异议附注
    Column("version", Integer, nullable=False, default=1),
    Column("chain_seq", Integer, nullable=False, default=0),
    Column("chain_head", String(80), nullable=False, default=""),
    Column("source", Json, nullable=False),  # the row as it was delivered, with personal numbers removed
    Column("created_at", Instant, nullable=False),
    Column("not_repairable", String(300)),  # 不可修复：the ground and its article; none: it may be repaired
    Column("provenance", String(200), nullable=False, server_default=text("''")),  # 补报历史数据：where it comes from
    Column("annulled_at", Instant),  # 信息被撤销：its number is free for the right one
    CheckConstraint("severity IN ('minor', 'ordinary', 'serious')", name="severity"),
    CheckConstraint(
        "state IN ('unpublished','published','disputed','masked','held','ceased','sealed','restored')", name="state"
    ),
    info=GUARDED,
)
Index("ix_record_subject", record.c.subject_id, record.c.id)
Index("ix_record_authority", record.c.authority_id, record.c.id)
_unregistered = text("duty_performed_on IS NULL AND kind = 'penalty' AND state NOT IN ('ceased', 'sealed')")
Index(  # 登记履行: whose performance nobody has registered, the soonest maximum period first
    "ix_record_unregistered", record.c.authority_id, record.c.max_until, record.c.id,
    sqlite_where=_unregistered, postgresql_where=_unregistered,
)  # fmt: skip
_held = text("state = 'held'")
Index("ix_record_held", record.c.id, sqlite_where=_held, postgresql_where=_held)  # shown beyond its time
_barred = record.c.not_repairable.is_not(None)
Index("ix_record_not_repairable", record.c.id, sqlite_where=_barred, postgresql_where=_barred)
_stands = text("annulled_at IS NULL")
Index(
    "uq_record_document_key", record.c.authority_id, record.c.subject_id, record.c.document_key, unique=True,
    sqlite_where=_stands, postgresql_where=_stands,
)  # fmt: skip

record_spelling = Table(
    "record_spelling",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("key", String(320), nullable=False, index=True),  # law.document_keys of the spelling
    Column("spelling", String(128), nullable=False),  # as delivered, or as a correction put it
    Column("at", Instant, nullable=False),
    Unique("record_id", "spelling"),
)
"""Every form in which a record's 文号 was ever delivered or corrected: a redelivery finds the record by any of them."""

held_row = Table(
    "held_row",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("office_id", ForeignKey("office.id"), nullable=False, index=True),  # whose people look at it
    Column("authority_id", ForeignKey("office.id")),  # of a delivered row: the office that decided
    Column("record_id", ForeignKey("record.id"), index=True),  # the record it is about; none for a row not yet taken
    Column("file_name", String(200), nullable=False, default=""),
    Column("row", Integer),  # as the spreadsheet counts
    Column("reasons", Json, nullable=False),  # [{field, label, reason}]
    Column("content", Json, nullable=False),  # the row as delivered, with personal numbers removed
    Column("id_sealed", LargeBinary),  # a natural person's number, as in subject
    Column("digest", String(80), nullable=False),  # of what is asked: the same question is asked once
    Column("state", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("proposed_by", ForeignKey("person.id")),
    Column("proposed_at", Instant),
    Column("decided_by", ForeignKey("person.id")),
    Column("decided_at", Instant),
    Column("reason", Text),
    CheckConstraint("kind IN ('row', 'publish', 'annul', 'clash')", name="kind"),
    CheckConstraint("state IN ('waiting', 'proposed', 'accepted', 'refused')", name="state"),
)
"""What a delivery brought that a person must look at first: a doubtful row, a record kept from the public, a revocation."""
_open = text("state IN ('waiting', 'proposed')")
Index(
    "uq_held_row_open", held_row.c.office_id, held_row.c.digest, unique=True, sqlite_where=_open, postgresql_where=_open
)

measure = Table(
    "measure",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("code", String(40), nullable=False),
    Column("label", String(200), nullable=False),
    Column("office_id", ForeignKey("office.id"), nullable=False),  # 联合惩戒实施单位
    Column("imposed_on", Date, nullable=False),
    Column("until", Date),
    Column("lifted_at", Instant),
    Unique("record_id", "code", "office_id"),
    info=GUARDED,
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", String(40), nullable=False, unique=True),
    Column("file_name", String(200), nullable=False),
    Column("file_digest", String(80), nullable=False),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Column("person_id", ForeignKey("person.id")),
    Column("state", String(10), nullable=False),  # checking | checked | running | done | failed | dropped
    Column("rows_total", Integer, nullable=False, default=0),
    Column("rows_done", Integer, nullable=False, default=0),
    Column("rows_new", Integer, nullable=False, default=0),
    Column("rows_same", Integer, nullable=False, default=0),
    Column("rows_refused", Integer, nullable=False, default=0),
    Column("rows_held", Integer, nullable=False, server_default="0"),  # of the refused: those that wait for a person
    Column("message", Text),
    Column("provenance", String(200), nullable=False, server_default=text("''")),  # 补报历史数据：where it comes from
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

import_row = Table(
    "import_row",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", ForeignKey("import_run.id"), nullable=False, index=True),
    Column("row", Integer, nullable=False),  # as the spreadsheet counts, heading = 1
    Column("field", String(80), nullable=False),
    Column("reason", Text, nullable=False),
)

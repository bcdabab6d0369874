"""Cases (办件), the materials (申请材料) filed with them, and the links of a chain of cases."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    false,
    literal_column,
    text,
)
from sqlalchemy import UniqueConstraint as Unique

from repairflow.records.base import GUARDED, Id, Instant, Json, metadata

cases = Table(
    "cases",  # CASE is a word of SQL
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(30), nullable=False, unique=True),  # 办件编号
    Column("procedure", String(40), nullable=False),
    Column("procedure_version", String(20), nullable=False),
    Column("procedure_digest", String(80), nullable=False),
    Column("pack", String(40), nullable=False),  # rule pack in force on the filing day
    Column("kind", String(40)),  # a variant the procedure knows (an interview's reminder or warning, …)
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("record_id", ForeignKey("record.id"), index=True),
    Column("act_id", ForeignKey("act.id")),  # 行政许可等信息：of an objection against one, and of what follows from it
    Column("receiving_id", ForeignKey("office.id"), nullable=False),  # 受理方：credit office or window
    Column("deciding_id", ForeignKey("office.id"), nullable=False),  # 决定方：谁认定、谁修复
    Column("provider_id", ForeignKey("office.id"), nullable=False),
    Column("intake_id", ForeignKey("office.id")),  # 收件窗口：another office, whose clerk took it in at the window
    Column("division_code", String(6)),  # the place whose working days count: that of the deciding office at filing
    Column("state", String(40), nullable=False),  # set in casework.perform and nowhere else
    Column("outcome", String(40)),
    Column("version", Integer, nullable=False),
    Column("chain_head", String(80), nullable=False),
    Column("channel", String(20), nullable=False),  # law/procedure/channels.py
    Column("external_serial", String(80), unique=True),  # 全国一网通办 serial: makes a pushed filing idempotent
    Column("filed_by", ForeignKey("person.id")),
    Column("filed_day", Date, nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("due_day", Date),  # the soonest running due day: orders the queue
    Column("inputs", Json, nullable=False),  # what the filing form asked
    Column("handler_id", ForeignKey("person.id")),
    Column("priority", String(100)),  # 优先办理：the ground; it orders the queue and moves no limit
    # 投诉、举报：the subject it is about neither sees it nor is told of it
    Column("confidential", Boolean, nullable=False, server_default=false()),
    # 待签发、待批准：nothing was served on the subject yet, which does not see it
    Column("internal", Boolean, nullable=False, server_default=false()),
    info=GUARDED,
)
# One index per purpose: the queues by office and due day, the subject's own list, the open cases of a record.
Index("ix_cases_deciding", cases.c.deciding_id, cases.c.closed_at, cases.c.due_day, cases.c.id)
Index("ix_cases_receiving", cases.c.receiving_id, cases.c.closed_at, cases.c.due_day, cases.c.id)
Index("ix_cases_provider", cases.c.provider_id, cases.c.closed_at, cases.c.due_day, cases.c.id)
Index("ix_cases_of_deciding", cases.c.deciding_id, cases.c.id)  # all of an office, newest first
Index("ix_cases_of_receiving", cases.c.receiving_id, cases.c.id)
Index("ix_cases_of_provider", cases.c.provider_id, cases.c.id)
Index("ix_cases_of_intake", cases.c.intake_id, cases.c.id)
Index("ix_cases_closed", cases.c.closed_at, cases.c.id)  # figures of the last months
_promised = cases.c.procedure == literal_column("'commitment'")
Index("ix_cases_commitment", cases.c.id, sqlite_where=_promised, postgresql_where=_promised)  # 信用承诺公示
_of_act = text("act_id IS NOT NULL")
Index("ix_cases_of_act", cases.c.act_id, cases.c.id, sqlite_where=_of_act, postgresql_where=_of_act)
Index("ix_cases_filed", cases.c.filed_day)
Index("ix_cases_subject", cases.c.subject_id, cases.c.id)

case_link = Table(
    "case_link",
    metadata,
    Column("id", Id, primary_key=True),
    Column("from_id", ForeignKey("cases.id"), nullable=False),
    Column("to_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("action", String(60), nullable=False),  # the action that opened the later case
    Unique("from_id", "to_id"),
    info=GUARDED,
)

material = Table(
    "material",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", String(40), nullable=False, unique=True),
    Column("case_id", ForeignKey("cases.id"), index=True),  # empty until a filing or a step takes it up
    Column("kind", String(40), nullable=False),  # as the procedure names it
    Column("file_name", String(200), nullable=False),  # as the sender called it: shown, never used as a path
    Column("media_type", String(60), nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", String(80), nullable=False),
    Column("uploaded_by", ForeignKey("person.id")),  # empty: a platform brought it
    Column("uploaded_at", Instant, nullable=False),
    Column("step", Integer),  # seq of the event that took it up
    Column("address", String(64)),  # of who has no account: a keyed digest, until a filing takes it up
)

sealed_input = Table(
    "sealed_input",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # 举报人身份: no page and no officer opens it
    Unique("case_id", "name"),
    info=GUARDED,
)

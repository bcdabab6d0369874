"""Who takes part: offices (单位), people and their roles, subjects (信用主体) and the mandates of their agents."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.engine.default import DefaultExecutionContext

from repairflow.law.names import initials, plain_name
from repairflow.records.base import GUARDED, Id, Instant, metadata


def _of_name(reading: Callable[[str], str]) -> Callable[[DefaultExecutionContext], str]:
    """Return the default of a column that follows the name its row is entered with."""

    def found(entered: DefaultExecutionContext) -> str:
        return reading(str(entered.get_current_parameters()["name"]))  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types

    return found


office = Table(
    "office",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),  # how files and commands name it
    Column("name", String(200), nullable=False),
    Column("short_name", String(60), nullable=False),
    Column("mark", String(40), nullable=False),  # 机关代字 in document numbers
    Column("kind", String(20), nullable=False),  # credit_office | authority | provider | regulator
    Column("uscc", String(18)),
    Column("division_code", String(6)),
    Column("parent_id", ForeignKey("office.id")),
    Column("contact", String(200), nullable=False, default=""),
    # 领域：an office of a field with rules of its own (market_regulation) is judged by that field's rule pack and overlay
    Column("domain", String(40), nullable=False, server_default="general"),
    # 复议法实施条例 17: an adverse letter names the review organ; 行诉法 requires a court. Letters of this office print them
    Column("review_organs", String(400), nullable=False, server_default=text("''")),
    Column("court", String(200), nullable=False, server_default=text("''")),
    Column(
        "review_channel", String(300), nullable=False, server_default=text("''")
    ),  # 复议法 22(2): with electronic service
    # what stands in the seals an office keeps beside its 单位公章; empty where it keeps none
    Column("repair_seal", String(30), nullable=False, server_default=text("'信用修复专用章'")),
    Column("objection_seal", String(30), nullable=False, server_default=text("''")),
    Column(
        "service_note", String(60), nullable=False, server_default=text("''")
    ),  # 自送达之日起生效, if it wants it said
    # 民法典 203(2): at its window the last day of a limit ends when it closes (17:30); empty: at 24:00, as online
    Column("closes_at", String(5), nullable=False, server_default=text("''")),
    Column("closed_on", Date),  # 撤并之日：its open cases went to the successor, letters before it bear its name
    Column("successor_id", ForeignKey("office.id")),  # 承继机关
)

office_name = Table(
    "office_name",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office_id", ForeignKey("office.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("until", Date, nullable=False),  # the day from which it has another
    Column("at", Instant, nullable=False),
    Unique("office_id", "name"),
)
"""Former names of offices (原名称): deliveries and searches still use them."""

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(80), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("kind", String(10), nullable=False),  # staff | agent
    Column("password_hash", String(200)),
    Column("totp_secret", LargeBinary),  # sealed by the vault
    Column("phone", LargeBinary),  # sealed by the vault
    Column("email", String(200)),
    Column("active", Boolean, nullable=False, default=True),
    Column("sample", Boolean, nullable=False, default=False),  # an invented person of the demonstration
    CheckConstraint("kind IN ('staff', 'agent')", name="kind"),
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("role", String(40), nullable=False),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    Unique("person_id", "role", "office_id"),
    # 等保: the three administrators exclude one another; one slot per person makes that a constraint.
    Column("admin_slot", Integer),  # 1 exactly for system_admin, security_admin, audit_admin; else NULL
    Unique("person_id", "admin_slot"),
    CheckConstraint(
        "(role IN ('system_admin', 'security_admin', 'audit_admin')) = (admin_slot IS NOT NULL)", name="admin_slot"
    ),
)

subject = Table(
    "subject",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False),  # organisation | sole_trader | natural_person
    Column("name", String(200), nullable=False),
    Column("uscc", String(18), unique=True),
    Column("id_index", String(64), unique=True),  # keyed digest of a resident ID number: found, never read
    Column("id_sealed", LargeBinary),
    Column("legal_representative", String(80)),
    Column("address", String(300)),
    Column("no_commitment_until", Date),  # 虚假承诺：此日前不适用承诺修复
    # what people type into a search box, kept beside the name so that a database finds it
    Column("plain_name", String(200), nullable=False, server_default=text("''"), default=_of_name(plain_name)),
    Column("initials", String(200), nullable=False, server_default=text("''"), default=_of_name(initials)),
    Column("ended_on", Date),  # 注销、被合并之日
    Column("successor_id", ForeignKey("subject.id")),  # 承继人：whose credit file its records belong to now
    Column("born_sealed", LargeBinary),  # 出生日期 of a person whose document's number tells none
    CheckConstraint("kind IN ('organisation', 'sole_trader', 'natural_person')", name="kind"),
    CheckConstraint("uscc IS NOT NULL OR id_index IS NOT NULL", name="identified"),
    info=GUARDED,
)
Index("ix_subject_name", subject.c.name)
_succeeded = subject.c.successor_id.is_not(None)
Index(  # whose files a subject has taken over: asked at every page of a company
    "ix_subject_successor", subject.c.successor_id, sqlite_where=_succeeded, postgresql_where=_succeeded
)

subject_name = Table(
    "subject_name",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("plain_name", String(200), nullable=False, default=_of_name(plain_name)),
    Column("initials", String(200), nullable=False, default=_of_name(initials)),
    Column("until", Date, nullable=False),  # the day from which it has another
    Column("at", Instant, nullable=False),
    Unique("subject_id", "name"),
)
"""Former names (曾用名): deliveries and searches still use them."""

mandate = Table(
    "mandate",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("subject_id", ForeignKey("subject.id"), nullable=False, index=True),
    Column("capacity", String(20), nullable=False),  # representative | agent
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Unique("person_id", "subject_id"),
    CheckConstraint("capacity IN ('representative', 'agent')", name="capacity"),
)

web_session = Table(
    "web_session",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("second_factor_at", Instant),
    Column("address", String(64)),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("label", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),  # within 400 days
    Column("ended_at", Instant),
    Column("warned_at", Instant),  # when its owner was last told that it ends soon
)

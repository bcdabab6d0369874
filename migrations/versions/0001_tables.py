"""Tables.

Revision 0001, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("id", ID, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
        sa.UniqueConstraint("size", name=op.f("uq_checkpoint_size")),
    )
    op.create_table(
        "definition_used",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("first_used_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_used")),
        sa.UniqueConstraint("kind", "name", "version", name=op.f("uq_definition_used_kind_name_version")),
    )
    op.create_table(
        "number_series",
        sa.Column("id", ID, nullable=False),
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint("series", "year", name=op.f("uq_number_series_series_year")),
    )
    op.create_table(
        "office",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("division_code", sa.String(length=6), nullable=True),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["office.id"], name=op.f("fk_office_parent_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("code", name=op.f("uq_office_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", ID, nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('staff', 'agent')", name=op.f("ck_person_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    op.create_table(
        "subject",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("id_index", sa.String(length=64), nullable=True),
        sa.Column("id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("legal_representative", sa.String(length=80), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("no_commitment_until", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('organisation', 'sole_trader', 'natural_person')", name=op.f("ck_subject_kind")),
        sa.CheckConstraint("uscc IS NOT NULL OR id_index IS NOT NULL", name=op.f("ck_subject_identified")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("id_index", name=op.f("uq_subject_id_index")),
        sa.UniqueConstraint("uscc", name=op.f("uq_subject_uscc")),
        info={"guarded": True},
    )
    op.create_index("ix_subject_name", "subject", ["name"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_person_id"), "api_token", ["person_id"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=80), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_same", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_import_run_office_id_office")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_run_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("token", name=op.f("uq_import_run_token")),
    )
    op.create_table(
        "mandate",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("capacity", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("capacity IN ('representative', 'agent')", name=op.f("ck_mandate_capacity")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mandate_person_id_person")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_mandate_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("person_id", "subject_id", name=op.f("uq_mandate_person_id_subject_id")),
    )
    op.create_index(op.f("ix_mandate_subject_id"), "mandate", ["subject_id"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("authority_id", ID, nullable=False),
        sa.Column("provider_id", ID, nullable=False),
        sa.Column("document_number", sa.String(length=128), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=False),
        sa.Column("behaviour", sa.String(length=500), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("penalty_basis", sa.Text(), nullable=False),
        sa.Column("penalty_kinds", JSON, nullable=False),
        sa.Column("penalty_content", sa.Text(), nullable=False),
        sa.Column("fine_wan", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("confiscated_wan", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("publish_from", sa.Date(), nullable=True),
        sa.Column("min_until", sa.Date(), nullable=True),
        sa.Column("apply_from", sa.Date(), nullable=True),
        sa.Column("max_until", sa.Date(), nullable=True),
        sa.Column("duty_performed_on", sa.Date(), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("chain_seq", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.String(length=80), nullable=False),
        sa.Column("source", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("severity IN ('minor', 'ordinary', 'serious')", name=op.f("ck_record_severity")),
        sa.CheckConstraint(
            "state IN ('unpublished','published','disputed','masked','held','ceased','sealed','restored')",
            name=op.f("ck_record_state"),
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["office.id"], name=op.f("fk_record_authority_id_office")),
        sa.ForeignKeyConstraint(["provider_id"], ["office.id"], name=op.f("fk_record_provider_id_office")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_record_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint(
            "authority_id",
            "document_number",
            "subject_id",
            name=op.f("uq_record_authority_id_document_number_subject_id"),
        ),
        sa.UniqueConstraint("number", name=op.f("uq_record_number")),
        info={"guarded": True},
    )
    op.create_index("ix_record_authority", "record", ["authority_id", "id"], unique=False)
    op.create_index("ix_record_subject", "record", ["subject_id", "id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("admin_slot", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(role IN ('system_admin', 'security_admin', 'audit_admin')) = (admin_slot IS NOT NULL)",
            name=op.f("ck_role_grant_admin_slot"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_role_grant_office_id_office")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "admin_slot", name=op.f("uq_role_grant_person_id_admin_slot")),
        sa.UniqueConstraint("person_id", "role", "office_id", name=op.f("uq_role_grant_person_id_role_office_id")),
    )
    op.create_table(
        "target",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_target_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("code", name=op.f("uq_target_code")),
    )
    op.create_table(
        "web_session",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("second_factor_at", INSTANT, nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_web_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_web_session_token_digest")),
    )
    op.create_index(op.f("ix_web_session_person_id"), "web_session", ["person_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        sa.Column("procedure_version", sa.String(length=20), nullable=False),
        sa.Column("procedure_digest", sa.String(length=80), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("receiving_id", ID, nullable=False),
        sa.Column("deciding_id", ID, nullable=False),
        sa.Column("provider_id", ID, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("external_serial", sa.String(length=80), nullable=True),
        sa.Column("filed_by", ID, nullable=True),
        sa.Column("filed_day", sa.Date(), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("inputs", JSON, nullable=False),
        sa.Column("handler_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["deciding_id"], ["office.id"], name=op.f("fk_cases_deciding_id_office")),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_cases_filed_by_person")),
        sa.ForeignKeyConstraint(["handler_id"], ["person.id"], name=op.f("fk_cases_handler_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["office.id"], name=op.f("fk_cases_provider_id_office")),
        sa.ForeignKeyConstraint(["receiving_id"], ["office.id"], name=op.f("fk_cases_receiving_id_office")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_cases_record_id_record")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_cases_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("external_serial", name=op.f("uq_cases_external_serial")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        info={"guarded": True},
    )
    op.create_index("ix_cases_deciding", "cases", ["deciding_id", "closed_at", "due_day", "id"], unique=False)
    op.create_index("ix_cases_provider", "cases", ["provider_id", "closed_at", "due_day", "id"], unique=False)
    op.create_index("ix_cases_receiving", "cases", ["receiving_id", "closed_at", "due_day", "id"], unique=False)
    op.create_index(op.f("ix_cases_record_id"), "cases", ["record_id"], unique=False)
    op.create_index("ix_cases_subject", "cases", ["subject_id", "id"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_row_run_id_import_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
    )
    op.create_index(op.f("ix_import_row_run_id"), "import_row", ["run_id"], unique=False)
    op.create_table(
        "measure",
        sa.Column("id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("imposed_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_measure_office_id_office")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_measure_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("record_id", "code", "office_id", name=op.f("uq_measure_record_id_code_office_id")),
        info={"guarded": True},
    )
    op.create_index(op.f("ix_measure_record_id"), "measure", ["record_id"], unique=False)
    op.create_table(
        "case_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("to_id", ID, nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["cases.id"], name=op.f("fk_case_link_from_id_cases")),
        sa.ForeignKeyConstraint(["to_id"], ["cases.id"], name=op.f("fk_case_link_to_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
        sa.UniqueConstraint("from_id", "to_id", name=op.f("uq_case_link_from_id_to_id")),
        info={"guarded": True},
    )
    op.create_index(op.f("ix_case_link_to_id"), "case_link", ["to_id"], unique=False)
    op.create_table(
        "deadline",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("clock", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("days_total", sa.Integer(), nullable=False),
        sa.Column("days_remaining", sa.Integer(), nullable=True),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("next_rung", sa.String(length=30), nullable=True),
        sa.Column("held", sa.Text(), nullable=True),
        sa.CheckConstraint("(case_id IS NULL) <> (record_id IS NULL)", name=op.f("ck_deadline_of_one")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadline_case_id_cases")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_deadline_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
        sa.UniqueConstraint("case_id", "clock", name=op.f("uq_deadline_case_id_clock")),
        sa.UniqueConstraint("record_id", "clock", name=op.f("uq_deadline_record_id_clock")),
    )
    op.create_index(
        "ix_deadline_next",
        "deadline",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("stream", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=True),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("actor_role", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("command_id", sa.String(length=80), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_event_actor_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_event_case_id_cases")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_event_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("command_id", name=op.f("uq_event_command_id")),
        sa.UniqueConstraint("digest", name=op.f("uq_event_digest")),
        sa.UniqueConstraint("stream", "seq", name=op.f("uq_event_stream_seq")),
    )
    op.create_index("ix_event_case", "event", ["case_id", "seq"], unique=False)
    op.create_index(op.f("ix_event_record_id"), "event", ["record_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("template_version", sa.String(length=20), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("text_digest", sa.String(length=80), nullable=False),
        sa.Column("chain_head", sa.String(length=80), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("superseded_by", ID, nullable=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("pdf_digest", sa.String(length=80), nullable=True),
        sa.Column("pdf_size", sa.Integer(), nullable=True),
        sa.Column("pressed_at", INSTANT, nullable=True),
        sa.Column("press_error", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('in_force', 'superseded', 'withdrawn')", name=op.f("ck_letter_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_letter_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_letter_office_id_office")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_letter_record_id_record")),
        sa.ForeignKeyConstraint(["superseded_by"], ["letter.id"], name=op.f("fk_letter_superseded_by_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("case_id", "kind", "round", name=op.f("uq_letter_case_id_kind_round")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_number")),
        sa.UniqueConstraint("token", name=op.f("uq_letter_token")),
        info={"guarded": True},
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"], unique=False)
    op.create_index(op.f("ix_letter_record_id"), "letter", ["record_id"], unique=False)
    op.create_table(
        "material",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("uploaded_by", ID, nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_material_case_id_cases")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_material_uploaded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sa.UniqueConstraint("token", name=op.f("uq_material_token")),
    )
    op.create_index(op.f("ix_material_case_id"), "material", ["case_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notice_case_id_cases")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_notice_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_person", "notice", ["person_id", "read_at", "id"], unique=False)
    op.create_table(
        "rung_fired",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("clock", sa.String(length=40), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("rung", sa.String(length=30), nullable=False),
        sa.Column("fired_at", INSTANT, nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_rung_fired_case_id_cases")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_rung_fired_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rung_fired")),
        sa.UniqueConstraint(
            "case_id", "clock", "due_day", "rung", name=op.f("uq_rung_fired_case_id_clock_due_day_rung")
        ),
        sa.UniqueConstraint(
            "record_id", "clock", "due_day", "rung", name=op.f("uq_rung_fired_record_id_clock_due_day_rung")
        ),
    )
    op.create_table(
        "event_personal",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_personal_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_personal")),
    )
    op.create_index(op.f("ix_event_personal_event_id"), "event_personal", ["event_id"], unique=False)
    op.create_table(
        "log_leaf",
        sa.Column("position", ID, autoincrement=False, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_log_leaf_event_id_event")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_leaf")),
        sa.UniqueConstraint("event_id", name=op.f("uq_log_leaf_event_id")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("target_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("letter_id", ID, nullable=True),
        sa.Column("lane", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("receipt", JSON, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'leased', 'done', 'dead', 'waived')", name=op.f("ck_outbox_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id_cases")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_outbox_letter_id_letter")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_outbox_record_id_record")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_outbox_target_id_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_case_id"), "outbox", ["case_id"], unique=False)
    op.create_index("ix_outbox_lane", "outbox", ["lane", "id"], unique=False)
    op.create_index(
        "ix_outbox_next",
        "outbox",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_outbox_record_id"), "outbox", ["record_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_outbox_record_id"), table_name="outbox")
    op.drop_index(
        "ix_outbox_next",
        table_name="outbox",
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.drop_index("ix_outbox_lane", table_name="outbox")
    op.drop_index(op.f("ix_outbox_case_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("log_leaf")
    op.drop_index(op.f("ix_event_personal_event_id"), table_name="event_personal")
    op.drop_table("event_personal")
    op.drop_table("rung_fired")
    op.drop_index("ix_notice_person", table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_material_case_id"), table_name="material")
    op.drop_table("material")
    op.drop_index(op.f("ix_letter_record_id"), table_name="letter")
    op.drop_index(op.f("ix_letter_case_id"), table_name="letter")
    op.drop_table("letter")
    op.drop_index(op.f("ix_event_record_id"), table_name="event")
    op.drop_index("ix_event_case", table_name="event")
    op.drop_table("event")
    op.drop_index(
        "ix_deadline_next",
        table_name="deadline",
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.drop_table("deadline")
    op.drop_index(op.f("ix_case_link_to_id"), table_name="case_link")
    op.drop_table("case_link")
    op.drop_index(op.f("ix_measure_record_id"), table_name="measure")
    op.drop_table("measure")
    op.drop_index(op.f("ix_import_row_run_id"), table_name="import_row")
    op.drop_table("import_row")
    op.drop_index("ix_cases_subject", table_name="cases")
    op.drop_index(op.f("ix_cases_record_id"), table_name="cases")
    op.drop_index("ix_cases_receiving", table_name="cases")
    op.drop_index("ix_cases_provider", table_name="cases")
    op.drop_index("ix_cases_deciding", table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_web_session_person_id"), table_name="web_session")
    op.drop_table("web_session")
    op.drop_table("target")
    op.drop_table("role_grant")
    op.drop_index("ix_record_subject", table_name="record")
    op.drop_index("ix_record_authority", table_name="record")
    op.drop_table("record")
    op.drop_index(op.f("ix_mandate_subject_id"), table_name="mandate")
    op.drop_table("mandate")
    op.drop_table("import_run")
    op.drop_index(op.f("ix_api_token_person_id"), table_name="api_token")
    op.drop_table("api_token")
    op.drop_index("ix_subject_name", table_name="subject")
    op.drop_table("subject")
    op.drop_table("person")
    op.drop_table("office")
    op.drop_table("number_series")
    op.drop_table("definition_used")
    op.drop_table("checkpoint")

"""公开说明理由 as the public reads it: which published penalties were changed or annulled, by whom and why (行政处罚法 48)."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, func, select

from repairflow.casework.case_state.withdrawal_statements import LABELS, PERSON, STANDS, basis_of
from repairflow.casework.queries import paging
from repairflow.casework.queries.records.names_told import told_name
from repairflow.records import office, record, subject, withdrawal_statement
from repairflow.records.rows import all_rows

SIZE = 50


class Statement(NamedTuple):
    """One statement: of which penalty, how it was changed, why."""

    id: int
    number: str
    document_number: str
    decision_date: date
    name: str
    uscc: str | None
    whose: str
    authority: str
    change: str
    reason: str
    effective_on: date | None
    stated_at: datetime
    taken_back_at: datetime | None  # when the same case found that nothing had become of the decision

    @property
    def told_name(self) -> str | None:
        """The name as everybody may read it: none for a person in business."""
        return told_name(self.name, self.whose)

    @property
    def change_name(self) -> str:
        """What was said to have become of the penalty."""
        return LABELS[self.change]

    @property
    def change_label(self) -> str:
        """What became of the penalty, and whether that was taken back."""
        return self.change_name + ("（已更正：处罚决定没有变动）" if self.taken_back_at is not None else "")

    @property
    def in_effect_on(self) -> date | None:
        """From which day that has effect; none for what was taken back."""
        return self.effective_on if self.taken_back_at is None else None

    @property
    def basis(self) -> str | None:
        """The article by which the reason is stated; none for what takes a statement back."""
        return basis_of(self.change)


class Page(NamedTuple):
    """Statements, newest first; `next` begins the next page, empty on the last."""

    rows: tuple[Statement, ...]
    next: str


def public(tx: Connection, after: str = "", size: int = SIZE) -> Page:
    """Return one page of the statements; nothing of natural persons. Invalid when `after` is no place of ours."""
    return Page(*paging.page(tx, _all(), withdrawal_statement.c.id, Statement, after, size))


def of_record(tx: Connection, record_id: int) -> tuple[Statement, ...]:
    """Return the statements about one record, newest first."""
    query = _all().where(withdrawal_statement.c.record_id == record_id).order_by(withdrawal_statement.c.id.desc())
    return tuple(all_rows(tx.execute(query), Statement))


def _all() -> Select[Statement]:
    later = withdrawal_statement.alias()
    taken_back = (
        select(func.min(later.c.stated_at))
        .where(
            later.c.case_id == withdrawal_statement.c.case_id, later.c.record_id == withdrawal_statement.c.record_id,
            later.c.id > withdrawal_statement.c.id, later.c.change == STANDS,
        )
        .scalar_subquery()
    )  # fmt: skip
    return (
        select(
            withdrawal_statement.c.id, record.c.number, record.c.document_number, record.c.decision_date, subject.c.name,
            subject.c.uscc, subject.c.kind.label("whose"), office.c.name.label("authority"), withdrawal_statement.c.change,
            withdrawal_statement.c.reason, withdrawal_statement.c.effective_on, withdrawal_statement.c.stated_at,
            taken_back.label("taken_back_at"),
        )
        .join(record, record.c.id == withdrawal_statement.c.record_id)
        .join(subject, subject.c.id == record.c.subject_id)
        .join(office, office.c.id == withdrawal_statement.c.office_id)
        .where(subject.c.kind != PERSON)
    )  # fmt: skip

"""What waits for a person after a delivery (待核对), as its office sees it: the delivered row beside what stands here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from repairflow.casework.actor import Actor
from repairflow.casework.cases.held_rows_decision import scope
from repairflow.casework.cases.record_entry import BY_HAND
from repairflow.casework.credit_records.held_rows import KIND_LABELS, OPEN
from repairflow.casework.permissions import record_scope
from repairflow.gateway.penalties.fields import FIELDS
from repairflow.gateway.penalties.row import plain_amount
from repairflow.law.identifiers import mask_id
from repairflow.records import held_row, office, person, record, subject
from repairflow.records.rows import all_rows
from repairflow.vault import Vault

MOST = 100
_COLUMNS = {
    "CF_XDR_MC": "subject_name", "CF_XDR_SHXYM": "uscc", "CF_WSH": "document_number", "CF_JDRQ": "decision_date", "CF_WFXW": "behaviour",
    "CF_NR": "penalty_content", "CF_NR_FK": "fine_wan", "CF_NR_WFFF": "confiscated_wan", "CF_CFJG": "authority_name",
}  # fmt: skip
_NEW = (
    "CF_XDR_LB", "CF_FRDB", "CF_XDR_ZJLX", "CF_SY", "CF_YJ", "CF_CFLB", "CF_CFLB2", "CF_NR_ZKDX", "CF_SYCX",
    "CF_YXQ", "CF_GSJZQ", "BZ",
)  # fmt: skip
"""What else is compared with the decision where nothing stands here yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One column of an item: as delivered, and as it stands here."""

    label: str
    delivered: str
    here: str

    @property
    def differs(self) -> bool:
        """Whether both are there and say different things."""
        return bool(self.delivered and self.here and self.delivered != self.here)


class HeldLine(NamedTuple):
    """What waits, with its office and the record as it stands here."""

    id: int
    kind: str
    record_id: int | None
    file_name: str
    row: int | None
    reasons: Sequence[Mapping[str, str]]
    content: Mapping[str, Any]
    state: str
    created_at: datetime
    reason: str | None
    office_name: str
    record_number: str | None
    record_state: str | None
    document_number: str | None
    decision_date: date | None
    behaviour: str | None
    penalty_content: str | None
    fine_wan: Decimal | None
    confiscated_wan: Decimal | None
    subject_name: str | None
    subject_kind: str | None
    authority_name: str | None
    proposer_name: str | None
    uscc: str | None
    id_delivered: bytes | None  # sealed
    id_here: bytes | None  # sealed

    @property
    def by_hand(self) -> bool:
        """Whether it was typed in, of no table."""
        return self.file_name == BY_HAND


class _Here(NamedTuple):
    """A record as it stands here, with which a doubtful row is to be compared: it may be the same decision."""

    record_number: str
    document_number: str
    decision_date: date
    behaviour: str
    penalty_content: str | None
    fine_wan: Decimal | None
    confiscated_wan: Decimal | None
    subject_name: str
    authority_name: str
    uscc: str | None
    id_here: bytes | None  # sealed


@dataclass(frozen=True, slots=True)
class Held:
    """One item: its row, what it asks in words, and the columns side by side."""

    row: HeldLine
    label: str
    lines: tuple[Line, ...]

    @property
    def delivered(self) -> bool:
        """Whether the delivery said anything of the decision."""
        return any(line.delivered for line in self.lines)

    @property
    def here(self) -> bool:
        """Whether a record stands here to compare with."""
        return any(line.here for line in self.lines)


def waiting(tx: Connection, vault: Vault, actor: Actor) -> tuple[Held, ...]:
    """Return the items that wait for the actor's offices, oldest first, at most `MOST`."""
    authority, proposer = office.alias(), person.alias()
    query = (
        select(
            held_row.c.id,
            held_row.c.kind,
            held_row.c.record_id,
            held_row.c.file_name,
            held_row.c.row,
            held_row.c.reasons,
            held_row.c.content,
            held_row.c.state,
            held_row.c.created_at,
            held_row.c.reason,
            office.c.name.label("office_name"),
            record.c.number.label("record_number"),
            record.c.state.label("record_state"),
            record.c.document_number,
            record.c.decision_date,
            record.c.behaviour,
            record.c.penalty_content,
            record.c.fine_wan,
            record.c.confiscated_wan,
            subject.c.name.label("subject_name"),
            subject.c.kind.label("subject_kind"),
            authority.c.name.label("authority_name"),
            proposer.c.name.label("proposer_name"),
            subject.c.uscc,
            held_row.c.id_sealed.label("id_delivered"),
            subject.c.id_sealed.label("id_here"),
        )
        .join(office, office.c.id == held_row.c.office_id)
        .outerjoin(record, record.c.id == held_row.c.record_id)
        .outerjoin(subject, subject.c.id == record.c.subject_id)
        .outerjoin(authority, authority.c.id == record.c.authority_id)
        .outerjoin(proposer, proposer.c.id == held_row.c.proposed_by)
        .where(scope(actor), held_row.c.state.in_(OPEN))
        .order_by(held_row.c.id)
        .limit(MOST)
    )
    rows = all_rows(tx.execute(query), HeldLine)
    here = _here(tx, actor, rows)
    return tuple(Held(row, KIND_LABELS[row.kind], tuple(_lines(vault, row, here.get(_beside(row))))) for row in rows)


def count(tx: Connection, actor: Actor) -> int:
    """Return how many items wait for the actor's offices."""
    return tx.execute(
        select(func.count()).select_from(held_row).where(scope(actor), held_row.c.state.in_(OPEN))
    ).scalar_one()


def _beside(row: HeldLine) -> str:
    """Return the number of the record with which a row that is none yet is to be compared; '' where there is none."""
    return next((reason["beside"] for reason in row.reasons if reason.get("beside")), "")


def _here(tx: Connection, actor: Actor, rows: Sequence[HeldLine]) -> Mapping[str, _Here]:
    """Return the records with which doubtful rows are to be compared, by their numbers: those that the actor may see. Of another office's
    only the number is told, else whoever delivers guesses would read what is on file."""
    numbers = {number for row in rows if row.record_id is None and (number := _beside(row))}
    if not numbers:
        return {}
    query = (
        select(
            record.c.number.label("record_number"),
            record.c.document_number,
            record.c.decision_date,
            record.c.behaviour,
            record.c.penalty_content,
            record.c.fine_wan,
            record.c.confiscated_wan,
            subject.c.name.label("subject_name"),
            office.c.name.label("authority_name"),
            subject.c.uscc,
            subject.c.id_sealed.label("id_here"),
        )
        .join(subject, subject.c.id == record.c.subject_id)
        .join(office, office.c.id == record.c.authority_id)
        .where(record.c.number.in_(numbers), record_scope(actor))
    )
    return {row.record_number: row for row in all_rows(tx.execute(query), _Here)}


def _lines(vault: Vault, row: HeldLine, beside: _Here | None) -> Iterator[Line]:
    """Yield the columns in the schema's order; of a natural person's number only its ends are shown."""
    content: dict[str, Any] = row.content.get("source", row.content)
    new = row.record_id is None
    stands = beside or row
    for name, field in FIELDS.items():
        if name == "CF_XDR_ZJHM":
            delivered, here = _masked(vault, row.id_delivered), _masked(vault, stands.id_here)
        elif name not in _COLUMNS and not (new and name in _NEW):
            continue
        else:
            delivered = str(content.get(name) or "")
            compared = name in _COLUMNS and not (new and beside is None)
            here = _shown(getattr(stands, _COLUMNS[name])) if compared else ""
        if delivered or here:
            yield Line(field.label, delivered, here)


def _masked(vault: Vault, sealed: bytes | None) -> str:
    return mask_id(vault.open(sealed)) if sealed else ""


def _shown(value: object) -> str:
    if value is None:
        return ""
    return plain_amount(value) if isinstance(value, Decimal) else str(value)

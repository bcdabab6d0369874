"""How a subject stands before the public, in the words of a status extract (信用信息公示状况证明); and what extracts it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, true

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import SEES_ALL
from repairflow.casework.queries.records.public_lookup import Found
from repairflow.errors import NotFound
from repairflow.law import classing
from repairflow.law.guards import day_text
from repairflow.letters.text.placeholders import Row
from repairflow.records import letter, subject
from repairflow.records.rows import LetterRow, all_rows, first_row

KIND = "status_extract"
FILE = "credit_file"
"""The whole credit file, signed: for its subject, who gives it to whom it likes."""
DISPUTED, UNMARKED = "异议处理中", "无"


class Words(NamedTuple):
    """What an extract says of a record besides its document: its number, class with period, and mark."""

    number: str
    said: str
    mark: str


def record_words(row: Mapping[str, object]) -> Words:
    """Return the words of a record's number, severity, class_waits_for, publish_from (a day or None) and state.

    An extract attests how somebody stands at a moment: until when at the latest is a rule's figure, which need not be read.
    """
    waits, first = row["class_waits_for"], row["publish_from"]
    period = f"{day_text(first)}起" if isinstance(first, date) else ""
    label = classing.label(str(row["severity"]), str(waits) if waits else None)
    mark = DISPUTED if row["state"] == "disputed" else UNMARKED
    return Words(str(row["number"]), f"{label}，{period}" if period else label, mark)


def status_rows(found: Found) -> tuple[list[Row], list[Row]]:
    """Return the lines of an extract: records, then public lists."""
    records = []
    for one in found.records:
        words = record_words(one._asdict())
        document = f"{one.document_number}，{day_text(one.decision_date)}"
        records.append(Row(words.number, document, one.authority, words.said, words.mark))
    lists = [Row(one.label, "", one.office, day_text(one.listed_on), "") for one in found.entries]
    return records, lists


class Extract(NamedTuple):
    """An extract or a signed credit file as its subject's page lists it."""

    kind: str
    number: str
    title: str
    token: str
    issued_at: datetime
    pressed_at: datetime | None


def extracts(tx: Connection, actor: Actor, subject_id: int, most: int = 20) -> tuple[Extract, ...]:
    """Return the newest extracts and signed credit files of one of the actor's subjects. NotFound for another's."""
    if subject_id not in actor.subjects:
        raise NotFound
    columns = [letter.c[name] for name in Extract._fields]
    query = select(*columns).where(letter.c.subject_id == subject_id, letter.c.kind.in_((KIND, FILE)))
    return tuple(all_rows(tx.execute(query.order_by(letter.c.id.desc()).limit(most)), Extract))


def extract(tx: Connection, actor: Actor, token: str) -> LetterRow:
    """Return one extract or signed credit file of the actor's subjects, any for who inspects all. NotFound, absent or another's."""
    mine = true() if actor.has_role(*SEES_ALL) else letter.c.subject_id.in_(sorted(actor.subjects))
    where = (letter.c.token == token, letter.c.kind.in_((KIND, FILE)), mine)
    row = first_row(tx.execute(select(letter).where(*where)), LetterRow)
    if row is None:
        raise NotFound
    return row


def code_of(tx: Connection, token: str) -> str | None:
    """Return the credit code of whom an extract is about, for who holds it; None for any other letter."""
    query = select(subject.c.uscc).join(letter, letter.c.subject_id == subject.c.id)
    found: str | None = tx.execute(query.where(letter.c.token == token, letter.c.kind == KIND)).scalar()
    return found

"""Papers that a subject asks for about itself: status extracts (信用信息公示状况证明), how it stands before the public at a moment, and
signed copies of its whole credit file (信用档案). Both are letters of the credit office to the subject."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework import event_log
from repairflow.casework.changes.letters import IssueCreditFile, IssueExtract
from repairflow.casework.context import Services
from repairflow.casework.documents.fields.voice import YOU
from repairflow.casework.documents.printable import refuse_unprintable
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.handlers.base import Table
from repairflow.casework.outbound import pushes
from repairflow.casework.queries.records.file_words import file_rows
from repairflow.casework.queries.records.public_lookup import of_subject
from repairflow.casework.queries.records.status import FILE, KIND, status_rows
from repairflow.casework.rows_by_id import subject_of
from repairflow.errors import NotFound, Refusal, Refused
from repairflow.law.guards import day_text
from repairflow.letters.issue import compose
from repairflow.records import office, record
from repairflow.records.rows import OfficeRow, SubjectRow, first_row
from repairflow.times import local, local_day

STREAM = "extracts"


def issue(tx: Connection, services: Services, given: IssueExtract, now: datetime) -> str:
    """Return the credit office's extract about one of the actor's subjects as it stands now; gives the letter's token. It is what
    a replay of the trail at its moment gives (`queries.records.status_replay`).

    NotFound for another's subject; Refused for a person, of whom nothing is public, and where there is no credit office.
    """
    holder = _asked_by(tx, given)
    if holder.uscc is None or holder.kind == "natural_person":
        raise Refused([Refusal("of_person", "自然人的信息不公示，不出具公示状况证明")])
    issuer = _issuer(tx)
    records, lists = status_rows(of_subject(tx, services.law, holder.id, local_day(now)))
    fields = {"rows": records, "list_rows": lists, "standing_at": f"{services.public_url}/credit/{holder.uscc}"}
    composed = _composed(tx, services, KIND, holder, issuer, fields, now)
    return _written(tx, composed, holder, issuer, given, EventName.ISSUE_EXTRACT, now)


def issue_file(tx: Connection, services: Services, given: IssueCreditFile, now: datetime) -> str:
    """Return the credit office's signed copy of the whole credit file of one of the actor's subjects; gives the letter's token.

    NotFound for another's subject; Refused where there is no credit office.
    """
    holder = _asked_by(tx, given)
    issuer = _issuer(tx)
    fields = file_rows(tx, services.law, given.actor, holder.id, now)
    composed = _composed(tx, services, FILE, holder, issuer, fields, now)
    return _written(tx, composed, holder, issuer, given, EventName.ISSUE_CREDIT_FILE, now)


def _asked_by(tx: Connection, given: IssueExtract | IssueCreditFile) -> SubjectRow:
    """Return the actor's subject, none of whose records changes between its reading here and the line that marks this moment
    in the trail. NotFound for another's."""
    if given.subject_id not in given.actor.subjects:
        raise NotFound
    holder = subject_of(tx, given.subject_id)
    tx.execute(select(record.c.id).where(record.c.subject_id == holder.id).order_by(record.c.id).with_for_update())
    return holder


def _issuer(tx: Connection) -> OfficeRow:
    credit = select(office).where(office.c.kind == "credit_office", office.c.closed_on.is_(None)).order_by(office.c.id)
    issuer = first_row(tx.execute(credit.limit(1)), OfficeRow)
    if issuer is None:
        raise Refused([Refusal("no_office", "没有登记信用主管部门，暂时不能出具，请联系管理员")])
    return issuer


def _written(
    tx: Connection,
    composed: compose.Composed,
    holder: SubjectRow,
    issuer: OfficeRow,
    given: IssueExtract | IssueCreditFile,
    name: EventName,
    now: datetime,
) -> str:
    """Ensure that the letter stands in the trail and waits for its press; gives its token."""
    refuse_unprintable(composed.data)
    content: dict[str, object] = {"letter": composed.said, "subject": holder.uscc}
    said = NewEvent(action=name, at=now, by=given.actor, role="agent", content=content)
    appended = event_log.append(tx, STREAM, said)
    letter_id = compose.write(
        tx, composed, compose.About(None, None, holder.id), office_id=issuer.id, event_seq=appended.seq,
        chain_head=appended.digest, now=now,
    )  # fmt: skip
    pushes.press(tx, letter_id, None, now)
    return composed.token


def _composed(
    tx: Connection,
    services: Services,
    kind: str,
    holder: SubjectRow,
    issuer: OfficeRow,
    given: Mapping[str, object],
    now: datetime,
) -> compose.Composed:
    fields: dict[str, object] = {
        **given, "you": YOU[holder.kind], "contact": issuer.contact,
        "moment": f"{day_text(local_day(now))}{local(now):%H时%M分%S秒}",
    }  # fmt: skip
    return compose.compose(
        tx,
        compose.Draft(
            kind, compose.Envelope(holder.name, holder.uscc or ""), {name: value for name, value in fields.items() if value}
        ),
        office=issuer, public_url=services.public_url, sealed=services.sealed, now=now,
    )  # fmt: skip


HANDLERS: Table = {IssueExtract: issue, IssueCreditFile: issue_file}

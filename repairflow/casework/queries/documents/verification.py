"""Public verification (文书查验): what anybody who holds a letter may know of it, and nothing more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from repairflow.auditing import chain, row_proof
from repairflow.auditing.sequencer import leaf_of
from repairflow.casework.case_state.later_decisions import Later, later_decisions
from repairflow.casework.documents.revisions.letter_correction import KIND as CORRECTION
from repairflow.casework.event_names import EventName
from repairflow.casework.queries.documents import told_of_letters as told
from repairflow.casework.queries.documents import told_of_others
from repairflow.casework.queries.documents.making import Making, making
from repairflow.casework.queries.documents.told_of_others import Beside, noted_of
from repairflow.errors import NotFound
from repairflow.law.identifiers import mask_name
from repairflow.law.letter_kinds import told_as
from repairflow.letters.model import LetterData
from repairflow.letters.text.templates import digest_of, template
from repairflow.records import cases, checkpoint, event, letter, log_leaf, office, office_name, record, service, subject
from repairflow.times import local_day

STATE_LABELS = {"in_force": "有效", "superseded": "已被新文书替代", "withdrawn": "已撤回"}
ANNULLED = "所涉信息已被撤销"
EXPIRED = "写明的期限已届满"
CORRECTED = "已更正"
"""How a letter stands whose successor corrects it and is read beside it (文书更正通知书), instead of replacing it."""
UNKNOWN = "没有查到这份文书。请核对查验码是否完整；如果文书来历可疑，请向文书上写明的单位核实。"
_DAY = timedelta(days=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{10,40}")


@dataclass(frozen=True, slots=True)
class Verified:
    """A letter as the public may see it.

    `genuine` when its number, kind and text, as they are kept now, stand in the trail at the head printed on it, that event is
    what was written, its title, day, office, QR and state are not others than were printed and noted, and what stands beside
    the frozen words (addressee, copies, seal) is as the program wrote it, as is what of its service, case, record and subject
    is told; `anchored` when a signed checkpoint covers it.
    `pdf_digest` is bare hex, empty until the PDF is made.
    """

    title: str
    number: str
    issued_at: datetime
    office: str
    subject: str
    state: str
    state_label: str
    superseded_by: str
    pdf_digest: str
    text_digest: str
    chain_head: str
    genuine: bool
    position: int | None
    anchored: bool
    kind: str
    decided: str  # empty for a letter that decides nothing
    details: tuple[tuple[str, str], ...]  # (what, as the letter says it)
    served_on: date | None  # 视为送达之日：remedies are counted from the day after it
    later: tuple[Later, ...] = ()  # what was decided later about what this letter decides
    changed_on: date | None = None  # when it was withdrawn, or what came in its place or corrects it was issued
    annulled: bool = False  # the record it is about was annulled after it
    pdf_altered: bool = False  # the digest kept of its PDF is not the one that its making wrote into the trail
    made: Making | None = None  # how its PDF was made, as the trail says; None where it is not, or kept otherwise
    last_day: str = ""  # of what it decides, as it says it, once that day is over

    @property
    def doubtful(self) -> bool:
        """Whether the letter stands, or is corrected, while its file was signed with a certificate revoked by then."""
        stands = self.state == "in_force" or self.state_label == CORRECTED
        return stands and self.made is not None and self.made.doubtful

    @property
    def ended(self) -> str:
        """How a letter that stands, corrected or not, is told to stand since a later decision ended what it decides, its record
        was annulled or its own last day passed; empty where none of these happened."""
        if self.state != "in_force" and self.state_label != CORRECTED:
            return ""
        later = next((one.ends for one in reversed(self.later) if one.ends), "")
        return later or (ANNULLED if self.annulled else EXPIRED if self.last_day else "")


def verification(tx: Connection, token: str, today: date) -> Verified:
    """Return the letter whose QR carries `token`, as it stands `today`. NotFound, in the same words for every token that is not ours."""
    if not _TOKEN.fullmatch(token):
        raise NotFound(UNKNOWN)
    row = _found(tx, token)
    if row is None:
        raise NotFound(UNKNOWN)
    before = event.alias()
    witness = tx.execute(
        select(
            event.c.prev, event.c.body, event.c.digest, event.c.at, log_leaf.c.position, log_leaf.c.leaf, before.c.at.label("before"),
        )
        .outerjoin(log_leaf, log_leaf.c.event_id == event.c.id)
        .outerjoin(before, before.c.digest == event.c.prev)
        .where(event.c.digest == row.chain_head)
    ).first()  # fmt: skip
    data = LetterData.model_validate(row.content)
    beside = _beside_as_written(tx, row)
    said = chain.canonical({"letter": {"digest": row.text_digest, "kind": row.kind, "number": row.number}})[1:-1]
    genuine = (
        witness is not None
        and chain.link(witness.prev, witness.body) == witness.digest
        and said in witness.body
        and _frozen(data) == row.text_digest
        and _as_printed(tx, row, data)
        and _as_written(tx, row.id)
        and beside
        and _noted_then(row.issued_at, witness.at, witness.before)
        and (witness.leaf is None or witness.leaf == leaf_of(witness.digest))
    )
    fields = row.content.get("fields") or {}
    position = witness.position if witness is not None else None
    made = making(tx, row.number, row.press_seq, row.pdf_digest)
    signed = tx.execute(select(checkpoint.c.size).order_by(checkpoint.c.size.desc()).limit(1)).scalar() or 0
    return Verified(
        title=row.title,
        number=row.number,
        issued_at=row.issued_at,
        office=data.signer if data.signer == row.office_name else f"{data.signer}（现为{row.office_name}）",
        subject=_subject(row, data) if beside else "",
        state=row.state,
        state_label=CORRECTED if row.successor_kind == CORRECTION else STATE_LABELS[row.state],
        superseded_by=row.successor or "",
        pdf_digest=made.pdf.removeprefix("sha256:") if made is not None else "",
        pdf_altered=row.pdf_digest is not None and made is None,
        made=made,
        text_digest=row.text_digest,
        chain_head=row.chain_head,
        genuine=genuine,
        position=position,
        anchored=position is not None and position < signed,
        kind=told_as(row.kind),
        decided=told.DECIDED.get(row.kind) or str(fields.get("outcome_label") or ""),
        details=told.details(fields, row.office_name),
        served_on=row.effective_day,
        later=later_decisions(tx, row.id, row.kind, row.number, row.case_id),
        annulled=row.annulled_at is not None and row.issued_at < row.annulled_at,
        changed_on=_changed_on(tx, row),
        last_day=told.over(str(fields.get(told.TERMS.get(row.kind, "")) or ""), today),
    )


def _subject(row: Row[Any], data: LetterData) -> str:
    """Return the subject as strangers may see it: by the name on the paper, whatever it is called now."""
    if row.confidential:
        return ""  # a complaint's own letter names nobody it is about: who finds it must not read that here
    written_to = data.addressee if data.addressee_code and data.addressee_code == row.uscc else None
    return masked_subject(
        row.subject_kind or "", str(data.fields.get("subject_name") or written_to or row.subject_name or "")
    )


def _frozen(data: LetterData) -> str:
    """Return the digest of the words and fields as they are kept now: what is told of a letter is what was written into its trail."""
    return f"sha256:{digest_of(data.kind, data.template_version, data.title, data.paragraphs, data.fields)}"


def _noted_then(issued: datetime, noted: datetime, before: datetime | None) -> bool:
    """Tell whether a letter was issued when its event says. An event stands no earlier than the one `before` it: where the clock had been
    ahead and was set back, at the same time as that, and the letter at the clock's."""
    return abs(issued - noted) < _DAY or (before == noted and issued < noted)


def _as_printed(tx: Connection, row: Row[Any], data: LetterData) -> bool:
    """Tell whether what the row says beside the frozen words is what the paper bears and the trail holds: title, day, the code of the QR,
    the office by a name it has or had; and that it is not told to stand when its trail says that it was withdrawn."""
    return (
        _titled(row.title, data)
        and local_day(row.issued_at) == data.day
        and (not data.qr_url or data.qr_url.rpartition("/")[2] == row.token)
        and (data.signer == row.office_name or _former_name(tx, row.office_id, data.signer))
        and (row.state == "withdrawn" or _withdrawn_on(tx, row) is None)
    )


def _as_written(tx: Connection, letter_id: int) -> bool:
    """Tell whether the row is as the program last wrote it. The digest of its PDF is held against the making instead (`pdf_altered`)."""
    return all(fault.field == "pdf_digest" for fault in row_proof.prove_row(tx, letter.name, letter_id))


def _beside_as_written(tx: Connection, row: Row[Any]) -> bool:
    """Tell whether what is told of other rows than the letter is as the program wrote it."""
    about = frozenset(one for one in (row.about_id, row.record_id) if one is not None)
    return told_of_others.as_written(tx, row, Beside(row.case_id, about, row.whose_id, row.effective_day))


def _titled(title: str, data: LetterData) -> bool:
    """Tell whether lists may call the letter so: by its title, or by the one its text has for lists where its title names the subject.
    What its text says is asked of the text; one that this node does not have can gainsay nothing."""
    if title == data.title:
        return True
    try:
        return title == template(data.kind, data.template_version).listed
    except NotFound:
        return True


def _former_name(tx: Connection, office_id: int, name: str) -> bool:
    had = (office_name.c.office_id == office_id, office_name.c.name == name)
    return tx.execute(select(office_name.c.id).where(*had)).first() is not None


def _found(tx: Connection, token: str) -> Row[Any] | None:
    """Return the letter with its office, its subject, what came in its place, its service, and when its record was annulled."""
    successor, about = letter.alias(), record.alias()
    # a listing's own record: the decision entered it under its number
    own = record.alias()
    entered = (
        select(own.c.id)
        .where(own.c.subject_id == cases.c.subject_id, own.c.document_number == letter.c.number)
        .where(own.c.authority_id == letter.c.office_id)
        .limit(1)
        .scalar_subquery()
    )
    return tx.execute(
        select(
            letter,
            office.c.name.label("office_name"),
            subject.c.id.label("whose_id"),
            subject.c.name.label("subject_name"),
            subject.c.kind.label("subject_kind"),
            subject.c.uscc,
            successor.c.number.label("successor"),
            successor.c.kind.label("successor_kind"),
            successor.c.issued_at.label("succeeded_at"),
            cases.c.confidential,
            cases.c.number.label("case_number"),
            record.c.number.label("record_number"),
            service.c.effective_day,
            about.c.id.label("about_id"),
            about.c.annulled_at,
        )
        .join(office, office.c.id == letter.c.office_id)
        .outerjoin(cases, cases.c.id == letter.c.case_id)
        .outerjoin(record, record.c.id == letter.c.record_id)
        .outerjoin(about, about.c.id == func.coalesce(letter.c.record_id, cases.c.record_id, entered))
        .outerjoin(subject, subject.c.id == func.coalesce(cases.c.subject_id, record.c.subject_id, letter.c.subject_id))
        .outerjoin(service, and_(service.c.letter_id == letter.c.id, service.c.withdrawn_at.is_(None)))
        .outerjoin(successor, successor.c.id == letter.c.superseded_by)
        .where(letter.c.token == token)
    ).first()


def _changed_on(tx: Connection, row: Row[Any]) -> date | None:
    """Return when a letter was withdrawn (its trail says so), or its successor was issued; None of one that stands as it was issued."""
    if row.state != "withdrawn":
        return local_day(row.succeeded_at) if row.succeeded_at is not None else None
    return _withdrawn_on(tx, row)


def _withdrawn_on(tx: Connection, row: Row[Any]) -> date | None:
    """Return the day on which the trail says that the letter was withdrawn."""
    taken_back = noted_of(tx, row, EventName.LETTER_WITHDRAWN)
    return next((local_day(one.at) for one, _ in taken_back), None)


def masked_subject(kind: str, name: str) -> str:
    """Return a subject's name as strangers may see it: a person's first character; of an organisation the two ends."""
    if kind != "organisation" or len(name) <= 6:
        return mask_name(name)
    return f"{name[:2]}****{name[-4:]}"

"""两书同达: with every record that goes public its subject gets a 信用修复告知书, by itself.

实施方案（国办发〔2025〕22号）: the deciding body hands it over together with the decision. A public record without one is an
audit finding (queries.findings).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from repairflow.casework import told_periods
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import record_events
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.context import Services
from repairflow.casework.documents.fields import record as record_words
from repairflow.casework.documents.fields.voice import Voice, holder
from repairflow.casework.documents.printable import refuse_unprintable
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import pushes
from repairflow.casework.permissions import OFFICE_OF_ROLE, record_scope
from repairflow.casework.rows_by_id import office_of, record_locked
from repairflow.errors import Forbidden, NotFound, Refusal, Refused
from repairflow.law import confirmable_periods
from repairflow.law.guards import day_text
from repairflow.law.procedure.packs import ListKind, RulePack, Severity
from repairflow.letters.issue import compose
from repairflow.letters.text.placeholders import Note
from repairflow.letters.text.templates import FrozenText, compose_text, latest_version, versions
from repairflow.prepared import Prepared
from repairflow.read_once import once
from repairflow.records import letter, record, target, uninformed_triggers
from repairflow.records.rows import LetterRow, RecordRow, first_row
from repairflow.times import local_day

KIND, PUBLIC = uninformed_triggers.KIND, uninformed_triggers.PUBLIC
"""States in which a record is, or comes back to be, public: its subject must have been told how to repair it."""
RECORD_WORDS = frozenset({
    "record_by", "record_date", "record_document", "record_information", "record_class", "record_class_reason", "record_behaviour",
    "record_office", "record_document_number",
})  # fmt: skip


class Fresh(NamedTuple):
    """A record that this transaction has just changed, as it stands now, and the time of its last event."""

    row: RecordRow
    at: datetime


class _Shown(NamedTuple):
    name: str


_LETTER = Prepared(select(letter).where(letter.c.id == bindparam("row")), LetterRow)
_OF_RECORD = Prepared(
    select(letter)
    .where(
        letter.c.record_id == bindparam("of"),
        letter.c.kind == KIND,
        letter.c.case_id.is_(None),
        letter.c.state != "withdrawn",
    )
    .order_by(letter.c.id.desc())
    .limit(1),
    LetterRow,
)
_SHOWN = Prepared(
    select(target.c.name).where(target.c.active, target.c.kind == "public_platform").order_by(target.c.id), _Shown
)


def duty_since() -> date:
    """Return the day from which records come with a 告知书: that of its first text (《信用修复管理办法》施行之日)."""
    return date.fromisoformat(versions(KIND)[0])


def accompany(
    tx: Connection, services: Services, of: RecordRow | Fresh, change: Change, actor: Actor, role: str, now: datetime
) -> None:
    """After a change of a record: one that came before the public by it has its 告知书, by whatever way it came.

    `of` is the record's row as it stood before, or `Fresh`, which is not read again. Nothing happens for a record known here
    before the duty began; one whose periods nobody has settled remains a finding.
    """
    row = of.row if isinstance(of, Fresh) else of
    if change.to_state not in PUBLIC or change.from_state in PUBLIC or local_day(row.created_at) < duty_since():
        return
    if row.max_until is not None and row.apply_from is not None:
        _inform(tx, services, of if isinstance(of, Fresh) else int(of.id), actor, now, role=role)


def inform(
    tx: Connection,
    services: Services,
    record_id: int,
    actor: Actor,
    now: datetime,
    *,
    role: str = "importer",
    attended: bool = False,
) -> LetterRow:
    """Ensure that the record's subject has its 告知书: letter, event in the record's stream, notice, and a PDF to come.

    Gives the row of the letter, the earlier one when there is one: nobody is told twice. Raises NotFound, Refused for a
    record that is not public or has no publicity period; Unprintable where an officer is there to hear it (`attended`), while
    the letter of an import waits for its font.
    """
    made = _inform(tx, services, record_id, actor, now, role=role, attended=attended)
    written = made if isinstance(made, LetterRow) else _LETTER.run(tx, row=made).first
    assert written is not None  # written a moment ago
    return written


def _inform(
    tx: Connection,
    services: Services,
    which: int | Fresh,
    actor: Actor,
    now: datetime,
    *,
    role: str,
    attended: bool = False,
) -> LetterRow | int:
    """See `inform`. Gives the earlier letter, or the new one's id: an import has no use for its row, which is dear to read."""
    of, last = which if isinstance(which, Fresh) else (record_locked(tx, which), None)
    if of is None:
        raise NotFound
    if (before := of_record(tx, of.id)) is not None:
        return before
    fields = words(tx, services, of)
    office_row, to = office_of(tx, of.authority_id), holder(tx, of.subject_id)
    composed = compose.compose(
        tx,
        compose.Draft(KIND, compose.Envelope(to.name, to.uscc or ""), fields),
        office=office_row, public_url=services.public_url, sealed=services.sealed, now=now,
    )  # fmt: skip
    if attended:
        refuse_unprintable(composed.data)
    appended = record_events.append(
        tx,
        of,
        NewEvent(
            action=EventName.INFORM,
            at=now,
            by=actor,
            role=role,
            from_state=of.state,
            to_state=of.state,
            content={"letter": composed.said},
        ),
        after=last,
    )
    letter_id = compose.write(
        tx, composed, compose.About(None, of.id), office_id=of.authority_id, event_seq=appended.seq,
        chain_head=appended.digest, now=now,
    )  # fmt: skip
    pushes.press(tx, letter_id, None, now)
    told = Notice(
        "informed",
        f"{of.document_number}：信用修复告知书",
        f"已制发《{composed.title}》（{composed.number}），载明{'、'.join(_contents(fields))}。",
        now,
        record_id=of.id,
    )
    inbox.notify_subject(tx, of.subject_id, told)
    return letter_id


def issue(tx: Connection, services: Services, actor: Actor, number: str, now: datetime) -> LetterRow:
    """Return an officer of the deciding body issues a record's 告知书 that is missing; see `inform`. Forbidden for others."""
    of = _seen(tx, actor, number)
    role = next(
        (role for role, office_id in sorted(actor.roles) if office_id == of.authority_id and role in OFFICE_OF_ROLE),
        None,
    )
    if role is None:
        raise Forbidden("信用修复告知书由认定单位制发。")
    return inform(tx, services, of.id, actor, now, role=role, attended=True)


def preview(tx: Connection, services: Services, actor: Actor, number: str, now: datetime) -> FrozenText:
    """Return the words the record's 告知书 would have; nothing is written. Raises as `inform` does."""
    of = _seen(tx, actor, number)
    return compose_text(KIND, latest_version(KIND, local_day(now).isoformat()), words(tx, services, of))


def of_record(tx: Connection, record_id: int) -> LetterRow | None:
    """Return the 告知书 of a record, or None; one that was withdrawn does not count, one that was corrected does."""
    return _OF_RECORD.run(tx, of=record_id).first


def _seen(tx: Connection, actor: Actor, number: str) -> RecordRow:
    of = first_row(tx.execute(select(record).where(record.c.number == number, record_scope(actor))), RecordRow)
    if of is None:
        raise NotFound
    return of


def words(tx: Connection, services: Services, of: RecordRow) -> dict[str, object]:
    """Return the fields of a record's 告知书. Refused when the record is not public or lacks a period."""
    if of.state not in PUBLIC:
        raise Refused([Refusal("not_public", f"{of.document_number}没有公示，不需要告知")])
    if of.max_until is None or of.apply_from is None:
        raise Refused([Refusal("no_period", f"{of.document_number}没有确定公示期限，请先核定")])
    pack: RulePack = services.law.packs[of.pack]
    authority = office_of(tx, of.authority_id)
    voice = Voice(authority, holder(tx, of.subject_id).you)
    listed = pack.list_kind.get(str(of.source.get("list_kind")))
    shown = [found.name for found in once(tx, "platforms", lambda: _SHOWN.run(tx).rows)]
    told = told_periods.of_record(tx, services.law, of)
    terms = told_periods.of_conditions(tx, pack, of.authority_id)
    days: dict[str, object] = {
        "min_until": day_text(of.min_until) if of.min_until else "",
        "max_until": day_text(of.max_until),
        # 撤销修复后公示期重新计算
        "new_period": day_text(of.publish_from) if of.publish_from not in (None, of.decision_date) else "",
        "apply_from": day_text(of.apply_from),
    }
    return {
        **(days if told.may else {}),
        "conditions": _conditions(pack) if terms.may and listed is None else [],
        "apply_at": pack.repair_at,
        "platform": "、".join([pack.repair_at, *shown]),
        "we": voice.we,
        "you": voice.you,
        **{
            word: text
            for word, text in record_words.record_fields(tx, voice, of, date.min, told).items()
            if word in RECORD_WORDS
        },
        "legal_bases": [
            *pack.cites(_basis(pack, of.severity, listed)),
            *dict.fromkeys(one.document for one in (told, terms) if one.document),
        ],
        "removal_conditions": list(pack.removal_of(listed, confirmed=told.may)) if listed is not None else [],
        "contact": authority.contact,
    }


def _contents(fields: Mapping[str, object]) -> list[str]:
    """Return what the letter says of these, for the message about it: no period and no conditions that it leaves out."""
    parts = {"max_until": "公示期限", "conditions": "申请修复的条件", "removal_conditions": "移出名单的条件"}
    return [*(label for name, label in parts.items() if fields.get(name)), "办理渠道"]


def _conditions(pack: RulePack) -> list[Note]:
    """Return the conditions of repair as the pack words them, the minimum period apart: the letter names its day."""
    found = pack.lists.get(confirmable_periods.REPAIR_CONDITIONS, {})
    return [Note(one.label, "") for code, one in found.items() if code != "minimum_period"]


def _basis(pack: RulePack, severity: Severity, listed: ListKind | None) -> tuple[str, ...]:
    """On what the period rests: the list's own basis, else that of the record's class."""
    if listed is not None:
        return listed.basis
    return tuple(period.basis) if (period := pack.period.get(severity)) is not None else ()

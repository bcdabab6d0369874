"""Entering and leaving a list (列入、移出、撤销列入、恢复列入): the entry, its record in the credit file, the people linked to it."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, and_, insert, or_, select, update

from repairflow.casework import record_spellings
from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state import record_events
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.subject_facts import documents
from repairflow.casework.cases.effects import linked_people
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.credit_records import lifecycle
from repairflow.casework.credit_records.effects import REINSTATE, RESTORE
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.documents import publication_notice
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.outbound import pushes
from repairflow.errors import Refusal, Refused
from repairflow.law.document_keys import document_key
from repairflow.law.guards.lists_and_interviews import OFF_LIST
from repairflow.law.identifiers import check_person
from repairflow.law.procedure.packs import ListKind
from repairflow.law.publicity import list_days
from repairflow.letters.issue.compose import next_number
from repairflow.records import linked_person, list_entry, record, subject
from repairflow.records.rows import ListEntryRow, RecordRow, all_rows, first_row, one_row

Left = Literal["removed", "expired", "annulled"]
LIFE: dict[Left, tuple[str, ...]] = {
    "removed": ("cease_publicity", "cease_sharing"),
    "expired": ("cease_publicity", "cease_sharing"),
    "annulled": ("annul_record",),
}
"""What happens to the records of linked persons when the subject leaves the list."""
RESTART = "restart_period"
BACK = (RESTORE, "resume_sharing", RESTART)
"""What happens to them when the subject stands on it again; their time is counted anew where the subject's is."""


def link_person(tx: Connection, step: Transition) -> None:
    """Ensure that the natural person is known as answerable for the subject; the ID number lies in the vault alone."""
    vault, checked = step.services.vault, check_person(step.decided.secrets["id_number"], step.today)
    code = checked.code
    if not checked.ok:
        raise Refused([Refusal("id_number", f"身份证件号码有误：{checked.reason}")])
    known = tx.execute(select(subject.c.id).where(subject.c.id_index == vault.index(code))).scalar()
    if known is None:
        values = {"kind": "natural_person", "name": step.inputs["person_name"], "id_index": vault.index(code)}
        known = tx.execute(
            insert(subject).values(**values, id_sealed=vault.seal(code)).returning(subject.c.id)
        ).scalar_one()
    capacity, of = str(step.inputs["capacity"]), step.at.case.subject_id
    same = (
        linked_person.c.subject_id == of,
        linked_person.c.person_id == known,
        linked_person.c.capacity == capacity,
    )
    if tx.execute(select(linked_person.c.id).where(*same)).first() is None:
        tx.execute(insert(linked_person).values(subject_id=of, person_id=known, capacity=capacity, since=step.today))


def enter_list(tx: Connection, step: Transition) -> int:
    """Ensure that the subject, and where the list says so the people answerable for it, stand on the list.

    A favourable list leaves no record: it is no dishonesty; a public one is told to the platforms all the same. Another
    public list's record is published at once, with its 信用修复告知书.
    """
    code = str(step.fact("list_kind"))
    kind = step.at.pack.list_kind[code]
    if kind.favourable:
        _entry(tx, step, code, step.at.case.subject_id, None, None)
        return pushes.push_honour(tx, step.at.case, (code, kind), "listed", step.cause)
    number = step.composed.number if step.composed is not None else step.at.case.number
    made = _record(tx, step, code, kind, step.at.case.subject_id, number)
    principal = _entry(tx, step, code, step.at.case.subject_id, made.id, None)
    count = 0
    if kind.public:
        done = lifecycle.change(
            tx, step.services, made, RecordStep(names=("publish",), at=step.now, reason=f"列入{kind.label}")
        )
        publication_notice.accompany(tx, step.services, made, done, SYSTEM, "system", step.now)
        count = pushes.push_list_change(tx, made, code, "listed", step.cause)
    else:
        lifecycle.schedule(tx, made.id)
    if kind.linked:
        for person_id in _answerable(tx, step):
            # 自然人信息不对外公示：the record stands in the file alone
            theirs = _record(tx, step, code, kind, person_id, number)
            _entry(tx, step, code, person_id, theirs.id, principal)
            linked_people.tell(tx, step.at.case.subject_id, theirs, kind.label, "listed", step.now)
    return count


def leave_list(tx: Connection, step: Transition) -> int:
    """移出名单, for the future: the entry and those of linked persons end."""
    return _leave(tx, step, "removed")


def expire_from_list(tx: Connection, step: Transition) -> int:
    """期满移出, by itself."""
    return _leave(tx, step, "expired")


def annul_listing(tx: Connection, step: Transition) -> int:
    """撤销列入, from the start: linked persons' records are annulled too."""
    return _leave(tx, step, "annulled")


def follow_record(tx: Connection, step: Transition, done: Change) -> int:
    """Return an entry follows its record: one that another procedure ends (异议成立撤销、信用修复) leaves its list too, one that
    is restored (撤销修复、撤销移出) stands on it again. Gives how many pushes wait."""
    row = step.at.record
    if row is None or row.source.get("list_kind") is None:
        return 0
    if {RESTORE, REINSTATE} & set(done.effects):
        return _return(tx, step, row)
    if done.to_state not in OFF_LIST:
        return 0
    standing = select(list_entry.c.id).where(list_entry.c.record_id == row.id, list_entry.c.left_on.is_(None))
    if tx.execute(standing).first() is None:
        return 0  # the step's own effect saw to it
    return _leave(tx, step, "annulled" if "annul_record" in done.effects else "removed")


def _leave(tx: Connection, step: Transition, how: Left) -> int:
    row = step.at.record
    entry = (
        first_row(tx.execute(select(list_entry).where(list_entry.c.record_id == row.id)), ListEntryRow)
        if row is not None
        else None
    )
    if row is None or entry is None:
        raise Refused([Refusal("not_listed", "这条信息不是名单条目")])
    linked = all_rows(tx.execute(
        select(record).join(list_entry, list_entry.c.record_id == record.c.id)
        .where(list_entry.c.principal_id == entry.id, list_entry.c.left_on.is_(None)).order_by(record.c.id)
    ), RecordRow)  # fmt: skip
    tx.execute(
        update(list_entry)
        .where(or_(list_entry.c.id == entry.id, list_entry.c.principal_id == entry.id), list_entry.c.left_on.is_(None))
        .values(left_on=step.today, left_how=how, left_by=step.at.case.id)
    )
    for theirs in linked:
        lifecycle.change(
            tx,
            step.services,
            theirs,
            RecordStep(names=LIFE[how], at=step.now, reason=f"{row.number} 已离开名单，有关责任人员的记录一并处理"),
        )
        linked_people.tell(tx, row.subject_id, theirs, str(row.source["list"]), how, step.now)
    kind = step.at.pack.list_kind.get(entry.list_kind)
    if kind is None or not kind.public:
        return 0
    change = "annulled" if how == "annulled" else "removed"
    return pushes.push_list_change(tx, row, entry.list_kind, change, step.cause)


def _return(tx: Connection, step: Transition, row: RecordRow) -> int:
    """Ensure that the entry stands on its list as if it had not left, and those that left with it; the trail says it did."""
    left = select(list_entry).where(list_entry.c.record_id == row.id, list_entry.c.left_on.is_not(None))
    entry = first_row(tx.execute(left), ListEntryRow)
    if entry is None:
        return 0
    with_it = (list_entry.c.principal_id == entry.id, list_entry.c.left_by == entry.left_by)
    linked = all_rows(
        tx.execute(
            select(record).join(list_entry, list_entry.c.record_id == record.c.id).where(*with_it).order_by(record.c.id)
        ),
        RecordRow,
    )
    tx.execute(
        update(list_entry)
        .where(or_(list_entry.c.id == entry.id, and_(*with_it)))
        .values(left_on=None, left_how=None, left_by=None)
    )
    for theirs in linked:
        lifecycle.change(
            tx,
            step.services,
            theirs,
            RecordStep(
                names=tuple(one for one in BACK if one != RESTART or RESTART in step.action.effects),
                at=step.now,
                reason=f"{row.number} 恢复列入名单，有关责任人员的记录一并恢复",
                pack=step.at.pack,
            ),
        )
        linked_people.tell(tx, row.subject_id, theirs, str(row.source["list"]), "back", step.now)
    kind = step.at.pack.list_kind.get(entry.list_kind)
    if kind is None or not kind.public:
        return 0
    return pushes.push_list_change(tx, row, entry.list_kind, "listed", step.cause)


def _answerable(tx: Connection, step: Transition) -> list[int]:
    rows = tx.execute(
        select(linked_person.c.person_id)
        .where(linked_person.c.subject_id == step.at.case.subject_id, linked_person.c.until.is_(None))
        .distinct().order_by(linked_person.c.person_id)
    )  # fmt: skip
    return [int(key) for key in rows.scalars()]


def _entry(
    tx: Connection, step: Transition, code: str, subject_id: int, record_id: int | None, principal: int | None
) -> int:
    return int(
        tx.execute(
            insert(list_entry)
            .values(
                list_kind=code, subject_id=subject_id, record_id=record_id, case_id=step.at.case.id,
                principal_id=principal, listed_on=step.today,
            ).returning(list_entry.c.id)
        ).scalar_one()
    )  # fmt: skip


def _record(tx: Connection, step: Transition, code: str, kind: ListKind, subject_id: int, number: str) -> RecordRow:
    """Return the list entry in the credit file, told by the decision that made it."""
    days, year = list_days(kind, step.today), step.today.year
    holder = tx.execute(select(subject.c.kind).where(subject.c.id == subject_id)).scalar_one()
    basis = "、".join(str(step.fact(name)) for name in ("basis_office", "basis_number") if step.fact(name))
    content = {"list_kind": code, "list": kind.label, "case": step.at.case.number, "basis": basis}
    on_file = documents(tx, step.at.case.subject_id, str(step.fact("basis_number") or ""))
    if on_file:
        content["basis_record"] = on_file[0].record
    record_id = tx.execute(
        insert(record)
        .values(
            number=f"SX-{year}-{next_number(tx, 'record', year):06d}", subject_id=subject_id, kind=kind.record_kind,
            authority_id=step.at.case.deciding_id, provider_id=step.at.case.deciding_id, document_number=number,
            document_key=document_key(number),
            decision_date=step.today, behaviour=f"列入{kind.label}", facts=str(step.fact("facts") or ""),
            penalty_basis=basis, penalty_kinds=[], penalty_content="", severity=kind.severity, pack=step.at.pack.pack,
            publish_from=step.today if kind.public else None, min_until=days.min_until,
            apply_from=days.apply_from if kind.minimum else step.today, max_until=days.max_until, state="unpublished",
            of_person=holder == "natural_person", source=content, created_at=step.now,
        ).returning(record.c.id)
    ).scalar_one()  # fmt: skip
    record_spellings.spell(tx, record_id, number, step.now)
    made = one_row(tx.execute(select(record).where(record.c.id == record_id)), RecordRow)
    record_events.append(tx, made, NewEvent(action=EventName.ENTER, at=step.now, content=content))
    return one_row(tx.execute(select(record).where(record.c.id == record_id)), RecordRow)

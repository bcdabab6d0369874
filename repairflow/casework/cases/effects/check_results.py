"""Results of spot checks (抽查检查结果): entered as records of their own, and bound to the penalty they led to.

市场监督管理信用修复管理办法：when a penalty from such a check is repaired, the check's result stops being shown at the same time.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, insert, select, update

from repairflow.auditing import chain
from repairflow.casework import record_spellings
from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state import record_events
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.credit_records import lifecycle
from repairflow.casework.credit_records.effects import REINSTATE, RESTORE
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.documents import publication_notice
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import pushes
from repairflow.errors import Refusal, Refused
from repairflow.law.document_keys import document_key
from repairflow.law.guards.lists_and_interviews import CHECK_RESULT_CLASS, OFF_LIST
from repairflow.law.procedure.packs import RulePack, Severity
from repairflow.law.publicity import class_days
from repairflow.letters.issue.compose import next_number
from repairflow.records import cases, event, record, subject
from repairflow.records.rows import RecordRow, all_rows, first_row, one_row

KIND = "check_result"
ENDED = ("cease_publicity", "cease_sharing", "lift_measures")
BACK = (RESTORE, "resume_sharing", "reimpose_measures")
REPAIRED = ("executing", "granted")
"""States of a repair that was granted."""


def enter(tx: Connection, step: Transition) -> None:
    """Ensure that the result is a record in the subject's credit file, published with its 信用修复告知书 where its class is.

    Refused when the office has a record of the subject under this number.
    """
    case, pack = step.at.case, step.at.pack
    severity = _class(pack)
    found = date.fromisoformat(str(step.fact("checked_on")))
    days, number = class_days(pack, severity, found), str(step.fact("check_number"))
    taken = f"该主体已有文号为 {number} 的另一条信息，请核对文号"
    record_spellings.demand_free(tx, case.deciding_id, case.subject_id, number, message=taken)
    kind = pack.lists["check_kinds"][str(step.fact("check_kind"))].label
    content = {"check_kind": kind, "case": case.number, "severity": severity, "pack": pack.pack}
    serial = next_number(tx, "record", step.today.year)
    holder = tx.execute(select(subject.c.kind).where(subject.c.id == case.subject_id)).scalar_one()
    row = insert(record).values(
        number=f"SX-{step.today.year}-{serial:06d}", subject_id=case.subject_id, kind=KIND,
        authority_id=case.deciding_id, provider_id=case.deciding_id, document_number=number,
        document_key=document_key(number), decision_date=found,
        behaviour=f"{kind}不合格", facts=str(step.fact("facts")), penalty_kinds=[], severity=severity, pack=pack.pack,
        publish_from=days.start if days.published else None, min_until=days.min_until,
        apply_from=days.apply_from if days.published else None, max_until=days.max_until, state="unpublished",
        of_person=holder == "natural_person", source=content, created_at=step.now,
    ).returning(record.c.id)  # fmt: skip
    key = tx.execute(row).scalar_one()
    record_spellings.spell(tx, key, number, step.now)
    made = _read(tx, key)
    record_events.append(
        tx, made, NewEvent(action=EventName.ENTER, at=step.now, by=step.actor, role="reviewer", content=content)
    )
    if not days.published or holder == "natural_person" or days.max_until < step.today:
        return
    made = _read(tx, key)
    done = lifecycle.change(tx, step.services, made, RecordStep(names=("publish",), at=step.now, reason="登记公示"))
    publication_notice.accompany(tx, step.services, made, done, SYSTEM, "system", step.now)


def name_penalty(tx: Connection, step: Transition) -> None:
    """Ensure that the case's result is bound to the penalty it led to; it ends at once where that one is repaired already.

    Refused when the subject has no penalty of this number.
    """
    number, holder = str(step.inputs["penalty"]).strip().upper(), step.at.case.subject_id
    where = (record.c.number == number, record.c.subject_id == holder, record.c.kind == "penalty")
    penalty = first_row(tx.execute(select(record).where(*where)), RecordRow)
    if penalty is None:
        raise Refused([Refusal("no_such_penalty", f"该主体没有编号为 {number} 的行政处罚信息，请核对编号")])
    row = next(one for one in _of_subject(tx, holder) if one.source["case"] == step.at.case.number)
    record_events.append(
        tx,
        row,
        NewEvent(
            action=EventName.NAME_PENALTY, at=step.now, by=step.actor, role="examiner", content={"penalty": number}
        ),
    )
    tx.execute(update(record).where(record.c.id == row.id).values(source={**row.source, "penalty": number}))
    granted = select(cases.c.id).where(
        cases.c.record_id == penalty.id, cases.c.procedure.in_(pushes.REPAIRS), cases.c.state.in_(REPAIRED)
    )
    if penalty.state in OFF_LIST and tx.execute(granted.limit(1)).first() is not None:
        _end(tx, step, _read(tx, row.id), penalty)


def follow(tx: Connection, step: Transition, change: Change) -> None:
    """Ensure that the results bound to a penalty that this step repairs are no longer shown, and those that ended with it are
    shown again where it is restored; the case waits for the receipts of both."""
    penalty, done = step.at.record, set(change.effects)
    if penalty is None or penalty.kind != "penalty":
        return
    if step.at.procedure.procedure in pushes.REPAIRS and "cease_publicity" in done:
        for row in _bound(tx, penalty):
            _end(tx, step, row, penalty)
    elif {RESTORE, REINSTATE} & done:
        for row in _bound(tx, penalty):
            if row.state == "ceased" and _ended_with(tx, row) == penalty.number:
                reason = f"行政处罚信息 {penalty.number} 恢复，由此引起处罚的检查结果一并恢复"
                _change(tx, step, row, BACK, penalty.number, reason)


def _class(pack: RulePack) -> Severity:
    """Return the class the pack puts results of checks in; the guard has seen that it names one."""
    said = pack.switch.get(CHECK_RESULT_CLASS)
    return next((one for one in pack.period if one == said), "ordinary")


def _end(tx: Connection, step: Transition, row: RecordRow, penalty: RecordRow) -> None:
    if row.state in OFF_LIST or row.state == "masked":
        return
    reason = f"行政处罚信息 {penalty.number} 已经修复，由此引起处罚的检查结果同时停止公示"
    # A measure may rest on it only while it is shown; what was never shown bears none.
    effects = ENDED if row.state != "unpublished" else ENDED[:2]
    _change(tx, step, row, effects, penalty.number, reason)
    told = Notice("ended", f"{row.document_number}：公示已终止", f"{reason}。", step.now, record_id=row.id)
    inbox.notify_subject(tx, row.subject_id, told)


def _change(
    tx: Connection, step: Transition, row: RecordRow, names: tuple[str, ...], penalty: str, reason: str
) -> None:
    lifecycle.change(
        tx,
        step.services,
        row,
        RecordStep(names=names, at=step.now, reason=reason, case=step.at.case, content={"with": penalty}),
    )


def _bound(tx: Connection, penalty: RecordRow) -> list[RecordRow]:
    return [row for row in _of_subject(tx, penalty.subject_id) if row.source.get("penalty") == penalty.number]


def _of_subject(tx: Connection, subject_id: int) -> list[RecordRow]:
    """Return the results of a subject, locked, oldest first."""
    mine = (record.c.subject_id == subject_id, record.c.kind == KIND)
    return all_rows(tx.execute(select(record).where(*mine).order_by(record.c.id).with_for_update()), RecordRow)


def _ended_with(tx: Connection, row: RecordRow) -> str | None:
    """Return the penalty with which a result ended last; None where it ended by itself or in a case of its own."""
    own = (event.c.record_id == row.id, event.c.action == ENDED[0])
    body = tx.execute(select(event.c.body).where(*own).order_by(event.c.id.desc()).limit(1)).scalar()
    return chain.content(body).get("with") if body is not None else None


def _read(tx: Connection, key: int) -> RecordRow:
    return one_row(tx.execute(select(record).where(record.c.id == key)), RecordRow)

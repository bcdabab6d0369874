"""Declaring and checking means of repair (修复方式): what counts for a record, how many hours, who certifies it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from repairflow import plain
from repairflow.casework import inputs, means_catalogue
from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state import record_events
from repairflow.casework.changes import DeclareMeans, SettleMeans
from repairflow.casework.context import Services
from repairflow.casework.credit_records.duty_performance import registers_as
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import record_scope
from repairflow.casework.reusable_materials import was_brought
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.law.calendar.periods import add_months
from repairflow.law.means import STATES, Means
from repairflow.records import learning, record, repair_means, service_body
from repairflow.records.rows import LearningRow, RecordRow, RepairMeansRow, first_row, one_row
from repairflow.times import local_day

LABELS = {
    "code": "修复方式", "hours": "学时（小时）", "issuer": "出具单位", "certificate": "证明编号", "done_on": "完成日期",
    "material": "证明材料",
}  # fmt: skip
LONGEST = {"issuer": 200, "certificate": 100}
DECISIONS = ("verified", "refused")
MOST = 50
"""Means of one record that wait or count, so that its pages stay readable. One that was not accepted (不予采用) takes no place:
else an office's refusals would keep a subject from declaring what is right."""
CHECKED_BY = ("acceptor", "examiner", "reviewer")


def declare(tx: Connection, services: Services, given: DeclareMeans, now: datetime) -> int:
    """Ensure that the means waits for the office that decided the record; a certificate of our own quiz is checked at once.
    Gives its id. Raises NotFound for a record of somebody else, Invalid with every fault at its field."""
    where = (record.c.number == given.record, record.c.subject_id.in_(sorted(given.actor.subjects)))
    row = first_row(tx.execute(select(record).where(*where).with_for_update()), RecordRow)
    if row is None or given.actor.id is None:
        raise NotFound("没有找到这条失信信息，或者您无权办理。")
    problems: list[Problem] = []
    spec = means_catalogue.of_record(services.law, row).get(given.given.get("code", ""))
    if spec is None:
        problems.append(Problem("code", "请选择适用于这条信息的修复方式"))
    texts = inputs.texts(given.given, LABELS, LONGEST, problems)
    today = local_day(now)
    day, expires = today, None
    hours = 0
    if spec is not None and spec.by_quiz:
        day, expires = _by_quiz(tx, row, texts, problems, today)
    elif spec is not None:
        hours, day, expires = _by_paper(spec, given.given, problems, today)
        _issued(tx, texts, problems)
    if spec is not None and not any(p.where == "certificate" for p in problems):
        _unused(tx, row, spec, texts, problems)
    if (token := given.given.get("material", "")) and not was_brought(tx, given.actor, row.subject_id, token):
        problems.append(Problem("material", "证明材料库中没有这份材料，请重新选择"))
    standing = (repair_means.c.record_id == row.id, repair_means.c.state != "refused")
    if tx.execute(select(func.count()).where(*standing)).scalar_one() >= MOST:
        problems.append(Problem("code", f"一条信息最多登记 {MOST} 项修复方式，请选择最能说明改正的向办理单位说明"))
    if problems or spec is None:
        raise Invalid("没有登记，请按提示修改后再提交。", problems)
    values = {
        "subject_id": row.subject_id, "record_id": row.id, "code": spec.code, "hours": hours, "done_on": day,
        "expires_on": expires, "material": token, "declared_by": given.actor.id,
        "declared_at": now, "state": "verified" if spec.by_quiz else "waiting",
        "settled_at": now if spec.by_quiz else None, "reason": "系统核对学习证明" if spec.by_quiz else None, **texts,
    }  # fmt: skip
    key = tx.execute(insert(repair_means).values(**values).returning(repair_means.c.id)).scalar_one()
    said = {"means": spec.code, "hours": hours, "issuer": texts["issuer"], "certificate": texts["certificate"]}
    record_events.append(
        tx, row, NewEvent(action=EventName.DECLARE_MEANS, at=now, by=given.actor, role="applicant", content=said)
    )
    if spec.by_quiz:
        _settled(tx, row, key, "verified", "系统核对学习证明", now)
    else:
        body = f"{row.document_number}的当事人登记了“{spec.label}”，请核验：{spec.verification}。"
        told = Notice("held_row", f"待核验：{spec.label}", body, now, record_id=row.id)
        inbox.notify_office(tx, row.authority_id, CHECKED_BY, told)
    return int(key)


def _settled(tx: Connection, row: RecordRow, key: int, state: str, reason: str, now: datetime) -> None:
    said = {"means_id": key, "state": state}
    event = NewEvent(action=EventName.SETTLE_MEANS, at=now, by=SYSTEM, role="system", reason=reason, content=said)
    record_events.append(tx, one_row(tx.execute(select(record).where(record.c.id == row.id)), RecordRow), event)


def settle(tx: Connection, services: Services, given: SettleMeans, now: datetime) -> None:
    """Ensure that the means counts or does not, and the subject is told.

    Raises NotFound, Forbidden for other offices, Conflict for what is settled, Invalid for an unknown decision and one without a reason.
    """
    found = first_row(
        tx.execute(select(repair_means).where(repair_means.c.id == given.means_id).with_for_update()), RepairMeansRow
    )
    seen = select(record).where(record.c.id == (found.record_id if found else None), record_scope(given.actor))
    row = first_row(tx.execute(seen.with_for_update()), RecordRow)
    if found is None or row is None:
        raise NotFound("没有找到这一项，或者您无权办理。")
    role = registers_as(given.actor, row.authority_id)
    if role is None:
        raise Forbidden("修复方式由作出认定的单位核验。")
    if found.state != "waiting":
        raise Conflict("这一项已经有人核验，请刷新页面查看结果。")
    state, reason = given.decision, _read(given)
    values = {"state": state, "settled_by": given.actor.id, "settled_at": now, "reason": reason}
    tx.execute(update(repair_means).where(repair_means.c.id == found.id).values(**values))
    said = {"means": found.code, "state": state}
    event = NewEvent(action=EventName.SETTLE_MEANS, at=now, by=given.actor, role=role, reason=reason, content=said)
    record_events.append(tx, row, event)
    spec = means_catalogue.of_record(services.law, row).get(found.code)
    label = spec.label if spec is not None else found.code
    title = f"{row.document_number}：“{label}”{STATES[state]}"
    inbox.notify_subject(tx, row.subject_id, Notice("performed", title, reason, now, record_id=row.id))


def _read(given: SettleMeans) -> str:
    """Return the reason as it is kept; Invalid with every fault of the form."""
    problems: list[Problem] = []
    lacking = "请写明怎样核验的、结果如何，如 已与出具单位核对编号"
    reason = written(given.reason, 500, problems, "reason", "核验情况", lacking)
    if given.decision not in DECISIONS:
        problems.append(Problem("", "没有选择核验结果，请按“属实”或者“不予采用”"))
    if problems:
        raise Invalid("没有登记，请按提示修改。", problems)
    return reason


def _by_quiz(
    tx: Connection, row: RecordRow, texts: dict[str, str], problems: list[Problem], today: date
) -> tuple[date, date | None]:
    """Return the day and the end of the certificate that is named; another subject's, one that ended and none are told apart."""
    number = texts["certificate"].upper()
    found = first_row(tx.execute(select(learning).where(learning.c.certificate == number)), LearningRow)
    texts["issuer"] = "本平台"
    if found is None:
        problems.append(Problem("certificate", "没有这个编号的学习证明，请先完成学习测验，照证明填写编号"))
    elif found.subject_id != row.subject_id:
        problems.append(Problem("certificate", "这份学习证明是另一主体的，不能用于本主体"))
    elif found.expires_on is not None and found.expires_on < today:
        problems.append(Problem("certificate", f"这份学习证明已于 {found.expires_on} 过期，请重新学习并通过测验"))
    else:
        texts["certificate"] = number
        return local_day(found.taken_at), found.expires_on
    return today, None


def _by_paper(
    spec: Means, form: Mapping[str, str], problems: list[Problem], today: date
) -> tuple[int, date, date | None]:
    """Hours, day and end of what a paper certifies."""
    text, hours = form.get("hours", "").strip(), 0
    if spec.hours:
        if not (text.isascii() and text.isdecimal()) or len(text) > 4:
            problems.append(
                Problem("hours", f"请填写“{LABELS['hours']}”，整数，“{spec.label}”不少于 {spec.hours} 小时")
            )
        elif (hours := int(text)) < spec.hours:
            problems.append(Problem("hours", f"“{spec.label}”不少于 {spec.hours} 小时，填写的是 {hours} 小时"))
    try:
        day = plain.day(form.get("done_on", "").strip())
    except ValueError:
        problems.append(Problem("done_on", f"请填写“{LABELS['done_on']}”，如 2026-06-20"))
        return hours, today, None
    expires = add_months(day, spec.valid_months) if spec.valid_months else None
    if day > today:
        problems.append(Problem("done_on", "“完成日期”不能晚于今天"))
    elif expires is not None and expires < today:
        problems.append(Problem("done_on", f"这项证明自完成之日起 {spec.valid_months} 个月内有效，已于 {expires} 过期"))
    return hours, day, expires


def _issued(tx: Connection, texts: Mapping[str, str], problems: list[Problem]) -> None:
    """Check who certifies is named and no body one is warned of."""
    for name in LONGEST:
        if not texts[name] and not any(p.where == name for p in problems):
            problems.append(Problem(name, f"请填写“{LABELS[name]}”"))
    flagged = select(service_body.c.name).where(service_body.c.name == texts["issuer"], service_body.c.flag != "")
    if tx.execute(flagged).first() is not None:
        problems.append(Problem("issuer", "这个机构已被提醒，其证明不予采用，请看“信用服务机构”页"))


def _unused(tx: Connection, row: RecordRow, spec: Means, texts: Mapping[str, str], problems: list[Problem]) -> None:
    """Check that the paper was not used by another subject, nor twice for one record."""
    same = (
        repair_means.c.code == spec.code, repair_means.c.certificate == texts["certificate"],
        repair_means.c.issuer == texts["issuer"], repair_means.c.state != "refused",
    )  # fmt: skip
    used = tx.execute(select(repair_means.c.subject_id, repair_means.c.record_id).where(*same)).all()
    if any(one.subject_id != row.subject_id for one in used):
        problems.append(Problem("certificate", "这个编号的证明已经由另一主体登记，不能再用"))
    elif any(one.record_id == row.id for one in used):
        problems.append(Problem("certificate", "这份证明已经登记在这条信息上"))

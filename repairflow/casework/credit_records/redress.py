"""Redress (消除不良影响): where a record or listing is annulled, everybody who was ever told of it is told that it was wrong."""

from __future__ import annotations

from sqlalchemy import Connection, insert, or_, select

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import repeat_pushes
from repairflow.casework.outbound.push_cause import Cause
from repairflow.law.procedure.library import Library
from repairflow.records import cases, measure, office, redress, subject
from repairflow.records.rows import RecordRow

OFFICE_ROLES = ("head", "partner", "acceptor", "examiner", "supervisor")


def follow(tx: Connection, law: Library, row: RecordRow, change: Change, cause: Cause) -> int:
    """Ensure that of an annulled record (as it stood before), platforms that were told once and would hear nothing now are
    told, offices that acted on it have a notice, and the redress says who. Gives how many pushes wait."""
    if "annul_record" not in change.effects:
        return 0
    before = tx.execute(select(redress.c.id).where(redress.c.record_id == row.id)).first()
    waiting, names = repeat_pushes.push_to_all_informed(tx, law, row, change, cause)
    acted = select(measure.c.office_id).where(measure.c.record_id == row.id)
    handled = select(cases.c.deciding_id).where(cases.c.record_id == row.id)
    where = (or_(office.c.id.in_(acted), office.c.id.in_(handled)), office.c.id != row.authority_id)
    holder = tx.execute(select(subject.c.name).where(subject.c.id == row.subject_id)).scalar_one()
    title = f"{row.document_number}已撤销，请消除影响"
    body = (
        f"{holder}的信息 {row.number} 自始不应存在，已经撤销。据此采取的措施、作出的记载请一并撤销、更正，"
        "对外提供过的请通知使用的单位。"
    )
    for place in tx.execute(select(office.c.id, office.c.name).where(*where).order_by(office.c.id)).all():
        inbox.notify_office(tx, place.id, OFFICE_ROLES, Notice("ended", title, body, cause.at, record_id=row.id))
        names.append(str(place.name))
    if before is None:
        told = list(dict.fromkeys(names))
        tx.execute(insert(redress).values(record_id=row.id, begun_at=cause.at, told=told))
        said = "、".join(told) or "没有单位或者平台收到过这条信息"
        mine = f"已告知：{said}。您可以在这条信息的页面请求公开更正。"
        inbox.notify_subject(
            tx,
            row.subject_id,
            Notice("ended", f"{row.document_number}：消除不良影响", mine, cause.at, record_id=row.id),
        )
    return waiting

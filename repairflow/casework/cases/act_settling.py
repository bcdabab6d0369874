"""Publishing entered acts, by another person than the one who entered them, refusing them, ending what stands (withdrawn, annulled,
lapsed), and the mark that a public one is disputed (异议标注). Platforms are told of each change of what was public."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework import event_log
from repairflow.casework.changes import SettleActs
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.outbound import act_pushes
from repairflow.casework.outbound.push_cause import Cause
from repairflow.casework.permissions import OFFICE_OF_ROLE, post_in
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.law.acts import OBJECTION, PUBLISHED_WITHIN
from repairflow.law.calendar.workdays import Calendar
from repairflow.records import act, cases
from repairflow.records.rows import ActRow, all_rows
from repairflow.times import local_day

MOST = 200
FROM = {
    "publish": ("waiting",), "refuse": ("waiting",), "withdraw": ("published", "kept"), "mark": ("published",),
    "unmark": ("published",), "annul": ("published", "kept"), "end": ("published", "kept"),
}  # fmt: skip
INTO = {"publish": "published", "refuse": "refused", "withdraw": "withdrawn", "annul": "withdrawn", "end": "withdrawn"}
ENDS = {"withdraw": "withdrawn", "annul": "annulled", "end": "ended"}
MARKS = {"mark": EventName.MARK_ACT, "unmark": EventName.UNMARK_ACT}
EVENTS = {
    "published": EventName.PUBLISH_ACT, "kept": EventName.KEEP_ACT, "refused": EventName.REFUSE_ACT,
    "withdrawn": EventName.WITHDRAW_ACT, "annulled": EventName.ANNUL_ACT, "ended": EventName.END_ACT,
}  # fmt: skip


def settle(tx: Connection, given: SettleActs, now: datetime) -> int:
    """Ensure that the acts are public (those of natural persons kept), refused or withdrawn, or public with or without the mark
    that they are disputed; gives how many.

    Raises Invalid, NotFound for acts of other offices, Conflict for what was settled, Forbidden for one's own entry.
    """
    reason = _read(given)
    mine = sorted({office for role, office in given.actor.roles if role in OFFICE_OF_ROLE})
    wanted = sorted(set(given.numbers))
    query = select(act).where(act.c.number.in_(wanted), act.c.office_id.in_(mine)).order_by(act.c.id).with_for_update()
    rows = all_rows(tx.execute(query), ActRow)
    if len(rows) != len(wanted):
        raise NotFound("没有找到所选的信息，或者您无权办理。")
    for row in rows:
        role = post_in(given.actor, row.office_id)
        assert role is not None  # `mine` asked for it
        if row.state not in FROM[given.decision]:
            raise Conflict(f"{row.number} 已经有人处理，请刷新页面查看结果。")
        if given.decision == "publish" and row.entered_by == given.actor.id:
            raise Forbidden(f"{row.number} 是您录入的，须由另一人对照决定文书复核后公示。")
        if given.decision in MARKS:
            _mark(tx, given, row, role, reason, now)
            continue
        state = "kept" if row.of_person and given.decision == "publish" else INTO[given.decision]
        ends = ENDS.get(given.decision)
        shown = local_day(now) if state == "published" else row.published_day
        tx.execute(
            update(act)
            .where(act.c.id == row.id)
            .values(
                state=state, settled_by=given.actor.id, reason=reason or None, published_day=shown, disputed_on=None,
                withdrawn_as=ends,
            )
        )  # fmt: skip
        event = NewEvent(
            action=EVENTS[ends or state], at=now, by=given.actor, role=role, from_state=row.state, to_state=state,
            reason=reason or None, content={"due_day": row.due_day.isoformat()},
        )  # fmt: skip
        appended = event_log.append(tx, act_pushes.stream(row.number), event)
        if "published" in (row.state, state):  # what was never public was never told
            act_pushes.push(tx, row.id, ends or state, Cause(appended.digest, now))
    return len(rows)


def _mark(tx: Connection, given: SettleActs, row: ActRow, role: str, reason: str, now: datetime) -> None:
    """Ensure that a public act bears the mark, or bears it no more; Conflict where that is so already, and while an objection is
    handled, whose own steps set the mark and take it away."""
    if (case := open_objection(tx, row.id)) is not None:
        raise Conflict(f"{row.number} 的异议正在办理（{case}），标注随办件加注、取消，请在办件中办理。")
    if (row.disputed_on is None) is (given.decision == "unmark"):
        raise Conflict(f"{row.number} {'没有' if row.disputed_on is None else '已有'}异议标注，请刷新页面查看。")
    since = local_day(now) if given.decision == "mark" else None
    tx.execute(
        update(act).where(act.c.id == row.id).values(disputed_on=since, reason=reason, settled_by=given.actor.id)
    )
    event = NewEvent(
        action=MARKS[given.decision], at=now, by=given.actor, role=role, from_state=row.state, to_state=row.state, reason=reason,
    )  # fmt: skip
    appended = event_log.append(tx, act_pushes.stream(row.number), event)
    act_pushes.push(tx, row.id, f"{given.decision}ed", Cause(appended.digest, now))


def open_objection(tx: Connection, act_id: int) -> str | None:
    """Return the number of the objection against an act that is being handled; None while there is none."""
    where = (cases.c.act_id == act_id, cases.c.procedure == OBJECTION, cases.c.closed_at.is_(None))
    return tx.execute(select(cases.c.number).where(*where).order_by(cases.c.id)).scalar()


def _read(given: SettleActs) -> str:
    problems: list[Problem] = []
    if not 0 < len(set(given.numbers)) <= MOST:
        problems.append(Problem("number", f"请选择 1 至 {MOST} 项"))
    if given.decision not in FROM:
        problems.append(Problem("decision", "请选择公示、不同意、撤下、撤销、失效，或者加注、取消异议标注"))
    lacking = "" if given.decision == "publish" else "请填写“理由”"
    reason = written(given.reason, 500, problems, "reason", "理由", lacking)
    if problems:
        raise Invalid("请按提示修改后再提交。", problems)
    return reason


def recount(tx: Connection, calendar: Calendar) -> int:
    """Ensure that acts that wait are due on the day that this calendar gives; gives how many moved. The caller's event says why."""
    rows = tx.execute(select(act.c.id, act.c.decision_date, act.c.due_day).where(act.c.state == "waiting"))
    due = [(row, calendar.add_working_days(row.decision_date, PUBLISHED_WITHIN)) for row in rows.all()]
    moved = [(row.id, day) for row, day in due if day != row.due_day]
    for key, day in moved:
        tx.execute(update(act).where(act.c.id == key).values(due_day=day))
    return len(moved)

"""Effects that are not a record's own: on pushes, subjects, lists and measures. Each is a named function of the step.

What a record's public life does stands in workflows/procedures/record-*.toml; law.checking knows these names as CASE_EFFECTS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select, update

from repairflow.casework.cases import case_offices
from repairflow.casework.cases.effects import check_results, honours, interviews, lists, measures
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import pushes
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Refusal, Refused
from repairflow.law.calendar.periods import Period
from repairflow.law.procedure.packs import COMMITMENT_BAR
from repairflow.records import office, role_grant, subject


def waive_push(tx: Connection, step: Transition) -> None:
    """A target's receipt is no longer waited for; Refused when none is."""
    if not pushes.waive(tx, step.at.case.id, str(step.inputs["target"]), step.reason, step.now):
        raise Refused([Refusal("no_such_push", "没有等待该推送对象回执的推送，不需要取消推送")])


def transfer_case(tx: Connection, step: Transition) -> None:
    """Afterwards the case is decided by the office the step names by code, and its officers are told.

    Refused for an unknown office, its own, or one where nobody could take the case up.
    """
    case, procedure = step.at.case, step.at.procedure
    code = str(step.inputs["to_office"]).strip()
    goal = tx.execute(select(office.c.id, office.c.name).where(office.c.code == code)).first()
    if goal is None:
        raise Refused([Refusal("no_such_office", f"没有编码为 {code} 的单位，请核对单位编码")])
    if goal.id == case.deciding_id:
        raise Refused([Refusal("same_office", "办件本来就由该单位办理，无需移送")])
    steps = [a for a in procedure.action.values() if "transfer_case" in a.effects]
    ahead = {role for a in steps for nxt in procedure.actions_from(a.to or case.state).values() for role in nxt.by}
    roles = sorted(role for role in ahead if OFFICE_OF_ROLE.get(role) == "deciding_id")
    held = select(role_grant.c.id).where(role_grant.c.office_id == goal.id, role_grant.c.role.in_(roles))
    if tx.execute(held.limit(1)).first() is None:
        raise Refused([Refusal("nobody_there", f"{goal.name}没有能够办理的人员，请联系管理员登记")])
    case_offices.move(tx, case, step.now, deciding_id=goal.id)
    body = f"{procedure.label}办件 {case.number} 移送你单位办理。{step.reason or ''}"
    told = Notice.of(case, "turn", f"移送：{case.number} 由你单位办理", body, step.now)
    inbox.notify_office(tx, goal.id, [role for role in roles if role != "supervisor"], told)


def bar_commitment(tx: Connection, step: Transition) -> None:
    """Afterwards the subject may not repair by commitment for as long as the rule pack says (term.commitment_bar)."""
    bar = step.at.pack.term[COMMITMENT_BAR].days
    until = Period(bar.count, "years").after(step.today)
    tx.execute(update(subject).where(subject.c.id == step.at.case.subject_id).values(no_commitment_until=until))


EFFECTS: Mapping[str, Callable[[Connection, Transition], None]] = {
    "waive_push": waive_push,
    "transfer_case": transfer_case,
    "bar_commitment": bar_commitment,
    "link_person": lists.link_person,
    "enter_check_result": check_results.enter,
    "name_penalty": check_results.name_penalty,
}
"""Effects before the event, which may still refuse the step. With AFTERWARDS, a test holds the names equal to law's."""

AFTERWARDS: Mapping[str, Callable[[Connection, Transition], int]] = {
    "enter_list": lists.enter_list,
    "leave_list": lists.leave_list,
    "leave_honour": honours.leave_honour,
    "expire_from_list": lists.expire_from_list,
    "annul_listing": lists.annul_listing,
    "impose_measure": measures.impose_measure,
    "lift_measure": measures.lift_measure,
    "push_interview": interviews.push_interview,
}
"""Effects that need the event and the letter's number; each gives how many pushes now wait."""

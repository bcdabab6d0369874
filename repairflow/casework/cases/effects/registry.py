"""Effects that are not a record's own: on pushes, subjects, lists and measures. Each is a named function of the step.

What a record's public life does stands in workflows/procedures/record-*.toml; law.checking knows these names as CASE_EFFECTS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, update

from repairflow.casework.cases.effects import (
    check_results,
    honours,
    interviews,
    lists,
    measures,
    meetings,
    transfers,
)
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.outbound import pushes
from repairflow.errors import Refusal, Refused
from repairflow.law.calendar.periods import Period
from repairflow.law.procedure.packs import COMMITMENT_BAR
from repairflow.records import subject

WAIVE_PUSH = "waive_push"
NO_SUCH_PUSH = "没有等待该推送对象回执的推送，不需要取消推送"
NOTHING_PUSHED = "没有等待回执的推送，不需要取消推送"


def waive_push(tx: Connection, step: Transition) -> None:
    """Ensure that a target's receipt is no longer waited for; Refused when none is."""
    if not pushes.waive(tx, step.at.case.id, str(step.inputs["target"]), step.reason, step.now):
        raise Refused([Refusal("no_such_push", NO_SUCH_PUSH)])


def bar_commitment(tx: Connection, step: Transition) -> None:
    """Ensure that the subject may not repair by commitment for as long as the rule pack says (term.commitment_bar)."""
    bar = step.at.pack.term[COMMITMENT_BAR].days
    until = Period(bar.count, "years").after(step.today)
    tx.execute(update(subject).where(subject.c.id == step.at.case.subject_id).values(no_commitment_until=until))


EFFECTS: Mapping[str, Callable[[Connection, Transition], None]] = {
    WAIVE_PUSH: waive_push,
    "transfer_case": transfers.transfer_case,
    "bar_commitment": bar_commitment,
    "link_person": lists.link_person,
    "enter_check_result": check_results.enter,
    "name_penalty": check_results.name_penalty,
    "book_meeting": meetings.book_meeting,
}
"""Effects before the event, which may still refuse the step. With AFTERWARDS, a test holds the names equal to law's."""

AFTERWARDS: Mapping[str, Callable[[Connection, Transition], int]] = {
    "enter_list": lists.enter_list,
    "leave_list": lists.leave_list,
    "leave_honour": honours.leave_honour,
    "renew_honour": honours.renew_honour,
    "expire_from_list": lists.expire_from_list,
    "annul_listing": lists.annul_listing,
    "impose_measure": measures.impose_measure,
    "lift_measure": measures.lift_measure,
    "push_interview": interviews.push_interview,
    "tell_other_side": meetings.tell_other_side,
}
"""Effects that need the event and the letter's number; each gives how many pushes now wait."""

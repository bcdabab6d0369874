"""Taking back a decision or notice whose letter has not been served (撤回未送达的决定): by who decided, or the head of the office that
issued it, for a reason.

The letter is withdrawn as any letter is, the case stands where it stood, its limits run as if the step had not been taken, and the
trail shows all of it. Once the letter is served, or the step did something besides, it is put right by a case.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from repairflow.casework import deadline_table
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.guard_facts import other_open
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases import designation_objections, personal_erasure, step_back
from repairflow.casework.cases.step_back import Back
from repairflow.casework.changes import RecallDecision
from repairflow.casework.context import Services
from repairflow.casework.documents.revisions import events, letter_correction
from repairflow.casework.documents.service import service
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import demanded_text
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import role_for
from repairflow.errors import Conflict, Refusal, Refused
from repairflow.law.acts import KINDS, STATES
from repairflow.law.deadlines.runs import UNDONE
from repairflow.law.guards import Done, day_text
from repairflow.law.guards.apart import DUPLICATE, stands_apart
from repairflow.law.procedure import unserved
from repairflow.law.procedure.turns import awaited
from repairflow.records import case_link, cases, letter
from repairflow.records.rows import CaseRow, EventRow, LetterRow, all_rows, first_row
from repairflow.times import local_day

LONGEST = letter_correction.LONGEST
HEAD = "head"
ELECTRONIC = "electronic"


class Decided(NamedTuple):
    """The step that issued the letter, where it was taken from, its letter, and by which post the officer may take it back."""

    row: EventRow
    back: str
    letter: LetterRow
    role: str


def recall(tx: Connection, services: Services, given: RecallDecision, now: datetime) -> None:
    """Ensure that the case stands as before its last step, and the letter of that step is withdrawn. NotFound; Stale where somebody
    went on; Conflict where it is not the actor's to take back; Invalid without a reason; Refused with what stands against it."""
    at = step_back.locked(tx, services, given, now)
    found = last_letter(tx, at, given.actor)
    if found is None:
        raise Conflict("最近一步不是您作出的需要送达的决定或者告知，不能撤回。")
    wrong = "填写的内容有误，请按提示修改后再提交。"
    reason = demanded_text(given.reason, LONGEST, "recall-reason", "撤回的理由", "请填写撤回的理由", wrong)
    issued = events.locked(tx, given.actor, found.letter.token)  # whoever serves it locks it, too
    decided = found._replace(letter=issued)
    if refusals := obstacles(tx, at, decided):
        raise Refused(refusals, "这一决定不能撤回。")
    at_last = max(now, decided.row.at)
    said = NewEvent(
        action=EventName.LETTER_WITHDRAWN, at=at_last, by=given.actor, role=decided.role, reason=reason,
    )  # fmt: skip
    letter_correction.end(tx, decided.letter, said, at_last)
    _go_back(tx, at, decided, given.actor, reason, at_last)


def _go_back(tx: Connection, at: Situation, decided: Decided, actor: Actor, reason: str, now: datetime) -> None:
    """Ensure that the case stands where the step took it from, and those whose turn it was know that nothing is to be done there."""
    row, back = decided.row, decided.back
    by = Back(actor, decided.role, now, reason, decided.letter.number)
    case = step_back.set_back(tx, at, row, by)
    label = at.procedure.action[row.action].label
    turns = awaited(at.procedure, back) | awaited(at.procedure, str(row.to_state))
    body = (
        f"{actor.name}撤回了这一步，《{decided.letter.title}》（{decided.letter.number}）没有送达，已经撤回。{reason}"
    )
    inbox.notify_roles(
        tx, sorted(turns), case, Notice.of(case, "progress", f"已撤回：{case.number} {label}", body, now)
    )


def _over(at: Situation, back: str) -> list[Refusal]:
    """Return the refusal where a limit of the state `back` is over and the system would act on it at once."""
    last = at.history[-1]
    undone = Done(last.at, UNDONE, back, {}, last.seq, last.actor_id, last.actor_name)
    dues = deadline_table.live(at.procedure, (*at.history[:-1], undone), at.calendar, at.today)
    over = [
        due.label
        for name, due in dues.items()
        if due.due_day is not None
        and due.due_day < at.today
        and at.procedure.clock[name].overdue in at.procedure.action
    ]
    return [Refusal("over", f"{'、'.join(over)}已经届满，退回以后会立即按逾期处理")] if over else []


def last_letter(tx: Connection, at: Situation, actor: Actor) -> Decided | None:
    """Return the last step of a case, where it issued a letter that is served, and this officer took it, or heads the office of
    the letter."""
    done = at.history[-1] if at.history else None
    if done is None or done.actor_id is None or not unserved.issues_to_be_served(at.procedure, done.action):
        return None
    row = step_back.row_of(tx, at, done.seq)
    issued = first_row(
        tx.execute(select(letter).where(letter.c.case_id == at.case.id, letter.c.event_seq == done.seq)), LetterRow
    )
    if row is None or issued is None:
        return None
    mine = role_for(actor, at.procedure.action[done.action], at.case) if done.actor_id == actor.id else None
    role = mine or (HEAD if events.is_head(actor, issued) else None)
    return Decided(row, str(row.from_state), issued, role) if role is not None else None


def obstacles(tx: Connection, at: Situation, decided: Decided) -> list[Refusal]:
    """Return why a decision is not taken back: it was served, or something came of it that a case puts right."""
    row, issued = decided.row, decided.letter
    title = f"《{issued.title}》（{issued.number}）"
    found: list[Refusal] = []
    if (served := service.of_letter(tx, issued.id)) is not None:
        wrong = "" if served.mode == ELECTRONIC else "送达登记有误的，先撤销送达登记；"
        text = f"{title}已于{day_text(local_day(served.served_at))}送达。{wrong}决定有误的，办理改变它的办件"
        found.append(Refusal("served", text))
    elif any(one.mode == ELECTRONIC for one in service.all_of_letter(tx, issued.id)):
        # it reached its reader, whatever was wrong with the entry: a head must not make room for this by striking the entry out
        found.append(
            Refusal("reached", f"{title}已经电子送达过，撤销送达登记以后也不能撤回；决定有误的，办理改变它的办件")
        )
    if issued.state != "in_force":
        found.append(Refusal("not_in_force", f"{title}已经更正、重新出具或者撤回"))
    found += [Refusal("lasting", text) for text in unserved.lasting(at.procedure, row.action, decided.back)]
    found += step_back.papers_of(tx, at, row)
    found += _over(at, decided.back)
    if at.procedure.state[str(row.to_state)].final:
        found += _since_it_ended(tx, at, row.at)
    return found


def _since_it_ended(tx: Connection, at: Situation, ended: datetime) -> list[Refusal]:
    """Return what others did in reliance on the end of a case, so that it does not open again."""
    found: list[Refusal] = []
    if _heard_of(tx, at.case, ended):
        found.append(Refusal("linked", "关联的办件已经获知本办件办结，正在据此办理"))
    if anew := _filed_anew(tx, at):
        found.append(Refusal("filed_anew", f"办结以后已经就同一事项另行提出{'、'.join(anew)}，不能两件同时办理"))
    if at.record is not None and at.record.annulled_at is not None and at.record.annulled_at >= ended:
        found.append(Refusal("annulled", "办结以后所涉信息已经撤销"))
    if at.act is not None and at.act.state == "withdrawn":
        found.append(Refusal("annulled", f"所涉{KINDS[at.act.kind]}信息{STATES[at.act.state]}"))
    if personal_erasure.last(tx, at.case.number) is not None:
        found.append(Refusal("erased", "本办件的个人信息已经依规定删除，不能再办理"))
    return found


def _filed_anew(tx: Connection, at: Situation) -> tuple[str, ...]:
    """Return the open cases of the same kind about the same: beside this one, open, none of them would have been taken in."""
    case, guards = at.case, at.procedure.filing_guards
    if all(use.guard != DUPLICATE for use in guards):
        return ()
    of_kind = case.kind if stands_apart(guards, case.kind) else None
    before = select(cases).join(case_link, case_link.c.from_id == cases.c.id).where(case_link.c.to_id == case.id)
    followed = all_rows(tx.execute(before), CaseRow) if at.procedure.subject == "case" else ()
    ways = [
        other_open(tx, case.procedure, case.record_id, case.id, one, of_kind, case.act_id) for one in (None, *followed)
    ]
    return tuple(dict.fromkeys(number for way in ways for number in way))


def _heard_of(tx: Connection, case: CaseRow, since: datetime) -> bool:
    """Tell whether another case goes by the end of this one: linked with it and open then or later, or a listing it objects to."""
    pairs = select(case_link.c.from_id).where(case_link.c.to_id == case.id).union(
        select(case_link.c.to_id).where(case_link.c.from_id == case.id)
    )  # fmt: skip
    went_on = or_(cases.c.closed_at.is_(None), cases.c.closed_at >= since)
    open_then = select(cases.c.id).where(cases.c.id.in_(pairs), went_on)
    return tx.execute(open_then.limit(1)).first() is not None or designation_objections.objects(case)

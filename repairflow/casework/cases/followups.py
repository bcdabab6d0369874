"""The chain of cases: what one step means for other cases. Follow-ups open in the step's transaction; other cases are
woken by an outbox row, because locking them here could wait in a ring with a step of theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select

from repairflow.casework import outbox
from repairflow.casework.actor import SYSTEM
from repairflow.casework.applicable_law import rules_for
from repairflow.casework.case_state import act_objects
from repairflow.casework.cases import designation_objections
from repairflow.casework.cases.opening import Opening, offices, open_case
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.command_ids import following
from repairflow.casework.commands import Event
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbox import ToDo
from repairflow.law.procedure.channels import CHAIN
from repairflow.law.procedure.opens import Opens
from repairflow.records import case_link, cases
from repairflow.records.rows import CaseRow, first_row

LEAVES = "leave_honour"
"""The effect after which no other case about the same entry of a favourable list has an object."""


def open_next(tx: Connection, it: Transition, opens: Opens) -> Event:
    """Open the follow-up case a step calls for; it carries over the facts the file names and is linked to this case."""
    at, law, day = it.at, it.services.law, it.today
    about = law.in_force(opens.procedure, day).subject
    row = at.record if "record" in opens.carry or about == "record" else None
    act = at.act if about == "record" else None
    source = act_objects.source_of(row, act)
    place = source.authority_id if source is not None else at.case.deciding_id
    procedure, pack = rules_for(tx, law, opens.procedure, day, place)
    carried = {**_carried(it, opens), **opens.set}
    receiving, deciding, provider = offices(tx, procedure, source, it.actor, at.case, carried)
    return open_case(
        tx,
        it.services,
        Opening(
            procedure=procedure,
            pack=pack,
            subject_id=at.case.subject_id,
            record=row,
            receiving_id=receiving,
            deciding_id=deciding,
            provider_id=provider,
            actor=SYSTEM,
            role="system",
            command_id=following(it.command.command_id, "opens"),
            channel=CHAIN,
            inputs=carried,
            kind=opens.kind,
            parent=at.case,
            by_action=it.command.action,
            act=act,
        ),
        it.now,
    )


def wake(tx: Connection, it: Transition) -> None:
    """Ensure that a row waits for every open case that relies on what this step changed, and its officers are told."""
    case, woken = it.at.case, dict[int, str]()
    if it.change is not None and it.change.effects and case.record_id is not None:
        same = cases.c.record_id == case.record_id
        for row in tx.execute(select(cases.c.id).where(same, cases.c.closed_at.is_(None), cases.c.id != case.id)):
            woken[row.id] = "record_changed"
    if LEAVES in it.action.effects:
        woken |= dict.fromkeys(_beside(tx, case.id), "record_changed")
    if it.state.final:
        joined = select(case_link.c.from_id, case_link.c.to_id).where(
            or_(case_link.c.from_id == case.id, case_link.c.to_id == case.id)
        )
        for pair in tx.execute(joined):
            woken[pair.to_id if pair.from_id == case.id else pair.from_id] = "linked_case_closed"
        designation_objections.settle(tx, case, it.state.label, it.now)
    for case_id, on in sorted(woken.items()):
        other = first_row(tx.execute(select(cases).where(cases.c.id == case_id, cases.c.closed_at.is_(None))), CaseRow)
        if other is None:
            continue
        key = f"{it.event.removeprefix('sha256:')[:40]}-{case_id}"
        outbox.add(tx, it.now, _wakening(key, other.id, other.number, on, case.number))
        _tell(tx, it, other, on)


def _beside(tx: Connection, case_id: int) -> list[int]:
    """Return the open cases that follow the same earlier case: those about the same entry of a favourable list."""
    first = select(case_link.c.from_id).where(case_link.c.to_id == case_id)
    follow = select(case_link.c.to_id).where(case_link.c.from_id.in_(first), case_link.c.to_id != case_id)
    return list(tx.execute(select(cases.c.id).where(cases.c.id.in_(follow), cases.c.closed_at.is_(None))).scalars())


def wake_about(tx: Connection, record_id: int, key: str, cause: str, now: datetime) -> None:
    """Ensure that every open case about a record that changed outside any case is woken; `cause` is what they are told."""
    about = (cases.c.record_id == record_id, cases.c.closed_at.is_(None))
    for other in tx.execute(select(cases.c.id, cases.c.number).where(*about).order_by(cases.c.id)).all():
        outbox.add(tx, now, _wakening(f"{key}-{other.id}", other.id, other.number, "record_changed", cause))


def _wakening(key: str, case_id: int, number: str, on: str, cause: str) -> ToDo:
    payload = {"case": number, "on": on, "cause": cause}
    return ToDo(key, "follow", lane=f"case/{number}", kind=on, payload=payload, case_id=case_id)


def _carried(it: Transition, opens: Opens) -> dict[str, object]:
    """Return the newest value of each named input: of this step, else of the history, else of the filing."""
    found: dict[str, object] = {}
    for name in opens.carry:
        if name == "record":
            continue
        for source in (it.inputs, *(step.inputs for step in reversed(it.at.history)), it.at.case.inputs):
            if source.get(name) is not None:
                found[name] = source[name]
                break
    return found


def _tell(tx: Connection, it: Transition, other: CaseRow, on: str) -> None:
    at, now = it.at, it.now
    changed = "所涉单位退出守信名单" if LEAVES in it.action.effects else "所涉失信信息发生变化"
    what = changed if on == "record_changed" else "关联办件已办结"
    body = f"{at.procedure.label}办件 {at.case.number} 使{what}，请据此核对后办理。"
    roles = ("acceptor", "examiner", "reviewer", "decider", "registrar", "checker", "proposer")
    inbox.notify_roles(tx, roles, other, Notice.of(other, "linked", f"{other.number}：{what}", body, now))

"""The chain of cases: what one step means for other cases. Follow-ups open in the step's transaction; other cases are
woken by an outbox row, because locking them here could wait in a ring with a step of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select

from repairflow.casework.actor import SYSTEM
from repairflow.casework.applicable_law import rules_for
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases.opening import Opening, offices, open_case
from repairflow.casework.command_ids import following
from repairflow.casework.commands import Command, Event
from repairflow.casework.context import Services
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.law.procedure.model import Opens
from repairflow.records import case_link, cases, outbox
from repairflow.times import local_day


def open_next(
    tx: Connection,
    services: Services,
    at: Situation,
    opens: Opens,
    command: Command,
    inputs: Mapping[str, Any],
    now: datetime,
) -> Event:
    """Open the follow-up case a step calls for; it carries over the facts the file names and is linked to this case."""
    day = local_day(now)
    about = services.law.in_force(opens.procedure, day).subject
    row = at.record if "record" in opens.carry or about == "record" else None
    place = row.authority_id if row is not None else at.case.deciding_id
    procedure, pack = rules_for(tx, services.law, opens.procedure, day, place)
    carried = {**_carried(at, opens, inputs), **opens.set}
    receiving, deciding, provider = offices(tx, procedure, row, command.actor, at.case, carried)
    return open_case(
        tx,
        services,
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
            command_id=following(command.command_id, "opens"),
            channel="chain",
            inputs=carried,
            kind=opens.kind,
            parent=at.case,
            by_action=command.action,
        ),
        now,
    )


def wake(tx: Connection, at: Situation, change: Change | None, *, final: bool, event: str, now: datetime) -> None:
    """Afterwards a row waits for every open case that relies on what this step changed, and its officers are told."""
    woken: dict[int, str] = {}
    if change is not None and change.effects and at.case.record_id is not None:
        same = cases.c.record_id == at.case.record_id
        for row in tx.execute(select(cases.c.id).where(same, cases.c.closed_at.is_(None), cases.c.id != at.case.id)):
            woken[row.id] = "record_changed"
    if final:
        joined = select(case_link.c.from_id, case_link.c.to_id).where(
            or_(case_link.c.from_id == at.case.id, case_link.c.to_id == at.case.id)
        )
        for pair in tx.execute(joined):
            woken[pair.to_id if pair.from_id == at.case.id else pair.from_id] = "linked_case_closed"
    for case_id, on in sorted(woken.items()):
        other = tx.execute(select(cases).where(cases.c.id == case_id, cases.c.closed_at.is_(None))).first()
        if other is None:
            continue
        tx.execute(
            insert(outbox).values(
                key=f"{event.removeprefix('sha256:')[:40]}-{case_id}",
                topic="follow",
                lane=f"case/{other.number}",
                kind=on,
                case_id=case_id,
                payload={"case": other.number, "on": on, "cause": at.case.number},
                state="waiting",
                attempts=0,
                next_at=now,
                created_at=now,
            )
        )
        _tell(tx, at, other, on, now)


def wake_about(tx: Connection, record_id: int, key: str, cause: str, now: datetime) -> None:
    """Afterwards every open case about a record that changed outside any case is woken; `cause` is what they are told."""
    about = (cases.c.record_id == record_id, cases.c.closed_at.is_(None))
    for other in tx.execute(select(cases.c.id, cases.c.number).where(*about).order_by(cases.c.id)).all():
        tx.execute(
            insert(outbox).values(
                key=f"{key}-{other.id}", topic="follow", lane=f"case/{other.number}", kind="record_changed",
                case_id=other.id, payload={"case": other.number, "on": "record_changed", "cause": cause},
                state="waiting", attempts=0, next_at=now, created_at=now,
            )
        )  # fmt: skip


def _carried(at: Situation, opens: Opens, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The newest value of each named input: of this step, else of the history, else of the filing."""
    found: dict[str, Any] = {}
    for name in opens.carry:
        if name == "record":
            continue
        for source in (inputs, *(step.inputs for step in reversed(at.history)), at.case.inputs):
            if source.get(name) is not None:
                found[name] = source[name]
                break
    return found


def _tell(tx: Connection, at: Situation, other: Any, on: str, now: datetime) -> None:
    what = "所涉失信信息发生变化" if on == "record_changed" else "关联办件已办结"
    body = f"{at.procedure.label}办件 {at.case.number} 使{what}，请据此核对后办理。"
    roles = ("acceptor", "examiner", "reviewer", "decider", "registrar", "checker", "proposer")
    inbox.tell_roles(tx, roles, other, Notice.of(other, "linked", f"{other.number}：{what}", body, now))

"""Deciding what was held for a person (待核对): published or not, annulled by two, taken in or refused. Each with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, select, update

from repairflow.casework import record_identity
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import record_events, withdrawal_statements
from repairflow.casework.cases import annulment, followups, import_penalties
from repairflow.casework.cases.import_penalties import Entered
from repairflow.casework.context import Services
from repairflow.casework.credit_records import held_rows, lifecycle
from repairflow.casework.credit_records.held_rows import OPEN
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.documents import publication_notice
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import demanded_text
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Conflict, Forbidden, NotFound
from repairflow.law.guards import PUBLIC_STATES
from repairflow.records import cases, held_row, measure, record, subject
from repairflow.records.rows import HeldRow, RecordRow, first_row, one_row
from repairflow.times import local_day

LONGEST = 500
CONFIRMS = ("decider", "head")
"""Roles that may be the second of the two who annul."""


BY_TWO = ("annul", "clash")


def places(actor: Actor) -> frozenset[int]:
    """Return the offices whose held items the actor may look at: those in which it handles cases."""
    return frozenset(office for role, office in actor.roles if role in OFFICE_OF_ROLE)


def scope(actor: Actor) -> ColumnElement[bool]:
    """Return what the actor may see of held items."""
    mine = sorted(places(actor))
    return held_row.c.office_id.in_(mine) if mine else false()


def decide(
    tx: Connection, services: Services, actor: Actor, held_id: int, *, accept: bool, reason: str, now: datetime
) -> str:
    """Ensure that the item is decided as its kind says (or, for the first of two who annul, proposed); gives its state.

    Raises NotFound, Invalid without a reason, Conflict when it was decided meanwhile, Forbidden where the second person
    is the first again or may not decide.
    """
    row = first_row(
        tx.execute(select(held_row).where(held_row.c.id == held_id, scope(actor)).with_for_update()), HeldRow
    )
    if row is None:
        raise NotFound("没有找到这一项，或者您无权办理。")
    if row.state not in OPEN:
        raise Conflict("这一项已经有人处理，请刷新页面查看结果。")
    told = _reason(reason)
    if accept and row.kind in BY_TWO and row.state == "waiting":
        return _set(tx, row, "proposed", proposed_by=actor.id, proposed_at=now, reason=told)
    state = "accepted" if accept else "refused"
    _EFFECTS[row.kind](tx, services, actor, row, accept, told, now)
    return _set(tx, row, state, decided_by=actor.id, decided_at=now, reason=told)


def _set(tx: Connection, row: HeldRow, state: str, **values: object) -> str:
    moved = tx.execute(
        update(held_row).where(held_row.c.id == row.id, held_row.c.state == row.state).values(state=state, **values)
    )
    if not moved.rowcount:
        raise Conflict("这一项已经有人处理，请刷新页面查看结果。")
    return state


def _reason(reason: str) -> str:
    return demanded_text(reason, LONGEST, "reason", "理由", "请填写“理由”", "请按提示修改后再提交。")


def _publish(
    tx: Connection, services: Services, actor: Actor, held: HeldRow, accept: bool, reason: str, now: datetime
) -> None:
    """Shown where the law lets it be; or kept from the public, also what is shown today."""
    row = _record(tx, held)
    public = row.state in PUBLIC_STATES
    over = row.max_until is not None and local_day(now) > row.max_until
    kind = tx.execute(select(subject.c.kind).where(subject.c.id == row.subject_id)).scalar_one()
    may = row.publish_from is not None and not row.minor and kind != "natural_person" and not over
    if accept and row.state == "unpublished" and may:
        done = lifecycle.change(
            tx,
            services,
            row,
            RecordStep(names=("publish",), at=now, by=actor, role="examiner", reason=reason, content={"held": held.id}),
        )
        publication_notice.accompany(tx, services, row, done, actor, "examiner", now)
    elif not accept and public:
        lifecycle.change(
            tx,
            services,
            row,
            RecordStep(
                names=("cease_publicity", "cease_sharing"),
                at=now,
                by=actor,
                role="examiner",
                reason=reason,
                content={"held": held.id},
            ),
        )
    else:
        _looked_at(tx, row, held, actor, accept, reason, now)


def _looked_at(
    tx: Connection, row: RecordRow, held: HeldRow, actor: Actor, accept: bool, reason: str, now: datetime
) -> None:
    """Somebody looked, and the record stays as it is; why stands in its events."""
    record_events.append(
        tx,
        row,
        NewEvent(
            action=EventName.LOOK,
            at=now,
            by=actor,
            role="examiner",
            from_state=row.state,
            to_state=row.state,
            reason=reason,
            content={"held": held.id, "accepted": accept},
        ),
    )


def _annul(
    tx: Connection, services: Services, actor: Actor, held: HeldRow, accept: bool, reason: str, now: datetime
) -> None:
    """By two people: the record is sealed, platforms and subject are told, and measures that rest on it end."""
    row = _record(tx, held)
    if not accept:
        _looked_at(tx, row, held, actor, accept, reason, now)
        return
    if actor.id is None or actor.id == held.proposed_by:
        raise Forbidden("撤销须由另一人确认，不能由提出的人自己确认。")
    if not any((role, held.office_id) in actor.roles for role in CONFIRMS):
        raise Forbidden("撤销须由认定单位的批准人或者负责人确认。")
    if row.annulled_at is not None:
        raise Conflict("这条信息已经撤销。")
    if (
        held.kind == "annul"
    ):  # the decision was undone: 处罚法 48 wants the reason stated; a row delivered twice is none
        withdrawal_statements.state_annulment(tx, row, annulment.told_publicly(held), held.office_id, now)
    lifecycle.change(
        tx,
        services,
        row,
        RecordStep(
            names=("annul_record",),
            at=now,
            by=actor,
            role="decider",
            reason=reason,
            content={
                "held": held.id,
                "proposed_by": held.proposed_by,
                "grounds": [told["reason"] for told in held.reasons],
            },
        ),
    )
    _end_measures(tx, row, now)
    followups.wake_about(tx, row.id, f"held-{held.id}", row.number, now)
    told = Notice("ended", f"{row.document_number}：信息已撤销", f"{reason}。", now, record_id=row.id)
    inbox.notify_subject(tx, row.subject_id, told)


def _end_measures(tx: Connection, row: RecordRow, now: datetime) -> None:
    """Measures without an open case end here, and their offices hear of it; the others are ended in their cases."""
    mine = select(cases.c.provider_id).where(
        cases.c.record_id == row.id, cases.c.procedure == "joint_measure", cases.c.closed_at.is_(None)
    )
    alone = (measure.c.record_id == row.id, measure.c.lifted_at.is_(None), measure.c.office_id.not_in(mine))
    ended = tx.execute(
        update(measure).where(*alone).values(lifted_at=now).returning(measure.c.office_id, measure.c.label)
    )
    for item in ended.all():
        body = f"失信信息 {row.number} 已撤销，“{item.label}”随之解除，请停止实施。"
        inbox.notify_office(tx, item.office_id, ("partner", "head"), Notice("ended", "惩戒措施解除", body, now))


def _enter(
    tx: Connection, services: Services, actor: Actor, held: HeldRow, accept: bool, reason: str, now: datetime
) -> None:
    """Ensure that a doubtful row becomes a record like any other, its event saying who took it in and why; or it stays out."""
    if not accept:
        return
    if held.proposed_by is not None and held.proposed_by == actor.id:
        raise Forbidden("这一项是您录入的，须由另一人对照决定书复核后入库。")
    vault = services.vault
    assert held.authority_id is not None  # a delivered row names who decided
    row = held_rows.row_of(held.content, vault.open(held.id_sealed) if held.id_sealed is not None else None)
    stands = record_identity.standing(tx, vault, row.key)
    if stands is not None and not stands.annulled:
        raise Conflict("这一决定已经在档，不能再次入库。请选择不同意。")
    past = str(held.content.get("provenance", ""))
    by = Entered(held.authority_id, held.office_id, actor, now, provenance=past)
    key = import_penalties.enter(tx, services, row, by)
    made = one_row(tx.execute(select(record).where(record.c.id == key)), RecordRow)
    record_events.append(
        tx,
        made,
        NewEvent(
            action=EventName.LOOK,
            at=now,
            by=actor,
            role="importer",
            from_state=made.state,
            to_state=made.state,
            reason=reason,
            content={"held": held.id, "accepted": True, "doubts": [told["reason"] for told in held.reasons]},
        ),
    )
    tx.execute(update(held_row).where(held_row.c.id == held.id).values(record_id=key))


def _record(tx: Connection, held: HeldRow) -> RecordRow:
    return one_row(tx.execute(select(record).where(record.c.id == held.record_id).with_for_update()), RecordRow)


_Effect = Callable[[Connection, Services, Actor, Any, bool, str, datetime], None]
_EFFECTS: dict[str, _Effect] = {"publish": _publish, "annul": _annul, "clash": _annul, "row": _enter}

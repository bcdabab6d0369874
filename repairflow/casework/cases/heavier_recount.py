"""What a recount would make heavier for its subject is not decided by who counts: a case of 信息更正 is opened for it, in which the
subject is told before and may speak, and another person decides."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.applicable_law import rules_for
from repairflow.casework.cases.opening import Opening, offices, open_case
from repairflow.casework.command_ids import another, of_system
from repairflow.casework.context import Services
from repairflow.law.procedure.channels import CHAIN
from repairflow.law.procedure.packs import RulePack
from repairflow.records import cases
from repairflow.records.rows import RecordRow
from repairflow.times import local_day

CORRECTION, CAUSE, KEPT = "correction", "reclassed", "kept"
FIRST = "须先告知当事人并听取意见：重新分类时开出信息更正，由承办人员告知，由批准人决定"


class By(NamedTuple):
    """Who counts, and when."""

    actor: Actor
    role: str
    now: datetime


def stands(tx: Connection, record_id: int) -> str:
    """Return why a record that gets heavier is not counted anew by a recount: what is done instead, or what was decided."""
    mine = select(cases.c.number, cases.c.state, cases.c.closed_at, cases.c.inputs).where(
        cases.c.record_id == record_id, cases.c.procedure == CORRECTION
    )
    rows = tx.execute(mine.order_by(cases.c.id.desc())).all()
    for row in rows:
        if row.closed_at is None:
            return f"正在办理信息更正 {row.number}"
    if rows and rows[0].state == KEPT and rows[0].inputs.get("cause") == CAUSE:
        return f"信息更正 {rows[0].number} 经听取意见，决定不作更正；情况有变化的，另行提出信息更正"
    return FIRST


def hear(tx: Connection, services: Services, row: RecordRow, pack: RulePack, why: str, by: By) -> tuple[bool, str]:
    """Ensure that a 信息更正 stands before its notice for what today's law makes of a record by `pack`, unless one does or it was
    decided; gives whether it is new, and what is done instead of the count."""
    said = stands(tx, row.id)
    if said != FIRST:
        return False, said
    procedure, own = rules_for(tx, services.law, CORRECTION, local_day(by.now), row.authority_id)
    receiving, deciding, provider = offices(tx, procedure, row, by.actor, None)
    made = open_case(
        tx,
        services,
        Opening(
            procedure=procedure, pack=own, subject_id=row.subject_id, record=row, receiving_id=receiving, deciding_id=deciding,
            provider_id=provider, actor=by.actor, role=by.role, command_id=another(of_system("reclass", row.number)), channel=CHAIN,
            inputs={"cause": CAUSE, "facts": why, "corrections": {"pack": pack.pack}},
        ),
        by.now,
    )  # fmt: skip
    return True, f"已开出信息更正 {made.case}，先告知当事人并听取意见"

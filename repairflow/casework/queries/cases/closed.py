"""Closed cases as they went: what a draft procedure is tried on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sqlalchemy import Connection, select

from repairflow.casework.applicable_law import belonging, centre_division
from repairflow.casework.case_state.situation import read_record
from repairflow.casework.queries.audit.replay.guards import facts_of
from repairflow.casework.queries.audit.replay.recorded import History, recorded
from repairflow.law.guards import Done, Facts
from repairflow.law.procedure.channels import CHAIN
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.packs import RulePack
from repairflow.law.simulate import Past
from repairflow.records import cases, event
from repairflow.records.rows import CaseRow, all_rows


def closed(
    tx: Connection, law: Library, procedure: str, *, concerning: Overlay | None = None, limit: int | None = None
) -> Iterator[Past]:
    """Yield every closed case of a procedure whose version this node has, newest first, at most `limit`; with `concerning` those
    alone that such an overlay is laid down for."""
    rows = tx.execute(
        select(cases).where(cases.c.procedure == procedure, cases.c.closed_at.is_not(None)).order_by(cases.c.id.desc())
    )
    found = 0
    for row in all_rows(rows, CaseRow):
        if found == limit:
            return
        version = law.procedures.get((row.procedure, row.procedure_version))
        if version is None or not (concerning is None or _concerns(tx, law, concerning, row)):
            continue
        found += 1
        roles = tx.execute(
            select(event.c.actor_role)
            .where(event.c.case_id == row.id, event.c.to_state.is_not(None))
            .order_by(event.c.seq)
        ).scalars()
        history = recorded(tx, law, row)
        yield Past(
            row.number, version, history.done, tuple(roles), row.outcome, history.calendar,
            partial(_facts, history, law.packs[row.pack]), row.channel != CHAIN,
            law.overlays.get((row.procedure, row.procedure_version)),
        )  # fmt: skip


def _facts(history: History, pack: RulePack, index: int, procedure: Procedure, before: tuple[Done, ...]) -> Facts:
    return facts_of(history, index, procedure, pack, before)


def _concerns(tx: Connection, law: Library, overlay: Overlay, case: CaseRow) -> bool:
    about = read_record(tx, case.record_id)
    of = belonging(tx, about.authority_id if about is not None else case.deciding_id)
    place = law.governing(case.procedure, of.division, centre_division(tx))
    return overlay.concerns(of.domain, of.code, place)

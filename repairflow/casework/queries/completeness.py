"""What the file of a case holds and what it lacks (备考): counted, never asserted."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from repairflow.casework.case_state.situation import Situation
from repairflow.law.letter_kinds import form_of
from repairflow.records import letter, material, service

BEGUN_BY_OFFICES = frozenset({"ex_officio", "chain"})
"""Channels by which nobody applied: no application with its materials is to be in the file."""


def note(tx: Connection, at: Situation, *, bound: int | None = None) -> str:
    """One paragraph for the foot of an index; with `bound`, how many pages the bound file has."""
    count = select(func.count()).select_from(letter).where(letter.c.case_id == at.case.id)
    files = select(func.count()).select_from(material).where(material.c.case_id == at.case.id)
    held = f"本卷宗收录文书{tx.execute(count).scalar_one()}件、电子材料{tx.execute(files).scalar_one()}件"
    pages = f"，文书汇编共{bound}页，页码见各页右上角，电子材料另存" if bound is not None else ""
    lacking = list(_lacking(tx, at))
    verdict = f"尚缺：{'；'.join(lacking)}" if lacking else "按本办件程序应有的材料和送达记录齐全"
    going_on = "" if at.case.closed_at is not None else "办件尚未办结，此后形成的文书和材料应当补入。"
    return f"{held}{pages}。{verdict}。{going_on}"


def _lacking(tx: Connection, at: Situation) -> Iterator[str]:
    """What ought to be in the file and is not."""
    have = set(tx.execute(select(material.c.kind).where(material.c.case_id == at.case.id)).scalars())
    if at.case.channel not in BEGUN_BY_OFFICES:
        yield from (spec.label for kind, spec in at.procedure.material.items() if spec.required and kind not in have)
    rows = tx.execute(select(letter).where(letter.c.case_id == at.case.id).order_by(letter.c.id)).all()
    served = select(service.c.letter_id).where(service.c.withdrawn_at.is_(None))
    reached = set(tx.execute(served.where(service.c.letter_id.in_([row.id for row in rows]))).scalars())
    for row in rows:
        named = f"《{row.title}》（{row.number}）"
        if row.pressed_at is None:
            yield f"{named}的文件尚未制作完成"
        elif row.state == "in_force" and form_of(at.procedure, row.kind).served and row.id not in reached:
            yield f"{named}的送达记录"

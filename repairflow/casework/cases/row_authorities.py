"""Whose decision each delivered row is: the finding office (认定单位) by its code and its names, present and former."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from repairflow.casework import party_names
from repairflow.gateway.penalties.file import FileReport
from repairflow.gateway.penalties.packed import Packed
from repairflow.gateway.penalties.row import PenaltyRow, RowProblem
from repairflow.records import office
from repairflow.records.rows import OfficeRow


def authorities_of_rows(tx: Connection, report: FileReport, provider: OfficeRow) -> dict[int, int]:
    """Return the finding office of each row, by row number; a row that names an office unknown here is refused."""
    known: dict[tuple[str, str], tuple[int, ...]] = {}
    of_rows: dict[int, int] = {}
    sound: Packed[PenaltyRow] = Packed()
    for row in report.rows:
        name = (row.authority_uscc, row.authority_name)
        if name not in known:
            known[name] = office_ids(tx, *name, provider)
        if len(known[name]) == 1:
            of_rows[row.row] = known[name][0]
            sound.append(row)
            continue
        report.refused += 1
        reason = f"处罚机关“{row.authority_name}”不在本系统的单位目录中，请联系管理员登记后再导入"
        if known[name]:
            reason = "处罚机关的名称和代码分属两个单位，请核对"
        report.problems.append(RowProblem(row.row, "CF_CFJG", "处罚机关", row.authority_name, reason))
    report.rows = sound
    return of_rows


def office_ids(tx: Connection, uscc: str, name: str, provider: OfficeRow) -> tuple[int, ...]:
    """Return the offices that a code and a name mean: one where they agree, none where both are unknown."""
    if not uscc and not name:
        return (int(provider.id),)
    match = [office.c.uscc == uscc] if uscc else []
    match += [party_names.office_called(name)] if name else []
    rows = tx.execute(select(office.c.id).where(or_(*match)).order_by(office.c.id)).scalars()
    return tuple(map(int, rows))

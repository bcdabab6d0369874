"""A few delivered rows, taken in within one transaction of their caller: what a platform sends in a message.

Read, judged and entered as the rows of a delivered table are (`import_penalties`), which may have 200,000 and goes by batches.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework import record_identity
from repairflow.casework.cases import office_headings, row_authorities
from repairflow.casework.cases.import_penalties import Delivered, Delivery, Outcome, alone
from repairflow.casework.context import Services
from repairflow.casework.offices_lookup import office_by_code
from repairflow.gateway.penalties.file import open_table, read_table
from repairflow.gateway.penalties.row import RowProblem
from repairflow.times import local_day

HEADING = 1
"""Rows of the table above its data."""


def import_rows(
    tx: Connection, services: Services, file: Delivered, rows: int, now: datetime, second_look: str = ""
) -> list[tuple[int, str, tuple[str, ...]]]:
    """Take a few rows in, all in the caller's transaction; gives for each its number from 1, what became of it (entered, known,
    held, refused) and why. `second_look`: why every new row waits for a person first.

    The bytes are a table of our own making, so it is taken apart here. Raises as `import_file`.
    """
    day, vault = local_day(now), services.vault
    pack = services.law.pack_on(day)
    labels = {code: kind.label for code, kind in pack.penalty.items()}
    alone(tx)
    provider = office_by_code(tx, file.office_code)
    with open_table(file.source, file.name, named=office_headings.reading(tx, provider.id)) as table:
        report = read_table(table, pack, day, lambda key: record_identity.standing(tx, vault, key, labels))
    authorities = row_authorities.authorities_of_rows(tx, report, provider)
    before = record_identity.predecessors(tx)
    outcome = Outcome(report.total, 0, 0, 0)
    into = Delivery(services, file, authorities, provider.id, now, outcome, before)
    came: dict[int, tuple[str, list[str]]] = {}
    for row in report.rows:
        looked = record_identity.doubted(tx, vault, row, before)
        if second_look:
            looked = replace(looked, doubts=(RowProblem(row.row, "", "来文", "", second_look), *looked.doubts))
        entered = into.take(tx, looked)
        doubts = [doubt.reason for doubt in looked.doubts]
        came[row.row] = ("entered" if entered else "held" if doubts else "known", doubts)
    for same in report.same:
        into.take(tx, same)
        came[same.row] = ("known", [])
    for suspect in report.suspects:
        into.take(tx, suspect)
        came[suspect.row] = ("held", [problem.reason for problem in suspect.problems])
    for problem in report.problems:
        came.setdefault(problem.row, ("refused", []))[1].append(f"{problem.label}：{problem.reason}")
    nothing = ("refused", ["没有可以读取的内容：空行、合计、说明等不是数据"])
    found = ((row, came.get(row + HEADING, nothing)) for row in range(1, rows + 1))
    return [(row, result, tuple(dict.fromkeys(why))) for row, (result, why) in found]

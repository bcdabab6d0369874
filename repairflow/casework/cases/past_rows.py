"""Penalties of the past that are delivered late (补报历史数据): what is still within its time of publication is none."""

from __future__ import annotations

from datetime import date

from repairflow.casework.context import Services
from repairflow.gateway.penalties.file import FileReport
from repairflow.gateway.penalties.packed import Packed
from repairflow.gateway.penalties.row import PenaltyRow, RowProblem
from repairflow.law.acts import PUBLISHED_WITHIN


def keep(services: Services, report: FileReport, today: date) -> None:
    """Ensure that no row is left that is still within its time of publication: that is no record of the past."""
    past: Packed[PenaltyRow] = Packed()
    for row in report.rows:
        due = services.law.calendar.add_working_days(row.decision_date, PUBLISHED_WITHIN)
        if due < today:
            past.append(row)
            continue
        report.refused += 1
        reason = f"还在公示期限内（{due}前），不是补报的历史数据，请按日常报送"
        report.problems.append(RowProblem(row.row, "CF_JDRQ", "处罚决定日期", row.decision_date.isoformat(), reason))
    report.rows = past

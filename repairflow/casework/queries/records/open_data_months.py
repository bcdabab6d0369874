"""Open data by the month: measures carried out and figures of work, a page a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from sqlalchemy import Connection

from repairflow.casework.queries.oversight import monthly_results, public_statistics
from repairflow.casework.queries.records.open_data_table import Cell, Read, Rows
from repairflow.errors import Invalid
from repairflow.law.procedure.library import Library
from repairflow.plain import day as day_of

MONTHS = 24
"""How far back they go."""


def by_month(rows: Callable[[Connection, Library, date], Iterable[tuple[Cell, ...]]]) -> Read:
    """Return one page a month, this one first; `after` is the month of the page before."""

    def read(tx: Connection, law: Library, today: date, after: str) -> Rows:
        first = _before(_month(after)) if after else today.replace(day=1)
        oldest = today.replace(day=1)
        for _ in range(MONTHS - 1):
            oldest = _before(oldest)
        if not oldest <= first <= today:
            return Rows((), "")
        name = f"{first:%Y-%m}"
        return Rows(tuple((name, *one) for one in rows(tx, law, first)), name if oldest < first else "")

    return read


def results(tx: Connection, law: Library, first: date) -> Iterable[tuple[Cell, ...]]:
    return (one[1:] for one in monthly_results.published(tx, law, first))


def statistics(tx: Connection, law: Library, first: date) -> Iterable[tuple[Cell, ...]]:
    found = public_statistics.figures(tx, law, first)
    for by, lines in (("事项", found.kinds), ("单位", found.offices)):
        for one in lines:
            yield by, one.label, one.filed, one.closed, one.on_time, one.in_favour, one.against
    said = found.complaints
    yield "自然人", "全部事项", found.persons_filed, found.persons_closed, None, None, None
    yield "投诉举报", "投诉举报", said.filed, said.closed, said.on_time, None, None


def _month(text: str) -> date:
    try:
        found = day_of(f"{text}-01")
    except ValueError:
        raise Invalid("没有这一页，请从第一页重新查看。") from None
    if found.year < 2000:
        raise Invalid("没有这一页，请从第一页重新查看。")
    return found


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)

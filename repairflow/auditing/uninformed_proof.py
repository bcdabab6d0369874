"""Whether `uninformed` holds the public records that have no 告知书, and no others: it is made again out of the rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, inspect

from repairflow.auditing.report import Fault
from repairflow.records.uninformed_triggers import ASKED

TABLE = "uninformed"
_THERE = "SELECT record_id FROM uninformed"


def prove(tx: Connection) -> Iterator[Fault]:
    """Yield each record that was taken out of the list of those without 告知书, or put in. Nothing in a database without the list."""
    if TABLE not in inspect(tx).get_table_names():
        return
    for first, second, said in (
        (ASKED, _THERE, "公示中而没有告知书，却不在缺少告知书的名单中，被人从数据库中删除"),
        (_THERE, ASKED, "不缺告知书，却在缺少告知书的名单中，系人为添加"),
    ):
        for row in tx.exec_driver_sql(f"{first} EXCEPT {second} ORDER BY 1"):
            yield Fault(TABLE, row[0], "uninformed", f"信息 {row[0]} {said}")

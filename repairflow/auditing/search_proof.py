"""Whether a search finds what it should: every part of a name, code or number that is searched for stands in `search_part`.

The parts are made out of the rows, whose fields `row_proof` holds against their lines; so they are made again here and
compared. A part too many hides nothing: what a search finds by its parts is compared with the text as it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection, inspect

from repairflow.auditing.report import Fault
from repairflow.records.search_triggers import SOURCES, missing_parts

TABLE = "search_part"
_WHOSE = {"number": "信息", "letter": "文书"}  # else of a subject
_TEXTS = {"name": "名称", "initials": "名称首字母", "code": "信用代码", "number": "决定书文号", "letter": "文号"}


def prove(tx: Connection) -> Iterator[Fault]:
    """Yield each subject, record and letter that a search may miss, with what of it is missing. Nothing in a database older than
    the table."""
    if TABLE not in inspect(tx).get_table_names():
        return
    missing = Counter[tuple[str, int]]()
    for source in SOURCES:
        for owner, number in missing_parts(tx, source):
            missing[source.kind, owner] += number
    for (kind, owner), number in sorted(missing.items()):
        text = (
            f"{_WHOSE.get(kind, '信用主体')} {owner} 的{_TEXTS[kind]}缺 {number} 段检索用的片段，被人从数据库中删除或改动，"
            "查找时可能找不到它；核实后执行 repairflow database mend-search 补齐"
        )
        yield Fault(TABLE, owner, "search", text, field=kind)

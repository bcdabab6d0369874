"""Reading as the role of PostgreSQL that sees the rows of one person's subjects alone (`records.row_policies`)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from repairflow.errors import ConfigurationError
from repairflow.records.row_policies import EVERYBODYS, OWN_ROWS, PERSON, SUBJECTS


class Reader(NamedTuple):
    """For whom a transaction reads: the role it takes, the person, and the subjects that person may speak for today."""

    role: str
    person: int
    subjects: frozenset[int]


_TAKE = text(
    f"SELECT set_config('role', :role, true), set_config('{PERSON}', :person, true),"
    f" set_config('{SUBJECTS}', :subjects, true)"
)


_UNFIT = text(
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND"
    " (has_any_column_privilege(c.oid, 'SELECT') <> (c.relname = ANY (:read)) OR (c.relname = ANY (:bound) AND NOT c.relrowsecurity))"
    " ORDER BY 1 LIMIT 1"
)
"""A table that the role of this transaction reads and should not, or should and does not, or of which no policy keeps rows back."""
_HOW = "请以数据库管理员的身份运行 repairflow database roles（升级之后也要运行），并核对角色名。"


def bind(tx: Connection, reader: Reader) -> None:
    """Ensure that this transaction of PostgreSQL is bound by the policies until it ends."""
    subjects = ",".join(map(str, sorted(reader.subjects)))
    tx.execute(_TAKE, {"role": reader.role, "person": str(reader.person), "subjects": subjects})


def demand(tx: Connection, role: str) -> None:
    """Raise ConfigurationError where a role is named that cannot be taken, or whose rights are not those of this version: companies would
    see no page, or a wall that does not stand would be trusted."""
    try:
        bind(tx, Reader(role, 0, frozenset()))
        unfit = tx.scalar(_UNFIT, {"read": [*OWN_ROWS, *EVERYBODYS], "bound": [*OWN_ROWS]})
    except DBAPIError as error:
        raise ConfigurationError(
            f"REPAIRFLOW_DATABASE_SUBJECT_ROLE={role}：数据库没有这个角色，或者本程序的登录角色不能使用它，未启动。{_HOW}"
        ) from error
    if unfit is not None:
        raise ConfigurationError(
            f"REPAIRFLOW_DATABASE_SUBJECT_ROLE={role}：这个角色的权限与本版本不符（表 {unfit}），未启动。{_HOW}"
        )

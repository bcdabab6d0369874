"""The evidence library of a subject (证明材料库): what its side brought in its cases, each file once, to be used again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, select

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.told_files import label_of
from repairflow.casework.reusable_materials import narrowed, was_brought
from repairflow.errors import NotFound
from repairflow.law.procedure.library import Library
from repairflow.records import cases, material
from repairflow.records.rows import all_rows

MOST = 60
"""Files shown, the newest first."""


class _Row(NamedTuple):
    token: str
    kind: str
    file_name: str
    media_type: str
    size: int
    digest: str
    uploaded_at: datetime
    case_number: str
    procedure: str
    procedure_version: str


class Evidence(NamedTuple):
    """A file that was brought before: what it was brought as, and in which case."""

    token: str
    kind: str
    label: str
    file_name: str
    media_type: str
    size: int
    digest: str
    uploaded_at: datetime
    case_number: str


def library(tx: Connection, law: Library, actor: Actor, subject_id: int) -> tuple[Evidence, ...]:
    """Return the files that people of the subject brought in its cases, newest first, each file once. NotFound for a stranger."""
    if subject_id not in actor.subjects:
        raise NotFound
    found: dict[str, Evidence] = {}
    for row in all_rows(tx.execute(_brought(actor, subject_id).order_by(material.c.id.desc())), _Row):
        if row.digest not in found and len(found) < MOST:
            label = label_of(law.procedure(row.procedure, row.procedure_version), row.kind)
            found[row.digest] = Evidence(row.token, row.kind, label, *row[2:8])
    return tuple(found.values())


def one(tx: Connection, actor: Actor, subject_id: int, token: str) -> str:
    """Return the token of a file of the library, if it is one. NotFound otherwise."""
    if not was_brought(tx, actor, subject_id, token):
        raise NotFound("没有找到这份材料，请重新上传。")
    return token


def without(found: Iterable[Evidence], digests: Iterable[str]) -> tuple[Evidence, ...]:
    """Return those that are not among these files already."""
    there = frozenset(digests)
    return tuple(one for one in found if one.digest not in there)


def _brought(actor: Actor, subject_id: int) -> Select[_Row]:
    columns = [material.c[name] for name in _Row._fields[:7]]
    of_case = cases.c.number.label("case_number"), cases.c.procedure, cases.c.procedure_version
    return narrowed(select(*columns, *of_case).select_from(material), actor, subject_id)

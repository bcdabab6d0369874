"""How cases come to be: each procedure is one that somebody files or some case opens, and so is each of its kinds."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.checks.report import Report
from repairflow.law.procedure.opens import Opens
from repairflow.law.procedure.roles import SYSTEM, role_side

OPENED_BY_PROGRAM = frozenset({"expiry"})
"""Kinds that the worker opens when the time of a list entry is over."""


def check(report: Report) -> None:
    """Procedures and kinds of which there will never be a case."""
    p = report.procedure
    if report.is_record:
        return
    opened = list(_openings(report))
    if p.opened_only and not opened:
        text = f"“{p.label}”写了 opened_only = true，却没有一个程序的 opens 启动它，永远不会有办件；请写明由谁启动，或者删去"
        report.find("never_opened", ("opened_only",), text)
    if not p.opened_only and not opened and not _filers(report):
        text = f"“{p.label}”没有人可以提出（filed_by），也没有程序启动它，永远不会有办件；请写 filed_by"
        report.find("never_opened", ("filed_by",), text)
    if not p.prefix:
        report.find(
            "prefix_missing",
            ("procedure",),
            f"“{p.label}”没有写 prefix，办件编号分不出是哪一种办件；请写一至四个大写字母",
        )
    for kind, roles in p.kind_by.items():
        by_case = any(one.kind in (None, kind) for one in opened)
        if kind in p.kinds and not roles and not by_case and kind not in OPENED_BY_PROGRAM:
            text = f"种类“{p.kinds[kind]}”（{kind}）的提出人是空的（kind_by），也没有程序启动这一种，永远不会有这样的办件；请写明提出人"
            report.find("never_opened", ("kind_by",), text)


def _filers(report: Report) -> list[str]:
    p = report.procedure
    named = p.filed_by or tuple(role for role in p.actor if role_side(role) == "subject")
    return [role for role in named if role != SYSTEM]


def _openings(report: Report) -> Iterator[Opens]:
    """Yield the steps of other procedures that open cases of this one."""
    p = report.procedure
    for other in (*report.names.files, *report.names.installed):
        for action in other.action.values():
            if other.procedure != p.procedure and action.opens is not None and action.opens.procedure == p.procedure:
                yield action.opens

"""Commands about records: those that today's law classes otherwise are listed, and classed anew."""

from __future__ import annotations

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.casework.cases import record_recount
from repairflow.casework.cases.record_recount import Recounted
from repairflow.casework.changes import RecountRecords
from repairflow.casework.offices_lookup import office_by_code
from repairflow.cli.changing import OPERATOR, change
from repairflow.law.guards import day_text


@click.group("records")
def records() -> None:
    """失信信息：按写明的罚款界线和过渡规则重新分类、计算公示期。"""


@records.command()
@click.option("--office", "code", help="只办理这个认定单位（编码）的信息")
@click.option("--apply", "really", is_flag=True, help="真正办理；不写只列出")
def recount(code: str | None, really: bool) -> None:
    """列出分类或者公示期与现行规则不同的行政处罚信息，以及涉及的在办办件；--apply 逐条改正并留痕。

    没有写明罚款界线的，先由法制审核人员写明，否则罚款只能暂定为最轻的失信程度，不再公示。
    """
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        office_id = office_by_code(tx, code).id if code else None
    done, more = 0, True
    while more:
        found = _apply(program, office_id) if really else _plan(program, office_id)
        for one in found.records:
            click.echo(_line(one))
        done, more = done + len(found.records), found.more and really
        for one in () if more else found.held:  # in each round the same
            click.echo(f"{_line(one)}　暂缓：{one.held}")
        if found.more and not really:
            click.echo("只列出前 200 条，还有更多。")
    click.echo(f"{done} 条信息{'已经重新核定' if really else '与现行规则不同（没有改动，写 --apply 办理）'}。")


def _plan(program: Program, office_id: int | None) -> record_recount.Recount:
    with program.db.read() as tx:
        return record_recount.plan(tx, program.services, office_id, times.now())


def _apply(program: Program, office_id: int | None) -> record_recount.Recount:
    found = change(program, RecountRecords(OPERATOR, office_id))
    assert isinstance(found, record_recount.Recount)
    return found


def _line(one: Recounted) -> str:
    days = [day_text(day) if day else "无" for day in (one.max_before, one.max_after)]
    cases = f"　在办：{'、'.join(one.cases)}" if one.cases else ""
    return f"{one.number}　{one.document}　{one.before} → {one.after}　公示至 {days[0]} → {days[1]}　{one.publicity}{cases}"

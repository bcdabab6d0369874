"""The command `procedures erratum`: a figure of a released file that proves wrong is mended, case by case."""

from __future__ import annotations

from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.casework.cases import errata
from repairflow.casework.cases.deadline_recount import Moved
from repairflow.casework.cases.errata import ApplyErratum, Mending
from repairflow.cli import check, letter_texts
from repairflow.cli.changing import OPERATOR, change
from repairflow.errors import ConfigurationError, DefinitionError
from repairflow.law.checks import errata as checks
from repairflow.law.guards import day_text
from repairflow.law.procedure.errata import load_erratum
from repairflow.records import schema


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "really", is_flag=True, help="真正施行；文件须已放入 workflows/errata")
@click.option("--dry-run", is_flag=True, help="只列出会变动的在办办件（默认）")
def erratum(file: Path, really: bool, dry_run: bool) -> None:
    """按勘误文件 FILE 改正已发布文件的数值：列出届满日会变动的在办办件；--apply 施行，逐件留痕。

    施行前先作全部规则检查，有错误的不施行。施行前请停止网站和后台，施行后再启动。退出码：0 完成或者试运行，2 不能施行，没有改动。
    """
    if really and dry_run:
        raise click.UsageError("--apply 和 --dry-run 只能写一个")
    program = Program.at(settings_module.load(), check=False)
    if schema.steps(program.db):
        raise ConfigurationError("数据库不是最新版本，没有改动。请先运行 repairflow upgrade。")
    found = load_erratum(file)
    installed = found.digest in {one.digest for one in program.law.errata}
    it = errata.mending(settings_module.asset("workflows"), found, program.law.errata, program.law.own)
    if really and not installed:
        folder = settings_module.asset("workflows") / "errata"
        raise ConfigurationError(f"勘误文件还没有安装，没有改动。请先把它放入各节点的 {folder}，再运行本命令。")
    _demand_sound(it)
    if _is_applied(program, it):
        click.echo(f"{found.title} 第 {found.erratum} 号勘误已经施行，没有改动。")
        return
    moved = _apply(program, it) if really else _plan(program, it)
    for one in moved:
        click.echo(f"{one.case}　{one.label}　{day_text(one.before)} → {day_text(one.after)}")
    cases = len({one.case for one in moved})
    verb = "已施行" if really else "试运行，没有改动"
    click.echo(f"{found.title} 第 {found.erratum} 号勘误：{cases} 件在办办件的 {len(moved)} 个届满日变动（{verb}）。")


def _demand_sound(it: Mending) -> None:
    """DefinitionError with every fault that the erratum brings, found by the checks that its file went through."""
    around = check.around_of(it.before, letter_texts.Given())
    if found := checks.check(settings_module.asset("workflows"), it.before, it.erratum, around):
        where = it.erratum.where
        raise DefinitionError(f"{where} 有 {len(found)} 处错误，未采用", [one.problem for one in found])


def _is_applied(program: Program, it: Mending) -> bool:
    with program.db.read() as tx:
        return errata.applied(tx, it)


def _plan(program: Program, it: Mending) -> tuple[Moved, ...]:
    with program.db.read() as tx:
        return errata.plan(tx, it, times.today())


def _apply(program: Program, it: Mending) -> tuple[Moved, ...]:
    return change(program, ApplyErratum(OPERATOR, it)) or ()

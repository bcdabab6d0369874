"""The command `replay`: recorded histories run again by the rules of today."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from repairflow import __version__
from repairflow import settings as settings_module
from repairflow.app.program import Program
from repairflow.casework.queries.audit.replay.difference import Report
from repairflow.casework.queries.audit.replay.run import replay as run


@click.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def replay(as_json: bool) -> None:
    """用现在的规则重演全部办件：环节、届满日、条件的答复、文书文字与当时是否一致。不改动任何数据。

    退出码：0 全部一致；1 有不一致，逐项列出；2 不能重演。
    """
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        report = run(tx, program.law)
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    else:
        for one in report.differences:
            click.echo(one.text)
        click.echo("；".join(_summary(report)) + "。")
    if report.differences:
        raise click.exceptions.Exit(1)


def _summary(report: Report) -> list[str]:
    counts = report.counts
    said = [
        f"重演 {counts['cases']} 件办件的 {counts['steps']} 个步骤、{counts['due_days']} 个期限、{counts['guards']} 项条件和"
        f" {counts['letters']} 份文书"
    ]
    if report.unstored:
        said.append(f"{report.unstored.total()} 项条件依据的情况没有留存，未重演")
    return [*said, f"{len(report.differences)} 处不一致" if report.differences else "全部一致"]


def _as_json(report: Report) -> dict[str, object]:
    return {
        "engine": __version__,
        "counts": dict(report.counts),
        "not_stored": dict(report.unstored),
        "engines": dict(report.engines),
        "names": report.names,
        "differences": [asdict(one) for one in report.differences],
    }

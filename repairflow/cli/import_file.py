"""`repairflow import`: a penalty file into the credit files."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import import_penalties


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", required=True, help="报送单位编码")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def take(file: Path, office: str, dry_run: bool, as_json: bool) -> None:
    """导入行政处罚信息文件（CSV 或 XLSX）。

    退出码：0 全部导入；1 有的行未导入（逐行写明）；2 文件无法读取。
    """
    program = Program.at(settings_module.load())
    shows = sys.stderr.isatty() and not as_json

    def progress(done: int, total: int) -> None:
        if shows and total:
            click.echo(f"\r已检查 {done} / {total} 行", nl=False, err=True)

    outcome = import_penalties.import_file(
        program.db, program.services, import_penalties.Delivered(file, file.name, office, SYSTEM), times.now(),
        dry_run=dry_run, progress=progress,
    )  # fmt: skip
    if shows:
        click.echo(err=True)
    if as_json:
        click.echo(json.dumps({**asdict(outcome), "dry_run": dry_run}, ensure_ascii=False, indent=2))
    else:
        for problem in outcome.problems:
            value = f"（{problem.shown}）" if problem.shown else ""
            click.echo(f"第 {problem.row} 行 {problem.label}{value}：{problem.reason}")
        for warning in outcome.warnings:
            click.echo(f"提示：第 {warning.row} 行 {warning.label}：{warning.reason}")
        for note in outcome.notes:
            click.echo(f"提示：{note}")
        verb = "可以导入" if dry_run else "新导入"
        click.echo(
            f"共 {outcome.total} 行：{verb} {outcome.new}，此前已导入 {outcome.unchanged}，未导入 {outcome.refused}。"
        )
        if outcome.held:
            click.echo(
                f"未导入的行中，{outcome.held} 行{'将转' if dry_run else '已转'}待核对，请在“导入”页的“待核对”中办理。"
            )
    if outcome.refused:
        raise click.exceptions.Exit(1)

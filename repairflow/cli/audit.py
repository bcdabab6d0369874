"""Commands of the auditor: verify the trail, keep a witness."""

from __future__ import annotations

import json
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.auditing import witness as witness_module
from repairflow.auditing.verify import verify as walk


@click.group()
def audit() -> None:
    """审计：核验办理留痕。"""


@audit.command()
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="审计方保存的见证文件",
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def verify(witnesses: tuple[Path, ...], as_json: bool) -> None:
    """逐条核验全部留痕。

    退出码：0 完好且有外部见证；3 完好但没有外部见证；1 被改动，并指出是哪些行。
    """
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        report = walk(tx, program.settings.home / "anchors", program.signer.verifier, witnesses)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(report.lines()))
    raise click.exceptions.Exit(report.exit_code)


@click.command()
@click.argument("address")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def witness(address: str, file: Path) -> None:
    """在审计方的机器上保存 ADDRESS 的最新检查点到 FILE，并核对它与上次保存的是否一致。"""
    kept = witness_module.keep(witness_module.source(address), file, times.now())
    click.echo(f"{'已保存新检查点' if kept.added else '没有新检查点'}，日志共 {kept.size} 条。")

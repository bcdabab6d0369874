"""`repairflow id check` judges a credit code."""

from __future__ import annotations

import click

from repairflow import times
from repairflow.law.identifiers import check_uscc


@click.group("id")
def identify() -> None:
    """核对统一社会信用代码。"""


@identify.command("check")
@click.argument("code")
def check(code: str) -> None:
    """代码有效时退出码为 0；无效时为 1，并说明原因。"""
    found = check_uscc(code, times.today())
    for warning in found.warnings:
        click.echo(f"提示：{warning}")
    if not found.ok:
        click.echo(f"无效：{found.reason}")
        raise click.exceptions.Exit(1)
    click.echo("有效")

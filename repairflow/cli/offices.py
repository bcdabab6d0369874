"""Commands about offices: add, change, list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from repairflow import settings as settings_module
from repairflow.app.program import Program
from repairflow.casework.admin import offices
from repairflow.casework.changes import AddOffice, ChangeOffice
from repairflow.cli.changing import OPERATOR
from repairflow.cli.changing import change as change_by

Command = Callable[..., None]


@click.group("office")
def office() -> None:
    """单位：信用办、认定单位、信息提供单位、行业主管部门。"""


def _fields(command: Command) -> Command:
    """Return the options that `add` and `change` share, none of them needed: the form says itself what it misses."""
    for option in (
        click.option("--domain", help="领域，有自己规则的单位填写，如 market_regulation；默认 general"),
        click.option("--review-channel", "review_channel", help="提交行政复议申请的互联网渠道，电子送达的文书须写明"),
        click.option("--repair-seal", "repair_seal", help="信用修复文书的印章文字；空表示盖单位公章"),
        click.option("--objection-seal", "objection_seal", help="异议处理文书的印章文字；空表示盖单位公章"),
        click.option("--service-note", "service_note", help="决定书末尾的生效说明，如 自送达之日起生效"),
        click.option(
            "--closes-at", "closes_at", help="窗口停止办理的时间，如 17:30；期限最后一日到窗口提交的，到此为止"
        ),
        click.option("--court", help="管辖法院的全称，印在不利决定上"),
        click.option("--review-organs", "review_organs", help="行政复议机关，两个的用“或者”连接，印在不利决定上"),
        click.option("--contact", help="地址和电话，印在文书上"),
        click.option("--parent", help="上级单位的编码"),
        click.option("--division", "division_code", help="行政区划代码，六位数字"),
        click.option("--uscc", help="统一社会信用代码"),
        click.option("--kind", type=click.Choice(list(offices.KINDS)), help="类别"),
        click.option("--mark", help="机关代字，如 溪环"),
        click.option("--short", "short_name", help="简称"),
    ):
        command = option(command)
    return command


@office.command()
@click.argument("code")
@click.argument("name")
@_fields
def add(code: str, name: str, **given: str | None) -> None:
    """新建单位。编码用于文件和命令，建立后不能修改。"""
    program = Program.at(settings_module.load())
    done = change_by(program, AddOffice(OPERATOR, _given(given) | {"code": code, "name": name}))
    click.echo(f"已新建单位 {done.code}。")
    _warn(done)


@office.command()
@click.argument("code")
@click.option("--name", help="单位名称")
@_fields
def change(code: str, **given: str | None) -> None:
    """修改单位；只改写明的各项，写空字符串表示清除。"""
    program = Program.at(settings_module.load())
    done = change_by(program, ChangeOffice(OPERATOR, code, _given(given)))
    for field, (before, after) in done.changed.items():
        click.echo(f"{offices.FIELDS[field]}：{before or '（无）'} → {after or '（无）'}")
    click.echo(f"单位 {code} 已修改。" if done.changed else "内容相同，没有改动。")
    _warn(done)


@office.command("list")
@click.option("--search", default="", help="编码或名称的一部分")
def list_(search: str) -> None:
    """列出单位。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        for row in offices.listed(tx, search):
            click.echo(
                f"{row.code:<12} {row.name}  {row.kind}  {row.mark}  {row.division_code or '-'}  {row.people} 人"
            )


def _given(options: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in options.items() if value is not None}


def _warn(done: offices.Saved) -> None:
    for text in done.warnings:
        click.echo(f"请注意：{text}", err=True)

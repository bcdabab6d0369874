"""Commands about targets: add, change, off, on, list."""

from __future__ import annotations

import json
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.outward_clients import reach
from repairflow.app.program import Program
from repairflow.casework.admin import target_tests, targets
from repairflow.casework.changes import AddTarget, ChangeTarget, NoteTargetTest, SwitchTarget
from repairflow.cli.changing import OPERATOR
from repairflow.cli.changing import change as change_by
from repairflow.gateway import conformance

KEY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EVERY = "all"
TAKES_HELP = "接收的一种报文，如 record_changed；接收几种的，写几次"
ABSENT_HELP = "企业信息平台的网页没有查到时写的话，几种写法以 | 分开，如 没有找到|查无结果"


@click.group("target")
def target() -> None:
    """推送平台：公示网站、上级平台、单位系统。"""


@target.command()
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(list(targets.KINDS)), required=True, help="类别")
@click.option("--url", default="", help="推送地址，https://（本机可用 http://）；企业信息平台（third_party）不写")
@click.option("--office", default="", help="所属单位的编码；联合惩戒单位必填")
@click.option("--inbound", default="", help="允许该平台来文的，由哪个单位办理（单位编码）")
@click.option("--page-url", default="", help="公开一条信息的网页地址，含 {number}、{document} 或者 {code}")
@click.option("--receipt-key", default="", help="平台签署回执的公钥（Ed25519，Base64 或者 whpk_…）；不签的不写")
@click.option("--takes", multiple=True, help=f"{TAKES_HELP}；不写的全部接收")
@click.option("--absent-words", default="", help=ABSENT_HELP)
@click.option("--secret-file", type=KEY_FILE, help="内有签名密钥（whsec_…）的文件；不写则生成一个，只显示这一次")
def add(code: str, name: str, takes: tuple[str, ...], secret_file: Path | None, **fields: str) -> None:
    """新建推送平台。"""
    program = Program.at(settings_module.load())
    given = {"code": code, "name": name, **fields, "secret": _key(secret_file)}
    done = change_by(program, AddTarget(OPERATOR, given, takes or None))
    click.echo(f"已新建平台 {done.code}。")
    _tell_secret(done)


@target.command()
@click.argument("code")
@click.option("--name", help="平台名称")
@click.option("--kind", type=click.Choice(list(targets.KINDS)), help="类别")
@click.option("--url", help="推送地址")
@click.option("--office", help="所属单位的编码，写空字符串表示清除")
@click.option("--inbound", help="来文办理单位的编码，写空字符串表示不再接收来文")
@click.option("--page-url", help="公开一条信息的网页地址，写空字符串表示没有")
@click.option("--receipt-key", help="平台签署回执的公钥，写空字符串表示不再要求签名")
@click.option("--takes", multiple=True, help=f"{TAKES_HELP}；{EVERY} 表示全部")
@click.option("--absent-words", help=f"{ABSENT_HELP}；写空字符串表示不知道")
@click.option("--secret-file", type=KEY_FILE, help="内有新签名密钥（whsec_…）的文件")
@click.option("--new-secret", is_flag=True, help="生成新的签名密钥，只显示这一次")
def change(code: str, takes: tuple[str, ...], secret_file: Path | None, new_secret: bool, **fields: str | None) -> None:
    """修改推送平台；只改写明的各项。"""
    if new_secret and secret_file is not None:
        raise click.UsageError("--new-secret 和 --secret-file 只能用一个。")
    program = Program.at(settings_module.load())
    kinds = targets.KINDS_OF_MESSAGES if EVERY in takes else takes
    options = {**fields, "secret": _key(secret_file) or None}
    given = {field: value for field, value in options.items() if value is not None}
    done = change_by(program, ChangeTarget(OPERATOR, code, given, kinds or None, renew=new_secret))
    for field, (before, after) in done.changed.items():
        shown = "已更换" if field == "secret" else f"{before or '（无）'} → {after or '（无）'}"
        click.echo(f"{targets.FIELDS[field]}：{shown}")
    click.echo(f"平台 {code} 已修改。" if done.changed else "内容相同，没有改动。")
    _tell_secret(done)


@target.command()
@click.argument("code")
def off(code: str) -> None:
    """停用：不再推送，已排队的留着，有关办件等待。"""
    _switch(code, on=False)


@target.command()
@click.argument("code")
def on(code: str) -> None:
    """恢复使用：排队的推送继续。"""
    _switch(code, on=True)


@target.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def test(code: str, as_json: bool) -> None:
    """检查对接：向平台发送注明测试的报文，逐项核对其答复。退出码：0 全部通过；1 有不通过的；2 没有这个平台。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        address, kinds = target_tests.reached(tx, program.vault, OPERATOR, code, times.now())
    platform = reach(program)
    try:
        found = conformance.Kit(platform, address, kinds, program.settings.public_url).run()
    finally:
        platform.close()
    change_by(program, NoteTargetTest(OPERATOR, code, tuple(found)))
    if as_json:
        click.echo(json.dumps([one._asdict() for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(f"{conformance.WORDS[one.verdict]}  {conformance.name_of(one.check)}：{one.text}")
        failed = sum(one.verdict == "failed" for one in found)
        click.echo(f"共 {len(found)} 项，{failed} 项不通过。" if failed else f"共 {len(found)} 项，没有不通过的。")
    raise click.exceptions.Exit(0 if conformance.passed(found) else 1)


@target.command("list")
def list_() -> None:
    """列出推送平台和推送情况。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        for row in targets.listed(tx):
            state = "使用中" if row.active else "已停用"
            click.echo(
                f"{row.code:<16} {row.name}  {row.kind}  {state}  等待 {row.waiting}  停止重试 {row.dead}  {row.url}"
            )


def _switch(code: str, *, on: bool) -> None:
    program = Program.at(settings_module.load())
    done = change_by(program, SwitchTarget(OPERATOR, code, on))
    with program.db.read() as tx:
        queued = targets.waiting(tx, code)
    if not done:
        click.echo(f"平台 {code} 早已{'在使用' if on else '停用'}，没有改动。")
    elif on:
        click.echo(f"平台 {code} 已恢复使用，{queued} 件排队的推送继续。")
    else:
        click.echo(f"平台 {code} 已停用。{queued} 件推送排队等待，恢复使用后继续。")


def _key(file: Path | None) -> str:
    return file.read_text(encoding="utf-8").strip() if file is not None else ""


def _tell_secret(done: targets.Saved) -> None:
    if done.secret:
        click.echo(f"签名密钥（只显示这一次，请交给平台一方）：\n{done.secret}")

"""Commands about the exchange with platforms: keys that sign, and the proof of one message."""

from __future__ import annotations

from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.casework.admin import exchange_keys
from repairflow.casework.changes import RotateExchangeKey
from repairflow.casework.queries.audit import push_proof
from repairflow.cli.changing import OPERATOR, change
from repairflow.disk import write_whole


@click.group()
def exchange() -> None:
    """与其他平台的交换：推送签名密钥，推送证明。"""


@exchange.command()
def keys() -> None:
    """列出推送签名的公钥，新的在前；也公布在 /exchange/keys。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        found = exchange_keys.published(tx)
    for one in found:
        until = one.valid_to.isoformat() if one.valid_to else ""
        state = "签名中" if one.signs(times.now()) else "已停用"
        click.echo(f"{one.code}  {state}  {one.valid_from.isoformat()} → {until}")
    if not found:
        click.echo("还没有密钥，后台工作进程启动时生成。")


@exchange.command()
@click.option("--at-once", is_flag=True, help="原来的密钥立即停止签名（私钥可能泄露时）；不写则与新密钥并用 8 天")
def rotate(at_once: bool) -> None:
    """更换推送签名密钥。原来的公钥继续公布。"""
    program = Program.at(settings_module.load())
    made = change(program, RotateExchangeKey(OPERATOR, at_once))
    click.echo(f"已启用新密钥 {made.code}。")
    until = "已经停止签名" if at_once else f"与新密钥并用 {exchange_keys.OVERLAP.days} 天"
    click.echo(f"原来的密钥{until}，公钥继续公布。请告知各平台重新读取 /exchange/keys。")


@exchange.command()
@click.argument("key")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件；不写则为 KEY.zip")
def proof(key: str, out: Path | None) -> None:
    """导出推送 KEY 的证明：报文、签名、回执、公钥和日志中的位置，不联网即可核验。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        made = push_proof.build(tx, key, program.signer.verifier)
    file = out or Path(f"{key}.zip")
    write_whole(file, made)
    click.echo(f"已写入 {file}。核验：解压后运行 python3 verify.py。")

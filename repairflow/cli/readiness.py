"""The command `readiness`: what still keeps offices from issuing adverse letters."""

from __future__ import annotations

import click

from repairflow import settings as settings_module
from repairflow.app.program import Program
from repairflow.casework.queries.oversight.readiness import lacking_settings


@click.command()
def readiness() -> None:
    """核对本节点能否制发不利决定：哪些单位没有填写复议机关、管辖法院和互联网渠道。

    退出码：0 没有欠缺，1 有欠缺。
    """
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        lacking = lacking_settings(tx)
    for one in lacking:
        click.echo(f"{one.text}；请用 repairflow office change {one.code} 填写。")
    if lacking:
        raise click.exceptions.Exit(1)
    click.echo("作出决定的单位都已填写救济机关，可以制发不利决定。")

"""The command that makes a town of any size."""

from __future__ import annotations

import click

from repairflow import settings as settings_module
from repairflow.cli.run import prepare
from repairflow.errors import Conflict
from repairflow.records import office
from repairflow.sample import any_size


@click.command()
@click.option("--cases", required=True, type=click.IntRange(1, 2_000_000), help="办件数")
@click.option("--seed", default=1, show_default=True, help="种子：同一种子、同一天得到同样的办件")
@click.option(
    "--by-steps", default=any_size.BY_STEPS, show_default=True, type=click.IntRange(2),
    help="至多这么多件逐步办理而成；更多的由此成批复制，编号、名称、留痕各自成链",
)  # fmt: skip
def sample(cases: int, seed: int, by_steps: int) -> None:
    """在空数据库中填入任意数量的虚构办件，用于试用和测速。不能填入已有单位的数据库。"""
    program = prepare(settings_module.load(), demo=False)
    with program.db.read() as tx:
        if tx.execute(office.select().limit(1)).first() is not None:
            raise Conflict("数据库里已有单位，没有改动。请用 REPAIRFLOW_HOME 另设一个空目录。")
    any_size.make(program, any_size.Wanted(cases, seed, by_steps), lambda there: click.echo(f"已有 {there} 件"))
    click.echo(f"已填入 {cases} 件。可以运行 repairflow audit verify 核验留痕。")

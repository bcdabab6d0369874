"""The command `readiness`: what still keeps offices from issuing adverse letters, and which articles must be read again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.law import described, faults_of, lost
from repairflow.app.program import Program
from repairflow.casework.admin import law_drafts
from repairflow.casework.queries.oversight.readiness import (
    lacking_settings,
    waiting_classes,
    waiting_measures,
    waiting_rules,
    without_registrar,
)
from repairflow.errors import Unavailable
from repairflow.file_store.bucket import BucketFiles
from repairflow.law.freshness.recheck import to_read_again
from repairflow.law.open_figures import unread


@click.command()
def readiness() -> None:
    """核对本节点能否制发不利决定：哪些单位没有填写复议机关、管辖法院和互联网渠道。

    另列出待确认的本单位规则、到了再次核对日期的条文、自有规则和只有数据库还保存的文件。退出码：0 没有欠缺，1 有欠缺。
    """
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        lacking, waiting = lacking_settings(tx), waiting_rules(tx, program.law)
        provisional, measures = waiting_classes(tx), waiting_measures(tx, program.law)
        silent = without_registrar(tx)
        put_in_force = law_drafts.paths_in_force(tx)
    missing = [name for name in lost(program.law.own) if name not in put_in_force]
    for one in lacking:
        click.echo(f"{one.text}；请用 repairflow office change {one.code} 填写。")
    _say_of_lists(silent, measures)
    for name, count in waiting.items():
        click.echo(f"{name}有 {count} 项规则没有确认，这些步骤不能制发文书；请法制审核人员在“本单位规则”页面确认。")
    for name, count in provisional.items():
        click.echo(f"{name}有 {count} 条罚款信息只暂定了失信程度；请法制审核人员在“罚款界线”页面写明。")
    if not program.settings.transition:
        click.echo("没有写明较早的处罚适用哪一套公示期（REPAIRFLOW_TRANSITION），暂按先届满的一套。")
    again = to_read_again(program.law, times.today())
    for due in again:
        click.echo(f"{due.citation}{due.why}；请核对现行文本。")
    if count := sum(len(one.figures) for one in unread(program.law)):
        click.echo(f"{count} 处数字还没有与法律文本核对（程序、规则包和页面；逐项见 docs/law.md“待核”）。")
    own = program.law.own
    if said := described(own):
        click.echo(f"{said}（{program.settings.law or '没有设置 REPAIRFLOW_LAW，只有数据库保存的'}）。")
    faulty = faults_of(program.law).told
    for problem in faulty:
        click.echo(f"自有规则 {problem.where} {problem.text}")
    for name in missing:
        click.echo(f"自有规则文件 {name} 不在文件夹里，办件按数据库保存的内容继续办理；请把它放回去。")
    stored = _storage(program)
    if lacking or silent or waiting or provisional or again or missing or faulty or not stored:
        raise click.exceptions.Exit(1)
    click.echo("作出决定的单位都已填写救济机关，可以制发不利决定。")


def _storage(program: Program) -> bool:
    """Say where files lie; whether a file can be written there and read back, and by nobody without a key."""
    files = program.services.files
    where = program.settings.files or str(program.settings.home)
    try:
        files.try_out()
    except (Unavailable, OSError) as error:
        click.echo(f"文件存储 {where} 不能写入：{error}")
        return False
    if isinstance(files, BucketFiles) and files.is_open_to_all():
        click.echo(f"文件存储 {where} 不用密钥也能读取，材料和文书会外泄；请立即关闭存储桶的公开访问。")
        return False
    click.echo(f"文件存储 {where} 可以读写。")
    return True


def _say_of_lists(silent: Collection[str], measures: Mapping[str, list[str]]) -> None:
    """Say which offices cannot register objections to a designation, and which measures letters leave out."""
    for name in silent:
        click.echo(f"{name}认定名单，却没有人担任收件登记岗位，认定前公示的异议无人登记；请安全管理员授予岗位。")
    for name, labels in measures.items():
        click.echo(f"{name}没有确认 {len(labels)} 项惩戒措施，文书不写这些措施：{'、'.join(labels)}。")

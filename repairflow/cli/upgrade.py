"""The command `upgrade`: what an older database lacks, a backup, then the change; a run that was cut off goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from repairflow import __version__, times
from repairflow import settings as settings_module
from repairflow.app.program import Program, definitions_found, faults
from repairflow.casework.admin import upgrade as definitions
from repairflow.cli.changing import OPERATOR, change
from repairflow.law.procedure.library import Library
from repairflow.records import backup, schema

GO_ON = "请运行 repairflow upgrade：它先备份，再升级；中断后可以再次运行。"


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """What an upgrade would change: migrations and definitions; `new` is a database without tables."""

    law: Library
    revision: str
    steps: tuple[schema.Step, ...]
    definitions: definitions.Definitions

    @property
    def new(self) -> bool:
        """Whether there is no database yet."""
        return not self.revision

    @property
    def work(self) -> bool:
        """Whether there is anything to change."""
        return bool(self.steps or self.definitions.repins)

    @property
    def faults(self) -> list[str]:
        """What stops it, a line each."""
        return faults(self.definitions, self.law)

    def lines(self) -> list[str]:
        """Return what would change or stops it, and how to go on."""
        said = []
        if self.steps:
            said.append(f"数据库为 {self.revision} 版，还差 {len(self.steps)} 个版本：")
            said += [f"  {step.revision}　{step.title}" for step in self.steps]
        if self.definitions.repins:
            said.append(f"{len(self.definitions.repins)} 个规则文件在发布前改动过，升级时改记为现在的内容并留痕：")
            said += [f"  {one.changed.title}　{one.reason}" for one in self.definitions.repins]
        if self.definitions.unaccounted:
            said += ["以下规则文件已有办件适用，却与当初不同，须先处理：", *self.faults]
        elif self.work:
            said.append(GO_ON)
        return said


def plan(program: Program) -> UpgradePlan:
    """Return what an upgrade of this database would change; nothing is written. ConfigurationError for a newer one."""
    steps, revision = schema.steps(program.db), schema.revision_of(program.db)
    if not revision:
        return UpgradePlan(program.law, "", steps, definitions.Definitions((), ()))
    return UpgradePlan(program.law, revision, steps, definitions_found(program.db, program.law))


def carry_out(program: Program, found: UpgradePlan, *, backup: Path | None, say: Callable[[str], object]) -> None:
    """Ensure that the database is one this version starts with; a copy of the old one lies in `backup`, where named.

    The migrations are one transaction and the definitions another, so a run that was killed leaves the old or a whole new
    form, and the next run does what is left.
    """
    if backup is not None:
        say(f"已备份到 {_backed_up(program, found, backup)}")
    if found.steps:
        say(f"正在升级数据库：{found.revision} → {found.steps[-1].revision}")
        schema.upgrade(program.db)
    change(program, definitions.CarryOver(OPERATOR, found.definitions))
    say(f"升级完成，程序版本 {__version__}。")


def _backed_up(program: Program, found: UpgradePlan, folder: Path) -> Path:
    name = f"repairflow-{found.revision}-{times.local(times.now()):%Y%m%d-%H%M%S}"
    return backup.write(program.settings.direct_url, folder, name)


@click.command()
@click.option("--check", "only", is_flag=True, help="只列出将要改动的内容，不改动；有改动时退出码为 1")
@click.option("--no-backup", is_flag=True, help="不备份（已经自行备份时）")
@click.option(
    "--backup", "folder", type=click.Path(file_okay=False, path_type=Path), help="备份文件夹，默认 <home>/backups"
)
def upgrade(only: bool, no_backup: bool, folder: Path | None) -> None:
    """升级数据库：先列出将要改动的内容并备份，中断后可以再次运行。

    升级前请停止网站和后台。退出码：0 完成或者无须升级，1（--check）有待升级的内容，2 不能升级，没有改动。
    """
    settings = settings_module.load()
    program = Program.at(settings, check=False)
    found = plan(program)
    if found.new:
        click.echo("数据库还没有建立。请运行 repairflow init。", err=True)
        raise click.exceptions.Exit(2)
    for line in found.lines() if found.faults or only else found.lines()[:-1]:
        click.echo(line)
    if found.faults:
        raise click.exceptions.Exit(2)
    if not found.work:
        click.echo("数据库和规则文件都是最新的，无须升级。")
    elif only:
        raise click.exceptions.Exit(1)
    else:
        goal = None if no_backup else folder or settings.home / "backups"
        carry_out(program, found, backup=goal, say=click.echo)

"""Commands about time: `calendar` (check, import, list) and `deadlines` (list, show, rebuild)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import click
from sqlalchemy import select

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.casework import deadline_table, law_store
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases import calendar_loading
from repairflow.casework.cases.deadline_recount import Moved
from repairflow.casework.changes import ConfirmProvisional, LoadCalendar
from repairflow.casework.changes.system import RebuildDeadlines
from repairflow.cli.changing import OPERATOR, change
from repairflow.cli.loaded_years import calendars_of, of_files
from repairflow.errors import NotFound
from repairflow.law.calendar.regions import Calendars
from repairflow.law.calendar.workdays import CalendarYear, from_chinesecalendar
from repairflow.law.calendar.year_file import naming_notice
from repairflow.law.deadlines.explanation import proof
from repairflow.records import cases, deadline
from repairflow.records.rows import CaseRow, all_rows, first_row


def files() -> Calendars:
    """Return the calendars of the shipped files, and of the installation's own."""
    return of_files(settings_module.load())


@click.group()
def calendar() -> None:
    """工作日历：检查、载入、列出各年度的放假安排。"""


@calendar.command("check")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path | None) -> None:
    """检查一个日历文件（默认检查随程序发布的全部文件）。有错误时指出行号，不改动任何数据。"""
    if file is None:
        shipped = files()
        click.echo(f"{len(shipped.national.years)} 个年度，没有错误。")
        return
    year, new = calendar_loading.read_year(_text(file), file.name, calendars_of(settings_module.load()))
    click.echo(_summary(year) + ("" if new else "；已经载入，内容相同") + "。没有错误。")


@calendar.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from-chinesecalendar", "year", type=click.IntRange(2004, 2100), help="从 chinesecalendar 程序包读取该年度"
)
@click.option(
    "--amends", metavar="通知", help="这一份修改已公布的安排：写明修改所依据的通知（也可以在文件中写 amends）"
)
@click.option("--dry-run", is_flag=True, help="只列出会变动的届满日，不载入")
def import_(file: Path | None, year: int | None, amends: str | None, dry_run: bool) -> None:
    """载入一年的放假安排：在办办件重新计算，变动的逐件留痕、告知并列出。"""
    if (file is None) == (year is None):
        raise click.UsageError("请给出一个日历文件，或者 --from-chinesecalendar 年份。")
    content, where = (_text(file), file.name) if file else (from_chinesecalendar(year or 0), f"{year}.toml")
    if amends is not None:
        content = naming_notice(content, amends)
    program, now = Program.at(settings_module.load()), times.now()
    if dry_run:
        with program.db.read() as tx:
            program.services.law_store.refresh(tx)
            done = calendar_loading.plan(tx, program.services.law, content, where, times.local_day(now))
    else:
        done = change(program, LoadCalendar(OPERATOR, content, where))
    if not done.new:
        click.echo(f"{done.year.title}的安排已经载入，内容相同，没有改动。")
        return
    click.echo(f"{'可以载入' if dry_run else '已载入'} {_summary(done.year)}；{len(done.moved)} 个届满日变动。")
    _list_moved(done.moved)


@calendar.command("list")
def list_calendars() -> None:
    """列出各年度的依据和来源。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        known = law_store.together(tx, program.law.calendars)
        rows = law_store.loaded(tx)
    for year in (*known.national.years.values(), *known.local.values()):
        row = rows.get((year.region, year.year))
        origin = f"{times.local_day(row.loaded_at)} 由{row.person_name or '命令行'}载入" if row else "随程序发布"
        where = f"{year.region} {year.place}  " if year.region else ""
        click.echo(f"{year.year}  {where}{'已公布' if year.published else '暂定　'}  {origin}  {_sources(year)}")
    missing = calendar_loading.missing_year(known.national, times.today())
    if missing is not None:
        click.echo(f"提示：缺 {missing} 年的放假安排，跨入该年的届满日都是暂定的。")


@click.group("deadlines")
def limits() -> None:
    """到期事项：列出、逐日说明、重建。"""


STANDS = {"waiting": "待送达", "paused": "中止"}
WAITS = {
    deadline_table.WAITS_FOR_CALENDAR: "届满日",
    deadline_table.WAITS_FOR_OFFICE: "本单位规则",
    deadline_table.WAITS_FOR_OBJECTION: "异议",
}


class _DeadlineLine(NamedTuple):
    """A deadline as it is listed."""

    clock: str
    label: str
    state: str
    due_day: date | None
    due_at: datetime | None
    provisional: bool
    days_remaining: int | None
    held: str | None
    number: str


@limits.command("list")
@click.option("--late", is_flag=True, help="只列出已逾期的")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, help="最多列出多少项")
def list_deadlines(late: bool, limit: int) -> None:
    """按届满先后列出办件的到期事项。"""
    program, now = Program.at(settings_module.load()), times.now()
    columns = (deadline.c[name] for name in _DeadlineLine._fields[:-1])
    query = select(*columns, cases.c.number).join(cases, cases.c.id == deadline.c.case_id)
    if late:
        query = query.where(deadline.c.state == "running", deadline.c.due_at <= now)
    with program.db.read() as tx:
        ordered = query.order_by(deadline.c.due_at.is_(None), deadline.c.due_at, deadline.c.id)
        rows = all_rows(tx.execute(ordered.limit(limit)), _DeadlineLine)
    for row in rows:
        state = STANDS.get(row.state) or ("已逾期" if row.due_at and row.due_at <= now else "在计")
        day = _day(row)
        held = f"　等待确认{WAITS.get(row.held, '系统时间')}（{row.clock}）" if row.held else ""
        click.echo(f"{row.number}  {row.label}  {day}  {state}{held}")
    click.echo(f"共 {len(rows)} 项。")


@limits.command()
@click.argument("number")
def show(number: str) -> None:
    """逐日说明一个办件的各项期限。"""
    program, now = Program.at(settings_module.load()), times.now()
    with program.db.read() as tx:
        program.services.law_store.refresh(tx)
        case = first_row(tx.execute(select(cases).where(cases.c.number == number)), CaseRow)
        if case is None:
            raise NotFound(f"没有办件 {number}。")
        dues = situation(tx, program.services.law, case, times.local_day(now)).dues
    for due in dues.values():
        described = deadline_table.describe(due, now)
        for day in proof(due):
            click.echo(f"{day.date}  {f'第 {day.nth} 日' if day.counts else '不计'}  {day.why}")
        click.echo(f"{described['label']}：{described['explain']}{'（天数待核实）' if not due.verified else ''}\n")
    if not dues:
        click.echo("没有在计的期限。")


@limits.command("confirm")
@click.argument("number")
@click.argument("clock")
@click.option("--reason", required=True, help="依据什么确认，如已核对的放假通知文号；记入留痕")
def confirm(number: str, clock: str, reason: str) -> None:
    """确认暂定的届满日：当事人的期限在放假安排未载入的年度届满的，到期处理由此执行，不能撤回。"""
    change(Program.at(settings_module.load()), ConfirmProvisional(OPERATOR, number, clock, reason))
    click.echo(f"已确认 {number} 的届满日，到期处理已经执行。")


@limits.command()
def rebuild() -> None:
    """按办理留痕重新生成到期事项表。结果与原表相同；已经发出的提醒不会重发。"""
    program = Program.at(settings_module.load())
    made = change(program, RebuildDeadlines(OPERATOR))
    click.echo(f"已重建，共 {made} 项。")


def _day(row: _DeadlineLine) -> str:
    if row.due_day:
        return f"{row.due_day}{'（暂定）' if row.provisional else ''}"
    return "日期未定" if row.days_remaining is None else f"剩 {row.days_remaining} 日"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{file} 不是 UTF-8 编码的文本。") from None


def _summary(year: CalendarYear) -> str:
    mark = "" if year.published else "（暂定）"
    return f"{year.title}{mark}：放假 {len(year.off)} 天，调休上班 {len(year.work)} 天，依据{_sources(year)}"


def _sources(year: CalendarYear) -> str:
    """Return the notice a year rests on, and the one that amended it."""
    return f"{year.source}；由{year.amends}修改" if year.amends else year.source


def _list_moved(moved: Iterable[Moved]) -> None:
    for one in moved:
        click.echo(f"{one.case}  {one.label}  {one.before} → {one.after}{'（暂定）' if one.provisional else ''}")

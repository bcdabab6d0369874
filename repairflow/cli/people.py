"""Commands about people: accounts, posts, mandates and API tokens; at the machine, so without the rules between administrators."""

from __future__ import annotations

from datetime import date, datetime

import click
from sqlalchemy import Connection, select

from repairflow import settings as settings_module
from repairflow.app.program import Program
from repairflow.casework.admin import accounts, credentials, roles_and_mandates, tokens
from repairflow.casework.changes import (
    AddPerson,
    ChangeRole,
    EndMandate,
    GiveMandate,
    IssueToken,
    RenamePerson,
    ResetDevice,
    ShowLink,
    SwitchPerson,
)
from repairflow.cli.changing import OPERATOR, change
from repairflow.records import person
from repairflow.settings import Settings

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def user() -> None:
    """账号、岗位、代理和接口令牌。"""


@user.command()
@click.argument("login")
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(list(accounts.KINDS)), required=True, help="staff 单位人员，agent 当事人或者代理人"
)
@click.option("--password", help="不写则提示输入")
@click.option("--link", is_flag=True, help="不设密码，改为打印一次性的设置密码链接，交给本人")
def add(login: str, name: str, kind: str, password: str | None, link: bool) -> None:
    """新建账号。"""
    if link and password is not None:
        raise click.UsageError("--link 和 --password 只能用一个。")
    if not link and password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    program = Program.at(settings_module.load())
    added = AddPerson(OPERATOR, login, name, kind, password)
    token = change(program, added, ShowLink(OPERATOR, login)) if link else change(program, added)
    click.echo(f"已新建账号 {login}。")
    if link:
        _tell_link(program.settings, token)


@user.command()
@click.argument("login")
@click.argument("name")
def rename(login: str, name: str) -> None:
    """更正姓名。"""
    program = Program.at(settings_module.load())
    done = change(program, RenamePerson(OPERATOR, login, name))
    click.echo(f"账号 {login} 的姓名已改为 {name}。" if done else "姓名相同，没有改动。")


@user.command()
@click.argument("login")
def password(login: str) -> None:
    """重置密码：原密码和登录立即失效，打印一次性的设置密码链接，交给本人；本人和审计管理员收到通知。"""
    program = Program.at(settings_module.load())
    _tell_link(program.settings, change(program, ShowLink(OPERATOR, login)))


@user.command("second-factor")
@click.argument("login")
def second_factor_(login: str) -> None:
    """重置动态口令：解除绑定的设备，下次登录后重新绑定。"""
    program = Program.at(settings_module.load())
    done = change(program, ResetDevice(OPERATOR, login))
    click.echo(f"已解除 {login} 绑定的设备。" if done else "没有绑定设备，没有改动。")


@user.command()
@click.argument("login")
@click.argument("role", metavar="[" + "|".join(sorted(roles_and_mandates.POSTS)) + "]")
@click.option("--office", "office_code", required=True, help="单位编码")
def grant(login: str, role: str, office_code: str) -> None:
    """授予岗位。系统、安全、审计三种管理员互斥，也不兼任其他岗位。"""
    program = Program.at(settings_module.load())
    new = change(program, ChangeRole(OPERATOR, login, role, office_code, held=True))
    click.echo(f"已授予 {login} 在 {office_code} 的岗位 {role}。" if new else "已有这个岗位，没有改动。")


@user.command()
@click.argument("login")
@click.argument("role", metavar="[" + "|".join(sorted(roles_and_mandates.POSTS)) + "]")
@click.option("--office", "office_code", required=True, help="单位编码")
def revoke(login: str, role: str, office_code: str) -> None:
    """收回岗位。"""
    program = Program.at(settings_module.load())
    change(program, ChangeRole(OPERATOR, login, role, office_code, held=False))
    click.echo(f"已收回 {login} 在 {office_code} 的岗位 {role}。")


@user.command("mandate")
@click.argument("login")
@click.argument("uscc")
@click.option(
    "--capacity", type=click.Choice(list(roles_and_mandates.CAPACITIES)), default="agent", help="法定代表人或经办人"
)
@click.option("--until", type=DAY, help="授权到哪一天（含当日），不写则不限")
@click.option(
    "--born", is_flag=True, help="自然人的证件号码（如护照）不含出生日期的，提示输入出生日期：不留在命令记录中"
)
@click.option("--end", is_flag=True, help="终止授权")
def mandate_(login: str, uscc: str, capacity: str, until: datetime | None, born: bool, end: bool) -> None:
    """登记授权：账号可以代表该信用主体（统一社会信用代码，自然人为公民身份号码）。"""
    if end and born:
        raise click.UsageError("--end 和 --born 只能用一个。")
    day = click.prompt("出生日期（如 2010-05-20）", hide_input=True, confirmation_prompt=True) if born else ""
    program = Program.at(settings_module.load())
    last: date | None = until.date() if until else None
    given = EndMandate(OPERATOR, login, uscc) if end else GiveMandate(OPERATOR, login, uscc, capacity, last, day)
    name = change(program, given)
    click.echo(f"已终止 {login} 对 {name} 的代理。" if end else f"已登记 {login} 可以代表 {name}。")


@user.command()
@click.argument("login")
@click.option("--label", default="接口", help="用途说明")
@click.option("--days", type=click.IntRange(1, tokens.MOST_DAYS), default=365, help="有效天数，最多 400")
def token(login: str, label: str, days: int) -> None:
    """发放接口令牌（只显示这一次）。修改或重置密码后失效，到期前提醒本人。"""
    program = Program.at(settings_module.load())
    click.echo(change(program, IssueToken(OPERATOR, login, label, days)))


@user.command()
@click.argument("login")
def disable(login: str) -> None:
    """停用账号：会话和令牌立即失效。"""
    program = Program.at(settings_module.load())
    done = change(program, SwitchPerson(OPERATOR, login, on=False))
    click.echo(f"已停用账号 {login}。" if done else f"账号 {login} 早已停用，没有改动。")


@user.command()
@click.argument("login")
def enable(login: str) -> None:
    """恢复使用停用的账号。"""
    program = Program.at(settings_module.load())
    done = change(program, SwitchPerson(OPERATOR, login, on=True))
    click.echo(f"账号 {login} 已恢复使用。" if done else f"账号 {login} 没有停用，没有改动。")


@user.command()
def conflicts() -> None:
    """列出兼任管理员和其他岗位的账号：其管理员岗位不起作用，须收回其一。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        lines = conflict_lines(tx)
    click.echo("\n".join(lines) if lines else "没有兼任管理员和其他岗位的账号。")


def conflict_lines(tx: Connection) -> list[str]:
    """Return who joins an administrator's post to another, a line each."""
    return [
        f"{login}：{'、'.join(f'{post.label}（{post.office_code} {post.role}）' for post in found)}。"
        f"其管理员岗位不起作用，请用 repairflow user revoke 收回其一。"
        for login, found in roles_and_mandates.conflicts(tx)
    ]


@user.command("list")
@click.option("--search", default="", help="登录名、姓名或单位的一部分")
def list_(search: str) -> None:
    """列出账号及其岗位。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        after = ""
        while page := accounts.listed(tx, search, after=after):
            for row in page:
                who = tx.execute(select(person.c.id).where(person.c.login == row.login)).scalar_one()
                held = "、".join(f"{post.office_code} {post.role}" for post in roles_and_mandates.held(tx, who))
                state = "" if row.active else "（已停用）"
                click.echo(f"{row.login:<16} {row.name}  {row.kind}{state}  {held or '、'.join(row.places)}")
            after = page[-1].login


def _tell_link(settings: Settings, token: str) -> None:
    hours = credentials.LINK_LIVES.total_seconds() / 3600
    click.echo(f"设置密码的链接，{hours:.0f} 小时内用一次有效，请交给本人：")
    click.echo(f"{settings.public_url.rstrip('/')}/account/password/{token}")

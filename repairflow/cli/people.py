"""Commands about people: offices, accounts, roles, mandates and API tokens."""

from __future__ import annotations

import secrets
from datetime import timedelta

import click
from sqlalchemy import Connection, insert, select, update

from repairflow import settings as settings_room
from repairflow import times
from repairflow.app import Program
from repairflow.auditing import chain
from repairflow.casework.access import OFFICE_OF_ROLE
from repairflow.casework.intake import office_by_code
from repairflow.errors import Conflict, Invalid, NotFound
from repairflow.records import api_token, mandate, office, person, role_grant, subject
from repairflow.web.login import hash_password
from repairflow.web.sessions import digest_of, end_all

OTHER_ROLES = ("auditor", "audit_admin", "system_admin", "security_admin")
ADMINISTRATORS = frozenset({"audit_admin", "system_admin", "security_admin"})


@click.group()
def user() -> None:
    """账号、岗位、代理和接口令牌。"""


@user.command()
@click.argument("login")
@click.argument("name")
@click.option("--kind", type=click.Choice(["staff", "agent"]), required=True, help="staff 单位人员，agent 企业经办人")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="不写则提示输入")
def add(login: str, name: str, kind: str, password: str) -> None:
    """新建账号。"""
    program = Program.at(settings_room.load())
    with program.db.begin() as tx:
        if tx.execute(select(person.c.id).where(person.c.login == login)).first():
            raise Conflict(f"账号 {login} 已经存在。")
        tx.execute(insert(person).values(login=login, name=name, kind=kind, password_hash=hash_password(password)))
        note(tx, login, "add", {"kind": kind})
    click.echo(f"已新建账号 {login}。")


@user.command()
@click.argument("login")
@click.argument("role", type=click.Choice(sorted({*OFFICE_OF_ROLE, *OTHER_ROLES})))
@click.option("--office", "office_code", required=True, help="单位编码")
def grant(login: str, role: str, office_code: str) -> None:
    """授予岗位。系统、安全、审计三种管理员互斥。"""
    program = Program.at(settings_room.load())
    with program.db.begin() as tx:
        who, where = _person(tx, login), office_by_code(tx, office_code)
        held = set(tx.execute(select(role_grant.c.role).where(role_grant.c.person_id == who)).scalars())
        if role in ADMINISTRATORS and held & ADMINISTRATORS:
            raise Conflict("系统管理员、安全管理员、审计管理员不能由同一人担任。")
        tx.execute(
            insert(role_grant).values(
                person_id=who, role=role, office_id=where.id, admin_slot=1 if role in ADMINISTRATORS else None
            )
        )
        note(tx, login, "grant", {"role": role, "office": office_code})
    click.echo(f"已授予 {login} 在 {where.name} 的岗位 {role}。")


@user.command()
@click.argument("login")
@click.argument("uscc")
@click.option("--capacity", type=click.Choice(["representative", "agent"]), default="agent", help="法定代表人或经办人")
def mandate_(login: str, uscc: str, capacity: str) -> None:
    """登记授权：账号可以代表该信用主体。"""
    program = Program.at(settings_room.load())
    with program.db.begin() as tx:
        who = _person(tx, login)
        subject_id = tx.execute(select(subject.c.id).where(subject.c.uscc == uscc.upper())).scalar()
        if subject_id is None:
            raise NotFound(f"没有统一社会信用代码为 {uscc} 的信用主体。")
        tx.execute(
            insert(mandate).values(person_id=who, subject_id=subject_id, capacity=capacity, valid_from=times.today())
        )
        note(tx, login, "mandate", {"uscc": uscc.upper(), "capacity": capacity})
    click.echo(f"已登记 {login} 可以代表 {uscc}。")


@user.command()
@click.argument("login")
@click.option("--label", default="接口", help="用途说明")
@click.option("--days", type=click.IntRange(1, 3650), default=365, help="有效天数")
def token(login: str, label: str, days: int) -> None:
    """发放接口令牌（只显示这一次）。"""
    program = Program.at(settings_room.load())
    value, now = secrets.token_urlsafe(32), times.now()
    with program.db.begin() as tx:
        tx.execute(
            insert(api_token).values(
                digest=digest_of(value),
                person_id=_person(tx, login),
                label=label,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
        )
        note(tx, login, "token", {"label": label, "days": days})
    click.echo(value)


@user.command()
@click.argument("login")
def disable(login: str) -> None:
    """停用账号：会话和令牌立即失效。"""
    program = Program.at(settings_room.load())
    with program.db.begin() as tx:
        who = _person(tx, login)
        tx.execute(update(person).where(person.c.id == who).values(active=False))
        end_all(tx, who)
        tx.execute(update(api_token).where(api_token.c.person_id == who).values(ended_at=times.now()))
        note(tx, login, "disable", {})
    click.echo(f"已停用账号 {login}。")


@user.command("list")
def list_() -> None:
    """列出账号及其岗位。"""
    program = Program.at(settings_room.load())
    with program.db.read() as tx:
        for row in tx.execute(select(person).order_by(person.c.id)):
            roles = tx.execute(
                select(role_grant.c.role, office.c.short_name)
                .join(office, office.c.id == role_grant.c.office_id)
                .where(role_grant.c.person_id == row.id)
            )
            posts = "、".join(f"{r.short_name} {r.role}" for r in roles)
            click.echo(f"{row.login:<16} {row.name}  {row.kind}{'' if row.active else '（已停用）'}  {posts}")


def note(tx: Connection, login: str, action: str, content: dict[str, object]) -> None:
    """The trail of an account."""
    stream = f"account/{login}"
    seq, head = chain.heads(tx, stream)
    chain.append(
        tx, stream=stream, prev_seq=seq, prev_digest=head, case_id=None, record_id=None, at=times.now(), action=action,
        from_state=None, to_state=None, actor_id=None, actor_name="命令行", actor_role="operator", reason=None,
        command_id=None, content=content,
    )  # fmt: skip


def _person(tx: Connection, login: str) -> int:
    found = tx.execute(select(person.c.id).where(person.c.login == login)).scalar()
    if found is None:
        raise Invalid(f"没有账号 {login}。")
    return int(found)


mandate_.name = "mandate"
COMMANDS = (user,)

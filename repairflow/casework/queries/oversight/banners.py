"""Warnings for everybody who works here: the next calendar is missing, the clock must be confirmed, letters are not made, an
office lacks settings, the log is not signed, or the event of somebody else has an id of the system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import Connection, func, select

from repairflow.casework import clock_guard, command_claims, heartbeats
from repairflow.casework.cases.calendar_loading import missing_year
from repairflow.casework.queries.oversight.readiness import lacking_settings, without_registrar
from repairflow.law.calendar.workdays import Calendar
from repairflow.prepared import Prepared, constant
from repairflow.records import checkpoint, outbox
from repairflow.times import local_day

WarningCode = Literal["calendar", "clock", "command_id", "letters", "log", "offices", "registrar"]
SHOWN_FOR = timedelta(days=30)
"""How long the warning stands that an id of the system was taken: nobody can take the event back, somebody must look into it."""


class _Stuck(NamedTuple):
    letters: int


class _Signed(NamedTuple):
    at: datetime


# Rows with a next try are few and have an index of their own; a letter that was given up stands among the dead letters.
_STUCK = Prepared(
    select(func.count().label("letters")).where(
        outbox.c.next_at.is_not(None), outbox.c.topic == constant("press"), outbox.c.last_error.is_not(None)
    ),
    _Stuck,
)
_SIGNED = Prepared(select(checkpoint.c.at).order_by(checkpoint.c.size.desc()).limit(1), _Signed)


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing that a person must see to."""

    code: WarningCode
    text: str


def warnings(tx: Connection, calendar: Calendar, now: datetime) -> tuple[Warned, ...]:
    """Give the warnings of this moment; none when all is well."""
    found = []
    year = missing_year(calendar, local_day(now))
    if year is not None:
        found.append(Warned("calendar", f"{year} 年的放假安排尚未载入，跨入该年的届满日都是暂定的。请系统管理员载入。"))
    if clock_guard.holding(tx, now):
        found.append(Warned("clock", "系统时间比上次运行时晚了六小时以上，到期处理已暂停。请核对时间并确认。"))
    if (times_met := command_claims.taken(tx, now - SHOWN_FOR)) > 0:
        text = f"近 {SHOWN_FOR.days} 天有 {times_met} 次到期处理的编号已被其他留痕占用，处理已照常完成。请审计管理员核查系统留痕。"
        found.append(Warned("command_id", text))
    if stuck := _STUCK.run(tx).rows[0].letters:
        text = f"有 {stuck} 份文书没有制作成功（缺字、密钥，或者磁盘已满、不能写入）。原因排除后自动继续，请查看。"
        found.append(Warned("letters", text))
    if _told_unsigned(tx):
        text = (
            "审计日志没有签上检查点，文书和推送已照常发出。原因见后台日志；排除后自动补签。请审计管理员核验全部留痕。"
        )
        found.append(Warned("log", text))
    if lacking := lacking_settings(tx):
        text = f"{'；'.join(one.text for one in lacking)}。填写以前，这些单位不能制发不利决定。请系统管理员在“单位”页面填写。"
        found.append(Warned("offices", text))
    if silent := without_registrar(tx):
        text = (
            f"{'、'.join(silent)}认定名单，却没有人担任收件登记岗位，认定前公示的异议无人登记。请安全管理员授予岗位。"
        )
        found.append(Warned("registrar", text))
    return tuple(found)


def _told_unsigned(tx: Connection) -> bool:
    """Tell whether something was told without a checkpoint since the newest one."""
    told = heartbeats.get(tx, heartbeats.TOLD_UNSIGNED)
    if told is None:
        return False
    signed = _SIGNED.run(tx).first
    return signed is None or signed.at <= told

"""Warnings for everybody who works here: the next calendar is missing, the clock must be confirmed, letters are not made, an
office lacks settings, the log is not signed, or the event of somebody else has an id of the system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Select, String, bindparam, func, literal_column, select

from repairflow.casework import clock_guard, heartbeats
from repairflow.casework.cases.calendar_loading import missing_year
from repairflow.casework.command_claims import counting_taken
from repairflow.casework.queries.oversight.readiness import lacking_settings, without_registrar
from repairflow.law.calendar.workdays import Calendar
from repairflow.prepared import Prepared, constant
from repairflow.records import checkpoint, event, heartbeat, outbox
from repairflow.times import local_day

WarningCode = Literal["calendar", "clock", "command_id", "letters", "log", "offices", "registrar"]
SHOWN_FOR = timedelta(days=30)
"""How long the warning stands that an id of the system was taken: nobody can take the event back, somebody must look into it."""


class _Moment(NamedTuple):
    """What the installation says of itself: the clock last trusted, ids that were taken, letters that cannot be made, when something
    was last told without a checkpoint, and the newest checkpoint."""

    trusted: datetime | None
    ids_taken: int
    stuck: int
    told_unsigned: datetime | None
    signed: datetime | None


def _moment() -> Select[Any]:
    def kept(name: str) -> Select[tuple[datetime]]:
        return select(heartbeat.c.at).where(heartbeat.c.name == literal_column(repr(name), String))

    # Rows with a next try are few and have an index of their own; a letter that was given up stands among the dead letters.
    stuck = select(func.count()).where(
        outbox.c.next_at.is_not(None), outbox.c.topic == constant("press"), outbox.c.last_error.is_not(None)
    )
    signed = select(checkpoint.c.at).order_by(checkpoint.c.size.desc()).limit(literal_column("1"))
    taken = counting_taken(bindparam("since", type_=event.c.at.type))
    parts = (kept(clock_guard.CLOCK), taken, stuck, kept(heartbeats.TOLD_UNSIGNED), signed)
    named = zip(_Moment._fields, parts, strict=True)
    return select(*(part.scalar_subquery().label(name) for name, part in named))


_MOMENT = Prepared(_moment(), _Moment)  # on every page of the staff


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
    (moment,) = _MOMENT.run(tx, since=now - SHOWN_FOR).rows
    if clock_guard.jumped(moment.trusted, now):
        found.append(Warned("clock", "系统时间比上次运行时晚了六小时以上，到期处理已暂停。请核对时间并确认。"))
    if moment.ids_taken:
        text = f"近 {SHOWN_FOR.days} 天有 {moment.ids_taken} 次到期处理的编号已被其他留痕占用，处理已照常完成。请审计管理员核查系统留痕。"
        found.append(Warned("command_id", text))
    if moment.stuck:
        text = (
            f"有 {moment.stuck} 份文书没有制作成功（缺字、密钥，或者磁盘已满、不能写入）。原因排除后自动继续，请查看。"
        )
        found.append(Warned("letters", text))
    told = moment.told_unsigned
    if told is not None and (moment.signed is None or moment.signed <= told):
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

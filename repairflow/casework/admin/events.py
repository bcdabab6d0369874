"""The trail of administration: one stream an office, account or platform; written with every change, read on their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from repairflow.auditing import chain
from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.event_log import NewEvent
from repairflow.records import event
from repairflow.records.rows import EventRow, all_rows

AREAS = {"office": "单位", "account": "账号", "target": "平台", "release": "程序版本", "law": "规则"}
ACTIONS = {
    "add": "新建", "change": "修改", "off": "停用", "on": "恢复使用", "rename": "更名", "disable": "停用", "enable": "恢复使用",
    "grant": "授予岗位", "revoke": "收回岗位", "mandate": "登记授权", "end_mandate": "终止授权", "token": "发放接口令牌",
    "end_token": "作废接口令牌", "confirm_rule": "确认本单位规则", "withdraw_rule": "撤回对本单位规则的确认",
    "state_thresholds": "写明罚款的界线",
    "propose_law": "提请施行规则", "enforce_law": "决定施行规则", "drop_law": "作废规则草案",
    "password_link": "发放设置密码的链接", "second_factor_link": "发放解除动态口令的链接", "release_link": "打印链接的通知单",
    "set_password": "用链接设置密码", "change_password": "修改密码",
    "bind_second_factor": "绑定动态口令", "release_second_factor": "解除动态口令", "reset_second_factor": "重置动态口令",
    "use_recovery_code": "使用恢复码", "open_calendar_feed": "生成日历地址", "close_calendar_feed": "作废日历地址",
    "repin": "升级时改记规则文件", "succeed": "撤并，由另一单位承继", "erratum": "施行勘误",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change as a page tells it; `role` is in which capacity `who` made it."""

    area: str
    name: str
    action: str
    who: str
    role: str
    at: datetime
    content: Mapping[str, Any]


def note(
    tx: Connection, stream: str, action: str, by: Actor, role: str, now: datetime, content: Mapping[str, Any]
) -> None:
    """Append the change to its stream, as in account/li; no secret belongs into `content`."""
    event_log.append(tx, stream, NewEvent(action=action, at=now, by=by, role=role, content=content))


def changes(
    tx: Connection, area: str = "", name: str = "", *, before: int | None = None, size: int = 50
) -> list[tuple[int, Change]]:
    """Give changes with the ids of their events, newest first: of one office, account or platform, of an area, or of all."""
    streams = [event.c.stream == f"{area}/{name}"] if name else []
    if not name:
        streams = [event.c.stream.startswith(f"{one}/") for one in ([area] if area in AREAS else AREAS)]
    rows = select(event).where(or_(*streams)).order_by(event.c.id.desc()).limit(size)
    if before is not None:
        rows = rows.where(event.c.id < before)
    return [(row.id, _change(row)) for row in all_rows(tx.execute(rows), EventRow)]


def _change(row: EventRow) -> Change:
    area, _, name = row.stream.partition("/")
    return Change(area, name, row.action, row.actor_name, row.actor_role, row.at, chain.content(row.body))

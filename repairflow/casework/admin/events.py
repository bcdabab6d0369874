"""The trail of administration: one stream an office, account or platform; written with every change, read on their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from repairflow.auditing import chain
from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.records import event, of_no_case
from repairflow.records.rows import EventRow, all_rows

AREAS = {
    "office": "单位",
    "account": "账号",
    "target": "平台",
    "keys": "推送签名密钥",
    "release": "程序版本",
    "law": "规则",
    "certificate": "签名证书",
}
ACTIONS: Mapping[str, str] = {
    EventName.ADD: "新建",
    EventName.CHANGE: "修改",
    EventName.OFF: "停用",
    EventName.ON: "恢复使用",
    EventName.HOLD: "对方不再接收，暂停推送",
    EventName.TEST_TARGET: "检查对接",
    EventName.RENAME: "更名",
    EventName.DISABLE: "停用",
    EventName.ENABLE: "恢复使用",
    EventName.GRANT: "授予岗位",
    EventName.REVOKE: "收回岗位",
    EventName.MANDATE: "登记授权",
    EventName.END_MANDATE: "终止授权",
    EventName.TOKEN: "发放接口令牌",
    EventName.END_TOKEN: "作废接口令牌",
    EventName.CONFIRM_RULE: "确认本单位规则",
    EventName.WITHDRAW_RULE: "撤回对本单位规则的确认",
    EventName.STATE_THRESHOLDS: "写明罚款的界线",
    EventName.MATCH_HEADINGS: "匹配表头",
    EventName.FORGET_HEADING: "取消匹配的表头",
    EventName.SET_ASSIGNMENT_RULE: "设置分办规则",
    EventName.DROP_ASSIGNMENT_RULE: "删除分办规则",
    EventName.OPEN_ROOM: "增加约谈室",
    EventName.CLOSE_ROOM: "停用约谈室",
    EventName.ENTER_ABSENCE: "登记请假和代办",
    EventName.END_ABSENCE: "结束请假",
    EventName.PROPOSE_LAW: "提请施行规则",
    EventName.ENFORCE_LAW: "决定施行规则",
    EventName.DROP_LAW: "作废规则草案",
    EventName.WITHDRAW_LAW: "施行前撤回规则",
    EventName.PASSWORD_LINK: "发放设置密码的链接",
    EventName.ASK_PASSWORD_LINK: "在登录页找回密码，发送链接",
    EventName.CHANGE_ADDRESS: "变更电子邮箱",
    EventName.SECOND_FACTOR_LINK: "发放解除动态口令的链接",
    EventName.RELEASE_LINK: "打印链接的通知单",
    EventName.SET_PASSWORD: "用链接设置密码",
    EventName.CHANGE_PASSWORD: "修改密码",
    EventName.BIND_SECOND_FACTOR: "绑定动态口令",
    EventName.RELEASE_SECOND_FACTOR: "解除动态口令",
    EventName.RESET_SECOND_FACTOR: "重置动态口令",
    EventName.USE_RECOVERY_CODE: "使用恢复码",
    EventName.OPEN_CALENDAR_FEED: "生成日历地址",
    EventName.CLOSE_CALENDAR_FEED: "作废日历地址",
    EventName.REPIN: "升级时改记规则文件",
    EventName.SUCCEED: "撤并，由另一单位承继",
    EventName.TAKE_BACK_SUCCESSION: "撤回承继登记",
    EventName.ERRATUM: "施行勘误",
    EventName.CERTIFICATE_USED: "首次使用",
    EventName.REVOKE_CERTIFICATE: "登记吊销",
    EventName.TAKE_BACK_REVOCATION: "撤回吊销登记",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change as a page tells it; `role` is in which capacity `who` made it."""

    area: str
    name: str
    action: str
    who: str
    role: str
    at: datetime
    content: Mapping[str, object]


def note(
    tx: Connection, stream: str, action: EventName, by: Actor, role: str, now: datetime, content: Mapping[str, object]
) -> None:
    """Append the change to its stream, as in account/li; no secret belongs into `content`."""
    event_log.append(tx, stream, NewEvent(action=action, at=now, by=by, role=role, content=content))


def changes(
    tx: Connection, area: str = "", name: str = "", *, before: int | None = None, size: int = 50
) -> list[tuple[int, Change]]:
    """Give changes with the ids of their events, newest first: of one office, account or platform, of an area, or of all."""
    areas = [area] if area in AREAS else AREAS
    within = and_(of_no_case, or_(*(event.c.stream.startswith(f"{one}/") for one in areas)))
    rows = (
        select(event)
        .where(event.c.stream == f"{area}/{name}" if name else within)
        .order_by(event.c.id.desc())
        .limit(size)
    )
    if before is not None:
        rows = rows.where(event.c.id < before)
    return [(row.id, _change(row)) for row in all_rows(tx.execute(rows), EventRow)]


def _change(row: EventRow) -> Change:
    area, _, name = row.stream.partition("/")
    return Change(area, name, row.action, row.actor_name, row.actor_role, row.at, chain.content(row.body))

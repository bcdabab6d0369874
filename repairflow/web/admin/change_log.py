"""管理留痕: who changed offices, accounts and platforms, in words; all that an audit administrator does here is read it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template
from sqlalchemy import Connection

from repairflow.casework.admin import (
    accounts,
    credential_links,
    events,
    offices,
    permissions,
    roles_and_mandates,
    targets,
)
from repairflow.web.core import arguments
from repairflow.web.core.context import current

CAPACITIES = {**roles_and_mandates.POSTS, **permissions.ADMINISTRATORS, "operator": "服务器命令行", "self": "本人"}
LABELS: Mapping[str, Mapping[str, str]] = {
    "office": offices.FIELDS,
    "target": targets.FIELDS,
    "account": accounts.FIELDS,
    "certificate": {"holder": "持有人", "revoked_on": "吊销日期"},
}
VALUES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "office": {"kind": offices.KINDS, "domain": offices.DOMAINS},
    "target": {"kind": targets.KINDS},
    "account": {
        "kind": accounts.KINDS, "role": roles_and_mandates.POSTS, "capacity": roles_and_mandates.CAPACITIES,
        "way": credential_links.WAYS, "opens": credential_links.OPENS,
    },
}  # fmt: skip
MORE = {
    "role": "岗位", "office": "单位", "subject": "信用主体", "capacity": "身份", "until": "截止日", "label": "用途", "days": "有效天数",
    "waiting": "排队的推送", "way": "方式", "opens": "用于", "made_by": "发放人", "released_by": "打印人",
    "count": "规则文件数", "erratum": "勘误", "reason": "理由", "read_by": "核对人",
    "successor": "承继机关", "day": "日期", "document": "依据文件", "cases": "变动的在办件",
    "key": "密钥编号", "result": "结果",
}  # fmt: skip
SIZE = 50


def changes() -> str:
    """Show one page of the changes."""
    here = current()
    given = arguments.text("room")
    area = given if given in events.AREAS else ""
    before = arguments.number("before")
    with here.read() as tx:
        found = events.changes(tx, area, before=before, size=SIZE + 1)
    following = found[SIZE - 1][0] if len(found) > SIZE else None
    return render_template(
        "admin/changes.html", changes=[shown(change) for _, change in found[:SIZE]], following=following, area=area,
        areas=events.AREAS, first=before is None,
    )  # fmt: skip


def latest(tx: Connection, area: str, name: str) -> list[dict[str, object]]:
    """Return the last changes of one office, account or platform, for its page."""
    return [shown(change) for _, change in events.changes(tx, area, name, size=10)]


def shown(change: events.Change) -> dict[str, object]:
    """Return a change as the table shows it."""
    return {
        "area": events.AREAS[change.area], "name": change.name, "action": events.ACTIONS.get(change.action, change.action),
        "who": change.who, "role": CAPACITIES.get(change.role, change.role), "at": change.at, "summary": summary(change),
    }  # fmt: skip


def summary(change: events.Change) -> str:
    """Say what changed: 简称：县环保局 → 县生态环境局."""
    labels = {**MORE, **LABELS.get(change.area, {})}
    values = VALUES.get(change.area, {})
    parts = []
    for name, value in change.content.items():
        if name not in labels or value is None:
            continue
        if isinstance(value, list):
            before, after = (_said(values, name, one) or "（无）" for one in value)
            parts.append(f"{labels[name]}：{before} → {after}")
        elif value is True:
            parts.append(f"{labels[name]}：已更换")
        elif not (name == "waiting" and value == 0):
            parts.append(f"{labels[name]}：{_said(values, name, value)}")
    return "；".join(parts)


def _said(values: Mapping[str, Mapping[str, str]], name: str, value: object) -> str:
    return values.get(name, {}).get(str(value), str(value))

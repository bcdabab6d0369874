"""How a person is introduced: the office and its posts, or the subject spoken for."""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.rows_by_id import offices_of, subject_of
from repairflow.law.identifiers import mask_name
from repairflow.law.procedure.roles import OWN_POSTS
from repairflow.records import record

ROLE_LABELS = {
    "registrar": "受理",
    "checker": "核查",
    "supervisor": "负责人",
    "acceptor": "受理",
    "examiner": "核查",
    "reviewer": "审核",
    "decider": "批准",
    "head": "单位负责人",
    "legal_reviewer": "法制审核",
    "proposer": "提请列入名单",
    "interviewer": "约谈",
    "recorder": "约谈记录",
    "handler": "调查",
    "provider": "信息提供",
    "partner": "联合惩戒实施",
    "auditor": "审计",
    "system_admin": "系统管理员",
    "security_admin": "安全管理员",
    "audit_admin": "审计管理员",
}
PERSONAL_LABELS = {"representative": "本人", "agent": "代理人"}
GUARDIAN = "监护人"
CAPACITY_LABELS = {"representative": "法定代表人", "agent": "经办人"}


def introduction(tx: Connection, actor: Actor) -> str:
    """溪环局 · 受理、审核, or 云溪环保科技有限公司 · 经办人; empty for somebody without post or mandate."""
    if actor.mandates:
        subject_id, capacity = min(actor.mandates)
        holder = subject_of(tx, subject_id)
        name, kind = holder.name, holder.kind
        if kind == "natural_person":  # whoever speaks for a person is no officer of it, and need not read out its name
            of_child = select(record.c.id).where(record.c.subject_id == subject_id, record.c.minor).limit(1)
            guards = capacity == "representative" and tx.execute(of_child).first() is not None
            return f"{mask_name(name)} · {GUARDIAN if guards else PERSONAL_LABELS[capacity]}"
        more = f" 等 {len(actor.mandates)} 家" if len(actor.mandates) > 1 else ""
        return f"{name}{more} · {CAPACITY_LABELS[capacity]}"
    if not actor.roles:
        return ""
    places = sorted({office_id for _, office_id in actor.roles})
    known = {place: row.short_name for place, row in offices_of(tx, places).items()}
    labels = {**ROLE_LABELS, **OWN_POSTS}
    order = list(labels)
    parts = []
    for office_id in places:
        roles = sorted(
            (r for r, o in actor.roles if o == office_id), key=lambda r: order.index(r) if r in order else len(order)
        )
        parts.append(f"{known[office_id]} · {'、'.join(dict.fromkeys(labels.get(r, r) for r in roles))}")
    return "；".join(parts)

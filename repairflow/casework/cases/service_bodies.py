"""The register of bodies that offer training, reports or advice around repair (信用服务机构), and whom one is warned of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from repairflow.casework import event_log, inputs
from repairflow.casework.actor import Actor
from repairflow.casework.changes import EnterServiceBody
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.errors import Forbidden, Invalid, Problem
from repairflow.law.identifiers import check_uscc, normalise
from repairflow.law.service_bodies import FLAGS, SERVICES
from repairflow.records import office, service_body

LABELS = {
    "uscc": "统一社会信用代码", "name": "名称", "fees": "收费情况", "contact": "联系方式", "flag": "提醒", "reason": "提醒的事实和来源",
}  # fmt: skip
LONGEST = {"name": 200, "fees": 500, "contact": 200, "reason": 2000}
KEEPS = ("registrar", "supervisor")


def may_enter(tx: Connection, actor: Actor) -> bool:
    """Whether the actor keeps the register: a registrar or supervisor of a credit office."""
    places = sorted(place for role, place in actor.roles if role in KEEPS)
    credit = select(office.c.id).where(office.c.id.in_(places), office.c.kind == "credit_office")
    return bool(places) and tx.execute(credit.limit(1)).first() is not None


def enter(tx: Connection, given: EnterServiceBody, now: datetime) -> None:
    """Afterwards the body stands in the register as given. Raises Forbidden, Invalid with every fault."""
    if not may_enter(tx, given.actor):
        raise Forbidden("信用服务机构由信用办登记。")
    form, problems = given.given, list[Problem]()
    texts = inputs.texts(form, LABELS, LONGEST, problems, ("name", "fees"))
    check = check_uscc(normalise(form.get("uscc", "")))
    if not check.ok:
        problems.append(Problem("uscc", check.reason or f"请填写{LABELS['uscc']}"))
    flag = form.get("flag", "")
    if flag and flag not in FLAGS:
        problems.append(Problem("flag", "请从所列情形中选择"))
    if flag and not texts["reason"] and not any(p.where == "reason" for p in problems):
        problems.append(Problem("reason", "提醒的，请写明事实和来源，如 投诉 TS-2026-000001 查实"))
    services = [code for code in SERVICES if code in given.services]
    if not services:
        problems.append(Problem("services", "请选择提供的服务"))
    if problems:
        raise Invalid("没有登记，请按提示修改后再提交。", problems)
    values = {**texts, "services": services, "flag": flag, "changed_at": now}
    known = tx.execute(select(service_body.c.id).where(service_body.c.uscc == check.code)).scalar()
    if known is None:
        tx.execute(insert(service_body).values(uscc=check.code, entered_by=given.actor.id, entered_at=now, **values))
    else:
        tx.execute(update(service_body).where(service_body.c.id == known).values(**values))
    said = {"name": texts["name"], "services": services, "flag": flag}
    new = NewEvent(
        action=EventName.ENTER_SERVICE_BODY, at=now, by=given.actor, role="registrar", content=said,
        reason=texts["reason"] or None,
    )  # fmt: skip
    event_log.append(tx, f"body/{check.code}", new)

"""The register of bodies that offer training, reports or advice around repair (信用服务机构), and whom one is warned of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework import event_log, inputs, new_rows
from repairflow.casework.actor import Actor
from repairflow.casework.changes import EnterServiceBody
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import post_in
from repairflow.errors import Conflict, Forbidden, Invalid, Problem
from repairflow.law.identifiers import check_uscc, normalise, without_personal_numbers
from repairflow.law.service_bodies import FLAGS, SERVICES
from repairflow.records import office, service_body
from repairflow.records.rows import ServiceBodyRow, first_row

LABELS = {
    "uscc": "统一社会信用代码", "name": "名称", "fees": "收费情况", "contact": "联系方式", "flag": "提醒", "reason": "提醒的事实和来源",
}  # fmt: skip
LONGEST = {"name": 200, "fees": 500, "contact": 200, "reason": 2000}
KEEPS = ("registrar", "supervisor")


def keeps_as(tx: Connection, actor: Actor) -> str | None:
    """Return the post by which the actor keeps the register, registrar or supervisor of a credit office; None without one."""
    places = sorted(place for role, place in actor.roles if role in KEEPS)
    credit = select(office.c.id).where(office.c.id.in_(places), office.c.kind == "credit_office").order_by(office.c.id)
    held = (post_in(actor, place, KEEPS) for place in tx.execute(credit).scalars())
    return next(held, None)


def enter(tx: Connection, given: EnterServiceBody, now: datetime) -> None:
    """Ensure that the body stands in the register as given, and the trail says what stood there before.

    Raises Forbidden, Invalid with every fault, Conflict where somebody else enters it at this moment.
    """
    role = keeps_as(tx, given.actor)
    if role is None:
        raise Forbidden("信用服务机构由信用办登记。")
    form, problems = given.given, list[Problem]()
    texts = inputs.texts(form, LABELS, LONGEST, problems, ("name", "fees"))
    texts = {name: without_personal_numbers(text) for name, text in texts.items()}  # everybody reads them
    check = check_uscc(normalise(form.get("uscc", "")))
    if not check.ok:
        problems.append(Problem("uscc", check.reason or f"请填写{LABELS['uscc']}"))
    locked = select(service_body).where(service_body.c.uscc == check.code).with_for_update()
    before = first_row(tx.execute(locked), ServiceBodyRow)
    flag = form.get("flag", "")
    problems += _of_flag(before, flag, texts["reason"], [p.where for p in problems])
    services = [code for code in SERVICES if code in given.services]
    if not services:
        problems.append(Problem("services", "请选择提供的服务"))
    if problems:
        raise Invalid("没有登记，请按提示修改后再提交。", problems)
    values = {**texts, "services": services, "flag": flag}
    if before is not None:
        tx.execute(update(service_body).where(service_body.c.id == before.id).values(**values, changed_at=now))
    else:
        new = {"uscc": check.code, "entered_by": given.actor.id, "entered_at": now, "changed_at": now, **values}
        if new_rows.enter(tx, service_body, new) is None:
            raise Conflict("这个机构刚才已由他人登记，请刷新页面，看过现有内容再更改。")
    was = {name: getattr(before, name) for name in values} if before is not None else None
    event = NewEvent(
        action=EventName.ENTER_SERVICE_BODY, at=now, by=given.actor, role=role, reason=texts["reason"] or None,
        content={name: values[name] for name in values if name != "reason"} | ({"was": was} if was else {}),
    )  # fmt: skip
    event_log.append(tx, f"body/{check.code}", event)


def _of_flag(before: ServiceBodyRow | None, flag: str, reason: str, faults: Collection[str]) -> list[Problem]:
    """Return what is wrong with a warning, or with taking one off: others rely on it, so either is said with its facts."""
    if flag and flag not in FLAGS:
        return [Problem("flag", "请从所列情形中选择")]
    if reason or "reason" in faults:
        return []
    if before is not None and before.flag and before.flag != flag:
        said = f"这个机构现有提醒“{FLAGS.get(before.flag, before.flag)}”，取消或者更改的，请写明事实和来源"
        return [Problem("reason", said)]
    return [Problem("reason", "提醒的，请写明事实和来源，如 投诉 TS-2026-000001 查实")] if flag else []

"""Entering a subject by hand (录入信用主体): what no delivery has brought yet can be the subject of a case all the same.

A code is checked by its check digit; of a natural person the number is sealed and found by a keyed digest alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework import event_log, inputs, new_rows
from repairflow.casework.actor import Actor
from repairflow.casework.changes import EnterSubject
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Conflict, Forbidden, Invalid, Problem
from repairflow.gateway.penalties.doubts import PLACEHOLDER, is_placeholder
from repairflow.gateway.penalties.row import KIND_LABELS
from repairflow.law.identifiers import check_person, check_uscc, normalise
from repairflow.records import subject
from repairflow.times import local_day

LABELS = {
    "kind": "种类", "name": "名称（姓名）", "code": "统一社会信用代码", "id_number": "居民身份证号码",
    "representative": "法定代表人（负责人）", "address": "住所",
}  # fmt: skip
LONGEST = {"name": 200, "representative": 80, "address": 300}
PERSON = "natural_person"


def enter(tx: Connection, services: Services, given: EnterSubject, now: datetime) -> str:
    """Ensure that the subject is known; gives its credit code, empty for a natural person.

    Raises Forbidden to those who handle no cases, Invalid with every fault; a subject that is known already is one.
    """
    role = enters_as(given.actor)
    if role is None:
        raise Forbidden("信用主体由各单位的办理人员录入，您没有这样的岗位。")
    form, problems = given.given, list[Problem]()
    name, representative, address = (text or None for text in inputs.texts(form, LABELS, LONGEST, problems).values())
    values: dict[str, object] = {"name": name, "legal_representative": representative, "address": address}
    if not name and not problems:
        problems.append(Problem("name", f"请填写{LABELS['name']}"))
    kind = form.get("kind", "").strip()
    if kind not in KIND_LABELS:
        problems.append(Problem("kind", f"请选择{LABELS['kind']}：{'、'.join(KIND_LABELS.values())}"))
    elif kind == PERSON:
        values |= _person(tx, services, form, problems, now)
    else:
        values |= _organisation(tx, form, problems)
    if problems:
        raise Invalid("没有录入，请按提示修改后再提交。", problems)
    key = new_rows.enter(tx, subject, {"kind": kind, **values})
    if key is None:
        raise Conflict("这个信用主体刚才已由他人录入，不需要再录入。")
    code = str(values.get("uscc") or "")
    said = {"kind": kind} if kind == PERSON else {"kind": kind, "subject": code, "name": name}
    new = NewEvent(action=EventName.ENTER_SUBJECT, at=now, by=given.actor, role=role, content=said)
    event_log.append(tx, f"subject/{code or f'person-{key}'}", new)
    return code


def enters_as(actor: Actor) -> str | None:
    """Return the post by which the actor handles cases in some office, or None."""
    held = {role for role, _ in actor.roles}
    return next((role for role in OFFICE_OF_ROLE if role in held), None)


def _organisation(tx: Connection, form: Mapping[str, str], problems: list[Problem]) -> dict[str, object]:
    code = normalise(form.get("code", ""))
    check = check_uscc(code)
    if not code:
        problems.append(Problem("code", f"请填写{LABELS['code']}"))
    elif not check.ok:
        problems.append(Problem("code", check.reason))
    elif is_placeholder(check.code):
        problems.append(Problem("code", PLACEHOLDER))
    elif known := tx.execute(select(subject.c.name).where(subject.c.uscc == check.code)).scalar():
        problems.append(Problem("code", f"这个代码的信用主体已经在档：{known}，不需要再录入"))
    if form.get("id_number", "").strip():
        problems.append(Problem("id_number", "单位、个体工商户不填身份证号码"))
    return {"uscc": check.code}


def _person(
    tx: Connection, services: Services, form: Mapping[str, str], problems: list[Problem], now: datetime
) -> dict[str, object]:
    number = normalise(form.get("id_number", ""))
    check = check_person(number, local_day(now))
    if form.get("code", "").strip():
        problems.append(Problem("code", "自然人没有统一社会信用代码；个体工商户请把种类改为个体工商户"))
    index = services.vault.index(number)
    if not number:
        problems.append(Problem("id_number", f"请填写{LABELS['id_number']}"))
    elif not check.ok:
        problems.append(Problem("id_number", check.reason))
    elif tx.execute(select(subject.c.id).where(subject.c.id_index == index)).first() is not None:
        problems.append(Problem("id_number", "这个号码的自然人已经在档，不需要再录入"))
    return {"id_index": index, "id_sealed": services.vault.seal(number)}

"""Entering a subject by hand (录入信用主体): what no delivery has brought yet can be the subject of a case all the same.

A code is checked by its check digit; of a natural person the number is sealed and found by a keyed digest alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, select

from repairflow.casework import birthdays, event_log, inputs, new_rows
from repairflow.casework.actor import Actor
from repairflow.casework.changes import EnterSubject
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Conflict, Forbidden, Invalid, Problem
from repairflow.gateway.penalties.doubts import PLACEHOLDER, is_placeholder, name_fault
from repairflow.gateway.penalties.row import KIND_LABELS
from repairflow.law.identifiers import (
    birth_in,
    birthday_fault,
    check_person,
    check_uscc,
    looks_like_card,
    looks_like_document,
    normalise,
)
from repairflow.records import subject
from repairflow.times import local_day

LABELS = {
    "kind": "种类", "name": "名称（姓名）", "code": "统一社会信用代码", "id_kind": "证件种类", "id_number": "证件号码", "born": "出生日期",
    "representative": "法定代表人（负责人）", "address": "住所",
}  # fmt: skip
LONGEST = {"name": 200, "representative": 80, "address": 300}
PERSON = "natural_person"
ID_KINDS = {"resident": "居民身份证、港澳台居民居住证、外国人永久居留身份证", "other": "护照等号码不含出生日期的证件"}


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
    if name and (fault := name_fault(name, of_person=kind == PERSON)):
        problems.append(Problem("name", fault))
    if kind not in KIND_LABELS:
        problems.append(Problem("kind", f"请选择{LABELS['kind']}：{'、'.join(KIND_LABELS.values())}"))
    elif form.get("id_kind", "").strip() not in ("", *ID_KINDS):
        problems.append(Problem("id_kind", f"请选择{LABELS['id_kind']}：{'、'.join(ID_KINDS.values())}"))
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
    for name in ("id_number", "born"):
        if form.get(name, "").strip():
            problems.append(Problem(name, f"单位、个体工商户不填{LABELS[name]}"))
    return {"uscc": check.code}


def _person(
    tx: Connection, services: Services, form: Mapping[str, str], problems: list[Problem], now: datetime
) -> dict[str, object]:
    number, today = normalise(form.get("id_number", "")), local_day(now)
    by_card = form.get("id_kind", "").strip() in ("", "resident")
    if form.get("code", "").strip():
        problems.append(Problem("code", "自然人没有统一社会信用代码；个体工商户请把种类改为个体工商户"))
    index = services.vault.index(number)
    if not number:
        problems.append(Problem("id_number", f"请填写{LABELS['id_number']}"))
    elif fault := _fault_of_number(number, today, by_card=by_card):
        problems.append(Problem("id_number", fault))
    elif tx.execute(select(subject.c.id).where(subject.c.id_index == index)).first() is not None:
        problems.append(Problem("id_number", "这个号码的自然人已经在档，不需要再录入"))
    born = _birthday(form, number, today, problems)
    return {
        "id_index": index, "id_sealed": services.vault.seal(number),
        "born_sealed": birthdays.sealed(services.vault, born) if born is not None else None,
    }  # fmt: skip


def _fault_of_number(number: str, today: date, *, by_card: bool) -> str:
    if by_card:
        check = check_person(number, today)
        return "" if check.ok else f"{check.reason}持护照等其他证件的，请把证件种类改为“{ID_KINDS['other']}”"
    if birth_in(number, today) is not None:
        return f"这是居民身份证等证件的号码，请把证件种类改为“{ID_KINDS['resident']}”"
    if looks_like_card(number):
        return (
            f"这是居民身份证等证件号码的样式（15位或者18位），但是核对不通过：请对照证件改正号码，把证件种类改为“{ID_KINDS['resident']}”；"
            "15位的请填写换发后的18位号码"
        )
    return "" if looks_like_document(number) else "证件号码应为5至20位字母、数字，请核对"


def _birthday(form: Mapping[str, str], number: str, today: date, problems: list[Problem]) -> date | None:
    """Return the birthday to be kept: none where the number tells it; one that contradicts the number is a fault."""
    text, of_number = form.get("born", "").strip(), birth_in(number, today)
    if of_number is not None:
        if text and text != of_number.isoformat():
            problems.append(Problem("born", "与证件号码中的出生日期不一致，请核对；这类证件不需要填写出生日期"))
        return None
    if form.get("id_kind", "").strip() != "other" and not text:
        return None  # the number is at fault
    if fault := birthday_fault(text, today):
        problems.append(Problem("born", fault if text else f"请填写{LABELS['born']}：这类证件的号码不含出生日期"))
        return None
    return date.fromisoformat(text)

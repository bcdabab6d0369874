"""What happens to an organisation in the register (登记): another name or legal representative, merger, split, the end.

Its records stay what they are. After a change of name letters and messages use the new one, and the old one still finds it;
after its end its successor's people see its file and act for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, exists, or_, select, update

from repairflow import plain
from repairflow.auditing.chain import Appended
from repairflow.casework import event_log, party_names
from repairflow.casework.actor import Actor
from repairflow.casework.changes import ChangeRegistration, EndSubject
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import new_names
from repairflow.casework.outbound.push_cause import Cause
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.law.guards import day_text
from repairflow.law.identifiers import check_uscc, normalise
from repairflow.law.procedure.library import Library
from repairflow.letters.fonts.printable import how_else, unprintable
from repairflow.records import event, office, record, subject
from repairflow.records.rows import SubjectRow, first_row
from repairflow.times import local_day

KINDS = {"merger": "合并", "split": "分立后解散", "deregistration": "注销"}
"""How an organisation ends."""
LONGEST = {"name": 200, "representative": 80, "notice": 200}
LABELS = {
    "name": "变更后的名称",
    "representative": "变更后的法定代表人",
    "day": "登记日期",
    "notice": "登记通知书文号",
    "kind": "情形",
    "successor": "承继人的统一社会信用代码",
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a form must always say: on which day, by which notice of the registration authority."""

    day: date
    notice: str


def organisation(tx: Connection, actor: Actor, code: str, *, lock: bool = False) -> SubjectRow:
    """Return the organisation with this credit code, for those who handle cases. NotFound otherwise."""
    query = select(subject).where(subject.c.uscc == normalise(code))
    row = first_row(tx.execute(query.with_for_update() if lock else query), SubjectRow)
    if row is None or not any(role in OFFICE_OF_ROLE for role, _ in actor.roles):
        raise NotFound("没有找到这个信用主体，或者您无权查看。")
    return row


def may_write(tx: Connection, actor: Actor, row: SubjectRow) -> bool:
    """Tell whether the actor may record changes: it handles cases in a credit office, or in one that decided or delivered a record
    of this subject."""
    mine = sorted(place for role, place in actor.roles if role in OFFICE_OF_ROLE)
    credit = select(office.c.id).where(office.c.id.in_(mine), office.c.kind == "credit_office")
    own = select(record.c.id).where(
        record.c.subject_id == row.id, or_(record.c.authority_id.in_(mine), record.c.provider_id.in_(mine))
    )
    return bool(tx.execute(select(or_(exists(credit), exists(own)))).scalar_one())


def change(tx: Connection, law: Library, given: ChangeRegistration, now: datetime) -> SubjectRow:
    """Ensure that the organisation has the name and legal representative given, on the notice named; platforms that show its
    records are told, and its people.

    Raises NotFound, Forbidden, Conflict for one that has ended, Invalid with every fault.
    """
    if _done(tx, given):
        return organisation(tx, given.actor, given.subject)
    row = _writable(tx, given.actor, given.subject)
    problems: list[Problem] = []
    shown = _proof(given.given, problems, now)
    name, representative = (_text(given.given, field, problems) for field in ("name", "representative"))
    new_name = name if name and name != row.name else None
    new_head = representative if representative and representative != (row.legal_representative or "") else None
    if not problems and new_name is None and new_head is None:
        problems.append(Problem("name", "请填写变更后的名称或者法定代表人；与现在相同的不需要登记"))
    _stop(problems)
    said: dict[str, object] = {"day": shown.day, "notice": shown.notice}
    if new_name is not None:
        said["name"] = [row.name, new_name]
    if new_head is not None:
        said["legal_representative"] = [row.legal_representative or "", new_head]
    made = _note(tx, row, given, said, now)
    if new_head is not None:
        tx.execute(update(subject).where(subject.c.id == row.id).values(legal_representative=new_head))
    if new_name is not None:
        party_names.rename(tx, row.id, new_name, shown.day, now)
        new_names.push_subject(tx, law, row.id, Cause(made.digest, now))
    what = "、".join([*(["名称"] if new_name else []), *(["法定代表人"] if new_head else [])])
    body = f"已按{day_text(shown.day)}的登记通知书（{shown.notice}）登记{what}变更。此后的文书使用变更后的{what}。"
    inbox.notify_subject(tx, row.id, Notice("registration", f"已登记{what}变更", body, now))
    return organisation(tx, given.actor, row.uscc or "")


def end(tx: Connection, law: Library, given: EndSubject, now: datetime) -> SubjectRow:
    """Ensure that the organisation has ended on the day given; a successor's people see its file, act for it and get its
    messages, and platforms are told who succeeds it. Records, periods and open cases go on.

    Raises NotFound, Forbidden, Conflict for one that has ended, Invalid with every fault.
    """
    if _done(tx, given):
        return organisation(tx, given.actor, given.subject)
    row = _writable(tx, given.actor, given.subject)
    problems: list[Problem] = []
    shown = _proof(given.given, problems, now)
    kind = given.given.get("kind", "").strip()
    if kind not in KINDS:
        problems.append(Problem("kind", f"请选择{LABELS['kind']}：{'、'.join(KINDS.values())}"))
    successor = _successor(tx, row, kind, given.given.get("successor", ""), problems)
    _stop(problems)
    said = {"day": shown.day, "notice": shown.notice, "kind": kind, "successor": successor.uscc if successor else None}
    made = _note(tx, row, given, said, now)
    key = successor.id if successor is not None else None
    tx.execute(update(subject).where(subject.c.id == row.id).values(ended_on=shown.day, successor_id=key))
    if key is not None:
        # who succeeded it before is succeeded by the same now: one look is enough for everybody
        tx.execute(update(subject).where(subject.c.successor_id == row.id).values(successor_id=key))
        new_names.push_subject(tx, law, row.id, Cause(made.digest, now))
    after = f"，由{successor.name}承继" if successor is not None else ""
    body = (
        f"{row.name}已于{day_text(shown.day)}{KINDS[kind]}{after}（{shown.notice}）。其失信信息和未办结的办件继续办理。"
    )
    inbox.notify_subject(tx, row.id, Notice("registration", f"已登记{KINDS[kind]}：{row.name}", body, now))
    return organisation(tx, given.actor, row.uscc or "")


def _done(tx: Connection, given: ChangeRegistration | EndSubject) -> bool:
    """Tell whether the very same request was carried out before."""
    if given.command_id is None:
        return False
    mine = (event.c.command_id == given.command_id, event.c.actor_id == given.actor.id)
    return tx.execute(select(event.c.id).where(*mine).limit(1)).first() is not None


def _writable(tx: Connection, actor: Actor, code: str) -> SubjectRow:
    row = organisation(tx, actor, code, lock=True)
    if not may_write(tx, actor, row):
        raise Forbidden("变更登记由信用中心，或者认定、提供其失信信息的单位办理。")
    if row.ended_on is not None:
        raise Conflict(f"{row.name}已于{day_text(row.ended_on)}终止，不能再登记变更。")
    return row


def _successor(tx: Connection, row: SubjectRow, kind: str, code: str, problems: list[Problem]) -> SubjectRow | None:
    if not code.strip():
        if kind in {"merger", "split"}:
            problems.append(Problem("successor", "合并、分立的，请填写承继人的统一社会信用代码"))
        return None
    found = first_row(tx.execute(select(subject).where(subject.c.uscc == normalise(code))), SubjectRow)
    if found is None and not (check := check_uscc(code)).ok:
        problems.append(Problem("successor", check.reason))
    elif found is None:
        problems.append(
            Problem("successor", "没有这个信用主体。承继人须先有信用档案：可先导入其信息，或者在开通账号时登记")
        )
    elif found.id == row.id or found.ended_on is not None:
        problems.append(Problem("successor", "承继人不能是本主体，也不能是已经终止的主体"))
        return None
    return found


def _proof(given: Mapping[str, str], problems: list[Problem], now: datetime) -> _Shown:
    day, notice = local_day(now), _text(given, "notice", problems)
    try:
        day = plain.day(given.get("day", "").strip())
    except ValueError:
        problems.append(Problem("day", "请填写登记日期，如 2026-06-20"))
    if day > local_day(now):
        problems.append(Problem("day", "登记日期还没有到，请核对"))
    if not notice and not any(p.where == "notice" for p in problems):
        problems.append(Problem("notice", "请填写登记通知书的文号，如（溪）登字〔2026〕第12号"))
    return _Shown(day, notice)


def _text(given: Mapping[str, str], field: str, problems: list[Problem]) -> str:
    text = " ".join(written(given.get(field, ""), LONGEST[field], problems, field, LABELS[field]).split())
    if text and not plain.named(text):
        problems.append(Problem(field, f"“{LABELS[field]}”没有文字，请重新填写"))
    elif odd := unprintable(plain.rare_apart(text)):
        problems.append(
            Problem(field, f"“{LABELS[field]}”含有文书印不出来的字：{odd}；{how_else(plain.rare_apart(text))}")
        )
    return text


def _stop(problems: list[Problem]) -> None:
    if problems:
        raise Invalid("没有登记，请按提示修改后再提交。", problems)


def _note(
    tx: Connection,
    row: SubjectRow,
    given: ChangeRegistration | EndSubject,
    said: Mapping[str, object],
    now: datetime,
) -> Appended:
    kept = {key: value.isoformat() if isinstance(value, date) else value for key, value in said.items()}
    new = NewEvent(
        action=EventName.END_SUBJECT if isinstance(given, EndSubject) else EventName.CHANGE_REGISTRATION,
        at=now,
        by=given.actor,
        role="registrar",
        command_id=given.command_id,
        content={"subject": row.uscc, **kept},
    )
    return event_log.append(tx, f"subject/{row.uscc}", new)

"""The public statement of reason (公开说明理由) where a published penalty was changed, annulled, or confirmed unlawful or void (行政处罚法
48): written in the transaction that withdraws what shows the penalty, read on the public pages, in open data and in the push."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, insert, select

from repairflow.casework.case_state import record_events
from repairflow.errors import Invalid, Problem
from repairflow.law.names import plain_words
from repairflow.prepared import Prepared
from repairflow.records import linked_person, mandate, person, subject, withdrawal_statement
from repairflow.records.rows import RecordRow, SubjectRow, WithdrawalStatementRow, one_row
from repairflow.redaction import clean

BASIS = "《中华人民共和国行政处罚法》第四十八条第二款"
"""Of what was read: chufa.a48 of the statutes, verified there."""
STANDS = "stands"
CHANGES = {"annul_record": "annulled", "correct_record": "changed", "mask_record": "changed", "unmask_record": STANDS}
"""By effect, what became of the penalty, where the form does not ask (`told`). A mask withdraws what was changed to the subject's burden,
until it has been heard; what is shown again as it was takes the statement of its case back."""
LABELS = {
    "annulled": "撤销、确认违法或者确认无效",
    "changed": "变更",
    "revoked": "撤销",
    "unlawful": "确认违法",
    "void": "确认无效",
    "open": "变更、撤销、确认违法或者确认无效（是哪一种正在核实）",
    STANDS: "没有变动，恢复公示",
}
_STATED = Prepared(
    select(withdrawal_statement)
    .where(withdrawal_statement.c.record_id == bindparam("whose"), withdrawal_statement.c.stated_at == bindparam("at"))
    .order_by(withdrawal_statement.c.id.desc())
    .limit(1),
    WithdrawalStatementRow,
)
PERSON, TRADER = "natural_person", "sole_trader"


@dataclass(frozen=True, slots=True)
class Stated:
    """Why a published penalty is withdrawn, by which office and, where there is one, in which case."""

    reason: str
    office_id: int
    case_id: int | None = None
    effective_on: date | None = None
    names_confirmed: bool = False  # somebody looked: the words that are like a name of this case are none


def was_public(tx: Connection, row: RecordRow) -> bool:
    """Tell whether a record is a penalty that everybody could see, now or before. Its days alone do not tell: what was kept back (待核对,
    未成年人) has days, too, and a statement would be the first the public hears of it."""
    return row.kind == "penalty" and record_events.ever_published(tx, row.id)


def told(effects: Collection[str], inputs: Mapping[str, object]) -> str | None:
    """Return what a step with these effects says of the penalty (a code of LABELS): what its form names, else what it does; None for a
    step that neither withdraws one nor takes that back."""
    named = str(inputs.get("became") or "")
    return named if named in LABELS else next((one for effect, one in CHANGES.items() if effect in effects), None)


def state(tx: Connection, row: RecordRow, what: str | None, given: Stated, now: datetime) -> int | None:
    """Ensure that everybody can read why what shows this penalty (`row`, as it stood before) was withdrawn, or is shown again; gives the
    statement's id, None where nothing public was withdrawn, or no reason is given (the guard `withdrawal_explained` asks for one).
    Invalid where the reason names a person or a number of one."""
    reason = given.reason.strip()
    if what is None or not reason or not was_public(tx, row):
        return None
    if problems := faults(tx, row, reason, confirmed=given.names_confirmed):
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)
    return write(tx, row, what, replace(given, reason=reason), now)


def write(tx: Connection, row: RecordRow, what: str, given: Stated, now: datetime) -> int:
    """Ensure that the statement stands, as given; gives its id. Whoever writes it has looked at its words (`faults`)."""
    day = None if what == STANDS else given.effective_on  # what did not change has effect from no day
    values = {
        "record_id": row.id, "case_id": given.case_id, "office_id": given.office_id, "change": what, "reason": given.reason,
        "effective_on": day, "stated_at": now,
    }  # fmt: skip
    return int(
        tx.execute(insert(withdrawal_statement).values(**values).returning(withdrawal_statement.c.id)).scalar_one()
    )


def state_annulment(tx: Connection, row: RecordRow, why: str, office_id: int, now: datetime) -> None:
    """As `state`, of a penalty that two people of its authority annul because the decision itself was undone: the reason is by whom
    and by which document. Invalid where that may not be read by everybody."""
    if not was_public(tx, row):
        return
    if problems := faults(tx, row, why, "reason", "撤销依据"):
        raise Invalid("撤销依据须公开说明，不能照写；请不同意这一项，再以可以公开的文书名称重新提出撤销。", problems)
    write(tx, row, "annulled", Stated(why, office_id), now)


def faults(
    tx: Connection, row: RecordRow, reason: str, field: str = "public_reason", label: str = "公开说明的理由", *,
    confirmed: bool = False,
) -> list[Problem]:  # fmt: skip
    """Return why everybody may not read this reason: numbers of persons, and, unless somebody `confirmed` that the words are none, the name
    of a person of this very record: its subject, who represents or speaks for it, who answers for it."""
    if clean(reason) != reason:
        return [Problem(field, f"“{label}”含有证件号码、电话号码或者个人的代码，公开以前请删去")]
    if confirmed:
        return []
    said = plain_words(reason)
    found: dict[str, str] = {}
    for who, name in _people(tx, row):
        if plain_words(name) and plain_words(name) in said:
            found.setdefault(name, who)
    told = "；".join(f"{who}“{name}”（{_around(reason, name)}）" for name, who in found.items())
    if not told:
        return []
    again = "；确实不是人名的，请选择“与人名相同的字词不是人名”后再提交" if field == "public_reason" else ""
    return [Problem(field, f"“{label}”含有与本件有关人员的姓名相同的字词：{told}。公开以前请隐去{again}")]


def _people(tx: Connection, row: RecordRow) -> list[tuple[str, str]]:
    """Return whose names may stand in a reason about this record, and what they are to it."""
    holder = one_row(tx.execute(select(subject).where(subject.c.id == row.subject_id)), SubjectRow)
    found = [("当事人", holder.name)] if holder.kind in (PERSON, TRADER) else []
    if holder.legal_representative:
        found.append(("法定代表人", holder.legal_representative))
    speak = select(person.c.name).join(mandate, mandate.c.person_id == person.c.id)
    found += [("代理人", name) for name in tx.execute(speak.where(mandate.c.subject_id == row.subject_id)).scalars()]
    answer = select(subject.c.name).join(linked_person, linked_person.c.person_id == subject.c.id)
    of = linked_person.c.subject_id == row.subject_id
    return found + [("有关责任人员", name) for name in tx.execute(answer.where(of)).scalars()]


def _around(reason: str, name: str) -> str:
    """Return where in the reason a name stands, with some words before and after it."""
    at = max(reason.find(name), 0)
    return f"……{reason[max(at - 8, 0) : at + len(name) + 8]}……"


def basis_of(change: str) -> str | None:
    """Return the article by which the reason is stated; none for what takes a statement back: the article asks for no such thing."""
    return None if change == STANDS else BASIS


def of_push(tx: Connection, record_id: int, now: datetime) -> dict[str, object] | None:
    """Return what a platform is told of the statement made with this very change of a record; None where none was."""
    if (row := _STATED.run(tx, whose=record_id, at=now).first) is None:
        return None
    return {"change": row.change, "reason": row.reason, "effective_on": row.effective_on, "basis": basis_of(row.change)}

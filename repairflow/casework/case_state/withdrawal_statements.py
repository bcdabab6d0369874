"""The public statement of reason (公开说明理由) where a published penalty was changed, annulled, or confirmed unlawful or void (行政处罚法
48): written in the transaction that withdraws what shows the penalty, read on the public pages, in open data and in the push."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, insert, literal, select

from repairflow.casework.case_state.record_change import Change
from repairflow.errors import Invalid, Problem
from repairflow.law.names import plain_words
from repairflow.records import subject, withdrawal_statement
from repairflow.records.rows import RecordRow, WithdrawalStatementRow, first_row
from repairflow.redaction import HIDDEN, clean
from repairflow.times import local_day

BASIS = "《中华人民共和国行政处罚法》第四十八条第二款"
"""Of what was read: chufa.a48 of the statutes, verified there."""
CHANGES = {"annul_record": "annulled", "correct_record": "changed"}
LABELS = {"annulled": "撤销、确认违法或者确认无效", "changed": "变更"}
LONGEST = 2000
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
PERSON = "natural_person"


@dataclass(frozen=True, slots=True)
class Stated:
    """Why a published penalty is withdrawn, by which office and, where there is one, in which case."""

    reason: str
    office_id: int
    case_id: int | None = None
    effective_on: date | None = None


def was_public(row: RecordRow, today: date) -> bool:
    """Whether a record is a penalty that everybody could see, now or before."""
    return row.kind == "penalty" and row.publish_from is not None and row.publish_from <= today


def state(tx: Connection, row: RecordRow, change: Change, given: Stated, now: datetime) -> int | None:
    """Afterwards everybody can read why what shows this penalty (`row`, as it stood before) was withdrawn; gives the statement's id,
    None where nothing public was withdrawn. Invalid where the reason names a number of a person, or is empty."""
    what = next((told for effect, told in CHANGES.items() if effect in change.effects), None)
    if what is None or not was_public(row, local_day(now)):
        return None
    reason = given.reason.strip()
    if not reason:
        return None
    if problems := faults(tx, reason):
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)
    return _write(tx, row, what, replace(given, reason=reason), now)


def _write(tx: Connection, row: RecordRow, what: str, given: Stated, now: datetime) -> int | None:
    if not was_public(row, local_day(now)) or not given.reason:
        return None
    values = {
        "record_id": row.id, "case_id": given.case_id, "office_id": given.office_id, "change": what, "reason": given.reason,
        "effective_on": given.effective_on, "stated_at": now,
    }  # fmt: skip
    return int(
        tx.execute(insert(withdrawal_statement).values(**values).returning(withdrawal_statement.c.id)).scalar_one()
    )


def state_annulment(tx: Connection, row: RecordRow, grounds: Sequence[str], office_id: int, now: datetime) -> None:
    """As `state`, of a penalty that two people of its authority annul because the decision itself was undone: the reason is by whom
    and by which document, without numbers of persons."""
    reason = clean("；".join(grounds))
    _write(tx, row, "annulled", Stated(reason, office_id), now)


def faults(tx: Connection, reason: str) -> list[Problem]:
    """Why everybody may not read this reason: numbers of persons, the name of a natural person who stands in the registers."""
    if len(reason) > LONGEST:
        return [Problem("public_reason", f"“公开说明的理由”不超过 {LONGEST} 字")]
    if (HIDDEN in clean(reason) and HIDDEN not in reason) or MOBILE.search(reason):
        return [Problem("public_reason", "“公开说明的理由”含有证件号码、电话号码或者个人的代码，公开以前请删去")]
    people = (
        subject.c.kind == PERSON,
        subject.c.plain_name != "",
        literal(plain_words(reason)).contains(subject.c.plain_name),
    )
    if tx.execute(select(subject.c.id).where(*people).limit(1)).first() is not None:
        return [Problem("public_reason", "“公开说明的理由”含有人名，请隐去")]
    return []


def of_push(tx: Connection, record_id: int, now: datetime) -> dict[str, object] | None:
    """What a platform is told of the statement made with this very change of a record; None where none was."""
    found = select(withdrawal_statement).where(
        withdrawal_statement.c.record_id == record_id, withdrawal_statement.c.stated_at == now
    )
    row = first_row(tx.execute(found.order_by(withdrawal_statement.c.id.desc()).limit(1)), WithdrawalStatementRow)
    if row is None:
        return None
    return {"change": row.change, "reason": row.reason, "effective_on": row.effective_on, "basis": BASIS}

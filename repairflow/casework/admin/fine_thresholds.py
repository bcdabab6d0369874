"""Stating the lines of fines (较大数额、巨额): the legal reviewer of an office, by a document; an event each time.

What stands is never changed: a later statement takes its place, and records are classed anew by a command of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import Connection, insert, select

from repairflow.casework.actor import Actor
from repairflow.casework.admin import events
from repairflow.casework.admin.form_errors import Faults, alone
from repairflow.casework.admin.own_rules import LONGEST, ROLE, offices_of
from repairflow.casework.changes import StateThresholds
from repairflow.casework.event_names import EventName
from repairflow.errors import Forbidden
from repairflow.records import fine_threshold, office, person
from repairflow.times import local_day

FIELDS: Mapping[str, str] = {
    "minor_below_wan": "较大数额的起点", "serious_from_wan": "巨额的起点", "document": "依据的文件", "document_day": "文件日期",
}  # fmt: skip
MOST = Decimal(10**9)
"""No line lies above so many 万元."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An office and the lines it states now; none stated: None and empty words."""

    office_id: int
    office: str
    minor_below_wan: Decimal | None = None
    serious_from_wan: Decimal | None = None
    document: str = ""
    document_day: date | None = None
    by: str = ""
    at: datetime | None = None


def of_reviewer(tx: Connection, actor: Actor) -> list[Stated]:
    """Return the lines of each office whose rules this actor confirms."""
    rows = tx.execute(
        select(office.c.id, office.c.name).where(office.c.id.in_(offices_of(actor))).order_by(office.c.id)
    )
    return [stated(tx, row.id, row.name) for row in rows]


def stated(tx: Connection, office_id: int, name: str) -> Stated:
    """Return the lines an office states now."""
    row = tx.execute(
        select(fine_threshold, person.c.name.label("by"))
        .join(person, person.c.id == fine_threshold.c.person_id)
        .where(fine_threshold.c.office_id == office_id)
        .order_by(fine_threshold.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return Stated(office_id, name)
    return Stated(
        office_id, name, row.minor_below_wan, row.serious_from_wan, row.document, row.document_day, row.by, row.stated_at
    )  # fmt: skip


def state(tx: Connection, given: StateThresholds, now: datetime) -> bool:
    """Ensure that new records of the office are classed by these lines, and the trail says who stated them; gives whether they
    are new. Forbidden to all but the legal reviewer of that office; Invalid naming what does not fit."""
    by = given.actor
    if given.office_id not in offices_of(by):
        raise Forbidden("罚款的界线由本单位的法制审核人员写明。")
    alone(tx, fine_threshold)
    values = _checked(given, now)
    code, name = tx.execute(select(office.c.code, office.c.name).where(office.c.id == given.office_id)).one()
    before = stated(tx, given.office_id, name)
    if all(getattr(before, field) == value for field, value in values.items()):
        return False
    tx.execute(insert(fine_threshold).values(office_id=given.office_id, person_id=by.id, stated_at=now, **values))
    content = {
        "minor_below_wan": str(values["minor_below_wan"]), "serious_from_wan": str(values["serious_from_wan"]),
        "document": values["document"], "document_day": values["document_day"],
    }  # fmt: skip
    events.note(tx, f"office/{code}", EventName.STATE_THRESHOLDS, by, ROLE, now, content)
    return True


def _checked(given: StateThresholds, now: datetime) -> dict[str, object]:
    faults = Faults(FIELDS)
    low = _amount(faults, "minor_below_wan", given.minor_below_wan)
    high = _amount(faults, "serious_from_wan", given.serious_from_wan)
    if low is not None and high is not None and low >= high:
        faults.add("serious_from_wan", "应大于较大数额的起点")
    document = faults.text("document", given.document, LONGEST)
    if document and "《" not in document:
        faults.add("document", "请写文件全称并加书名号，如 《云溪县生态环境行政处罚裁量基准》第三条")
    if given.document_day > local_day(now):
        faults.add("document_day", "不能晚于今天")
    faults.stop("没有保存，请按提示修改。")
    return {
        "minor_below_wan": low, "serious_from_wan": high, "document": document, "document_day": given.document_day,
    }  # fmt: skip


def _amount(faults: Faults, field: str, typed: str) -> Decimal | None:
    """Return an amount in 万元 with at most six decimals, above zero."""
    try:
        amount = Decimal(typed.strip())
    except InvalidOperation:
        faults.add(field, "请填写数字，单位万元，如 0.5")
        return None
    if not amount.is_finite() or not 0 < amount <= MOST:
        faults.add(field, f"应大于零、不超过{MOST:,}，单位万元")
        return None
    if amount != amount.quantize(Decimal("0.000001")):
        faults.add(field, "最多六位小数")
        return None
    return amount

"""Headings that an office matched to columns of the layout (匹配表头): kept, used at each of its imports, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.changes import ForgetHeading, MatchHeadings
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.permissions import OFFICE_OF_ROLE, post_in
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.gateway.penalties.fields import FIELDS, field_named, in_yuan, plain_heading
from repairflow.records import office, office_heading, person

LONGEST = 80
Named = Callable[[str], str | None]
"""Gives the field that a heading stands for."""


def reading(tx: Connection, office_id: int) -> Named:
    """Return how an office's headings are read: as everybody's, else as it matched them."""
    own = {
        row.plain: row.field
        for row in tx.execute(
            select(office_heading.c.plain, office_heading.c.field).where(office_heading.c.office_id == office_id)
        )
    }
    return lambda heading: field_named(heading) or own.get(plain_heading(heading))


def kept(tx: Connection, actor: Actor) -> list[Row[tuple[int, str, str, int, str, str, datetime]]]:
    """Return what the actor's offices matched: id, heading, field, office_id, office, by and when."""
    return list(
        tx.execute(
            select(
                office_heading.c.id,
                office_heading.c.heading,
                office_heading.c.field,
                office_heading.c.office_id,
                office.c.name.label("office"),
                person.c.name.label("by"),
                office_heading.c.at,
            )
            .join(office, office.c.id == office_heading.c.office_id)
            .join(person, person.c.id == office_heading.c.person_id)
            .where(office_heading.c.office_id.in_(_places(actor)))
            .order_by(office.c.code, office_heading.c.id)
        )
    )


def match(tx: Connection, given: MatchHeadings, now: datetime) -> int:
    """Ensure that the office's headings are read as these fields; how many are new.

    Forbidden for another office; Invalid, nothing kept, naming each heading that is known already, counts in 元, stands for
    a column that another heading of the office stands for, or for none.
    """
    if given.office_id not in _places(given.actor):
        raise Forbidden("表头由本单位的办理人员匹配，您在这个单位没有这样的岗位。")
    tx.execute(select(office.c.id).where(office.c.id == given.office_id).with_for_update())  # one at a time
    mine = office_heading.c.office_id == given.office_id
    before = {row.plain: row.field for row in tx.execute(select(office_heading).where(mine))}
    taken = {field: plain for plain, field in before.items()}
    problems, new = [], {}
    seen = dict[str, str]()  # of this request
    for heading, field in given.fields.items():
        plain = plain_heading(heading)
        if plain and (same := seen.setdefault(plain, heading)) != heading:
            problems.append(Problem(f"heading:{heading}", f"“{heading}”与“{same}”是同一个表头，只需匹配一次"))
        elif reason := _fault(heading, plain, field, taken):
            problems.append(Problem(f"heading:{heading}", f"“{heading}”{reason}"))
        elif before.get(plain) != field:
            new[heading] = field
            taken[field] = plain
    if problems:
        raise Invalid("没有保存，请按提示修改。", problems)
    for heading, field in new.items():
        tx.execute(delete(office_heading).where(mine, office_heading.c.plain == plain_heading(heading)))
        tx.execute(
            insert(office_heading).values(
                office_id=given.office_id, heading=heading, plain=plain_heading(heading), field=field,
                person_id=given.actor.id, at=now,
            )
        )  # fmt: skip
    if new:
        _note(tx, given.office_id, EventName.MATCH_HEADINGS, given.actor, {"fields": dict(new)}, now)
    return len(new)


def forget(tx: Connection, given: ForgetHeading, now: datetime) -> None:
    """Ensure that the heading is no longer read by what the office matched. NotFound, also for another office's."""
    row = tx.execute(
        select(office_heading).where(
            office_heading.c.id == given.heading_id, office_heading.c.office_id.in_(_places(given.actor))
        )
    ).first()
    if row is None:
        raise NotFound("没有这一项匹配，可能已经取消。")
    tx.execute(delete(office_heading).where(office_heading.c.id == row.id))
    said = {"fields": {row.heading: row.field}}
    _note(tx, row.office_id, EventName.FORGET_HEADING, given.actor, said, now)


def _fault(heading: str, plain: str, field: str, taken: Mapping[str, str]) -> str:
    """Return why a heading cannot stand for a field; '' where it can."""
    if not plain or max(len(heading), len(plain)) > LONGEST:  # NFKC makes several letters of some
        return f"不是表头，或者超过 {LONGEST} 字"
    if field not in FIELDS:
        return "对应的列不存在，请重新选择"
    if known := field_named(heading):
        return f"本来就认识，即“{FIELDS[known].label}”，不需要匹配"
    if FIELDS[field].use == "amount" and in_yuan(heading, lambda _: field):
        return "以元为单位，请在文件中换算为万元并改正表头"
    if taken.get(field, plain) != plain:
        return f"与另一个表头都对应“{FIELDS[field].label}”，一列只能由一个表头对应；请先取消原来的匹配"
    return ""


def _note(
    tx: Connection, office_id: int, name: EventName, by: Actor, content: Mapping[str, object], now: datetime
) -> None:
    code, role = tx.execute(select(office.c.code).where(office.c.id == office_id)).scalar_one(), post_in(by, office_id)
    assert role is not None  # `_places` asked for it
    event_log.append(tx, f"office/{code}", NewEvent(action=name, at=now, by=by, role=role, content=content))


def _places(actor: Actor) -> list[int]:
    return sorted({place for role, place in actor.roles if role in OFFICE_OF_ROLE})

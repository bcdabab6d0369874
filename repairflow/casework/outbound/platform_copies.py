"""What third parties (企业信息平台) show of our records: no daily look reads it, people report it, and letters ask them to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.changes import ReportCopy
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.outbound.sync_findings import seen_by
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.gateway.messages import display
from repairflow.gateway.platform import Shown
from repairflow.gateway.reconcile import Decided, Kind, compare
from repairflow.records import record, sync_finding, target
from repairflow.records.rows import RecordRow, first_row

THIRD_PARTY = "third_party"
"""The kind of a target that keeps copies of what is public and takes no pushes from us."""
WRITERS = ("supervisor", "head")
LONGEST_NOTE = 500
SEEN: Mapping[str, str] = {
    "public": "公示，没有异议标注",
    "disputed": "公示，带有异议标注",
    "outdated": "公示，但不是更正后的内容",
}
"""What somebody may see on the pages of a third party."""


class Found(NamedTuple):
    """A finding with its platform and record; `record_id` is None for one that is not ours, `ended_at` for one that is open."""

    id: int
    kind: str
    number: str
    decided: str | None
    found_at: datetime
    target_id: int
    code: str
    name: str
    target_kind: str
    record_id: int | None
    ended_at: datetime | None


def report(tx: Connection, given: ReportCopy, now: datetime) -> int:
    """Ensure that what a third party shows otherwise is an open finding; gives its id, the earlier one's where it was reported before.

    By supervisors, and heads who see the record. Raises Invalid naming each field, also where the platform shows what it should.
    """
    role = role_of(given.actor)
    problems: list[Problem] = []
    goal = tx.execute(
        select(target.c.id, target.c.code).where(target.c.code == given.target, target.c.kind == THIRD_PARTY, target.c.active)
    ).first()  # fmt: skip
    if goal is None:
        problems.append(Problem("target", "请选择企业信息平台"))
    where = written(given.note, LONGEST_NOTE, problems, "note", "在哪里看到的", "请写明在哪里看到的，如网址和日期")
    row = _record(tx, given.actor, given.number)
    if row is None:
        problems.append(Problem("number", "没有这个编号的信息，或者您无权办理，请核对“信息编号”"))
    if given.shown not in SEEN:
        problems.append(Problem("shown", "请选择对方显示的情况"))
    kind = _kind(row, given.shown) if row is not None and given.shown in SEEN else None
    if row is not None and given.shown in SEEN and kind is None:
        problems.append(Problem("shown", "对方显示的与本系统一致，没有需要更正的"))
    if problems or goal is None or row is None or kind is None:
        raise Invalid("没有登记，请按提示修改后再提交。", problems)
    refuse_untold(row)
    decided = display(row.state)
    theirs = given.shown if given.shown != "outdated" else decided
    mine = (sync_finding.c.target_id == goal.id, sync_finding.c.number == row.number, sync_finding.c.ended_at.is_(None))
    said = {"kind": kind, "decided": decided, "shown": theirs, "seen_at": now}
    known = tx.execute(select(sync_finding.c.id).where(*mine)).scalar()
    if known is None:
        values = {"target_id": goal.id, "number": row.number, "found_at": now, **said}
        known = tx.execute(insert(sync_finding).values(**values).returning(sync_finding.c.id)).scalar_one()
    else:
        tx.execute(update(sync_finding).where(sync_finding.c.id == known).values(**said))
    content = {"number": row.number, "kind": kind, "decided": decided, "shown": theirs}
    note(
        tx,
        goal.code,
        NewEvent(action=EventName.REPORT_COPY, at=now, by=given.actor, role=role, reason=where, content=content),
    )
    return int(known)


def role_of(actor: Actor) -> str:
    """Return the role by which somebody minds what platforms show. Raises Forbidden for who has none."""
    if not actor.has_role(*WRITERS):
        raise Forbidden("由监督人员或者单位负责人登记和发函。")
    return "supervisor" if actor.has_role("supervisor") else "head"


def refuse_untold(row: RecordRow) -> None:
    """Raise Invalid for a record of which no private platform may hear from us: of a person, of a child, or never public."""
    if row.minor or row.of_person or row.state == "unpublished":
        raise Invalid(
            "这条信息依法不对外公示，不能向平台发函。", [Problem("number", "这条信息依法不对外公示，不能向平台发函")]
        )


def open_finding(tx: Connection, actor: Actor, finding_id: int, *, lock: bool) -> Found:
    """Return an open finding that the actor sees. Raises NotFound."""
    of = finding(tx, actor, finding_id, lock=lock)
    if of.ended_at is not None:
        raise NotFound("没有这项差异，可能已经更正。")
    return of


def finding(tx: Connection, actor: Actor, finding_id: int, *, lock: bool) -> Found:
    """Return a finding that the actor sees, mended or not. Raises NotFound."""
    rows = (
        select(
            sync_finding.c.id, sync_finding.c.kind, sync_finding.c.number, sync_finding.c.decided, sync_finding.c.found_at,
            target.c.id.label("target_id"), target.c.code, target.c.name, target.c.kind.label("target_kind"),
            record.c.id.label("record_id"), sync_finding.c.ended_at,
        )
        .join(target, target.c.id == sync_finding.c.target_id)
        .outerjoin(record, record.c.number == sync_finding.c.number)
        .where(sync_finding.c.id == finding_id, seen_by(actor))
    )  # fmt: skip
    of = first_row(tx.execute(rows.with_for_update(of=sync_finding) if lock else rows), Found)
    if of is None:
        raise NotFound("没有这项差异，可能已经更正。")
    return of


def note(tx: Connection, code: str, new: NewEvent) -> None:
    """Ensure that the platform's trail has the event."""
    event_log.append(tx, f"exchange/{code}", new)


def _record(tx: Connection, actor: Actor, number: str) -> RecordRow | None:
    mine = (record.c.number == number.strip(), seen_by(actor))
    return first_row(tx.execute(select(record).where(*mine)), RecordRow)


def _kind(row: RecordRow, shown: str) -> Kind | None:
    ours = Decided(row.number, display(row.state))
    if shown == "outdated":
        return "outdated" if ours.display in ("public", "disputed") else "still_shown"
    theirs = Shown(row.number, "disputed" if shown == "disputed" else "public", 0)
    return next((one.kind for one in compare([ours], [theirs])), None)

"""What came of a hearing (听证): that it was held or missed, who attended, what was said, its result and the transcript (听证笔录).

It stands in the trail of the case, for the decision rests on it; the subject is told that the hearing was held, or missed. What is
wrong is corrected by a second entry with its reason, until the case is closed; the first stays in the trail and on the page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events, materials
from repairflow.casework.case_state.told_files import TRANSCRIPT_KIND
from repairflow.casework.changes import RecordHearing
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import may_see, post_in
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.records import cases, meeting
from repairflow.records.rows import CaseRow, MeetingRow, all_rows, first_row
from repairflow.times import local

HELD, MISSED = "held", "missed"
OUTCOME = "outcome"
CAME = {HELD: "已举行", MISSED: "当事人未到场"}
LONGEST_SAID, LONGEST_RESULT, LONGEST_ATTENDED, LONGEST_WHY = 10_000, 2000, 500, 500


class _Written(NamedTuple):
    attended: str
    said: str
    outcome: str


def waiting(tx: Connection, case_id: int, now: datetime) -> MeetingRow | None:
    """Return the oldest hearing of a case that has begun and of which nobody recorded what came of it."""
    begun = (
        meeting.c.case_id == case_id, meeting.c.kind == "hearing", meeting.c.ended.is_(None), meeting.c.came.is_(None),
        meeting.c.starts_at <= now,
    )  # fmt: skip
    rows = select(meeting).where(*begun).order_by(meeting.c.starts_at, meeting.c.id).limit(1)
    return next(iter(all_rows(tx.execute(rows), MeetingRow)), None)


def to_record(tx: Connection, actor: Actor, case: CaseRow, now: datetime) -> MeetingRow | None:
    """Return the hearing of which the actor may record now what came, or None: what `record` takes, and pages offer."""
    return waiting(tx, case.id, now) if post_in(actor, case.deciding_id) is not None else None


def to_correct(tx: Connection, actor: Actor, case: CaseRow) -> MeetingRow | None:
    """Return the hearing whose result the actor may correct now, the one recorded last; None in a closed case, and for others."""
    if case.closed_at is not None or post_in(actor, case.deciding_id) is None:
        return None
    known = select(meeting).where(
        meeting.c.case_id == case.id, meeting.c.kind == "hearing", meeting.c.came.is_not(None)
    )
    rows = tx.execute(known.order_by(meeting.c.came_at.desc(), meeting.c.id.desc()).limit(1))
    return next(iter(all_rows(rows, MeetingRow)), None)


def record(tx: Connection, given: RecordHearing, now: datetime) -> bool:
    """Ensure that the trail of the case has what came of its hearing, with the transcript, and the subject knows; or, as a
    correction, what is said now in place of what was said before, and why.

    Forbidden to who has no post in the deciding office; Conflict where no hearing waits for it, or none can be corrected; Invalid
    naming the fields.
    """
    case = first_row(tx.execute(select(cases).where(cases.c.number == given.case).with_for_update()), CaseRow)
    if case is None or not may_see(given.actor, case):
        raise NotFound
    role = post_in(given.actor, case.deciding_id)
    if role is None:
        raise Forbidden("听证情况由决定单位登记。")
    row = to_correct(tx, given.actor, case) if given.corrects else waiting(tx, case.id, now)
    if row is None and given.corrects:
        raise Conflict("没有可以更正的听证情况：还没有登记，或者办件已经办结。")
    if row is None:
        raise Conflict("没有等待登记的听证：没有安排，还没有到时间，或者已经登记。")
    said = _read(given, kept=given.corrects and row.came == HELD)
    token = given.transcript
    file = materials.claim_one(tx, given.actor, token, TRANSCRIPT_KIND, "听证笔录") if token else None
    content: dict[str, object] = {
        "came": given.came, "starts_at": row.starts_at, "place": row.place,
        **({"materials": [{"kind": file.kind, "digest": file.digest}]} if file is not None else {}),
    }  # fmt: skip
    personal = {"attended": said.attended, "said": said.said} if given.came == HELD else {}
    heard = NewEvent(
        action=EventName.RECORD_HEARING, at=now, by=given.actor, role=role, reason=said.outcome or CAME[given.came],
        content=content, personal=personal,
    )  # fmt: skip
    if given.corrects:  # its reason says why; the result that now stands goes with it
        why, result_now = given.why.strip(), {OUTCOME: said.outcome} if said.outcome else {}
        heard = replace(heard, action=EventName.CORRECT_HEARING, reason=why, personal={**personal, **result_now})
    appended = case_events.append(tx, case, heard)
    if file is not None:
        materials.attach(tx, (file,), case.id, appended.seq)
    result = {"came": given.came, "came_at": now, **said._asdict()}
    tx.execute(update(meeting).where(meeting.c.id == row.id).values(result))
    if given.corrects and row.came == given.came:
        return True  # the subject was told all that it is told
    title = f"听证{CAME[given.came]}：{case.number}" if given.came == HELD else f"没有参加听证：{case.number}"
    body = f"{local(row.starts_at):%Y-%m-%d %H:%M}，{row.place}。"
    inbox.notify_subject(tx, case.subject_id, Notice.of(case, "progress", title, body, now))
    return True


def _read(given: RecordHearing, *, kept: bool) -> _Written:
    """Return what was written; Invalid with everything that is wrong. Of one that was missed only a remark is asked; a correction may
    rest on the transcript that is `kept`."""
    problems: list[Problem] = []
    held = given.came == HELD
    if given.came not in CAME:
        problems.append(Problem("came", "请选择听证是否举行"))
    attended = written(
        given.attended, LONGEST_ATTENDED, problems, "attended", "参加人员", "请填写参加听证的人员" if held else ""
    )
    said = written(
        given.said, LONGEST_SAID, problems, "said", "听证内容", "请填写当事人的意见和听证内容" if held else ""
    )
    outcome = written(given.outcome, LONGEST_RESULT, problems, "outcome", "听证结果", "请填写听证结果" if held else "")
    if given.corrects:
        written(given.why, LONGEST_WHY, problems, "why", "更正的理由", "请写明更正的理由，如：误记了参加人员")
    if held and not given.transcript and not kept:
        problems.append(Problem("transcript", "请上传听证笔录"))
    if problems:
        raise Invalid("听证情况没有登记，请按提示修改。", problems)
    return _Written(attended, said, outcome)

"""Questions about organisations: answered, and kept in the trail with who asked and for what."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.cases import followed_subjects
from repairflow.casework.cases.inquiry_runs import STREAM
from repairflow.casework.changes.inquiries import FollowSubjects, InquireCredit, UnfollowSubjects
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.handlers.base import Table
from repairflow.casework.inputs import written
from repairflow.casework.queries.records.credit_inquiry import Standing, standings
from repairflow.errors import Forbidden, Invalid, Problem
from repairflow.times import local_day

MOST_CODES = 10_000
MOST_NAMED = 100
"""Codes that the trail names one by one; of more it keeps how many, and the digest of all."""
LONGEST_PURPOSE = 200


def ask(tx: Connection, services: Services, given: InquireCredit, now: datetime) -> list[Standing]:
    """Return what stands of each organisation, in the order asked. Forbidden to all but people of offices; Invalid without purpose or
    codes, or for too many."""
    purpose = asked(given.actor, given.purpose, given.codes)
    found = standings(tx, services.law, given.codes, local_day(now))
    sound = [one.code for one in found if not one.problem]  # what is no code may be anything, and is not kept
    content = {
        "purpose": purpose, "count": len(found), "listed": sum(one.listed for one in found),
        "codes": sound if len(sound) <= MOST_NAMED else [],
        "digest": digest_of(sound),
    }  # fmt: skip
    event_log.append(
        tx, STREAM, NewEvent(action=EventName.ASK_STANDING, at=now, by=given.actor, role="staff", content=content)
    )
    return found


def asked(actor: Actor, purpose: str, codes: Sequence[str]) -> str:
    """Return the purpose as it is kept. Forbidden to all but people of offices; Invalid without purpose or codes, or for too many."""
    if actor.kind != "staff" or actor.administrative:
        raise Forbidden("信用查询供各单位的办理人员和系统使用。")
    problems: list[Problem] = []
    lacking = "请写明查询目的，如政府采购资格审查"
    kept = written(purpose, LONGEST_PURPOSE, problems, "purpose", "查询目的", lacking)
    if not 1 <= len(codes) <= MOST_CODES:
        problems.append(Problem("codes", f"请给出 1 到 {MOST_CODES} 个统一社会信用代码"))
    if problems:
        raise Invalid("没有查询，请按提示修改。", problems)
    return kept


def digest_of(codes: Sequence[str]) -> str:
    """Return what the trail keeps of credit codes that it does not name."""
    return "sha256:" + hashlib.sha256("\n".join(codes).encode()).hexdigest()


HANDLERS: Table = {
    InquireCredit: ask,
    FollowSubjects: lambda tx, _, given, now: followed_subjects.follow(tx, given, now),
    UnfollowSubjects: lambda tx, _, given, now: followed_subjects.unfollow(tx, given, now),
}

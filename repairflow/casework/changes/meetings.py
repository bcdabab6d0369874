"""Commands about hearings (听证) and the rooms of an office; an interview is booked by the steps of its case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class BookHearing(Change):
    """Book a hearing in an open case, or move the one that stands to another time (安排听证、听证改期)."""

    case: str
    starts_at: datetime | None
    minutes: int
    place: str
    first: str  # the officers as the office's list names them
    second: str
    reason: str  # why it is moved; empty for the first


@dataclass(frozen=True, slots=True)
class CancelHearing(Change):
    """Cancel the hearing that stands in a case, with the reason (取消听证)."""

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class AskHearingMove(Change):
    """Ask, as the subject, for another time of the hearing (申请听证改期)."""

    case: str
    reason: str
    times: str


@dataclass(frozen=True, slots=True)
class RefuseHearingMove(Change):
    """Refuse the other time that the subject asked for, with the reason; the hearing stands as it is (不同意改期)."""

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordHearing(Change):
    """Record what came of a hearing: who attended, what was said, the result and the transcript (登记听证情况); or correct it."""

    case: str
    came: str  # held | missed
    attended: str
    said: str
    outcome: str
    transcript: str  # the token of the uploaded file; empty for none
    corrects: bool = False  # what was recorded before is wrong
    why: str = ""  # why it is corrected


@dataclass(frozen=True, slots=True)
class OpenRoom(Change):
    """Offer a room of an office for interviews and hearings (增加约谈室)."""

    office: str  # its code
    name: str


@dataclass(frozen=True, slots=True)
class CloseRoom(Change):
    """Offer a room no longer; what is booked there stays (停用约谈室)."""

    room_id: int

"""Hearings and the rooms of offices."""

from __future__ import annotations

from repairflow.casework.cases import hearing_result, hearings, meeting_rooms
from repairflow.casework.changes import (
    AskHearingMove,
    BookHearing,
    CancelHearing,
    CloseRoom,
    OpenRoom,
    RecordHearing,
    RefuseHearingMove,
)
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    BookHearing: hearings.book,
    CancelHearing: lambda tx, _, given, now: hearings.cancel(tx, given, now),
    AskHearingMove: lambda tx, _, given, now: hearings.ask(tx, given, now),
    RefuseHearingMove: lambda tx, _, given, now: hearings.refuse(tx, given, now),
    RecordHearing: lambda tx, _, given, now: hearing_result.record(tx, given, now),
    OpenRoom: lambda tx, _, given, now: meeting_rooms.open_room(tx, given, now),
    CloseRoom: lambda tx, _, given, now: meeting_rooms.close_room(tx, given, now),
}

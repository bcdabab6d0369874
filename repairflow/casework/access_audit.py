"""What pages showed to whom, and who signed in or failed to, appended to the trail: streams `views` and `sign-ins`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from repairflow import access_audit_files
from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.records import event

VIEWS, SIGN_INS = "views", "sign-ins"


def take(tx: Connection, file: Path, now: datetime) -> int:
    """Ensure that what stands in a file set aside stands in the trail, once; how many events. The caller then removes it."""
    taken = f"watched:{file.stem}"
    if tx.execute(select(event.c.id).where(event.c.command_id == taken)).first() is not None:
        return 0
    made = list(_events(list(access_audit_files.lines(file)), now))
    for place, (stream, new) in enumerate(made):
        event_log.append(tx, stream, replace(new, command_id=taken if place == 0 else None))
    return len(made)


def _events(told: Sequence[Mapping[str, Any]], now: datetime) -> Iterator[tuple[str, NewEvent]]:
    """Yield one event for each sign-in or failure, and one for all that a person saw."""
    seen: dict[tuple[int, str], dict[tuple[str, str], str]] = {}
    for line in told:
        if line.get("kind") == "view":
            things = seen.setdefault((int(line["person"]), str(line["name"])), {})
            things.setdefault((str(line["page"]), str(line["of"])), str(line["at"]))
        else:
            yield SIGN_INS, _signing(line, now)
    for (person, name), things in seen.items():
        listed = [{"page": page, "of": of, "at": at} for (page, of), at in things.items()]
        by = Actor(id=person, name=name, kind="staff")
        yield VIEWS, NewEvent(action=EventName.VIEWED, at=now, by=by, role="staff", content={"seen": listed})


def _signing(line: Mapping[str, Any], now: datetime) -> NewEvent:
    personal, content = {"address": str(line["address"])}, {"at": str(line["at"])}
    if line["kind"] == "sign_in_failed":
        personal["login"] = str(line["login"])  # as it was typed: it may be anything
        return NewEvent(action=EventName.SIGN_IN_FAILED, at=now, content=content, personal=personal)
    by = Actor(id=int(line["person"]), name=str(line["name"]), kind="person")
    return NewEvent(action=EventName.SIGN_IN, at=now, by=by, role="person", content=content, personal=personal)

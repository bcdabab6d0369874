"""Ids of commands: the id of a client never equals the id of another person, nor one that the system derives.

An id begins with a prefix: its entry point and its sender (`desk/12/…`), or `sys/` for all that the system makes itself.
The part that a client chose stands behind the prefix, so it cannot imitate another prefix. Ids derived from a command are
separated from it by a space, which no client's id may hold: one id never reads as derived from another.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NewType

from repairflow import vault
from repairflow.casework.actor import Actor
from repairflow.errors import Invalid, Problem

CommandId = NewType("CommandId", str)
"""Only this module makes one; `command_claims.take` gives a client's to the entry points."""

LONGEST_ID = 80
"""What an event can keep."""
LONGEST_GIVEN = 60
"""What a client may choose; the prefix takes the rest."""
SYSTEM_ROOM = "sys"

UNCLAIMED = CommandId("")
"""Of a command that is only tried out, or whose id `dispatch` is about to claim: nothing is ever written under it."""

_given = re.compile(rf"[!-~]{{1,{LONGEST_GIVEN}}}")


class Entry(StrEnum):
    """Where a client's command comes in: the first part of its id."""

    API = "api"
    DESK = "desk"
    PAPERS = "papers"
    PORTAL = "portal"
    PUBLIC = "public"
    SAMPLE = "sample"


def of_client(entry: Entry, actor: Actor, given: str) -> CommandId:
    """Return the id of a command whose sender chose `given`: 1 to 60 visible ASCII characters, else Invalid.

    Who has no account cannot be told from others: for anonymous forms `given` must be made by the server.
    """
    if not _given.fullmatch(given):
        message = "表单内容不完整，没有办理。请刷新页面后重新填写。"
        if entry is Entry.API:
            message = f"请求编号应为 1 至 {LONGEST_GIVEN} 个可见的英文字母、数字或者符号。"
        raise Invalid(message, [Problem("command_id", message)])
    if (actor.id is None) is not (entry is Entry.PUBLIC):
        raise TypeError(f"{entry}: a command comes from a person, an anonymous one by the public entry alone")
    return CommandId(f"{entry}/{given}" if actor.id is None else f"{entry}/{actor.id}/{given}")


def of_system(kind: str, *parts: object) -> CommandId:
    """Return the id of what the system does by itself, always the same for the same parts, such as `sys/due/XF-2026-000001/…`."""
    return _fitting("/".join((kind, *map(str, parts))))


def following(command_id: CommandId, name: str) -> CommandId:
    """Return the id of what a command brings about: always the same, and the system's own whoever sent the command."""
    return _fitting(f"{command_id.removeprefix(SYSTEM_ROOM + '/')} {name}")


def another(command_id: CommandId) -> CommandId:
    """Return a fresh id in the place of a system's id that is taken."""
    return following(command_id, vault.token())


def _fitting(rest: str) -> CommandId:
    whole = f"{SYSTEM_ROOM}/{rest}"
    return CommandId(whole if len(whole) <= LONGEST_ID else f"{SYSTEM_ROOM}/{vault.digest(whole.encode())}")

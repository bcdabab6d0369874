"""Migration (迁移): running cases go over to another version of their procedure, by an explicit mapping of states.

A case keeps its version until it ends; only this moves it, case by case, each with an event of its own in its trail.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from sqlalchemy import Connection, Select, select, update

from repairflow.casework import command_claims, deadline_table, law_files
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.case_events import Move
from repairflow.casework.case_state.situation import history_of
from repairflow.casework.cases.opening import remember_use
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.casework.event_log import LawUsed, NewEvent
from repairflow.casework.event_names import EventName
from repairflow.errors import DefinitionError, Problem
from repairflow.law.deadlines.runs import UNDONE
from repairflow.law.guards import Done
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Code, Procedure, Strict
from repairflow.law.toml_file import line_of, read_toml
from repairflow.records import cases
from repairflow.records.rows import CaseRow, all_rows
from repairflow.times import local_day

MIGRATE = EventName.MIGRATE
"""The name of the event that moves a case to another version."""


class StateMapping(Strict):
    """A mapping file: which version goes over to which, and where each state of the old one continues."""

    procedure: Code
    from_version: str
    to_version: str
    reason: str = Field(min_length=4)
    state: Mapping[Code, Code]


@dataclass(frozen=True, slots=True)
class MigrateCases:
    """Carry running cases to another version of their procedure."""

    actor: Actor
    mapping: StateMapping


@dataclass(frozen=True, slots=True)
class Moved:
    """One open case: where it stands and where it would go on, or why it stays."""

    case: str
    from_state: str
    to_state: str | None
    obstacle: str = ""


def load_mapping(path: Path, law: Library) -> StateMapping:
    """Read a mapping; DefinitionError with every fault, among them states that either version does not have."""
    try:
        text = path.read_text(encoding="utf-8")
        mapping = StateMapping.model_validate(read_toml(text))
    except ValidationError as error:
        found = [
            Problem(f"{path.name}:{line_of(text, e['loc'])}", f"{'.'.join(map(str, e['loc']))}：{e['msg']}")
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise DefinitionError(f"{path.name} 有 {len(found)} 处错误，未采用", found) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DefinitionError(f"{path.name} 无法读取", [Problem(path.name, str(error))]) from error
    old, new = (law.procedure(mapping.procedure, v) for v in (mapping.from_version, mapping.to_version))
    problems = [
        Problem(f"{path.name}:{line_of(text, ('state', source))}", reason)
        for source, goal in mapping.state.items()
        for reason in _faults(old, new, source, goal)
    ]
    if problems:
        raise DefinitionError(f"{path.name} 有 {len(problems)} 处错误，未采用", problems)
    return mapping


def plan(tx: Connection, law: Library, mapping: StateMapping) -> list[Moved]:
    """Return what the mapping would do with every open case of the old version; nothing is written."""
    new = law.procedure(mapping.procedure, mapping.to_version)
    return [_moved(tx, new, mapping, row) for row in all_rows(tx.execute(_open(mapping)), CaseRow)]


def carry_out(tx: Connection, services: Services, mapping: StateMapping, now: datetime) -> list[Moved]:
    """Ensure that every open case of the old version that may go over follows the new one, its limits counted by it.

    Each moved case has an event that names both versions; the others are reported and stay as they are.
    """
    new = services.law.procedure(mapping.procedure, mapping.to_version)
    done = []
    for row in all_rows(tx.execute(_open(mapping).with_for_update()), CaseRow):
        moved = _moved(tx, new, mapping, row)
        if moved.to_state is not None:
            _move(tx, services, row, new, moved.to_state, mapping, now)
        done.append(moved)
    return done


def _open(mapping: StateMapping) -> Select[Any]:
    return (
        select(cases)
        .where(
            cases.c.procedure == mapping.procedure,
            cases.c.procedure_version == mapping.from_version,
            cases.c.closed_at.is_(None),
        )
        .order_by(cases.c.id)
    )


def _faults(old: Procedure, new: Procedure, source: str, goal: str) -> list[str]:
    found = []
    if source not in old.state:
        found.append(f"{old.version} 版没有环节“{source}”")
    if goal not in new.state:
        found.append(f"{new.version} 版没有环节“{goal}”")
    elif new.state[goal].final:
        found.append(f"“{new.state[goal].label}”是终结环节：迁移不能替代决定")
    return found


def _moved(tx: Connection, new: Procedure, mapping: StateMapping, row: CaseRow) -> Moved:
    goal = mapping.state.get(row.state)
    if goal is None:
        return Moved(row.number, row.state, None, "映射中没有写明这个环节，保持原版本")
    # 分人办理、逐项核实都看此前办过什么：a step the new version does not know could not count there any more
    unknown = [step.action for step in history_of(tx, row.id)[1:] if step.action not in {*new.action, MIGRATE, UNDONE}]
    if unknown:
        return Moved(
            row.number, row.state, None, f"已办的动作 {'、'.join(dict.fromkeys(unknown))} 在新版本中没有，保持原版本"
        )
    return Moved(row.number, row.state, goal)


def _move(
    tx: Connection, services: Services, row: CaseRow, new: Procedure, goal: str, mapping: StateMapping, now: datetime
) -> None:
    history = history_of(tx, row.id)
    step = Done(now, MIGRATE, goal, {}, row.version + 1, None, SYSTEM.name)
    calendar = services.law.calendars.of(row.division_code)
    dues = deadline_table.live(new, (*history, step), calendar, local_day(now))
    wanted = of_system(MIGRATE, row.number, new.version, row.version + 1)
    tx.execute(
        update(cases).where(cases.c.id == row.id).values(procedure_version=new.version, procedure_digest=new.digest)
    )
    due_day = deadline_table.sync(tx, new, row.id, dues, new=False)
    moved = NewEvent(
        action=MIGRATE,
        at=now,
        to_state=goal,
        reason=mapping.reason,
        command_id=command_claims.free(tx, wanted, MIGRATE, now),
        content={"from_version": row.procedure_version, "from_digest": row.procedure_digest},
        law=LawUsed(new, services.law.packs.get(row.pack), calendar),
    )
    case_events.advance(tx, row, moved, Move(goal, None, due_day, row.handler_id, bool(new.state[goal].internal)))
    remember_use(tx, "procedure", new.procedure, new.version, new.digest)
    law_files.keep_used(tx, services.law, new, services.law.packs[row.pack], now)

"""The trail of a case (办理留痕) in full, for those who handle it: each step with its basis, guard answers and effects."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.casework.case_state.record_life import life
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases.filing import FILE
from repairflow.casework.deadline_table import own_label
from repairflow.casework.queries.cases.timeline import role_of, told_label, words_told
from repairflow.law.guards import GUARDS, Answer
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.paths import first_label
from repairflow.law.procedure.roles import CITIZEN_ROLES
from repairflow.records import event
from repairflow.records.rows import EventRow, all_rows


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `to_label` is empty where the case stayed; `effects` are labels; `digest` its place in the chain."""

    seq: int
    action: str
    label: str
    role: str
    person: str
    system: bool
    at: datetime
    to_label: str
    ground: str
    reason: str
    basis: tuple[str, ...]
    answers: tuple[Answer, ...]
    effects: tuple[str, ...]
    corrections: tuple[tuple[str, str, str], ...]  # label, old, new
    letter: str
    materials: int
    digest: str

    @property
    def has_more(self) -> bool:
        """Whether there is something to unfold."""
        return bool(self.basis or self.answers or self.effects or self.corrections)


def trail(
    tx: Connection, law: Library, at: Situation, *, after: int = 0, hidden: Collection[str] | None = None
) -> tuple[Entry, ...]:
    """Return the events of a case beyond `after`, newest first. `hidden`: for who does not see inside it, the states of whose events
    nothing is told; of the others not what offices wrote for themselves."""
    events = select(event).where(event.c.case_id == at.case.id, event.c.seq > after).order_by(event.c.seq.desc())
    rows = all_rows(tx.execute(events), EventRow)
    if hidden is None:
        return tuple(_entry(law, at, row) for row in rows)
    return tuple(
        one if words_told(at.procedure, row.action, row.actor_role) else _without_words(at, one)
        for row, one in ((row, _entry(law, at, row)) for row in rows if row.to_state not in hidden)
    )


def _without_words(at: Situation, one: Entry) -> Entry:
    label = told_label(at.procedure, one.action, one.label)
    return replace(one, label=label, reason="", ground="", basis=(), answers=(), effects=(), corrections=())


def _entry(law: Library, at: Situation, row: EventRow) -> Entry:
    content = chain.content(row.body)
    # The filing names its record here; a step tells what it did to it.
    changed = content["record"] if isinstance(content.get("record"), Mapping) else {}
    grounds = at.pack.lists.get(at.procedure.ground_list(row.action), {})
    ground = grounds.get(content.get("ground", ""))
    actions = life(law).action
    to = row.to_state if row.to_state != row.from_state else None
    return Entry(
        seq=row.seq,
        action=row.action,
        label=_label(at, row.action, content),
        role=role_of(at.procedure, row, content) if row.actor_id is not None else "",
        person=row.actor_name,
        system=row.actor_id is None and row.actor_role not in CITIZEN_ROLES,
        at=row.at,
        to_label=_state(law, at, content, to) if to is not None else "",
        ground=ground.label if ground else "",
        reason=row.reason or "",
        basis=law.cites(content.get("basis", ()), at.procedure, at.pack),
        answers=tuple(
            Answer(a["guard"], GUARDS[a["guard"]].label if a["guard"] in GUARDS else a["guard"], a["ok"], a["text"])
            for a in content.get("answers", ())
        ),
        effects=tuple(actions[name].label for name in changed.get("effects", ()) if name in actions),
        corrections=tuple((label, old, new) for _field, label, old, new in changed.get("corrections", ())),
        letter=str((content.get("letter") or {}).get("number", "")),
        materials=len(content.get("materials") or ()),
        digest=row.digest,
    )


def _state(law: Library, at: Situation, content: Mapping[str, Any], code: str) -> str:
    """Return the label of a state in the version that was followed then."""
    then = law.procedures.get((at.procedure.procedure, str(content.get("version"))), at.procedure)
    found = then.state.get(code)
    return found.label if found is not None else code


def _label(at: Situation, name: str, content: Mapping[str, Any]) -> str:
    if name == FILE:
        return first_label(at.procedure, at.case.channel)
    action = at.procedure.action.get(name)
    return action.label if action else own_label(name, content)

"""The history of a case (办理留痕) with its proof: every event as stored, and whether it still is what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.auditing.sequencer import leaf_of
from repairflow.casework.case_state.situation import pinned
from repairflow.casework.cases.filing import FILE
from repairflow.casework.correctable_fields import LABELS
from repairflow.casework.deadline_table import own_label
from repairflow.casework.queries.cases.timeline import role_of
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Input, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.paths import first_label
from repairflow.records import event, event_personal, log_leaf
from repairflow.records.rows import CaseRow, EventPersonalRow, EventRow, all_rows

ERASED = "已依法删除"
OWN_LABELS: Mapping[str, str] = {"commitment_version": "承诺书版本"}
"""What filing adds to a form by itself."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One event of a case as the trail keeps it.

    `answers` are what the guards said, `inputs` what was filled in as it was sent, `filled` the same in words (label and
    text), `personal` label and masked value.
    `position` is its place in the log (None: not sequenced yet). `fault` says in Chinese what does not fit; empty when
    body, columns, link and leaf agree.
    """

    seq: int
    at: datetime
    action: str
    label: str
    actor: str
    role: str
    role_label: str
    system: bool
    reason: str
    ground: str
    from_state: str | None
    from_label: str
    to_state: str | None
    to_label: str
    basis: tuple[str, ...]
    answers: tuple[Mapping[str, Any], ...]
    inputs: Mapping[str, Any]
    filled: tuple[tuple[str, str], ...]
    personal: tuple[tuple[str, str], ...]
    materials: int
    letter: str
    digest: str
    prev: str
    position: int | None
    fault: str

    @property
    def moved(self) -> bool:
        """Whether the case went to another state."""
        return self.from_state != self.to_state


@dataclass(frozen=True, slots=True)
class _Logged:
    """An event as stored, with its place in the log and the leaf there; neither before it was sequenced."""

    row: EventRow
    position: int | None
    leaf: bytes | None


def history(tx: Connection, law: Library, case: CaseRow) -> tuple[Kept, ...]:
    """Return every event of a case row, oldest first, each held against the one before it, its own bytes and its leaf."""
    procedure, pack = pinned(law, case)
    events = (
        select(event, log_leaf.c.position, log_leaf.c.leaf)
        .outerjoin(log_leaf, log_leaf.c.event_id == event.c.id)
        .where(event.c.stream == chain.case_stream(case.number))
        .order_by(event.c.seq)
    )
    named: dict[int, list[tuple[str, str]]] = {}
    of_case = select(event_personal).join(event, event.c.id == event_personal.c.event_id)
    for value in all_rows(tx.execute(of_case.where(event.c.case_id == case.id)), EventPersonalRow):
        named.setdefault(value.event_id, []).append((value.field, masked(value.value)))
    found, last = [], (0, "")
    for *columns, position, leaf in tx.execute(events):
        row = EventRow(*columns)
        found.append(_kept(law, procedure, pack, _Logged(row, position, leaf), last, named.get(row.id, [])))
        last = (row.seq, row.digest)
    return tuple(found)


def head_fits(case: CaseRow, kept: tuple[Kept, ...]) -> bool:
    """Tell whether the case row names the last event as its head: else the end of its history is missing."""
    return bool(kept) and (kept[-1].seq, kept[-1].digest) == (case.version, case.chain_head)


def masked(value: str | None) -> str:
    """Return a personal value as anybody may see it: its first character; that it was erased, when it was."""
    return ERASED if value is None else value[:1] + "＊" if value else ""


def in_words(spec: Input | None, value: object, pack: RulePack) -> str:
    """Return what somebody filled in, as people read it: codes of closed lists and of fields become their labels."""
    names = {code: item.label for code, item in pack.lists.get((spec.choices if spec else None) or "", {}).items()}
    if spec is not None and spec.kind == "corrections":
        names = dict(LABELS)
    if isinstance(value, Mapping):
        return "；".join(f"{names.get(code, code)}：{_one(given)}" for code, given in value.items())
    if isinstance(value, list):
        return "；".join(_one(item) for item in value)
    return names.get(value, value) if isinstance(value, str) else _one(value)


def _one(value: object) -> str:
    if isinstance(value, Mapping) and "met" in value:  # one condition of a checklist
        return ("具备" if value["met"] else "不具备") + (f"（{value['note']}）" if value.get("note") else "")
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _label(forms: Mapping[str, Input], name: str) -> str:
    return forms[name].label if name in forms else OWN_LABELS.get(name, name)


def fault_of(logged: _Logged, last: tuple[int, str]) -> str:
    """Return what does not fit in an event after `last`, seq and digest of the one before; empty when sound."""
    row = logged.row
    if row.seq != last[0] + 1:
        return "序号不连续，其前有留痕被删除或插入"
    if row.prev != last[1]:
        return "与上一条的摘要不衔接"
    if chain.link(row.prev, row.body) != row.digest:
        return "正文与摘要不符，内容被改动"
    act = chain.Act(
        row.stream, row.seq, row.case_id, row.record_id, chain.instant(row.at), row.action, row.from_state,
        row.to_state, row.actor_id, row.actor_name, row.actor_role, row.reason, row.command_id,
    )  # fmt: skip
    if not row.body.startswith(chain.opening(act)):
        return "各栏与正文不符，内容被改动"
    if logged.leaf is not None and logged.leaf != leaf_of(row.digest):
        return "与日志中的记载不符，排入日志之后被重写"
    return ""


def _kept(
    law: Library,
    procedure: Procedure,
    pack: RulePack,
    logged: _Logged,
    last: tuple[int, str],
    named: list[tuple[str, str]],
) -> Kept:
    row = logged.row
    content = _content(row.body)
    spec = procedure.action.get(row.action)
    forms = {**procedure.inputs, **(spec.inputs if spec else {})}
    inputs: Mapping[str, Any] = content.get("inputs", {})
    ground = pack.lists.get(procedure.ground_list(row.action), {}).get(content.get("ground", ""))
    opening = first_label(procedure, content.get("channel"))
    return Kept(
        seq=row.seq,
        at=row.at,
        action=row.action,
        label=spec.label if spec else opening if row.action == FILE else own_label(row.action, content),
        actor=row.actor_name,
        role=row.actor_role,
        role_label=role_of(procedure, row, content) or ("系统" if row.actor_id is None else row.actor_role),
        system=row.actor_id is None,
        reason=row.reason or "",
        ground=ground.label if ground else str(content.get("ground", "")),
        from_state=row.from_state,
        from_label=_state(procedure, row.from_state),
        to_state=row.to_state,
        to_label=_state(procedure, row.to_state),
        basis=law.cites(content.get("basis", ()), procedure, pack),
        answers=tuple(content.get("answers", ())),
        inputs=inputs,
        filled=tuple((_label(forms, name), in_words(forms.get(name), value, pack)) for name, value in inputs.items()),
        personal=tuple((_label(forms, name), value) for name, value in named),
        materials=len(content.get("materials", ())),
        letter=str((content.get("letter") or {}).get("number", "")),
        digest=row.digest,
        prev=row.prev,
        position=logged.position,
        fault=fault_of(logged, last),
    )


def _content(body: bytes) -> Mapping[str, Any]:
    """Return what an event says; nothing of one whose bytes can no longer be read, which its digest then shows."""
    try:
        return chain.content(body)
    except (ValueError, LookupError, TypeError):
        return {}


def _state(procedure: Procedure, state: str | None) -> str:
    found = procedure.state.get(state or "")
    return found.label if found else state or ""

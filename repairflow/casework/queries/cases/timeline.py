"""What was done (办理留痕), as people read it: who, in which post, when, why; of a case, and of a record's own life."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.casework.case_state.record_life import life
from repairflow.casework.cases.filing import FILE
from repairflow.casework.deadline_table import OWN_EVENTS, own_label
from repairflow.casework.event_names import EventName
from repairflow.law.procedure.channels import WINDOW
from repairflow.law.procedure.inner_steps import INNER_LABEL, inner_steps
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.paths import first_label
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES, SYSTEM
from repairflow.records import cases, event
from repairflow.records.rows import EventRow, all_rows
from repairflow.redaction import clean

AT_WINDOW = "窗口录入人员"
RECORD_LABELS: Mapping[str, str] = {
    EventName.ENTER: "记入信用档案",
    EventName.INFORM: "制发信用修复告知书",
    EventName.NAME_PENALTY: "写明所涉行政处罚",
    EventName.LOOK: "核查",
    EventName.CHASE_PLATFORM: "催办平台",
    EventName.REGISTER_PERFORMANCE: "登记履行情况",
    EventName.REGISTER_PAYMENT: "登记缴款",
    EventName.TAKE_BACK_PAYMENT: "撤销缴款登记",
    EventName.BAR_REPAIR: "登记不予修复的情形",
    EventName.ALLOW_REPAIR: "撤销不予修复的登记",
    EventName.ASK_CORRECTION: "申请公开说明更正",
    EventName.EXPLAIN_WITHDRAWAL: "补充公开说明撤回理由",
    EventName.STATE_BIRTHDAY: "登记出生日期",
    EventName.DECLARE_MEANS: "提交修复方式的证明",
    EventName.SETTLE_MEANS: "认定修复方式",
    EventName.TAKE_QUIZ: "学习测验",
    EventName.ASK_PAGE: "要求固定平台页面",
    EventName.PAGE_NOT_CAPTURED: "没有固定平台页面",
    EventName.PAGE_CLEARED: "清理固定的页面，保留摘要",
    EventName.PAGE_CAPTURED: "固定平台页面",
    EventName.WRITE_TO_PLATFORM: "向平台发更正函",
    EventName.FIND_COPY: "夜间查看发现企业信息平台仍在公示",
    EventName.COPY_GONE: "企业信息平台不再公示",
    EventName.COPY_RIGHTFUL: "信息恢复公示，企业信息平台的公示不再有误",
    EventName.REPORT_COPY: "登记企业信息平台的公示情况",
    EventName.PLATFORM_ANSWERED: "登记平台对更正函的答复",
    EventName.PLATFORM_ANSWER_CORRECTED: "更正登记的平台答复",
    **OWN_EVENTS,
}
"""Events of a record's own life."""

INNER_EVENTS = frozenset({
    EventName.ESCALATE, EventName.PROVISIONAL_CONFIRMED, EventName.UNDO_STEP, EventName.PUSH_RETRIED, EventName.PUSH_MINDED,
    EventName.PUSH_SETTLED, EventName.PREFER, EventName.PREFER_NO_MORE, EventName.REISSUE_PROPOSED,
    EventName.REISSUE_DECLINED, EventName.SERVICE_WITHDRAWN, EventName.RECORD_HEARING,
    EventName.CORRECT_HEARING, EventName.LOOK,
})  # fmt: skip
"""Own events whose reason is written for the office: the subject learns that they happened."""


_OF_MEASURES = frozenset({"lift_measures", "reimpose_measures"})


class _Lived(NamedTuple):
    """An event about a record, with the case whose step it is, if any."""

    seq: int
    action: str
    actor_id: int | None
    actor_name: str
    at: datetime
    reason: str | None
    body: bytes
    case_id: int | None
    case_number: str | None
    confidential: bool | None
    internal: bool | None


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event. `who` names post and person; `letter` the 文号 it issued; `ground` the label of the ground it rests on."""

    seq: int
    action: str
    label: str
    who: str
    at: datetime
    reason: str
    ground: str
    letter: str
    note: str
    system: bool


def of_case(
    tx: Connection, procedure: Procedure, pack: RulePack, case_id: int, *, after: int = 0,
    hidden: Collection[str] = (), told_only: bool = False,
) -> tuple[TimelineEvent, ...]:  # fmt: skip
    """Return the events of a case beyond `after`, newest first, but for those in states `hidden` from who reads it; with
    `told_only` (before the subject) without what offices wrote for themselves alone.

    `procedure` and `pack` are those the case is pinned to.
    """
    shown = event.c.to_state.not_in(sorted(hidden)) if hidden else event.c.to_state.is_not(None)
    events = select(event).where(event.c.case_id == case_id, event.c.seq > after, shown).order_by(event.c.seq.desc())
    return tuple(
        _without_words(procedure, _of_case(procedure, pack, row))
        if told_only and not words_told(procedure, row.action, row.actor_role)
        else _of_case(procedure, pack, row)
        for row in all_rows(tx.execute(events), EventRow)
    )


def words_told(procedure: Procedure, action: str, role: str) -> bool:
    """Tell whether the subject reads what was written at an event of its case: `inner_steps`, and the offices' own events."""
    if role in SUBJECT_ROLES or role == SYSTEM or action == FILE:
        return True
    if action in procedure.action:
        return action not in inner_steps(procedure)
    return action in OWN_EVENTS and action not in INNER_EVENTS


def of_record(tx: Connection, law: Library, record_id: int, *, told_only: bool = False) -> tuple[TimelineEvent, ...]:
    """Return the events of a record's own life, newest first, with what cases did to it (更正内容, 暂时屏蔽, …); with `told_only`
    (before the subject) without what offices wrote for themselves alone, and without numbers of persons in what is left: nobody
    checked these words before."""
    actions = life(law).action
    query = (
        select(
            event.c.seq,
            event.c.action,
            event.c.actor_id,
            event.c.actor_name,
            event.c.at,
            event.c.reason,
            event.c.body,
            event.c.case_id,
            cases.c.number.label("case_number"),
            cases.c.confidential,
            cases.c.internal,
        )
        .outerjoin(cases, cases.c.id == event.c.case_id)
        .where(event.c.record_id == record_id)
        .order_by(event.c.id.desc())
    )
    found: list[TimelineEvent] = []
    for row in all_rows(tx.execute(query), _Lived):
        if row.case_id is not None:
            found += _done_to_record(row, actions, named=not (row.confidential or (told_only and row.internal)))
            continue
        spec = actions.get(row.action)
        label = spec.label if spec else RECORD_LABELS.get(row.action, row.action)
        who = row.actor_name if row.actor_id is not None else "系统"
        lived = TimelineEvent(
            row.seq, row.action, label, who, row.at, row.reason or "", "", "", "", row.actor_id is None
        )  # fmt: skip
        found.append(_told(lived, chain.content(row.body)) if told_only else lived)
    return tuple(found)


def _told(lived: TimelineEvent, content: Mapping[str, Any]) -> TimelineEvent:
    """Return an event of a record's own life as the subject reads it. What officers decided of a held item (待核对) has neither their
    words nor their names; why a record was annulled is told, by a notice too."""
    if lived.action == EventName.LOOK:
        return replace(lived, label=INNER_LABEL, who="", reason="")
    held = "held" in content and lived.action != "annul_record"
    reason = "" if held or lived.action in INNER_EVENTS else clean(lived.reason)
    return replace(lived, reason=reason, who="" if held else lived.who)


def _done_to_record(row: _Lived, actions: Mapping[str, Action], *, named: bool) -> Iterator[TimelineEvent]:
    """Yield the change of a record that a step of a case made, if any; measures are shown with their own days. What nobody was ever
    shown is not said to be shown no more. `named`: with the number of the case, which its reader may see."""
    done = chain.content(row.body).get("record")
    if not isinstance(done, Mapping):  # a filing names its record by number
        return
    told = [
        actions[name].label for name in done.get("effects") or ()
        if name in actions and name not in _OF_MEASURES and not (name == "cease_publicity" and done.get("from") == "unpublished")
    ]  # fmt: skip
    if told:
        note = f"办件 {row.case_number}" if named and row.case_number is not None else ""
        who = row.actor_name if row.actor_id is not None else "系统"
        yield TimelineEvent(row.seq, row.action, "、".join(told), who, row.at, "", "", "", note, row.actor_id is None)


def role_of(procedure: Procedure, row: EventRow, content: Mapping[str, Any]) -> str:
    """Return what the person of an event was in the case: a clerk who enters what somebody brought to the window is no applicant."""
    if content.get("channel") == WINDOW and row.actor_role in SUBJECT_ROLES:
        return AT_WINDOW
    return procedure.actor.get(row.actor_role, "")


def _without_words(procedure: Procedure, event: TimelineEvent) -> TimelineEvent:
    return replace(event, label=told_label(procedure, event.action, event.label), reason="", ground="")


def told_label(procedure: Procedure, action: str, label: str) -> str:
    """Return what an event whose words are not told is called: steps by no name of their own, unless a letter shows them."""
    spec = procedure.action.get(action)
    return label if spec is None or spec.letter is not None else INNER_LABEL


def _state(procedure: Procedure, code: str | None) -> str:
    """Return the label of a state; its code where the case has since gone over to a version without it."""
    found = procedure.state.get(code or "")
    return found.label if found is not None else code or ""


def _of_case(procedure: Procedure, pack: RulePack, row: EventRow) -> TimelineEvent:
    spec = procedure.action.get(row.action)
    content = chain.content(row.body)
    ground = pack.lists.get(procedure.ground_list(row.action), {}).get(content.get("ground", ""))
    role = role_of(procedure, row, content)
    system = row.actor_id is None and row.actor_role not in CITIZEN_ROLES
    letter = content.get("letter") or {}
    brought = len(content.get("materials") or ())
    moved = row.from_state != row.to_state and row.from_state is not None
    notes = [
        f"转入“{_state(procedure, row.to_state)}”" if moved else "",
        f"提交材料 {brought} 件" if brought else "",
        f"制发 {letter['number']}" if letter else "",
    ]
    return TimelineEvent(
        seq=row.seq,
        action=row.action,
        label=spec.label
        if spec
        else first_label(procedure, content.get("channel"))
        if row.action == FILE
        else own_label(row.action, content),
        who="系统" if system else f"{role} {row.actor_name}".strip() if row.actor_id is not None else row.actor_name,
        at=row.at,
        reason=row.reason or "",
        ground=ground.label if ground else "",
        letter=str(letter.get("number", "")),
        note=" · ".join(note for note in notes if note),
        system=system,
    )

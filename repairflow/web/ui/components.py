"""Facts in the shapes the page components ask for: bars, badges, proofs, paths, letters, pushes, timelines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.case_state.standing_letters import corrected_among
from repairflow.casework.queries.cases.timeline import TimelineEvent
from repairflow.casework.queries.cases.view import PushRow
from repairflow.casework.queries.records.credit_file import RecordView
from repairflow.law.deadlines import explanation
from repairflow.law.deadlines.due import Due
from repairflow.law.guards import Done
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.paths import stages
from repairflow.law.procedure.roles import outcome_side
from repairflow.records.rows import LetterRow, RecordRow
from repairflow.times import local_day
from repairflow.web.ui import filters
from repairflow.web.ui.urls import page_of

PUSH_KINDS: Mapping[str, str] = {
    "record_changed": "信息变更",
    "repair_result": "修复结果",
    "objection_status": "异议状态",
    "measure_lift": "解除惩戒措施",
    "measure_restore": "恢复惩戒措施",
    "measure_impose": "惩戒措施登记",
    "letter_change": "文书变更",
    "act_changed": "行政行为变更",
    "list_change": "名单变动",
    "honour_change": "守信名单变动",
    "interview_record": "约谈记录",
    "press": "文书制作",
}
"""What an outbox row carries, by its kind."""
SOON = 2
"""Working days or days before the end from which a limit is shown as near."""


def bar(view: RecordView) -> dict[str, object] | None:
    """Return the publicity bar of a record; None when it has no publicity days, or nobody is shown it."""
    days, progress = view.shown_days, view.progress
    if days is None or progress is None:
        return None
    term, asked = ("列入期限", "移出") if view.listed is not None else ("公示期", "修复")
    if days.min_until is None:
        minimum = f"没有最短{term}，现在就可以申请"
    elif progress.days_to_apply:
        minimum = f"{days.apply_from} 起可申请{asked}"
    else:
        minimum = f"最短{term} {days.min_until} 已满"
    over = progress.phase == "over" or not view.public
    return {
        "served": progress.served * 100,
        "minimum": None if days.min_until is None else progress.minimum_mark * 100,
        "met": progress.days_to_apply == 0,
        "from_text": f"{days.start} 起公示",
        "minimum_text": minimum,
        "to_text": f"最长至 {days.max_until}",
        "ended": over,
        "term": term,
        "open": not view.period_told,
    }


def in_use(row: RecordRow) -> bool:
    """Tell whether a record of a natural person, which nobody is shown, is still shared and used."""
    return row.of_person and row.state == "unpublished"


STANDS_STILL = {"waiting": "自文书送达起算，还没有送达", "paused": "中止", "running": ""}
"""What a list says of a limit that has no day now."""


def badge(due: Due, now: datetime) -> dict[str, object]:
    """Return one limit as a badge."""
    unit = "个工作日" if due.unit == "working" else "天"
    left, total = due.days_remaining, due.days_total
    share = 0 if not total or left is None else 100 * (total - left) / total
    shape: dict[str, object] = {"share": share, "day": due.due_day, "provisional": due.provisional}
    if due.state == "ended":
        late = due.is_overdue(now)
        return {
            **shape,
            "state": "late" if late else "done",
            "text": f"{due.label}：{'超期办结' if late else '按期'}",
            "day": None,
        }
    if due.state == "waiting":
        return {
            **shape,
            "state": "paused",
            "text": f"{due.label}（{due.length}）自文书送达起算，还没有送达",
            "day": None,
        }
    if due.state == "paused":
        return {**shape, "state": "paused", "text": f"{due.label}中止，恢复后还有 {left} {unit}", "day": None}
    if due.is_overdue(now) and due.due_day is not None:
        over = due.calendar.count_working_days(due.due_day, local_day(now))
        return {**shape, "state": "late", "text": f"{due.label}超期 {max(1, over)} 个工作日"}
    text = f"{due.label}今天届满" if left == 0 else f"{due.label}剩 {left} {unit}" if left is not None else due.label
    return {**shape, "state": "soon" if left is not None and left <= SOON else "ok", "text": text}


def day_count(due: Due, law: Library, at: Situation) -> dict[str, object]:
    """Return how a due day was counted."""
    return {
        "sentence": explanation.explain(due),
        "due": due.due_day,
        "verified": due.verified,
        "basis": list(law.cites(due.basis, at.procedure, at.pack)),
        "days": [
            {"date": d.date, "counts": d.counts, "n": d.nth, "why": d.why, "paused": d.why.startswith("中止")}
            for d in explanation.proof(due)
        ],
    }


def limits(dues: Iterable[Due], law: Library, at: Situation, now: datetime) -> list[dict[str, object]]:
    """Return every limit of a case, those that run first: badge, proof, and who must act."""
    order = {"running": 0, "waiting": 1, "paused": 2, "ended": 3}
    return [
        {
            "label": due.label if due.round == 1 else f"{due.label}（第 {due.round} 次）",
            "badge": badge(due, now),
            "proof": day_count(due, law, at),
            "owner": at.procedure.actor.get(due.owner, ""),
            "ended": due.state == "ended",
            "length": due.length,
        }
        for due in sorted(dues, key=lambda d: order[d.state])
    ]


def foremost(dues: Iterable[Due], now: datetime) -> dict[str, object] | None:
    """Return the badge of the limit that ends first, else of one that stands still; None when none is live."""
    running = [due for due in dues if due.state == "running" and due.due_day is not None]
    if running:
        return badge(min(running, key=lambda d: d.due_day or date.max), now)
    still = [due for state in ("waiting", "paused") for due in dues if due.state == state]
    return badge(still[0], now) if still else None


def path(at: Situation, history: Sequence[Done]) -> list[dict[str, Any]]:
    """Return the way of a case for the `path` component."""
    steps = []
    final = at.procedure.state[at.case.state]
    found = stages(at.procedure, history, at.closed)
    for index, stage in enumerate(found):
        state = {"done": "done", "now": "now", "ahead": "next"}[stage.standing]
        last = index == len(found) - 1
        if last and final.final and outcome_side(final.outcome) != "for":
            state = "stopped"
        note = filters.instant_short(stage.at) if stage.at else stage.who
        steps.append({"state": state, "label": stage.label, "note": note})
    return steps


def superseded_word(row: LetterRow, corrected: frozenset[int]) -> str:
    """Return how a superseded letter stands: corrected, and read beside its correction, or replaced."""
    return "已更正，与更正通知书一并使用" if row.id in corrected else "已被新文书替代"


def letters(rows: Iterable[Any], addressee: str) -> list[dict[str, Any]]:
    """Return the letters that a subject of this name is shown, in their order."""
    verify = "public.letter" in current_app.view_functions
    known = tuple(rows)
    corrected = corrected_among(known)
    return [
        {
            "label": row.title,
            "number": row.number,
            "state": "withdrawn" if row.state == "withdrawn" else "sealed" if row.pressed_at else "pressing",
            "note": filters.instant_short(row.issued_at)
            + ("，" + superseded_word(row, corrected) if row.state == "superseded" else "")
            + ("，抄送" if addressee in row.content.get("cc", ()) else ""),
            "href": url_for("files.letter", token=row.token) if row.pressed_at else None,
            "verify_href": url_for("public.letter", token=row.token) if verify and row.pressed_at else None,
            "size": row.pdf_size or 0,
            "page_href": page_of(row.token),
        }
        for row in known
    ]


def timeline(
    events: Iterable[TimelineEvent], inputs: Mapping[int, Sequence[Mapping[str, str]]] | None = None
) -> list[dict[str, object]]:
    """Give events to the `timeline` component, the ground before the reason; `inputs`: what each step's form held, by its number."""
    return [
        {
            "label": event.label,
            "who": event.who,
            "at": event.at,
            "note": event.note,
            "reason": "：".join(part for part in (event.ground, event.reason) if part),
            "system": event.system,
            "inputs": (inputs or {}).get(event.seq, ()),
        }
        for event in events
    ]


def pushes(rows: Iterable[PushRow]) -> list[dict[str, Any]]:
    """Give the pushes of a case, one line for each target."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.target_name, []).append(row)
    return [{"label": name, **_push(mine)} for name, mine in found.items()]


def _push(rows: list[PushRow]) -> dict[str, str]:
    states = {row.state for row in rows}
    if "dead" in states:
        return {"state": "failed", "note": "多次推送未成功，信用办会处理，您无需操作"}
    if states & {"waiting", "leased"}:
        tries = max(row.attempts for row in rows)
        return {
            "state": "waiting",
            "note": f"平台暂时没有回应，已试 {tries} 次，会自动再试" if tries else "已排队，即将推送",
        }
    if "waived" in states:
        return {"state": "waived", "note": next((row.last_error or "" for row in rows if row.state == "waived"), "")}
    ended = max(row.ended_at for row in rows if row.ended_at)
    return {"state": "delivered", "note": f"{filters.instant_short(ended)} 确认"}

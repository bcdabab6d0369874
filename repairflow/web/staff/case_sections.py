"""What the case page shows of a case besides its actions: conditions with evidence, claims, record, letters, pushes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.standing_letters import corrected_among
from repairflow.casework.case_state.told_files import label_of
from repairflow.casework.cases.options import DEPENDS_ON_FORM, Option
from repairflow.casework.queries.cases.trail import Entry
from repairflow.casework.queries.cases.view import CaseView, FileRow, PushRow
from repairflow.casework.queries.filing.on_record import Way, opening
from repairflow.casework.queries.filing.on_record import conditions as known_conditions
from repairflow.law.acts import ENDED, KINDS, STATES
from repairflow.law.condition_findings import findings
from repairflow.law.guards import Answer
from repairflow.law.guards.reads import READINGS
from repairflow.law.private_promises import said_of
from repairflow.law.procedure.channels import CHAIN, EX_OFFICIO, PORTAL, SINGLE_WINDOW, WINDOW
from repairflow.law.procedure.model import Procedure
from repairflow.records.rows import LetterRow
from repairflow.times import now
from repairflow.web.staff.action_panel import forward, of_another_kind, signed_by
from repairflow.web.ui import filters
from repairflow.web.ui.components import PUSH_KINDS, superseded_word
from repairflow.web.ui.form_answers import of_filing
from repairflow.web.ui.urls import page_of

CHANNELS: Mapping[str, str] = {
    PORTAL: "网上申请",
    WINDOW: "窗口代办",
    SINGLE_WINDOW: "全国一网通办",
    EX_OFFICIO: "依职权启动",
    CHAIN: "由其他办件转入",
}
EVIDENCE: Mapping[str, tuple[str, ...]] = {"performed": ("performance_proof",), "other_law": ("other",)}
"""Kinds of materials that speak for a condition."""
PUSH_STATES: Mapping[str, str] = {
    "waiting": "waiting", "leased": "waiting", "done": "delivered", "dead": "failed", "waived": "waived",
}  # fmt: skip


def conditions(view: CaseView) -> list[dict[str, Any]]:
    """Return the closed list of conditions the procedure has verified, with the officer's finding or what is known before it.

    Empty for a procedure that verifies no such list.
    """
    procedure, pack = view.at.procedure, view.at.pack
    name, action = _conditions_of(procedure)
    if name is None or view.record is None:
        return []
    way, barred = Way(procedure, view.case.kind), view.subject.no_commitment_until
    found = opening(way, pack, view.record, (), barred, now(), told=view.period_told)
    before = {c.code: c for c in known_conditions(procedure, pack, view.record, found)}
    verified = [step for step in view.at.history if step.action == action]
    given = findings(verified[-1].inputs) if verified else {}
    listed = []
    wanted = pack.lists.get(name, {})
    differ = len({item.basis for item in wanted.values()}) > 1  # one basis for all is told once, below the list
    for code, item in wanted.items():
        said, known = given.get(code), before.get(code)
        state = known.state if known else "ask"
        text = known.text if known else "待核查"
        if code == "commitment" and signed_by(view):
            text = "承诺书已签署，由核查人员核实"
        if code == "no_new" and view.newer:
            state, text = "no", f"在列期间有新的失信信息：{'、'.join(view.newer)}"
        who = "系统计算" if code == "minimum_period" else ""
        if said is not None:
            state = "yes" if said.met else "no"
            text = said.note or text
            who = f"核查人 {verified[-1].actor_name} {filters.instant_short(verified[-1].at)}" + (
                "，系统计算" if who else ""
            )
        label = said_of(item.label, of_person=view.record.of_person)
        listed.append(
            {"state": state, "label": label, "text": text, "evidence": _evidence(view, code, who),
             "basis": "；".join(pack.cites(item.basis)) if differ else ""}
        )  # fmt: skip
    return listed


def _conditions_of(procedure: Procedure) -> tuple[str | None, str]:
    for name, action in procedure.action.items():
        for spec in action.inputs.values():
            if spec.kind == "conditions":
                return spec.choices, name
    return None, ""


def _evidence(view: CaseView, code: str, who: str) -> Markup:
    links = [material_link(row) for row in view.materials if row.kind in EVIDENCE.get(code, ())]
    parts = [Markup("材料：") + Markup("、").join(links)] if links else []
    if code == "commitment" and (signed := signed_by(view)):
        parts.append(Markup.escape(f"承诺书由 {signed} 签署"))
    if who:
        parts.append(Markup.escape(who))
    return Markup(" · ").join(parts)


def material_link(row: FileRow) -> Markup:
    """Return a material by its name, opened in a page of its own."""
    href = url_for("files.material", token=row.token)
    return Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(href, row.file_name)


def checks(view: CaseView) -> list[dict[str, object]]:
    """Return what the steps that lead on demand, as the system answers it now; each with the step's label."""
    ahead = forward(view)
    return [
        {
            "label": option.label,
            "answers": [_checked(option, a) for a in option.answers],
        }
        for option in view.options
        if option.name in ahead and option.answers and not of_another_kind(option)
    ]


_NEEDS = {name: one.needs for name, one in READINGS.items()}


def _checked(option: Option, answer: Answer) -> dict[str, object]:
    """Return a condition as it stands; one that rests on what the step's own form will hold is not unmet before anybody has typed."""
    typed = (need.name for need in _NEEDS.get(answer.guard, ()) if need.source in ("step", "any"))
    waits = not answer.ok and answer.guard in DEPENDS_ON_FORM and any(n in option.inputs or "{" in n for n in typed)
    if waits:
        return {"state": "wait", "label": answer.label, "text": "提交时按填写的内容核对"}
    return {"state": "yes" if answer.ok else "no", "label": answer.label, "text": answer.text}


def claims(view: CaseView) -> list[dict[str, Any]]:
    """Return what the applicant stated when filing."""
    procedure = view.at.procedure
    channel = CHANNELS.get(view.case.channel, view.case.channel)
    agent = "（代理人）" if view.case.inputs.get("filed_by_agent") else ""
    # who reports somebody is named nowhere, and is not the system either
    unnamed = view.case.confidential and view.case.filed_by is None
    by = "反映人（不公开）" if unnamed else view.filed_by
    if view.case.channel == WINDOW and not unnamed:  # a clerk enters it, the subject files it
        by, channel = view.subject.name, f"{channel}，{view.filed_by}录入"
    listed = [{"label": "提出", "value": f"{by}{agent} · {filters.instant(view.case.filed_at)} · {channel}"}]
    if view.case.kind:
        listed.append({"label": "种类", "value": procedure.kinds.get(view.case.kind, view.case.kind)})
    if view.case.external_serial:
        listed.append({"label": "外部流水号", "value": view.case.external_serial})
    return [*listed, *of_filing(view, with_first=True)]


def materials(view: CaseView) -> list[dict[str, object]]:
    """Materials with the step that brought them."""
    procedure = view.at.procedure
    return [
        {
            "link": material_link(row),
            "label": label_of(procedure, row.kind),
            "row": row,
        }
        for row in view.materials
    ]


def to_serve(view: CaseView, actor: Actor) -> LetterRow | None:
    """Return the letter whose service a limit waits for, for people of the office that issued it; None where none waits."""
    if not any(due.state == "waiting" for due in view.dues):
        return None
    sent = view.at.procedure.letters
    found = [
        row
        for row in view.letters
        if row.state == "in_force" and row.kind in sent and sent[row.kind].served and row.office_id in actor.offices
    ]
    return max(found, key=lambda row: row.id, default=None)


def last_said(
    view: CaseView, trail: Sequence[Entry], answers: Mapping[int, list[dict[str, str]]]
) -> dict[str, Any] | None:
    """Return what the step said that brought the case where it stands: whoever comes next rests on it. What it found of each condition
    has a place of its own."""
    verified = _conditions_of(view.at.procedure)[1]
    for step in trail:
        if step.action in view.at.procedure.action and step.to_label and not step.system:
            given = [] if step.action == verified else answers.get(step.seq, [])
            return {"step": step, "answers": given} if given or step.reason else None
    return None


def letters(rows: Sequence[LetterRow]) -> list[dict[str, Any]]:
    """Return all letters of the case, newest first."""
    verify = "public.letter" in current_app.view_functions
    cards = []
    corrected = corrected_among(rows)
    for row in rows:
        note = f"{filters.instant_short(row.issued_at)} 制发"
        if row.state == "superseded":
            note += f"，{superseded_word(row, corrected)}"
        if row.press_error and not row.pressed_at:
            note += f"，制作未成功：{row.press_error}"
        cards.append(
            {
                "label": row.title,
                "number": row.number,
                "state": "withdrawn" if row.state == "withdrawn" else "sealed" if row.pressed_at else "pressing",
                "note": note,
                "href": url_for("files.letter", token=row.token) if row.pressed_at else None,
                "verify_href": url_for("public.letter", token=row.token) if verify and row.pressed_at else None,
                "size": row.pdf_size or 0,
                "page_href": page_of(row.token),
            }
        )
    return cards


def pushes(rows: Sequence[PushRow]) -> list[dict[str, Any]]:
    """Return each target once, by its worst row: what was told, since when it waits, what went wrong, when it is tried again."""
    rank = {"dead": 0, "waiting": 1, "leased": 1, "waived": 2, "done": 3}
    by_target: dict[str, list[Any]] = {}
    for row in rows:
        by_target.setdefault(row.target_name, []).append(row)
    listed = []
    for name, own in by_target.items():
        worst = min(own, key=lambda row: rank[row.state])
        what = "、".join(dict.fromkeys(PUSH_KINDS.get(row.kind, row.kind) for row in own))
        listed.append({"label": name, "state": PUSH_STATES[worst.state], "note": f"{what} · {push_note(worst)}"})
    return listed


def push_note(row: PushRow) -> str:
    """Return where one push stands, in a sentence."""
    if row.state == "done":
        return f"{filters.instant_short(row.ended_at)} 收到回执"
    if row.state == "waived":
        return f"{filters.instant_short(row.ended_at)} 取消推送" + (f"：{row.last_error}" if row.last_error else "")
    error = f"，最近一次：{row.last_error}" if row.last_error else ""
    if row.state == "dead":
        return f"试过 {row.attempts} 次，{filters.instant_short(row.ended_at)} 停止重试{error}"
    tried = f"，已试 {row.attempts} 次" if row.attempts else ""
    again = f"，下次 {filters.instant_short(row.next_at)}" if row.attempts and row.next_at else ""
    return f"自 {filters.instant_short(row.created_at)} 等待{tried}{again}{error}"


def act_words(view: CaseView) -> dict[str, str]:
    """Return kind and standing of the administrative act the case is about, in words; nothing where it is about none."""
    act = view.at.act
    if act is None:
        return {}
    standing = ENDED[act.withdrawn_as] if act.withdrawn_as else STATES[act.state]
    return {"kind": KINDS[act.kind], "standing": "异议标注" if act.disputed_on is not None else standing}

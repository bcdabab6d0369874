"""What a letter of a case says: the fields its template may name, from the case, its record, its history and this step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.credit_records.effects import life
from repairflow.casework.documents import own_rules
from repairflow.casework.documents.fields import lists_and_measures, previous_case, remedies
from repairflow.casework.documents.fields.inputs import told
from repairflow.law.deadlines.due import Due
from repairflow.law.deadlines.explanation import explain
from repairflow.law.guards import day_text
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.roles import CITIZEN_ROLES
from repairflow.letters.text.templates import template
from repairflow.records import material, office, subject, target
from repairflow.times import local_day

COUNTED = ("acceptance", "handling", "self_check", "source_check")
"""Limits a notice may print the end of, in this order of choice after the one the step itself began."""


def fields(
    tx: Connection,
    law: Library,
    at: Situation,
    name: str,
    action: Action,
    *,
    kind: str,
    version: str,
    office_row: Any,
    addressee: Any,
    dues: Mapping[str, Due],
    change: Change | None,
    inputs: Mapping[str, Any],
    reason: str | None,
    ground: str | None,
    now: datetime,
) -> dict[str, object]:
    """Everything known for a letter of this step; the template takes what it names."""
    case, row, pack = at.case, at.record, at.pack
    head = template(kind, version)
    wanted = {*head.required, *head.optional}
    known: dict[str, object] = {
        "subject_name": addressee.name,
        "subject_code": addressee.uscc or "",
        "case_number": case.number,
        "filed_day": day_text(case.filed_day),
        "reason": reason or "",
        "contact": office_row.contact,
        "legal_bases": _cited(tx, law, at, name, action, inputs),
        "outcome_label": _outcome(at, action),
        "claimed": str(case.inputs.get("claimed") or ""),
    }
    if row is not None:
        known |= _record(tx, row)
    accepted = [step for step in at.history if step.action == "accept"]
    known["accepted_day"] = day_text(local_day(accepted[-1].at if accepted else now))
    known |= _days(name, at, action, dues)
    if "materials" in wanted:
        known["materials"] = _materials(tx, at)
    known["gaps"] = _gaps(at, inputs, reason)
    if ground is not None:
        known |= _ground(law, at, name, ground, reason)
    elif case.inputs.get("ground"):
        item = pack.lists.get("objection_grounds", {}).get(str(case.inputs["ground"]))
        known["ground_label"] = item.label if item else ""
    if "conditions" in wanted:
        known["conditions"] = _conditions(at)
    findings = [s for s in (*at.history,) if s.inputs.get("finding")]
    if findings:
        item = pack.lists.get("findings", {}).get(str(findings[-1].inputs["finding"]))
        known["finding"] = f"信息提供单位核查意见：{item.label}" if item else ""
    if change is not None:
        known["effects"] = [life(law).action[e].label for e in change.effects]
        known["cease_day"] = day_text(local_day(now))
        known["corrections"] = list(change.corrections)
        known["targets"] = [
            r.name for r in tx.execute(select(target.c.name).where(target.c.active).order_by(target.c.id))
        ]
    if "remedy_paragraphs" in wanted:
        must = "remedy_paragraphs" in head.required
        known["remedy_paragraphs"] = remedies.paragraphs(pack, action, office_row, required=must)
    if "questions" in wanted:
        known["questions"] = ["上述信息与你单位记载是否一致", "申请人主张的内容是否属实", "信息应当维持、更正还是撤销"]
    known |= {word: said for word, said in told(at, name, wanted, inputs).items() if not known.get(word)}
    if any(word.startswith("original_") for word in wanted):
        known |= previous_case.original(tx, at)
    if "hearing_note" in wanted:
        known |= previous_case.heard(at)
    known |= previous_case.follows(at, action, change, now)
    known |= previous_case.transferred_to(tx, at, inputs)
    known |= lists_and_measures.said(tx, at, name, kind, version, inputs, reason, now)
    return {key: value for key, value in known.items() if value not in ("", None, [], ())}


def _cited(
    tx: Connection, law: Library, at: Situation, name: str, action: Action, inputs: Mapping[str, Any]
) -> list[str]:
    """The articles this step and its list rest on that somebody has read, and the office's own document for it."""
    document = own_rules.document_of(tx, at, name)
    cites = (*law.cites(action.basis, at.procedure, at.pack), *lists_and_measures.list_bases(law, at, inputs))
    return [*dict.fromkeys((*cites, *([document] if document is not None else [])))]


def _outcome(at: Situation, action: Action) -> str:
    """What was decided, not that receipts are waited for (同步中)."""
    state = at.procedure.state.get(action.to or at.case.state)
    return (state.label.removesuffix("同步中").rstrip("，") or action.label) if state is not None else ""


def _record(tx: Connection, row: Any) -> dict[str, object]:
    authority = tx.execute(select(office.c.name).where(office.c.id == row.authority_id)).scalar_one()
    known: dict[str, object] = {
        "record_document_number": row.document_number,
        "record_office": authority,
        "record_date": day_text(row.decision_date),
        "record_behaviour": row.behaviour,
    }
    known["masked_records"] = [f"{authority}{day_text(row.decision_date)}作出的{row.document_number}所涉失信信息"]
    for name in ("apply_from", "min_until", "max_until"):
        day: date | None = getattr(row, name)
        known[name] = day_text(day) if day else ""
    return known


def _days(name: str, at: Situation, action: Action, dues: Mapping[str, Due]) -> dict[str, object]:
    running = {clock: due for clock, due in dues.items() if due.due_day is not None and due.state == "running"}
    known: dict[str, object] = {}
    if action.extends is not None and action.extends.clock in running:
        due, before = running[action.extends.clock], at.dues.get(action.extends.clock)
        known["new_due_day"] = day_text(due.due_day) if due.due_day else ""
        known["due_day"] = day_text(before.due_day) if before is not None and before.due_day else ""
        known["due_clock_label"], known["due_explain"] = due.label, explain(due)
        return known
    fresh = [c for c in running if c not in at.dues]
    for clock in (*fresh, *COUNTED):
        if clock in running:
            due = running[clock]
            assert due.due_day is not None
            known |= {"due_day": day_text(due.due_day), "due_clock_label": due.label, "due_explain": explain(due)}
            known["reply_due_day"] = day_text(due.due_day)
            break
    if "statement" in running and running["statement"].due_day is not None:
        known["statement_due_day"] = day_text(running["statement"].due_day)
    supplement = running.get("supplement") or at.dues.get("supplement")
    if supplement is not None and supplement.due_day is not None:
        known["supplement_due_day"] = day_text(supplement.due_day)
    return known


def _materials(tx: Connection, at: Situation) -> list[str]:
    rows = tx.execute(
        select(material.c.kind, material.c.file_name).where(material.c.case_id == at.case.id).order_by(material.c.id)
    )
    labels = {kind: spec.label for kind, spec in at.procedure.material.items()}
    return [f"{labels.get(row.kind, row.kind)}（{row.file_name}）" for row in rows]


def _gaps(at: Situation, inputs: Mapping[str, Any], reason: str | None) -> list[str]:
    """What must be supplemented: from this step, or as it was asked before; a reason alone counts as its lines."""
    given: Any = inputs.get("gaps")
    if given is None:
        asked = [step.inputs.get("gaps") for step in at.history if step.inputs.get("gaps")]
        given = asked[-1] if asked else (reason or "").splitlines()
    return [str(line).strip() for line in given if str(line).strip()]


def _ground(law: Library, at: Situation, name: str, ground: str, reason: str | None) -> dict[str, object]:
    item = at.pack.lists[at.procedure.ground_list(name)][ground]
    parts = [item.text or item.label, reason or "", item.where_to_go]
    return {"ground_label": item.label, "reason": "\n".join(f"{p.rstrip('。')}。" for p in parts if p.strip())}


def _conditions(at: Situation) -> list[tuple[str, str]]:
    steps = [s for s in at.history if s.inputs.get("conditions")]
    if not steps:
        return []
    given: Any = steps[-1].inputs["conditions"]
    found = []
    form = at.procedure.action[steps[-1].action].inputs["conditions"]
    for code, item in at.pack.lists[form.choices or "repair_conditions"].items():
        answer = given.get(code) or {}
        note = answer.get("note") or ("经核查属实" if answer.get("met") else "不具备")
        found.append((item.label, str(note)))
    return found


def addressee_of(tx: Connection, at: Situation, kind: str, inputs: Mapping[str, Any] | None = None) -> Any:
    """Who a letter goes to: the subject, the providing office for a consultation, or the office a case goes to.

    Row with name and uscc.
    """
    if kind == "transfer_letter" and inputs and inputs.get("to_office"):
        goal = tx.execute(
            select(office.c.name, office.c.uscc).where(office.c.code == str(inputs["to_office"]).strip())
        ).first()
        if goal is not None:
            return goal
    if at.case.confidential:  # 严格保密：the letter names the citizen by role alone
        role = next(name for name in at.procedure.actor if name in CITIZEN_ROLES)
        return SimpleNamespace(name=at.procedure.actor[role], uscc=None)
    if kind == "consultation" or kind in lists_and_measures.TO_PARTNER:
        return tx.execute(select(office.c.name, office.c.uscc).where(office.c.id == at.case.provider_id)).one()
    return tx.execute(select(subject.c.name, subject.c.uscc).where(subject.c.id == at.case.subject_id)).one()

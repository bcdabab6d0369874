"""What a letter of a case says: the fields its template may name, from the case, its record, its history and this step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from repairflow.casework import told_periods
from repairflow.casework.case_state import ground_findings
from repairflow.casework.case_state.applicants import applied_for
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.record_life import life
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.case_state.told_files import label_of
from repairflow.casework.credit_records.record_correction import DATES
from repairflow.casework.documents import announced, own_list_kinds, own_rules, provider_rules
from repairflow.casework.documents.fields import (
    acts,
    decided_elsewhere,
    lapse,
    lists_and_measures,
    previous_case,
    promised,
    record,
    remedies,
    withdrawal,
)
from repairflow.casework.documents.fields import findings as found
from repairflow.casework.documents.fields.inputs import input_fields
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.casework.documents.fields.voice import Addressee, Voice
from repairflow.casework.documents.fields.voice import addressee_of as _addressee
from repairflow.law.deadlines.due import Due
from repairflow.law.guards import day_text
from repairflow.law.procedure.deciding_elsewhere import NOTICE
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action
from repairflow.letters.issue.compose import together
from repairflow.letters.text.templates import MissingFields, template
from repairflow.records import material
from repairflow.records.rows import OfficeRow, RecordRow
from repairflow.times import local_day
from repairflow.vault import Vault

COUNTED = ("acceptance", "handling", "self_check", "source_check")
"""Limits a notice may print the end of, in this order of choice after the one the step itself began."""
EFFECTS = {
    "cease_publicity": "终止公示上述信息",
    "cease_sharing": "停止共享和使用上述信息",
    "lift_measures": "依法依规解除因上述信息实施的失信惩戒措施",
    "resume_sharing": "恢复共享和使用上述信息",
    "reimpose_measures": "恢复因上述信息实施的失信惩戒措施",
    "mask_record": "暂时屏蔽上述信息",
    "unmask_record": "恢复公示上述信息",
    "restore_record": "恢复公示上述信息",
    "annul_record": "撤销上述信息",
    "correct_record": "更正上述信息",
    "seal_record": "封存上述信息",
}
"""What effects on a record do, as a sentence says it; others by their label."""


_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIMES = ("supplement", "statement", "rectification", "report")
SOON = "尽快"
"""Limits of the subject that letters set."""


def fields(
    tx: Connection, law: Library, of: LetterStep, version: str, office_row: OfficeRow, addressee: Addressee
) -> dict[str, object]:
    """Everything known for a letter of this step; the template takes what it names."""
    at, name, action, kind, inputs = of.at, of.name, of.action, of.kind, of.inputs
    reason, ground, change, dues, now = of.reason, of.ground, of.change, of.dues, of.now
    case, row, pack = at.case, at.record, at.pack
    head = template(kind, version)
    wanted = {*head.required, *head.optional}
    words = {word: head.vocabulary[word] for word in wanted}
    voice = Voice(office_row, addressee.you, addressee.office_id)
    today = local_day(now)
    known: dict[str, object] = {
        "we": voice.we,
        "office_name": office_row.name,
        "you": voice.you,
        "subject_name": addressee.about,
        "subject_code": addressee.uscc or "",
        "case_number": case.number,
        "filed_day": day_text(case.filed_day) if applied_for(at) else "",
        "reason": reason or "",
        "contact": office_row.contact,
        "legal_bases": legal_bases(tx, law, of),
        "outcome_label": _outcome(at, action),
        "claimed": str(case.inputs.get("claimed") or ""),
    }
    told = told_periods.of_record(tx, law, row) if row is not None else told_periods.Told(False)
    if row is not None:
        known |= record.record_fields(tx, voice, row, today, told)
    elif at.act is not None:
        known |= acts.act_fields(tx, voice, at.act)
    known |= _accepted(at, now) | _days(tx, at, action, dues) | _times(tx, at, dues, office_row)
    if kind in promised.WHOLE_WAY:
        known |= promised.of_result(tx, at, kind, today, dues)
    if "materials" in wanted:
        known["materials"] = _materials(tx, at)
    known["gaps"] = _gaps(at, inputs, reason)
    if ground is not None:
        known |= _ground(voice, of, ground, tells_findings="conditions" in wanted)
    elif case.inputs.get("ground"):
        item = pack.lists.get("objection_grounds", {}).get(str(case.inputs["ground"]))
        known["ground_label"] = item.label if item else ""
    if "conditions" in wanted:
        known["conditions"] = found.conditions(at, today, told=told.may)
    known["finding"] = found.of_provider(at)
    if change is not None:
        known |= _changed(tx, law, at, change, now)
    if "remedy_paragraphs" in wanted:
        known["remedy_paragraphs"] = _remedies(tx, of, voice, office_row)
    if "lapse_bases" in wanted:
        known["lapse_bases"] = lapse.bases(tx, law, at, action)
    if "questions" in wanted:
        known["questions"] = _questions(addressee)
    known |= {word: said for word, said in input_fields(at, name, words, inputs).items() if not known.get(word)}
    known |= _earlier(tx, law, of, voice, wanted) | withdrawal.fields(of)
    known |= previous_case.follows(tx, law, at, action, change, now)
    known |= previous_case.transferred_to(tx, at, inputs)
    known |= lists_and_measures.list_fields(tx, of, wanted, voice) | decided_elsewhere.fields(tx, of, voice)
    return {key: value for key, value in known.items() if value not in ("", None, [], ())}


def _questions(addressee: Addressee) -> list[str]:
    """Return what a 协查 asks of the office that provided the information."""
    return [
        f"上述信息与{addressee.you}记载是否一致",
        "申请人主张的内容是否属实",
        "信息应当维持、更正还是撤销",
    ]


def _remedies(tx: Connection, of: LetterStep, voice: Voice, office_row: OfficeRow) -> list[str]:
    """Return the remedies a letter tells; MissingFields where it must tell one and none may be told."""
    at = of.at
    must = remedies.must_tell(at.procedure, of.action, of.kind, local_day(of.now).isoformat())
    reviewer = remedies.reviewer_of(tx, at.pack, at.case.deciding_id)
    paragraphs = remedies.paragraphs(at.procedure, at.pack, of.action, office_row, required=must, reviewer=reviewer)
    if must and not paragraphs:
        raise MissingFields(of.kind, ("remedy_paragraphs",))
    return [voice.spoken(text) for text in paragraphs]


def _changed(tx: Connection, law: Library, at: Situation, change: Change, now: datetime) -> dict[str, object]:
    """Return what the step does to the record, and who is told; days of publicity only where the old and the new ones may be told."""
    row = at.record
    told = row is not None and _periods_told(tx, law, row, change)
    # what was never shown is no longer shared or used; there is no publicity to end
    unseen = ("cease_publicity",) if change.from_state == "unpublished" else ()
    listed = row is not None and bool(row.source.get("list_kind"))
    effects = [EFFECTS.get(e) or life(law).action[e].label for e in change.effects if e not in unseen]
    return {
        "effects": [_of_list(effect) for effect in effects] if listed else effects,
        "cease_day": day_text(local_day(now)),
        "corrections": [
            (field, label, _day(old), _day(new))
            for field, label, old, new in change.corrections
            if told or field not in DATES
        ],
        "targets": acts.targets(tx, at, change),
    }


def _of_list(effect: str) -> str:
    """Return an effect as the letter of a list says it, which has named the list and no information before."""
    return effect.replace("因上述信息实施", "因列入名单实施").replace("上述信息", "列入名单信息")


def _periods_told(tx: Connection, law: Library, row: RecordRow, change: Change) -> bool:
    """Tell whether a letter may tell the periods of a record both as it was and as it is corrected."""
    right = row._replace(**change.classed)
    return all(told_periods.of_record(tx, law, one).may for one in (row, right))


def _day(value: str) -> str:
    """Return a corrected value as a letter prints it: days as GB/T 9704 writes them (7.3.5.4), others as they are."""
    try:
        return day_text(date.fromisoformat(value)) if _ISO_DAY.fullmatch(value) else value
    except ValueError:  # a number that looks like a day: 2026-13-01
        return value


def legal_bases(tx: Connection, law: Library, of: LetterStep) -> list[str]:
    """Return the articles this step, its ground and its list rest on that somebody has read, and the office's own documents.

    A notice of a decision to come tells what that decision rests on (行政处罚法 44 by analogy), not what the notice rests on; a notice
    that passes a decision on, by what the matter was forwarded; a result that no article gives, the rule of the office that decides.
    """
    at, name = of.at, of.name
    ahead = announced.decision(tx, at, of.action)
    if ahead is not None:
        step, decided = ahead[0], own_rules.founded(tx, at, *ahead)
        own = (own_rules.document_of(tx, at, step), *own_rules.effect_documents(tx, at, step, decided))
        read = law.cites(decided.basis, at.procedure, at.pack)
        return [*dict.fromkeys((*read, *(one for one in own if one is not None)))]
    if of.kind == NOTICE:
        return provider_rules.forwarding(law, at)
    result = provider_rules.own_result(at, of.action, of.inputs)
    if result is not None:
        document = provider_rules.document(tx, at, result)
        return [document] if document is not None else []
    ground = at.pack.lists.get(at.procedure.ground_list(name), {}).get(of.ground or "")
    documents = (
        own_rules.document_of(tx, at, name), own_rules.document_of_list(tx, at, name),
        own_rules.document_of_ground(tx, at, name, of.ground),
        *own_rules.effect_documents(tx, at, name, of.action), *promised.documents(tx, at, of.kind, of.dues),
    )  # fmt: skip
    cites = (
        *law.cites((*of.action.basis, *own_list_kinds.articles(at, of.action)), at.procedure, at.pack),
        *law.cites(ground.basis if ground is not None else (), at.pack),
        *lists_and_measures.list_bases(law, at, of.inputs),
        *withdrawal.bases(law, of),
    )
    return [*dict.fromkeys((*cites, *(one for one in documents if one is not None)))]


def _earlier(tx: Connection, law: Library, of: LetterStep, voice: Voice, wanted: set[str]) -> dict[str, object]:
    """Return what came before this letter: the decision it is about, how the subject was heard, what is to be decided."""
    at, action, inputs = of.at, of.action, of.inputs
    known: dict[str, object] = {}
    if any(word.startswith("original_") for word in wanted):
        known |= previous_case.original(tx, at, voice)
    if "hearing_note" in wanted:
        known["hearing_note"] = found.heard(at, voice, action, inputs, of.reason or "")
    if "mitigation" in wanted:
        known["mitigation"] = found.mitigation(at, voice, inputs)
    if "plea" in wanted:
        known["plea"] = found.answered(at, voice, action)
    if "plan_name" in wanted:
        known["plan_name"] = found.plan(at)
    if "proposed" in wanted:
        known["proposed"] = previous_case.proposed(tx, law, of, voice)
    return known


def _outcome(at: Situation, action: Action) -> str:
    """Return what was decided, not that receipts are waited for (同步中)."""
    state = at.procedure.state.get(action.to or at.case.state)
    return (state.label.removesuffix("同步中").rstrip("，") or action.label) if state is not None else ""


def _days(tx: Connection, at: Situation, action: Action, dues: Mapping[str, Due]) -> dict[str, object]:
    running = {clock: due for clock, due in dues.items() if due.due_day is not None and due.state == "running"}
    known: dict[str, object] = {}
    if action.extends is not None and action.extends.clock in running:
        due, before = running[action.extends.clock], at.dues.get(action.extends.clock)
        known["new_due_day"] = day_text(due.due_day) if due.due_day else ""
        known["due_day"] = day_text(before.due_day) if before is not None and before.due_day else ""
        known["due_clock_label"] = due.label
        known["approver"] = action.extends.approver or ""
        return known
    fresh = [c for c in running if c not in at.dues]
    ends = [(clock, day) for clock in (*fresh, *COUNTED) if clock in running and (day := running[clock].due_day)]
    for _, day in ends[:1]:
        known["reply_due_day"] = day_text(day)
    for clock, day in [one for one in ends if promised.told(tx, at, one[0])][:1]:
        known |= {"due_day": day_text(day), "due_clock_label": running[clock].label}
    if "statement" in running and running["statement"].due_day is not None:
        known["statement_due_day"] = day_text(running["statement"].due_day)
    supplement = running.get("supplement") or at.dues.get("supplement")
    if supplement is not None and supplement.due_day is not None:
        known["supplement_due_day"] = day_text(supplement.due_day)
    return known


def _accepted(at: Situation, now: datetime) -> dict[str, object]:
    accepted = [step for step in at.history if step.action == "accept"]
    return {"accepted_day": day_text(local_day(accepted[-1].at if accepted else now))}


def _times(tx: Connection, at: Situation, dues: Mapping[str, Due], office_row: OfficeRow) -> dict[str, object]:
    """By when the subject must act; `SOON` where nobody has read how long it has, and the office has not confirmed it."""
    return {
        f"{clock}_time": _in_time(due, office_row) if promised.told(tx, at, clock) else SOON
        for clock, due in dues.items()
        if clock in TIMES
    }


def _in_time(due: Due, office_row: OfficeRow) -> str:
    """By when the subject must act, as a letter says it that is not served yet: the length from its service, or the day."""
    window = f"到窗口提交的，至最后一日{office_row.closes_at}为止" if office_row.closes_at else ""
    if due.state == "waiting":
        return f"自收到本文书之日起{due.length}内（收到当日不计入{window and '；' + window}）"
    return f"于{day_text(due.due_day)}（含当日{window and '；' + window}）前" if due.due_day is not None else ""


def _materials(tx: Connection, at: Situation) -> list[str]:
    rows = tx.execute(
        select(material.c.kind, material.c.file_name).where(material.c.case_id == at.case.id).order_by(material.c.id)
    )
    return [f"{label_of(at.procedure, row.kind)}（{row.file_name}）" for row in rows]


def _gaps(at: Situation, inputs: Mapping[str, object], reason: str | None) -> list[str]:
    """Return what must be supplemented: from this step, or as it was asked before; a reason alone counts as its lines."""
    given: Any = inputs.get("gaps")
    if given is None:
        asked = [step.inputs.get("gaps") for step in at.history if step.inputs.get("gaps")]
        given = asked[-1] if asked else (reason or "").splitlines()
    return [str(line).strip() for line in given if str(line).strip()]


def _ground(voice: Voice, of: LetterStep, ground: str, *, tells_findings: bool) -> dict[str, object]:
    """Return a ground of the closed list: what it says, what the officer found, and apart from both what one can do about it.

    Where the letter `tells_findings` that say what the ground says, it names the ground alone; what the officer typed word for word
    as the letter has it already is not said again.
    """
    at, name, typed = of.at, of.name, of.reason or ""
    item = at.pack.lists[at.procedure.ground_list(name)][ground]
    denied, label = ground_findings.denied(at, name, item), voice.spoken(item.label)
    text = f"{voice.spoken(item.text or item.label).rstrip('。')}{denied and '，' + denied}"
    if tells_findings and ground_findings.found(at, item):
        text = f"{voice.you}属于“{label}”的情形"
    again = ground_findings.repeated(at, name, ground, typed)
    if again and (tells_findings or again == "事由"):
        typed = ""
    parts = [text, typed]
    simple = at.record is not None and bool(at.record.simple_procedure)
    way, cites = (
        voice.spoken(item.on_the_spot if simple and item.on_the_spot else item.where_to_go),
        at.pack.cites(item.where_basis),
    )
    return {
        "ground_label": label,
        "reason": "\n".join(f"{part.rstrip('。')}。" for part in parts if part.strip()),
        "way_out": f"{way}（{'、'.join(together(cites))}）" if cites else way,
    }


def addressee_of(
    tx: Connection, vault: Vault, at: Situation, kind: str, inputs: Mapping[str, object], ground: str | None
) -> Addressee:
    """Return who a letter goes to; see `voice.addressee_of`."""
    to_office = inputs.get("to_office")
    return _addressee(tx, vault, at, kind, str(to_office) if to_office else None, ground)

"""What letters say of lists, interviews, measures and rectification: labels from the rule pack, earlier papers of the case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, select

from repairflow.casework import told_periods
from repairflow.casework.case_state.publicity_objections import filed_since
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents import own_measures
from repairflow.casework.documents.fields.inputs import moment_text
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.casework.documents.fields.record import document_of
from repairflow.casework.documents.fields.voice import Voice
from repairflow.casework.told_periods import Told
from repairflow.law.guards import day_text
from repairflow.law.letter_kinds import form_of
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import ListKind
from repairflow.law.procedure.remedy import length
from repairflow.law.publicity import list_days
from repairflow.records import case_link, letter, list_entry, office, stays_from, subject
from repairflow.times import local_day

FOUND = frozenset({"rectification_verdict", "annulment_decision"})
"""Letters whose reason is what was found."""
RENEWS = "renew_honour"
REMOVAL_REVOKED = "removal_revoked"


def list_fields(tx: Connection, of: LetterStep, wanted: set[str], voice: Voice) -> dict[str, object]:
    """Return the words these procedures add; an empty one takes back what does not fit this letter."""
    at, name, kind, inputs, reason, now = of.at, of.name, of.kind, of.inputs, of.reason, of.now
    label = at.procedure.label
    found: dict[str, object] = {"procedure_label": label, "application": f"{label.removesuffix('处理')}申请"}
    found |= _moved(of)
    if at.case.kind is not None:
        found["interview_kind"] = at.procedure.kinds.get(at.case.kind, "")
    consequence = at.pack.lists.get("consequences", {}).get(f"{at.procedure.procedure}_{name}")
    if consequence is not None:
        found["consequence"] = voice.spoken(consequence.text)
    if kind == "commitment_breached" and not reason:  # nobody wrote one: the day passed
        found["reason"] = f"{at.procedure.action[name].label}。"
    if kind in FOUND:
        found["finding"] = reason or "期限届满，没有收到整改情况报告"
    if kind == "rectification_verdict":
        found |= _written(tx, at, "rectification_order")
    if "reward_note" in wanted:
        found["reward_note"] = _reward(at, inputs)
    if kind == "interview_record":
        found["due_day"] = ""  # the day to sign by is nobody's term to rectify
    if "measure_label" in wanted:
        found |= _measure(tx, at, inputs, voice, local_day(now))
    if "reported" in wanted:
        found["reported"] = _reported(at)
    if (
        form_of(at.procedure, kind).to != "subject" and not at.case.confidential
    ):  # addressed to an office, about the subject
        found |= _about_whom(tx, at)
    if "list_label" in wanted:
        listed = _list(at, inputs)
        found |= _of_list(tx, at, listed, kind, now) if listed is not None else _left(tx, at, of.action.effects, now)
    return found


def _reported(at: Situation) -> str:
    """Return what kind of matter a complaint or a report is about, so that who sent several tells them apart; never whom: the letter
    must not give that away to whoever finds it."""
    spec = at.procedure.inputs.get("about")
    items = at.pack.lists.get(spec.choices or "", {}) if spec is not None else {}
    item = items.get(str(at.case.inputs.get("about")))
    return f"类别为“{item.label}”" if item is not None else ""


def _reward(at: Situation, inputs: Mapping[str, object]) -> str:
    """Return what became of the reward for a report; empty where none was due."""
    if inputs.get("amount_yuan"):
        day = date.fromisoformat(str(inputs["paid_on"]))
        return f"举报奖励{inputs['amount_yuan']}元已于{day_text(day)}发放。"
    forgone = at.pack.lists.get("reward_forgone", {}).get(str(inputs.get("forgone")))
    return f"举报奖励没有发放：{forgone.label}。" if forgone is not None else ""


def _fact(at: Situation, name: str, inputs: Mapping[str, object]) -> object:
    for source in (inputs, *(step.inputs for step in reversed(at.history)), at.case.inputs):
        if source.get(name):
            return source[name]
    return None


def _moved(of: LetterStep) -> dict[str, object]:
    """Return the time that no longer holds, where the step moves the meeting and not the case (改期)."""
    moves = of.action.to is None and "meeting_at" in of.action.inputs
    before = _fact(of.at, "meeting_at", {}) if moves else None
    return {"moved_from": moment_text(before)} if before else {}


def _list(at: Situation, inputs: Mapping[str, object]) -> ListKind | None:
    code = _fact(at, "list_kind", inputs) or (at.record.source.get("list_kind") if at.record is not None else None)
    return at.pack.list_kind.get(str(code))


def _of_list(tx: Connection, at: Situation, kind: ListKind, letter_kind: str, now: datetime) -> dict[str, object]:
    today, told = local_day(now), _told(tx, at, kind)
    found: dict[str, object] = {
        "list_label": kind.label,
        "removal_conditions": list(at.pack.removal_of(kind, confirmed=told.may)),
        "measures": own_measures.told(tx, at.pack, kind.measures, at.case.deciding_id),
        "listed_day": day_text(today),
    }
    if letter_kind in {"listing_decision", "honour_decision"} and told.may:
        days = list_days(kind, today)
        found["min_until"] = day_text(days.min_until) if days.min_until else ""
        found["max_until"] = day_text(days.max_until)
        found["term_label"] = "列入期限"  # as the notice and the removal call it, whether the list is public or not
    if letter_kind == "honour_decision":
        found["publicity_result"] = _publicity(tx, at)
    if letter_kind == "listing_notice" and told.may:
        least = f"最短{length(kind.minimum)}，" if kind.minimum is not None else ""
        found["listing_term"] = f"自列入之日起计算，{least}最长{length(kind.maximum)}"
    if at.procedure.procedure != "listing" and at.record is not None:
        found["listed_day"] = day_text(at.record.decision_date)
        if letter_kind != REMOVAL_REVOKED:  # there it is the removal that was decided before
            found |= {"original_number": at.record.document_number, "original_document": document_of(tx, at.record)}
    if letter_kind == "removal_decision":
        ground = at.pack.lists["list_removal_occasions"].get(at.case.kind or "")
        found["ground_label"] = ground.label if ground is not None else ""
        if at.case.kind == "expiry":
            found["accepted_day"] = ""  # nobody applied
    return found


def _publicity(tx: Connection, at: Situation) -> str:
    """Return how the publicity before a designation ended, in words."""
    if any(step.action == "object_in_window" for step in at.history):
        return "经公示，公示期内的异议已经核实"
    return "经公示，没有成立的异议" if filed_since(tx, at.case) else "经公示无异议"


def measures_of_list(tx: Connection, at: Situation, inputs: Mapping[str, object]) -> list[str]:
    """Return the measures that hang on the list a case is about, as its office may name them today."""
    kind = _list(at, inputs)
    return own_measures.told(tx, at.pack, kind.measures, at.case.deciding_id) if kind is not None else []


def _told(tx: Connection, at: Situation, kind: ListKind) -> Told:
    """Tell whether the deciding office may tell the term of a list, and by which document of its own."""
    code = next((code for code, one in at.pack.list_kind.items() if one is kind), "")
    return told_periods.of_list(tx, at.pack, code, at.case.deciding_id)


def _left(tx: Connection, at: Situation, effects: Collection[str], now: datetime) -> dict[str, object]:
    """Return the list that the case before this one entered (a favourable one has no record), and its last day; empty without one."""
    before = select(case_link.c.from_id).where(case_link.c.to_id == at.case.id)
    entered = select(list_entry.c.list_kind, stays_from.label("since")).where(list_entry.c.case_id.in_(before))
    row = tx.execute(entered.order_by(list_entry.c.id.desc()).limit(1)).first()
    kind = at.pack.list_kind.get(row.list_kind) if row is not None else None
    if row is None or kind is None:
        return {}
    since = local_day(now) if RENEWS in effects else row.since
    told = _told(tx, at, kind).may
    return {"list_label": kind.label, "max_until": day_text(list_days(kind, since).max_until) if told else ""}


def list_bases(law: Library, at: Situation, inputs: Mapping[str, object]) -> tuple[str, ...]:
    """Return verified bases of the list a case is about, cited beside the step's own."""
    kind = _list(at, inputs)
    return law.cites(kind.basis, at.pack) if kind is not None else ()


def _measure(
    tx: Connection, at: Situation, inputs: Mapping[str, object], voice: Voice, today: date
) -> dict[str, object]:
    measure = at.pack.measure.get(str(_fact(at, "measure", inputs)))
    name = str(tx.execute(select(office.c.name).where(office.c.id == at.case.provider_id)).scalar_one())
    partner = voice.named(at.case.provider_id, name)
    label = measure.label if measure is not None else ""
    return {"measure_label": label, "provider_name": partner, "cease_day": day_text(today)}


def _about_whom(tx: Connection, at: Situation) -> dict[str, object]:
    row = tx.execute(select(subject.c.name, subject.c.uscc).where(subject.c.id == at.case.subject_id)).one()
    return {"subject_name": row.name, "subject_code": row.uscc or ""}


def _written(tx: Connection, at: Situation, kind: str) -> dict[str, object]:
    """Return the newest letter of a kind in this case; empty without one."""
    query = select(letter.c.number, letter.c.title).where(letter.c.case_id == at.case.id, letter.c.kind == kind)
    row = tx.execute(query.order_by(letter.c.id.desc()).limit(1)).first()
    return {"original_number": row.number, "original_document": f"《{row.title}》（{row.number}）"} if row else {}

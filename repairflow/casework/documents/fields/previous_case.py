"""What a letter says of the case this one follows from: its decision, how the subject was heard, what follows for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from repairflow.casework import told_periods
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.credit_records.effects import REINSTATE
from repairflow.casework.credit_records.record_correction import DATES, corrected
from repairflow.casework.documents import announced, burdens, own_rules
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.casework.documents.fields.voice import Voice
from repairflow.law.calendar.periods import Period
from repairflow.law.guards import day_text
from repairflow.law.letter_kinds import deciding
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.packs import COMMITMENT_BAR
from repairflow.records import case_link, cases, letter, office, subject
from repairflow.records.rows import RecordRow
from repairflow.times import local_day

RESTART = "restart_period"


def original(tx: Connection, at: Situation, voice: Voice) -> dict[str, object]:
    """Return number, day, office and case of the newest decision in the case this one follows from; empty without one."""
    parent = case_link.c.to_id == at.case.id
    row = tx.execute(
        select(
            letter.c.number,
            letter.c.title,
            letter.c.issued_at,
            letter.c.office_id,
            office.c.name,
            cases.c.number.label("case"),
        )
        .join(case_link, case_link.c.from_id == letter.c.case_id)
        .join(cases, cases.c.id == letter.c.case_id)
        .join(office, office.c.id == letter.c.office_id)
        .where(parent, letter.c.kind.in_(deciding()))
        .order_by(letter.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        first = tx.execute(
            select(cases.c.number).join(case_link, case_link.c.from_id == cases.c.id).where(parent)
        ).scalar()
        return {"original_case": first or ""}
    return {
        "original_number": row.number,
        "original_document": f"《{row.title}》（{row.number}）",
        "original_day": day_text(local_day(row.issued_at)),
        "original_office": voice.named(row.office_id, row.name),
        "original_case": row.case,
    }


def proposed(tx: Connection, law: Library, of: LetterStep, voice: Voice) -> str:
    """Return the decision that a step announces, from the rule pack's list `proposals`; empty where it names none.

    A case about an earlier one may end in different decisions: the pack names them by that case's procedure.
    """
    at, name = of.at, of.name
    items = at.pack.lists.get("proposals", {})
    first = announced.first_procedure(tx, at)
    step = f"{at.procedure.procedure}_{name}"
    item = items.get(f"{step}_{first}") or items.get(step)
    if item is None:
        return ""
    before = str(original(tx, at, voice).get("original_document") or "")
    restart = f"，并重新计算{'列入期限' if _of_list(at.record) else '公示期'}" if _restarts(tx, at, name) else ""
    said = voice.spoken(item.text).replace("{original_document}", before).replace("{restart}", restart)
    return said.replace("{corrections}", _intended(tx, law, of)) if "{corrections}" in said else said


def _intended(tx: Connection, law: Library, of: LetterStep) -> str:
    """Return what is to be corrected, from what to what; days of publicity only where they may be told as they are and as they would be."""
    row, given = of.at.record, burdens.given_in(of.inputs)
    if row is None or not given:
        return ""
    right = corrected(tx, law, row, given, of.at.pack, of.at.today)
    columns: dict[str, Any] = {
        name: right.values[name] for name in ("severity", "pack", "class_waits_for") if name in right.values
    }
    told = all(told_periods.of_record(tx, law, one).may for one in (row, row._replace(**columns)))
    shown = [(label, old, new) for field, label, old, new in right.changes if told or field not in DATES]
    return "；".join(f"{label}由“{old}”更正为“{new}”" for label, old, new in shown)


def _restarts(tx: Connection, at: Situation, name: str) -> bool:
    """Tell whether the decision that step `name` announces counts the period anew: only where somebody has read the article or the
    office has confirmed it."""
    decided = announced.decision(tx, at, at.procedure.action[name])
    return decided is not None and RESTART in own_rules.founded(tx, at, *decided).effects


def follows(
    tx: Connection, law: Library, at: Situation, action: Action, change: Change | None, now: datetime
) -> dict[str, object]:
    """Return the period counted anew and the bar on repair by commitment, where the step brings them; a period that nobody has read
    and the office has not confirmed is named by its first day alone."""
    found: dict[str, object] = {}
    dates: Mapping[str, date] = dict(change.dates) if change is not None else {}
    # 从未公示的信息没有公示期；名单条目无论是否公示，都有列入期限
    counted = change is not None and (REINSTATE not in change.effects or _of_list(at.record))
    if dates and counted:
        least = f"最短至{day_text(dates['min_until'])}，" if "min_until" in dates else ""
        told = at.record is not None and told_periods.of_record(tx, law, at.record).may
        length = f"，{least}最长至{day_text(dates['max_until'])}" if told else ""
        found["new_period"] = f"自{day_text(local_day(now))}起{length}"
    bar = at.pack.term.get(COMMITMENT_BAR)
    # a figure nobody has read is kept on the file and told to nobody
    if "bar_commitment" in action.effects and bar is not None and at.pack.read(bar.basis):
        found["bar_until"] = day_text(Period(bar.days.count, "years").after(local_day(now)))
    return found


def transferred_to(tx: Connection, at: Situation, inputs: Mapping[str, object]) -> dict[str, object]:
    """Return the office a case goes to, and whose case it is: the letter is addressed to that office."""
    code = inputs.get("to_office")
    if not code:
        return {}
    name = tx.execute(select(office.c.name).where(office.c.code == str(code).strip())).scalar()
    whose = tx.execute(select(subject.c.name).where(subject.c.id == at.case.subject_id)).scalar()
    return {"receiving_office": name or "", "subject_name": whose or ""}


def _of_list(row: RecordRow | None) -> bool:
    return row is not None and row.source.get("list_kind") is not None

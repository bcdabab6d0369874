"""What letters say where the office that provided the information decides: the centre that forwarded the matter, what was decided, by
whom and in which paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.casework.documents.fields.voice import Voice
from repairflow.law.guards import day_text
from repairflow.law.procedure.deciding_elsewhere import DECISION, DECISIONS, FINDING, NOTICE, answer_of
from repairflow.records import letter, office
from repairflow.times import local_day


def fields(tx: Connection, of: LetterStep, voice: Voice) -> dict[str, object]:
    """Return the words of these letters; empty for cases that the deciding office decides itself."""
    by, at = of.at.procedure.decided_by, of.at
    if by is None:
        return {}
    found: dict[str, object] = {
        "asked_to_decide": voice.spoken(by.asks), "centre": voice.named(at.case.deciding_id, _name(tx, at.case.deciding_id)),
    }  # fmt: skip
    if of.kind == DECISION:
        found["decided"] = _said(at, of.inputs)
    elif of.kind == NOTICE:
        found |= _decision(tx, at)
        found["finding"] = ""  # told with the decision
    return found


def _decision(tx: Connection, at: Situation) -> dict[str, object]:
    """Return what the providing office decided last in this case: in a letter of its own here, or on paper."""
    answer = answer_of(at.procedure)
    step = next(step for step in reversed(at.history) if step.action == answer)
    found: dict[str, object] = {"decided": _said(at, step.inputs), "decided_office": _name(tx, at.case.provider_id)}
    if step.inputs.get("paper_number"):
        title, number = str(step.inputs["paper_title"]).strip("《》"), step.inputs["paper_number"]
        day = date.fromisoformat(str(step.inputs["paper_day"]))
        return found | {"decided_in": f"《{title}》（{number}）", "decided_on": day_text(day)}
    query = select(letter.c.title, letter.c.number, letter.c.issued_at).where(
        letter.c.case_id == at.case.id, letter.c.kind == DECISION
    )
    row = tx.execute(query.order_by(letter.c.id.desc()).limit(1)).one()
    return found | {"decided_in": f"《{row.title}》（{row.number}）", "decided_on": day_text(local_day(row.issued_at))}


def _said(at: Situation, inputs: Mapping[str, object]) -> str:
    item = at.pack.lists.get(DECISIONS, {}).get(str(inputs.get(FINDING)))
    return item.text if item is not None else ""


def _name(tx: Connection, office_id: int) -> str:
    return str(tx.execute(select(office.c.name).where(office.c.id == office_id)).scalar_one())

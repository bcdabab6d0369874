"""What a letter issued anew rests on today: a new number is a new act, which waits for what the first one waited for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import situation
from repairflow.casework.context import Services
from repairflow.casework.documents import announced, issuing_step, own_measures, own_rules, provider_rules
from repairflow.casework.documents.fields import remedies
from repairflow.casework.documents.fields.case import legal_bases
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.casework.documents.fields.lists_and_measures import measures_of_list
from repairflow.casework.documents.fields.voice import Voice
from repairflow.casework.documents.revisions import events, past_days
from repairflow.casework.documents.service.remedies import remedy_paragraphs, tells_in_law
from repairflow.errors import Refused
from repairflow.law.remedies_of_acts import burdening, may_burden
from repairflow.records import cases
from repairflow.records.rows import CaseRow, LetterRow, one_row
from repairflow.times import local_day


def as_of_today(
    tx: Connection, services: Services, old: LetterRow, fields: Mapping[str, object], now: datetime
) -> dict[str, object]:
    """Return these fields of a letter to be issued anew, with remedies by the office's settings and bases by its own rules of today.

    Raises Refused where its step or its ground rests on nothing that anybody has read or the office still confirms, and where its
    office does not state organ or court any more, and where it would ask for something by a day that is over.
    """
    found = past_days.without_past_offers(fields, local_day(now))
    if old.case_id is None:
        return found
    of = _step(tx, services, old, now)
    if of is None:  # the letter with which the case was filed, or that came from no step
        if over := past_days.days_over(old.kind, found, local_day(now)):
            raise Refused(over)
        return found
    at, name = of.at, of.name
    refusals = [
        *remedies.lacking(tx, at, of.action), *announced.unconfirmed(tx, at, name, of.action),
        *own_rules.ground_unconfirmed(tx, at, name, of.ground), *own_measures.refusals(tx, at, of.action),
        *provider_rules.unconfirmed(tx, at, of.action, of.inputs), *past_days.refusals(of, found, now),
    ]  # fmt: skip
    if refusals:
        raise Refused(refusals)
    issuer = events.office_of(tx, old)
    if remedy_paragraphs(old):
        reviewer, you = remedies.reviewer_of(tx, at.pack, at.case.deciding_id), str(fields.get("you", ""))
        told = remedies.paragraphs(at.procedure, at.pack, of.action, issuer, required=True, reviewer=reviewer)
        found["remedy_paragraphs"] = [Voice(issuer, you).spoken(one) for one in told]
    if fields.get("measures"):
        found["measures"] = measures_of_list(tx, at, of.inputs)
    own = (
        own_rules.document_of(tx, at, name), own_rules.document_of_list(tx, at, name),
        own_rules.document_of_ground(tx, at, name, of.ground),
    )  # fmt: skip
    cited = fields.get("legal_bases")
    if isinstance(cited, list) and any(one is not None and one not in cited for one in own):
        found["legal_bases"] = legal_bases(tx, services.law, of)
    return found


def _step(tx: Connection, services: Services, old: LetterRow, now: datetime) -> LetterStep | None:
    """Return the step that issued a letter, as it would issue it now; a correction that told remedies in law burdens its subject."""
    row = one_row(tx.execute(select(cases).where(cases.c.id == old.case_id)), CaseRow)
    at, name = situation(tx, services.law, row, local_day(now)), issuing_step.step_of(tx, old)
    action = at.procedure.action.get(name)
    seq = issuing_step.first_of(tx, old).event_seq
    taken = next((step for step in at.history if step.seq == seq), None)
    if action is None or taken is None:
        return None
    if may_burden(action) and tells_in_law(at.pack, old):
        action = burdening(action)
    return LetterStep(at, name, action, old.kind, now, inputs=taken.inputs, ground=issuing_step.ground_of(tx, old))

"""Opening a case: its row, pinned to the law of its day, its first event, clocks, letter and notices, all together.

Whoever asks for it (a filing, an officer's own motion, an action that opens a follow-up), it happens here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from repairflow.casework import clock_guard, command_claims, deadline_table, law_files
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.act_objects import Source
from repairflow.casework.case_state.case_events import Move
from repairflow.casework.case_state.materials import attach
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases import designation_objections, sealed_inputs
from repairflow.casework.cases.asked_steps import asked
from repairflow.casework.command_ids import CommandId
from repairflow.casework.commands import Event
from repairflow.casework.context import Services
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.casework.documents.fields.remedies import reviewed_by
from repairflow.casework.documents.issue import letter_for
from repairflow.casework.event_log import LawUsed, NewEvent
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.offices_lookup import current_office
from repairflow.casework.outbound import pushes
from repairflow.casework.permissions import clerk_of
from repairflow.casework.rows_by_id import centre
from repairflow.errors import Refusal, Refused
from repairflow.law.acts import KINDS
from repairflow.law.deadlines.due import Due
from repairflow.law.guards import Answer, Done
from repairflow.law.procedure.channels import WINDOW
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.law.procedure.turns import awaited
from repairflow.letters.issue import compose
from repairflow.records import case_link, cases, definition_used, office
from repairflow.records.rows import ActRow, CaseRow, RecordRow, one_row
from repairflow.times import local_day

FILE = case_events.FILE

PERSONAL_INPUTS = frozenset({"commitment_signed_by", "person_name"})
"""Inputs that name people: the chain holds their salted digest, the value lies in a side table."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything a new case is made of; the door has checked that it may be opened."""

    procedure: Procedure
    pack: RulePack
    subject_id: int
    record: RecordRow | None
    receiving_id: int
    deciding_id: int
    provider_id: int
    actor: Actor
    role: str
    command_id: CommandId
    channel: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)  # vaulted inputs
    answers: tuple[Answer, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)  # what of the day the guards looked at
    materials: tuple[Any, ...] = ()
    filed_by_agent: bool = False
    external_serial: str | None = None
    kind: str | None = None
    parent: Any | None = None  # the case row this one follows from
    act: ActRow | None = None  # what it is about in the place of a record
    by_action: str = ""  # the action of the parent that opened it


def open_case(tx: Connection, services: Services, new: Opening, now: datetime) -> Event:
    """Ensure that the case stands in the procedure's initial state with its clocks running and its people told."""
    services.law_store.refresh(tx)
    clock_guard.require_sound(tx, new.actor, now)
    day, procedure = local_day(now), new.procedure
    serial = compose.next_number(tx, f"case:{procedure.procedure}", day.year)
    number = f"{procedure.prefix or procedure.procedure[:2].upper()}-{day.year}-{serial:06d}"
    case_id = _row(tx, new, number, day, now)
    remember_use(tx, "procedure", procedure.procedure, procedure.version, procedure.digest)
    remember_use(tx, "pack", new.pack.pack, "", new.pack.digest)
    law_files.keep_used(tx, services.law, procedure, new.pack, now)
    if new.secrets:
        sealed_inputs.keep(tx, services.vault, case_id, new.secrets)
    if new.parent is not None:
        tx.execute(insert(case_link).values(from_id=new.parent.id, to_id=case_id, action=new.by_action))
    case = one_row(tx.execute(select(cases).where(cases.c.id == case_id)), CaseRow)
    step = Done(now, FILE, procedure.initial, new.inputs, 1, new.actor.id, new.actor.name)
    calendar = services.law.calendars.of(case.division_code)
    dues = deadline_table.live(procedure, (step,), calendar, day)
    attach(tx, new.materials, case_id, 1)
    composed = _letter(tx, services, case, new, dues, now)
    command_id = new.command_id
    if new.actor.kind == "system":  # of a person's filing it is known that nothing stands under its id
        command_id = command_claims.free(tx, command_id, FILE, now)
    due_day = deadline_table.sync(tx, procedure, case_id, dues, new=True)
    filed = NewEvent(
        action=FILE,
        at=now,
        by=new.actor,
        role=new.role,
        to_state=procedure.initial,
        command_id=command_id,
        content=_content(new, composed),
        personal={k: str(v) for k, v in new.inputs.items() if k in PERSONAL_INPUTS},
        law=LawUsed(procedure, new.pack, calendar),
    )
    appended = case_events.advance(tx, case, filed, Move(procedure.initial, None, due_day, None, case.internal))
    if composed is not None:
        letter_id = compose.write(
            tx,
            composed,
            compose.About(case_id, case.record_id),
            office_id=case.deciding_id,
            event_seq=1,
            chain_head=appended.digest,
            now=now,
        )
        pushes.press(tx, letter_id, case.id, now)
    _tell(tx, case, new, composed, now)
    designation_objections.tell(tx, case, now)
    return Event(
        number, 1, FILE, None, procedure.initial, now, appended.digest, 1, composed.number if composed else None
    )


def division_of(tx: Connection, office_id: int) -> str | None:
    """Return the division code of an office: with its place's days its cases are counted."""
    return tx.execute(select(office.c.division_code).where(office.c.id == office_id)).scalar()


def offices(
    tx: Connection,
    procedure: Procedure,
    record: RecordRow | Source | None,
    actor: Actor,
    before: CaseRow | None,
    inputs: Mapping[str, Any] | None = None,
) -> tuple[int, int, int]:
    """Receiving, deciding and providing office of a new case, as its procedure says; Refused when one is missing.

    `before` is the case this one follows from: its superior is the office above the one that decided it.
    """
    found = centre(tx)
    credit = found.id if found is not None else None
    authority = record.authority_id if record is not None else before.deciding_id if before is not None else None
    authority = current_office(tx, authority)
    filer = min(actor.offices, default=None)
    superior = reviewed_by(tx, before.deciding_id) if before is not None else None
    known = {
        "credit_office": credit or authority,
        "authority": authority or filer,
        "superior": superior,
        "filer": filer or authority,
        "named": _named(tx, inputs, "office") or filer or authority,
    }
    receiving, deciding = known[procedure.offices.receiving], known[procedure.offices.deciding]
    if superior is None and "superior" in (procedure.offices.receiving, procedure.offices.deciding):
        text = (
            "作出决定的单位没有登记上级单位，没有单位可以复核（信用中心不复核其他单位的决定）；"
            "对该决定可以依法申请行政复议，也可以提起行政诉讼"
        )
        raise Refused([Refusal("no_reviewer", text)])
    if receiving is None or deciding is None:
        raise Refused(
            [Refusal("no_office", f"“{procedure.label}”没有可以办理的单位，请联系管理员登记上级单位或者信用办")]
        )
    if procedure.offices.providing == "partner":
        partner = _named(tx, inputs, "partner")
        if partner is None:
            raise Refused([Refusal("no_partner", "没有写明实施单位，请填写其单位编码")])
        return receiving, deciding, partner
    return receiving, deciding, current_office(tx, record.provider_id) or deciding if record is not None else deciding


def _named(tx: Connection, inputs: Mapping[str, Any] | None, name: str) -> int | None:
    """Return the office an input gives by code; None where it gives none, Refused for an unknown code."""
    code = str((inputs or {}).get(name) or "").strip()
    if not code:
        return None
    found = tx.execute(select(office.c.id).where(office.c.code == code)).scalar()
    if found is None:
        raise Refused([Refusal("no_such_office", f"没有编码为 {code} 的单位，请核对单位编码")])
    return int(found)


def _row(tx: Connection, new: Opening, number: str, day: date, now: datetime) -> int:
    return int(
        tx.execute(
            insert(cases)
            .values(
                number=number,
                procedure=new.procedure.procedure,
                procedure_version=new.procedure.version,
                procedure_digest=new.procedure.digest,
                pack=new.pack.pack,
                kind=new.kind,
                subject_id=new.subject_id,
                record_id=new.record.id if new.record is not None else None,
                act_id=new.act.id if new.act is not None else None,
                receiving_id=new.receiving_id,
                deciding_id=new.deciding_id,
                division_code=division_of(tx, new.deciding_id),
                provider_id=new.provider_id,
                intake_id=_intake(new),
                state=new.procedure.initial,
                version=0,
                chain_head="",
                channel=new.channel,
                external_serial=new.external_serial,
                filed_by=new.actor.id,
                filed_day=day,
                filed_at=now,
                inputs={**new.inputs, "filed_by_agent": new.filed_by_agent},
                confidential=new.procedure.confidential,
                internal=bool(new.procedure.state[new.procedure.initial].internal),
            )
            .returning(cases.c.id)
        ).scalar_one()
    )


def _intake(new: Opening) -> int | None:
    """Return the office whose clerk took the case in at the window; None where an office that handles it did, or nobody."""
    places = clerk_of(new.actor)
    if new.channel != WINDOW or new.procedure.confidential or places & {new.receiving_id, new.deciding_id}:
        return None
    return min(places, default=None)


def _letter(
    tx: Connection, services: Services, case: CaseRow, new: Opening, dues: Mapping[str, Due], now: datetime
) -> compose.Composed | None:
    # A receipt is for whoever turned to us; what an office or the system begins has no applicant.
    asked = new.role in SUBJECT_ROLES or new.procedure.confidential
    if new.procedure.filing_letter is None or not asked:
        return None
    first = Action.model_validate(
        {
            "label": "提出申请",
            "by": [new.role],
            "from": [new.procedure.initial],
            "basis": list(new.procedure.basis)[:1],
        }
    )
    calendar = services.law.calendars.of(case.division_code)
    at = Situation(case, new.record, new.procedure, new.pack, (), calendar, local_day(now), new.act)
    of = LetterStep(
        at, FILE, first, new.procedure.filing_letter, now, inputs=new.inputs, dues=dues, unattended=new.actor.id is None
    )
    return letter_for(tx, services, of)


def _content(new: Opening, composed: compose.Composed | None) -> dict[str, Any]:
    content: dict[str, Any] = {
        "record": new.record.number if new.record is not None else None,
        "channel": new.channel,
        "external_serial": new.external_serial,
        "answers": [{"guard": a.guard, "ok": a.ok, "text": a.text} for a in new.answers],
        "inputs": {k: v for k, v in new.inputs.items() if k not in PERSONAL_INPUTS},
        "materials": [{"kind": m.kind, "digest": m.digest} for m in new.materials],
    }
    if new.act is not None:
        content["act"] = new.act.number
    if new.facts:
        content["facts"] = dict(new.facts)
    if new.kind is not None:
        content["kind"] = new.kind
    if new.parent is not None:
        content["follows"] = {"case": new.parent.number, "action": new.by_action}
    if composed is not None:
        content["letter"] = composed.said
    return content


def _tell(tx: Connection, case: CaseRow, new: Opening, composed: compose.Composed | None, now: datetime) -> None:
    procedure = new.procedure
    actions = procedure.actions_from(procedure.initial).values()
    label = procedure.state[procedure.initial].label
    about = "信用主体事项"
    if new.record is not None:
        about = f"失信信息 {new.record.document_number}"
    elif new.act is not None:
        about = f"{KINDS[new.act.kind]}信息 {new.act.document_number}"
    body = f"新的{procedure.label}办件，{about}。" + (
        f"由办件 {new.parent.number} 引起。" if new.parent is not None else ""
    )
    title = f"待办：{case.number} {label}"
    roles = sorted(awaited(procedure, procedure.initial))
    inbox.notify_roles(tx, roles, case, Notice.of(case, "turn", title, body, now))
    if not inbox.anybody(tx, roles, case):
        body = f"{body}但承办单位没有人担任可以办理的岗位，期限照常计算。请督促该单位授予岗位，或者登记承继机关。"
        inbox.notify_supervisors(tx, Notice.of(case, "nobody", f"没有人可以办理：{case.number} {label}", body, now))
    for one in asked(procedure, new.inputs):
        wish = f"提出时“{one.question}”选“是”，请办理“{one.label}”。"
        inbox.notify_roles(tx, one.roles, case, Notice.of(case, "turn", f"{one.question}：{case.number}", wish, now))
    theirs = any(role in SUBJECT_ROLES for action in actions for role in action.by)
    if (
        not (procedure.confidential or case.internal)
        and new.role not in SUBJECT_ROLES
        and (composed is not None or theirs)
    ):
        if composed is not None:
            body += f"已制发《{composed.title}》（{composed.number}）。"
        told = Notice.of(case, "progress", f"{procedure.label}：{case.number}", body, now)
        inbox.notify_subject(tx, case.subject_id, told)


def remember_use(tx: Connection, kind: str, name: str, version: str, digest: str) -> None:
    """Ensure that a definition that a case has used is never edited: its digest is kept from the first case on."""
    known = tx.execute(
        select(definition_used.c.id).where(
            definition_used.c.kind == kind, definition_used.c.name == name, definition_used.c.version == version
        )
    ).first()
    if known is None:
        tx.execute(insert(definition_used).values(kind=kind, name=name, version=version, digest=digest))

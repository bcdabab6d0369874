"""Filing (提出申请): a case is opened, pinned to the law of its day, and its first event written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from repairflow.auditing import chain
from repairflow.casework import deadlines, facts, notices, outflow
from repairflow.casework.access import SUBJECT_ROLES, record_scope
from repairflow.casework.commands import Event, Filing
from repairflow.casework.facts import Situation
from repairflow.casework.house import House
from repairflow.casework.inputs import read
from repairflow.casework.materials import attach, claim
from repairflow.casework.perform import PERSONAL_INPUTS, letter_for, seen
from repairflow.errors import Forbidden, NotFound, Refusal, Refused
from repairflow.law.guards import Done, Facts, answer_all
from repairflow.law.procedure import Action
from repairflow.letters import compose
from repairflow.records import cases, definition_used, office, record
from repairflow.times import local_day

FILE = "file"
"""The name of the first event of every case."""


def file(tx: Connection, house: House, filing: Filing, now: datetime) -> Event:
    """Open a case on a record; afterwards it stands in the procedure's initial state with its clocks running.

    The same `command_id` or `external_serial` again gives the case opened before. Raises NotFound, Forbidden, Invalid,
    or Refused with every refusal; then nothing is written.
    """
    day = local_day(now)
    law = house.law
    procedure, pack = law.in_force(filing.procedure, day), law.pack_on(day)
    row = tx.execute(
        select(record).where(record.c.number == filing.record, record_scope(filing.actor)).with_for_update()
    ).first()
    if row is None:
        raise NotFound("没有找到这条失信信息，或者您无权就它提出申请。")
    if (again := _filed_before(tx, filing)) is not None:
        return again
    role = _may_file(procedure.filed_by or tuple(r for r in procedure.actor if r in SUBJECT_ROLES), filing, row)
    if procedure.opened_only or role is None:
        raise Forbidden(f"“{procedure.label}”应由信用主体或其代理人提出。")
    values = read(procedure.inputs, filing.inputs, pack)
    if pack.commitment_version and "commitment_signed_by" in procedure.inputs:
        values["commitment_version"] = pack.commitment_version
    by_agent = filing.actor.is_agent_of(row.subject_id)
    taken = claim(tx, filing.actor, filing.materials, procedure)
    known = Facts(
        procedure=procedure,
        pack=pack,
        action=FILE,
        now=now,
        today=day,
        inputs=values,
        filing=values,
        record=facts.record_facts(row),
        materials=tuple((m.kind, 0) for m in taken),
        filed_by_agent=by_agent,
        open_same=facts.other_open(tx, procedure.procedure, row.id, None),
    )
    answers = answer_all(procedure.filing_guards, known)
    refusals = [Refusal(a.guard, a.text) for a in answers if not a.ok]
    if refusals:
        raise Refused(refusals, "申请还不能提交。")
    serial = compose.next_number(tx, f"case:{procedure.procedure}", day.year)
    number = f"{procedure.prefix or procedure.procedure[:2].upper()}-{day.year}-{serial:06d}"
    receiving, deciding = _offices(tx, procedure.procedure, row)
    case_id = tx.execute(
        insert(cases)
        .values(
            number=number,
            procedure=procedure.procedure,
            procedure_version=procedure.version,
            procedure_digest=procedure.digest,
            pack=pack.pack,
            subject_id=row.subject_id,
            record_id=row.id,
            receiving_id=receiving,
            deciding_id=deciding,
            provider_id=row.provider_id,
            state=procedure.initial,
            version=0,
            chain_head="",
            channel=filing.channel,
            external_serial=filing.external_serial,
            filed_by=filing.actor.id,
            filed_day=day,
            filed_at=now,
            inputs={**values, "filed_by_agent": by_agent},
        )
        .returning(cases.c.id)
    ).scalar_one()
    _remember_use(tx, procedure.procedure, procedure.version, procedure.digest, "procedure", now)
    _remember_use(tx, pack.pack, "", pack.digest, "pack", now)
    case = tx.execute(select(cases).where(cases.c.id == case_id)).one()
    step = Done(now, FILE, procedure.initial, values, 1, filing.actor.id, filing.actor.name)
    dues = deadlines.live(procedure, (step,), law, day)
    at = Situation(case, row, procedure, pack, (), {})
    first = Action.model_validate(
        {"label": "提出申请", "by": [role], "from": [procedure.initial], "basis": list(procedure.basis)[:1]}
    )
    attach(tx, taken, case_id, 1)
    composed = None
    if procedure.filing_letter is not None:
        composed = letter_for(
            tx, house, at, FILE, first, procedure.filing_letter, dues=dues, change=None, answers=answers,
            inputs=values, reason=None, ground=None, now=now,
        )  # fmt: skip
    content: dict[str, Any] = {
        "procedure": procedure.procedure,
        "version": procedure.version,
        "procedure_digest": procedure.digest,
        "pack": pack.pack,
        "pack_digest": pack.digest,
        "record": row.number,
        "channel": filing.channel,
        "external_serial": filing.external_serial,
        "answers": [{"guard": a.guard, "ok": a.ok, "text": a.text} for a in answers],
        "inputs": {k: v for k, v in values.items() if k not in PERSONAL_INPUTS},
        "materials": [{"kind": m.kind, "digest": m.digest} for m in taken],
    }
    if composed is not None:
        content["letter"] = {"kind": composed.kind, "number": composed.number, "digest": composed.text_digest}
    appended = chain.append(
        tx,
        stream=chain.case_stream(number),
        prev_seq=0,
        prev_digest="",
        case_id=case_id,
        record_id=row.id,
        at=now,
        action=FILE,
        from_state=None,
        to_state=procedure.initial,
        actor_id=filing.actor.id,
        actor_name=filing.actor.name,
        actor_role=role,
        reason=None,
        command_id=filing.command_id,
        content=content,
        personal={k: str(v) for k, v in values.items() if k in PERSONAL_INPUTS},
    )
    due_day = deadlines.sync(tx, law, procedure, case_id, dues, new=True)
    tx.execute(
        cases.update().where(cases.c.id == case_id).values(version=1, chain_head=appended.digest, due_day=due_day)
    )
    if composed is not None:
        letter_id = compose.write(
            tx, composed, case_id=case_id, record_id=row.id, office_id=deciding, event_seq=1,
            chain_head=appended.digest, now=now,
        )  # fmt: skip
        outflow.press(tx, letter_id, case, now)
    roles = {r for action in procedure.actions_from(procedure.initial).values() for r in action.by}
    label = procedure.state[procedure.initial].label
    notices.tell_roles(
        tx, sorted(roles), case, kind="turn", title=f"待办：{number} {label}",
        body=f"收到新的{procedure.label}申请，失信信息 {row.document_number}。", now=now,
    )  # fmt: skip
    return Event(
        number, 1, FILE, None, procedure.initial, now, appended.digest, 1, composed.number if composed else None
    )


def _filed_before(tx: Connection, filing: Filing) -> Event | None:
    from repairflow.records import event

    found = select(cases.c.number, event.c.command_id).join(event, (event.c.case_id == cases.c.id) & (event.c.seq == 1))
    row = tx.execute(found.where(event.c.command_id == filing.command_id)).first()
    if row is None and filing.external_serial is not None:
        row = tx.execute(found.where(cases.c.external_serial == filing.external_serial)).first()
    return None if row is None else seen(tx, row.command_id, row.number, FILE)


def _may_file(roles: tuple[str, ...], filing: Filing, row: Any) -> str | None:
    """The role in which the actor may file: the subject's own, or a platform that forwards its filing."""
    mine = [role for role in roles if role in SUBJECT_ROLES]
    if mine and (row.subject_id in filing.actor.subjects or filing.actor.kind == "platform"):
        return mine[0]
    return None


def _offices(tx: Connection, procedure: str, row: Any) -> tuple[int, int]:
    """Who receives and who decides: 谁认定、谁修复; an objection is handled by the credit office itself."""
    credit = (
        tx.execute(select(office.c.id).where(office.c.kind == "credit_office").order_by(office.c.id)).scalars().first()
    )
    receiving = credit if credit is not None else row.authority_id
    return receiving, (receiving if procedure == "objection" else row.authority_id)


def _remember_use(tx: Connection, name: str, version: str, digest: str, kind: str, now: datetime) -> None:
    """A definition that a case has used is never edited: its digest is kept from the first case on."""
    known = tx.execute(
        select(definition_used.c.id).where(
            definition_used.c.kind == kind, definition_used.c.name == name, definition_used.c.version == version
        )
    ).first()
    if known is None:
        tx.execute(
            insert(definition_used).values(kind=kind, name=name, version=version, digest=digest, first_used_at=now)
        )

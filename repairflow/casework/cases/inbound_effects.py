"""What a message of another platform brings about, by its kind: what a person would do here with the same words.

Each effect answers with what came of it, raises Refused, Invalid, Forbidden or Conflict where the law or the message is against
it, and NotFound where nobody here is meant: then a person looks whom the sender means.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from repairflow.casework import record_identity
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases import annulment, inbound_rows
from repairflow.casework.cases.filing import file, filers
from repairflow.casework.cases.import_penalties import Delivered
from repairflow.casework.cases.options import options
from repairflow.casework.cases.transition import perform
from repairflow.casework.changes import BroughtFile
from repairflow.casework.command_ids import CommandId, of_system
from repairflow.casework.commands import Command, Filing
from repairflow.casework.context import Services
from repairflow.errors import Conflict, Invalid, NotFound, Problem
from repairflow.gateway.inbound_messages import (
    About,
    Annulment,
    Application,
    Correction,
    Inbound,
    Materials,
    Records,
    Said,
    Step,
)
from repairflow.gateway.penalties.fields import field_named
from repairflow.gateway.penalties.row import PenaltyKey
from repairflow.law.document_keys import document_key
from repairflow.law.procedure.channels import SINGLE_WINDOW
from repairflow.law.procedure.model import Input
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.records import cases, inbound_message, office, record, subject
from repairflow.records.rows import CaseRow, RecordRow, TargetRow, first_row
from repairflow.times import local_day
from repairflow.vault import Vault

NOBODY_MEANT = "没有找到报文所说的信息、主体或者办件。"


@dataclass(frozen=True, slots=True)
class Sender:
    """The platform that sends, and the office that sees to its messages."""

    row: TargetRow
    office_id: int

    def actor(self, subject_id: int | None = None) -> Actor:
        """Return who acts: the platform, for a subject only once a case tells whose."""
        spoken_for = frozenset({(subject_id, "representative")}) if subject_id is not None else frozenset()
        return Actor(None, self.row.name, "platform", mandates=spoken_for)

    def serial(self, serial: str) -> str:
        """Return a serial of this sender as cases keep it: two platforms may use the same."""
        return f"{self.row.code}:{serial}"


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a message: the case it opened or moved, the record it is about, what became of each row; `waits` for a
    person although nothing is wrong with it."""

    case_id: int | None = None
    record_id: int | None = None
    rows: tuple[Mapping[str, object], ...] = ()
    waits: str = ""


@dataclass(frozen=True, slots=True)
class _Work:
    """What every effect works with."""

    tx: Connection
    services: Services
    sender: Sender
    message: Inbound
    files: Sequence[BroughtFile]
    now: datetime

    @property
    def called(self) -> str:
        """How a person is told what it came in; held items are found again by it."""
        return called(self.sender, self.message.serial)

    @property
    def command_id(self) -> CommandId:
        return of_system("inbound", self.sender.row.code, self.message.serial)


def called(sender: Sender, serial: str) -> str:
    """Return how a person is told of a message."""
    return f"{sender.row.name}来文 {serial}"[:200]


def carry_out(
    tx: Connection, services: Services, sender: Sender, message: Inbound, files: Sequence[BroughtFile], now: datetime
) -> Came:
    """Do what the message says, in the caller's transaction; raises as the module says, and then the caller rolls back."""
    assert message.said is not None  # what does not fit is refused before
    work = _Work(tx, services, sender, message, files, now)
    effect = _EFFECTS[type(message.said)]
    return effect(work, message.said)


def record_meant(tx: Connection, vault: Vault, about: About) -> RecordRow:
    """Return the one record a message means. NotFound for none, and where its words mean several."""
    if about.number:
        row = first_row(tx.execute(select(record).where(record.c.number == about.number.strip().upper())), RecordRow)
        if row is not None and _fits(tx, row, about):
            return row
        raise NotFound(NOBODY_MEANT)
    code = (about.subject or "").strip().upper()
    if not about.doc_no or not code:
        raise Invalid("没有写明失信信息。", [Problem("record", "请写明 number，或者 doc_no 和 subject")])
    key = PenaltyKey(document_key(about.doc_no), code, None)
    live = [row for row in record_identity.named(tx, vault, key) if row.annulled_at is None]
    if len(live) != 1:
        raise NotFound(NOBODY_MEANT)
    return live[0]


def _fits(tx: Connection, row: RecordRow, about: About) -> bool:
    """Tell whether what else the message says of the record is so: a wrong number must not reach another company's record."""
    code = (about.subject or "").strip().upper()
    whose = tx.execute(select(subject.c.uscc).where(subject.c.id == row.subject_id)).scalar_one()
    said = not about.doc_no or document_key(about.doc_no) == document_key(row.document_number)
    return said and (not code or code == whose)


def _is_of(tx: Connection, subject_id: int, code: str) -> bool:
    """Tell whether this subject has the credit code, or is succeeded by the one that has it (合并、分立的承继人)."""
    mine = select(subject.c.uscc, subject.c.successor_id).where(subject.c.id == subject_id)
    own, successor = tx.execute(mine).one()
    if own == code or successor is None:
        return bool(own == code)
    return bool(tx.execute(select(subject.c.uscc).where(subject.c.id == successor)).scalar_one() == code)


def _file(work: _Work, said: Application) -> Came:
    """Only for whom the platform identified: what the filing is about must be of the subject that it names."""
    law = work.services.law
    if said.procedure not in law.newest:
        known = "、".join(name for name in law.names())
        raise Invalid("没有这种程序。", [Problem("procedure", f"没有名为 {said.procedure} 的程序，可用：{known}")])
    procedure = law.in_force(said.procedure, local_day(work.now))
    if said.kind is None and SUBJECT_ROLES.isdisjoint(filers(procedure)):
        raise Invalid(
            "不能由当事人申请。", [Problem("procedure", f"“{procedure.label}”由单位自行办理，当事人不能申请")]
        )
    who = said.subject.upper()
    before = _case_meant(work, said.case) if said.case else None
    row = record_meant(work.tx, work.services.vault, said.record) if said.record is not None else None
    for whose in (row.subject_id if row is not None else None, before.subject_id if before is not None else None):
        if whose is not None and not _is_of(work.tx, whose, who):
            raise NotFound(NOBODY_MEANT)
    actor = work.sender.actor(before.subject_id if before is not None else None)
    serial = work.sender.serial(work.message.serial)
    if len(serial) > LONGEST_SERIAL:
        raise Invalid(
            "流水号过长。", [Problem("id", f"最多 {LONGEST_SERIAL - len(serial) + len(work.message.serial)} 个字符")]
        )
    inputs, tokens = _brought(work, procedure.inputs, said.inputs)
    filing = Filing(
        procedure=said.procedure, record=row.number if row is not None else None, actor=actor,
        command_id=work.command_id, inputs=inputs, materials=tokens, channel=SINGLE_WINDOW, external_serial=serial,
        subject=who, case=before.number if before is not None else None, kind=said.kind,
    )  # fmt: skip
    made = file(work.tx, work.services, filing, work.now)
    case_id = work.tx.execute(select(cases.c.id).where(cases.c.number == made.case)).scalar_one()
    return Came(case_id=int(case_id), record_id=row.id if row is not None else None)


LONGEST_SERIAL = 80
"""What a case keeps of a serial, with its sender's code before it."""


def case_of_serial(tx: Connection, sender: Sender, serial: str) -> CaseRow | None:
    """Return the case that this sender's application of this serial opened."""
    found = (
        select(inbound_message.c.case_id)
        .where(inbound_message.c.target_id == sender.row.id, inbound_message.c.serial == serial)
        .where(inbound_message.c.kind == "application")
    )
    return first_row(tx.execute(select(cases).where(cases.c.id.in_(found)).with_for_update()), CaseRow)


def _case_meant(work: _Work, key: str) -> CaseRow:
    """Return the earlier case: by the serial of its application, or by our number."""
    row = case_of_serial(work.tx, work.sender, key)
    if row is None:
        row = first_row(work.tx.execute(select(cases).where(cases.c.number == key.strip().upper())), CaseRow)
    if row is None or row.confidential or row.internal:
        raise NotFound(NOBODY_MEANT)
    return row


def _step(work: _Work, said: Step) -> Came:
    case = _own_case(work, said.application)
    actor = work.sender.actor(case.subject_id)
    procedure = work.services.law.procedure(case.procedure, case.procedure_version)
    action = procedure.actions_from(case.state).get(said.action)
    inputs, tokens = _brought(work, action.inputs if action is not None else {}, said.inputs)
    command = Command(
        case=case.number, action=said.action, actor=actor, command_id=work.command_id, reason=said.reason,
        expected_version=case.version, inputs=inputs, materials=tokens,
    )  # fmt: skip
    perform(work.tx, work.services, command, work.now)
    return Came(case_id=case.id)


def _materials(work: _Work, said: Materials) -> Came:
    """Return the one step of the applicant that brings materials and asks nothing else."""
    case = _own_case(work, said.application)
    at = situation(work.tx, work.services.law, case, local_day(work.now))
    actor = work.sender.actor(case.subject_id)
    mine = [
        one
        for one in options(work.tx, work.services.law, at, actor, work.now)
        if one.open
        and one.brings_materials
        and not one.adverse
        and not any(spec.required for spec in one.inputs.values())
    ]
    if len(mine) != 1:
        raise Conflict("这件申请现在没有等待补充材料的环节，或者不止一个，请用 step 写明办理的步骤。")
    return _step(work, Step(application=said.application, action=mine[0].name, materials=said.materials))


def _own_case(work: _Work, serial: str) -> CaseRow:
    """Return the case of this sender's application. NotFound while that waits for a person itself, Invalid where there is none."""
    row = case_of_serial(work.tx, work.sender, serial)
    if row is not None:
        return row
    mine = (inbound_message.c.target_id == work.sender.row.id, inbound_message.c.serial == serial)
    waits = select(inbound_message.c.id).where(*mine, inbound_message.c.state == "waiting")
    if work.tx.execute(waits).first() is not None:
        raise NotFound("原申请还在待处理，处理后再办理这一步。")
    raise Invalid("没有找到原申请。", [Problem("application", "没有这个流水号的申请，或者申请没有受理")])


def _brought(
    work: _Work, form: Mapping[str, Input], inputs: Mapping[str, object]
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the form with its files named in it, and the tokens of the others."""
    filled, tokens = dict(inputs), []
    for one in work.files:
        spec = form.get(one.kind)
        if spec is not None and spec.kind == "material" and one.kind not in filled:
            filled[one.kind] = one.token
        else:
            tokens.append(one.token)
    return filled, tuple(tokens)


def _records(work: _Work, said: Records) -> Came:
    names = list(dict.fromkeys(name for row in said.rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(said.rows)
    code = work.tx.execute(select(office.c.code).where(office.c.id == work.sender.office_id)).scalar_one()
    second = "平台来文，请另一人对照决定书复核后入库" if work.services.import_by_two else ""
    delivered = Delivered(text.getvalue().encode(), work.called, code, work.sender.actor())
    rows = inbound_rows.import_rows(work.tx, work.services, delivered, len(said.rows), work.now, second)
    return Came(rows=tuple({"row": row, "result": result, "reasons": list(why)} for row, result, why in rows))


def _correction(work: _Work, said: Correction) -> Came:
    """Ensure that no delivery overwrites a record: the office begins the procedure by which its source corrects it."""
    by_field = {field_named(heading) or heading: value for heading, value in said.row.items()}
    number, code = by_field.get("CF_WSH", "").strip(), by_field.get("CF_XDR_SHXYM", "").strip()
    if not number or not code:
        raise Invalid("没有写明决定。", [Problem("row", "请写明行政处罚决定书文号和统一社会信用代码")])
    row = _own_record(work, About(doc_no=number, subject=code))
    return Came(record_id=row.id, waits="认定单位来文更正：请就这条信息发起异议处理，再在这里写明办件编号。")


def _annulment(work: _Work, said: Annulment) -> Came:
    row = _own_record(work, said.record)
    undone = annulment.Undone(said.ground, said.document, said.day, said.reason)
    annulment.deliver(work.tx, row.number, undone, work.called, work.now)
    return Came(record_id=row.id)


def _own_record(work: _Work, about: About) -> RecordRow:
    """Return a record that the sender's office found or delivered. NotFound else: nobody speaks of another's records."""
    row = record_meant(work.tx, work.services.vault, about)
    if work.sender.office_id not in (row.authority_id, row.provider_id):
        raise NotFound(NOBODY_MEANT)
    return row


_EFFECTS: Mapping[type, Callable[[_Work, Any], Came]] = {
    Application: _file,
    Step: _step,
    Materials: _materials,
    Records: _records,
    Correction: _correction,
    Annulment: _annulment,
}


def named_anew(said: Said, record_number: str, case: str) -> Said:
    """Return the same message about the record or earlier case that a person found it means. Whose it is stays as the sender said."""
    if isinstance(said, Application):
        changed = {"record": About(number=record_number)} if record_number else {}
        return said.model_copy(update={**changed, **({"case": case} if case else {})})
    if isinstance(said, Annulment) and record_number:
        return said.model_copy(update={"record": About(number=record_number)})
    return said

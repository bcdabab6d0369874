"""Papers (表单): forms filled in beforehand, slips and indexes, printed when somebody asks. They are no letters: nobody
issues them, they have no number and are not kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select
from sqlalchemy import Row as FoundRow

from repairflow.casework.actor import Actor
from repairflow.casework.applicable_law import rules_for
from repairflow.casework.case_state.applicants import applied_for
from repairflow.casework.case_state.materials import FROM_OUTSIDE
from repairflow.casework.case_state.situation import Situation, situation
from repairflow.casework.case_state.standing_letters import corrected_among
from repairflow.casework.case_state.told_files import label_of
from repairflow.casework.context import Services
from repairflow.casework.documents.addressed import subject_of
from repairflow.casework.documents.fields.record import document_of, information_of
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.documents.service.service import MODES, all_of_letter, of_letter
from repairflow.casework.permissions import case_scope, record_scope, sees_inside
from repairflow.casework.queries import commitment_forms, completeness
from repairflow.casework.queries.cases import timeline
from repairflow.casework.queries.cases.meetings import heard
from repairflow.casework.queries.completeness import Bound
from repairflow.casework.told_periods import day_told, may_tell
from repairflow.errors import Forbidden, NotFound, Refusal, Refused
from repairflow.law.guards import day_text
from repairflow.law.private_promises import said_of
from repairflow.law.procedure.commitments import BY_KIND
from repairflow.law.procedure.model import Input, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import role_side
from repairflow.letters.model import LetterData
from repairflow.letters.text.placeholders import Note, Row
from repairflow.letters.text.templates import Paragraph, compose_text, latest_version, template
from repairflow.records import cases, letter, material, office, person, record, subject
from repairflow.records.rows import CaseRow, RecordRow, ServiceRow, first_row
from repairflow.times import local_day

FORMS: Mapping[str, str] = {
    "repair_application": "repair", "repair_commitment": "repair",
    "objection_application": "objection", "objection_commitment": "objection",
}  # fmt: skip
"""Forms people fill in and sign, and the procedure each belongs to (D01, D02, D12)."""
COMMITMENT = "_commitment"
"""How the kinds of forms end that are a commitment."""
SLIPS = ("approval_slip", "case_index")
"""What only the office's own file holds (D26)."""
BLANK = "＿＿＿＿＿＿＿＿"
"""What a form shows where somebody writes by hand: a field may not be empty."""
SIGNATURES: Mapping[str, tuple[str, ...]] = {
    "organisation": ("法定代表人或者代理人签名", "单位盖章"), "sole_trader": ("经营者或者代理人签名", "盖章（有印章的）"),
    "natural_person": ("本人或者监护人、代理人签名",),
    "": ("法定代表人（经营者、本人）或者代理人签名", "盖章（自然人不盖）"),
}  # fmt: skip
"""Who signs a form, by the kind of its subject; of one for anybody all of them."""
BOXES = "□直接送达　□邮寄送达　□留置送达　□公告送达"


def forms_of(procedure: str) -> list[tuple[str, str]]:
    """Kind and title of each form that people fill in for a procedure."""
    return [(kind, _title(kind)) for kind, of in FORMS.items() if of == procedure]


def titles() -> list[tuple[str, str]]:
    """Kind and title of every form that people fill in."""
    return [(kind, _title(kind)) for kind in FORMS]


def slips() -> list[tuple[str, str]]:
    """Kind and title of each slip of the office's own file."""
    return [(kind, _title(kind)) for kind in SLIPS]


def _title(kind: str) -> str:
    return template(kind, latest_version(kind)).name


def blank_form(services: Services, kind: str, now: datetime) -> LetterData:
    """Return a form for anybody to fill in by hand, by the rules of the day. NotFound for a kind that is no form; Refused where its
    procedure is not in force."""
    if kind not in FORMS:
        raise NotFound
    day = local_day(now)
    words = ("subject_name", "subject_code", "record_document_number", "record_office", "record_date")
    fields: dict[str, object] = {
        **dict.fromkeys(words, BLANK), **_questions(services.law.in_force(FORMS[kind], day), services.law.pack_on(day), ""),
        **commitment_forms.promise(services.law.in_force(FORMS[kind], day), services.law.pack_on(day), BY_KIND[""]),
        "signatures": SIGNATURES[""],
    }  # fmt: skip
    return paper(kind, fields, now)


def _questions(procedure: Procedure, pack: RulePack, whose: str) -> dict[str, object]:
    """Return what a form asks of a subject of this kind and which materials go with it; of a repair also the conditions it must meet."""
    asked = [Note(spec.label, "") for spec in procedure.inputs.values() if spec.kind not in {"boolean", "material"}]
    conditions = [
        Note(said_of(item.label, of_person=whose == "natural_person"), "")
        for item in pack.lists.get("repair_conditions", {}).values()
    ]
    return {
        "form_lines": [*asked, Note("联系电话", "")],
        "materials": [spec.label for spec in procedure.material.values() if spec.filed],
        **({"conditions": conditions} if procedure.procedure == "repair" else {}),
    }


def record_form(tx: Connection, services: Services, actor: Actor, number: str, kind: str, now: datetime) -> LetterData:
    """Return a form about a record, its known fields filled in and the rest left blank. NotFound for a record that is not the
    actor's to see and for a kind that is no form."""
    if kind not in FORMS:
        raise NotFound
    of = first_row(tx.execute(select(record).where(record.c.number == number, record_scope(actor))), RecordRow)
    if of is None:
        raise NotFound
    pack = services.law.packs[of.pack]
    procedure, _ = rules_for(tx, services.law, FORMS[kind], local_day(now), of.authority_id)
    whose = holder(tx, of.subject_id)
    fields: dict[str, object] = {**_record(tx, of), **whose.signing, **_questions(procedure, pack, whose.kind)}
    if kind.endswith(COMMITMENT):
        fields |= commitment_forms.promise(
            procedure, pack, commitment_forms.signers(tx, actor, of.subject_id, whose.kind)
        )
    if FORMS[kind] == "repair":
        fields["apply_from"] = day_told(of.apply_from, told=may_tell(tx, services.law, of))
    return paper(kind, fields, now)


def case_form(tx: Connection, services: Services, actor: Actor, number: str, kind: str, now: datetime) -> LetterData:
    """Return the form as it was filed in a case, to print and sign. Raises as `record_form` does."""
    at = _case(tx, services, actor, number, now)
    if FORMS.get(kind) != at.case.procedure or at.record is None:
        raise NotFound
    given = at.case.inputs
    # what may be left out, and was, is no empty line: nobody is to fill it in now
    asked = {
        name: spec for name, spec in at.procedure.inputs.items() if spec.required or given.get(name) not in (None, "")
    }
    lines = [Note(spec.label, _shown(spec, given.get(name), at.pack)) for name, spec in asked.items()]
    files = tx.execute(
        select(material.c.kind, material.c.file_name).where(material.c.case_id == at.case.id, material.c.step == 1)
    )
    whose = holder(tx, at.case.subject_id)
    fields = {
        **_record(tx, at.record),
        **whose.signing,
        "form_lines": [Note("办件编号", number), Note("申请日期", day_text(at.case.filed_day)), *lines],
        "materials": [f"{label_of(at.procedure, row.kind)}（{row.file_name}）" for row in files],
        "apply_from": day_told(at.record.apply_from, told=may_tell(tx, services.law, at.record)),
    }
    if kind.endswith(COMMITMENT):
        fields |= commitment_forms.as_signed(tx, at, actor, whose.kind)
    return paper(kind, fields, now)


def slip(tx: Connection, services: Services, actor: Actor, number: str, kind: str, now: datetime) -> LetterData:
    """Return the approval slip or the index of a case, for the office's own file. Forbidden for people of no office of it."""
    if kind not in SLIPS:
        raise NotFound
    at = _case(tx, services, actor, number, now)
    if not sees_inside(actor, at.case):
        raise Forbidden("内部审批单和卷宗目录只供办理单位使用。")
    return _approvals(tx, services, at, now) if kind == "approval_slip" else index(tx, services, at, now)


def return_sheet(tx: Connection, actor: Actor, token: str, now: datetime) -> LetterData:
    """Return the return sheet (送达回证, D23) of a letter: to be signed, or with what is known of its service. NotFound."""
    row = letter_for(tx, actor, token)
    served, before = of_letter(tx, row.id), [one for one in all_of_letter(tx, row.id) if one.withdrawn_at is not None]
    holder = tx.execute(select(subject.c.name).where(subject.c.id == subject_of(tx, row))).scalar_one()
    fields: dict[str, object] = {
        "subject_name": row.content.get("addressee") or holder,
        "original_number": f"《{row.title}》{row.number}",
        "original_day": day_text(local_day(row.issued_at)),
        "case_number": row.content.get("case_number", ""),
        "service_mode": BOXES if served is None else MODES[served.mode],
    }
    if served is not None:
        fields["place"] = served.place
    shown = [*before, *([served] if served is not None else [])]
    fields["rows"] = [
        Row(str(n), row.number, MODES[one.mode], day_text(local_day(one.served_at)), _service_remark(one))
        for n, one in enumerate(shown, 1)
    ]
    return paper("service_return", fields, now)


def _service_remark(one: ServiceRow) -> str:
    """Say how a letter was served; a service that was taken back is marked 作废, with the day and the reason."""
    parts = [f"签收人：{one.recipient}"] if one.recipient else []
    parts += [f"见证人：{one.witness}"] if one.witness else []
    parts += [f"视为送达之日：{day_text(one.effective_day)}"] if one.mode == "announcement" else []
    parts += [one.note] if one.note else []
    if one.withdrawn_at is not None:
        parts = [f"【作废】{day_text(local_day(one.withdrawn_at))}撤销送达登记：{one.withdrawal_reason}", *parts]
    return "；".join(parts)


def index(tx: Connection, services: Services, at: Situation, now: datetime, bound: Bound | None = None) -> LetterData:
    """Return the index of a case's file (卷宗目录): its letters and materials in the order they came, with their pages where it is that
    of a bound file."""
    letters = tx.execute(
        select(letter, office.c.name.label("office"))
        .join(office, office.c.id == letter.c.office_id)
        .where(letter.c.case_id == at.case.id)
    ).all()
    corrected = corrected_among(letters)
    found = [
        (row.issued_at, f"{row.title} {row.number}", row.office, _remark(bound, row, corrected)) for row in letters
    ]
    files = tx.execute(
        select(material, func.coalesce(person.c.name, FROM_OUTSIDE).label("who"))
        .outerjoin(person, person.c.id == material.c.uploaded_by)
        .where(material.c.case_id == at.case.id)
    )
    found += [
        (row.uploaded_at, f"{label_of(at.procedure, row.kind)}：{row.file_name}", row.who, "电子材料") for row in files
    ]
    found += heard(tx, at.case, now)
    found.sort(key=lambda item: item[0])
    fields = {
        "case_number": at.case.number,
        **holder(tx, at.case.subject_id).fields,
        "filed_day": day_text(at.case.filed_day) if applied_for(at) else "",
        ("outcome_label" if at.case.closed_at else "stage_label"): at.procedure.state[at.case.state].label,
        "file_note": completeness.note(tx, services, at, bound),
        "rows": [
            Row(str(n), name, who, day_text(local_day(when)), note)
            for n, (when, name, who, note) in enumerate(found, 1)
        ],
    }
    return paper("case_index", fields, now)


def _approvals(tx: Connection, services: Services, at: Situation, now: datetime) -> LetterData:
    steps = [
        step for step in reversed(timeline.of_case(tx, at.procedure, at.pack, at.case.id))
        if (action := at.procedure.action.get(step.action)) and any(role_side(role) == "office" for role in action.by)
    ]  # fmt: skip
    if not steps:
        raise Refused([Refusal("no_step", "还没有办理意见，不能打印审批单")])
    last = steps[-1]
    acted = at.procedure.action[last.action]
    fields = {
        "case_number": at.case.number,
        **holder(tx, at.case.subject_id).fields,
        "record_document_number": at.record.document_number if at.record is not None else "",
        "due_day": day_text(at.case.due_day) if at.case.due_day else "",
        "outcome_label": last.label,
        "reason": "：".join(part for part in (last.ground, last.reason) if part) or last.label,
        "legal_bases": list(services.law.cites(acted.basis, at.procedure, at.pack)),
        "approvals": [
            Note(step.label, f"{step.reason or step.ground or '同意'}　{step.who}　{day_text(local_day(step.at))}")
            for step in steps
        ],
    }
    return paper("approval_slip", fields, now)


def paper(kind: str, fields: Mapping[str, object], now: datetime) -> LetterData:
    """Return a paper of a kind with these fields, as the press takes it: no number, no seal, no QR."""
    day = local_day(now)
    words = compose_text(kind, latest_version(kind, day.isoformat()), fields)
    return LetterData.of(words, number="", office_mark="", signer="", day=day, form="plain", sealed=False)


def _case(tx: Connection, services: Services, actor: Actor, number: str, now: datetime) -> Situation:
    row = first_row(tx.execute(select(cases).where(cases.c.number == number, case_scope(actor))), CaseRow)
    if row is None:
        raise NotFound
    return situation(tx, services.law, row, local_day(now))


def _record(tx: Connection, of: RecordRow) -> dict[str, object]:
    authority = tx.execute(select(office.c.name).where(office.c.id == of.authority_id)).scalar_one()
    return {
        "record_document_number": of.document_number,
        "record_document": document_of(tx, of),
        "record_information": information_of(of),
        "record_office": authority,
        "record_date": day_text(of.decision_date),
    }


class Holder(NamedTuple):
    """The subject of a form: its kind, and what the form says of it."""

    kind: str
    fields: dict[str, object]

    @property
    def signing(self) -> dict[str, object]:
        """What a form says that the subject signs: its fields and who signs for one of its kind."""
        return {**self.fields, "signatures": SIGNATURES.get(self.kind, SIGNATURES["organisation"])}


def holder(tx: Connection, subject_id: int) -> Holder:
    """Return the subject of a form."""
    row = tx.execute(select(subject.c.name, subject.c.uscc, subject.c.kind).where(subject.c.id == subject_id)).one()
    # 自然人的证件号码由本人填写：系统不解密、不打印
    said = {"subject_name": row.name, "subject_code": row.uscc or "（由本人填写）"}
    return Holder(row.kind, {**said})


def _shown(spec: Input, value: object, pack: RulePack) -> str:
    if value in (None, ""):
        return ""
    if spec.kind == "choice":
        item = pack.lists.get(spec.choices or "", {}).get(str(value))
        return item.label if item else str(value)
    if spec.kind == "date":
        return day_text(date.fromisoformat(str(value)))
    if spec.kind == "boolean":
        return "是" if value in (True, "yes") else "否"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "；".join(map(str, value))
    return str(value)


def _state(row: FoundRow[Any], corrected: frozenset[int]) -> str:
    if row.id in corrected:
        return "已更正"
    return {"superseded": "已被替代", "withdrawn": "已撤回"}.get(row.state, "")


def _remark(bound: Bound | None, row: FoundRow[Any], corrected: frozenset[int]) -> str:
    if bound is None:
        return _state(row, corrected)
    gone = "文件与制发时不同" if row.token in bound.replaced else "文件取不到"
    missing = "文件尚未制作完成" if row.pressed_at is None else gone
    page = f"第{bound.page_of[row.token]}页" if row.token in bound.page_of else missing
    return "，".join(part for part in (page, _state(row, corrected)) if part)


def page_numbers(count: int, now: datetime) -> LetterData:
    """Return the numbers at the heads of a bound file's pages, one a page."""
    day = local_day(now)
    lines = tuple(Paragraph(level="body", text=f"卷宗第{n}页　共{count}页") for n in range(1, count + 1))
    return LetterData(
        kind="page_numbers", title="页码", number="", office_mark="", signer="", day=day, paragraphs=lines, form="heads",
        sealed=False,
    )  # fmt: skip

"""Public verification (文书查验): what anybody who holds a letter may know of it, and nothing more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from repairflow.auditing import chain
from repairflow.auditing.sequencer import leaf_of
from repairflow.casework.case_state.later_decisions import Later, later_decisions
from repairflow.casework.documents.revisions.letter_correction import KIND as CORRECTION
from repairflow.errors import NotFound
from repairflow.law.identifiers import mask_name
from repairflow.law.letter_kinds import told_as
from repairflow.records import cases, checkpoint, event, letter, log_leaf, office, record, service, subject

STATE_LABELS = {"in_force": "有效", "superseded": "已被新文书替代", "withdrawn": "已撤回"}
ANNULLED = "所涉信息已被撤销"
EXPIRED = "写明的期限已届满"
CORRECTED = "已更正"
"""How a letter stands whose successor corrects it and is read beside it (文书更正通知书), instead of replacing it."""
UNKNOWN = "没有查到这份文书。请核对查验码是否完整；如果文书来历可疑，请向文书上写明的单位核实。"
DECIDED = {
    "repair_granted": "准予信用修复", "repair_denied": "不予信用修复", "revocation": "撤销信用修复",
    "removal_decision": "移出名单", "removal_denied": "不予移出名单", "removal_revoked": "撤销移出名单",
    "annulment_decision": "撤销列入", "listing_decision": "列入名单", "listing_dropped": "不予列入名单",
    "listing_maintained": "维持列入", "masking_decision": "暂时屏蔽", "unmasking_decision": "恢复公示",
    "honour_decision": "列入守信名单", "honour_exit_decision": "退出守信名单", "honour_revoked": "退出守信名单",
}  # fmt: skip
"""What a letter decides whose kind alone says so; others carry their outcome in their fields."""
TERMS = {
    "joint_measure_notice": "term_end", "masking_decision": "plan_until", "listing_decision": "max_until", "honour_decision": "max_until",
}  # fmt: skip
"""The last day of what a letter decides, as it says it itself."""
TOLD = (
    ("moment", "截至"), ("rows", "公示中的失信信息"), ("list_rows", "在列的公开名单"), ("case_number", "办件编号"),
    ("record_document", "涉及的文书"), ("record_document_number", "涉及的文书"), ("record_date", "该文书作出日期"),
    ("record_office", "该文书作出单位"), ("record_class", "失信程度"), ("record_class_reason", "暂定的原因"),
    ("list_label", "名单"), ("original_document", "涉及的原文书"), ("original_number", "涉及的原文书"), ("original_day", "原文书日期"),
    ("original_office", "原文书作出单位"), ("original_case", "原办件编号"),
    ("court", "人民法院"), ("ruling_number", "裁定书文号"), ("plan_kind", "裁定的内容"), ("plan_term", "执行期限"),
    ("plan_until", "执行期限至"), ("masked_records", "暂时屏蔽的信息"),
    ("ground_label", "事由"), ("proposed", "拟作出的决定"), ("effects", "处理效果"), ("corrections", "更正的项目"),
    ("measure_label", "惩戒措施"), ("measure_law", "措施依据"), ("measures", "可以实施的措施"), ("interview_kind", "类型"),
    ("imposed_on", "措施开始日期"), ("term_end", "措施结束日期"), ("provider_name", "实施措施的单位"),
    ("receiving_office", "移送至"), ("refer_to", "移送至"), ("referred_to", "移送至"),
    ("filed_day", "申请日期"), ("accepted_day", "受理日期"), ("cease_day", "终止公示日期"),
    ("listed_day", "列入日期"), ("listing_term", "拟列入期限"), ("min_until", "最短公示期届满日"), ("max_until", "最长公示期届满日"),
    ("new_period", "重新计算的期限"), ("apply_from", "可以申请修复的日期"), ("bar_until", "不适用承诺方式修复至"),
    ("new_due_day", "延长后的期限"), ("due_day", "期限届满日"), ("finish_day", "告知处理结果的日期"), ("reply_due_day", "反馈期限"),
    ("supplement_due_day", "补正期限"), ("statement_due_day", "陈述申辩期限"), ("supplement_time", "补正期限"),
    ("statement_time", "陈述申辩期限"), ("rectification_time", "整改期限"), ("promised_day", "承诺期限"), ("meeting_at", "约谈时间"),
    ("moved_from", "原定的约谈时间"), ("decided", "信息提供单位的决定"), ("decided_in", "该决定的文书"), ("decided_on", "该决定的日期"),
    ("decided_office", "作出该决定的单位"), ("centre", "转送的信用中心"),
    ("approved_on", "批准日期"), ("approval_document", "批准文件"), ("legal_bases", "依据"), ("lapse_bases", "逾期终止办理的依据"),
)  # fmt: skip
"""What a letter's fields tell a reader who holds the paper against the page: an altered paper under a genuine QR differs."""
OFFICES_SPEAKING = frozenset({"本机关", "本中心", "本单位", "贵单位"})
"""The issuing office's word for itself, and for the one written to, stand for names only within the letter."""
COUNTED = {"rows": "条", "list_rows": "个"}
"""Tables of which the page tells how many lines they have, also that there are none."""
KEPT_BACK = frozenset({
    # of a person, or in somebody's own words: for who holds the letter to read, and nobody else
    "subject_name", "subject_code", "record_behaviour", "reason", "gaps", "conditions", "finding", "claimed", "facts", "demands",
    "place", "attendees", "items_to_bring", "interviewers", "recorder", "statement", "undertaking", "matter", "hearing_note",
    "mitigation", "plea", "sanction", "reward_note", "questions", "approved_by", "materials", "file_note", "form_lines", "approvals",
    # the same in all letters of a kind, of an office or of a law
    "consequence", "remedy_paragraphs", "removal_conditions", "way_out", "contact", "standing_at",
    "apply_at", "platform", "targets", "service_mode", "reported", "office_name",
    "procedure_label", "application", "we", "you", "record_by", "record_information", "never_public", "plan_name", "approver",
    "may_extend", "term_label", "asked_to_decide",
    # told otherwise, or no part of what is printed
    "outcome_label", "stage_label", "due_clock_label", "due_explain",
})  # fmt: skip
"""What the page does not tell of a letter; every placeholder is either here or in TOLD."""
_IMPERSONAL = re.compile(
    r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[一-龥]{1,12}〔[0-9]{4}〕第?[0-9]{1,6}号|[0-9][0-9,.]{0,9}(?:(?:万|亿)?元|日|个月|年)?"
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{10,40}")


@dataclass(frozen=True, slots=True)
class Verified:
    """A letter as the public may see it.

    `genuine` when its number, kind and text stand in the trail at the head printed on it, and that event is what was
    written; `anchored` when a signed checkpoint covers it. `pdf_digest` is bare hex, empty until the PDF is made.
    """

    title: str
    number: str
    issued_at: datetime
    office: str
    subject: str
    state: str
    state_label: str
    superseded_by: str
    pdf_digest: str
    text_digest: str
    chain_head: str
    genuine: bool
    position: int | None
    anchored: bool
    kind: str
    decided: str  # empty for a letter that decides nothing
    details: tuple[tuple[str, str], ...]  # (what, as the letter says it)
    served_on: date | None  # 视为送达之日：remedies are counted from the day after it
    later: tuple[Later, ...] = ()  # what was decided later about what this letter decides
    annulled: bool = False  # the record it is about was annulled after it
    last_day: str = ""  # of what it decides, as it says it, once that day is over

    @property
    def ended(self) -> str:
        """How a letter that stands, corrected or not, is told to stand since a later decision ended what it decides, its record
        was annulled or its own last day passed; empty where none of these happened."""
        if self.state != "in_force" and self.state_label != CORRECTED:
            return ""
        later = next((one.ends for one in reversed(self.later) if one.ends), "")
        return later or (ANNULLED if self.annulled else EXPIRED if self.last_day else "")


def verification(tx: Connection, token: str, today: date) -> Verified:
    """The letter whose QR carries `token`, as it stands `today`. NotFound, in the same words for every token that is not ours."""
    if not _TOKEN.fullmatch(token):
        raise NotFound(UNKNOWN)
    row = _found(tx, token)
    if row is None:
        raise NotFound(UNKNOWN)
    witness = tx.execute(
        select(event.c.prev, event.c.body, event.c.digest, log_leaf.c.position, log_leaf.c.leaf)
        .outerjoin(log_leaf, log_leaf.c.event_id == event.c.id)
        .where(event.c.digest == row.chain_head)
    ).first()
    said = chain.canonical({"letter": {"digest": row.text_digest, "kind": row.kind, "number": row.number}})[1:-1]
    genuine = (
        witness is not None
        and chain.link(witness.prev, witness.body) == witness.digest
        and said in witness.body
        and (witness.leaf is None or witness.leaf == leaf_of(witness.digest))
    )
    fields = row.content.get("fields") or {}
    position = witness.position if witness is not None else None
    signed = tx.execute(select(checkpoint.c.size).order_by(checkpoint.c.size.desc()).limit(1)).scalar() or 0
    return Verified(
        title=row.title,
        number=row.number,
        issued_at=row.issued_at,
        office=row.office_name,
        subject=masked_subject(row.subject_kind or "", row.subject_name or ""),
        state=row.state,
        state_label=CORRECTED if row.successor_kind == CORRECTION else STATE_LABELS[row.state],
        superseded_by=row.successor or "",
        pdf_digest=(row.pdf_digest or "").removeprefix("sha256:"),
        text_digest=row.text_digest,
        chain_head=row.chain_head,
        genuine=genuine,
        position=position,
        anchored=position is not None and position < signed,
        kind=told_as(row.kind),
        decided=DECIDED.get(row.kind) or str(fields.get("outcome_label") or ""),
        details=_details(fields),
        served_on=row.effective_day,
        later=later_decisions(tx, row.id, row.kind, row.number, row.case_id),
        annulled=row.annulled_at is not None and row.issued_at < row.annulled_at,
        last_day=_over(str(fields.get(TERMS.get(row.kind, "")) or ""), today),
    )


def _found(tx: Connection, token: str) -> Row[Any] | None:
    """The letter with its office, its subject, what came in its place, its service, and when its record was annulled."""
    successor, about = letter.alias(), record.alias()
    # a listing's own record: the decision entered it under its number
    own = record.alias()
    entered = (
        select(own.c.id)
        .where(own.c.subject_id == cases.c.subject_id, own.c.document_number == letter.c.number)
        .where(own.c.authority_id == letter.c.office_id)
        .limit(1)
        .scalar_subquery()
    )
    return tx.execute(
        select(
            letter,
            office.c.name.label("office_name"),
            subject.c.name.label("subject_name"),
            subject.c.kind.label("subject_kind"),
            successor.c.number.label("successor"),
            successor.c.kind.label("successor_kind"),
            service.c.effective_day,
            about.c.annulled_at,
        )
        .join(office, office.c.id == letter.c.office_id)
        .outerjoin(cases, cases.c.id == letter.c.case_id)
        .outerjoin(record, record.c.id == letter.c.record_id)
        .outerjoin(about, about.c.id == func.coalesce(letter.c.record_id, cases.c.record_id, entered))
        .outerjoin(subject, subject.c.id == func.coalesce(cases.c.subject_id, record.c.subject_id, letter.c.subject_id))
        .outerjoin(service, and_(service.c.letter_id == letter.c.id, service.c.withdrawn_at.is_(None)))
        .outerjoin(successor, successor.c.id == letter.c.superseded_by)
        .where(letter.c.token == token)
    ).first()


def _details(fields: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for word, label in TOLD:
        if (said := _said(word, fields.get(word))) and said not in OFFICES_SPEAKING:
            found.setdefault(label, said)
    return tuple(found.items())


def _over(said: str, today: date) -> str:
    """A day as a letter says it, where it is over; empty where it is not, or where no day is said."""
    numbers = re.fullmatch(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日", said)
    return said if numbers and date(*map(int, numbers.groups())) < today else ""


def _said(word: str, value: object) -> str:
    if not isinstance(value, list):
        return str(value or "")
    if word in COUNTED:
        return f"{len(value)} {COUNTED[word]}"
    if word == "corrections":
        return "；".join(_corrected(*map(str, change[1:4])) for change in value)
    return "、".join(map(str, value))


def _corrected(label: str, old: str, new: str) -> str:
    """What a correction says: days, amounts and numbers of documents, by which an altered paper is seen; anything else may be of a
    person and stays on the paper."""
    return f"{label}：“{old}”更正为“{new}”" if _IMPERSONAL.fullmatch(old) and _IMPERSONAL.fullmatch(new) else label


def masked_subject(kind: str, name: str) -> str:
    """A subject's name as strangers may see it: a person's first character; of an organisation the two ends."""
    if kind != "organisation" or len(name) <= 6:
        return mask_name(name)
    return f"{name[:2]}****{name[-4:]}"

"""Service (送达): a letter reaches its addressee, by which way, when, proved by what. Remedies are counted from then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from repairflow.casework import command_claims
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import Claimed
from repairflow.casework.case_state.standing_letters import standing
from repairflow.casework.case_state.told_files import EVIDENCE_KIND
from repairflow.casework.command_ids import CommandId, of_system
from repairflow.casework.context import Services
from repairflow.casework.documents.addressed import reader_of, subject_of
from repairflow.casework.documents.revisions import events
from repairflow.casework.documents.service import consent, limits, remedies
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import demanded_text, written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.errors import Conflict, Forbidden, Invalid, Problem, Refusal, Refused
from repairflow.law.guards import day_text
from repairflow.records import event, service
from repairflow.records.rows import LetterRow, ServiceRow, all_rows, first_row, one_row
from repairflow.times import local_day

MODES: Mapping[str, str] = {
    "direct": "直接送达", "post": "邮寄送达", "electronic": "电子送达", "leave": "留置送达", "announcement": "公告送达",
}  # fmt: skip
LONGEST_NOTE = 500
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Service:
    """Record how a letter was served. `material` is the token of the evidence an officer uploaded."""

    letter: str  # token
    mode: str
    actor: Actor
    command_id: CommandId
    recipient: str
    served_at: datetime
    place: str = ""
    witness: str = ""
    note: str = ""
    material: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Take back how a letter was recorded as served, for a reason."""

    letter: str  # token
    actor: Actor
    command_id: CommandId
    reason: str


def serve(tx: Connection, services: Services, given: Service, now: datetime) -> ServiceRow:
    """Ensure that the letter counts as served and the trail says how; gives the row of the service.

    The same `command_id` again gives the same row. Raises NotFound, Forbidden (not of the issuing or receiving office),
    Invalid naming every field, Refused (no consent, not made yet, no longer in force, served before).
    """
    row = events.locked(tx, given.actor, given.letter)
    if (again := _seen(tx, row, given.command_id)) is not None:
        return again
    role = events.handler_role(tx, given.actor, row)
    if role is None:
        raise Forbidden("送达由制发单位或者受理窗口的人员登记。")
    token = given.material
    evidence = materials.claim_one(tx, given.actor, token, EVIDENCE_KIND, "送达凭证") if token is not None else None
    _check(given, row, evidence, now)
    _may_be_served(tx, services, row, given.mode)
    day = remedies.effective_day(given.mode, local_day(given.served_at), remedies.pack_of(tx, services, row))
    written = write(tx, row, given, role, evidence, day, now)
    limits.count(tx, services.law, row, now)
    return written


def receive(tx: Connection, services: Services, actor: Actor, token: str, now: datetime) -> ServiceRow:
    """Return the subject's agent opens a letter: with consent to electronic service that is its service (电子送达).

    Gives the row of the service, the earlier one when the letter was served before. Raises NotFound, Forbidden for
    whoever does not speak for the addressee, Refused without consent.
    """
    row = events.locked(tx, actor, token)
    if reader_of(tx, row) not in actor.subjects:
        raise Forbidden("文书由受送达人或者其代理人签收。")
    before = of_letter(tx, row.id)
    if before is not None:
        return before
    _may_be_served(tx, services, row, "electronic")
    turn = len(all_of_letter(tx, row.id)) + 1  # one taken back before does not hinder another
    wanted = of_system("opened", row.number, turn)
    command_id = command_claims.free(tx, wanted, EventName.SERVED, now)
    given = Service(token, "electronic", actor, command_id, actor.name, now)
    written = write(tx, row, given, "agent", None, local_day(now), now)
    limits.count(tx, services.law, row, now)
    return written


def withdraw(tx: Connection, services: Services, given: Withdrawal, now: datetime) -> ServiceRow:
    """Ensure that the letter counts as not served, and what was recorded stays in sight, struck out; gives the row.

    Its remedies are counted anew from a service to come. The same `command_id` again gives the same row. Raises NotFound,
    Forbidden (only the head of the issuing office), Invalid without a reason, Refused when the letter is not served, or
    when the remedies that this service started have run out: by then people rely on it.
    """
    row = events.locked(tx, given.actor, given.letter)
    if (again := _seen(tx, row, given.command_id, EventName.SERVICE_WITHDRAWN)) is not None:
        return again
    if not events.is_head(given.actor, row):
        raise Forbidden("撤销送达登记由制发单位负责人决定。")
    wrong = "填写的内容有误，请按提示修改后再提交。"
    reason = demanded_text(given.reason, LONGEST_REASON, "reason", "撤销理由", "请填写撤销的理由", wrong)
    served = of_letter(tx, row.id)
    if served is None:
        raise Refused([Refusal("not_served", f"{row.number}没有送达登记，不需要撤销")])
    if (last := remedies.last_day(tx, services, row, served)) is not None and last < local_day(now):
        raise Refused([Refusal("remedies_over", f"{row.number}的救济期限已于{day_text(last)}届满，送达登记不能再撤销")])
    events.note(
        tx,
        row,
        NewEvent(
            action=EventName.SERVICE_WITHDRAWN,
            at=now,
            by=given.actor,
            role="head",
            reason=reason,
            command_id=given.command_id,
            content={"mode": served.mode, "served_at": served.served_at, "effective_day": served.effective_day},
        ),
    )
    values = {"withdrawn_at": now, "withdrawal_reason": reason}
    changed = update(service).where(service.c.id == served.id).values(values).returning(service)
    found = one_row(tx.execute(changed), ServiceRow)
    limits.count(tx, services.law, row, now)
    if reader_of(tx, row) is not None:
        body = f"《{row.title}》（{row.number}）的送达登记已经撤销，救济期限和自送达起算的期限自重新送达之日的次日起计算。{reason}"
        told = Notice("letter_changed", f"撤销送达登记：{row.number}", body, now, row.case_id, row.record_id)
        inbox.notify_subject(tx, subject_of(tx, row), told)
    return found


def awaits_receipt(tx: Connection, services: Services, actor: Actor, row: LetterRow) -> bool:
    """Tell whether opening this letter would be its service, so that the agent must say so first."""
    reader = reader_of(tx, row)
    return (
        reader is not None
        and reader in actor.subjects
        and standing(tx, row)
        and row.pressed_at is not None
        and consent.of(tx, reader) is not None
        and of_letter(tx, row.id) is None
        and not remedies.lacks_channel(remedies.pack_of(tx, services, row), row)
    )


def of_letter(tx: Connection, letter_id: int) -> ServiceRow | None:
    """Return how a letter was served; None while it was not, and once that was taken back."""
    return first_row(
        tx.execute(select(service).where(service.c.letter_id == letter_id, service.c.withdrawn_at.is_(None))),
        ServiceRow,
    )


def all_of_letter(tx: Connection, letter_id: int) -> tuple[ServiceRow, ...]:
    """Return every service of a letter ever recorded, those taken back too, oldest first."""
    ever = select(service).where(service.c.letter_id == letter_id).order_by(service.c.id)
    return tuple(all_rows(tx.execute(ever), ServiceRow))


# writing


def _seen(tx: Connection, row: LetterRow, command_id: CommandId, action: str = EventName.SERVED) -> ServiceRow | None:
    before = tx.execute(select(event.c.action, event.c.at).where(event.c.command_id == command_id)).first()
    if before is None:
        return None
    moment = service.c.recorded_at if action == EventName.SERVED else service.c.withdrawn_at
    found = first_row(tx.execute(select(service).where(service.c.letter_id == row.id, moment == before.at)), ServiceRow)
    if before.action != action or found is None:
        raise Conflict("这个请求编号已经用于另一个操作，请换一个新的编号。")
    return found


def _check(given: Service, row: LetterRow, evidence: Claimed | None, now: datetime) -> None:
    problems = []
    if given.mode not in MODES:
        problems.append(Problem("mode", "请选择送达方式"))
    if given.mode != "announcement" and not given.recipient.strip():
        problems.append(Problem("recipient", "请填写签收人（留置送达的，填写受送达人）"))
    if given.mode == "leave" and not given.witness.strip():
        problems.append(Problem("witness", "留置送达须有见证人，请填写姓名"))
    if given.mode != "electronic" and evidence is None:
        problems.append(Problem("material", "请上传送达凭证（签收的送达回证、邮寄回执、现场照片或者公告截图）"))
    if given.served_at > now:
        problems.append(Problem("served_at", "送达时间不能晚于现在"))
    elif local_day(given.served_at) < local_day(row.issued_at):
        problems.append(Problem("served_at", "送达时间不能早于文书制发之日"))
    for name, label, text, most in (
        ("recipient", "收件人", given.recipient, 200), ("place", "送达地点", given.place, 200),
        ("witness", "见证人", given.witness, 80), ("note", "备注", given.note, LONGEST_NOTE),
    ):  # fmt: skip
        written(text, most, problems, name, label)
    if problems:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)


def _may_be_served(tx: Connection, services: Services, row: LetterRow, mode: str) -> None:
    if not standing(tx, row):
        events.in_force(row)
    refusals = []
    if row.pressed_at is None:
        refusals.append(Refusal("not_made", f"{row.number}还没有制作完成，不能送达"))
    if of_letter(tx, row.id) is not None:
        refusals.append(Refusal("served", f"{row.number}已经送达"))
    reader = reader_of(tx, row) if mode == "electronic" else None
    if mode == "electronic" and (reader is None or consent.of(tx, reader) is None):
        refusals.append(Refusal("no_consent", "受送达人没有确认同意电子送达，请改用其他方式"))
    if mode == "electronic" and remedies.lacks_channel(remedies.pack_of(tx, services, row), row):
        text = f"{row.number}没有告知通过互联网申请行政复议的渠道，不能电子送达；请在单位设置中填写渠道后重新出具，或者改用其他方式"
        refusals.append(Refusal("no_channel", text, remedies.pack_of(tx, services, row).cites(("fuyi.a22_2",))))
    if refusals:
        raise Refused(refusals)


def write(
    tx: Connection, row: LetterRow, given: Service, role: str, evidence: Claimed | None, day: date, now: datetime
) -> ServiceRow:  # fmt: skip
    """Ensure that the service stands in its row and in the trail; gives the row. The letter is locked and may be served."""
    appended = events.note(
        tx,
        row,
        NewEvent(
            action=EventName.SERVED,
            at=now,
            by=given.actor,
            role=role,
            reason=given.note.strip() or None,
            command_id=given.command_id,
            personal={
                name: text.strip()
                for name, text in (("recipient", given.recipient), ("witness", given.witness))
                if text.strip()
            },
            content={
                "mode": given.mode,
                "served_at": given.served_at,
                "effective_day": day,
                "evidence": evidence.digest if evidence is not None else None,
            },
        ),
    )
    if evidence is not None:
        materials.attach(tx, (evidence,), row.case_id, appended.seq)
    made = (
        insert(service)
        .values(
            letter_id=row.id, mode=given.mode, recipient=given.recipient.strip(), served_at=given.served_at,
            effective_day=day, place=given.place.strip(), witness=given.witness.strip(), note=given.note.strip(),
            material_id=evidence.id if evidence is not None else None, person_id=given.actor.id, recorded_at=now,
        )
        .returning(service)
    )  # fmt: skip
    return one_row(tx.execute(made), ServiceRow)

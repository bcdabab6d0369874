"""Issuing anew (重新出具): a letter whose words are wrong is replaced by one of the same kind with a new number.

What people wrote may be written again; what the case fixes (whose it is, where it stands, its days, its law) may not. The old
letter stays as it is, superseded; the new one says which it replaces, and is served anew. Where the old one needed two
persons the new one does: one proposes it, the head issues it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.command_ids import CommandId
from repairflow.casework.context import Services
from repairflow.casework.documents import addressed, issuing_step
from repairflow.casework.documents.closing import replacing, service_line
from repairflow.casework.documents.printable import refuse_unprintable
from repairflow.casework.documents.revisions import events, recomputed_fields, reissue_form, reissue_grounds
from repairflow.casework.documents.revisions.supersede import about, rounds, supersede
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import demanded_text, written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Conflict, Forbidden, Invalid, Problem, Refusal, Refused
from repairflow.law.letter_kinds import form_of
from repairflow.letters.issue import compose
from repairflow.letters.text.templates import compose_text
from repairflow.records import cases, event, letter, reissue, role_grant
from repairflow.records.rows import CaseRow, LetterRow, ReissueRow, first_row, one_row

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Reissue:
    """Issue a letter anew: `words` are what its form gave, by the names of `reissue_form.words`."""

    letter: str  # token
    actor: Actor
    command_id: CommandId
    reason: str
    addressee: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """Decide about what was proposed: issue it."""

    letter: str  # token of the letter to be replaced
    actor: Actor
    command_id: CommandId
    reason: str = ""


class DeclineReissue(Decision):
    """Decline what was proposed, for a reason."""


def propose(tx: Connection, services: Services, given: Reissue, now: datetime) -> ReissueRow:
    """Ensure that the letter is issued anew, or waits for the head of its office where that takes another person.

    Gives the row of the reissue; `new_id` is the new letter's once it is issued. The same `command_id` again gives the same
    row. Raises NotFound, Forbidden (not of the issuing office), Invalid naming every field, Refused (no longer in force,
    another proposal waits).
    """
    old = events.locked(tx, given.actor, given.letter)
    if (again := _seen(tx, old, given.command_id, (EventName.REISSUE_PROPOSED, EventName.LETTER_REISSUED))) is not None:
        return again
    role = events.officer_role(given.actor, old)
    if role is None:
        raise Forbidden("文书由制发单位重新出具。")
    events.in_force(old)
    if waiting(tx, old.id) is not None:
        raise Refused([Refusal("proposed", f"{old.number}已经提请重新出具，等待单位负责人决定")])
    fields = reissue_grounds.as_of_today(tx, services, old, _read(tx, services, old, given), now)
    alone = events.is_head(given.actor, old) and not takes_two(tx, services, old)
    values = {
        "letter_id": old.id, "addressee": given.addressee.strip(), "fields": fields, "reason": given.reason.strip(),
        "state": "proposed", "proposed_by": given.actor.id, "proposed_at": now,
    }  # fmt: skip
    row = one_row(tx.execute(insert(reissue).values(values).returning(reissue)), ReissueRow)
    if alone:
        return _issue(tx, services, old, row, given.actor, given.command_id, now)
    events.note(
        tx,
        old,
        NewEvent(
            action=EventName.REISSUE_PROPOSED,
            at=now,
            by=given.actor,
            role=role,
            reason=row.reason,
            command_id=given.command_id,
            content={"words": reissue_form.digest(row.addressee, fields)},
        ),
    )
    body = f"{given.actor.name}提请重新出具《{old.title}》（{old.number}）。{row.reason}"
    told = Notice("reissue", f"请决定是否重新出具：{old.number}", body, now, old.case_id, old.record_id)
    inbox.notify_office(tx, old.office_id, ("head",), told)
    return row


def issue(tx: Connection, services: Services, given: Decision, now: datetime) -> ReissueRow:
    """Ensure that what was proposed is issued and the old letter is superseded; gives the row of the reissue.

    Raises as `propose` does; Forbidden for all but the head of the issuing office, Refused for the person who proposed it.
    """
    old = events.locked(tx, given.actor, given.letter)
    if (again := _seen(tx, old, given.command_id, (EventName.LETTER_REISSUED,))) is not None:
        return again
    if not events.is_head(given.actor, old):
        raise Forbidden("重新出具文书由制发单位负责人决定。")
    events.in_force(old)
    row = _waiting(tx, old)
    if row.proposed_by == given.actor.id and takes_two(tx, services, old):
        raise Refused([Refusal("four_eyes", "重新出具是您提请的，须由另一人决定")])
    return _issue(tx, services, old, row, given.actor, given.command_id, now)


def decline(tx: Connection, given: Decision, now: datetime) -> ReissueRow:
    """Ensure that the proposal is closed, for a reason, and the letter stays in force; gives the row of the reissue.

    By the head of the issuing office, or by who proposed it. Raises as `propose` does.
    """
    old = events.locked(tx, given.actor, given.letter)
    if (again := _seen(tx, old, given.command_id, (EventName.REISSUE_DECLINED,))) is not None:
        return again
    role = events.officer_role(given.actor, old)
    row = waiting(tx, old.id)
    mine = row is not None and row.proposed_by == given.actor.id
    if role is None or not (mine or events.is_head(given.actor, old)):
        raise Forbidden("重新出具文书由制发单位负责人决定，提请人可以收回。")
    row = _waiting(tx, old)
    wrong = "填写的内容有误，请按提示修改后再提交。"
    demanded_text(given.reason, LONGEST_REASON, "reason", "理由", "请填写理由", wrong)
    events.note(
        tx,
        old,
        NewEvent(
            action=EventName.REISSUE_DECLINED,
            at=now,
            by=given.actor,
            role=role,
            reason=given.reason.strip(),
            command_id=given.command_id,
        ),
    )
    _tell_proposer(tx, old, row, f"没有重新出具：{old.number}", given.reason.strip(), now)
    return _decided(tx, row, now, state="declined", answer=given.reason.strip())


def waiting(tx: Connection, letter_id: int) -> ReissueRow | None:
    """Return the proposal to issue a letter anew that waits for a decision, or None."""
    return first_row(
        tx.execute(select(reissue).where(reissue.c.letter_id == letter_id, reissue.c.state == "proposed")), ReissueRow
    )


def takes_two(tx: Connection, services: Services, old: LetterRow) -> bool:
    """Tell whether the step that issued the letter, or the one it replaces, had to be another person's than one before it."""
    if old.case_id is None:
        return False
    case = one_row(tx.execute(select(cases).where(cases.c.id == old.case_id)), CaseRow)
    action = services.law.procedure(case.procedure, case.procedure_version).action.get(issuing_step.step_of(tx, old))
    return action is not None and bool(action.distinct_from)


def _read(tx: Connection, services: Services, old: LetterRow, given: Reissue) -> dict[str, object]:
    problems: list[Problem] = []
    written(given.reason, LONGEST_REASON, problems, "reason", "理由", "请填写理由")
    written(given.addressee, 200, problems, "addressee", "受文单位", "请填写受文单位")
    fields, faults = reissue_form.read(old, given.words)
    problems += faults
    if problems:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)
    if fields == old.content["fields"] and given.addressee.strip() == old.content["addressee"]:
        raise Invalid("内容与原文书相同，没有需要重新出具的改动。")
    fields = recomputed_fields.gained(tx, services, old) | fields
    compose_text(old.kind, old.template_version, fields)  # what cannot be issued is not proposed
    return fields


def _issue(
    tx: Connection,
    services: Services,
    old: LetterRow,
    row: ReissueRow,
    actor: Actor,
    command_id: CommandId,
    now: datetime,
) -> ReissueRow:
    of = about(tx, old)
    fields = reissue_grounds.as_of_today(tx, services, old, row.fields, now)  # it may have waited for long
    composed = compose.compose(
        tx,
        compose.Draft(
            old.kind, _envelope(tx, services, old, row.addressee, str(fields.get("you", "")), now), fields,
            of.case_number, rounds(tx, old, old.kind), old.template_version,
        ),
        office=events.office_of(tx, old), public_url=services.public_url, sealed=services.sealed, now=now,
    )  # fmt: skip
    refuse_unprintable(composed.data)
    said = NewEvent(
        action=EventName.LETTER_REISSUED, at=now, by=actor, role="head", reason=row.reason, command_id=command_id
    )  # fmt: skip
    new_id = supersede(tx, old, of, composed, said, told="replaced")
    new = one_row(tx.execute(select(letter).where(letter.c.id == new_id)), LetterRow)
    told = f"已重新出具《{composed.title}》（{composed.number}），替代{old.number}。"
    if addressed.reader_of(tx, old) is not None or addressed.reader_of(tx, new) is not None:
        title, body = f"重新出具文书：{composed.number}", f"{told}{row.reason}"
        inbox.notify_subject(
            tx,
            addressed.subject_of(tx, old),
            Notice("letter_changed", title, body, now, old.case_id, old.record_id),
        )
    if row.proposed_by != actor.id:
        _tell_proposer(tx, old, row, f"已重新出具：{composed.number}", told, now)
    return _decided(tx, row, now, state="issued", new_id=new_id)


def _envelope(
    tx: Connection, services: Services, old: LetterRow, addressee: str, you: str, now: datetime
) -> compose.Envelope:
    """As the old letter went out, with the sentence that says which letter this one replaces."""
    copies: tuple[str, ...] = tuple(old.content.get("cc", ()))
    closing: tuple[str, ...] = (replacing(old, old.issued_at),)
    to, seal = addressed.today(tx, services, old, now), None
    code = to.code if addressee == to.name else old.content.get("addressee_code", "")
    if old.case_id is not None:
        case = one_row(tx.execute(select(cases).where(cases.c.id == old.case_id)), CaseRow)
        form = form_of(services.law.procedure(case.procedure, case.procedure_version), old.kind)
        served = service_line(old.kind, old.template_version, you, form, copies, events.office_of(tx, old))
        closing, seal = (*served, *closing), form.seal
    return compose.Envelope(addressee, code, copies, seal, closing)


def _waiting(tx: Connection, old: LetterRow) -> ReissueRow:
    row = waiting(tx, old.id)
    if row is None:
        raise Refused([Refusal("not_proposed", f"没有等待决定的重新出具：{old.number}")])
    return row


def _decided(tx: Connection, row: ReissueRow, now: datetime, **values: object) -> ReissueRow:
    changed = update(reissue).where(reissue.c.id == row.id).values(decided_at=now, **values).returning(reissue)
    return one_row(tx.execute(changed), ReissueRow)


def _tell_proposer(tx: Connection, old: LetterRow, row: ReissueRow, title: str, body: str, now: datetime) -> None:
    """Whoever proposed it hears of it with the post that person holds in the office."""
    held = select(role_grant.c.role).where(
        role_grant.c.person_id == row.proposed_by, role_grant.c.office_id == old.office_id
    )
    roles = sorted(set(tx.execute(held).scalars()) & OFFICE_OF_ROLE.keys())
    inbox.notify_office(tx, old.office_id, roles, Notice("reissue", title, body, now, old.case_id, old.record_id))


def _seen(tx: Connection, old: LetterRow, command_id: CommandId, actions: tuple[str, ...]) -> ReissueRow | None:
    before = tx.execute(select(event.c.action, event.c.at).where(event.c.command_id == command_id)).first()
    if before is None:
        return None
    moment = reissue.c.proposed_at if before.action == EventName.REISSUE_PROPOSED else reissue.c.decided_at
    found = first_row(tx.execute(select(reissue).where(reissue.c.letter_id == old.id, moment == before.at)), ReissueRow)
    if before.action not in actions or found is None:
        raise Conflict("这个请求编号已经用于另一个操作，请换一个新的编号。")
    return found

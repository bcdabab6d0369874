"""Corrections: an issued letter never changes. Its office's head issues a new one citing it, or withdraws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.standing_letters import CORRECTION
from repairflow.casework.command_ids import CommandId
from repairflow.casework.context import Services
from repairflow.casework.documents import addressed
from repairflow.casework.documents.fields.voice import self_name
from repairflow.casework.documents.printable import refuse_unprintable
from repairflow.casework.documents.revisions import events, withdrawable
from repairflow.casework.documents.revisions.supersede import about, rounds, supersede
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import written
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import letter_changes
from repairflow.errors import Conflict, Forbidden, Invalid, Problem, Refused
from repairflow.gateway.penalties.doubts import PLACEHOLDER, is_placeholder
from repairflow.law.guards import day_text
from repairflow.law.identifiers import check_uscc, normalise
from repairflow.letters.issue import compose
from repairflow.letters.text.placeholders import Change
from repairflow.records import event, letter
from repairflow.records.rows import LetterRow, first_row, one_row
from repairflow.times import local_day

KIND = CORRECTION
LONGEST = 2000
MOST_CHANGES = 30
_CODE = "社会信用代码"


@dataclass(frozen=True, slots=True)
class CorrectLetter:
    """Correct a letter: `changes` are (what, what it said, what it should say); lines left empty count for nothing but their place."""

    letter: str  # token
    actor: Actor
    command_id: CommandId
    reason: str
    changes: Sequence[tuple[str, str, str]] = ()

    @property
    def filled(self) -> dict[int, tuple[str, str, str]]:
        """The lines that say something, by their places: faults name the line that was typed into."""
        return {place: line for place, line in enumerate(self.changes) if any(part.strip() for part in line)}


class WithdrawLetter(CorrectLetter):
    """Withdraw a letter, for a reason."""


def correct(tx: Connection, services: Services, given: CorrectLetter, now: datetime) -> LetterRow:
    """Ensure that a 文书更正通知书 citing the letter is issued, and the letter is superseded by it; gives the new row.

    The same `command_id` again gives the same row. Raises NotFound, Forbidden (only the head of the issuing office),
    Invalid, Refused (no longer in force).
    """
    old = events.locked(tx, given.actor, given.letter)
    if (again := _seen(tx, old, given.command_id, EventName.LETTER_CORRECTED)) is not None:
        return again
    _may(given, old, changes=True)
    of = about(tx, old)
    office_row = events.office_of(tx, old)
    composed = compose.compose(
        tx,
        compose.Draft(
            KIND,
        _envelope(tx, services, old, list(given.filled.values()), now),
        {
            "original_number": old.number, "original_day": day_text(local_day(old.issued_at)),
            "original_document": f"《{old.title}》（{old.number}）", "we": self_name(office_row),
            "case_number": of.case_number, "reason": given.reason.strip(), "contact": office_row.contact,
            "corrections": [Change("", what.strip(), was.strip(), now_says.strip()) for what, was, now_says in given.filled.values()],
        },
        of.case_number, rounds(tx, old, KIND),
        ),
        office=office_row, public_url=services.public_url, sealed=services.sealed, now=now,
    )  # fmt: skip
    refuse_unprintable(composed.data)
    said = NewEvent(
        action=EventName.LETTER_CORRECTED, at=now, by=given.actor, role="head", reason=given.reason.strip(),
        command_id=given.command_id,
    )  # fmt: skip
    new_id = supersede(tx, old, of, composed, said, told="corrected")
    _tell(
        tx,
        old,
        f"文书更正：{old.number}",
        f"已制发《{composed.title}》（{composed.number}）。{given.reason.strip()}",
        now,
    )
    return one_row(tx.execute(select(letter).where(letter.c.id == new_id)), LetterRow)


def withdraw(tx: Connection, given: CorrectLetter, now: datetime) -> LetterRow:
    """Ensure that the letter is withdrawn, for the reason given, and what it corrected is in force as before.

    Raises as `correct` does; Refused too where it tells a decision that still holds (`withdrawable`): that is undone by a case.
    """
    old = events.locked(tx, given.actor, given.letter)
    if (again := _seen(tx, old, given.command_id, EventName.LETTER_WITHDRAWN)) is not None:
        return again
    _may(given, old, changes=False)
    if refusals := withdrawable.held(tx, old):
        raise Refused(refusals)
    said = NewEvent(
        action=EventName.LETTER_WITHDRAWN, at=now, by=given.actor, role="head", reason=given.reason.strip(),
        command_id=given.command_id,
    )  # fmt: skip
    end(tx, old, said, now)
    return one_row(tx.execute(select(letter).where(letter.c.id == old.id)), LetterRow)


def end(tx: Connection, old: LetterRow, said: NewEvent, now: datetime) -> None:
    """Ensure that a locked letter is withdrawn as `said` tells, and platforms that heard of it and its reader know."""
    appended = events.note(tx, old, said)
    tx.execute(update(letter).where(letter.c.id == old.id).values(state="withdrawn"))
    if old.kind == KIND:  # what it corrected stands by itself again, and may be corrected or issued anew
        corrected = update(letter).where(letter.c.superseded_by == old.id)
        tx.execute(corrected.values(state="in_force", superseded_by=None))
    letter_changes.push(tx, old, "withdrawn", None, appended.digest, now)
    _tell(tx, old, f"文书撤回：{old.number}", f"《{old.title}》（{old.number}）已经撤回。{said.reason or ''}", now)


def _envelope(
    tx: Connection, services: Services, old: LetterRow, changes: Sequence[tuple[str, str, str]], now: datetime
) -> compose.Envelope:
    """As the same party is written to today; where the correction corrects its name or code, by the corrected ones."""
    to = addressed.today(tx, services, old, now)
    name, code = to.name, to.code
    for _, was, now_says in changes:
        before, after = " ".join(was.split()), " ".join(now_says.split())
        if before in addressed.called(tx, old):
            name = after if before == old.content["addressee"] else name.replace(before, after)
        elif _of_head(old, before):
            code = check_uscc(after).code  # `_may` let only a code through
    return compose.Envelope(name, code, tuple(old.content.get("cc", ())))


def _of_head(old: LetterRow, text: str) -> bool:
    """Tell whether what a correction replaces is the credit code at the letter's head, however it was typed."""
    return bool(text.strip()) and normalise(text) == old.content.get("addressee_code")


def _fault_of_code(old: LetterRow, change: tuple[str, str, str]) -> str:
    """Return what is wrong with the code that a change puts in place of another; empty where it changes none, or is right."""
    what, was, now_says = change
    if _CODE not in normalise(what) and not _of_head(old, was) and not check_uscc(was).ok:
        return ""
    checked = check_uscc(now_says)
    if not checked.ok:
        return checked.reason
    return PLACEHOLDER if is_placeholder(checked.code) else ""


def _seen(tx: Connection, old: LetterRow, command_id: CommandId, action: str) -> LetterRow | None:
    before = tx.execute(select(event.c.action, event.c.digest).where(event.c.command_id == command_id)).first()
    if before is None:
        return None
    if before.action != action:
        raise Conflict("这个请求编号已经用于另一个操作，请换一个新的编号。")
    made = first_row(tx.execute(select(letter).where(letter.c.chain_head == before.digest)), LetterRow)
    return made if made is not None else old


def _may(given: CorrectLetter, old: LetterRow, *, changes: bool) -> None:
    if not events.is_head(given.actor, old):
        raise Forbidden("文书的更正和撤回由制发单位负责人决定。")
    events.in_force(old)
    problems = []
    if not given.reason.strip():
        problems.append(Problem("reason", "请填写理由"))
    filled = given.filled
    if changes and not filled:
        problems.append(Problem("changes", "请填写更正的内容，至少一项"))
    if len(filled) > MOST_CHANGES:
        problems.append(Problem("changes", f"一次最多更正 {MOST_CHANGES} 项"))
    for place, change in filled.items():
        if not all(part.strip() for part in change):
            problems.append(Problem(f"changes.{place}", f"第 {place + 1} 项须写明项目、原内容和更正后的内容"))
        elif fault := _fault_of_code(old, change):
            problems.append(Problem(f"changes.{place}", f"“{change[0].strip()}”更正后的内容：{fault}"))
    written(given.reason, LONGEST, problems, "reason", "理由")
    for place, change in filled.items():
        for part in change:
            written(part, LONGEST, problems, f"changes.{place}", f"第 {place + 1} 项更正的内容")
    if problems:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)


def _tell(tx: Connection, old: LetterRow, title: str, body: str, now: datetime) -> None:
    if addressed.reader_of(tx, old) is None:
        return
    told = Notice("letter_changed", title, body, now, old.case_id, old.record_id)
    inbox.notify_subject(tx, addressed.subject_of(tx, old), told)

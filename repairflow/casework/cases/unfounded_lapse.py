"""What a subject's limit leads to waits while its letter could not be issued: the office has confirmed no rule that carries it,
or states no review organ. Nothing is decided against a subject by itself on what nobody has read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, or_, select, update

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.case_state.standing_letters import stands
from repairflow.casework.deadline_table import WAITS_FOR_OFFICE
from repairflow.casework.documents import own_rules
from repairflow.casework.documents.fields import promised, remedies
from repairflow.casework.documents.fields.case import SOON
from repairflow.casework.documents.fields.voice import by_provider
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.errors import Refusal
from repairflow.law.guards import day_text
from repairflow.law.procedure.library import Library
from repairflow.records import cases, deadline, letter, office
from repairflow.records.rows import DeadlineRow

KIND = "unfounded_lapse"
TOLD = ("head", "legal_reviewer", "supervisor")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A limit whose end waits for its office, and what would happen at its end."""

    case: str
    procedure: str
    office: str
    label: str
    follows: str
    due_day: date


def obstacles(tx: Connection, at: Situation, row: DeadlineRow) -> list[Refusal]:
    """Return why what this limit leads to may not happen by itself yet; empty where it may."""
    name = at.procedure.clock[row.clock].overdue
    action = at.procedure.action.get(name)
    if row.next_rung != "due" or action is None:
        return []
    return [*own_rules.unconfirmed(tx, at, name, action), *remedies.lacking(tx, at, action), *_untold(tx, at, row)]


def _untold(tx: Connection, at: Situation, row: DeadlineRow) -> list[Refusal]:
    """Return why a limit that a letter sets may not run out yet: its figure is open, or the letter does not say how long it is."""
    kind = own_rules.SET_BY.get(row.clock)
    if kind is None:
        return []
    if not promised.told(tx, at, row.clock):
        text = f"“{row.label}”的天数没有核对过原文，单位也没有确认，请法制审核人员在“本单位规则”页面确认"
        return [Refusal("limit_unconfirmed", text)]
    newest = select(letter.c.content).where(letter.c.case_id == at.case.id, letter.c.kind == kind, stands())
    content = tx.execute(newest.order_by(letter.c.id.desc()).limit(1)).scalar()
    if content is None or content.get("fields", {}).get(f"{row.clock}_time") != SOON:
        return []
    return [Refusal("limit_untold", f"文书没有写明{row.label}，请重新出具文书")]


def hold(tx: Connection, at: Situation, row: DeadlineRow, why: list[Refusal], now: datetime) -> None:
    """Ensure that the rung waits, and the office that has to confirm or state what is missing, and the supervisors, know what for."""
    tx.execute(update(deadline).where(deadline.c.id == row.id).values(held=WAITS_FOR_OFFICE))
    assert row.due_day is not None  # a rung that is due has its day
    title = f"{at.case.number}：{row.label}已届满，到期处理没有执行"
    body = (
        f"{row.label}已于{day_text(row.due_day)}届满，到期处理没有执行：{'；'.join(one.text for one in why)}。"
        "补齐以后自动执行；在此以前，当事人补交的材料照常接收。"
    )
    answers = own_rules.answers_for(at, at.procedure.clock[row.clock].overdue)
    inbox.notify_office(tx, answers, TOLD, Notice.of(at.case, KIND, title, body, now))


def free(tx: Connection, which: ColumnElement[bool]) -> int:
    """Ensure that the limits of these cases that waited for an office are looked at again by the next sweep; gives how many
    there were."""
    waits = update(deadline).where(
        deadline.c.held == WAITS_FOR_OFFICE, deadline.c.case_id.in_(select(cases.c.id).where(which))
    )
    return tx.execute(waits.values(held=None)).rowcount


def free_of(tx: Connection, office_id: int) -> int:
    """Return the same of the cases that this office decides or whose letters it issues."""
    return free(tx, or_(cases.c.deciding_id == office_id, cases.c.provider_id == office_id))


def waiting(tx: Connection, law: Library) -> tuple[Waiting, ...]:
    """Return every limit of a subject that has run out and waits for its office, the oldest first."""
    provider = office.alias("provider")
    rows = tx.execute(
        select(
            cases.c.number, cases.c.procedure, cases.c.procedure_version, office.c.name.label("deciding"),
            provider.c.name.label("provider"), deadline.c.clock, deadline.c.label, deadline.c.due_day,
        )
        .join(cases, cases.c.id == deadline.c.case_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .join(provider, provider.c.id == cases.c.provider_id)
        .where(deadline.c.held == WAITS_FOR_OFFICE)
        .order_by(deadline.c.due_day, deadline.c.id)
    )  # fmt: skip
    found = []
    for row in rows:
        procedure = law.procedure(row.procedure, row.procedure_version)
        follows = procedure.action[procedure.clock[row.clock].overdue]
        told = follows.letter is not None and by_provider(procedure, follows.letter)
        place = row.provider if told else row.deciding
        found.append(Waiting(row.number, procedure.label, place, row.label, follows.label, row.due_day))
    return tuple(found)

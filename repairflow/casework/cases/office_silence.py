"""Silence of the office (机关逾期不办): the applicant hears what can be done against it, from which day, and where.

Whoever complains that a duty was not performed asks for reconsideration first; a court hears him afterwards (行政复议法 23). Every
day rests on an article that somebody has read (行政复议法实施条例 16, 行政诉讼法 45); where the rule pack has none, nothing is said.
The case itself goes on: lateness decides nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from repairflow.casework.case_state.applicants import applied_for
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.context import Services
from repairflow.casework.documents.fields.remedies import settings_of
from repairflow.casework.documents.service.remedies import after
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.guards import day_text
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.remedy import length
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES, role_side
from repairflow.records import notice, office
from repairflow.records.rows import DeadlineRow, OfficeRow, one_row
from repairflow.times import local_day

KIND = "office_silent"
SUPPLY = "supply"
DAY = timedelta(days=1)
TERMS = ("inaction_review_wait", "inaction_review", "inaction_suit")
UNANSWERED = "inaction_suit_unanswered"


def notify_applicant(tx: Connection, services: Services, at: Situation, row: DeadlineRow, now: datetime) -> None:
    """Ensure that the applicant knows what can be done because this limit of the office has passed; once for each limit
    and due day. Nothing is said where nobody applied, the limit is another office's, or a figure is not verified; nor of a stage
    within a limit that still runs."""
    case = at.case
    if any(due.state == "running" and role_side(due.owner) == "subject" for due in at.dues.values()):
        return  # whoever still owes papers hears it once they are in; the limit itself may run on (本地条例)
    place = OFFICE_OF_ROLE.get(row.owner)
    owed = at.procedure.clock[row.clock].duty  # whoever is only asked to help (协查) owes the applicant nothing
    if case.confidential or place is None or (place == "provider_id" and not owed) or not _applied_for(at):
        return
    stated = bool(at.procedure.clock[row.clock].verified)
    if not _speaks(at, row, stated=stated):
        return
    if not all(name in at.pack.term and at.pack.read(at.pack.term[name].basis) for name in TERMS):
        return
    if "inaction" not in at.pack.review_first or not at.pack.read(at.pack.review_first["inaction"].basis):
        return
    assert row.due_day is not None  # a limit that has passed has its day
    ended = "届满" if stated else "届满（办理安排，待核实）"
    title = f"{case.number}：{row.label}已于{day_text(row.due_day)}{ended}，机关尚未办理"
    told_before = select(notice.c.id).where(notice.c.case_id == case.id, notice.c.kind == KIND, notice.c.title == title)
    if tx.execute(told_before.limit(1)).first() is not None:
        return
    responsible = one_row(tx.execute(select(office).where(office.c.id == getattr(case, str(place)))), OfficeRow)
    body = words(at.pack, services.law.calendar, responsible, requested_on(at), row.due_day if stated else None)
    if row.provisional:
        body += "该年放假安排尚未载入，以上日期是暂定的。"
    inbox.notify_subject(tx, case.subject_id, Notice.of(case, KIND, title, body, now))


def last_notice(tx: Connection, case_id: int) -> str | None:
    """Return what the applicant was told last of the office's silence in a case; None where nothing was."""
    newest = select(notice.c.body).where(notice.c.case_id == case_id, notice.c.kind == KIND)
    return tx.execute(newest.order_by(notice.c.id.desc()).limit(1)).scalar()


def words(pack: RulePack, calendar: Calendar, responsible: OfficeRow, asked: date, stated: date | None) -> str:
    """Return what the applicant is told. `stated` is the last day of the office's limit where its figure is verified; where it
    is not, review is open once the time of those without a limit has passed since the application.
    """
    given = settings_of(responsible)
    organs = given["organs"] or f"行政复议机关（可以向{responsible.name}查询）"
    court = given["court"] or "有管辖权的人民法院"
    review_from = stated or after(asked, pack.term["inaction_review_wait"].days)
    review_last = calendar.roll(after(review_from, pack.term["inaction_review"].days))
    return (
        f"{responsible.name}没有在{'期限内' if stated else '本单位安排的期限内（依据待核实）'}办理。"
        "办件继续办理，不需要重新申请；也可以依法对机关不履行职责寻求救济："
        f"自{day_text(review_from + DAY)}起可以向{organs}申请行政复议，期限{length(pack.term['inaction_review'].days)}，"
        f"至{day_text(review_last)}（{_cites(pack, 'inaction_review_wait', 'inaction_review')}）。"
    ) + "".join((_court(pack, court), _unanswered(pack, court)))


def _court(pack: RulePack, court: str) -> str:
    """Return the way to the court after the reconsideration, by the pack's rule for inaction: as letters of refusal have it from theirs."""
    rule, term = pack.review_first["inaction"], pack.term["inaction_suit"]
    said = rule.text.format(after_review=length(term.days), limit="", court=court).removesuffix("。")
    return f"{said}（{'、'.join(dict.fromkeys(pack.cites((*rule.basis, *term.basis))))}）。"


def _unanswered(pack: RulePack, court: str) -> str:
    """Return what is open where the reconsideration itself is refused or comes to no end (行政复议法 34); empty where nobody has read
    it.
    """
    term = pack.term.get(UNANSWERED)
    if term is None or not pack.read(term.basis):
        return ""
    return (
        "复议机关不予受理、驳回申请，或者受理以后超过复议期限不作答复的，可以自收到决定书之日起或者复议期限届满之日起"
        f"{length(term.days)}内向{court}提起行政诉讼（{_cites(pack, UNANSWERED)}）。"
    )


def _speaks(at: Situation, row: DeadlineRow, *, stated: bool) -> bool:
    """Tell whether the end of this limit ends what the office owes the applicant. A limit somebody has read does where it is declared
    so (`duty`): that of a stage (转交, 平台自行处理) leaves the rest. One that nobody has read stands for the time of those without
    a limit, as long as no limit of duty runs.
    """
    if stated:
        return at.procedure.clock[row.clock].duty
    return not any(due.state == "running" and at.procedure.clock[due.clock].duty for due in at.dues.values())


def requested_on(at: Situation) -> date:
    """Return the day from which the office has had the whole application: the filing, or the latest supplement supplied."""
    supplied = [step.at for step in at.history if step.action == SUPPLY]
    return local_day(supplied[-1]) if supplied else at.case.filed_day


def _applied_for(at: Situation) -> bool:
    """Tell whether the subject applied: not a case an office began of its own motion, nor one of a citizen."""
    filers = set(at.procedure.filed_by or at.procedure.actor)
    return bool(filers & (SUBJECT_ROLES - CITIZEN_ROLES)) and applied_for(at)


def _cites(pack: RulePack, *names: str) -> str:
    cites = [cite for name in names for cite in pack.cites(pack.term[name].basis)]
    return "、".join(dict.fromkeys(cites))

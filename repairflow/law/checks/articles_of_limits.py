"""Limits that rest on articles somebody has read: no shorter one outruns them, nothing but an article stops them, letters cite them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.checks.clock_lengths import length
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Clock, Procedure
from repairflow.law.procedure.roles import role_side
from repairflow.law.procedure.written_lengths import written_out

UNKNOWN_TO_STATUTES = frozenset({"transfer_case", "annotate_record"})
"""What none of the statutes read here has a word of: a letter that cited them for it would be wrong."""

LIMITS_TOLD = frozenset({"due_day", "due_explain", "new_due_day", "finish_day", "reply_due_day"})
"""What a letter tells of a limit that an office keeps, or gives another office."""


def check(report: Report) -> None:
    """Everything that would let an office go beyond a limit of an article, or leave the article out of its letters."""
    if report.is_record:
        return
    if (written := written_out(report.procedure.summary)) is not None:
        text = f"办事指南的概述（summary）直接写了“{written}”，没有条文；期限由程序自己的期限列出，请删去数字"
        report.find("figure_in_text", ("summary",), text)
    limits = dict(_of_articles(report.procedure))
    for name, clock in limits.items():
        _stopped(report, name, clock)
        for other, inner in report.procedure.clock.items():
            if other != name and set(inner.runs_in) < set(clock.runs_in) and role_side(inner.owner) == "office":
                _outrun(report, other, name)
    if "." in report.procedure.version:  # as an overlay makes it; elsewhere `letter_unverified` tells of such letters
        for name, action in report.procedure.action.items():
            _cited(report, name, action, limits)


def _of_articles(p: Procedure) -> Iterator[tuple[str, Clock]]:
    """Yield the limits of offices whose figure somebody has read in an article that the file itself names."""
    for name, clock in p.clock.items():
        if clock.verified and clock.days is not None and role_side(clock.owner) == "office" and _acts(p, clock.basis):
            yield name, clock


def _outrun(report: Report, inner: str, outer: str) -> None:
    """Find a limit within the states of another that lasts longer: what it lets be asked for comes after the other's end."""
    p = report.procedure
    days, most = p.clock[inner].days, p.clock[outer].days
    assert most is not None
    if days is None or days.unit != most.unit:
        return
    longer, extended = days.count > most.count, days.count + _more(p, inner) > most.count + _more(p, outer)
    if longer or extended:
        text = (
            f"{report.clock(inner)}为 {days.count} {UNIT_LABELS[days.unit]}{'' if longer else '，延长后更长'}，"
            f"所在环节都在{report.clock(outer)}之内，后者依条文只有 {most.count} {UNIT_LABELS[most.unit]}，"
            f"照它写的日期会晚于依条文办结的日期；请把 {inner} 的 days 改短"
        )
        report.find("clock_outruns", ("clock", inner, "days"), text)


def _more(p: Procedure, name: str) -> int:
    """By how much a limit can be extended; 0 where it cannot."""
    found = (length(one.extends) for one in p.action.values() if one.extends is not None and one.extends.clock == name)
    return max((more[1] for more in found if more is not None), default=0)


def _stopped(report: Report, name: str, clock: Clock) -> None:
    """Time that is not counted is time the office gains: an article has to give it."""
    p = report.procedure
    if clock.pauses_in and not any(one in p.basis and p.basis[one].verified for one in clock.pause_basis):
        text = (
            f"{report.clock(name)}标明已核对，却在{report.states(clock.pauses_in)}中止计算，没有写明哪一条规定中止；"
            "请以 pause_basis 写明核对过的条文，或者不中止（本地细化写 without_pause）"
        )
        report.find("pause_unread", ("clock", name), text)


def _cited(report: Report, name: str, action: Action, limits: Mapping[str, Clock]) -> None:
    """Check that a letter that tells the end of such a limit cites the act it stands in; where it only tells what was done within the
    limit, a person looks at whether it has to."""
    p = report.procedure
    if action.letter is None or not any(role_side(role) == "office" for role in action.by) or _beside(p, action):
        return
    own, at = _acts(p, action.basis), ("action", name, "basis")
    uncited = [
        clock
        for clock in limits.values()
        if {action.to, *action.from_} & set(clock.runs_in) and not _acts(p, clock.basis) & own
    ]
    told = [clock for clock in uncited if _tells(report, action.letter) and action.to in clock.runs_in]
    for clock in (told or uncited)[:1]:
        acts = "、".join(sorted(_acts(p, clock.basis)))
        text = f"{report.action(name)}的文书没有引用{acts}，期限“{clock.label}”却依它计算；请在 basis 中写明条文"
        if told:
            report.find("letter_article_missing", at, text)
        else:
            report.hint("letter_article_missing", at, f"{text}（文书不写明期限的，可以不引）")


def _tells(report: Report, letter: str) -> bool:
    """Tell whether the text of a letter has a place for the end of a limit."""
    known = report.names
    return bool(LIMITS_TOLD & (known.fields.get(letter, frozenset()) | known.prints.get(letter, frozenset())))


def _acts(p: Procedure, names: Iterable[str]) -> set[str]:
    """Return the acts these bases are articles of, as far as somebody has read them."""
    return {p.basis[one].cite for one in names if one in p.basis and p.basis[one].verified}


def _beside(p: Procedure, action: Action) -> bool:
    """Tell whether a step is none the limit is kept by: it takes nothing up, breaks off, hands the case to another office, ends it as
    no statute says (保留信息并附注), or turns to the subject and waits."""
    if UNKNOWN_TO_STATUTES.intersection(action.effects):
        return True
    to = p.state.get(action.to or "")
    if to is not None and to.outcome in {"refused", "withdrawn", "terminated"}:
        return True
    waits = [clock for clock in p.clock.values() if role_side(clock.owner) == "subject" and action.to in clock.runs_in]
    return bool(waits)

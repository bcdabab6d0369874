"""Which offices a case belongs to, and what guards look at beside the case: each has to be there in every case."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.checks.event_waits import PUSHED
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import before
from repairflow.law.guards.reads import READINGS
from repairflow.law.procedure.model import GuardUse
from repairflow.law.procedure.roles import role_side

OF_FIRST = frozenset({
    "other_office_than_first", "other_person_than_first", "first_case_was", "first_case_kind_not", "within_term_of_first",
    "not_decided_before", "favourable_entry_stands", "favourable_entry_gone",
})  # fmt: skip
"""Guards that look at the case this one is about."""
OF_OPENED = frozenset({"follows_case", "follows_no_case"})
"""Guards that look at the case whose step opened this one."""


def check(report: Report) -> None:
    """Offices nobody names, and guards that look at a record, a case or a receipt that no case here has."""
    if report.is_record:
        return
    _offices(report)
    _effects(report)
    for at, what, name, use in _uses(report):
        which = f"{what}的{report.guard(use.guard)}"
        if use.guard in OF_FIRST and report.procedure.subject != "case":
            text = f'{which}要看原办件，本程序却不针对原办件（subject 不是 "case"），该条件落空；请删去'
            report.find("guard_about", at, text)
        if use.guard in OF_OPENED and (name is None or not _opened_by_case(report)):
            text = f"{which}要看转入本件的办件，却没有一个程序转入本程序的办件，该条件不起作用；请删去"
            report.find("guard_about", at, text)
        reading = READINGS.get(use.guard)
        if reading is not None and "none" not in reading.record and not _has_record(report):
            text = f"{which}要看失信信息，本程序的办件却不针对失信信息，该条件不能满足；请删去"
            report.find("guard_about", at, text)
        if use.guard == "all_targets_acknowledged" and name is not None and not _pushed(report, name):
            text = f"{which}要看推送的回执，但此前没有任何推送，等于没有条件；请删去，或者改正动作的顺序"
            report.find("guard_never_before", at, text)


def _effects(report: Report) -> None:
    """Effects on a record that cases of this procedure do not have."""
    life = report.names.record
    if life is None or _has_record(report):
        return
    for name, action in report.procedure.action.items():
        if public := [effect for effect in action.effects if effect in life.action]:
            text = f"{report.action(name)}的效果（{'、'.join(public)}）要改动失信信息，本程序的办件却不针对失信信息，效果落空；请删去"
            report.find("effect_about", ("action", name, "effects"), text)


def _uses(report: Report) -> Iterator[tuple[tuple[str, ...], str, str | None, GuardUse]]:
    p = report.procedure
    yield from ((("filing_guards",), "提出申请", None, use) for use in p.filing_guards)
    for name, action in p.action.items():
        yield from ((("action", name, "guards"), report.action(name), name, use) for use in action.guards)


def _has_record(report: Report) -> bool:
    """Tell whether cases are about a record, or may be: of their own, of the case before, or of the one that opens them."""
    p = report.procedure
    if p.subject != "subject":
        return True
    opened = [action.opens for one in report.names.files for action in one.action.values() if action.opens is not None]
    return any(opens.procedure == p.procedure and "record" in opens.carry for opens in opened)


def _opened_by_case(report: Report) -> bool:
    """Tell whether some case of another procedure opens cases of this one: those follow from it."""
    steps = (action for one in report.names.files for action in one.action.values())
    return any(step.opens is not None and step.opens.procedure == report.procedure.procedure for step in steps)


def _pushed(report: Report, name: str) -> bool:
    p = report.procedure
    return any(PUSHED & set(p.action[step].effects) for step in before(p)[name])


def _offices(report: Report) -> None:
    p = report.procedure
    given = (p.offices.receiving, p.offices.deciding)
    for word, key in (("named", "office"), ("partner", "partner")):
        if (word in given or p.offices.providing == word) and key not in p.inputs and not p.opened_only:
            text = f"offices 写了 {word}，由填写项“{key}”写明单位，申请表却不问；请在 [inputs] 中加上"
            report.find("office_nobody", ("offices",), text)
    if "superior" in given and p.subject != "case":
        text = 'offices 写了 superior（原决定单位的上级），本程序却不针对原办件（subject 不是 "case"）；请改正'
        report.find("office_nobody", ("offices",), text)
    filers = p.filed_by or tuple(role for role in p.actor if role_side(role) == "subject")
    if "filer" in given and not p.opened_only and not any(role_side(role) == "office" for role in filers):
        text = "offices 写了 filer（提出人所在单位），提出的却都是主体一方，没有单位；请改正"
        report.find("office_nobody", ("offices",), text)

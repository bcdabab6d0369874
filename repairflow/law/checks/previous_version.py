"""A new version against those before it: what a subject had may not silently grow less."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.checks import (
    previous_added,
    previous_forms,
    previous_in_use,
    previous_steps,
    previous_unread,
    previous_whole,
)
from repairflow.law.checks.clock_lengths import length
from repairflow.law.checks.decisions import outcome_of
from repairflow.law.checks.guard_satisfiability import listed, widens
from repairflow.law.checks.previous_bases import nothing_new
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Clock, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side


def check(report: Report) -> None:
    """Find the subject's limits shortened or gone, its letters and remedies dropped, against the version it follows."""
    if report.is_record:
        return
    for old in _followed(report):
        version = f"{old.version} 版" if old.version != report.procedure.version else f"已采用的 {old.version} 版"
        for name, clock in old.clock.items():
            if role_side(clock.owner) == "subject":
                _clock(report, name, clock, version)
            elif name in report.procedure.clock:
                _office(report, name, old, version)
                _counted_time(report, name, old, version)
        for name, action in old.action.items():
            if name in report.procedure.action:
                _paper(report, name, action, old, version)
                _guards(report, name, old, version)
                _figures(report, name, old, version)
                _eyes(report, name, action, version)
        _filers(report, old, version)
        previous_steps.check(report, old, version)
        previous_whole.check(report, old, version)
        previous_forms.check(report, old, version)
        previous_added.check(report, old, version)
        previous_unread.check(report, old, version)
        if old.version == report.procedure.version:
            previous_in_use.check(report, old, version)
        if old.filing_letter is not None and report.procedure.filing_letter is None:
            text = f"提出申请时{version}出具文书“{old.filing_letter}”，本版没有了；请写 filing_letter"
            report.find("letter_dropped", ("filing_letter",), text)


def _followed(report: Report) -> list[Procedure]:
    """Return the newest earlier version, and the file that has this very version in force."""
    p = report.procedure
    same = [
        old
        for old in (*report.names.installed, *report.names.files)
        if old.procedure == p.procedure and old.digest != p.digest
    ]
    here = [old for old in same if old.version == p.version]
    base = p.version.partition(".")[0]
    earlier = sorted(
        (old for old in same if old.effective < p.effective and "." not in old.version and old.version != base),
        key=lambda old: old.effective,
    )
    return here[:1] + earlier[-1:]


def _clock(report: Report, name: str, old: Clock, version: str) -> None:
    new = report.procedure.clock.get(name)
    if new is None:
        if any(state in report.procedure.state for state in old.runs_in):
            text = f"{version}给主体的期限“{old.label}”（{name}）本版没有了，主体的期限不能减少；请恢复"
            report.find("subject_limit_less", ("clock",), text)
        return
    if old.days is None or new.days is None:
        return
    was, now = (f"{days.count} {UNIT_LABELS[days.unit]}" for days in (old.days, new.days))
    at, what = ("clock", name, "days"), f"主体的{report.clock(name)}"
    if new.days.unit != old.days.unit:
        text = f"{what}由 {was}改为 {now}（{version}），无法比较长短；请用同一单位"
        report.find("subject_limit_less", at, text)
    elif new.days.count < old.days.count:
        report.find("subject_limit_less", at, f"{what}由 {was}缩短为 {now}（{version}），减损其权利；请改回")
    if old.starts == "served" and new.starts != "served":
        text = f"{what}由自送达起算改为自文书制发起算（{version}），减损其权利；请写 starts"
        report.find("subject_limit_less", ("clock", name), text)


def _office(report: Report, name: str, before: Procedure, version: str) -> None:
    """Check that an office's limit grows only where its basis has changed."""
    new, old = report.procedure.clock[name], before.clock[name]
    if old.days is None or new.days is None or not nothing_new(report.procedure, new.basis, old.basis, before):
        return
    if new.days.unit != old.days.unit:
        was, now = (f"{days.count} {UNIT_LABELS[days.unit]}" for days in (old.days, new.days))
        text = (
            f"机关的{report.clock(name)}由 {was}改为 {now}（{version}），依据却没有变；请用同一单位，或者写明新的依据"
        )
        report.find("longer_than_basis", ("clock", name, "days"), text)
    if new.days.count > old.days.count:
        was, now = (f"{days.count} {UNIT_LABELS[days.unit]}" for days in (old.days, new.days))
        text = f"机关的{report.clock(name)}由 {was}延长为 {now}（{version}），依据却没有变；请改回，或者写明新的依据"
        report.find("longer_than_basis", ("clock", name, "days"), text)


def _filers(report: Report, old: Procedure, version: str) -> None:
    """Check that who could file for itself still can."""
    p = report.procedure

    def own(one: Procedure) -> bool:
        return not one.opened_only and any(role_side(role) == "subject" for role in one.filed_by or tuple(one.actor))

    if own(old) and not own(p):
        text = f"{version}可以由当事人自己提出申请，本版不可以了，减损其权利；请在 filed_by 中恢复"
        report.find("filing_narrowed", ("filed_by",), text)


def _counted_time(report: Report, name: str, before: Procedure, version: str) -> None:
    """Check that an office's limit does not stand still, or end earlier, where it ran before, unless its basis has changed."""
    p, new, old = report.procedure, report.procedure.clock[name], before.clock[name]
    if not nothing_new(p, new.basis, old.basis, before):
        return
    known = set(p.state)
    if idle := [s for s in new.pauses_in if s in old.runs_in]:
        text = f"机关的{report.clock(name)}在{report.states(idle)}由计算改为中止（{version}），依据却没有变；请改回，或者写明新的依据"
        report.find("longer_than_basis", ("clock", name, "pauses_in"), text)
    elif anew := [s for s in old.pauses_in if s in known and s not in (*new.pauses_in, *new.runs_in)]:
        text = f"机关的{report.clock(name)}在{report.states(anew)}原来中止计算（{version}），本版不中止，回来以后重新计算，总时间更长"
        report.find("longer_than_basis", ("clock", name, "pauses_in"), f"{text}；请恢复，或者写明新的依据")
    elif gone := [s for s in old.runs_in if s in known and s not in (*new.runs_in, *new.pauses_in)]:
        text = f"机关的{report.clock(name)}在{report.states(gone)}不再计算（{version}），依据却没有变；请改回，或者写明新的依据"
        report.find("longer_than_basis", ("clock", name, "runs_in"), text)
    elif more := [s for s in new.pauses_in if s in known and s not in (*old.pauses_in, *old.runs_in)]:
        text = f"机关的{report.clock(name)}在{report.states(more)}新增了中止（{version}），依据却没有变；请改回，或者写明新的依据"
        report.find("longer_than_basis", ("clock", name, "pauses_in"), text)


def _guards(report: Report, name: str, before: Procedure, version: str) -> None:
    """Check that a condition falls away only where the step rests on another basis; then somebody is to look at it."""
    new, old = report.procedure.action[name], before.action[name]
    same = nothing_new(report.procedure, new.basis, old.basis, before)
    gone = [use for use in old.guards if use.guard not in {now.guard for now in new.guards}]
    for use in gone:
        wider = next((now for now in new.guards if now not in old.guards and widens(now.guard, use.guard)), None)
        if wider is not None and not same:
            text = f"{report.action(name)}的{report.guard(use.guard)}（{version}）放宽为{report.guard(wider.guard)}"
            text += "；请核对新的依据是否这样规定"
            report.hint("guard_changed", ("action", name, "guards"), text)
            gone = [one for one in gone if one != use]
    if not gone:
        return
    which = "、".join(dict.fromkeys(report.guard(use.guard) for use in gone))
    at = ("action", name, "guards")
    if same:
        text = f"{report.action(name)}在{version}的{which}本版没有了，依据却没有变；请恢复，或者写明新的依据"
        report.find("guard_dropped", at, text)
    else:
        report.hint(
            "guard_dropped", at, f"{report.action(name)}在{version}的{which}本版没有了；请核对新的依据是否这样规定"
        )


def _figures(report: Report, name: str, last: Procedure, version: str) -> None:
    """Check that a condition keeps its figures, and an extension its length, while the basis of the step stays the same."""
    new, old, what = report.procedure.action[name], last.action[name], report.action(name)
    if not nothing_new(report.procedure, new.basis, old.basis, last):
        return
    for use in old.guards:
        there = [now for now in new.guards if now.guard == use.guard]
        if there and use not in there:
            was, now = (_said(one.parameters) for one in (use, there[0]))
            text = f"{what}的{report.guard(use.guard)}由 {was} 改为 {now}（{version}），依据却没有变；请改回，或者写明新的依据"
            report.find("guard_changed", ("action", name, "guards"), text)
    before, after = (length(one.extends) if one.extends is not None else None for one in (old, new))
    if before is not None and after is not None and after[0] == before[0] and after[1] > before[1]:
        unit = UNIT_LABELS[before[0]]
        text = f"{what}的延长由 {before[1]} {unit}改为 {after[1]} {unit}（{version}），依据却没有变；请改回"
        report.find("longer_than_basis", ("action", name, "extends"), text)


def _said(parameters: Mapping[str, object]) -> str:
    return "、".join(f"{key} = {'、'.join(listed(value))}" for key, value in parameters.items()) or "（没有参数）"


def _eyes(report: Report, name: str, old: Action, version: str) -> None:
    """Nobody is let out of the people a step must differ from while what they do is still there."""
    p = report.procedure
    gone = [step for step in old.distinct_from if step in p.action and step not in p.action[name].distinct_from]
    if gone:
        steps = "、".join(map(report.action, gone))
        text = f"{report.action(name)}在{version}须与办理{steps}的人不同，本版不要求了；请在 distinct_from 中恢复"
        report.find("four_eyes_less", ("action", name, "distinct_from"), text)


def _paper(report: Report, name: str, old: Action, before: Procedure, version: str) -> None:
    new = report.procedure.action[name]
    at, what = ("action", name), report.action(name)
    if old.letter is not None and new.letter is None:
        report.find("letter_dropped", at, f"{what}在{version}出具文书“{old.letter}”，本版没有了；请写 letter")
    elif old.letter is not None and new.letter != old.letter:
        text = f"{what}在{version}出具文书“{old.letter}”，本版改为“{new.letter}”，依据却没有变；请改回"
        if nothing_new(report.procedure, new.basis, old.basis, before):
            report.find("letter_dropped", (*at, "letter"), text)
    gone = [remedy for remedy in old.remedy if remedy not in new.remedy]
    if gone and outcome_side(outcome_of(before, old)) == outcome_side(outcome_of(report.procedure, new)):
        text = f"{what}在{version}告知的救济途径（{'、'.join(gone)}）本版没有了；请在 remedy 中恢复"
        report.find("remedy_dropped", at, text)

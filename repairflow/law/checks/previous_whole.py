"""A new version as a whole against the one before: its subject, offices and kinds, the filing, letters' ways, the subject's clocks.

A file of a version that is in use already may differ from it in none of these; of a later version a person looks at them.
"""

from __future__ import annotations

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.checks.guard_satisfiability import widens
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Clock, Procedure
from repairflow.law.procedure.roles import role_side

SUBJECTS = {"record": "一条信息", "subject": "一个主体", "case": "另一办件"}


def check(report: Report, old: Procedure, version: str) -> None:
    """Everything that changed of the procedure itself against `old`, which messages call `version`."""
    p = report.procedure
    tell = report.find if old.version == p.version else report.hint
    if p.subject != old.subject:
        text = f"{version}办理的是{SUBJECTS[old.subject]}，本版改为{SUBJECTS[p.subject]}，已有的步骤和文书不再适用；请改回 subject"
        report.find("whole_turned", ("subject",), text)
    if old.confidential and not p.confidential:
        text = f"{version}对被反映的单位保密，本版不保密了；请恢复 confidential = true"
        report.find("whole_turned", ("confidential",), text)
    if p.offices != old.offices:
        text = f"受理、决定或者提供信息的单位与{version}不同（offices）；请核对依据，或者改回"
        tell("whole_turned", ("offices",), text)
    if gone := [label for code, label in old.kinds.items() if code not in p.kinds]:
        tell("whole_turned", ("kinds",), f"{version}的种类（{'、'.join(gone)}）本版没有了；请恢复，或者核对依据")
    if gone := [item.label for name, item in old.inputs.items() if name not in p.inputs]:
        tell("input_dropped", ("inputs",), f"提出时{version}填写的“{'、'.join(gone)}”本版不问了；请恢复，或者核对依据")
    if free := [i.label for n, i in old.inputs.items() if i.required and n in p.inputs and not p.inputs[n].required]:
        text = f"提出时{version}须填写的“{'、'.join(free)}”本版可以不填；请恢复，或者核对依据"
        tell("input_dropped", ("inputs",), text)
    more = [item.label for name, item in p.material.items() if item.required and not _required(old, name)]
    if more:
        text = f"提出时{version}不须提交的材料（{'、'.join(more)}）本版必需，当事人的负担重了；请改为可以不交，或者核对依据"
        tell("filing_narrowed", ("material",), text)
    _read_now(report, old, version)
    _filing(report, old, version)
    _letters(report, old, version)
    for name, clock in old.clock.items():
        if name in p.clock and role_side(clock.owner) == "subject":
            _subject_clock(report, name, clock, version)


def _required(p: Procedure, name: str) -> bool:
    return name in p.material and p.material[name].required


def _filing(report: Report, old: Procedure, version: str) -> None:
    """Conditions of filing that came, went, or gave way to wider ones."""
    p = report.procedure
    tell = report.find if old.version == p.version else report.hint
    more = [use for use in p.filing_guards if use not in old.filing_guards]
    less = [use for use in old.filing_guards if use not in p.filing_guards]
    for use in tuple(less):
        wider = next((now for now in more if widens(now.guard, use.guard)), None)
        if wider is not None and old.version != p.version:
            text = f"提出申请的{report.guard(use.guard)}（{version}）放宽为{report.guard(wider.guard)}；请核对依据"
            report.hint("guard_changed", ("filing_guards",), text)
            more.remove(wider)
            less.remove(use)
    if more:
        which = "、".join(report.guard(use.guard) for use in more)
        text = f"提出申请比{version}增加了{which}，能够提出的人少了；请删去，或者核对依据"
        tell("filing_narrowed", ("filing_guards",), text)
    if less:
        which = "、".join(report.guard(use.guard) for use in less)
        tell("guard_dropped", ("filing_guards",), f"提出申请在{version}的{which}本版没有了；请恢复，或者核对依据")


def _letters(report: Report, old: Procedure, version: str) -> None:
    """Whom a letter goes to, who gets a copy, whether it is served: none of these falls away quietly."""
    p = report.procedure
    tell = report.find if old.version == p.version else report.hint
    written = {action.letter for action in p.action.values()} | {p.filing_letter}
    unserved, uncopied, elsewhere = [], [], []
    for kind, form in p.letters.items():
        known = old.letters[kind].copies if kind in old.letters else ()
        if kind in written and (more := [who for who in form.copies if who not in known]) and _written(old, kind):
            text = f"文书 {kind} 在{version}不抄送 {'、'.join(more)}，本版抄送；知道的人多了，请核对依据"
            report.hint("letter_form_more", ("letters", kind), text)
    for kind, form in old.letters.items():
        if kind not in written:
            continue
        new = p.letters.get(kind)
        if form.served and not (new is not None and new.served):
            unserved.append(kind)
        if lost := [who for who in form.copies if new is None or who not in new.copies]:
            uncopied.append(f"{kind}（{'、'.join(lost)}）")
        if (new.to if new is not None else "subject") != form.to:
            elsewhere.append(kind)
    for kinds, said in (
        (unserved, "须送达（served），本版没有写；请恢复"),
        (uncopied, "须抄送，本版没有了；请恢复 copies"),
        (elsewhere, "的受文者与本版不同；请改回 to，或者核对依据"),
    ):
        if kinds:
            tell(
                "letter_form_less",
                ("letters", kinds[0].partition("（")[0]),
                f"文书 {'、'.join(kinds)} 在{version}{said}",
            )


def _subject_clock(report: Report, name: str, old: Clock, version: str) -> None:
    """Check that the subject's time still stands still where it did, begins no earlier, and its end means no more than it did."""
    p, new = report.procedure, report.procedure.clock[name]
    known, what = set(p.state), f"主体的{report.clock(name)}"
    if lost := [state for state in old.pauses_in if state in known and state not in new.pauses_in]:
        text = f"{what}在{version}于{report.states(lost)}中止计算，本版不中止了，减损其权利；请恢复 pauses_in"
        report.find("subject_limit_less", ("clock", name, "pauses_in"), text)
    if more := [state for state in new.runs_in if state in known and state not in old.runs_in and _there(old, state)]:
        text = f"{what}本版在{report.states(more)}也计算，{version}不计算，减损其权利；请改回 runs_in"
        report.find("subject_limit_less", ("clock", name, "runs_in"), text)
    if old.remind and not new.remind:
        text = f"{what}在{version}届满前提醒当事人，本版不提醒了，减损其权利；请恢复 remind"
        report.find("subject_limit_less", ("clock", name, "remind"), text)
    if old.overdue == "escalate" and new.overdue != "escalate":
        text = f"{what}届满在{version}只督办，本版由系统办理{report.action(new.overdue)}，减损其权利；请改回 overdue"
        report.find("subject_limit_less", ("clock", name, "overdue"), text)
    if (old.days is None) != (new.days is None):
        length = f"{old.days.count} {UNIT_LABELS[old.days.unit]}" if old.days is not None else "由办件写明的日期"
        text = f"{what}在{version}是{length}，本版换了算法，无法比较长短；请改回"
        report.find("subject_limit_less", ("clock", name), text)
    if old.days is not None and new.days is not None and old.days.input and not new.days.input:
        text = f"{what}在{version}可以由“{old.days.input}”另定，本版不能了；请恢复 input"
        report.find("subject_limit_less", ("clock", name, "days"), text)


def _written(p: Procedure, kind: str) -> bool:
    return kind == p.filing_letter or any(action.letter == kind for action in p.action.values())


def _read_now(report: Report, old: Procedure, version: str) -> None:
    """Articles that nobody had read in the version before, and somebody has: another person looks at the text, too."""
    for name, basis in report.procedure.basis.items():
        if basis.verified and name in old.basis and not old.basis[name].verified:
            text = (
                f"依据“{name}”（{basis.citation}）在{version}没有核对，本版写明由{basis.read_by}核对；请另一人对照原文"
            )
            report.hint("basis_now_read", ("basis", name), text)


def _there(clock: Clock, state: str) -> bool:
    """Tell whether a state was no part of the clock's run before; one in which it stood still is told by `pauses_in`."""
    return state not in clock.pauses_in

"""Guards: do their parameters name something, can they hold together, and does what they look at ever come to be."""

from __future__ import annotations

from repairflow.law.checks.guard_parameters import faults
from repairflow.law.checks.guard_satisfiability import clashes, listed
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import before, possible_answers
from repairflow.law.guards.reads import READINGS, Needs
from repairflow.law.procedure.model import Action, GuardUse

PAST = ("times_done", "conditions_confirmed", "input_was", "not_yet_done", "times_below", "list_window_done")
"""Guards that look back at one step of this case and say nothing where it cannot have been taken."""


OF_A_CASE = (
    "supplement_not_yet_requested", "new_material_supplied", "clock_not_yet_extended", "clock_not_yet_over",
    "all_targets_acknowledged", "superior_consented", "commitment_given", "not_the_filer", "rescheduled_within",
)  # fmt: skip
"""Guards that look at what a case has come to, and so say nothing of one that is not there yet."""


MUST_ANSWER = frozenset(
    {"ground_is_objectionable", "measure_is_recommended", "two_interviewers", "notice_lead_time", "rescheduled_within"}
)
"""Guards that fail for good where their question was left open."""


OF_A_LIST = frozenset({
    "maximum_stay_over", "list_window_done", "superior_consented", "record_on_list", "record_off_list",
    *(name for name, reading in READINGS.items() if "list" in reading.facts),
})  # fmt: skip
"""Guards that look at the list (名单) a case is about."""
LIST_EFFECTS = frozenset({"enter_list", "leave_list", "expire_from_list", "annul_listing"})


def check(report: Report) -> None:
    """Find every guard that is written wrong, never holds, or says nothing."""
    p = report.procedure
    _together(report, p.filing_guards, ("filing_guards",), "提出申请")
    for use in p.filing_guards:
        _one(report, None, use, ("filing_guards",), "提出申请")
    _twice(report, p.filing_guards, ("filing_guards",), "提出申请")
    for name, action in p.action.items():
        at, what = ("action", name, "guards"), report.action(name)
        _together(report, action.guards, at, what)
        _twice(report, action.guards, at, what)
        for use in action.guards:
            _one(report, name, use, at, what)


def _one(report: Report, name: str | None, use: GuardUse, at: tuple[str, ...], what: str) -> None:
    reading = READINGS.get(use.guard)
    if reading is None:
        return  # reported as an unknown name
    wrong = faults(report, name, use)
    for text in wrong:
        report.find("guard_parameters", at, f"{what}的{report.guard(use.guard)}{text}")
    if wrong:
        return
    if use.guard in OF_A_LIST and not _about_a_list(report):
        text = f"{what}的{report.guard(use.guard)}要看名单，本程序却不办理名单，该条件永远不能满足；请删去"
        report.find("guard_list", at, text)
        return
    for need in reading.needs:
        _need(report, name, use, need, at, what)
    if name is not None:
        _looks_back(report, name, use, at, what)
    elif use.guard in (*PAST, *OF_A_CASE):
        text = (
            f"{what}的{report.guard(use.guard)}要看办件的经过，提出申请时还没有办件；请删去，或者写在动作的 guards 中"
        )
        report.find("guard_never_before", at, text)


def _about_a_list(report: Report) -> bool:
    """Tell whether cases of this procedure are about a list: a form asks which, or a step enters one or leaves it."""
    p = report.procedure
    asked = any("list_kind" in form for form in (p.inputs, *(action.inputs for action in p.action.values())))
    return asked or any(LIST_EFFECTS & set(action.effects) for action in p.action.values())


def _twice(report: Report, uses: tuple[GuardUse, ...], at: tuple[str, ...], what: str) -> None:
    for index, use in enumerate(uses):
        if use in uses[:index]:
            report.find(
                "guard_twice", at, f"{what}的{report.guard(use.guard)}写了两次；请删去一处，或者改正其中一处的参数"
            )


def _together(report: Report, uses: tuple[GuardUse, ...], at: tuple[str, ...], what: str) -> None:
    if any(faults(report, None, use) for use in uses if use.guard in READINGS):
        return
    for names in clashes(uses, report.procedure, report.names.packs_for(report.procedure)):
        which = "和".join(map(report.guard, names))
        why = "永远不能满足" if len(names) == 1 else "互相排斥，不能同时满足"
        report.find("guards_exclude", at, f"{what}的{which}{why}，该动作永远不能办理；请删去其中之一或者改正参数")


def _need(report: Report, name: str | None, use: GuardUse, need: Needs, at: tuple[str, ...], what: str) -> None:
    p, wanted = report.procedure, need.name
    if wanted.startswith("{"):
        wanted = str(use.parameters[wanted[1:-1]])
    step = p.action.get(name) if name is not None else None
    if need.source == "filing":
        forms = [p.inputs]
    elif need.source == "step":
        forms = [step.inputs if step is not None else p.inputs]
    elif need.source == "named":
        forms = [p.action[str(use.parameters["action"])].inputs]
    else:
        forms = [p.inputs, *(p.action[a].inputs for a in p.action if name is not None and a in before(p)[name])]
        forms += [step.inputs] if step is not None else []
    kinds = {form[wanted].kind for form in forms if wanted in form}
    if not kinds:
        if _elsewhere(report, wanted):
            return
        report.find(
            "guard_input",
            at,
            f"{what}的{report.guard(use.guard)}要看填写项“{wanted}”，但此前没有一张表单要求填写；请在 inputs 中加上",
        )
    elif use.guard in MUST_ANSWER and not any(form[wanted].required for form in forms if wanted in form):
        text = f"{what}的{report.guard(use.guard)}要看填写项“{wanted}”，表单却可以不填，不填的永远办不下去；请删去 required = false"
        report.find("guard_input", at, text)
    elif not kinds <= set(need.kinds):
        given = "、".join(sorted(kinds - set(need.kinds)))
        report.find(
            "guard_input_kind", at,
            f"{what}的{report.guard(use.guard)}把填写项“{wanted}”当作 {'或者 '.join(need.kinds)}，表单却写 kind = {given}；请改正 kind",
        )  # fmt: skip


def _elsewhere(report: Report, wanted: str) -> bool:
    """Tell whether another procedure that opens this one brings the fact along."""
    opened = [
        action.opens
        for p in report.names.files
        for action in p.action.values()
        if action.opens is not None and action.opens.procedure == report.procedure.procedure
    ]
    return any(wanted in (*opens.carry, *opens.set) for opens in opened)


def _looks_back(report: Report, name: str, use: GuardUse, at: tuple[str, ...], what: str) -> None:
    p, action = report.procedure, report.procedure.action[name]
    which = f"{what}的{report.guard(use.guard)}"
    if use.guard == "supplement_not_yet_requested" and "request_supplement" not in p.action:
        report.find("guard_never_before", at, f"{which}只看动作 request_supplement，本文件没有这个动作，等于没有条件")
    if use.guard in PAST:
        step = str(use.parameters["action"])
        if step not in before(p)[name]:
            report.find(
                "guard_never_before", at, f"{which}要看的{report.action(step)}不可能在此之前办理；请改正 action"
            )
    if use.guard in {"superior_consented", "commitment_given"} and str(use.parameters["action"]) not in before(p)[name]:
        report.find(
            "guard_never_before", at, f"{which}要看的{report.action(str(use.parameters['action']))}不可能在此之前办理"
        )
    if READINGS[use.guard].parameters.get("clock") == "clock":
        _clock(report, action, use, at, which)
    if use.guard in {"input_was", "input_was_not"}:
        _said(report, use, at, which)


def _clock(report: Report, action: Action, use: GuardUse, at: tuple[str, ...], which: str) -> None:
    p = report.procedure
    name = str(use.parameters.get("clock") or (action.extends.clock if action.extends is not None else ""))
    clock = p.clock.get(name)
    if clock is None:
        report.find("guard_clock", at, f"{which}没有写明看哪个期限；请写 clock")
    elif action.extends is not None and name != action.extends.clock:
        other = report.clock(action.extends.clock)
        report.find(
            "guard_other_clock", at, f"{which}看的是{report.clock(name)}，该动作延长的却是{other}；请写同一期限"
        )
    elif use.guard == "clock_not_yet_extended" and not any(
        a.extends is not None and a.extends.clock == name for a in p.action.values()
    ):
        report.find("guard_clock", at, f"{which}看的{report.clock(name)}没有动作延长，等于没有条件；请改正 clock")
    elif use.guard == "clock_not_yet_over":
        idle = [s for s in action.from_ if s in p.state and s not in (*clock.runs_in, *clock.pauses_in)]
        if idle:
            states = report.states(idle)
            report.find("guard_clock", at, f"{which}看的{report.clock(name)}在{states}不计算，该条件在那里永远不能满足")


def _said(report: Report, use: GuardUse, at: tuple[str, ...], which: str) -> None:
    step, wanted = str(use.parameters["action"]), str(use.parameters["input"])
    item = report.procedure.action[step].inputs.get(wanted)
    if item is None:
        return
    known = possible_answers(item, report.names.packs_for(report.procedure))
    for value in listed(use.parameters["value"]):
        if known and value.lower() not in known:
            report.find(
                "guard_value",
                at,
                f"{which}的 value = “{value}”不在“{item.label}”的选项中；可用的有：{'、'.join(sorted(known))}",
            )

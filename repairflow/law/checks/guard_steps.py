"""Guards that look at a step: not at their own, not at one that says nothing of what they ask, not at how long the office took."""

from __future__ import annotations

from repairflow.law.checks.decisions import by_office
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, GuardUse

DONE = frozenset({
    "opinion_given", "commitment_given", "list_window_done", "superior_consented", "conditions_confirmed", "input_was",
    "asked_and_unanswered",
})  # fmt: skip
"""Guards that want their step to have been taken: at that step itself they never hold the first time."""
ASKS = {"list_window_done": "window_days", "superior_consented": "consent_number", "opinion_given": "opinion"}
"""What the form of the step must ask for the guard to say what its name says."""
ALWAYS = ("list_kind_known", "opinion_given")
ADVERSE = ("linked_person_named", "list_window_done")
"""What the lists of a rule pack may want before somebody stands on them; each holds where the list does not want it."""
LEAVING = frozenset({"leave_list", "expire_from_list", "annul_listing"})
CODES = {"accurate": "against", "unverifiable": "against", "inaccurate": "for", "baseless": "for"}
"""For whom each finding of whoever provided the information speaks (清单 findings)."""


def check(report: Report) -> None:
    """Guards that name the wrong step."""
    p = report.procedure
    if report.is_record:
        return
    for name, action in p.action.items():
        _listed(report, name, action)
        for use in action.guards:
            _step(report, name, use)
            if (
                use.guard == "clock_not_yet_extended"
                and action.extends is None
                and (action.to is not None or by_office(action))
            ):
                text = f"{report.action(name)}不延长期限，{report.guard(use.guard)}却使它在机关延长期限以后不能再办；请删去"
                report.find("closed_by_time", ("action", name, "guards"), text)


def _listed(report: Report, name: str, action: Action) -> None:
    """Find a step that puts somebody on a list and does not ask what lists of the pack want first."""
    given = {use.guard for use in action.guards}
    wanted = ALWAYS if "list_is_favourable" in given else ALWAYS + ADVERSE
    lost = [guard for guard in wanted if guard not in given]
    if "enter_list" in action.effects and lost:
        text = f"{report.action(name)}把主体记入名单，却不看{'、'.join(map(report.guard, lost))}，规则包对名单的要求就落空了"
        report.find("list_conditions", ("action", name, "guards"), f"{text}；请在 guards 中写上")
    if "record_off_list" in given and LEAVING & set(action.effects):
        text = f"{report.action(name)}使主体离开名单，却以{report.guard('record_off_list')}为条件，在名单上的反而不能办"
        report.find("list_conditions", ("action", name, "guards"), f"{text}；请改为 record_on_list，或者删去")


def _step(report: Report, name: str, use: GuardUse) -> None:
    p, at = report.procedure, ("action", name, "guards")
    step = p.action.get(str(use.parameters.get("action", "")))
    if use.guard in DONE and step is p.action[name]:
        text = f"{report.action(name)}的{report.guard(use.guard)}要看的就是它自己，第一次永远不能办；请改正 action"
        report.find("guard_never_before", at, text)
    wanted = ASKS.get(use.guard)
    if wanted is not None and step is not None and wanted not in step.inputs:
        text = f"{report.action(name)}的{report.guard(use.guard)}要看的{report.action(str(use.parameters['action']))}没有填写项“{wanted}”"
        report.find("guard_input", at, f"{text}，不是它要看的动作；请改正 action")


def finding_sides(report: Report, action: Action) -> set[str]:
    """For whom the findings speak that a step waits for; empty where it waits for none."""
    p = report.procedure
    found = set()
    for use in action.guards:
        step = p.action.get(str(use.parameters.get("action", "")))
        item = step.inputs.get(str(use.parameters.get("input", ""))) if step is not None else None
        if item is None or item.choices != "findings":
            continue
        said = str(use.parameters.get("value"))
        if use.guard == "input_was":
            found.add(CODES.get(said, ""))
        elif use.guard == "input_was_not":
            found |= {side for code, side in CODES.items() if code != said}
    return found - {""}

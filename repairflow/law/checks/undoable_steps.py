"""Steps that may be taken back (撤回上一步): an opinion or a file passed on within one office, of which nobody outside heard.

What a letter, a record, another case or a limit came of, or what tells of something outside the office (an objection entered,
a person who did not come, a day on which another decided), is corrected by the procedure's own steps, never as if it had not been.
"""

from __future__ import annotations

from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import OFFICE_ROLES, SYSTEM, role_side
from repairflow.law.procedure.turns import awaited, waits_for_subject

OUTSIDE = frozenset({"date", "datetime", "material", "gaps", "corrections"})
"""Kinds of answers that tell of something beside the case: a day on which something happened, a paper, what the subject is asked
for, what a record shall say."""


def check(report: Report) -> None:
    """Find steps that say `undoable` and must not be; nothing where a step leads to a state that is not there, which is found."""
    p = report.procedure
    if any(action.to is not None and action.to not in p.state for action in p.action.values()):
        return
    for name, action in p.action.items():
        if not action.undoable:
            continue
        why = ["失信信息自身的动作不是办理步骤"] if report.is_record else reasons(p, action)
        if why:
            text = f"{report.action(name)}写了 undoable = true，但{'；'.join(why)}；请删去 undoable"
            report.find("undoable_step", ("action", name, "undoable"), text)


def reasons(p: Procedure, action: Action) -> list[str]:
    """Return why a step cannot be one that is taken back; nothing where it can."""
    lasting = action.letter, action.effects, action.opens, action.extends
    told = [spec for spec in action.inputs.values() if spec.vaulted or spec.kind in OUTSIDE]
    brought = action.materials or any(use.guard == "new_material_supplied" for use in action.guards)
    found = [
        ("它制发文书，或者对信息、期限、其他办件产生效果", any(lasting)),
        ("它由当事人、群众、系统或者其他单位办理", _office_of(p, action.by) is None or bool(action.on)),
        ("它填写的是外部事实（日期、材料）或者须密封的内容", bool(told or brought)),
    ]
    target = p.state.get(action.to or "")
    if action.to is None or target is None or target.final or action.to in action.from_:
        return [text for text, so in found if so] + ["它没有把办件转给另一环节，或者使办件终结"]
    sources = [state for state in action.from_ if state in p.state]
    onward = awaited(p, action.to) - {SYSTEM}
    found += [
        ("它由一个单位转给另一个单位，或者轮到当事人", _office_of(p, (*action.by, *sorted(onward))) is None),
        ("办完以后主体才看得到办件", any(p.state[one].internal for one in sources) and not target.internal),
        ("办完以后计算主体的期限，或者向社会公示", waits_for_subject(p, action.to)),
        ("期限由此起算", any(_begins(p, action.to, one) for one in sources)),
    ]
    return [text for text, so in found if so]


def _office_of(p: Procedure, roles: tuple[str, ...]) -> str | None:
    """Return the one office of a case whose posts these all are; None where they are several, or some are nobody's post."""
    if any(role_side(role) != "office" or role not in OFFICE_ROLES for role in roles):
        return None
    offices = {"receiving": p.offices.receiving, "deciding": p.offices.deciding}
    of = {offices.get(OFFICE_ROLES[role]) for role in roles}
    return of.pop() if len(of) == 1 else None


def _begins(p: Procedure, state: str, before: str) -> bool:
    """Tell whether a limit begins where the case comes from `before` to `state`."""
    return any(state in c.runs_in and before not in (*c.runs_in, *c.pauses_in) for c in p.clock.values())

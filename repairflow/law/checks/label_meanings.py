"""Names beside what they name: a button says what it brings about, a role what it is, and no two names have been exchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repairflow.law.checks import role_words
from repairflow.law.checks.decisions import outcome_of
from repairflow.law.checks.label_days import no_days, other_days
from repairflow.law.checks.label_parts import bare
from repairflow.law.checks.label_tone import HARSH, PARTLY, PLAIN_YES, leaning
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.letter_kinds import SAYS
from repairflow.law.procedure.model import Action, Input, Procedure
from repairflow.law.procedure.roles import SYSTEM, outcome_side, role_side
from repairflow.law.procedure.vocabulary import HARMFUL, shipped

BACK = ("不", "未", "无", "非", "撤", "退", "终止", "放弃", "超出")
NOT_TAKEN_UP = ("不予受理", "不受理", "不予登记", "不予接收")


def check(report: Report) -> None:
    """Find steps, roles and other names that say the opposite of what they stand for."""
    p = report.procedure
    if report.is_record:
        return
    for name, action in p.action.items():
        for why in _wrong(report, action):
            text = f"{report.action(name)}的名称与它所办的相反：{why}；请改正名称，或者改正 to 和 letter"
            report.find("label_turned", ("action", name), text)
    for text in no_days(p.label):
        report.find("label_day", ("label",), text)
    for text in other_days(p.label, p.effective, p.until):
        report.hint("label_day", ("label",), text)
    _refusals(report)
    _roles(report)
    _exchanged(report)


def _wrong(report: Report, action: Action) -> Iterator[str]:
    p, label = report.procedure, action.label
    outcome = outcome_of(p, action)
    side, tone = outcome_side(outcome), leaning(label)
    takes = _takes(label)
    harsh = any(word in label for word in HARSH) and not any(word in label for word in HARMFUL)
    says = SAYS.get(action.letter or "")
    end = report.state(action.to or "")
    if side == "for" and any(PARTLY in said for said in (label, _end_label(p, action))):
        yield f"{end}对主体有利，名称说的却是一部分，其余部分没有得到支持（结果用 partly）"
    if side == "against" and tone == 1 and any(word in label for word in PLAIN_YES):
        yield f"{end}对主体不利"
    elif outcome == "refused" and takes:
        yield f"{end}是不予受理"
    elif outcome == "withdrawn" and takes:
        yield f"{end}是撤回"
    elif side == "for" and harsh and files_itself(p):
        yield f"{end}对主体有利"
    elif side is None and says in {"taken_up", "for"} and harsh:
        yield f"文书“{action.letter}”告知的是受理或者准予"
    elif side is None and says in {"not_taken_up", "against"} and takes:
        yield f"文书“{action.letter}”告知的是不予受理或者不利的决定"
    elif outcome is None and action.to is not None and any(word in label for word in NOT_TAKEN_UP):
        yield f"办件继续到{end}"
    elif outcome is None and label.startswith("准予") and not action.letter and not action.effects:
        yield f"它不作出决定，办件继续到{end}"


def _end_label(procedure: Procedure, action: Action) -> str:
    """Return what the state is called that an action leads to; empty where it stays."""
    state = procedure.state.get(action.to or "")
    return state.label if state is not None else ""


def _takes(label: str) -> bool:
    """Tell whether a name says that something is taken up or granted, and nothing in it takes that back (不属于受理范围、撤回更正)."""
    return any(word in label for word in (*PLAIN_YES, "受理")) and not any(word in label for word in BACK)


def _refusals(report: Report) -> None:
    """Check that a case that was not taken up says so where it ends."""
    for name, state in report.procedure.state.items():
        if state.outcome == "refused" and _takes(state.label):
            text = f"{report.state(name)}的 outcome 是不予受理（refused），名称却看不出来；请改正名称或者 outcome"
            report.find("label_turned", ("state", name), text)


def _roles(report: Report) -> None:
    """Roles called as if they stood on the other side, or by what another role is called."""
    actor, words = report.procedure.actor, shipped().role
    theirs = {entry.label: code for code, entry in words.items()}
    for role, label in actor.items():
        other = theirs.get(label.strip())
        inner = next((one for one, called in actor.items() if one != role and within(called, label)), None)
        side = role_side(role)
        if side == "system" and "系统" not in label:
            _turned(report, role, "是系统，没有人办理")
        elif side == "subject" and role_words.of_office(label):
            _turned(report, role, "是主体一方")
        elif side == "office" and role_words.of_subject(label):
            _turned(report, role, "是机关的岗位")
        elif other not in (None, role, SYSTEM) and role in words and not _alike(role, str(other)):
            _turned(report, role, f"是“{words[role].label}”，这个名称是另一角色 {other} 的")
        elif inner is not None and not _alike(role, inner):
            _turned(report, role, f"的名称包含另一角色 {inner} 的名称“{actor[inner]}”")


def within(called: str, label: str) -> bool:
    """Tell whether a name is another one with a sign or two before or behind it (批准人员 beside 批准人)."""
    return (len(called) > 2 and called in label and 0 < len(label) - len(called) < 3) or called == bare(label) != label


def _alike(one: str, other: str) -> bool:
    """Tell whether two roles do the same at different offices, so that one name does for both (受理人员、核查人员)."""
    same = ({"registrar", "acceptor"}, {"checker", "examiner", "handler"}, {"supervisor", "head"})
    return any({one, other} <= some for some in same)


def _turned(report: Report, role: str, why: str) -> None:
    report.find("label_turned", ("actor", role), f"角色{report.role(role)}{why}，名称会使人误认；请改正")


def _exchanged(report: Report) -> None:
    """Names that another version gives to another thing of the same sort."""
    p = report.procedure
    for old in _relatives(report):
        for table, sort in TABLES.items():
            for code, other in exchanged(_labels(p, table), _labels(old, table)):
                label = _labels(p, table)[code]
                text = f"{sort}“{code}”改称“{label}”，这在 {old.version} 版是“{other}”的名称，意思颠倒了；请改正"
                report.find("label_turned", (*_place(table), code), text)


TABLES: Mapping[str, str] = {
    "actor": "角色", "kinds": "种类", "state": "环节", "action": "动作", "clock": "期限", "material": "材料", "inputs": "填写项",
}  # fmt: skip


def exchanged(now: Mapping[str, str], was: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Codes that bear now what another one that is still there was called, each with that other."""
    owners = {label: code for code, label in was.items()}
    for code, label in now.items():
        other = owners.get(label)
        if code in was and was[code] != label and other in now and other != code and now[str(other)] != label:
            yield code, str(other)


def _relatives(report: Report) -> list[Procedure]:
    p = report.procedure
    same = [one for one in (*report.names.installed, *report.names.files) if one.procedure == p.procedure]
    return [one for one in same if one.digest != p.digest and "." not in one.version]


def _labels(p: Procedure, table: str) -> dict[str, str]:
    if table == "actor":
        return dict(p.actor)
    if table == "kinds":
        return dict(p.kinds)
    if table == "inputs":
        forms = (p.inputs, *(action.inputs for action in p.action.values()))
        return {name: item.label for form in forms for name, item in form.items()}
    entries: Mapping[str, Input] = getattr(p, table)
    return {code: entry.label for code, entry in entries.items()}


def _place(table: str) -> tuple[str, ...]:
    return (table,)

"""Answers and what rests on them: a yes opens the good end, each answer its own step, and two good ends rest on no contrary past."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from repairflow.law.checks.decisions import by_office, side_of, weighs
from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.guard_satisfiability import listed
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, GuardUse, Input, Procedure
from repairflow.law.procedure.roles import outcome_side
from repairflow.law.procedure.vocabulary import shipped

ASKED_FOR = frozenset({
    "granted", "masked", "removed", "performed", "rectified", "accepted", "passed", "lifted",
})  # fmt: skip
"""Good ends of cases in which somebody has to meet conditions; the others mend an error, where a no may be the good answer."""
DOUBTFUL = (
    "不", "未", "没", "无", "非", "违", "欠", "失信", "错", "误", "假", "瑕疵", "逾期", "遗漏", "缺", "仍", "拒", "有异议", "争议", "过期",
    "重复", "撤", "冒", "原", "一致", "准确", "受到", "涉嫌",
)  # fmt: skip
"""Signs of a question whose no is, or may be, the good answer."""

CONDITION = ("符合", "具备", "满足", "齐全", "履行", "整改", "缴清", "达到")
OF_AN_OFFICE = ("处罚", "决定", "认定", "程序", "处理", "信息", "公示", "登记", "记录", "列入", "收费", "情节", "情形")

GONE = frozenset({"record_off_list", "favourable_entry_gone", "record_out_of_force", "record_no_longer_public"})
TAKES_AWAY = frozenset({"leave_list", "cease_publicity", "annul_record", "lift_measure"})


class Waiting(NamedTuple):
    """A step that waits for answers to a question of another step."""

    name: str
    answers: frozenset[str]


def check(report: Report) -> None:
    """Find steps that follow the wrong answer, or one that nobody gives."""
    p = report.procedure
    if report.is_record:
        return
    for name, action in p.action.items():
        for use in action.guards:
            item = _question(p, use)
            if use.guard == "input_was_not" and item is None and str(use.parameters["action"]) in p.action:
                wanted, step = use.parameters["input"], report.action(str(use.parameters["action"]))
                text = f"{report.action(name)}的{report.guard(use.guard)}要看{step}的填写项“{wanted}”，它的表单却没有这一项"
                report.find(
                    "guard_input", ("action", name, "guards"), f"{text}，等于没有条件；请改正 action 或者 input"
                )
            elif item is not None and item.kind == "boolean":
                _no_grants(report, name, use, item)
    for waiting, item in _by_question(p):
        _swapped(report, waiting, item)
        _unasked(report, waiting, item)
    for name, action in p.action.items():
        if side_of(p, action) == "for" and by_office(action):
            _contrary(report, name, action)
            _sent_back(report, name, action)
        _gone_already(report, name, action)


def _question(p: Procedure, use: GuardUse) -> Input | None:
    """Return the question of another step whose answer a condition looks at."""
    if use.guard not in {"input_was", "input_was_not"}:
        return None
    step = p.action.get(str(use.parameters.get("action", "")))
    return step.inputs.get(str(use.parameters.get("input", ""))) if step is not None else None


def _no_grants(report: Report, name: str, use: GuardUse, item: Input) -> None:
    """Whoever asked for something gets it when the answer is no, and not when it is yes."""
    p, action = report.procedure, report.procedure.action[name]
    no = {value.lower() for value in listed(use.parameters["value"])} == {"false"}
    turned = no if use.guard == "input_was" else not no
    if not turned or side_of(p, action) != "for" or not weighs(p, action):
        return
    if _other_good_end(p, name, use):
        return
    ends = _good_ends(p, action)
    asked = ends <= ASKED_FOR and _plainly(item)
    own = ends <= ASKED_FOR | (ends - shipped().outcome.keys()) and not any(word in item.label for word in DOUBTFUL)
    if ends and (asked or own or _of_whoever_filed(item)):
        text = f"{report.action(name)}有利于主体，却在“{item.label}”答“否”时才能办，答“是”的反而办不成；请改正{report.guard(use.guard)}"
        report.find("conditions_turned", ("action", name, "guards"), f"{text}的 value，或者把问题改为反面的问法")


def _other_good_end(p: Procedure, name: str, use: GuardUse) -> bool:
    """Tell whether the other answer opens another good end of the same place, so that the answer only tells which of them (有奖、无奖)."""
    key = use.parameters["action"], use.parameters["input"]
    return any(
        other != name and set(step.from_) & set(p.action[name].from_) and side_of(p, step) == "for"
        for other, step in p.action.items()
        for one in step.guards
        if one.guard in {"input_was", "input_was_not"} and (one.parameters["action"], one.parameters["input"]) == key
    )


def _of_whoever_filed(item: Input) -> bool:
    """Tell whether a question asks what whoever filed has to fulfil, and nothing of what an office did."""
    met = any(word in item.label for word in CONDITION)
    return met and not any(word in item.label for word in (*DOUBTFUL, *OF_AN_OFFICE))


def _plainly(item: Input) -> bool:
    """Tell whether a question asks whether something is as it should be, though it speaks of an error or of what was before."""
    return not any(word in item.label for word in DOUBTFUL if word not in {"原", "一致", "准确"})


def _good_ends(p: Procedure, action: Action) -> set[str]:
    """Return the outcomes for the subject that a step brings about, or can still come to."""
    reached = closure([action.to], successors(p)) if action.to is not None else set()
    outcomes = {p.state[state].outcome for state in reached if state in p.state}
    return {outcome for outcome in outcomes if outcome is not None and outcome_side(outcome) == "for"}


def _by_question(p: Procedure) -> Iterator[tuple[list[Waiting], Input]]:
    """Return the steps that wait for answers to one question, for each question."""
    waiting: dict[tuple[str, str], list[Waiting]] = {}
    items: dict[tuple[str, str], Input] = {}
    for name, action in p.action.items():
        for use in action.guards:
            item = _question(p, use)
            if use.guard == "input_was" and item is not None and item.kind == "choice":
                key = str(use.parameters["action"]), str(use.parameters["input"])
                waiting.setdefault(key, []).append(Waiting(name, frozenset(listed(use.parameters["value"]))))
                items[key] = item
    return ((steps, items[key]) for key, steps in waiting.items() if len(steps) > 1)


def _swapped(report: Report, waiting: list[Waiting], item: Input) -> None:
    """Check that a step that waits for the answer another step is named by."""
    p = report.procedure
    labels = _labels(report, item)
    for one in waiting:
        for other in waiting:
            if one.name >= other.name or not set(p.action[one.name].from_) & set(p.action[other.name].from_):
                continue
            own = _names(p, one.name, one.answers, labels) + _names(p, other.name, other.answers, labels)
            exchanged = _names(p, one.name, other.answers, labels) + _names(p, other.name, one.answers, labels)
            if one.answers != other.answers and exchanged > own:
                told = "、".join(labels.get(code, code) for code in sorted(one.answers))
                text = f"{report.action(one.name)}要“{item.label}”答“{told}”才能办，这却是{report.action(other.name)}的情形，两者对调了"
                report.find("conditions_turned", ("action", one.name, "guards"), f"{text}；请改正 input_was 的 value")


def _names(p: Procedure, step: str, answers: Collection[str], labels: dict[str, str]) -> int:
    """Return how much of an answer's label, two signs at a time, the step or where it leads is called by."""
    action = p.action[step]
    target = p.state.get(action.to or "")
    called = f"{action.label}，{target.label if target is not None else ''}"
    pairs = {label[i : i + 2] for label in (labels.get(code, "") for code in answers) for i in range(len(label) - 1)}
    return sum(pair in called for pair in pairs)


def _unasked(report: Report, waiting: list[Waiting], item: Input) -> None:
    """Check that a decision that waits for no answer, though it is named by one that nobody else waits for either."""
    p = report.procedure
    known = _labels(report, item)
    asked = {code for one in waiting for code in one.answers}
    states = {state for one in waiting for state in p.action[one.name].from_}
    for name, action in p.action.items():
        if name in {one.name for one in waiting} or not set(action.from_) & states or not weighs(p, action):
            continue
        free = [code for code in sorted(known.keys() - asked) if _names(p, name, [code], known)]
        if free and by_office(action):
            text = f"{report.action(name)}不看“{item.label}”的答案，答什么都能办，其他决定却都要看；它是答“{known[free[0]]}”的情形"
            report.find("conditions_turned", ("action", name), f"{text}，请在 guards 中写 input_was")


def _labels(report: Report, item: Input) -> dict[str, str]:
    """Return what the answers to a closed question are called."""
    packs = report.names.packs_for(report.procedure)
    return {code: one.label for pack in packs for code, one in pack.lists.get(item.choices or "", {}).items()}


def _contrary(report: Report, name: str, action: Action) -> None:
    """Check that a good decision that waits until a step was not taken, where another good one of the same state waits for that step."""
    p = report.procedure
    never = {str(use.parameters["action"]) for use in action.guards if use.guard == "not_yet_done"}
    for other, step in p.action.items():
        same = other != name and set(step.from_) & set(action.from_) and side_of(p, step) == "for"
        done = {str(use.parameters.get("action")) for use in step.guards if use.guard == "times_done"}
        noted = [one for one in sorted(never & done) if one in p.action and p.action[one].to is None]
        if same and by_office(step) and noted:
            text = f"{report.action(name)}要没有办过{report.action(noted[0])}才能办，{report.action(other)}却要办过，前后相反"
            report.find("conditions_turned", ("action", name, "guards"), f"{text}；请把 not_yet_done 改为 times_done")


def _sent_back(report: Report, name: str, action: Action) -> None:
    """Check that a good decision that waits until the case was sent back from where it is taken."""
    p = report.procedure
    for use in action.guards:
        step = p.action.get(str(use.parameters.get("action", "")))
        if use.guard != "times_done" or step is None or step.to is None or not by_office(step):
            continue
        if set(action.from_) <= set(step.from_) and set(action.from_) & closure([step.to], successors(p)):
            text = f"{report.action(name)}有利于主体，却要先办过{report.action(str(use.parameters['action']))}（从这里退出去再回来）才能办"
            report.find("conditions_turned", ("action", name, "guards"), f"{text}；请删去该条件，或者改正 action")


def _gone_already(report: Report, name: str, action: Action) -> None:
    """Check that a step that takes a case on only where its record is gone already, in a procedure that is to take it away."""
    p = report.procedure
    if action.to is None or action.to not in p.state or p.state[action.to].final or "record_changed" in action.on:
        return  # what became of the record is what the system answers there
    gone = [use.guard for use in action.guards if use.guard in GONE]
    ahead = closure([action.to], successors(p))
    takes_away = [step for step, one in p.action.items() if set(one.from_) & ahead and TAKES_AWAY & set(one.effects)]
    if gone and takes_away:
        text = f"{report.action(name)}的{report.guard(gone[0])}要信息已经失效才能办，此后{report.action(takes_away[0])}却是使它失效"
        report.find("conditions_turned", ("action", name, "guards"), f"{text}；两者相反，请改正前置条件")

"""A condition with its parameters as one Chinese sentence: what a lawyer reads instead of names and numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from repairflow.law.guards import GUARDS
from repairflow.law.guards.reads import READINGS, Parameter
from repairflow.law.procedure.model import GuardUse, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.remedy import length
from repairflow.law.procedure.vocabulary import shipped

SENTENCES: Mapping[str, str] = {
    "conditions_confirmed": "“{action}”已经逐项核实，修复条件全部具备",
    "clock_not_yet_extended": "“{clock}”未曾延长",
    "clock_not_yet_over": "“{clock}”尚未届满",
    "times_done": "“{action}”已有至少{at_least}次",
    "times_below": "“{action}”不满{below}次",
    "case_kind_is": "办件为“{kind}”",
    "not_yet_done": "此前没有“{action}”",
    "asked_and_unanswered": "“{action}”的请求还没有答复",
    "notice_lead_time": "约谈时间距通知至少{working}个工作日",
    "rescheduled_within": "改期后的约谈在原定日期之后{working}个工作日内",
    "two_interviewers": "“{input}”写明至少两名不同的人员",
    "no_new_dishonesty": "“{kind}”的，在列期间没有新的失信行为",
    "maximum_stay_over": "“{kind}”的，列入期限已经届满",
    "deficient_is_dated": "“{kind}”的，写明所缺材料和承诺日期",
    "materials_promised": "暂缺的材料已承诺补齐，且在{working}个工作日以内",
    "list_kind_among": "名单限于：{kinds}",
    "superior_consented": "列入{kinds}的，已经“{action}”（省级机关自行决定）",
    "list_window_done": "须公示的名单，“{action}”后公示期满",
    "opinion_given": "须有第三方意见的名单，已经“{action}”",
    "commitment_given": "提出时已经签署承诺，或者已经“{action}”",
    "day_is_ahead": "“{input}”晚于办理当天",
    "first_case_kind_not": "原办件不是“{kinds}”",
    "follows_case": "由“{procedure}”的决定转入",
    "within_term_of_first": "在“{term}”内提出；该期间没有核对过依据的，不以逾期为由拒绝",
    "change_of_penalty_dated": "“{input}”为“{value}”的，公开的处罚决定须填写生效日期；其他不填",
    "input_was_not": "没有在“{action}”的“{input}”写明“{value}”",
    "input_was": "“{action}”的“{input}”为“{value}”",
    "no_duplicate_pending": "没有正在办理的同类申请，“{apart}”与其他情形分别计算",
}
"""How each condition that takes parameters is said with them."""


def sentence(use: GuardUse, procedure: Procedure, pack: RulePack, others: Mapping[str, Procedure]) -> str:
    """Return one condition with its parameters in words; `others` are procedures by name, for what it says of another case."""
    said = {key: "、".join(_value(use, key, one, procedure, pack, others) for one in _listed(value))
            for key, value in use.parameters.items()}  # fmt: skip
    if use.guard == "first_case_was":
        known = (("procedure", "原办件为{}"), ("outcome", "结果为{}"))
        return "，".join(form.format(said[key]) for key, form in known if key in said)
    if "clock" in READINGS[use.guard].parameters:
        said.setdefault("clock", _extended(use, procedure))
    label = GUARDS[use.guard].label
    return SENTENCES.get(use.guard, label).format_map(said) if said else label


def sentences(
    uses: Iterable[GuardUse], procedure: Procedure, pack: RulePack, others: Mapping[str, Procedure]
) -> Iterator[str]:
    """Yield each known condition in words."""
    yield from (sentence(use, procedure, pack, others) for use in uses if use.guard in GUARDS)


def _value(
    use: GuardUse, key: str, value: str, procedure: Procedure, pack: RulePack, others: Mapping[str, Procedure]
) -> str:
    kind: Parameter = READINGS[use.guard].parameters[key]
    if kind == "value":
        return _answer(use, key, value, procedure, pack)
    known: Mapping[Parameter, Mapping[str, str]] = {
        "action": {name: one.label for name, one in procedure.action.items()},
        "clock": {name: one.label for name, one in procedure.clock.items()},
        "kind": procedure.kinds,
        "kinds": {name: label for one in others.values() for name, label in one.kinds.items()} | dict(procedure.kinds),
        "procedure": {name: one.label for name, one in others.items()},
        "outcome": {name: one.label for name, one in shipped().outcome.items()},
        "lists": {name: one.label for name, one in pack.list_kind.items()},
        "term": {name: f"{one.label}（{length(one.days)}）" for name, one in pack.term.items()},
        "input": {
            name: item.label
            for form in (procedure.inputs, *(one.inputs for one in procedure.action.values()))
            for name, item in form.items()
        },
    }
    return known.get(kind, {}).get(value, value)


def _answer(use: GuardUse, key: str, value: str, procedure: Procedure, pack: RulePack) -> str:
    """Return the input of another step, or the answer given to it, as its form has them."""
    action, name = str(use.parameters.get("action", "")), str(use.parameters.get("input", ""))
    own = next((one.inputs for one in procedure.action.values() if use in one.guards), procedure.inputs)
    form = (
        procedure.action[action].inputs if action in procedure.action else own
    )  # a step that names none asks it itself
    item = form.get(name)
    if item is None or key == "input":
        return item.label if item is not None else value
    chosen = pack.lists.get(item.choices or "", {}).get(value)
    return chosen.label if chosen is not None else {"true": "是", "false": "否"}.get(value, value)


def _extended(use: GuardUse, procedure: Procedure) -> str:
    """Return the limit that a condition means where it names none: the one its own step extends."""
    own = (one for one in procedure.action.values() if use in one.guards and one.extends is not None)
    found = next((one.extends.clock for one in own if one.extends is not None), "")
    return procedure.clock[found].label if found in procedure.clock else "期限"


def _listed(value: int | str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)

"""Guards of a designation (名单认定): what its list asks before somebody is put on it or leaves it, as the rule pack says."""

from __future__ import annotations

from datetime import date

from repairflow.law.calendar.periods import Period
from repairflow.law.guards.facts import Facts, Guards, day_text, times_taken
from repairflow.law.guards.lists_and_interviews import latest, list_kind
from repairflow.law.procedure.model import Parameters

GUARDS = Guards()
guard = GUARDS.guard


@guard("行为在本领域的失信行为清单中，程度与名单相称")
def behaviour_fits_list(facts: Facts, _: Parameters) -> tuple[bool, str]:
    code, kind = latest(facts, "behaviour"), list_kind(facts)
    if code is None or kind is None:
        return True, "没有写明失信行为清单中的行为"
    found = facts.pack.behaviour.get(str(code))
    if found is None:
        return False, "所写的行为不在本领域的失信行为清单中"
    chosen = latest(facts, "list_kind") or (facts.record.list_kind if facts.record is not None else None)
    if found.lists and str(chosen) not in found.lists:
        labels = "、".join(facts.pack.list_kind[one].label for one in found.lists if one in facts.pack.list_kind)
        return False, f"“{found.label}”据以列入的是{labels}，不是{kind.label}"
    if kind.severity == "serious" and found.severity != "serious":
        return False, f"“{found.label}”不属于严重失信行为，不能据以列入{kind.label}"
    return True, f"属于失信行为清单中的“{found.label}”"


@guard("公示不短于名单规定的天数")
def window_long_enough(facts: Facts, _: Parameters) -> tuple[bool, str]:
    kind, given = list_kind(facts), facts.inputs.get("window_days")
    if kind is None:
        return False, "没有写明名单种类"
    if given is None or int(str(given)) < kind.window_days:
        return False, f"{kind.label}在认定前须公示至少 {kind.window_days} 个工作日，请改正公示天数"
    return True, f"公示 {given} 个工作日"


@guard("第三方意见已经取得", "action")
def opinion_given(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    kind = list_kind(facts)
    if kind is None or not kind.opinion:
        return True, "此种名单不需要第三方意见"
    done = times_taken(facts, str(parameters["action"])) > 0
    label = facts.procedure.action[str(parameters["action"])].label
    return done, "第三方意见已经登记" if done else f"{kind.label}的认定须有第三方的意见，请先“{label}”"


@guard("已经电话问询或者现场确认")
def spot_checked(facts: Facts, _: Parameters) -> tuple[bool, str]:
    kind = list_kind(facts)
    if kind is None or not kind.spot_check:
        return True, "此种名单不以现场确认为条件"
    how, day = latest(facts, "check_method"), latest(facts, "checked_on")
    if how is None or day is None:
        return False, f"{kind.label}须先经电话问询或者现场确认，请写明核实方式和日期"
    if date.fromisoformat(str(day)) > facts.today:
        return False, "核实日期晚于今天，请核对"
    return True, f"已于{day_text(date.fromisoformat(str(day)))}核实"


@guard("此前一段时间没有失信信息")
def kept_clean(facts: Facts, _: Parameters) -> tuple[bool, str]:
    kind = list_kind(facts)
    if kind is None or kind.clean is None:
        return True, "此种名单不以此前没有失信信息为条件"
    last = facts.last_dishonesty
    months = kind.clean.unit == "months"
    length = f"{kind.clean.count} {'个月' if months else '年'}"
    if last is not None and Period(kind.clean.count, "months" if months else "years").after(last) > facts.today:
        return False, f"{kind.label}要求此前 {length}没有失信信息，最近一条作出于{day_text(last)}"
    return True, f"此前 {length}没有失信信息"


@guard("仍在守信名单上")
def favourable_entry_stands(facts: Facts, _: Parameters) -> tuple[bool, str]:
    return facts.entry_stands, "仍在这个守信名单上" if facts.entry_stands else "已经不在这个守信名单上"


@guard("已经不在守信名单上")
def favourable_entry_gone(facts: Facts, _: Parameters) -> tuple[bool, str]:
    return not facts.entry_stands, "仍在这个守信名单上" if facts.entry_stands else "已经不在这个守信名单上"


@guard("列入前的分级措施已经采取")
def ladder_walked(facts: Facts, _: Parameters) -> tuple[bool, str]:
    kind = list_kind(facts)
    if kind is None or not kind.after:
        return True, "此种名单在列入前不以其他措施为条件"
    if unknown := [one for one in kind.after if one not in facts.pack.ladder]:
        return (
            False,
            f"规则包写的分级措施“{'、'.join(unknown)}”没有定义，不能判断是否已经采取；请法制审核人员改正规则包",
        )
    lacking = [facts.pack.ladder[one].label for one in kind.after if one not in facts.rungs]
    if lacking:
        return False, f"列入{kind.label}前须先采取：{'、'.join(lacking)}"
    return True, "列入前的分级措施已经采取"

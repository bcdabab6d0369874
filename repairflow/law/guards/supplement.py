"""Guards of a supplement (补正), asked for once and answered with something new, and of what a filing promises to bring later
(容缺受理). Their states and limits stand in the procedure files."""

from __future__ import annotations

from datetime import date

from repairflow.law.guards.facts import Facts, Guards, day_text, number, times_taken
from repairflow.law.guards.material_conditions import all_required
from repairflow.law.procedure.model import Parameters

GUARDS = Guards()
guard = GUARDS.guard


@guard("尚未要求过补正")
def supplement_not_yet_requested(facts: Facts, _: Parameters) -> tuple[bool, str]:
    # 一次性告知：补正只能要求一次。
    if times_taken(facts, "request_supplement"):
        return False, "已经要求过一次补正；补正只能一次性告知"
    return True, "此前没有要求过补正"


@guard("已补充材料")
def new_material_supplied(facts: Facts, _: Parameters) -> tuple[bool, str]:
    step = facts.procedure.action.get(facts.action)
    named = step.materials if step is not None else ()
    fresh = [kind for kind, at in facts.materials if at == 0 and (not named or kind in named)]
    if fresh:
        return True, f"本次补充 {len(fresh)} 件材料"
    wanted = "”或者“".join(facts.procedure.material_label(kind) for kind in named)
    return False, f"请上传“{wanted}”后再提交" if named else "请上传补正的材料后再提交"


def _outstanding(facts: Facts) -> list[str]:
    present = {kind for kind, _ in facts.materials}
    return [label for kind, label in all_required(facts).items() if kind not in present]


@guard("没有承诺后补的材料")
def nothing_promised(facts: Facts, _: Parameters) -> tuple[bool, str]:
    lacking = _outstanding(facts) if facts.filing.get("promised_day") else []
    if lacking:
        return False, f"申请人承诺后补{'、'.join(lacking)}，请按容缺受理办理"
    return True, "没有承诺后补的材料"


@guard("暂缺的材料已承诺补齐", "working")
def materials_promised(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    lacking, given = _outstanding(facts), facts.filing.get("promised_day")
    if not given or not lacking:
        return False, "申请人没有承诺后补材料" if lacking else "申请材料齐全，请直接受理"
    if not str(facts.filing.get("commitment_signed_by") or "").strip():
        return False, "容缺受理须签署信用承诺，申请人没有签署"
    promised, most = date.fromisoformat(str(given)), number(parameters, "working")
    day = date.fromisoformat(str(facts.inputs.get("promised_day") or given))
    if day < promised:
        return False, f"补齐的日期不能早于申请人承诺的日期（{day_text(promised)}）"
    if day <= facts.today:
        return False, f"承诺补齐的日期（{day_text(day)}）已过"
    if facts.calendar is not None and facts.calendar.count_working_days(facts.today, day) > most:
        return False, f"承诺补齐的日期须在 {most} 个工作日以内，现为{day_text(day)}"
    return True, f"{'、'.join(lacking)}暂缺，承诺于{day_text(day)}前补齐"


@guard("不早于当事人自己写明的日期")
def promise_not_advanced(facts: Facts, _: Parameters) -> tuple[bool, str]:
    """Return what the office writes down may give more time than the filing asked for, and none less."""
    own, written = facts.filing.get("promised_day"), facts.inputs.get("promised_day")
    if not own or not written:
        return True, "以当事人写明的日期为准"
    promised, day = date.fromisoformat(str(own)), date.fromisoformat(str(written))
    if day < promised:
        return False, f"日期不能早于当事人自己写明的日期（{day_text(promised)}）；不改的，请留空"
    return True, f"{day_text(day)}，不早于当事人写明的日期"


@guard("承诺后补的材料已补齐")
def promised_supplied(facts: Facts, _: Parameters) -> tuple[bool, str]:
    lacking = _outstanding(facts)
    return not lacking, f"还缺：{'、'.join(lacking)}" if lacking else "承诺后补的材料已经补齐"

"""Guards of a supplement (补正): asked for once, and answered with something new. Its states and limits stand in the procedure files."""

from __future__ import annotations

from repairflow.law.guards.facts import Facts, Guards, times_taken
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

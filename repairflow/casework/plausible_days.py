"""Days that a form states and that cannot be: to come where they say what was done, or impossible beside the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from repairflow.errors import Invalid, Problem
from repairflow.law.guards import Facts, day_text
from repairflow.law.guards.material_conditions import all_required
from repairflow.law.procedure.model import Input

PERFORMED = "performed_on"
"""义务履行完毕日期, in every procedure that asks for it."""
PROMISED = "promised_day"
"""The day by which something is promised."""


class Decision(Protocol):
    """What of a record such a day is held against."""

    @property
    def decision_date(self) -> date: ...


FAULTY = "填写的内容有误，请按提示修改后再提交。"


def last_day(name: str, spec: Input, today: date) -> str:
    """Return the last day that a form takes for this input, as a date field has it; empty where it takes any."""
    return today.isoformat() if spec.past or name == PERFORMED else ""


def demand_past(form: Mapping[str, Input], values: Mapping[str, object], today: date) -> None:
    """Raise Invalid naming every day to come that is given where the form asks when something was done (`past`).

    `values` are those that `inputs.read` gave for the form.
    """
    ahead = [name for name, spec in form.items() if spec.past and str(values.get(name) or "") > today.isoformat()]
    if ahead:
        problems = [
            Problem(name, f"“{form[name].label}”还没有到：今天是{day_text(today)}。请填写已经发生的日期")
            for name in ahead
        ]
        raise Invalid(FAULTY, problems)


def demand_something_promised(known: Facts) -> None:
    """Raise Invalid where a filing promises a day for papers that may come later, and lacks none of them."""
    materials = known.procedure.material
    if PROMISED not in known.filing or not any(one.deferrable for one in materials.values()):
        return
    brought = {kind for kind, _ in known.materials}
    if not any(materials[kind].deferrable and kind not in brought for kind in all_required(known)):
        label = known.procedure.inputs[PROMISED].label
        raise Invalid(FAULTY, [Problem(PROMISED, f"没有需要后补的材料，不用填写“{label}”，请去掉")])


def demand(form: Mapping[str, Input], values: Mapping[str, object], row: Decision | None, today: date) -> None:
    """Raise Invalid as `demand_past` does, where duties are said to be performed on a day to come, or before the decision that
    imposed them, and where something is promised for a day that is over.

    `values` are those that `inputs.read` gave for the form.
    """
    demand_past(form, values, today)
    if (ahead := values.get(PROMISED)) and PROMISED in form and date.fromisoformat(str(ahead)) <= today:
        fault = f"“{form[PROMISED].label}”须晚于今天（{day_text(today)}）"
        raise Invalid(FAULTY, [Problem(PROMISED, fault)])
    text = values.get(PERFORMED)
    if not text or PERFORMED not in form:
        return
    day, label = date.fromisoformat(str(text)), form[PERFORMED].label
    if day > today:
        fault = f"“{label}”还没有到：今天是{day_text(today)}。全部履行之后再提出申请"
    elif row is not None and day < row.decision_date:
        fault = (
            f"“{label}”早于决定日期（{day_text(row.decision_date)}），请核对；决定作出前已经缴纳的，填写决定日期，"
            "并在说明中写明实际缴纳的日期"
        )
    else:
        return
    raise Invalid(FAULTY, [Problem(PERFORMED, fault)])

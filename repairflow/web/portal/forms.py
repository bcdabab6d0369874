"""What the forms of the portal share: the name of a filing's button, reading a form, its questions, its faults."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from repairflow import times
from repairflow.casework import plausible_days
from repairflow.errors import Invalid, Refused
from repairflow.law.procedure.model import Input
from repairflow.law.procedure.packs import RulePack
from repairflow.web.ui.forms import SOMETIMES, FieldError, inputs_from

FILING_VERBS: Mapping[str, str] = {
    "repair": "申请修复",
    "objection": "提出异议",
    "commitment": "作出信用承诺",
    "accountability": "申请追究侵权责任",
    "list_removal": "申请移出名单",
    "voluntary": "自愿申报信息",
}
"""What the button of a procedure says; the procedure's own label for any other."""


def verb(procedure: str, label: str) -> str:
    """Give the label of the button that files this procedure."""
    return FILING_VERBS.get(procedure, f"申请{label}")


NO_SUBJECT = "没有这个信用主体。请从页面上重新选择。"


def typed(form: MultiDict[str, str], names: Iterable[str]) -> dict[str, Any]:
    """Read a filing's form: the inputs of its procedure, nested as `inputs_from` nests them, "" for an empty one.

    A filing has no reason, ground or version of its own, so inputs may have these names, which `inputs_from` keeps for
    the steps of a case: they are read one level down.
    """
    given = inputs_from(MultiDict([(f"filed.{name}", value) for name, value in form.items()])).get("filed", {})
    return {name: given.get(name, "") for name in names}


def questions(
    inputs: Mapping[str, Input],
    answers: Mapping[str, object],
    errors: Sequence[FieldError],
    pack: RulePack,
    demanded: Collection[str] = (),
) -> list[dict[str, object]]:
    """Return the inputs of a procedure as the `question` component takes them, with what was answered and what is wrong;
    `demanded` are those that are not needed always, but in some cases."""
    wrong: dict[str, str] = {}
    for error in errors:
        wrong.setdefault(error.field, error.text)
    return [
        {
            "name": name,
            "label": spec.label,
            "kind": spec.kind,
            "hint": spec.hint or "",
            "required": spec.required,
            "when": SOMETIMES if name in demanded else "",
            "value": answers.get(name, ""),
            "error": wrong.get(name, ""),
            "choices": [(code, item.label) for code, item in pack.lists.get(spec.choices or "", {}).items()],
            "max": 5000 if spec.kind in {"long_text", "gaps"} else 200,
            "last": plausible_days.last_day(name, spec, times.today()),
        }
        for name, spec in inputs.items()
    ]


def faults(error: Refused | Invalid, where: Mapping[str, str]) -> list[FieldError]:
    """Return every refusal (with its basis) or problem for the error summary; `where` maps guards and inputs to fields."""
    if isinstance(error, Refused):
        return [
            FieldError(
                where.get(refusal.code, ""),
                refusal.text + (f"（依据：{'；'.join(refusal.basis)}）" if refusal.basis else ""),
            )
            for refusal in error.refusals
        ]
    if not error.problems:
        return [FieldError("", error.message)]
    return [FieldError(where.get(p.where, p.where), p.text) for p in error.problems]

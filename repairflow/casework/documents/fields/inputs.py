"""What a case was told in forms, as letters say it: every input whose name is a word the letter may name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from repairflow.casework.case_state.situation import Situation
from repairflow.law.guards import day_text
from repairflow.law.procedure.model import Input
from repairflow.letters.text.placeholders import Placeholder
from repairflow.times import SHANGHAI


def input_fields(
    at: Situation, name: str, wanted: Mapping[str, Placeholder], inputs: Mapping[str, object]
) -> dict[str, object]:
    """Return the newest value of each wanted word that a form asked for: of step `name`, else of the history, else of the filing."""
    found: dict[str, object] = {}
    sources = [(name, inputs), *((step.action, step.inputs) for step in reversed(at.history)), ("", at.case.inputs)]
    for word, placeholder in wanted.items():
        for action, values in sources:
            spec = _spec(at, action, word)
            if spec is None or spec.kind == "corrections":  # what is corrected is told by what changes
                continue
            if values.get(word) not in (None, "", [], {}):
                found[word] = _as_said(at, spec, values[word], placeholder.shape)
                break
    return found


def _spec(at: Situation, action: str, word: str) -> Input | None:
    step = at.procedure.action.get(action)
    return step.inputs.get(word) if step is not None else at.procedure.inputs.get(word)


def moment_text(value: object) -> str:
    """Return a moment that a form gave, as letters say it: 2026年6月16日9时30分."""
    moment = datetime.fromisoformat(str(value)).astimezone(SHANGHAI)
    return f"{day_text(moment.date())}{moment.hour}时" + (f"{moment.minute}分" if moment.minute else "")


def _as_said(at: Situation, spec: Input, value: object, shape: str) -> object:
    if spec.kind == "choice":
        item = at.pack.lists.get(spec.choices or "", {}).get(str(value))
        value = item.label if item is not None else value
    elif spec.kind == "date":
        value = day_text(date.fromisoformat(str(value)))
    elif spec.kind == "datetime":
        value = moment_text(value)
    if shape == "texts" and not isinstance(value, list):
        return [line.strip() for line in str(value).splitlines() if line.strip()]
    if shape == "text" and isinstance(value, list):
        return "；".join(map(str, value))
    return value if isinstance(value, list) else str(value)

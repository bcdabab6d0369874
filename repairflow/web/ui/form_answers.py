"""Show what a form held as people read it: each value under its label."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from repairflow import plain
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases.filing import FILE
from repairflow.casework.correctable_fields import LABELS
from repairflow.casework.queries.cases.view import CaseView
from repairflow.law.procedure.model import Input
from repairflow.law.procedure.packs import RulePack
from repairflow.times import SHANGHAI
from repairflow.web.ui import filters

_NOTHING: tuple[object, ...] = (None, "", [], {})
UNANSWERED = "（未填写）"
NAMES_AN_OFFICE = frozenset({"office", "partner", "to_office"})
"""Inputs that give an office by its code (law.procedure.Offices): people choose and read it by its name."""


def shown(spec: Input, value: object, pack: RulePack, offices: Mapping[str, str] | None = None) -> str:
    """Return a value, typed or read, in words; several lines for lists. What cannot be read is shown as it was typed."""
    if value in (None, "", [], {}):
        return UNANSWERED
    if offices and isinstance(value, str) and value in offices:
        return offices[value]
    listed = pack.lists.get(spec.choices or "", {})
    if spec.kind == "choice":
        return listed[str(value)].label if value in listed else str(value)
    if spec.kind == "boolean":
        return "是" if value in (True, "yes", "true", "on", "1") else "否"
    if spec.kind in {"date", "datetime"}:
        return _moment(spec.kind, str(value))
    if spec.kind == "conditions" and isinstance(value, Mapping):
        return "\n".join(
            _condition(listed[code].label if code in listed else code, said) for code, said in value.items()
        )
    if spec.kind == "corrections" and isinstance(value, Mapping):
        return "\n".join(f"{LABELS.get(code, code)}：{text}" for code, text in value.items() if text)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(str(line) for line in value)
    return str(value)


def label_of(name: str, spec: Input) -> str:
    """Return what an input is called where people choose an office, not a code."""
    return spec.label.removesuffix("编码") if name in NAMES_AN_OFFICE else spec.label


def of_filing(view: CaseView, *, with_first: bool = False) -> list[dict[str, str]]:
    """Return what the filing of a case stated, each under its label, as steps restated it since (改列本领域的名单, 补齐认定文书);
    `with_first` adds what was stated first, which is the office's alone."""
    offices = {row.code: row.name for row in (view.receiving, view.deciding, view.provider)}
    first, given = view.case.inputs, {**view.case.inputs, **_restated(view.at)}

    def words(name: str, spec: Input, value: object) -> str:
        return shown(spec, value, view.at.pack, offices if name in NAMES_AN_OFFICE else None)

    found = []
    for name, spec in view.at.procedure.inputs.items():
        if given.get(name) in _NOTHING:
            continue
        said, before = words(name, spec, given[name]), words(name, spec, first.get(name))
        changed = with_first and said != before
        found.append(
            {"label": label_of(name, spec), "value": f"{said}（提出时：{before.strip('（）')}）" if changed else said}
        )
    return found


def _restated(at: Situation) -> dict[str, object]:
    """Return what steps that lead nowhere else stated anew of what the filing stated, the newest of each."""
    found: dict[str, object] = {}
    for step in at.history:
        action = at.procedure.action.get(step.action)
        if action is not None and action.to is None:
            told = action.inputs.keys() & at.procedure.inputs.keys()
            found |= {name: step.inputs[name] for name in told if step.inputs.get(name) not in _NOTHING}
    return found


def offices_named(at: Situation) -> frozenset[str]:
    """Give the codes of offices that the steps of a case named."""
    return frozenset(str(step.inputs[name]) for step in at.history for name in NAMES_AN_OFFICE & step.inputs.keys())


def of_steps(at: Situation, offices: Mapping[str, str], untold: Container[str] = ()) -> dict[int, list[dict[str, str]]]:
    """Give what the form of each step held, by the step's number; without the filing, which has a place of its own.

    `offices` are the names of those that were named by code. Of the steps `untold` it gives what a form marks as told alone.
    """
    inputs: dict[int, list[dict[str, str]]] = {}
    for step in at.history:
        action = at.procedure.action.get(step.action)
        if step.action == FILE or action is None:
            continue
        lines = [
            {
                "label": label_of(name, spec),
                "value": shown(spec, step.inputs[name], at.pack, offices if name in NAMES_AN_OFFICE else None),
            }
            for name, spec in action.inputs.items()
            if spec.kind != "material"
            and (spec.told or step.action not in untold)
            and step.inputs.get(name) not in (None, "", [], {})
        ]
        if lines:
            inputs[step.seq] = lines
    return inputs


def notified_facts(at: Situation) -> list[dict[str, str]]:
    """Give what the steps since the case came where it stands told the subject (place, time, what to bring), the latest
    answer of each."""
    found: dict[str, dict[str, str]] = {}
    for step in reversed(at.history):
        action = at.procedure.action.get(step.action)
        if step.state != at.case.state:
            break
        for name, spec in (action.inputs if action is not None else {}).items():
            if spec.told and name not in found and step.inputs.get(name) not in (None, "", [], {}):
                found[name] = {"label": spec.label, "value": shown(spec, step.inputs[name], at.pack)}
    order = [name for action in at.procedure.action.values() for name in action.inputs]
    return [found[name] for name in sorted(found, key=order.index)]


def _condition(label: str, said: object) -> str:
    given = said if isinstance(said, Mapping) else {}
    met = "具备" if given.get("met") in (True, "yes") else "不具备"
    return f"{label}：{met}" + (f"（{given['note']}）" if given.get("note") else "")


def _moment(kind: str, text: str) -> str:
    try:
        if kind == "date":
            return filters.day(plain.day(text))
        moment = plain.moment(text)
    except ValueError:
        return text
    return filters.instant(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))

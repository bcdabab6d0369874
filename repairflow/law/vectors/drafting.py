"""Drafting vectors from a case: what the law answered to it, told without anybody's name, number, sum or own words. Pure.

Taken over are days, labels of the law, classes and codes of places; a fine is replaced by a round one of the same class. The
expected due days are those the case had: where the law answers otherwise, or vectors cannot say why (a pause, a day set in the
case), the limit is left out and named, so that a lawyer looks at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from repairflow.errors import RepairFlowError
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.classing import Offence
from repairflow.law.deadlines.count import all_due
from repairflow.law.deadlines.due import Due
from repairflow.law.deadlines.runs import Step
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.vectors.answers import answers
from repairflow.law.vectors.form import Answer, Facts, Vector
from repairflow.law.vectors.running import failures, in_words

AUTHOR = "RepairFlow project"


@dataclass(frozen=True, slots=True)
class Penalised:
    """The penalty a case is about, as its class follows from it; the days are those the record has."""

    decided: date
    offence: Offence
    domain: str
    division: str | None
    person: bool
    days: Mapping[str, Answer]  # 失信程度, 申请起日, 公示届满日 as they stand on the record


@dataclass(frozen=True, slots=True)
class VectorSource:
    """What of a case a test vector may contain: nothing of who it is about."""

    procedure: Procedure
    filed: date
    history: tuple[Step, ...]
    calendar: Calendar
    division: str | None
    penalty: Penalised | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """The vectors of a case, and what could not be told as one, in Chinese."""

    law: str
    vectors: tuple[Vector, ...]
    left_out: tuple[str, ...]


def draft(library: Library, case: VectorSource) -> Draft:
    """Return the vectors a case gives; every one of them holds under this law."""
    place = _place(library, case)
    made, left_out = [], []
    for found in (*_limits(library, case, place), *_steps(library, case, place), *_class(library, case)):
        if isinstance(found, str):
            left_out.append(found)
        elif wrong := failures(library, found):
            left_out.append(f"{found.name}：{'；'.join(wrong)}。请核对以后自行写入")
        else:
            made.append(found)
    unique = {vector.name: vector for vector in made}
    file = library.path[case.procedure.procedure, case.procedure.version]
    return Draft(file, tuple(unique.values()), tuple(dict.fromkeys(left_out)))


def in_toml(of: Draft) -> str:
    """Return the draft as a file of vectors; what is left out stands in comments above it."""
    lines = [
        "# 由办件起草的案例：只有日期、规则中的名称和同一档的整数罚款，没有人的姓名、编号和所写的内容。",
        "# 结果照办件当时写出。请法律人员逐条核对条文以后再采用，并把自己的单位写入“作者”。",
        *(f"# 没有写成案例：{one}" for one in of.left_out),
        f'"规则文件" = {_value(of.law)}',
        f'"作者" = {_value(AUTHOR)}',
    ]
    for vector in of.vectors:
        facts = vector.facts.model_dump(by_alias=True, exclude_defaults=True)
        lines += ["", '[["案例"]]', f'"名称" = {_value(vector.name)}', '["案例"."事实"]']
        lines += [f'"{name}" = {_value(value)}' for name, value in facts.items()]
        lines += ['["案例"."结果"]', *(f'"{name}" = {_value(value)}' for name, value in vector.expected.items())]
    return "\n".join(lines) + "\n"


def _place(library: Library, case: VectorSource) -> dict[str, str]:
    """Return what of field, place and office chooses the version the case follows, and the calendar it counts by."""
    overlay = library.overlays.get((case.procedure.procedure, case.procedure.version))
    chosen = {} if overlay is None else {"领域": overlay.sector, "地区": overlay.jurisdiction, "单位": overlay.office}
    found = {name: value for name, value in chosen.items() if value is not None}
    if "地区" not in found and case.division and library.calendars.of(case.division) is not library.calendar:
        found["地区"] = case.division
    return found


def _limits(library: Library, case: VectorSource, place: Mapping[str, str]) -> Iterator[Vector | str]:
    for due in all_due(case.procedure, case.history, case.calendar):
        name = f"{due.label}：{due.started_on} 起算"
        if reason := _unsaid(case.procedure, due):
            yield f"{name}，{reason}"
            continue
        facts: dict[str, object] = {"日期": case.filed, "程序": case.procedure.label, "期限": due.label, **place}
        if due.started_on != case.filed:
            facts["起算日"] = due.started_on
        if due.extended_by:
            facts["延长"] = True
            name += "，延长"
        assert due.due_day is not None  # by what is left unsaid
        expected: dict[str, Answer] = {"版本": case.procedure.version, "届满日": due.due_day}
        yield _vector(library, name, facts, expected, ("条文", "提前提醒"))


def _unsaid(procedure: Procedure, due: Due) -> str:
    """Return why a run of a limit cannot be told as a vector; empty when it can."""
    clock = procedure.clock[due.clock]
    if clock.days is None:
        return "届满的日期由办件写明"
    if due.due_day is None:
        return "届满的日期还没有算出"
    if due.run.pauses:
        return "期间中止计算过"
    if clock.days.input and due.run.start.inputs.get(clock.days.input) is not None:
        return "天数由办件写明"
    return ""


def _steps(library: Library, case: VectorSource, place: Mapping[str, str]) -> Iterator[Vector | str]:
    labels = [action.label for action in case.procedure.action.values()]
    for name in dict.fromkeys(step.action for step in case.history):
        action = case.procedure.action.get(name)
        if action is None or labels.count(action.label) > 1:
            continue  # the filing, and what a vector could not name
        facts = {"日期": case.filed, "程序": case.procedure.label, "步骤": action.label, **place}
        expected: dict[str, Answer] = {"结果": case.procedure.state[action.to].label if action.to is not None else ""}
        yield _vector(library, action.label, facts, expected, ("数字", "条文"))


def _class(library: Library, case: VectorSource) -> Iterator[Vector | str]:
    of = case.penalty
    if of is None:
        return
    try:
        pack = library.pack_on(of.decided, of.domain, of.division)
        labels = [pack.penalty[kind].label for kind in of.offence.kinds]
    except (RepairFlowError, KeyError):
        yield f"处罚类别：{of.decided} 没有列出这些类别的规则包"
        return
    facts: dict[str, object] = {"日期": of.decided, "处罚类别": labels, "公民": of.person}
    if of.domain != "general":
        facts["领域"] = of.domain
    if pack.jurisdiction != "CN":
        facts["地区"] = pack.jurisdiction
    if of.offence.simple is not None:
        facts["简易程序"] = of.offence.simple
    if of.offence.fine_wan is not None:
        facts["罚款万元"] = _round_fine(library, facts, of.offence.fine_wan)
    yield _vector(library, f"{'、'.join(labels)}：失信程度和公示期", facts, dict(of.days), ("暂定", "公示", "条文"))


def _round_fine(library: Library, facts: Mapping[str, object], fine: float) -> float:
    """Return a round sum that the law treats as it does this fine: what somebody was really fined is nobody's business."""
    exact = answers(library, Facts.model_validate({**facts, "罚款万元": fine}))
    rounded = (float(f"{fine:.0e}"), float(f"{fine:.1e}"))
    return next((s for s in rounded if answers(library, Facts.model_validate({**facts, "罚款万元": s})) == exact), fine)


def _vector(
    library: Library, name: str, facts: Mapping[str, object], expected: Mapping[str, Answer], more: tuple[str, ...]
) -> Vector | str:
    """Return a vector that expects what the case had, and beside it what the law says where it says it."""
    read = Facts.model_validate(facts)
    try:
        found = answers(library, read)
    except RepairFlowError as error:
        return f"{name}：{error}"
    told = {key: found[key] for key in more if key in found and found[key] != ()}
    return Vector.model_validate({"名称": name, "事实": read, "结果": {**expected, **told}})


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return in_words(value) if isinstance(value, date) else repr(value)

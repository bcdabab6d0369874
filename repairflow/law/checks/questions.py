"""What forms ask: under names that are free, of amounts that can be, and at a time when the question makes sense."""

from __future__ import annotations

import re
from collections.abc import Mapping

from repairflow.law.checks.forms import forms
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import before
from repairflow.law.procedure.model import Input

OF_EVERY_FORM = frozenset({"csrf_token", "confirmed", "expected_version", "command_id", "reason", "materials"})
"""Fields that a form carries for itself: an answer under one of these names would be taken for it, or be lost."""
COMPUTED = frozenset({
    "we", "you", "subject_name", "subject_code", "case_number", "filed_day", "accepted_day", "due_day", "outcome_label",
    "procedure_label", "remedy_paragraphs", "legal_bases", "record", "kind", "subject", "effects", "contact",
    "original_number", "original_office", "record_office", "record_date", "record_document", "record_document_number",
})  # fmt: skip
"""Words that the program fills itself, in letters and in what a case was told."""
COUNTED = (
    "罚",
    "价",
    "赔",
    "税",
    "分",
    "元",
    "金额",
    "数额",
    "款",
    "费",
    "天",
    "日",
    "数",
    "次",
    "人",
    "件",
    "份",
    "期",
    "比例",
    "率",
    "年",
    "月",
    "面积",
    "长",
)
"""What a number counts, where none can be less than nothing."""

NO_TEXT = (
    "文号",
    "编号",
    "名称",
    "说明",
    "情况",
    "意见",
    "理由",
    "事实",
    "经过",
    "内容",
    "机关",
    "单位",
    "姓名",
    "地点",
)
WRITTEN_AS: Mapping[str, tuple[str, ...]] = {
    "number": (*NO_TEXT, "日期"), "boolean": (*NO_TEXT, "日期", "金额"), "date": NO_TEXT, "text": ("日期",), "long_text": ("日期",),
}  # fmt: skip
"""By kind of answer, how a question ends that cannot be answered so."""


def _bare(label: str) -> str:
    """Return a label without what stands in brackets behind it."""
    return label.split("（", maxsplit=1)[0]


def check(report: Report) -> None:
    """Questions nobody can be asked, or whose answers cannot be right."""
    if report.is_record:
        return
    p = report.procedure
    for at, what, form in forms(report):
        step = at[1] if at[0] == "action" else None
        for name, item in form.items():
            label = f"{what}的填写项“{item.label}”（{name}）"
            taken = OF_EVERY_FORM | COMPUTED | ({"ground"} if step and p.action[step].reason == "code" else set())
            if name in taken:
                text = f"{label}用了程序自己的名称 {name}，填写的内容会丢失或者被当作别的；请换一个名称"
                report.find("name_reserved", (*at, name), text)
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                text = f"{label}的名称须以小写英文字母开头，只用小写字母、数字和下划线，否则填写的内容会丢失；请改名"
                report.find("name_reserved", (*at, name), text)
            for key, bound in (("minimum", item.minimum), ("maximum", item.maximum)):
                if bound is not None and bound < 0 and any(word in item.label for word in COUNTED):
                    text = f"{label}的 {key} = {bound}，可以填负数；金额、天数和数量不能少于零，请改正"
                    report.find("bounds_crossed", (*at, name), text)
            _after(report, (*at, name), label, step, item)
            wrong = item.kind in WRITTEN_AS and _bare(item.label).endswith(WRITTEN_AS[item.kind])
            if wrong:
                text = f"{label}的 kind 是 {item.kind}，问的却不能这样回答；请改正 kind（文字用 text 或者 long_text，日期用 date）"
                report.find("input_kind", (*at, name), text)
    _uneven(report)


def _after(report: Report, at: tuple[str, ...], label: str, step: str | None, item: Input) -> None:
    """Check that a question asked only after steps that cannot have been taken is never asked."""
    p = report.procedure
    for other in item.after:
        if other in p.action and (step is None or other not in before(p)[step]):
            text = f"{label}只在{report.action(other)}之后才问（after），该动作却不可能在此之前办理，永远不会问到；请改正 after"
            report.find("after_never", at, text)


def _uneven(report: Report) -> None:
    """Tell where steps beside each other ask the same, and one can be taken without the answer, or takes another kind of it."""
    p = report.procedure
    told = set()
    for state in p.state:
        asked: dict[str, list[tuple[str, Input]]] = {}
        for step, action in p.actions_from(state).items():
            for name, item in action.inputs.items():
                asked.setdefault(name, []).append((step, item))
        for name, places in asked.items():
            ways = {(item.required, item.kind) for _, item in places}
            lax = next((step for step, item in places if not item.required), places[0][0])
            if len(ways) > 1 and (name, lax) not in told:
                told.add((name, lax))
                text = f"{report.action(lax)}的填写项“{p.action[lax].inputs[name].label}”（{name}）与同一环节其他动作的写法不同"
                report.hint(
                    "question_uneven", ("action", lax, "inputs", name), f"{text}（必填或者 kind）；请核对是否有意"
                )

"""How a request or an answer that does not fit its description is refused, in words that repeat nothing of it."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from repairflow.errors import Invalid
from repairflow.errors import Problem as Fault

TEXTS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请去掉",
    "string_type": "应为文字",
    "string_too_long": "过长",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "格式不正确",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "dict_type": "应为对象",
    "list_type": "应为数组",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "too_long": "项数过多",
    "literal_error": "不在可选范围内",
    "greater_than_equal": "过小",
    "less_than_equal": "过大",
}


def refuse(_request: object, _response: object, error: Exception | None, _instance: object, _adapter: object) -> None:
    """Check the request before each view: one that does not fit becomes an Invalid which repeats nothing of it.

    SpecTree's own answer and its log line would hold what was sent, an identity number perhaps.
    """
    if isinstance(error, ValidationError):
        raise Invalid("请求内容有误，请按提示修改。", list(_faults(error)))


def trusted(_request: object, _response: object, error: Exception | None, _instance: object, _adapter: object) -> None:
    """Check the answer after each view: one of ours that does not fit its description is a fault of the program."""
    if error is not None:
        raise TypeError("an answer does not fit its description")


def _faults(error: ValidationError) -> Iterable[Fault]:
    for found in error.errors(include_input=False, include_context=False, include_url=False):
        # An unknown name came from the caller and is not repeated; those of ours are.
        place = found["loc"][:-1] if found["type"] == "extra_forbidden" else found["loc"]
        where = ".".join(str(part) for part in place[:2])
        text = TEXTS.get(found["type"], "不正确")
        yield Fault(where, "有未知的项，请去掉" if found["type"] == "extra_forbidden" else text)

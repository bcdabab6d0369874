"""Faults of form in Chinese: what is wrong with which key of a definition file, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from repairflow.errors import DefinitionError, Problem
from repairflow.law.near_names import meant
from repairflow.law.procedure.known_names import keys_at
from repairflow.law.toml_file import line_of

TABLES: Mapping[str, str] = {
    "action": "动作", "state": "环节", "clock": "期限", "basis": "依据", "actor": "角色", "material": "材料",
    "inputs": "填写项", "kinds": "种类", "period": "公示期", "penalty": "处罚类别", "lists": "清单", "remedy": "救济途径",
    "measure": "惩戒措施", "list_kind": "名单", "switch": "开关", "limit": "最长期限", "contact": "联系方式",
}  # fmt: skip
PATTERNS: Mapping[str, str] = {
    r"^[a-z][a-z0-9_]*$": "须以小写英文字母开头，只用小写字母、数字和下划线",
    r"^[0-9]{4}-[0-9]{2}(\.[0-9]+)?$": "须写成年月，如 2026-04",
    r"^[0-9]{4}-[0-9]{2}\.[0-9]+$": "须写成基础程序的版本加序号，如 2026-04.1",
    r"^[A-Z]{0,4}$": "须为最多四个大写字母",
    r"^(sha256:[0-9a-f]{64})?$": "须写成 sha256: 加 64 位小写十六进制数，由 law watch 给出",
}
WORDS: Mapping[str, str] = {
    "missing": "没有写，不能缺少；请补上",
    "string_type": "须为文字，请加引号", "date_type": "须为日期，如 2026-04-01", "bool_type": "须为 true 或者 false",
    "bool_parsing": "须为 true 或者 false", "int_type": "须为整数", "int_parsing": "须为整数",
    "int_from_float": "须为整数", "float_type": "须为数字", "float_parsing": "须为数字",
    "tuple_type": "须为列表，请写在方括号里", "dict_type": "须为一张表，请写成 { … } 或者 [ … ]",
    "mapping_type": "须为一张表，请写成 { … } 或者 [ … ]", "model_type": "须为一张表，请写成 { … } 或者 [ … ]",
    "model_attributes_type": "须为一张表，请写成 { … } 或者 [ … ]", "too_short": "不能为空，至少写一项",
    "date_from_datetime_inexact": "须只写日期，如 2026-04-01", "date_parsing": "须为日期，如 2026-04-01",
    "date_from_datetime_parsing": "须为日期，如 2026-04-01", "string_too_long": "太长；请缩短",
    "string_too_short": "不能为空；请写明", "finite_number": "须为有限的数字",
}  # fmt: skip

LONGEST_NAME = 60
MOST_TOLD = 50
"""Faults of form that are told at once: a file with more of them is not mended one by one."""


def faults(
    error: ValidationError, text: str, where: str, form: type[BaseModel], within: tuple[str, ...] = ()
) -> list[Problem]:
    """Return the faults of form, each with file, line and a sentence that names the key, the first fifty and how many more there are;
    `form` is what the file was read as, `within` the
    table of the file in which the faulty content stands."""
    found: dict[str, Problem] = {}
    items = error.errors(include_url=False)
    for number, item in enumerate(items):
        if len(found) == MOST_TOLD:
            found[""] = Problem(f"{where}:1", f"还有 {len(items) - number} 处格式错误没有列出；请先改正以上各处")
            break
        # what may be of several kinds is faulted once for each: one is enough
        location = tuple(part for part in item["loc"] if part not in {"[key]", "int", "str"} and "[" not in str(part))
        place = f"{where}:{line_of(text, (*within, *location))}"
        found.setdefault(named(location), Problem(place, f"{named(location)}{_said(item, form)}"))
    return list(found.values())


def refuse_reserved(data: Mapping[str, object], names: Iterable[str], text: str, where: str) -> None:
    """DefinitionError where a file has keys that reading itself sets: they would count for nothing, or in place of what is read."""
    told = "由系统得出，文件里写了不起作用；请删去"
    if found := [Problem(f"{where}:{line_of(text, (name,))}", f"{name} {told}") for name in names if name in data]:
        raise refusal(where, found)


def refusal(where: str, found: Sequence[Problem]) -> DefinitionError:
    """Return the error of a file that is not taken, for these reasons."""
    return DefinitionError(f"{where} 有 {len(found)} 处错误，未采用", found)


def named(location: tuple[int | str, ...]) -> str:
    """Return a location as people say it: 动作“accept”的 by"""
    parts = [_shown(part) for part in location if isinstance(part, str)]
    said: list[str] = []
    while parts:
        part = parts.pop(0)
        if part in TABLES and parts:
            said.append(f"{TABLES[part]}“{parts.pop(0)}”")
        else:
            said.append(part)
    if not said:
        return "文件"
    return " 的 ".join(said).replace("” 的", "”的") + (" " if said[-1].isascii() else "")


def _shown(name: str) -> str:
    """Return a key as a message can show it: a long one cut short, what nobody sees as its code."""
    seen = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in name[:LONGEST_NAME])
    return seen if len(name) <= LONGEST_NAME else f"{seen}…（共 {len(name)} 个字符）"


def _written(value: object) -> str:
    """Return what the file has, so that a wrong word is seen without looking for its line."""
    return f"（写的是“{_shown(value)}”）" if isinstance(value, str) and value.strip() else ""


def _as_written(value: str) -> str:
    """Return a value that may be used as a file has it: pydantic tells those of Python."""
    return value.lower() if value in {"True", "False"} else value.strip("'")


def _said(item: Mapping[str, Any], form: type[BaseModel]) -> str:
    kind, context = str(item["type"]), item.get("ctx") or {}
    if kind == "extra_forbidden":
        *above, name = item["loc"]
        return f"是不认识的键{meant(str(name), keys_at(form, above))}；请改正名称或者删去"
    if kind in WORDS:
        return WORDS[kind]
    if kind == "literal_error":
        usable = str(context.get("expected", "")).replace(" or ", ", ").split(", ")
        return f"不在可用的值之中{_written(item.get('input'))}；可用的有：{'、'.join(map(_as_written, usable))}"
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(str(context.get("pattern")), "写法不合规定")
    if kind in {"greater_than_equal", "less_than_equal"}:
        bound = context.get("ge", context.get("le"))
        return f"不能{'小' if kind == 'greater_than_equal' else '大'}于 {bound}"
    if kind in {"greater_than", "less_than"}:
        return f"须{'大' if kind == 'greater_than' else '小'}于 {context.get('gt', context.get('lt')):g}"
    if kind in {"value_error", "assertion_error"}:
        return f"：{context.get('error')}"
    return "的值不是这里可以写的；请对照文档改正"

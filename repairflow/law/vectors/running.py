"""Running vectors: which answers of the law are not those a vector expects, and the vectors as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from repairflow.errors import RepairFlowError
from repairflow.law.procedure.library import Library
from repairflow.law.vectors.answers import answers
from repairflow.law.vectors.form import Answer, Vector, VectorFile

Plain = bool | int | float | str | list[int | float | str]
NO_ANSWER = "（没有这一项）"


def failures(library: Library, vector: Vector) -> list[str]:
    """Return what is wrong with a vector, in Chinese, one sentence for each answer that differs; empty when it holds."""
    try:
        found = answers(library, vector.facts)
    except RepairFlowError as error:
        return [str(error)]
    return [
        f"{name}应为 {in_words(expected)}，规则算得 {in_words(found[name]) if name in found else NO_ANSWER}"
        for name, expected in vector.expected.items()
        if name not in found or plain(found[name]) != plain(expected)
    ]


def in_words(value: Answer) -> str:
    """Return an answer as a sentence puts it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def plain(value: Answer) -> Plain:
    """Return an answer as JSON has it: days as 2026-06-10."""
    if isinstance(value, tuple):
        return [one.isoformat() if isinstance(one, date) else one for one in value]
    return value.isoformat() if isinstance(value, date) else value


def exported(files: Iterable[VectorFile]) -> list[dict[str, object]]:
    """Return all vectors as plain data with Chinese keys, for readers that know nothing of this program."""
    return [
        {
            "规则文件": file.law,
            "作者": vector.author or file.author,
            "名称": vector.name,
            "事实": vector.facts.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            "结果": {name: plain(value) for name, value in vector.expected.items()},
        }
        for file in files
        for vector in file.vectors
    ]

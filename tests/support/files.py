"""Penalty files made for a test."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.identifiers import make_uscc

HEAD = (
    "行政相对人名称,行政相对人类别,行政相对人代码_1（统一社会信用代码）,行政处罚决定书文号,违法行为类型,处罚类别,处罚内容,"
    "罚款金额（万元）,处罚决定日期,处罚机关"
)


def penalties(rows: int, subjects: int = 3) -> bytes:
    """A sound CSV of so many rows, about so many companies nobody knows yet."""
    return "\n".join(penalty_lines(rows, subjects)).encode("utf-8-sig")


def penalty_lines(rows: int, subjects: int = 3) -> Iterator[str]:
    """The lines of `penalties`, one after the other, headings first."""
    codes = [make_uscc("320830", f"MA9L{number:04d}") for number in range(subjects)]
    yield HEAD
    for number in range(rows):
        yield (
            f"云溪第{number % subjects}建材厂,法人及非法人组织,{codes[number % subjects]},溪环罚〔2026〕{number + 1}号,"
            "超标排放水污染物,罚款,处罚款。,2,2026-05-11,云溪县生态环境局"
        )

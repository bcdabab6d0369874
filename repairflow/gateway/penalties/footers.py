"""What stands under a table and is no data: sums, who filled it in, notes, signatures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from repairflow.gateway.penalties.clean import clean
from repairflow.gateway.penalties.grid import Cell

_WORDS = re.compile(
    r"(?:合计|总计|小计|共计|累计)(?:[\d,.:(条行件元万家个)]*)|共\d+[条行件家]?|以下(?:空白|无正文|为空)|(?:数据)?完|结束|END"
    r"|(?:填表|填报|制表|审核|复核|审批|经办|报送|联系|统计|负责|录入|校对|主管)(?:单位|部门|人|人员|机关|日期|时间|电话)?(?:\((?:签字|签章|盖章)\))?:?.{0,60}"
    r"|(?:单位|部门|分管)?(?:负责人|领导)(?:\(?(?:签字|签章|盖章)\)?)?:.{0,60}|(?:联系)?电话:?.{0,60}|(?:盖章|公章|签章|日期|年月日)\)?:?.{0,40}"
    r"|(?:注|备注|说明|填表说明|填报说明|注意|注释|温馨提示|提示)\d*[:.、].{0,500}|[*※](?:注|说明|表示).{0,500}|本表.{0,500}",
    re.IGNORECASE | re.DOTALL,
)
_KEYS = frozenset(
    ("文本", "数字", "日期", "数值", "字符", "必填", "选填", "非必填", "是", "否", "必填项", "选填项", "字符串")
)
_TELLING = (("CF_XDR_SHXYM", "code"), ("CF_XDR_ZJHM", "personal"), ("CF_JDRQ", "date"))
"""Columns of which a row of data fills some, and a line under the table none."""


def is_footer(values: Mapping[str, Cell]) -> bool:
    """Whether a row begins like a line under the table and names neither a subject's number nor a decision's day."""
    if any(clean(values.get(name, ""), use, name) != "" for name, use in _TELLING):
        return False
    first = next((cell for cell in values.values() if isinstance(cell, str) and cell.strip()), "")
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", first))
    return bool(_WORDS.fullmatch(plain))


def is_key(cells: Sequence[Cell]) -> bool:
    """Whether a row under the headings explains them: the numbers of the columns, or one word (文本, 必填) in most of them."""
    said = [str(cell).strip() for cell in cells if str(cell).strip()]
    if len(said) < 4:
        return False
    numbers = [text.strip("()（）") for text in said]
    counted = all(text.isdecimal() for text in numbers)
    return (
        counted and [int(text) for text in numbers] == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))
    ) or (len(set(said)) <= 3 and set(said) <= _KEYS)

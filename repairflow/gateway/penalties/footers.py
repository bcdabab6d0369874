"""What stands under a table and is no data: sums, who filled it in, notes, signatures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from repairflow.gateway.penalties.clean import EDGES, clean, is_nothing
from repairflow.gateway.penalties.grid import Cell

_WORDS = re.compile(
    r"(?:本[页表季月年]度?)?(?:合计|总计|小计|共计|累计|TOTAL|SUM)(?:[\d,.:(条行件元万家个户人起)]*)|(?:以上)?(?:总|合)?共\d+[条行件家个页户人起].{0,20}"
    r"|以下(?:空白|为空|无.{0,10})|以上(?:共|数据|内容|信息|情况|均|所列|各|表|列|无|为).{0,60}|(?:数据|正文)?完|结束|END|页码:?\d+|第\d+页.{0,20}|\d+/\d+页?"
    r"|(?:特此|现予)(?:公示|公告|证明|说明|报送)|附件?:.{0,200}|(?:数据)?来源:.{0,60}|.{2,40}\((?:盖章|公章|印章|签章)\)?"
    r"|(?:填表|填报|制表|编制|打印|导出|上报|审核|复核|审批|经办|报送|联系|统计|负责|录入|校对|主管)(?:单位|部门|人|人员|机关|日期|时间|电话)?(?:\((?:签字|签章|盖章)\))?:?.{0,60}"
    r"|(?:单位|部门|分管)?(?:负责人|领导)(?:\(?(?:签字|签章|盖章)\)?)?:.{0,60}|(?:联系)?电话:?.{0,60}|(?:盖章|公章|签章|日期|年月日)\)?:?.{0,40}|(?:19|20)\d{2}(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})"
    r"|(?:注|备注|说明|填表说明|填报说明|注意|注释|温馨提示|提示)\d*[:.、].{0,500}|[*※](?:注|说明|表示).{0,500}|(?:[*※]|\d+[.、)])?(?:本表|此表|表[内中]).{0,500}|(?:填表|填报|编制)?说明|备注|注"
    r"|(?:(?:主管|分管|主要|单位)?领导|局长|科长|负责人)?(?:批示|审签|签发|审批意见|审核意见|意见):.{0,60}|序号",
    re.IGNORECASE | re.DOTALL,
)
_KEYS = frozenset(
    ("文本", "数字", "日期", "数值", "字符", "必填", "选填", "非必填", "是", "否", "必填项", "选填项", "字符串")
)
_LENGTH = re.compile(r"型?(?:[(（][\d,.，]+位?[)）])?$")
"""What follows the word: 文本（200）, 字符型."""
_AMOUNTS = frozenset(("CF_NR_FK", "CF_NR_WFFF"))
_EDGES = "-—－─_=~·•.。,()（）[]【】"
_NUMBERS = (("CF_XDR_SHXYM", "code"), ("CF_XDR_ZJHM", "personal"))
"""Columns of numbers, of which a row of data fills one, and a line under the table none; nor the day of a decision."""
_SIGNS, _FEWEST = re.compile(r"[0-9A-Za-z]"), 7
"""The fewest figures and letters of what may be meant as a number of a subject."""


def is_footer(values: Mapping[str, Cell]) -> bool:
    """Tell whether a row begins like a line under the table, or says in each cell that there is nothing (—, /, 无), and names
    neither a subject's number nor a decision's day."""
    if tells(values):
        return False
    if all(isinstance(cell, str) and is_nothing(cell.strip(EDGES)) for cell in values.values()):
        return True
    first = next((cell for cell in values.values() if isinstance(cell, str) and cell.strip()), "")
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", first))
    return bool(_WORDS.fullmatch(plain) or _WORDS.fullmatch(plain.strip(_EDGES)))


def tells(values: Mapping[str, Cell]) -> bool:
    """Tell whether a row names a subject's number or a decision's day, as rows of data do; a count (100件) or another word of a
    line below (审核人：乙) in the column of a number is none."""
    if clean(values.get("CF_JDRQ", ""), "date", "CF_JDRQ") != "":
        return True
    numbers = (clean(values.get(name, ""), use, name) for name, use in _NUMBERS)
    return any(len(_SIGNS.findall(unicodedata.normalize("NFKC", str(cell)))) >= _FEWEST for cell in numbers)


def is_sum(values: Mapping[str, Cell], cells: Sequence[Cell]) -> bool:
    """Tell whether a row holds amounts and nothing else: the sums, without a word."""
    filled = [name for name, cell in values.items() if str(cell).strip()]
    return 0 < len(filled) == sum(bool(str(cell).strip()) for cell in cells) and set(filled) <= _AMOUNTS


def is_key(cells: Sequence[Cell]) -> bool:
    """Tell whether a row under the headings explains them: the numbers of the columns, or words of that kind alone (文本（200）, 必填)."""
    said = [str(cell).strip() for cell in cells if str(cell).strip()]
    if len(said) < 4:
        return False
    numbers = [text.strip("()（）") for text in said]
    counted = all(text.isdecimal() for text in numbers)
    return (
        counted and [int(text) for text in numbers] == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))
    ) or {_LENGTH.sub("", text) for text in said} <= _KEYS

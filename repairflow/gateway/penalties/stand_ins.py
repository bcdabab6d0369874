"""What stands in a cell in place of its value: 同上, 见附件, a masked name, characters that an encoding lost; and remarks that
are no part of a name or a number.

A fault refuses the row, since nobody can tell the value; a doubt holds it for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date

from repairflow.gateway.penalties.clean import clean
from repairflow.gateway.penalties.fields import FIELDS
from repairflow.gateway.penalties.grid import Cell
from repairflow.gateway.penalties.row import PenaltyRow
from repairflow.law.document_keys import document_key

Said = tuple[str, str]

DITTO = "写的是“同上”一类的话，请填写实际内容"
ELSEWHERE = "写的是“见附件”一类的话，请填写实际内容"
MASKED = "名称被遮盖（*），请填写全称"
LOST = "含有“?”“□”或乱码，像是转换编码时丢失的字，请改正"
NO_NAME = "像是编号、日期或者代码，不是名称"
NO_SERIAL = "文号中没有序号，请填写决定书上的文号"
FOLLOWED = "名称后面还有其他内容（人名、“等”、“及”），请核对是否有两个相对人"
REMARKED = "名称中像是有说明文字（注销、曾用名等），请核对；说明请写在备注中"
OTHER_PAPER = "像是告知书、责令改正通知书或者不予处罚决定书的文号，请核对是否行政处罚决定书"
OTHER_YEAR = "文号的年份与处罚决定日期不合，请核对"
SWAPPED = "相对人和处罚机关像是填反了，请核对"
NO_SUCH_KIND = "填了金额，而处罚类别没有相应的一种，请核对是否填错列"
RANGE = "文号像是一个范围（几个决定），请核对；每个决定填一行"

_YEARS_BEFORE = 5
"""So many years a number may be older than its decision, whose case was begun earlier; a year later at the turn of one."""

_DITTO = re.compile(r"同上|同前|同左|同上行|同上一行|上同|〃|″|〞|＂|\"|''|々")
_ELSEWHERE = re.compile(
    r"(?:详|请|具体)?(?:见|参见)(?:附件|附表|备注|决定书|原件|案卷|扫描件|网站|另表).{0,10}|待定|待录入|待核实"
)
_NAMES = ("CF_XDR_MC", "CF_CFJG", "CF_FRDB")
_ONE_LINE = (*_NAMES, "CF_WSH")
_LOST = re.compile(r"[?？□■�]|ï»¿|Ã.|â€|[äåæçèé][\x80-\xbf¡-¿]")
_GARBLED = re.compile(r"锟斤拷|烫烫烫|屯屯屯")
_NO_NAME = re.compile(r"[\d\W_]+|[0-9A-HJ-NPQRTUWXY]{18}")
_YEAR_IN_BRACKETS = re.compile(r"[〔\[(【{﹝「<〈《]\s*((?:19|20)\d{2})年?\s*[〕\])】}﹞」>〉》]")
_BODY_END = r"(?:公司|厂|店|超市|合作社|经营部|中心|医院|学校|事务所|工作室|商行|企业|集团)"
_FOLLOWED = re.compile(
    rf"{_BODY_END}(?:[(（][^()（）]*[)）])?(?:\s*等(?:\d+|[一二三四五六七八九十两几数多]+)?[家户个名人]?(?:单位|企业|公司)?$"
    rf"|[、，,;；/\\|\r\n]\s*[^、，,;；/\\|\r\n()（）]{{2,4}}$|(?:及|和|与)(?:其)?(?:法定代表人|负责人|股东|直接责任人|[^()（）]{{2,4}}$))"
)
_PERSON_BELOW = re.compile(rf"{_BODY_END}\s*[\r\n]+\s*[^\s()（）]{{2,4}}\s*$")
_PART_BELOW = re.compile(rf"[\r\n]\s*\S*(?:{_BODY_END}|分部|部|处|站|所|社)\s*$")
_REMARKED = re.compile(
    r"[(（\[【][^()（）]*(?:注销|吊销|曾用名|原名|原[^()（）]{2,}(?:公司|厂|店)|更名|现名|异常|存续|停业|法定代表人|负责人|统一社会信用代码|联系电话)[^()（）]*[)）\]】]"
)
_OTHER_PAPER = re.compile(
    r"不予?(?:行政)?处?罚|免予?(?:行政)?处?罚|罚?(?:先|预)?告字?[〔\[(【﹝]|听告|责改|改正|责令|催告|立案"
)
_BODY_OF_STATE = re.compile(r"(?:局|厅|委员会|人民政府|管委会|执法(?:大|支|总)?队|海关)$")
_COMPANY = re.compile(r"(?:公司|厂|商店|超市|合作社|经营部|商行)$")
_RANGE = re.compile(r"[〕\])】}﹞]第?(\d{1,5})号?[-~—–～至到](\d{1,5})号?$")


def faults(values: Mapping[str, Cell]) -> Iterator[Said]:
    """What refuses a row: no value stands there, but something in its place."""
    for name, cell in values.items():
        if not isinstance(cell, str) or name not in FIELDS:
            continue
        text = cell.strip()
        if _DITTO.fullmatch(text):
            yield name, DITTO
        elif name in _ONE_LINE and _ELSEWHERE.fullmatch(text):
            yield name, ELSEWHERE
        elif _GARBLED.search(text) or (name in _ONE_LINE and _LOST.search(text)):
            yield name, LOST
        elif name in _NAMES and re.search(r"[*＊]", text):
            yield name, MASKED
    for name in (*_NAMES, "CF_WFXW"):
        said = clean(values.get(name, ""), "line", name)
        if isinstance(said, str) and said and _NO_NAME.fullmatch(unicodedata.normalize("NFKC", said).upper()):
            yield name, NO_NAME
    number = clean(values.get("CF_WSH", ""), "line", "CF_WSH")
    if isinstance(number, str) and _without_serial(number):
        yield "CF_WSH", NO_SERIAL


def _without_serial(number: str) -> bool:
    """Whether a decision's number has no number of its own besides its year: 溪环罚〔2026〕号, 当场处罚."""
    plain = unicodedata.normalize("NFKC", number)
    if not any(character.isalpha() for character in plain):
        return False  # empty, or figures alone: those wait for a person
    serial = re.findall(r"\d+", document_key(number))
    if (year := _YEAR_IN_BRACKETS.search(plain)) and year[1] in serial:
        serial.remove(year[1])
    return not serial


def doubts(row: PenaltyRow, today: date) -> Iterator[Said]:
    """What a person must settle: words in a name or a number that are perhaps no part of it."""
    if row.kind != "natural_person":
        if _FOLLOWED.search(row.name):
            yield "CF_XDR_MC", FOLLOWED
        elif _REMARKED.search(row.name):
            yield "CF_XDR_MC", REMARKED
        if _BODY_OF_STATE.search(row.name) and (row.uscc or "").startswith("9"):
            yield "CF_XDR_MC", SWAPPED
    if _COMPANY.search(row.authority_name):
        yield "CF_CFJG", SWAPPED
    labels = "、".join(row.penalty_labels)
    for name, amount, word in (("CF_NR_WFFF", row.confiscated_wan, "没收"), ("CF_NR_FK", row.fine_wan, "罚款")):
        if amount and word not in labels and "其他" not in labels:
            yield name, NO_SUCH_KIND
    number = unicodedata.normalize("NFKC", row.decision_number)
    if _OTHER_PAPER.search(number):
        yield "CF_WSH", OTHER_PAPER
    if year := _YEAR_IN_BRACKETS.search(row.decision_number):
        off = int(year[1]) - row.decision_date.year
        if int(year[1]) > today.year or not -_YEARS_BEFORE <= off <= 1:
            yield "CF_WSH", OTHER_YEAR
    if (span := _RANGE.search(number)) and int(span[1]) > 1 and 0 < int(span[2]) - int(span[1]) < 100:
        yield "CF_WSH", RANGE


def two_lines(values: Mapping[str, Cell]) -> bool:
    """Tell whether the line break of a name parts a company from a person: cleaning joins the lines of a name."""
    name = values.get("CF_XDR_MC", "")
    if not isinstance(name, str) or "\n" not in name.replace("\r", "\n"):
        return False
    return bool(_PERSON_BELOW.search(name)) and not _PART_BELOW.search(name)

"""What stands in a cell in place of its value: 同上, 见附件, a masked name, characters that an encoding lost; and remarks that
are no part of a number. Names are looked at in `subject_names`.

A fault refuses the row, since nobody can tell the value; a doubt holds it for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date

from repairflow.gateway.penalties import subject_names
from repairflow.gateway.penalties.clean import clean
from repairflow.gateway.penalties.fields import FIELDS
from repairflow.gateway.penalties.grid import Cell
from repairflow.gateway.penalties.row import PenaltyRow
from repairflow.law.document_keys import document_key
from repairflow.law.identifiers import looks_like_card

Said = tuple[str, str]

DITTO = "写的是“同上”一类的话，请填写实际内容"
ELSEWHERE = "写的是“见附件”一类的话，请填写实际内容"
MASKED = "名称被遮盖（*），请填写全称"
LOST = "含有“?”“□”或乱码，像是转换编码时丢失的字，请改正"
NO_NUMBER = "像是代码或者证件号码，不是文号"
NO_MARK = "含有网页或者公式的符号，请改正"
REMARKED_NUMBER = "文号中像是有说明文字（作废、撤销、内部等），请核对；说明请写在备注中"
ODD_YEAR = "文号的括号中没有四位数的年份，请核对"
NO_SERIAL = "文号中没有序号，请填写决定书上的文号"
OTHER_PAPER = "像是告知书、责令改正通知书或者不予处罚决定书的文号，请核对是否行政处罚决定书"
OTHER_YEAR = "文号的年份与处罚决定日期不合，请核对"
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
_LOST = re.compile(r"[?？□■�]|ï»¿|Ã[^\x00-\x7f·]|â€|[äåæçèé](?:[\x80-\xb6\xb8-\xbf]|·[^\x00-\x7f])")
"""Of the letters that UTF-8 read as Latin-1 begins with, only what no name has: not the points of André·Leitão, nor the end of JOÃO."""
_GARBLED = re.compile(r"锟斤拷|烫烫烫|屯屯屯")
_YEAR_IN_BRACKETS = re.compile(r"[〔\[(【{﹝「<〈《]\s*((?:19|20)\d{2})年?\s*[〕\])】}﹞」>〉》]")
_YEAR_IN_KEY = re.compile(r"(?<!\d)((?:19|20)\d{2})\|")
"""The year of a number without brackets, as its key has it: 溪环罚2026-21号."""
_OTHER_PAPER = re.compile(
    r"不予?(?:行政)?处?罚|免予?(?:行政)?处?罚|罚?(?:先|预)?告字?[〔\[(【﹝]|听告|责改|改正|责令|催告|立案|受理|(?:案卷|卷宗|档案)号"
)
_MARK = re.compile(r"[<>{}|$^~]|^[=@]")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2}")
_CREDIT_CODE = re.compile(r"(?=.*[A-Z])[0-9A-HJ-NPQRTUWXY]{18}")
_TOLD_IN_NUMBER = re.compile(
    r"撤|作废|废止|无效|内部|涉密|[(（〔\[](?:密|机密|秘密)[)）〕\]]|罚密|(?<=号)(?:等|及|、).*|(?<=\d)等|更正|补正|更〔"
    r"|\d号?[(（][^()（）]*\d号[^()（）]*[)）]"
)
_NO_PENALTY = re.compile(
    r"^[^〔\[(【﹝罚处]*(?:[听许复移强催信][^〔\[(【﹝罚处]*|[立案告责询调查封扣登解鉴]字?)[〔\[(【﹝]"
)
_YEAR_SAID = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)|[^\d\W]")
_IN_BRACKETS = re.compile(r"[〔\[【{﹝「<〈《][^〕\]】}﹞」>〉》]*[〕\]】}﹞」>〉》]")
_RANGE = re.compile(r"[〕\])】}﹞]第?(\d{1,5})号?([-~—–～至到])(\d{1,5})号?$")


def faults(values: Mapping[str, Cell]) -> Iterator[Said]:
    """Yield what refuses a row: no value stands there, but something in its place."""
    for name, cell in values.items():
        if not isinstance(cell, str) or name not in FIELDS:
            continue
        text = cell.strip()
        if _DITTO.fullmatch(text):
            yield name, DITTO
        elif name in _ONE_LINE and _ELSEWHERE.fullmatch(text):
            yield name, ELSEWHERE
        elif _GARBLED.search(text) or is_misread(text) or (name in _ONE_LINE and _LOST.search(text)):
            yield name, LOST
        elif name in _NAMES and re.search(r"[*＊]", text) and clean(cell, "line", name) != "":
            yield name, MASKED
    by_document = bool(values.get("CF_XDR_ZJHM"))
    for name in (*_NAMES, "CF_WFXW"):
        said = clean(values.get(name, ""), "line", name)
        if isinstance(said, str) and name in _NAMES and (_MARK.search(said) or _ENCODED.search(said)):
            yield name, NO_MARK
        if isinstance(said, str) and (fault := subject_names.fault(name, said, of_person=by_document)):
            yield name, fault
    number = clean(values.get("CF_WSH", ""), "line", "CF_WSH")
    if isinstance(number, str) and (fault := _no_number(number)):
        yield "CF_WSH", fault


def _is_range(first: str, sign: str, last: str) -> bool:
    """Tell whether two serials with a sign between them are several decisions; 1-3 may be the third paper of the first case."""
    padded = first.startswith("0") and len(first) == len(last)
    sure = sign not in "-—–" or padded or (not first.startswith("0") and int(first) > 1)
    return sure and 0 < int(last) - int(first) < 100


def is_misread(text: str) -> bool:
    """Tell whether a text is one of UTF-8 that was read as GBK (浜戞邯 for 云溪), here or before it came. By chance a name (濮洪建) gives
    only characters nobody uses."""
    if text.isascii():
        return False
    try:
        meant = text.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return False
    return any("\u4e00" <= character <= "\u9fff" for character in meant.encode("gb2312", "ignore").decode("gb2312"))


def _no_number(number: str) -> str:
    """Return why what stands for a decision's number is none; '' where it may be one."""
    plain = unicodedata.normalize("NFKC", number).upper()
    if _CREDIT_CODE.fullmatch(plain) or looks_like_card(plain):
        return NO_NUMBER
    if _ENCODED.search(number) or number.startswith(("=", "@")):
        return NO_MARK
    return NO_SERIAL if _without_serial(number) else ""


def _without_serial(number: str) -> bool:
    """Tell whether a decision's number has no number of its own besides its year: 溪环罚〔2026〕号, 当场处罚."""
    plain = unicodedata.normalize("NFKC", number)
    if number and not any(character.isalnum() for character in number):
        return True  # ####: a column too narrow for what it held
    if not any(character.isalpha() for character in plain):
        return False  # empty, or figures alone: those wait for a person
    serial = re.findall(r"\d+", document_key(number))
    if (year := _YEAR_IN_BRACKETS.search(plain)) and year[1] in serial:
        serial.remove(year[1])
    return (
        not serial or all(figures == "0" for figures in serial) or bool(re.search(r"[〕\])】][第]?[〇零]+号?$", number))
    )


def doubts(row: PenaltyRow, today: date) -> Iterator[Said]:
    """Yield what a person must settle: words in a name or a number that are perhaps no part of it."""
    yield from subject_names.doubts(row)
    labels = "、".join(row.penalty_labels)
    for name, amount, word in (("CF_NR_WFFF", row.confiscated_wan, "没收"), ("CF_NR_FK", row.fine_wan, "罚款")):
        if amount and word not in labels and "其他" not in labels:
            yield name, NO_SUCH_KIND
    number = unicodedata.normalize("NFKC", row.decision_number)
    if _OTHER_PAPER.search(number) or _NO_PENALTY.search(row.decision_number):
        yield "CF_WSH", OTHER_PAPER
    elif _TOLD_IN_NUMBER.search(row.decision_number):
        yield "CF_WSH", REMARKED_NUMBER
    elif (found := _IN_BRACKETS.search(row.decision_number)) and not _YEAR_SAID.search(document_key(found[0])):
        yield "CF_WSH", ODD_YEAR
    year = _YEAR_IN_BRACKETS.search(row.decision_number) or _YEAR_IN_KEY.search(document_key(row.decision_number))
    if year:
        off = int(year[1]) - row.decision_date.year
        if int(year[1]) > today.year or not -_YEARS_BEFORE <= off <= 1:
            yield "CF_WSH", OTHER_YEAR
    if (span := _RANGE.search(number)) and _is_range(*span.groups()):
        yield "CF_WSH", RANGE

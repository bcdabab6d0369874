"""What does not fit within one row (核对): faults nobody could have meant, doubts a person must settle, and hints.

A fault refuses the row; a doubt holds it for a person; a hint goes with it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from repairflow.gateway.penalties import stand_ins, subject_names
from repairflow.gateway.penalties.amounts import yuan_named
from repairflow.gateway.penalties.fields import field_named
from repairflow.gateway.penalties.grid import Cell
from repairflow.gateway.penalties.row import PenaltyRow, plain_amount
from repairflow.law.classing import classed
from repairflow.law.identifiers import normalise
from repairflow.law.procedure.packs import RulePack
from repairflow.law.publicity import class_days

Said = tuple[str, str]
"""A column and what is to be said of it."""

EXAMPLE = "像是模板中的示例行，请删去该行或者填写真实内容"
EXAMPLE_NAME = "像是示例、测试或者隐去的名称，请填写证照或者决定书上的名称"
TWO_SUBJECTS = "一格中有两个相对人，请每个相对人填一行"
TWO_DECISIONS = "一格中有两个文号，请每个决定填一行"
SERIAL_APART = "文号的序号中间有空格，不知是一个文号还是两个，请按决定书填写"
A_DAY = "文号被表格软件变成了日期，原来的文号已丢失。请把这一列设为文本后重新填写"
PLACEHOLDER = "像是占位的代码（登记管理部门、行政区划或者主体标识码为0、同一数字或者顺序数字），请填写真实的代码"
NOT_SIMPLE = "写明适用简易程序，但处罚类别或者罚款数额超出简易程序的范围（行政处罚法第五十一条），请核对"
NO_SUCH_CODE = "代码的登记管理部门、机构类别或者行政区划像是不存在，请与证照核对"
BOTH_TOGETHER = "罚款金额像是处罚内容中罚款与没收金额的合计，请核对；没收金额请填在没收金额一列"
_REGISTERED = re.compile(r"9[1239]|[1-8ANY]")
_PROVINCES = frozenset(
    map(
        str,
        (
            10,
            *range(11, 16),
            *range(21, 24),
            *range(31, 38),
            *range(41, 47),
            *range(50, 55),
            *range(61, 66),
            71,
            81,
            82,
        ),
    )
)
"""The first two figures of a division's code (GB/T 2260), and 10 of bodies that are registered with the state itself."""
_LARGE, _LARGE_OF_TRADER = Decimal(200), Decimal(50)
"""万元: a sum so large that no content names is more likely counted in 元; in that of a trader or person more so."""
_EXAMPLE = re.compile(
    r"示例|样例|.范例|范例(?!\w$)|填写说明|某某|某公司|某企业|[×✕✖╳]|[*＊]{2,}|[○〇◯]{2,}|(?:^|[^A-Za-z])(?:[Xx]{2,}|[Oo]{3,})(?:$|[^A-Za-z])"
    r"|样表|^(?:测试|test|demo)(?:公司|企业|单位|数据)?[-_ ]?\d*$|某[^、，,]{0,8}(?:公司|厂|店|企业|单位)$"
    r"|^[(（]?(?:例|如|例如)[:：]|^(?:例如|填写示例)|^[(（]?(?:请|待)?填(?:写|报)?(?:$|企业|公司|单位|名称|全称|实际|真实|完整)|^[(（]?(?:必|选)填|^请输入"
    r"|^(?:企业|公司|单位|机构|相对人|当事人)(?:全称|名称|名字)[(（:：]?[)）]?$|^[甲乙丙丁A-Za-z]{1,3}(?:公司|企业|单位|厂)$",
    re.IGNORECASE,
)
_EXAMPLE_TEXT = re.compile(
    r"(?:示例|样例|范例|填写说明|填写示例|例如|例|如)[:：].*|(?:示例|样例|范例|[Xx×]{2,})", re.DOTALL
)
"""Of running text only what is an example as a whole: it may tell of 示例 or 某某 otherwise."""
_BODY = (
    r"(?:公司|厂|商店|超市|饭店|餐馆|饭馆|合作社|经营部|门市部|中心|医院|学校|银行|事务所|工作室|分店|酒店|商行|加油站)"
)
_TWO_BODIES = re.compile(rf"{_BODY}(?:[(（][^()（）]*[)）])?\s*[、；;，,/\n\r]+\s*\S+{_BODY}")
_NUMBER_TWICE = re.compile(
    r"\d号?(?:之[一二三四五六七八九十]+)?\s*[、，,；;/及和与暨|+&•·・]\s*[^、]*\d|(?<![文编案])号[^()（）]*\d号"
    r"|之[一二三四五六七八九十\d]+\s*[、，,；;/及和与]\s*之?[一二三四五六七八九十\d]"
    r"|[〔\[【](?:19|20)\d{2}年?[〕\]】][^()]*[〔\[【](?:19|20)\d{2}年?[〕\]】]"
)
_YEAR_PARTED = re.compile(r"(?<=[^\W\d])((?:19|20)\d{2})/(?=\d+号?$)")
"""A year and its serial with a slash between: 溪环罚2026/35号."""
_SERIAL_APART = re.compile(r"[〕\])】}]\D{0,2}\d+[ \xa0\u3000]+\d")
_LIKE_A_DAY = re.compile(
    r"[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
    r"|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?: .*)?|\d{1,2}[-/月]\d{1,2}日?|\d{4}年\d{1,2}月"
    r"|\d{1,2}-[A-Z][a-z]{2}(?:-\d{2,4})?|[A-Z][a-z]{2}-\d{2,4}"
)


def is_placeholder(code: str) -> bool:
    """Tell whether a credit code with right check digits stands for none: 0 registers nobody, 00 is no province, and no body has
    the number 00000000, 11111111, MA0000000 or one of figures in their order."""
    body = code[8:17]
    return (
        code[0] == "0"
        or code[2:4] == "00"
        or "1234567" in body
        or "12345678" in code[:9]
        or len(set(body[:8])) == 1
        or (body[:2] == "MA" and len(set(body[2:])) == 1)
    )


def name_fault(name: str, *, of_person: bool) -> str:
    """Return why what was typed as a subject's name is none; '' where it may be one."""
    return EXAMPLE_NAME if _EXAMPLE.search(name) else subject_names.fault("CF_XDR_MC", name, of_person=of_person)


def faults(values: Mapping[str, Cell]) -> Iterator[Said]:
    """Yield what refuses a row, from its cells as delivered: line breaks tell two companies apart only before cleaning."""
    name, number = values.get("CF_XDR_MC", ""), values.get("CF_WSH", "")
    if isinstance(number, date):
        yield "CF_WSH", A_DAY
    for field, cell in (("CF_XDR_MC", name), ("CF_WSH", number)):
        if isinstance(cell, str) and _EXAMPLE.search(cell):
            yield field, EXAMPLE
    for field in ("CF_WFXW", "CF_SY", "CF_NR"):
        text = values.get(field, "")
        if isinstance(text, str) and text and (_EXAMPLE_TEXT.fullmatch(text.strip()) or field_named(text) == field):
            yield field, EXAMPLE
    yield from stand_ins.faults(values)
    if isinstance(name, str) and (_two_bodies(name.strip()) or subject_names.two_lines(values)):
        yield "CF_XDR_MC", TWO_SUBJECTS
    code = values.get("CF_XDR_SHXYM", "")
    if isinstance(code, str) and len(normalise(code)) >= 30:
        yield "CF_XDR_SHXYM", "一格中有两个代码，请每个相对人填一行"
    if isinstance(number, str):
        plain = unicodedata.normalize("NFKC", html.unescape(number)).strip("'\"= \t\r\n")
        if _LIKE_A_DAY.fullmatch(plain):
            yield "CF_WSH", A_DAY
        elif _SERIAL_APART.search(plain):
            yield "CF_WSH", SERIAL_APART
        elif _NUMBER_TWICE.search(_YEAR_PARTED.sub(r"\1-", re.sub(r"\s*[\r\n]+\s*", "", plain))):
            yield "CF_WSH", TWO_DECISIONS


def _two_bodies(name: str) -> bool:
    """Tell whether a name names two bodies; a branch on a line of its own (甲有限公司⏎云溪分公司) is part of the first."""
    return bool(_TWO_BODIES.search(re.sub(r"[\r\n]+(?=\S*分(?:公司|店|厂|部)$)", "", name)))


def doubts(row: PenaltyRow, pack: RulePack) -> Iterator[Said]:
    """Yield what a person must settle before a sound row is taken in."""
    if row.authority_uscc and row.authority_uscc == row.uscc:
        yield "CF_CFJGDM", "处罚机关的代码与相对人的代码相同，请核对是否填错"
    if row.uscc and not (_REGISTERED.match(row.uscc) and row.uscc[2:4] in _PROVINCES):
        yield "CF_XDR_SHXYM", NO_SUCH_CODE
    if row.fine_wan and not row.confiscated_wan and _with_confiscated(row):
        yield "CF_NR_FK", BOTH_TOGETHER
    if not any(character.isalpha() for character in re.sub(r"(?i)no|文号|编号|案号|[年第号]", "", row.decision_number)):
        yield "CF_WSH", "文号只有数字，没有机关代字，请核对是否完整"
    if "罚款" in row.penalty_labels and row.fine_wan is not None and row.fine_wan == 0:
        yield "CF_NR_FK", "处罚类别有罚款，而罚款金额是 0，请核对；没有填写金额的请留空"
    if row.simple and not _may_be_simple(row, pack):
        yield "CF_SYCX", NOT_SIMPLE
    for field, amount in (("CF_NR_FK", row.fine_wan), ("CF_NR_WFFF", row.confiscated_wan)):
        large = _LARGE if row.kind == "organisation" else _LARGE_OF_TRADER
        if amount and amount >= large and not _fits(amount, row) and _slipped(amount, row) is None:
            yield (
                field,
                (
                    f"填写的是 {plain_amount(amount)} 万元，而处罚内容没有写明这一数额，请核对是否误以元为单位"
                    f"（{plain_amount(amount)} 元应填 {plain_amount(amount / 10_000)}）"
                ),
            )
        if amount and (slip := _slipped(amount, row)) is not None:
            yield (
                field,
                (
                    f"填写的是 {plain_amount(amount)} 万元，处罚内容写明 {plain_amount(slip)} 元（{plain_amount(slip / 10_000)} 万元），"
                    "请核对是否错了单位或者小数点"
                ),
            )


def _with_confiscated(row: PenaltyRow) -> bool:
    """Tell whether the content names this fine only as the sum of a fine and of what is confiscated."""
    parts = re.split(r"[，,；;。、](?!\d)|并", row.content)
    fines = [amount for part in parts if "没收" not in part for amount in yuan_named(part)]
    return bool(row.fine_wan and fines and "没收" in row.content and _fits(row.fine_wan, row)) and not any(
        sum(some, Decimal(0)) == (row.fine_wan or 0) * 10_000
        for size in range(1, len(fines[:6]) + 1)
        for some in combinations(fines[:6], size)
    )


def _may_be_simple(row: PenaltyRow, pack: RulePack) -> bool:
    """Tell whether the law allows simple procedure for these kinds and this amount; so it does where the pack says nothing."""
    found = pack.simple_procedure
    if found is None:
        return True
    most = found.person_wan if row.kind == "natural_person" else found.others_wan
    return set(row.penalty_kinds) <= set(found.kinds) and (row.fine_wan is None or float(row.fine_wan) <= most)


def hints(row: PenaltyRow, pack: RulePack) -> Iterator[Said]:
    """Yield what a reader of the report should look at; the row is taken in."""
    named = yuan_named(row.content)
    if row.fine_wan and named and not _fits(row.fine_wan, row) and _slipped(row.fine_wan, row) is None:
        amounts = "、".join(f"{plain_amount(amount)} 元" for amount in dict.fromkeys(named))
        yield "CF_NR_FK", f"与处罚内容写明的金额（{amounts}）不同，请核对"
    if row.publicity_end is not None:
        longest = class_days(pack, classed(pack, row.offence).gravest, row.decision_date).max_until
        if longest is not None and row.publicity_end > longest + timedelta(days=1):
            yield "CF_GSJZQ", f"晚于该类信息的最长公示期（至 {longest}），公示期按规则计算"


def _sums(row: PenaltyRow) -> set[Decimal]:
    """Return every amount the content names, in 元, and the sums of some of them: a decision may fine for several acts."""
    named = list(dict.fromkeys(yuan_named(row.content)))[:6]
    return {sum(some, Decimal(0)) for size in range(1, len(named) + 1) for some in combinations(named, size)}


def _fits(amount: Decimal, row: PenaltyRow) -> bool:
    return amount * 10_000 in _sums(row)


def _slipped(amount: Decimal, row: PenaltyRow) -> Decimal | None:
    """Return the amount of the content from which this one differs by a power of ten: a slip of unit or point; None where none."""
    if _fits(amount, row):
        return None
    yuan = amount * 10_000
    for named in (*yuan_named(row.content), *sorted(_sums(row))):
        if named and any(named * 10**power == yuan or yuan * 10**power == named for power in range(1, 9)):
            return named
    return None

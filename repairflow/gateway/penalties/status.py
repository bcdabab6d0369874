"""What a delivery says of a penalty's standing: 当前状态 (CF_ZT) and 使用范围 (CF_SYFW) of the 2015–2018 layout, as code tables;
columns that offices add beside either layout (是否公示, 修复状态 …); and remarks.

Only what plainly says 正常 and 公示 may go before the public without a person; what nobody can read may not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, TypeVar

Status = Literal["normal", "revoked", "disputed", "other", "unknown"]
Scope = Literal["public", "internal", "authorised", "unknown"]
_T = TypeVar("_T")

STATUS_CODES: Mapping[str, Status] = {"": "normal", "0": "normal", "1": "revoked", "2": "disputed", "3": "other"}
SCOPE_CODES: Mapping[str, Scope] = {"": "public", "0": "public", "1": "internal", "2": "authorised"}
_STATUS_WORDS: Mapping[str, Status] = {
    "正常": "normal", "有效": "normal", "撤销": "revoked", "已撤销": "revoked", "撤消": "revoked", "已撤消": "revoked",
    "处罚撤销": "revoked", "异议": "disputed", "异议中": "disputed", "有异议": "disputed", "其他": "other", "其它": "other",
}  # fmt: skip
_SCOPE_WORDS: Mapping[str, Scope] = {
    "公示": "public", "公开": "public", "社会公示": "public", "社会公开": "public", "内部共享": "internal",
    "政府内部共享": "internal", "部门共享": "internal", "政务共享": "internal", "授权查询": "authorised", "依授权查询": "authorised",
}  # fmt: skip
WITHHELD: Mapping[str, str] = {
    "disputed": "当前状态为“异议”，入库但不公示，请核对后决定是否公示",
    "other": "当前状态为“其他”，入库但不公示，请核对后决定是否公示",
    "internal": "使用范围为“内部共享”，入库但不公示，请核对后决定是否公示",
    "authorised": "使用范围为“授权查询”，入库但不公示，请核对后决定是否公示",
}
"""Why a penalty is taken in and kept from the public until a person has looked, by what its codes mean."""
_YES = frozenset(("是", "Y", "YES", "TRUE", "T", "1", "√", "对", "✓"))
_NO = frozenset(("否", "N", "NO", "FALSE", "F", "0", "×", "不是", "未", "没有", "无"))
_PLAINLY: Mapping[str, frozenset[str]] = {
    "SFGS": _YES | {"公示", "公开", "予以公示", "予以公开", "应当公示", "可公示", "可公开", "已公示", "正常"},
    "GSZT": frozenset((
        "公示", "公开", "已公示", "公示中", "正在公示", "待公示", "正常", "正常公示", "社会公示", "社会公开", "主动公开", "依法公开",
        "对外公示",
        "对外公开", "向社会公开", "向社会公示", "全社会", "无条件共享", "面向社会公开", "可公开", "可公示",
    )),
    "SFYX": _YES | {"有效", "生效", "已生效", "正常"},
    "SFCX": _NO | {"未撤销", "未被撤销", "未撤回", "未作废", "未删除", "正常", "有效"},
    "XFZT": _NO | {"未修复", "未申请", "未申请修复", "不予修复", "未信用修复", "待修复", "尚未修复", "正常"},
    "XFRQ": frozenset(), "CXRQ": frozenset(),
    "SFYY": _NO | {"无异议", "未提出异议", "没有异议", "未提出", "正常"},
    "SFQT": _NO | {
        "正常", "有效", "公示", "公开", "新增", "不涉及", "非密", "未删除", "未屏蔽", "未失效", "A", "I", "ADD", "INSERT", "N/A",
    },
    "SFBM": _NO | {"非密", "不涉密", "不涉及", "公开", "无密级", "非涉密", "非内部"},
}  # fmt: skip
"""In each column that is in neither layout, what plainly lets a penalty be shown; anything else is looked at by a person."""
_REVOKED = re.compile(r"(?<![未不无非])撤")
_REMARK = re.compile(
    r"(?<![未不无非])(?:被|予以|予|已经|已)?(?:依法)?(?:撤销|撤回|撤消)(?!案)|作废|确认(?:违法|无效)|不予?(?:对外)?公[示开]|(?:停止|终止|暂停|暂缓|中止)(?:对外)?公[示开]"
    r"|(?:请勿|不宜|禁止|不要|勿|不得|不应|不再|不可|不能|无需|不用|不便)(?:再)?(?:对外|向社会)?(?:公[示开布]|上网|发布)|不对外|不上网"
    r"|(?:移出|退出|撤下|取消)(?:对外)?公示|(?<!不涉及)(?<!不涉)(?<!无)(?:国家|商业)秘密|机密|(?<!未)(?<!不)删除|测试(?:数据|用|信息)"
    r"|(?:复议|诉讼|判决|裁定|裁决|法院|决定)[^，。；]{0,12}(?:变更|改[为判])|变更为"
    r"|(?:仅限?|限)?内部(?:使用|共享|掌握|资料|信息|参考|留存)|(?<!不)(?<!未)(?<!非)涉密|保密|(?<![未不])(?:已经?|完成)(?:完成)?(?:信用)?修复|(?<!未)修复(?:已经?)?(?:完成|完毕|成功|通过)|屏蔽|下架|(?<!未)撤下"
    r"|(?:免|豁免)[予于]?(?:对外)?公[示开]|(?<![非不])(?:系|为|属|是)?未成年人?(?!人?(?:保护|权益))|(?<!未)纠错"
    r"|(?<!未)(?:已经?|应|须)?(?:更正|更改)(?:为|成)|^(?:内部|测试|错误|有误|重复)(?:数据|信息)?[。.!]?$"
)


def shows(field: str, text: str) -> bool:
    """Tell whether what a column of `fields.SHOWN` says, or leaves empty, is no reason to keep a penalty from the public."""
    plain = re.sub(r"[\s'\"=。.]", "", unicodedata.normalize("NFKC", text)).upper()
    return (
        not plain
        or plain in _PLAINLY[field]
        or (plain.endswith("0") and plain.strip("0.") == "" and "0" in _PLAINLY[field])
    )


def says_revoked(text: str) -> bool:
    """Tell whether 是否撤销 says that the penalty was revoked."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    return not shows("SFCX", text) and (plain in _YES or bool(_REVOKED.search(plain)))


def remark_of(text: str) -> str:
    """Return the words of a remark (备注) that speak against showing a penalty; '' where it has none."""
    found = _REMARK.search(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    return found[0] if found else ""


def status_of(text: str) -> Status:
    """Return what 当前状态 says: a code, its word, or both together; `unknown` where they contradict or say something else."""
    code, word = _parts(text)
    if "撤" in word and not re.search(r"[未无不非]", word):
        return "revoked"  # 已被法院撤销、2（撤销）: what may be revoked is never shown
    return _agreed(code, word, STATUS_CODES, _STATUS_WORDS) or "unknown"


def scope_of(text: str) -> Scope:
    """Return what 使用范围 says: a code, its word, or both together; `unknown` where they contradict or say something else."""
    return _agreed(*_parts(text), SCOPE_CODES, _SCOPE_WORDS) or "unknown"


def _agreed(code: str | None, word: str, codes: Mapping[str, _T], words: Mapping[str, _T]) -> _T | None:
    """Return what code and word both mean; None where one is not known, or they differ."""
    said = ({codes.get(code)} if code is not None else set()) | ({words.get(word)} if word else set())
    return said.pop() if len(said) == 1 else None


def _parts(text: str) -> tuple[str | None, str]:
    """Code and word of a cell: ("1", "撤销") of “1-撤销” or “撤销（1）”, ("1", "") of “01” or “1.0”, ("", "") of nothing."""
    plain = re.sub(r"[\s'\"=]", "", unicodedata.normalize("NFKC", text))
    if not plain:
        return "", ""
    if number := re.fullmatch(r"0*(\d+)(?:\.0+)?", plain):
        return number[1], ""
    digits = re.findall(r"\d+", plain)
    word = re.sub(r"[\d\W_]", "", plain)
    return (digits[0].lstrip("0") or "0" if len(digits) == 1 else None if not digits else "?"), word

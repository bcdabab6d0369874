"""The columns of a 双公示 penalty file: their CF_* names (present and 2015–2018 layout), Chinese headings and lengths.

Source of names and lengths: the published 双公示 schema. Both layouts lead to the same fields, named here by the
present layout's name; a column that only the older one has keeps its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from repairflow.gateway.penalties.headings import SYNONYMS

TEXT = 10_000
"""Longest value of a column which the schema calls "text", in characters; longer is a slip, not a decision."""

Use = Literal["line", "text", "date", "amount", "code", "personal"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: `name` as in the present layout, `label` as people know it, `headings` it may stand under besides.

    `length` counts characters. A `personal` value is a number of a person's document: it is never echoed or kept in
    the record's source.
    """

    name: str
    label: str
    use: Use
    length: int
    headings: tuple[str, ...] = ()


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("CF_XDR_MC", "行政相对人名称", "line", 200, ("相对人名称", "主体名称")),
        Field("CF_XDR_LB", "行政相对人类别", "line", 100, ("相对人类别",)),
        Field("CF_XDR_SHXYM", "统一社会信用代码", "code", 18),
        Field("CF_XDR_GSZC", "工商注册号", "line", 50, ("CF_XDR_GSDJ", "工商登记码", "工商登记号")),
        Field("CF_XDR_ZZJG", "组织机构代码", "line", 32, ("CF_XDR_ZDM",)),
        Field("CF_XDR_SWDJ", "税务登记号", "line", 32),
        Field("CF_XDR_SYDW", "事业单位证书号", "line", 120),
        Field("CF_XDR_SHZZ", "社会组织登记证号", "line", 50),
        Field("CF_FRDB", "法定代表人", "line", 50, ("CF_FR", "法定代表人姓名", "法人代表")),
        Field("CF_FR_ZJLX", "法定代表人证件类型", "line", 64, ("法人证件类型",)),
        Field("CF_FR_ZJHM", "法定代表人证件号码", "personal", 64, ("法人证件号码", "法定代表人身份证号")),
        Field("CF_XDR_ZJLX", "自然人证件类型", "line", 64, ("证件类型",)),
        # CF_XDR_SFZ is the 2015 layout's name of the resident ID number: known, so that it is never taken for a remark.
        Field(
            "CF_XDR_ZJHM", "自然人证件号码", "personal", 64, ("CF_XDR_SFZ", "证件号码", "居民身份证号", "身份证号码")
        ),
        Field("CF_WSH", "行政处罚决定书文号", "line", 128, ("决定书文号", "处罚决定书文号")),
        Field("CF_WFXW", "违法行为类型", "line", 500),
        Field("CF_SY", "违法事实", "text", TEXT, ("处罚事由",)),
        Field("CF_YJ", "处罚依据", "text", TEXT),
        Field("CF_CFLB", "处罚类别", "line", 200, ("CF_CFLB1", "处罚类别1")),
        Field("CF_CFLB2", "处罚类别2", "line", 200),
        Field("CF_NR", "处罚内容", "text", TEXT, ("CF_JG", "处罚结果")),
        Field("CF_NR_FK", "罚款金额（万元）", "amount", 19, ("罚款金额", "罚款金额万元")),
        Field(
            "CF_NR_WFFF",
            "没收金额（万元）",
            "amount",
            19,
            ("没收金额", "没收金额万元", "没收违法所得、没收非法财物的金额", "没收违法所得没收非法财物的金额"),
        ),
        Field("CF_NR_ZKDX", "暂扣或吊销证照名称及编号", "line", 200, ("暂扣/吊销证照名称及编号",)),
        Field("CF_JDRQ", "处罚决定日期", "date", 32),
        Field("CF_YXQ", "处罚有效期", "date", 32),
        Field("CF_GSJZQ", "公示截止期", "date", 32, ("公示截止日期",)),
        Field("CF_CFJG", "处罚机关", "line", 200, ("CF_XZJG",)),
        Field("CF_CFJGDM", "处罚机关统一社会信用代码", "code", 18),
        Field("CF_SJLY", "数据来源单位", "line", 200),
        Field("CF_SJLYDM", "数据来源单位统一社会信用代码", "code", 18),
        Field("BZ", "备注", "text", TEXT),
        # In neither layout's schema: offices deliver it beside either, as the class of a penalty follows from it.
        Field(
            "CF_SYCX",
            "处罚程序",
            "line",
            20,
            ("适用程序", "处罚适用程序", "行政处罚程序", "是否适用简易程序", "是否简易程序"),
        ),
        # In neither layout's schema: what offices and their systems say beside it of whether a decision is shown.
        Field("SFGS", "是否公示", "line", 50),
        Field("GSZT", "公示状态", "line", 50),
        Field("SFCX", "是否撤销", "line", 50),
        Field("SFYX", "是否有效", "line", 50),
        Field("XFZT", "修复状态", "line", 50),
        Field("XFRQ", "修复日期", "line", 50),
        Field("CXRQ", "撤销日期", "line", 200),
        Field("SFYY", "是否异议", "line", 50),
        Field("SFBM", "是否涉密", "line", 50),
        Field("SFQT", "不公示的其他说明", "line", 200),
        # Only in the 2015–2018 layout.
        Field("CF_CFMC", "处罚名称", "line", 500),
        Field("CF_AJMC", "案件名称", "line", 500),
        Field("CF_ZT", "当前状态", "line", 50),
        Field("CF_SYFW", "使用范围", "line", 50),
        Field("CF_SXYZCD", "失信严重程度", "line", 50),
        Field("SJC", "数据更新时间戳", "line", 50),
    )
}

SHOWN = ("SFGS", "GSZT", "SFCX", "SFYX", "XFZT", "XFRQ", "CXRQ", "SFYY", "SFBM", "SFQT")
"""Columns that say whether a decision is shown. Several may say one thing; what one of them says against it counts."""

REQUIRED: tuple[tuple[str, ...], ...] = (
    ("CF_XDR_MC",),
    ("CF_XDR_SHXYM", "CF_XDR_ZJHM"),
    ("CF_WSH",),
    ("CF_WFXW", "CF_AJMC", "CF_CFMC"),
    ("CF_CFLB",),
    ("CF_JDRQ",),
    ("CF_CFJG",),
)
"""A file needs one column of each group: without it no row could become a record."""

_CODE = re.compile(
    r"(?<![A-Z0-9_])(?:CF_[A-Z0-9_]*[A-Z0-9]|BZ|SJC|SFGS|GSZT|SFCX|SFYX|XFZT|XFRQ|CXRQ|SFYY|SFBM|SFQT)(?![A-Z0-9_])"
)
_BRACKETED = re.compile(r"^(.*)\(([^()]*)\)$")
_NOISE = re.compile(r"[\s*※★☆●▲:_\"'‘’]|\(?(?:必填项?|选填项?|非必填)\)?|[\u200b\ufeff]")


BRACKETS = str.maketrans("【】[]{}〔〕「」〈〉《》<>『』﹝﹞“”", "()()()()()()()()()()()")


def plain_heading(heading: str) -> str:
    """Return a heading without the accidents of typing: width, case, form of brackets, spaces, asterisks, colons, “必填”."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading).upper().translate(BRACKETS))


_BY_CODE = {name: f.name for f in FIELDS.values() for name in (f.name, *f.headings) if name.isascii()}
_OWN = {plain_heading(name): f.name for f in FIELDS.values() for name in (f.label, *f.headings) if not name.isascii()}
_BY_HEADING = {plain_heading(name): field for field, names in SYNONYMS.items() for name in names} | _OWN
_ENCLOSED = re.compile(r"\(([^()]*)\)")
_BRACKET_WITHIN = re.compile(r"\([^()]*\)(?=[^()]+$)")
"""A second word for what is named: 被处罚单位（个人）名称."""
_NAMING = ("CF_XDR_MC", "CF_FRDB", "CF_CFJG", "CF_WSH", "CF_JDRQ", "CF_WFXW", "CF_CFLB")
"""Columns whose heading says the same without such a word; of one that counts or limits something it may change the meaning."""
_OUTER_CODE = re.compile(r"(?:行政)?相对人代码\d*")
_PARTS = re.compile(r"[-‐‑–—―─/\\|:.·>]+")
_SERIAL = re.compile(
    r"^(?:[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)、.]+(?=\D)|\d{1,2}(?=行政|统一|处罚|违法|法定|罚款|没收|公示|数据|备注))"
)
_IN_YUAN = re.compile(r"[-_/,:、]?[(]?(?:单位)?(?:人民币)?(?:[元圆块¥]|RMB|CNY|YUAN)[)]?$")


def field_named(heading: str) -> str | None:
    """Return the field a heading stands for, or None.

    Understood: a CF_* name alone or beside its Chinese heading; a Chinese heading, also with a unit or explanation
    in brackets behind it; the standard's “行政相对人代码_1（统一社会信用代码）”, where the bracket names the field.
    """
    if code := _CODE.search(unicodedata.normalize("NFKC", heading).upper()):
        return _BY_CODE.get(code.group())
    if known := heading_of(heading):
        return known
    plain = _SERIAL.sub("", plain_heading(heading))
    bracketed = _BRACKETED.match(plain)
    return _of_showing(bracketed[1] if bracketed else plain)


def heading_of(heading: str) -> str | None:
    """Return the field whose heading this is, as the schema or offices write it, or None; no word in it is guessed at: the one in
    史密斯 (密) makes no heading of a name."""
    if code := _CODE.search(unicodedata.normalize("NFKC", heading).upper()):
        return _BY_CODE.get(code.group())
    plain = _SERIAL.sub("", plain_heading(heading))
    if enclosed := _ENCLOSED.fullmatch(plain):  # “处罚机关”
        plain = enclosed[1]
    if plain in _BY_HEADING:
        return _BY_HEADING[plain]
    if (without := _BRACKET_WITHIN.sub("", plain)) != plain and (found := _BY_HEADING.get(without)) in _NAMING:
        return found
    if joined := _of_parts(plain):
        return joined
    if (amount := _BY_HEADING.get(_IN_YUAN.sub("", plain))) and FIELDS[amount].use == "amount":
        return amount  # 罚款金额/元: known, so that it is refused for its unit and not passed over
    bracketed = _BRACKETED.match(plain)
    if not bracketed:
        return None
    outer, inner = bracketed.groups()
    return _BY_HEADING.get(inner) if _OUTER_CODE.match(outer) else _BY_HEADING.get(outer) or _of_parts(outer)


_SHOWING: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "SFQT",
        re.compile(r"(?:不|免|豁免)(?:予|对外|宜)?(?:公[示开]|上网)|豁免|屏蔽|失效|删除|操作(?:类型|标[识志]|方式)"),
    ),
    ("SFBM", re.compile(r"密(?!码)")),
    ("SFCX", re.compile(r"撤销|撤消|撤回|作废|废止|(?:决定书?|文书|记录)状态")),
    ("XFZT", re.compile(r"修复")),
    ("SFYY", re.compile(r"异议")),
    ("SFGS", re.compile(r"^(?:是否|可否|能否|应否).*(?:公[示开]|上网)|^(?:公[示开]|上网)$")),
    ("GSZT", re.compile(r"公[示开]|上网")),
)
_OF_ANOTHER_THING = re.compile(
    r"期|日|时间|天数|年|网[站址页]|链接|地址|平台|渠道|单位|部门|机关|机构|人$|编号|号码?$|标题|名称|次数|内容|依据|电话|说明文件"
)
"""What such a heading may name besides: when, where and by whom something was shown."""


def _of_showing(plain: str) -> str | None:
    """Return the field of a heading that nobody knows and that speaks of whether a decision is shown: left unread, what it says
    against showing would be passed over."""
    if len(plain) > 20 or _OF_ANOTHER_THING.search(plain):
        return None
    return next((name for name, words in _SHOWING if words.search(plain)), None)


Named = Callable[[str], str | None]
"""Gives the field that a heading stands for: `field_named`, or what an office matched besides."""


def _of_parts(plain: str) -> str | None:
    """Return the field of a heading in two parts: “行政相对人代码-统一社会信用代码”, “自然人-证件类型”, “处罚-决定日期”."""
    if whole := _OUTER_CODE.match(plain):  # 行政相对人代码：…, whose colon is no part of a heading
        return _BY_HEADING.get(_PARTS.sub("", plain[whole.end() :]))
    parts = [part for part in _PARTS.split(plain) if part]
    if len(parts) != 2:
        return None
    outer, inner = parts
    return _BY_HEADING.get(outer + inner)


def is_own(heading: str) -> bool:
    """Tell whether a heading is the schema's own name of its field (or a code), not one of the synonyms."""
    return plain_heading(heading) in _OWN or bool(_CODE.search(unicodedata.normalize("NFKC", heading).upper()))


def in_yuan(heading: str, named: Named = field_named) -> bool:
    """Tell whether a column of amounts says it counts in 元: every figure in it would be wrong ten-thousandfold."""
    name = named(heading)
    return bool(name and FIELDS[name].use == "amount" and re.search(r"(?:^|[^万])[元圆]\)?$", plain_heading(heading)))


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands in which column: `names[i]` is the field of column i, or None; `faults` make the file unreadable."""

    names: tuple[str | None, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    unread: tuple[str, ...] = ()


def columns(headings: Sequence[str], named: Named = field_named) -> Columns:
    """Lay headings to fields; missing, repeated and wrongly measured columns are faults, unknown ones a note."""
    names, beside = _own_first(headings, tuple(named(heading) if heading else None for heading in headings))
    faults = []
    for name in dict.fromkeys(name for name in names if name):
        places = [heading for heading, found in zip(headings, names, strict=True) if found == name]
        if len(places) > 1 and name not in SHOWN:
            faults.append(f"“{FIELDS[name].label}”一列出现了{len(places)}次（{'、'.join(places)}），请只保留一列")
    for group in REQUIRED:
        if not set(group) & set(names):
            faults.append("缺少必需的列：" + "，或者".join(f"{FIELDS[name].label}（{name}）" for name in group))
    faults += [f"“{heading}”以元为单位，请换算为万元并改正表头" for heading in headings if in_yuan(heading, named)]
    unknown = [heading for heading, name in zip(headings, names, strict=True) if heading and not name]
    unknown = [heading for heading in unknown if heading not in beside]
    notes = [f"不认识的列，未读取：{'、'.join(unknown)}"] if unknown else []
    notes += [f"“{heading}”与“{FIELDS[name].label}”同义，只读取后者" for heading, name in beside.items()]
    return Columns(names, tuple(faults), tuple(notes), tuple(dict.fromkeys(unknown)))


def _own_first(headings: Sequence[str], names: tuple[str | None, ...]) -> tuple[tuple[str | None, ...], dict[str, str]]:
    """Return where the schema's own heading stands beside a synonym of it, the synonym is not read; its field names it."""
    own = {name for heading, name in zip(headings, names, strict=True) if name and is_own(heading)}
    beside = {
        heading: name for heading, name in zip(headings, names, strict=True)
        if name in own and name and name not in SHOWN and not is_own(heading) and plain_heading(heading) in _BY_HEADING
    }  # fmt: skip
    return tuple(None if heading in beside else name for heading, name in zip(headings, names, strict=True)), beside

"""Names of subjects (行政相对人名称) that are none, or that hold something else besides: a second subject, a person, a remark.

A fault refuses the row, since nobody can tell the name; a doubt holds it for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from repairflow.gateway.penalties.fields import heading_of
from repairflow.gateway.penalties.grid import Cell
from repairflow.gateway.penalties.row import PenaltyRow

Said = tuple[str, str]

NO_NAME = "像是编号、日期或者代码，不是名称"
NO_NAME_AT_ALL = "不是名称，请填写证照或者决定书上的名称"
FOLLOWED = "名称后面还有其他内容（人名、“等”、“及”），请核对是否有两个相对人"
REMARKED = "名称中像是有说明文字（注销、曾用名等），请核对；说明请写在备注中"
UNSURE_NAME = "名称中有序号、符号或者别的内容，请核对是否只是一个相对人的名称"
ONE_CHARACTER = "姓名只有一个字，请与证件核对"
LIKE_A_PERSON = "名称像是自然人姓名，而类别不是自然人，请核对"
SWAPPED = "相对人和处罚机关像是填反了，请核对"

_NO_NAME = re.compile(r"[\d\W_]+|(?=.*\d)[0-9A-HJ-NPQRTUWXY]{18}")
_NO_NAMES = frozenset((
    "合计", "总计", "小计", "法人", "企业", "公司", "单位", "个人", "自然人", "个体", "个体户", "个体工商户", "当事人", "相对人",
    "被处罚人", "匿名", "保密", "隐去", "已隐藏", "不公开", "备注", "名称", "姓名",
    "无名氏", "佚名", "不详", "姓名不详", "未知", "不明", "待补", "待补充", "待查", "空", "测试员", "测试人", "测试人员", "测试用户",
))  # fmt: skip
_OF_NOBODY = re.compile(r"[^、，,]{0,2}某[某甲乙丙丁男女人\d]?")
"""A name with its characters left out, as decisions are published: 李某, 欧阳某某, 某甲."""
_NOTE_AS_NAME = re.compile(r"(?:填表|填报|制表|审核|复核|经办|联系)[人单].*|(?:备注|注|说明)[:：].*")
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
_BODIES = re.compile(
    rf"{_BODY_END}(?:[(（][^()（）]*[)）])?(?:[和与及+＋&]|\s+)\S+{_BODY_END}$"
    r"|有限(?:责任)?公司(?!.*(?:[分支子]公司|营业部|加油站|店|部|中心|厂)$).{2,}公司$"
)
_SEVERAL = re.compile(r"^[^()（）]*[、，,;；/\\+＋][^()（）]*$")
_SERIALLED = re.compile(r"^[(（]?\d{1,2}[)）.、]|[①-⑳]|[公司厂店社部]\d{1,2}(?:家|户)?$|^[-+＋]")
_TOLD_BESIDE = re.compile(
    rf"{_BODY_END}[-—:： ]*(?:已|现)?(?:注销|吊销|更名|停业|歇业)|曾用名|(?:统一社会)?信用代码|电话\d|[0-9A-HJ-NPQRTUWXY]{{18}}"
    rf"|{_BODY_END}[(（,，;；\s]*(?:法定代表人|负责人|经营者|业主|投资人)[:：]?[^()（）]{{2,4}}[)）]?$"
    rf"|[(（][^()（）]*{_BODY_END}[)）]$|[(（][^()（）]*[:：][^()（）]*[)）]$"
)
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱侯尹薛闫段雷龙史陶贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤温康施文牛樊葛邢安齐庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓"
    "古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
"""Of one character, the commonest: what begins with one of them and is short may be a person."""
_PERSON = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff·]{{1,3}}")
_PERSON_BESIDE = re.compile(rf"{_BODY_END}[(（][{_SURNAMES}][\u4e00-\u9fff]{{1,2}}[)）]$")
_PERSON_BEHIND = re.compile(rf"(?:公司|合作社|事务所)[ \u3000]*[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}$")
_PART_OF_BODY = re.compile(
    r"[店厂部站处所社队场馆园院校行室坊吧铺摊组库点矿井段局会村镇乡区县市省州]$|项目|工地|车间|基地|仓库|分公司"
)
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_ODD_SIGN = re.compile(r"^\d+(?:公司|厂)$|[_#@…┄-╋]|[\u3400-\u9fff][\u0300-\u036f\u20d0-\u20ff\u3099\u309a]")
_PLACES = re.compile(r"[(（](?:安徽|江苏|江西|石家庄|马鞍山|温州|汤阴|项城|集团|中国|.{1,3}[省市县区州镇])[)）]$")
_BODY_OF_STATE = re.compile(r"(?:局|厅|委员会|人民政府|管委会|执法(?:大|支|总)?队|海关)$")
_COMPANY = re.compile(r"(?:公司|厂|商店|超市|合作社|经营部|商行)$")


def fault(name: str, said: str, *, of_person: bool = False) -> str:
    """Return why what stands in a column of names (or of behaviours) is none; '' where it may be one. A person, who goes by the
    number of a document, may be called by one character: that waits for somebody to look."""
    if name == "CF_XDR_MC" and (_is_no_name(said) or (len(said.strip()) == 1 and not of_person)):
        return NO_NAME_AT_ALL
    return NO_NAME if said and _NO_NAME.fullmatch(unicodedata.normalize("NFKC", said).upper()) else ""


def _is_no_name(said: str) -> bool:
    """Tell whether what stands for a name is a heading, a line under the table, or nobody's name."""
    plain = re.sub(r"\s", "", said).strip("：:*")
    return (
        plain in _NO_NAMES
        or bool(_NOTE_AS_NAME.fullmatch(plain) or _OF_NOBODY.fullmatch(plain))
        or heading_of(plain) is not None
    )


def doubts(row: PenaltyRow) -> Iterator[Said]:
    """Yield what a person must settle about the names of a row."""
    if row.kind != "natural_person":
        if reason := _doubt(row):
            yield "CF_XDR_MC", reason
        if _BODY_OF_STATE.search(row.name) and (row.uscc or "").startswith("9"):
            yield "CF_XDR_MC", SWAPPED
    elif len(row.name) == 1:
        yield "CF_XDR_MC", ONE_CHARACTER
    if _COMPANY.search(row.authority_name):
        yield "CF_CFJG", SWAPPED


def _doubt(row: PenaltyRow) -> str:
    name = row.name
    for pattern, reason in (
        (_FOLLOWED, FOLLOWED), (_REMARKED, REMARKED), (_TOLD_BESIDE, REMARKED), (_BODIES, FOLLOWED), (_SEVERAL, FOLLOWED),
        (_SERIALLED, UNSURE_NAME),
    ):  # fmt: skip
        if pattern.search(name):
            return reason
    if _PERSON_BESIDE.search(name) and not _PLACES.search(name):
        return REMARKED
    if (behind := _PERSON_BEHIND.search(name)) and not _PART_OF_BODY.search(behind[0]):
        return FOLLOWED
    if (
        _ODD_SIGN.search(name)
        or not _CHINESE.search(name)
        or any(unicodedata.category(character)[0] == "S" for character in name)
    ):
        return UNSURE_NAME
    return LIKE_A_PERSON if row.kind == "organisation" and len(name) <= 4 and _PERSON.fullmatch(name) else ""


def two_lines(values: Mapping[str, Cell]) -> bool:
    """Tell whether the line break of a name parts a company from a person: cleaning joins the lines of a name."""
    name = values.get("CF_XDR_MC", "")
    if not isinstance(name, str) or "\n" not in name.replace("\r", "\n"):
        return False
    return bool(_PERSON_BELOW.search(name)) and not _PART_BELOW.search(name)

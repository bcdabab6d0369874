"""Cells as sites and spreadsheets deliver them: cleaned once, alike in every column, before anything is checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from repairflow.gateway.penalties import fields, values
from repairflow.gateway.penalties.amounts import yuan_named
from repairflow.gateway.penalties.clean import clean
from repairflow.gateway.penalties.grid import Cell, CellFault
from repairflow.gateway.penalties.headings import SYNONYMS
from repairflow.gateway.penalties.row import PenaltyRow
from repairflow.gateway.penalties.row_check import read_penalty
from tests.gateway.penalty_pack import PACK
from tests.gateway.test_penalty_rows import OLD, ORGANISATION, TODAY, refused, taken

MARCH = date(2026, 3, 4)
BLANKS = (
    "— —", "－－", "－", "--", "———", "暂无", "不适用", "None", "NULL", "n/a", "NA", "\\", "\\N", "/", "／", "、", "…", "（无）",
    "无。", "(空)", "空值",
    "[]", "{}", "（ ）", "— 无 —", "——无——", "/无", "无/",
    "[null]", "'", "\u200b", "\xa0", '=""', "_",
)  # fmt: skip


@pytest.mark.parametrize("cell", BLANKS)
def test_nothing_is_nothing_in_every_column(cell: str) -> None:
    for name, column in fields.FIELDS.items():
        assert values.text_of(clean(cell, column.use, name)) == "", name
    row = taken(ORGANISATION, CF_FRDB=cell, CF_CFJGDM=cell, CF_NR_WFFF=cell, CF_GSJZQ=cell, BZ=cell, CF_YXQ=cell)
    assert (row.legal_representative, row.authority_uscc, row.confiscated_wan) == ("", "", None)
    assert (row.publicity_end, row.valid_until, row.remark) == (None, None, "")
    assert [problem.reason for problem in refused(ORGANISATION, CF_WSH=cell)] == ["未填写"]


@pytest.mark.parametrize(("cell", "use", "found"), [
    ("'91320830", "code", "91320830"), ('="91320830"', "code", "91320830"), ("’91320830", "code", "91320830"),
    ('="甲""乙"', "line", '甲"乙'), ("'甲'", "line", "'甲'"), ("甲\r\n公司", "line", "甲公司"), ("甲\n\n公司", "line", "甲公司"),
    ("Acme\nLtd", "line", "Acme Ltd"), ("甲\t公司", "line", "甲公司"), ("甲\n乙", "text", "甲\n乙"),
    ("\u202e甲\u200b乙\ufeff", "line", "甲乙"), ("统一社会信用代码：91320830", "code", "91320830"), ("代码：", "code", "代码："),
    ("91320899MA0HT0019U（1-1）", "code", "91320899MA0HT0019U"), ("91320899MA0HT0019U (2/2)", "code", "91320899MA0HT0019U"),
    ("91320899MA0HT0019U(副本)", "code", "91320899MA0HT0019U"), ("溪环（1-1）", "code", "溪环（1-1）"),
    ("（91320899MA0HT0019U）", "code", "91320899MA0HT0019U"), ("''", "line", "''"), ("暂未提供", "code", ""), ("暂无法提供", "date", ""),
    ("尚未登记", "text", "尚未登记"), ("无—甲", "line", "无—甲"), ("—无锡—", "line", "—无锡—"),
    ("NaN", "line", ""), ("NaN", "amount", "NaN"), ("N.A.", "line", ""), ("无此信息", "line", ""), ("未提供", "code", ""),
    ("未提供", "text", "未提供"), ("恒\U000e0100拓\ufe0e建材", "line", "恒拓建材"),
    ("\ue864", "line", "\u9fbb"), ("\ue78d甲", "line", "\ufe10甲"), (17, "line", 17), (MARCH, "date", MARCH),
])  # fmt: skip
def test_marks_breaks_and_widths(cell: Cell, use: str, found: Cell) -> None:
    assert clean(cell, use) == found


@pytest.mark.parametrize("cell", ["云溪县 生态环境局", "云溪县生态环境局（盖章）", "“云溪县　生态环境局”。"])
def test_an_offices_name_has_neither_spaces_nor_its_seal(cell: str) -> None:
    assert clean(cell, "line", "CF_CFJG") == "云溪县生态环境局"
    assert clean("ABC Clinic", "line", "CF_CFJG") == "ABC Clinic"


@pytest.mark.parametrize(
    "cell", ["没有", "未公示", "无法定代表人", "（无负责人）", "缺", "暂缺", "0", "000", 0, "*", "＊＊"]
)
def test_nobody_represents_a_company(cell: Cell) -> None:
    assert taken(ORGANISATION, CF_FRDB=cell).legal_representative == ""
    assert taken(ORGANISATION, CF_SY="没有").facts == "没有"  # in running text it says something


@pytest.mark.parametrize("character", ["\ue000", "\ue5e5", "\uf8ff", "\U000f0001", "\U0010fffd"])
def test_characters_nobody_else_sees_are_refused_before_intake(character: str) -> None:
    cell = clean(f"堃{character}", "line")
    assert isinstance(cell, CellFault)
    assert f"U+{ord(character):04X}" in cell.reason
    assert [problem.field for problem in refused(ORGANISATION, CF_FRDB=f"堃{character}")] == ["CF_FRDB"]


@pytest.mark.parametrize("cell", [
    "二〇二六年三月四日", "二○二六年三月四日", "二零二六年〇三月〇四日", "2026 年 3 月 4 日", "2026—03—04", "2026－3－4",
    "2026-03-04T00:00:00+08:00",
    "2026-03-03T16:00:00Z", "2026.3.4日", "2026年3月4号", "2026\\3\\4", "2026 03 04", "2026年3月4日（星期三）", "公元2026年3月4日",
    "2026年03月04日 09时30分", "'2026-03-04", '="2026-03-04"', "2026-03-04\n", "2026、3、4",
    "2026/3/4 上午 12:00:00", "2026-03-04 12:00:00 AM", "Mar  4 2026 12:00AM", "2026年3月4日 下午3:05",
    "2026-03-04T08:00:00+08", "（2026-03-04）", "2026。3。4",
])  # fmt: skip
def test_days_as_decisions_and_systems_write_them(cell: str) -> None:
    assert values.day_of(clean(cell, "date")) == MARCH


@pytest.mark.parametrize(
    "cell",
    [
        "二六年三月四日",
        "2026-3-4至2026-4-4",
        "3月4日",
        "二〇二六年三月三十二日",
        "03/04/2026",
        "3/4/2026 12:00:00 AM",
        "2026-03-04 25:00 PM",
        "2026-03-04T25:00:00Z",
    ],
)
def test_what_is_no_certain_day_is_refused(cell: str) -> None:
    with pytest.raises(values.BadValue):
        values.day_of(clean(cell, "date"))


@pytest.mark.parametrize(("cell", "amount"), [
    ("2万", "2"), ("贰万元", "2"), ("贰万", "2"), ("¥2", "2"), ("￥2", "2"), (".5", "0.5"), ("2万元整", "2"), ("人民币2万元", "2"),
    ("2.", "2"), ("2。5", "2.5"),
    ("人民币壹拾贰万伍仟元整", "12.5"), ("伍仟元整", "0.5"), ("1亿元", "10000"), ("'2", "2"), ('="0.5"', "0.5"), ("2 万元", "2"),
    ("十二万元", "12"),
    ("壹万零伍元陆角柒分", "1.000567"), ("2千元", "0.2"), ("5百元", "0.05"), ("2千5百元整", "0.25"), ("2万伍仟元", "2.5"),
    ("人民币2万伍仟陆佰元整", "2.56"), ("2万伍仟", "2.5"),
])  # fmt: skip
def test_amounts_as_offices_write_them(cell: str, amount: str) -> None:
    assert values.amount_of(clean(cell, "amount")) == Decimal(amount)


@pytest.mark.parametrize(
    "cell",
    [
        "20000元",
        "约2万",
        "2-3万",
        "2万余元",
        "二三万元",
        "2万+1万",
        "万",
        "2；3",
        "2。5。1",
        "1.2。5",
        "5千",
        "2万伍",
        "20千元",
        "2千万元",
        "2（贰）",
    ],
)
def test_amounts_nobody_can_be_sure_of_are_refused(cell: str) -> None:
    with pytest.raises(values.BadValue):
        values.amount_of(clean(cell, "amount"))


@pytest.mark.parametrize(("text", "yuan"), [
    ("没收违法所得0.0312万元，并处罚款伍仟元整。", [312, 5000]), ("罚款人民币伍仟元整（5000元）", [5000, 5000]),
    ("罚款1.2万元、12,000.50元", [12000, "12000.50"]),
    ("处罚款壹拾贰万元整", [120000]), ("责令改正", []), ("罚 款 2000 元", [2000]), ("没收电子秤一台", []), ("罚款２０００元", [2000]),
    ("罚款￥200", [200]), ("罚款2w", [20000]), ("罚款0.2万", [2000]), ("罚款2000", [2000]), ("罚款:2,000", [2000]),
    ("罚款2,0000元", [20000]),
    ("罚款RMB2000", [2000]), ("罚款2000块", [2000]), ("罚款二零零零元", [2000]), ("罚款2次", []), ("罚款3%", []), ("罚款二万", [20000]),
    ("罚款30日内缴清", []), ("处2千元罚款", [2000]),
])  # fmt: skip
def test_amounts_a_text_names(text: str, yuan: list[object]) -> None:
    assert yuan_named(text) == [Decimal(str(amount)) for amount in yuan]


@pytest.mark.parametrize(("text", "codes"), [
    ("罚款。", ["fine"]), ("罚款/没收违法所得", ["fine", "illegal_gains"]), ("罚款 警告", ["fine", "warning"]),
    ("罚款＋警告", ["fine", "warning"]),
    ("罚款|警告", ["fine", "warning"]), ("罚款\\警告", ["fine", "warning"]), ("罚款&警告", ["fine", "warning"]),
    ("罚款·警告", ["fine", "warning"]), ("警告和罚款", ["warning", "fine"]), ("一、罚款；二、警告", ["fine", "warning"]),
    ("警告，并处罚款", ["warning", "fine"]), ("（罚款）（警告）", ["fine", "warning"]),
    ("其它", ["other"]), ("法律、行政法规规定的其他行政处罚", ["other"]), ("暂扣或者吊销许可证、暂扣或者吊销执照", ["permit_revoked"]),
    ("暂扣或者吊销许可证、执照", ["permit_revoked"]), ("暂扣或吊销许可证", ["permit_revoked"]),
    ("罚款、暂扣或者吊销执照；警告", ["fine", "permit_revoked", "warning"]),
    ("没收违法所得、没收非法财物", ["illegal_gains", "illegal_goods"]), ("责令停产停业", ["stopped"]), ("行政拘留", ["detention"]),
])  # fmt: skip
def test_kinds_joined_by_any_sign_and_those_of_the_older_layout(text: str, codes: list[str]) -> None:
    assert sorted(values.kinds_of(text, PACK).codes) == sorted(codes)


@pytest.mark.parametrize(("text", "near"), [
    ("警告并罚款", "警告、罚款"), ("吊销营业执照", "吊销许可证件"), ("暂扣许可证", "暂扣许可证件"),
    ("没收违法所得（款）", "没收违法所得"), ("停产停业", "责令停产停业"),
])  # fmt: skip
def test_an_unknown_kind_is_refused_with_the_nearest_named(text: str, near: str) -> None:
    with pytest.raises(values.BadValue, match=f"是否为“{near}”"):
        values.kinds_of(text, PACK)


def test_the_graver_of_two_is_told_to_the_reader() -> None:
    row = taken(OLD, CF_CFLB="暂扣或者吊销许可证、暂扣或者吊销执照", CF_CFLB2="")
    assert (row.penalty_kinds, [warning.field for warning in row.warnings][:1]) == (("permit_revoked",), ["CF_CFLB"])


@pytest.mark.parametrize(
    "end",
    [
        "长期",
        "永久",
        "长期有效",
        "（长期）",
        "至长期",
        "长期有效（永久）",
        "自公示之日起一年",
        "9999-12-31",
        "2099/12/31",
        date(2099, 12, 31),
    ],
)
def test_an_end_that_never_comes_is_empty_and_told(end: Cell) -> None:
    row = taken(ORGANISATION, CF_GSJZQ=end)
    assert (row.publicity_end, [warning.field for warning in row.warnings]) == (None, ["CF_GSJZQ"])


@pytest.mark.parametrize(("heading", "field"), [
    ("行政相对人代码-统一社会信用代码", "CF_XDR_SHXYM"), ("行政相对人代码-相对人证件号码", "CF_XDR_ZJHM"),
    ("行政相对人代码_2（工商注册号）", "CF_XDR_GSZC"),
    ("行政相对人代码—组织机构代码", "CF_XDR_ZZJG"), ("行政相对人代码/税务登记号", "CF_XDR_SWDJ"),
    ("行政相对人代码：统一社会信用代码", "CF_XDR_SHXYM"),
    ("行政处罚决定文书号", "CF_WSH"), ("处罚种类", "CF_CFLB"), ("作出处罚决定日期", "CF_JDRQ"), ("处罚机关名称", "CF_CFJG"),
    ("1.处罚机关名称", "CF_CFJG"), ("“处罚机关”", "CF_CFJG"), ("被处罚单位（个人）名称", "CF_XDR_MC"), ("罚款金额（万元）※", "CF_NR_FK"),
    ("罚款（最高）金额", None), ("是否未成年人", "SFQT"),
    ("法定代表人-证件类型", "CF_FR_ZJLX"), ("法定代表人（负责人）", "CF_FRDB"), ("单位名称", None), ("案号", None),
    ("处罚-决定-日期", None),
])  # fmt: skip
def test_headings_by_synonym_and_in_two_parts(heading: str, field: str | None) -> None:
    assert fields.field_named(heading) == field


def test_no_synonym_names_two_fields() -> None:
    names = [name for found in SYNONYMS.values() for name in found]
    assert len(names) == len(set(names))
    assert {name for field, found in SYNONYMS.items() for name in found if fields.field_named(name) != field} == set()


def test_the_own_heading_counts_before_its_synonym() -> None:
    required = [fields.FIELDS[group[0]].label for group in fields.REQUIRED]
    found = fields.columns([*required, "案由", "决定日期"])
    assert found.faults == ()
    assert found.names[-2:] == (None, None)
    assert any("同义" in note for note in found.notes)
    assert fields.columns([*required, "处罚决定日期"]).faults


@pytest.mark.parametrize("name", ["CF_WSH", "CF_XDR_MC", "CF_CFJG", "CF_XDR_SHXYM"])
def test_a_line_break_within_a_cell_makes_no_difference(name: str) -> None:
    text = str(ORGANISATION[name])
    broken = read_penalty(7, {**ORGANISATION, name: f"{text[:4]}\n{text[4:]}"}, PACK, TODAY)
    assert isinstance(broken, PenaltyRow)
    assert broken.canonical() == taken(ORGANISATION).canonical()

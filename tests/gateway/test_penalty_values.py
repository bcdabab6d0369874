"""Single values: days, amounts, kinds, numbers; and which column a heading names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repairflow.gateway.penalties import fields, values
from repairflow.gateway.penalties.days import writes_a_day
from repairflow.gateway.penalties.grid import Cell, CellFault
from repairflow.law.document_keys import document_key
from repairflow.law.identifiers import check_resident_id, without_personal_numbers
from tests.gateway.penalty_pack import PACK
from tests.gateway.penalty_samples import company, resident

JUNE = date(2026, 6, 12)


@pytest.mark.parametrize(
    "cell",
    [
        JUNE, "2026-06-12", "2026-6-12", "2026/6/12", "2026.6.12", "2026年6月12日", "2026年06月12日", "20260612", 20260612,
        "2026-06-12 00:00:00", "2026/6/12 0:00", "2026-06-12T09:30:00", "２０２６－０６－１２", " 2026-06-12\u200b", "46185",
        46185, 46185.5, "46185.5", "20260612.0", "2026_06_12", "2026·6·12", "2026-Jun-12", "Jun-12-2026",
        "2026-06-12 00:00:00 CST", "2026/6/12 00:00:00 +0800", "Fri Jun 12 2026 00:00:00 GMT+0800 (中国标准时间)", "2026-06-12、",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(cell: Cell) -> None:
    assert values.day_of(cell) == JUNE


@pytest.mark.parametrize(("text", "found"), [
    *((text, True) for text in (
        "护照所载为2010年5月20日", "应为2010年5月20", "原登记２０１０－０５－２０", "生于二〇一〇年五月二十日", "一〇年五月廿日",
        "2010年出生，5月20日", "2010 年 5 月 20 日",
        "生日20100520有误", "2010.5.20", "2010 05 20", "10-5-20", "20/05/2010", "20 May 2010", "May 20, 2010", "2010—05—20",
        "号码110105201005200021",
    )),
    *((text, False) for text in (
        "经核对护照原件，原登记有误", "原登记的年份写成了2010年", "护照E12345678，月、日颠倒", "溪护〔2026〕12号公证书第3页",
            "户口簿第20页，5月登记",
        "电话0527-81234567", "法释〔2021〕2号第5条",
    )),
])  # fmt: skip
def test_a_day_written_out_in_a_running_text_is_noticed(text: str, found: bool) -> None:
    assert writes_a_day(text) is found


@pytest.mark.parametrize(
    "cell",
    ["6/12/2026", "12-06-2026", "26-6-12", "2026-6/12", "2026-13-01", "2026-02-30", "昨天", "2026", "2026-06",
     "2026-06-12、2026-06-13", "2026-06-12 24:00:00", "2026-06-12 24:00", "2026-06-12 24时", "2026-06-12 25:61", "2026/6/12 10:60",
     "2026-06-12T24:00:00+08:00", "٢٠٢٦-٠٦-١٢", "2O26-06-12", "2026-O6-12", "2026-06-l2", "2026-Jun", "2026年6月十二日", 1, 461850,
     "99999999", 1e300, CellFault("公式")],
)  # fmt: skip
def test_a_day_that_may_mean_another_is_refused(cell: Cell) -> None:
    with pytest.raises(values.BadValue):
        values.day_of(cell)


@pytest.mark.parametrize("cell", ["", " ", "无", "/", "—", "null", "\u3000"])
def test_what_offices_write_for_nothing_is_nothing(cell: str) -> None:
    assert values.day_of(cell) is None
    assert values.amount_of(cell) is None
    assert values.text_of(cell) == ""


@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)))
def test_every_day_survives_each_way_of_writing(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    ways: list[Cell] = [
        day,
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        serial,
        str(serial),
    ]
    assert {values.day_of(way) for way in ways} == {day}


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("0.2", "0.2"), (0.2, "0.2"), (2, "2"), ("1,234.5", "1234.5"), ("２．５", "2.5"), ("0.2万元", "0.2"), (" 3 ", "3"),
     (0.1 + 0.2, "0.3"), ("0.000001", "0.000001"), (0.000001, "0.000001"), (1e-5, "0.00001"),
     ("999999999999.999999", "999999999999.999999"), ("0", "0"), ("-0", "0"),
     ("人民币贰万元整（¥20,000.00）", "2"), ("人民币（大写）贰万元整", "2"), ("2万元（¥2）", "2")],
)  # fmt: skip
def test_an_amount_is_exact(cell: Cell, amount: str) -> None:
    assert values.amount_of(cell) == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "says"),
    [("-1", "负数"), (-0.5, "负数"), ("约贰万元", "数字"), ("2000元", "除以 10000"), ("0.0000001", "六位小数"), ("1,23", "数字"),
     ("1e3", "数字"), ("NaN", "数字"), ("Infinity", "数字"), (float("inf"), "数字"), ("1000000000000", "过大"), (JUNE, "日期"),
     ("约3", "数字"), ("1E+05", "数字"), ("(5)", "数字"), ("1.234,56", "数字"), ("5%", "数字"), ("5-10", "数字"),
     ("5万至10万", "数字"), ("1 2", "数字"), ("٣.٥", "数字"), ("壹万贰", "数字"), ("壹万贰仟叁佰", "数字"), ("2.5.1", "数字"),
     ("贰万元（¥30,000）", "数字"), ("2万元（20000）", "数字"), (CellFault("单元格是公式"), "公式")],
)  # fmt: skip
def test_what_is_no_amount_is_refused(cell: Cell, says: str) -> None:
    with pytest.raises(values.BadValue, match=says):
        values.amount_of(cell)


@given(st.decimals(0, 999_999_999_999, places=6))
def test_amounts_round_trip(amount: Decimal) -> None:
    assert values.amount_of(f"{amount:f}") == amount


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("罚款", ["fine"]), ("罚款、警告", ["fine", "warning"]), ("警告;罚款；警告", ["warning", "fine"]),
        ("罚款，没收违法所得,警告", ["fine", "illegal_gains", "warning"]), (" 罚 款 ", ["fine"]), ("fine", ["fine"]),
        ("罚款\n警告", ["fine", "warning"]), ("其他-责令改正", ["other"]), ("其他（责令改正）", ["other"]), ("罚款、", ["fine"]),
        *((f"罚款{sign}警告", ["fine", "warning"]) for sign in "-—~@#*^・•→⏎=>‖┃/&＆\\"), ("（一）罚款（二）警告", ["fine", "warning"]),
    ],
)  # fmt: skip
def test_kinds_of_penalty_are_the_packs(text: str, codes: list[str]) -> None:
    assert list(values.kinds_of(text, PACK)[0]) == codes


@pytest.mark.parametrize("text", ["记过", "罚款、记过", "罚", "其他行政"])
def test_a_kind_the_pack_does_not_know_is_refused_with_those_it_does(text: str) -> None:
    with pytest.raises(values.BadValue, match="可填：警告、罚款"):
        values.kinds_of(text, PACK)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" 甲公司 ", "甲公司"),
        ("甲（集团）公司", "甲（集团）公司"),
        (17, "17"),
        (0.25, "0.25"),
        (JUNE, "2026-06-12"),
        ("\ufeff甲", "甲"),
    ],
)
def test_text_is_kept_as_it_stands(cell: Cell, text: str) -> None:
    assert values.text_of(cell) == text


@pytest.mark.parametrize("cell", [113208990000000000, 10**15, CellFault("错误")])
def test_a_number_whose_last_digits_are_lost_is_refused(cell: Cell) -> None:
    with pytest.raises(values.BadValue):
        values.text_of(cell)


@pytest.mark.parametrize("text", ["9.13209E+17", "1e17", "3E+17"])
def test_scientific_notation_is_no_code(text: str) -> None:
    with pytest.raises(values.BadValue):
        values.code_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "溪环罚〔2026〕21号",
        "溪环罚[2026]21号",
        "溪环罚（2026）21号",
        "溪环罚 【2026】 21 号",
        "溪环罚［２０２６］２１号",
    ],
)
def test_one_decision_number_however_typed(text: str) -> None:
    assert values.document_number(text) == "溪环罚〔2026〕21号"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\u202e", "\u200b", "\ufffd", "\uffff"])
def test_control_characters_are_refused_by_number(character: str) -> None:
    with pytest.raises(values.BadValue, match=f"U\\+{ord(character):04X}"):
        values.checked(f"甲{character}乙", 10, lines=True)


def test_line_breaks_only_where_text_has_lines() -> None:
    assert values.checked("甲\n乙", 10, lines=True) == "甲\n乙"
    with pytest.raises(values.BadValue):
        values.checked("甲\n乙", 10, lines=False)
    with pytest.raises(values.BadValue, match="11 字"):
        values.checked("甲" * 11, 10, lines=False)


def test_resident_numbers_are_masked_in_text_and_credit_codes_are_not() -> None:
    person, code = resident(date(1985, 4, 12)), company("HT001")
    assert check_resident_id(person, JUNE).ok
    told = without_personal_numbers(f"当事人{person}，单位{code}，{person}。")
    assert person not in told
    assert code in told
    assert told.count("320899***********") == 2


@pytest.mark.parametrize("wrong_digit", [False, True])
def test_a_report_never_repeats_a_resident_number(wrong_digit: bool) -> None:
    person = resident(date(1985, 4, 12))
    if wrong_digit:
        person = person[:-1] + ("1" if person[-1] != "1" else "2")
    assert "19850412" not in values.shown(f"{person}", personal=False)
    assert "19850412" not in values.shown(f"身份证{person}号", personal=False)
    assert "850412" not in values.shown("320899850412001", personal=False)
    assert values.shown("E12345678", personal=True).count("*") >= 5
    assert values.shown("甲\x07乙" * 30, personal=False).startswith("甲·乙")
    assert len(values.shown("甲" * 99, personal=False)) == 40


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("CF_XDR_MC", "CF_XDR_MC"), ("cf_xdr_mc", "CF_XDR_MC"), (" CF_XDR_MC* ", "CF_XDR_MC"), ("ＣＦ_ＷＳＨ", "CF_WSH"),
        ("行政相对人名称", "CF_XDR_MC"), ("*行政相对人名称", "CF_XDR_MC"), ("行政相对人 名称（必填）", "CF_XDR_MC"),
        ("行政相对人名称(CF_XDR_MC)", "CF_XDR_MC"), ("CF_XDR_MC 行政相对人名称", "CF_XDR_MC"), ("\ufeff决定书文号：", "CF_WSH"),
        ("行政相对人代码_1（统一社会信用代码）", "CF_XDR_SHXYM"), ("行政相对人代码_3(组织机构代码)", "CF_XDR_ZZJG"),
        ("行政相对人代码_5（居民身份证号）", "CF_XDR_ZJHM"), ("统一社会\n信用代码", "CF_XDR_SHXYM"),
        ("罚款金额（万元）", "CF_NR_FK"), ("罚款金额", "CF_NR_FK"), ("罚款金额(单位：万元)", "CF_NR_FK"),
        ("没收违法所得、没收非法财物的金额（万元）", "CF_NR_WFFF"), ("处罚决定日期（年/月/日）", "CF_JDRQ"),
        ("CF_CFLB1", "CF_CFLB"), ("CF_CFLB2", "CF_CFLB2"), ("CF_XZJG", "CF_CFJG"), ("CF_JG", "CF_NR"), ("CF_FR", "CF_FRDB"),
        ("CF_XDR_ZDM", "CF_XDR_ZZJG"), ("CF_XDR_GSDJ", "CF_XDR_GSZC"), ("CF_AJMC", "CF_AJMC"), ("SJC", "SJC"), ("BZ", "BZ"),
        ("法定代表人证件号码", "CF_FR_ZJHM"), ("处罚机关统一社会信用代码", "CF_CFJGDM"),
        ("CF_UNKNOWN", None), ("联系电话", None), ("行政相对人代码", None), ("", None), ("（万元）", None),
    ],
)  # fmt: skip
def test_headings(heading: str, field: str | None) -> None:
    assert fields.field_named(heading) == field


def test_no_heading_names_two_fields() -> None:
    names = [n for f in fields.FIELDS.values() for n in {f.name, f.label, *f.headings}]
    assert {n for n in names if fields.field_named(n) is None} == set()
    assert all(fields.field_named(n) == f.name for f in fields.FIELDS.values() for n in (f.name, f.label, *f.headings))


@pytest.mark.parametrize(
    ("heading", "yuan"),
    [
        ("罚款金额（元）", True),
        ("罚款金额（单位：元）", True),
        ("CF_NR_FK（元）", True),
        ("罚款金额（万元）", False),
        ("备注（元）", False),
    ],
)
def test_a_column_in_yuan_is_noticed(heading: str, yuan: bool) -> None:
    assert fields.in_yuan(heading) is yuan


def test_a_year_and_a_serial_with_a_space_between_do_not_run_into_one_number() -> None:
    number = values.document_number("溪环罚 2026 21")
    assert document_key(number) == document_key("溪环罚〔2026〕21号")
    assert values.document_number("溪环罚〔2026〕 21 号") == "溪环罚〔2026〕21号"

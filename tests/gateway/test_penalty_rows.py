"""One row: taken whole, or refused with every fault; persons' numbers stay apart; equal content has equal digests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from stdnum.cn import ric, uscc

from repairflow.gateway.penalties.grid import Cell, CellFault
from repairflow.gateway.penalties.row import PenaltyRow, RowProblem, changed_labels
from repairflow.gateway.penalties.row_check import WHOLE_ROW, key_of, read_penalty
from tests.gateway.penalty_pack import PACK
from tests.gateway.penalty_samples import ECOLOGY, company, resident, trader

TODAY = date(2026, 6, 10)
INNER_DIGIT_WRONG = (front := company("HT001")[:16] + "8") + uscc.calc_check_digit(front)
ADULT = resident(date(1985, 4, 12))
ORGANISATION: dict[str, Cell] = {
    "CF_XDR_MC": "云溪恒拓建材有限公司", "CF_XDR_LB": "法人及非法人组织", "CF_XDR_SHXYM": company("HT001"), "CF_FRDB": "梁秋实",
    "CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": ADULT, "CF_WSH": "溪环罚〔2026〕21号", "CF_WFXW": "未采取扬尘防治措施", "CF_SY": "未覆盖",
    "CF_YJ": "大气污染防治法", "CF_CFLB": "罚款、没收违法所得", "CF_NR": "罚款二万元", "CF_NR_FK": 2, "CF_NR_WFFF": "0.5",
    "CF_JDRQ": date(2026, 1, 14), "CF_YXQ": "2099-12-31", "CF_GSJZQ": "2027/1/14", "CF_CFJG": ECOLOGY[0], "CF_CFJGDM": ECOLOGY[1],
    "CF_SJLY": ECOLOGY[0], "CF_SJLYDM": ECOLOGY[1], "BZ": "样例", "CF_XDR_GSZC": "320899000000001",
}  # fmt: skip
PERSON: dict[str, Cell] = {
    **ORGANISATION, "CF_XDR_MC": "龙小川", "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": ADULT,
    "CF_FRDB": "",
}  # fmt: skip
OLD: dict[str, Cell] = {  # the 2015–2018 layout, by the names its columns are laid to
    "CF_WSH": "溪环罚〔2017〕3号", "CF_CFMC": "超标排放案", "CF_CFLB": "罚款", "CF_CFLB2": "警告", "CF_SY": "超标", "CF_YJ": "水污染防治法",
    "CF_XDR_MC": "云溪恒拓建材有限公司", "CF_XDR_SHXYM": company("HT001"), "CF_XDR_ZZJG": "MA0HT0019", "CF_FRDB": "梁秋实",
    "CF_NR": "罚款二万元", "CF_JDRQ": "2017/3/2", "CF_CFJG": ECOLOGY[0], "CF_ZT": "0", "SJC": "2017/3/9 10:00:00",
}  # fmt: skip


def taken(values: dict[str, Cell], **changes: Cell) -> PenaltyRow:
    row = read_penalty(7, {**values, **changes}, PACK, TODAY)
    assert isinstance(row, PenaltyRow), row
    return row


def refused(values: dict[str, Cell], **changes: Cell) -> list[RowProblem]:
    problems = read_penalty(7, {**values, **changes}, PACK, TODAY)
    assert isinstance(problems, list), problems
    assert problems
    return problems


def test_a_good_row_is_taken_as_it_stands() -> None:
    row = taken(ORGANISATION)
    assert (row.row, row.kind, row.name, row.uscc) == (7, "organisation", "云溪恒拓建材有限公司", company("HT001"))
    assert (row.decision_number, row.decision_date) == ("溪环罚〔2026〕21号", date(2026, 1, 14))
    assert (row.fine_wan, row.confiscated_wan) == (Decimal(2), Decimal("0.5"))
    assert (row.penalty_kinds, row.penalty_labels) == (("fine", "illegal_gains"), ("罚款", "没收违法所得"))
    assert (row.valid_until, row.publicity_end) == (date(2099, 12, 31), date(2027, 1, 14))
    assert (row.authority_name, row.authority_uscc) == ECOLOGY
    assert (row.minor, row.warnings, row.id_number) == (False, (), None)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"CF_XDR_MC": ""}, ["CF_XDR_MC"]),
        ({"CF_XDR_MC": "甲" * 201}, ["CF_XDR_MC"]),
        ({"CF_XDR_MC": "甲\x07公司"}, ["CF_XDR_MC"]),
        ({"CF_XDR_LB": "其它"}, ["CF_XDR_LB"]),
        ({"CF_XDR_SHXYM": ""}, ["CF_XDR_SHXYM"]),
        ({"CF_XDR_SHXYM": company("HT001")[:-1]}, ["CF_XDR_SHXYM"]),
        ({"CF_XDR_SHXYM": ADULT}, ["CF_XDR_SHXYM"]),
        ({"CF_XDR_SHXYM": 9.13e17}, ["CF_XDR_SHXYM"]),
        ({"CF_XDR_SHXYM": 913208990000000000}, ["CF_XDR_SHXYM"]),
        ({"CF_WSH": "无"}, ["CF_WSH"]),
        ({"CF_WSH": "号" * 129}, ["CF_WSH"]),
        ({"CF_WFXW": ""}, ["CF_WFXW"]),
        ({"CF_WFXW": "违" * 501}, ["CF_WFXW"]),
        ({"CF_FRDB": "长" * 51}, ["CF_FRDB"]),
        ({"CF_SY": "事\x00实"}, ["CF_SY"]),
        ({"CF_SY": "长" * 10_001}, ["CF_SY"]),
        ({"CF_CFLB": ""}, ["CF_CFLB"]),
        ({"CF_CFLB": "记过"}, ["CF_CFLB"]),
        ({"CF_NR_FK": "-1"}, ["CF_NR_FK"]),
        ({"CF_NR_WFFF": "若干"}, ["CF_NR_WFFF"]),
        ({"CF_NR_FK": CellFault("单元格是公式")}, ["CF_NR_FK"]),
        ({"CF_JDRQ": ""}, ["CF_JDRQ"]),
        ({"CF_JDRQ": "2026-06-11"}, ["CF_JDRQ"]),
        ({"CF_JDRQ": "1989-12-31"}, ["CF_JDRQ"]),
        ({"CF_JDRQ": "6/12/26"}, ["CF_JDRQ"]),
        ({"CF_GSJZQ": "2026-01-14"}, ["CF_GSJZQ"]),
        ({"CF_YXQ": "2025-01-14"}, ["CF_YXQ"]),
        ({"CF_CFJG": ""}, ["CF_CFJG"]),
        ({"CF_CFJGDM": "113208990000000000"}, ["CF_CFJGDM"]),
        ({"CF_SJLYDM": "1"}, ["CF_SJLYDM"]),
        ({"CF_ZT": "撤销"}, ["CF_ZT"]),
        ({"CF_XDR_MC": "", "CF_JDRQ": "昨天", "CF_NR_FK": "很多", "BZ": "\x07"}, ["CF_XDR_MC", "CF_NR_FK", "CF_JDRQ", "BZ"]),
        ({WHOLE_ROW: CellFault("共 30 列")}, [WHOLE_ROW]),
    ],
)  # fmt: skip
def test_all_faults_of_a_row_are_named_at_once(changes: dict[str, Cell], fields: list[str]) -> None:
    problems = refused(ORGANISATION, **changes)
    assert [problem.field for problem in problems] == fields
    assert all(problem.row == 7 and problem.label and problem.reason for problem in problems)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"CF_XDR_ZJHM": ""}, ["CF_XDR_ZJHM"]),
        ({"CF_XDR_ZJHM": ADULT[:-1]}, ["CF_XDR_ZJHM"]),
        ({"CF_XDR_ZJHM": resident(date(2030, 1, 1))}, ["CF_XDR_ZJHM"]),
        ({"CF_XDR_SHXYM": company("HT001")}, ["CF_XDR_SHXYM"]),
        ({"CF_XDR_ZJLX": "护照", "CF_XDR_ZJHM": ""}, ["CF_XDR_ZJHM"]),
    ],
)
def test_a_person_goes_by_the_id_number(changes: dict[str, Cell], fields: list[str]) -> None:
    assert [problem.field for problem in refused(PERSON, **changes)] == fields


@pytest.mark.parametrize(
    "changes", [{"CF_XDR_ZJHM": ADULT[:-1] + "9"}, {"CF_XDR_SHXYM": ADULT}, {"CF_XDR_MC": "龙小川\x07"}]
)
def test_a_report_shows_no_persons_number_and_no_full_name(changes: dict[str, Cell]) -> None:
    told = " ".join(f"{problem.shown} {problem.reason}" for problem in refused(PERSON, **changes))
    assert "19850412" not in told
    assert "龙小川" not in told


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "organisation"), ({"CF_XDR_LB": ""}, "organisation"), ({"CF_XDR_LB": "个体工商户"}, "sole_trader"),
        ({"CF_XDR_LB": "", "CF_XDR_SHXYM": trader("WJ001")}, "sole_trader"),
        ({"CF_XDR_LB": "", "CF_XDR_SHXYM": "", "CF_XDR_ZJHM": ADULT}, "natural_person"),
        ({"CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_XDR_ZJHM": ADULT}, "natural_person"),
    ],
)  # fmt: skip
def test_the_kind_of_subject(changes: dict[str, Cell], kind: str) -> None:
    row = taken(ORGANISATION, **changes)
    assert row.kind == kind
    assert (row.uscc is None) == (kind == "natural_person") == (row.id_number is not None)


@pytest.mark.parametrize(
    ("born", "decided", "minor"),
    [
        (date(2008, 1, 14), date(2026, 1, 14), True),  # eighteen counts from the day after the birthday
        (date(2008, 1, 14), date(2026, 1, 15), False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (date(1985, 4, 12), date(2003, 4, 12), True),  # the age at the decision, not today's
        (date(1985, 4, 12), date(2026, 1, 14), False),
    ],
)
def test_minors_are_flagged_by_their_age_at_the_decision(born: date, decided: date, minor: bool) -> None:
    row = taken(PERSON, CF_XDR_ZJHM=resident(born), CF_JDRQ=decided)
    assert row.minor is minor


def test_who_cannot_be_shown_to_be_adult_counts_as_a_minor() -> None:
    row = taken(PERSON, CF_XDR_ZJLX="护照", CF_XDR_ZJHM="E12345678")
    assert row.minor
    assert [warning.field for warning in row.warnings] == ["CF_XDR_ZJLX"]


@pytest.mark.parametrize(("born", "minor"), [(date(1980, 1, 2), False), (date(2015, 2, 3), True)])
@pytest.mark.parametrize("card", ["外国人永久居留身份证", "外国人永久居留证", "身份证", ""])
def test_a_permanent_residence_card_tells_a_birthday(card: str, born: date, minor: bool) -> None:
    front = f"984010{born:%Y%m%d}001"
    number = front + ric.calc_check_digit(front + "0")
    row = taken(PERSON, CF_XDR_ZJLX=card, CF_XDR_ZJHM=number, CF_NR=f"罚款二万元，{number}")
    assert (row.minor, row.warnings, row.id_number) == (minor, (), number)
    assert number not in row.content


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"CF_NR_FK": "20000"}, "CF_NR_FK", "应填 2"),
        ({"CF_NR_FK": ""}, "CF_NR_FK", "未填金额"),
        ({"CF_XDR_SHXYM": "91230500MA1B3N1N2M"}, None, ""),
        ({"CF_XDR_SHXYM": INNER_DIGIT_WRONG}, "CF_XDR_SHXYM", "主体标识码"),
        ({"CF_ZT": "2"}, "CF_ZT", "当前状态"),
        ({"CF_NR_FK": "10000", "CF_NR": "罚款一亿元"}, None, ""),
    ],
)
def test_a_warning_does_not_refuse(changes: dict[str, Cell], field: str | None, says: str) -> None:
    warnings = taken(ORGANISATION, **changes).warnings
    assert [warning.field for warning in warnings] == ([field] if field else [])
    assert all(says in warning.reason for warning in warnings)


def test_the_older_layout_is_read() -> None:
    row = taken(OLD)
    assert (row.behaviour, row.penalty_kinds, row.content) == ("超标排放案", ("fine", "warning"), "罚款二万元")
    assert row.kind == "organisation"
    assert taken(OLD, CF_AJMC="某案").behaviour == "某案"
    assert ("CF_XDR_ZZJG", "MA0HT0019") in row.other


def test_no_number_of_a_person_is_left_in_what_is_kept() -> None:
    text = f"当事人{ADULT}承认"
    row = taken(PERSON, CF_FR_ZJHM=ADULT, CF_SY=text, BZ=text, CF_XDR_SWDJ=ADULT, CF_NR=text)
    kept = f"{row.canonical()} {row.other} {row.facts} {row.remark} {row!r} {row.key!r}"
    assert ADULT not in kept
    assert row.id_number == ADULT
    assert row.key.id_number == ADULT


@pytest.mark.parametrize(
    "changes",
    [
        {"CF_NR_FK": "2.000000"}, {"CF_JDRQ": "2026年1月14日"}, {"CF_JDRQ": 46036}, {"CF_XDR_SHXYM": company("HT001").lower()},
        {"CF_WSH": "溪环罚[2026]21号"}, {"CF_CFLB": "罚款；没收违法所得"}, {"CF_XDR_MC": " 云溪恒拓建材有限公司 "}, {"CF_FR_ZJHM": ""},
        {"SJC": "2026-06-01"},
    ],
)  # fmt: skip
def test_equal_content_has_the_same_key_and_digest(changes: dict[str, Cell]) -> None:
    one, other = taken(ORGANISATION), taken(ORGANISATION, **changes)
    assert (one.key, one.digest()) == (other.key, other.digest())
    assert changed_labels(one.canonical(), other.canonical()) == ()


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ({"CF_NR_FK": "3"}, ("罚款金额（万元）",)),
        ({"BZ": ""}, ("备注",)),
        ({"CF_JDRQ": "2026-01-15", "CF_SY": "别的"}, ("违法事实", "处罚决定日期")),
    ],
)
def test_changed_content_is_named(changes: dict[str, Cell], labels: tuple[str, ...]) -> None:
    one, other = taken(ORGANISATION), taken(ORGANISATION, **changes)
    assert one.key == other.key
    assert one.digest() != other.digest()
    assert changed_labels(one.canonical(), other.canonical()) == labels


def test_the_digest_stays_what_it_is() -> None:
    """A digest kept with a record must be found again by later versions."""
    assert taken(OLD).canonical() == {
        "CF_XDR_MC": "云溪恒拓建材有限公司", "CF_XDR_LB": "法人及非法人组织", "CF_XDR_SHXYM": company("HT001"), "CF_FRDB": "梁秋实",
        "CF_WSH": "溪环罚〔2017〕3号", "CF_JDRQ": "2017-03-02", "CF_WFXW": "超标排放案", "CF_SY": "超标", "CF_YJ": "水污染防治法",
        "CF_CFLB": "罚款、警告", "CF_NR": "罚款二万元", "CF_CFJG": ECOLOGY[0], "CF_XDR_ZZJG": "MA0HT0019", "CF_CFMC": "超标排放案",
        "CF_ZT": "0",
    }  # fmt: skip
    assert taken(OLD).digest() == "sha256:59b2caa4640e48cd2c12538bb76210901a8d29bdc0ecc52ff2a88df089634c01"


def test_the_key_of_a_faulty_row_is_still_known() -> None:
    key = key_of({**ORGANISATION, "CF_JDRQ": "昨天"})
    assert key == taken(ORGANISATION).key
    assert key_of({"CF_WSH": "溪环罚〔2026〕21号"}) is None
    assert key_of({"CF_WSH": CellFault("公式"), "CF_XDR_SHXYM": "1"}) is None

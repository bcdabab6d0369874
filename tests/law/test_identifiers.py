"""Identifiers: real layouts, misreadings, and numbers of the wrong kind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from repairflow.errors import Invalid
from repairflow.law.identifiers import (
    USCC_ALPHABET,
    check_resident_id,
    check_uscc,
    make_uscc,
    mask_id,
    mask_name,
    mask_phone,
)

TODAY = date(2026, 11, 20)
VALID = ["91230500MA1B3N1N2M", "11230500001755309F", "91350100M000100Y43", "91110000802100433B"]


def resident(front: str) -> str:
    """17 digits and the check digit that fits."""
    return front + ric.calc_check_digit(front + "0")


@pytest.mark.parametrize("code", VALID)
def test_codes_of_domain_knowledge_are_valid(code: str) -> None:
    assert check_uscc(code) == check_uscc(code, TODAY)
    assert (check_uscc(code).ok, check_uscc(code).reason, check_uscc(code).warnings) == (True, "", ())


@pytest.mark.parametrize(
    "written",
    [
        "91230500ma1b3n1n2m",
        " 91230500MA1B3N1N2M\t",
        "９１２３０５００ＭＡ１Ｂ３Ｎ１Ｎ２Ｍ",
        "9123 0500-MA1B3N1N2M",
        "\ufeff91230500MA1B3N1N2M\u3000",
    ],
)
def test_input_is_normalised(written: str) -> None:
    checked = check_uscc(written)
    assert (checked.ok, checked.code) == (True, "91230500MA1B3N1N2M")


@pytest.mark.parametrize("letter", "NAYN")
def test_letter_authorities_are_valid_though_stdnum_refuses_them(letter: str) -> None:
    code = make_uscc("320830", "MA0AB12X", letter, "2")
    assert check_uscc(code).ok
    assert not uscc.is_valid(code)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "未填写"),
        ("91230500MA1B3N1N2", "应为18位，现为17位"),
        ("91230500MA1B3N1N2MM", "应为18位，现为19位"),
        ("91230500MA1B3N1N2X", "校验码不符"),
        ("91230500MA1B3N1NO1", "第17位“O”不是统一社会信用代码所用的字符，是否为“0”"),
        ("91230500MA1B3N1N中M", "第17位“中”不是"),
        ("912305A0MA1B3N1N2M", "第3至8位"),
        ("91230500²A1B3N1N2M", "第9位“²”不是"),
        ("11010519491231002X", "这是居民身份证号码"),
        ("11010519491231002x", "这是居民身份证号码"),
    ],
)
def test_what_is_no_credit_code_says_why(code: str, says: str) -> None:
    checked = check_uscc(code)
    assert not checked.ok
    assert says in checked.reason


def test_a_resident_number_that_passes_the_credit_code_check_digit_is_refused_as_such() -> None:
    twofold = [n for n in (resident(f"32083019900307{i:03}") for i in range(1000)) if uscc.is_valid(n)]
    assert twofold
    for number in twofold:
        assert "居民身份证号码" in check_uscc(number).reason
    unborn = [n for n in (resident(f"32083020400307{i:03}") for i in range(1000)) if uscc.is_valid(n)]
    assert unborn
    assert all(check_uscc(number, TODAY).ok for number in unborn)


def test_the_inner_digit_only_warns() -> None:
    good = make_uscc("320830", "MA0AB12X")
    other = good[:16] + next(c for c in "0123456789X" if c != good[16])
    checked = check_uscc(other + uscc.calc_check_digit(other))
    assert checked.ok
    assert "主体标识码" in checked.warnings[0]


@given(
    st.text("0123456789", min_size=6, max_size=6),
    st.text(USCC_ALPHABET, min_size=8, max_size=8),
    st.sampled_from("123456789ANY"),
    st.sampled_from("1239"),
    st.integers(0, 17),
    st.sampled_from(USCC_ALPHABET),
)
def test_made_codes_are_valid_and_one_slip_is_found(
    region: str, serial: str, authority: str, kind: str, place: int, slip: str
) -> None:
    code = make_uscc(region, serial, authority, kind)
    checked = check_uscc(code)
    assert checked.warnings == ()
    assert checked.ok or "居民身份证" in checked.reason
    slipped = code[:place] + slip + code[place + 1 :]
    assert slipped == code or not check_uscc(slipped).ok


@pytest.mark.parametrize(
    "parts",
    [
        ("32083", "MA0AB12X"),
        ("320830", "MA0AB12"),
        ("32083A", "MA0AB12X"),
        ("320830", "MA0AB12I"),
        ("320830", "ma0ab12x"),
    ],
)
def test_a_code_cannot_be_made_of_other_parts(parts: tuple[str, str]) -> None:
    with pytest.raises(Invalid, match="样例代码"):
        make_uscc(*parts)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("11010519491231002X", ""),
        ("１１０１０５１９４９１２３１００２ｘ", ""),
        (resident("81000019900101001"), ""),
        (resident("82000019900101001"), ""),
        (resident("83000019900101001"), ""),
        (resident("11010520261120001"), ""),  # born today
        (resident("11010520261121001"), "晚于今日"),
        (resident("11010518000101001"), "过早"),
        ("110105194912310021", "校验码不符"),
        (resident("00010519491231002"), "不是省级行政区划代码"),
        (resident("84010519491231002"), "不是省级行政区划代码"),
        (resident("11010519490230002"), "不是有效的出生日期"),
        ("1101054912310021", "应为18位"),
        ("110105491231002", "15位旧号码"),
        ("11010519491231002M", "末位应为数字或X"),
        ("", "应为18位"),
    ],
)
def test_resident_numbers(number: str, says: str) -> None:
    checked = check_resident_id(number, TODAY)
    assert checked.ok == (says == "")
    assert says in checked.reason
    assert (checked.born is not None) == checked.ok


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_slip_in_a_resident_number_is_found(born: date, order: int, place: int, slip: str) -> None:
    number = resident(f"320830{born:%Y%m%d}{order:03}")
    assert check_resident_id(number, TODAY).born == born
    assert not check_resident_id(number, born - timedelta(days=1)).ok
    slipped = number[:place] + slip + number[place + 1 :]
    assert slipped == number or not check_resident_id(slipped, TODAY).ok


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_id, "11010519491231002x", "110105***********X"),
        (mask_id, "H12345678", "H1******8"),
        (mask_id, "1234", "****"),
        (mask_id, "", ""),
        (mask_name, "张三丰", "张*"),
        (mask_name, " 李四 ", "李*"),
        (mask_name, "", ""),
        (mask_phone, "13800001234", "138****1234"),
        (mask_phone, "+86 138-0000-1234", "138****1234"),
        (mask_phone, "0517-80001234", "**********34"),
        (mask_phone, "110", "***"),
        (mask_phone, "", ""),
    ],
)
def test_masks(mask: object, value: str, shown: str) -> None:
    assert callable(mask)
    assert mask(value) == shown

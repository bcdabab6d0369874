"""Identifiers of subjects: unified social credit codes and resident ID numbers, checked, masked and made. Pure.

python-stdnum computes the outer check digits. It is not asked whether a code is valid: it refuses letter authority
codes (N2…), skips the inner GB 11714 digit, takes some resident ID numbers for credit codes, refuses 81/82/83
permits and accepts births in the future.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric, uscc

from repairflow.errors import Invalid

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: without I, O, S, V, Z, which are misread."""

_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# GB/T 2260 provinces, and 81/82/83: residence permits of people from Hong Kong, Macao and Taiwan.
PROVINCES = frozenset(
    str(code)
    for span in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(span[0], span[1] + 1)
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_SEPARATORS = re.compile(r"[\s\-\u200b\ufeff]")
_EARLIEST = date(1880, 1, 1)

_LIKE_CARD = re.compile("[0-9]{15}|[0-9]{17}[0-9X]")
_LIKE_DOCUMENT = re.compile("[0-9A-Z]{5,20}")
_CARD_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_BIRTH_IN_TEXT = re.compile(
    r"(?<![0-9A-Za-z])\d{6}(?:(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[0-9Xx]|\d{2}(?:0[1-9]|1[0-2])[0-3]\d{4})(?![0-9A-Za-z])"
)
"""A number that has a birthday where an identity number has it, right or wrong, of 18 digits or 15."""


@dataclass(frozen=True, slots=True)
class UsccCheck:
    """Whether `code` (normalised) is a credit code; `reason` says why not, `warnings` what to look at all the same."""

    ok: bool
    code: str
    reason: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResidentIdCheck:
    """Whether `code` (normalised) is a resident ID number; `reason` says why not; `born` is its date of birth."""

    ok: bool
    code: str
    reason: str = ""
    born: date | None = None


def normalise(code: str) -> str:
    """Half-width capitals without spaces, hyphens and invisible characters, as the check functions read a code."""
    return _SEPARATORS.sub("", code.translate(_FULL_WIDTH)).upper()


def check_uscc(code: str, today: date | None = None) -> UsccCheck:
    """Check a unified social credit code (统一社会信用代码, GB 32100-2015).

    Letters for the registering authority are valid. A resident ID number is refused as such, also when its last digit
    happens to fit; with `today` a birth after that day does not make one. A wrong inner organisation-code digit
    (GB 11714) only warns: codes were issued with it.
    """
    code = normalise(code)
    reason = _uscc_fault(code, today)
    if reason:
        return UsccCheck(False, code, reason)
    if code[16] != _organisation_digit(code[8:16]):
        return UsccCheck(True, code, warnings=("第9至17位（主体标识码）的校验位不符，请与证照核对。",))
    return UsccCheck(True, code)


def _uscc_fault(code: str, today: date | None) -> str:
    if not code:
        return "未填写统一社会信用代码。"
    if len(code) != 18:
        return f"统一社会信用代码应为18位，现为{len(code)}位。"
    if check_resident_id(code, today or date.max).ok:
        return "这是居民身份证号码，不是统一社会信用代码。单位请填写营业执照或登记证书上的代码。"
    for place, character in enumerate(code, start=1):
        if character not in USCC_ALPHABET:
            like = f"，是否为“{_LOOKALIKES[character]}”" if character in _LOOKALIKES else ""
            return f"第{place}位“{character}”不是统一社会信用代码所用的字符{like}，请核对。"
    if not _digits(code[2:8]):
        return "第3至8位（登记管理机关行政区划码）应为数字，请核对。"
    if code[17] != uscc.calc_check_digit(code[:17]):
        return "校验码不符，请逐位核对是否录错。"
    return ""


def check_resident_id(code: str, today: date) -> ResidentIdCheck:
    """Check a resident ID number (公民身份号码, GB 11643-1999): form, region, birth not after `today`, check digit."""
    code = normalise(code)
    if len(code) == 15 and _digits(code):
        return ResidentIdCheck(False, code, "这是15位旧号码，已停止使用，请填写18位公民身份号码。")
    if len(code) != 18:
        return ResidentIdCheck(False, code, f"公民身份号码应为18位，现为{len(code)}位。")
    if not _digits(code[:17]) or code[17] not in "0123456789X":
        return ResidentIdCheck(False, code, "公民身份号码前17位应为数字，末位应为数字或X，请核对。")
    if code[:2] not in PROVINCES:
        return ResidentIdCheck(False, code, f"前两位“{code[:2]}”不是省级行政区划代码，请核对。")
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return ResidentIdCheck(False, code, "第7至14位不是有效的出生日期，请核对。")
    if not _EARLIEST <= born <= today:
        return ResidentIdCheck(False, code, f"出生日期{born}{'晚于今日' if born > today else '过早'}，请核对。")
    if code[17] != ric.calc_check_digit(code):
        return ResidentIdCheck(False, code, "校验码不符，请逐位核对是否录错。")
    return ResidentIdCheck(True, code, born=born)


def birth_in(code: str, today: date) -> date | None:
    """Return the birthday that a person's number tells: that of a resident ID card, or of a foreigner's permanent residence card
    (外国人永久居留身份证, since 2023: a first digit 9, else built and checked alike). None for other documents: they tell none."""
    code = normalise(code)
    if len(code) == 18 and code[0] == "9" and _digits(code[:17]) and code[17] == ric.calc_check_digit(code):
        try:
            born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
        except ValueError:
            return None
        return born if _EARLIEST <= born <= today else None
    return check_resident_id(code, today).born


def check_person(code: str, today: date) -> ResidentIdCheck:
    """Check a person's number as `check_resident_id` does, that of a foreigner's permanent residence card taken too."""
    check = check_resident_id(code, today)
    if not check.ok and (born := birth_in(code, today)) is not None:
        return ResidentIdCheck(True, check.code, born=born)
    return check


def looks_like_card(number: str) -> bool:
    """Tell whether a normalised number is built like an identity card's (18 digits, before 1999 15), right or wrong."""
    return _LIKE_CARD.fullmatch(number) is not None


def looks_like_document(number: str) -> bool:
    """Tell whether a normalised number can be that of a passport or of any other document of a person."""
    return _LIKE_DOCUMENT.fullmatch(number) is not None


EARLIEST_BIRTHDAY = date(1900, 1, 1)
_WRITTEN_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def birthday_fault(text: str, today: date) -> str:
    """Return what is wrong with a birthday as somebody wrote it; empty where it can be one."""
    try:
        born = date.fromisoformat(text.strip() if _WRITTEN_DAY.fullmatch(text.strip()) else "")
    except ValueError:
        return "请填写出生日期，如 2010-05-20"
    if born > today:
        return f"出生日期{born.year}年{born.month}月{born.day}日晚于今天，请核对"
    return f"出生日期早于{EARLIEST_BIRTHDAY.year}年，请核对" if born < EARLIEST_BIRTHDAY else ""


def is_adult(born: date, day: date) -> bool:
    """Tell whether a person is past eighteen on a day: counted from the day after the birthday (民法典 17, 201)."""
    return (day.year - 18, day.month, day.day) > (born.year, born.month, born.day)


def make_uscc(region: str, serial: str, authority: str = "9", kind: str = "1") -> str:
    """Return a credit code with both check digits right, for sample data.

    `region` has 6 digits, `serial` the 8 characters of the organisation code before its check character.
    Invalid when a part has another length or characters outside the alphabet.
    """
    parts = (authority, kind, region, serial)
    if [len(part) for part in parts] != [1, 1, 6, 8] or set("".join(parts)) - set(USCC_ALPHABET) or not _digits(region):
        raise Invalid("样例代码须由1位登记管理部门、1位机构类别、6位行政区划数字和8位主体标识字符组成。")
    front = authority + kind + region + serial + _organisation_digit(serial)
    return front + uscc.calc_check_digit(front)


def mask_id(code: str) -> str:
    """Return an ID number with digits 7 to 17 hidden; of other numbers only the first two characters and the last are left."""
    code = normalise(code)
    if len(code) == 18:
        return code[:6] + "*" * 11 + code[17]
    return code[:2] + "*" * (len(code) - 3) + code[-1] if len(code) > 5 else "*" * len(code)


def without_personal_numbers(text: str) -> str:
    """Return a text with each identity number in it masked: no record needs one in its running text."""
    # 《个人信息保护法》第六条：限于实现处理目的的最小范围。
    return _CARD_IN_TEXT.sub(lambda found: mask_id(found[0]) if _is_of_person(found[0]) else found[0], text)


def without_likely_numbers(text: str) -> str:
    """Return a text as a report repeats it: whatever has a birthday where an identity number has it is masked, also with a slip in it."""
    return _BIRTH_IN_TEXT.sub(lambda found: mask_id(found[0]), text)


def _is_of_person(number: str) -> bool:
    return check_person(number, date.max).ok and not check_uscc(number).ok


def mask_name(name: str) -> str:
    """Return a person's name as 张*: the first character; neither the rest nor its length."""
    name = name.strip()
    return name[:1] + "*" if name else ""


def mask_phone(phone: str) -> str:
    """Return a mobile number as 138****1234; of other numbers only the last two digits are left."""
    digits = re.sub(r"\D", "", phone.translate(_FULL_WIDTH))
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[7:]}"
    return "*" * max(0, len(digits) - 2) + digits[-2:] if len(digits) > 4 else "*" * len(digits)


def _organisation_digit(serial: str) -> str:
    """GB 11714: the check character of an organisation code."""
    total = sum(_ORGANISATION_ALPHABET.index(c) * w for c, w in zip(serial, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()

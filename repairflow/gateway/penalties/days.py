"""Days as decisions, systems and spreadsheets write them; what may mean another day is refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from repairflow.gateway.penalties.amounts import has_foreign_digits
from repairflow.times import SHANGHAI

_SERIALS = (32_874, 109_938)  # Excel's 1990-01-01 to 2200-12-31
_SERIAL_ZERO = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was
_SERIAL = re.compile(r"\d{5,6}(?:\.\d+)?")
_DASHES = re.compile(r"[‐‑‒–—―−－─]+|--+")
_TIME = r"(?:[T ]?(?:上午|下午|晚上?|凌晨|中午)?\d{1,2}(?::[\d:.]+|[时点](?:\d{1,2}分?)?(?:\d{1,2}秒?)?))?"
_DAY = re.compile(
    r"(\d{4})(?:([-/.\\、,_·])(\d{1,2})\2(\d{1,2})[日号.、]?|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2})|\s(\d{1,2})\s(\d{1,2}))"
    + _TIME
)
_ZONED = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}(?::?\d{2})?)", re.IGNORECASE
)
_DIGIT = {"○": "0", **{character: str(n) for n, character in enumerate("零一二三四五六七八九")}, "〇": "0"}
_CHINESE = re.compile(
    r"([〇○零一二三四五六七八九OＯ0]{4}|\d{4})年([〇零元一二三四五六七八九十]{1,3})月([〇零一二三四五六七八九十廿卅]{1,3})[日号]"
)
_FINANCIAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_ZONE_NAMED = re.compile(r"(?<=[\d:.]) ?(?:CST|GMT\+0?8(?::?00)?|\+08:?00)(?: ?\(中国标准时间\))?$")
"""What databases and programs write after a time of the day in China."""
_HALF_DAY = re.compile(r" ?(?:上午|下午|[AaPp][Mm])? ?\d{1,2}(?::\d{2}){1,3} ?(?:[AaPp][Mm])?$")
"""A time of the day with its half, as spreadsheets and databases show it: 上午 12:00:00, 12:00AM."""
_HALF = re.compile(r"(?<=\d) ?(?:上午|下午|[AP]M)", re.IGNORECASE)
_STAMP = re.compile(r"((?:19|20)\d{2}[01]\d[0-3]\d)(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?")
"""A day with its time as systems write it: 20260304153000, 202603041530."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTH_BETWEEN = re.compile(rf"(?P<y>\d{{4}})[- ]{_MONTH}[- ](?P<d>\d{{1,2}})", re.IGNORECASE)
_MONTH_NAMED = re.compile(rf"(?P<d>\d{{1,2}})[- ]{_MONTH}[- ,]+(?P<y>\d{{4}})(?: [\d:.]+)?", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?{_MONTH}\.?[- ](?P<d>\d{{1,2}}),?"
    r"(?: [\d:.]+ (?:CST|GMT\+0?8(?::?00)?))?[- ](?P<y>\d{4})(?: [\d:.]+)?",
    re.IGNORECASE,
)
_WITH_MONTH_NAMED = (_MONTH_NAMED, _MONTH_FIRST, _MONTH_BETWEEN)
"""Days as databases and programs write them: 04-MAR-2026, Mar 4, 2026, Wed Mar 04 00:00:00 CST 2026."""
_DATE_ZONED = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:?\d{2})")
"""A day of XML, whose zone says nothing of which day it is."""
_MILLISECONDS = re.compile(r"\d{12,13}")
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_ENCLOSED = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_NUMBERS = {"元": 1, **{c: n for n, c in enumerate("一二三四五六七八九十", start=1)}}


_CLOCK = re.compile(r"(?<!\d)(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?|[时点](?:(\d{1,2})分?)?(?:(\d{1,2})秒?)?)")
"""A time of the day, as far as it stands in a text."""

_WORD = f"[0-9{''.join({**_DIGIT, **_NUMBERS})}廿卅]"
_BETWEEN = r"(?:\s*[-/.\\、,_·]\s*|\s+)"
_WRITTEN_OUT = (
    re.compile(
        rf"{_WORD}{{2,4}}\s*年[^0-9年月]{{0,12}}?{_WORD}{{1,3}}\s*月"
        rf"(?:\s*{_WORD}{{1,3}}|[^0-9年月]{{0,6}}?{_WORD}{{1,3}}\s*[日号])"
    ),
    re.compile(rf"(?<![0-9])(?:[0-9]{{4}}|[0-9]{{2}}){_BETWEEN}[0-9]{{1,2}}{_BETWEEN}[0-9]{{1,2}}(?![0-9])"),
    re.compile(rf"(?<![0-9])[0-9]{{1,2}}{_BETWEEN}[0-9]{{1,2}}{_BETWEEN}[0-9]{{4}}(?![0-9])"),
    re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"),  # also within an identity number
    *_WITH_MONTH_NAMED,
)


class BadDay(Exception):
    """Not a day that can be read for certain; the message says what to do, in Chinese."""


def day_in(text: str) -> date:
    """Return the day a text means. Raises BadDay where it means none, or may mean two."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if has_foreign_digits(plain):
        raise BadDay("不是可识别的日期，请写成 2026-06-12 的样式")
    _check_time(plain)
    if _SERIAL.fullmatch(plain) and _SERIALS[0] <= float(plain) < _SERIALS[1] + 1:
        return _SERIAL_ZERO + timedelta(days=int(float(plain)))
    if zoned := _ZONED.fullmatch(plain):
        return _local(zoned)
    if day_alone := _DATE_ZONED.fullmatch(plain):
        plain = day_alone[1]
    if stamp := _STAMP.fullmatch(plain):  # as milliseconds its twelve digits would lie before any decision, in 1976
        plain = stamp[1]
    elif _MILLISECONDS.fullmatch(plain):
        return datetime.fromtimestamp(int(plain) // 1000, SHANGHAI).date()
    plain = _without_marks_of_time(plain.replace("\u2044", "/"))
    if re.fullmatch(r"\d{8}\.0+", plain):  # a number as programs write it
        plain = plain[:8]
    plain = _DASHES.sub("-", plain).removeprefix("公元").rstrip("。;,").removesuffix("上午").removesuffix("下午")
    if named := next(filter(None, (form.fullmatch(plain) for form in _WITH_MONTH_NAMED)), None):
        return _made(int(named["y"]), _MONTHS.index(named["m"][:3].lower()) + 1, int(named["d"]))
    plain = _WEEKDAY.sub("", plain).strip()
    if enclosed := _ENCLOSED.fullmatch(plain):
        plain = enclosed[1].strip()
    plain = plain.replace("年元月", "年1月").replace("。", ".")
    plain = re.sub(r"\s*([-/.\\年月日号、,_·])\s*", r"\1", plain)
    if chinese := _CHINESE.fullmatch(re.sub(r"\s", "", plain).translate(_FINANCIAL)):
        return _from_words(*chinese.groups())
    found = _DAY.fullmatch(re.sub(r"\s+", " ", plain))
    if not found:
        raise BadDay("不是可识别的日期，请写成 2026-06-12 的样式")
    year, _, *parts = found.groups()
    month, day = (next(part for part in parts[n::2] if part) for n in (0, 1))
    return _made(int(year), int(month), int(day))


def writes_a_day(text: str) -> bool:
    """Tell whether a running text may write out a whole day somewhere, in whatever form: rather once too often."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).translate(_FINANCIAL)
    return any(form.search(plain) for form in _WRITTEN_OUT)


def _without_marks_of_time(text: str) -> str:
    """Return a day without the zone behind its time, and without a time that names its half of the day."""
    plain = _ZONE_NAMED.sub("", text)
    return re.sub(r" +", " ", _HALF_DAY.sub("", plain)) if _HALF.search(plain) else plain


def _check_time(text: str) -> None:
    """Raise BadDay for a time of the day that there is not: a date beside it may be wrong, too, or mean the day before or after."""
    for found in _CLOCK.finditer(text):
        hour, *rest = (int(part) for part in found.groups() if part)
        if hour == 24 and not any(rest):
            raise BadDay("24 时不知是当日还是次日，请只写日期，如 2026-06-12")
        if hour > 23 or any(part > 59 for part in rest):
            raise BadDay("没有这个时刻，请只写日期，如 2026-06-12")


def _local(found: re.Match[str]) -> date:
    """Return an instant with its zone is the day it is in China: 2026-03-03T16:00:00Z is 4 March."""
    zone = "+00:00" if found[3].upper() == "Z" else found[3]
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}").astimezone(SHANGHAI).date()
    except ValueError:
        raise BadDay("没有这一天，请核对") from None


def _from_words(year: str, month: str, day: str) -> date:
    digits = "".join("0" if character in "OＯ" else _DIGIT.get(character, character) for character in year)
    return _made(int(digits), _number(month), _number(day))


def _number(words: str) -> int:
    """十二 → 12, 二十 → 20, 廿一 → 21; 0 for what is no such number."""
    words = words.lstrip("〇零").replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = words.partition("十")
    if not ten:
        return _NUMBERS.get(words, 0)
    if any(part not in ("", *_NUMBERS) or part in ("十", "元") for part in (tens, ones)):
        return 0
    return _NUMBERS.get(tens, 1) * 10 + _NUMBERS.get(ones, 0)


def _made(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadDay("没有这一天，请核对") from None

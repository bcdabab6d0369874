"""What makes two spellings of a decision's number (决定书文号) the same number. Pure.

Offices, sites and spreadsheets write one number with other brackets, widths, spaces, dashes and zeros, with or without
年, 第, 字 and 号, its year before the office's mark, its figures in Chinese, in traditional characters, after 文号： or the
document's name, before （副本）. The key leaves out what only dresses the number and keeps the marks and figures that tell
decisions apart: 溪环罚〔2026〕第0021号, 溪环罚[2026年]21, （2026）溪环罚第二十一号 and 文号：溪環罰〔2026〕21號（副本） all have
the key 溪环罚2026|21.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

LONGEST = 300
"""A number of 128 characters can become longer when its ligatures are taken apart; a key is cut there, alike each time."""

_YEAR = r"(?:19|20)\d{2}"
_TRADITIONAL = str.maketrans(
    "處罰號國稅財衛農質檢運輸業產應規資證銀電廣縣鎮區聯審計價發藥醫學勞動會決書執關漁礦氣統護總隊鐵郵訊經貿務體傳網數據標準門東鄉築設綜調協團黨糧儲備險營勢園場馬龍陽陰雲臺灣蘇滬遼寧陝瓊贛魯晉閩粵蘭濟鄭漢貴"
    "連鹽揚溫紹豐華興許順潤澤濱瀋塢灘溝橋嶺島嶼鳳鶴雞鷹長萬義歷曆節約車輛圖館寶實當縮專責職員緝邊際進遠達還選鋼鋪錫鎢閣闊陸階隨難離靜頭題類飛養黃齊齡環監",
    "处罚号国税财卫农质检运输业产应规资证银电广县镇区联审计价发药医学劳动会决书执关渔矿气统护总队铁邮讯经贸务体传网数据标准门东乡筑设综调协团党粮储备险营势园场马龙阳阴云台湾苏沪辽宁陕琼赣鲁晋闽粤兰济郑汉贵"
    "连盐扬温绍丰华兴许顺润泽滨沈坞滩沟桥岭岛屿凤鹤鸡鹰长万义历历节约车辆图馆宝实当缩专责职员缉边际进远达还选钢铺锡钨阁阔陆阶随难离静头题类飞养黄齐龄环监",
)
"""Traditional characters of the marks of offices and of places, and what stands for them here. A table of our own that
only grows with a migration: a library's next version would give stored keys another reading."""
_ROUND = str.maketrans("○◯", "〇〇")
_CHINESE_YEAR = re.compile(
    r"(?<![〇零一二三四五六七八九十百千])[一二][〇零一二三四五六七八九]{3}(?![〇零一二三四五六七八九十百千])"
)
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_SPACED_YEAR = re.compile(rf"(?<!\d)({_YEAR})\s+(?=\d)")
_NUMERO = re.compile(r"(?<![A-Za-z])No\.?\s*(?=\d)", re.IGNORECASE)
_YEAR_WORD = re.compile(rf"(?<!\d)({_YEAR})\|?[年度]+")
_WORD_BEFORE = re.compile(r"第(?=\|?\d)")
_MARK_BEFORE = re.compile(rf"字(?=第?(?:\||{_YEAR}|\d|$))")
_WORD_AFTER = re.compile(r"(?<=\d)\|?号")
_TOKEN = re.compile(r"\d+|[^\d|]+")
_LABEL = re.compile(
    r"^\|?(?:(?:行政)?处罚|行政)?(?:决定书?)?(?:(?:文书|文件)?(?:文号|字号|编号|案号)|文书号|(?<=决定书))(?:为|是)?\|?(?=[^\d|]|\d{4})"
)
_COPY = re.compile(r"\|?(?:副本|正本|原件|复印件|复制件|复印本|扫描件|抄件|抄本|影印件)\|?$")
_YEAR_FIRST = re.compile(rf"^({_YEAR})\|?(?=[^\d|])([^\d]*[^\d|])\|?(?=\d)")
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_FIGURES = {
    **{figure: value for value, figure in enumerate("〇一二三四五六七八九")},
    **{figure: value for value, figure in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "两": 2,
}
_CHINESE_OF_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_TENS = {"廿": "二十", "卄": "二十", "卅": "三十", "卌": "四十"}
_NUMERALS = "".join((*_FIGURES, *_UNITS, *_TENS))
_ANY_NUMERAL = re.compile(rf"[\d{_NUMERALS}]+")
_REGULAR = re.compile(
    rf"(?:(?![{_NUMERALS}])[\u4e00-\u9fff])+〔{_YEAR}〕([1-9]\d{{0,4}}|(?!19|20)[1-9]\d{{5,8}})号", re.ASCII
)
"""A number in its proper dress, without a numeral in its mark, and with a serial into which no year can have run."""
_LIKE_FIGURES = re.compile(r"(?<=\d)[OolI]+|[OolI]+(?=\d)|(?<=[)\]〕】第])[OolI]+(?=号|$)")
_MEANT_FIGURES = str.maketrans("OolI", "0011")
_TEN_THOUSAND = re.compile(rf"([{_NUMERALS}]+)万零?([{_NUMERALS}]*)")
_SHORT_YEAR = re.compile(r"[〔\[(【]\s*\d{2}\s*年?[〕\])】]")
_CHINESE_RUNNING = re.compile(rf"(?:(?<=[\d|第]))[{_NUMERALS}]+(?=\|?号|\|?$)")


@lru_cache(maxsize=4_096)
def document_key(number: str) -> str:
    """Return the key of a decision's number: equal for all spellings of one number, other for other numbers.

    What consists of signs alone has itself, without spaces, as key, so that no two such numbers meet by accident. Kept, for an
    import asks for the key of a row several times.
    """
    text = unicodedata.normalize("NFKC", number.replace("№", "No")).translate(_ROUND).translate(_TRADITIONAL)
    text = _NUMERO.sub("|", text)
    text = _CHINESE_YEAR.sub(lambda found: found[0].translate(_CHINESE_DIGITS), text)
    text = _SPACED_YEAR.sub(r"\1|", text)
    plain = "".join(_kept(character) for character in text).upper()
    plain = re.sub(r"\|+", "|", plain).strip("|")
    plain = _LABEL.sub("", _COPY.sub("", plain))
    plain = _YEAR_WORD.sub(r"\1|", plain)
    plain = _CHINESE_RUNNING.sub(lambda found: _figures(found[0]), plain)
    plain = _MARK_BEFORE.sub("", plain)
    plain = _WORD_BEFORE.sub("|", plain)
    plain = _WORD_AFTER.sub("|", plain)
    plain = _YEAR_FIRST.sub(r"\2\1|", plain.strip("|"))
    key = _joined(_TOKEN.findall(plain))
    return (key or "".join(number.split()))[:LONGEST]


def alike(one: str, other: str) -> bool:
    """Tell whether two numbers may be one decision though their keys differ: all figures of the one, but its year, stand in the
    other.

    No list of dresses is ever complete (…号行政处罚决定书, an office's whole name before its mark, 决字 for 字, 26 for 2026).
    So what is alike is no proof; of one subject and one day it is reason enough for a person to look.
    """
    if (mine := _REGULAR.fullmatch(one)) and (yours := _REGULAR.fullmatch(other)):
        return (
            mine[1] == yours[1]
        )  # the same answer as below, a hundred times quicker: a subject may have many decisions
    ours, theirs = _figures_of(one), _figures_of(other)
    if ours.all == theirs.all != "":
        return True
    return any(mine <= yours or yours <= mine for mine in ours.without_year for yours in theirs.without_year)


def plain_serial(number: str) -> str | None:
    """Return the serial number (21) of a number in its proper dress (溪环罚〔2026〕21号); None for any other.

    Two of that dress with other serials are never `alike`, nor have they `same_figures`.
    """
    found = _REGULAR.fullmatch(number)
    return found[1] if found else None


def same_figures(one: str, other: str) -> bool:
    """Tell whether all figures of two numbers, the year among them, are the same though their keys differ: of one subject and
    one office reason enough to look, whatever day each is dated."""
    return document_key(one) != document_key(other) and _figures_of(one).all == _figures_of(other).all != ""


class _Figures(NamedTuple):
    """The figures of a number: all of them, and its runs of figures but the year (each with how often it came before),
    in all ways that may be meant."""

    all: str
    without_year: tuple[frozenset[tuple[str, int]], ...]


@lru_cache(maxsize=20_000)
def _figures_of(number: str) -> _Figures:
    """O and l beside a figure are read as figures. Kept, for a row is compared with all of its subject's records."""
    text = unicodedata.normalize("NFKC", html.unescape(number))
    text = _TEN_THOUSAND.sub(lambda found: f"{_figures(found[1])}{int(_figures(found[2] or '零')):04d}", text)
    key = document_key(_LIKE_FIGURES.sub(lambda found: found[0].translate(_MEANT_FIGURES), text))
    runs = [run.lstrip("0") or "0" for found in _ANY_NUMERAL.findall(key) for run in _parted(_plain_run(found))]
    short = _SHORT_YEAR.search(text) is not None  # 〔25〕2026号: what looks like a year is its serial
    year = None if short else next((run for run in runs if re.fullmatch(_YEAR, run)), None)
    meant = [year] if year else [None, *(run for run in runs if re.fullmatch(r"\d{2}", run))]
    counted = [_counted(runs, run) for run in meant]
    return _Figures("".join(runs), tuple(found for found in counted if found))


def _parted(run: str) -> tuple[str, ...]:
    """Return a year and the figures that ran into it: 202601006."""
    found = re.fullmatch(r"((?:19|20)\d{2})(\d{2,})", run)
    return (found[1], found[2]) if found and len(run) <= 12 else (run,)


def _counted(runs: list[str], year: str | None) -> frozenset[tuple[str, int]]:
    left = list(runs)
    if year is not None:
        left.remove(year)
    return frozenset((run, left[:place].count(run)) for place, run in enumerate(left))


def _plain_run(run: str) -> str:
    """Return a run of figures, Chinese ones among them."""
    if any(character.isdecimal() for character in run):
        if any(character in _UNITS for character in run):
            return _figures(run.translate(_CHINESE_OF_DIGITS))  # 1千零6
        return "".join(str(_FIGURES.get(character, character)) for character in run if character not in _UNITS)
    return _figures(run)


def _kept(character: str) -> str:
    """Return a letter or figure as it is, a sign as one separator; spaces, apostrophes and unseen marks not at all."""
    kind = unicodedata.category(character)
    if kind[0] == "L" or kind in ("Nd", "Nl"):
        return character if not character.isdecimal() else str(unicodedata.decimal(character))
    if kind[0] in "ZC" or character in "'’‘`´′\"“”":
        return ""
    return "|"


def _figures(numeral: str) -> str:
    """Return the figures of a Chinese numeral: of 二十一, 廿一, 一千零六, and figure by figure of 一〇〇六."""
    plain = "".join(_TENS.get(character, character) for character in numeral)
    if not any(character in _UNITS for character in plain):
        return "".join(str(_FIGURES[character]) for character in plain)
    total, figure = 0, 0
    for character in plain:
        if (unit := _UNITS.get(character)) is not None:
            total, figure = total + (figure or 1) * unit, 0
        else:
            figure = _FIGURES[character]
    return str(total + figure)


def _joined(tokens: list[str]) -> str:
    """Letters and figures in their order; a separator stands only where two figures would run into one."""
    key, figure_before = "", False
    for token in tokens:
        figure = token.isdecimal()
        key += ("|" if figure and figure_before else "") + (token.lstrip("0") or "0" if figure else token)
        figure_before = figure
    return key

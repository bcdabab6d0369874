"""Clean rows and ways to dirty them: what a dirty row must be read as is known from the clean one, never from a parser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.gateway.penalty_samples import ECOLOGY, company


@dataclass(frozen=True, slots=True)
class Clean:
    """A decision as it is meant: what any spelling of it must be read as."""

    serial: int
    day: date
    fine: str  # 万元
    kinds: tuple[str, ...]  # labels of the test pack
    name: str
    code: str

    @property
    def key(self) -> str:
        return f"溪环罚{self.day.year}|{self.serial}"


KINDS = {
    "罚款": "fine",
    "警告": "warning",
    "没收违法所得": "illegal_gains",
    "责令停产停业": "stopped",
    "其他": "other",
    "行政拘留": "detention",
}
FINES = ("2", "0.5", "12", "3.5", "100", "0.02", "1.25", "30", "8", "20")
IN_WORDS = {
    "2": "贰万元", "0.5": "伍仟元整", "12": "壹拾贰万元整", "3.5": "叁万伍仟元", "100": "壹佰万元", "0.02": "贰佰元整",
    "1.25": "壹万贰仟伍佰元整",
    "30": "叁拾万元", "8": "捌万元整", "20": "贰拾万元整",
}  # fmt: skip
DIGITS = "〇一二三四五六七八九"
PAIRS = ("〔〕", "［］", "[]", "()", "（）", "【】", "﹝﹞", "「」", "『』", "<>", "《》", "〈〉")
BLANKS = ("", "— —", "－－", "暂无", "不适用", "None", "NULL", "/", "\\", "无", "N/A", "——", "（无）", "\u3000", "'")
MARKS: tuple[Callable[[str], str], ...] = (
    str, str, str, lambda text: f"'{text}", lambda text: f'="{text}"', lambda text: f" {text}\u3000", lambda text: f"\ufeff{text}\u200b",
    lambda text: f"{text}\n", lambda text: f"\xa0{text}\t",
)  # fmt: skip


def clean(random: Random, serial: int) -> Clean:
    """Any decision of the last years."""
    day = date(2022, 1, 1) + timedelta(days=random.randrange(1500))
    extra = random.sample([kind for kind in KINDS if kind != "罚款"], random.randrange(3))
    return Clean(
        serial,
        day,
        random.choice(FINES),
        ("罚款", *extra),
        f"云溪{random.choice('甲乙丙丁')}有限公司",
        company(f"HT{serial % 900:03d}"),
    )


def number(row: Clean, random: Random) -> str:
    """The decision's number in some spelling."""
    opening, closing = random.choice(PAIRS)
    year = random.choice((str(row.day.year), f"{row.day.year}年", wide(str(row.day.year)), f" {row.day.year} "))
    serial = random.choice((str(row.serial), f"{row.serial:06d}", wide(str(row.serial)), f" {row.serial} "))
    mark = random.choice(("溪环罚", "溪 环罚", "溪环罚字", "溪环\n罚"))
    plain = f"{mark}{opening}{year}{closing}{random.choice(('', '第'))}{serial}{random.choice(('号', '', ' 号'))}"
    return random.choice(
        (plain, plain, plain, f"溪环罚{row.day.year}-{row.serial}号", f"溪环罚{row.day.year}年第{row.serial}号")
    )


def day(row: Clean, random: Random) -> str:
    """The decision's day in some spelling."""
    y, m, d, iso = row.day.year, row.day.month, row.day.day, row.day.isoformat()
    before = (row.day - timedelta(days=1)).isoformat()
    return random.choice((
        iso, f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y} 年 {m} 月 {d} 日", f"{y}—{m:02d}—{d:02d}",
        f"{y}{m:02d}{d:02d}", f"{y}-{m}-{d} 00:00:00", f"{iso}T00:00:00+08:00", f"{y}.{m}.{d}日", wide(iso),
        in_words(row.day), f"{before}T16:00:00Z", str((row.day - date(1899, 12, 30)).days),
        f"{y}年{m:02d}月{d:02d}日（{weekday(row.day)}）",
    ))  # fmt: skip


def amount(row: Clean, random: Random) -> str:
    """The fine in some spelling, in 万元."""
    ways = [
        row.fine,
        f"{row.fine}万",
        f"{row.fine}万元",
        f"{row.fine} 万元整",
        f"¥{row.fine}",
        f"￥{row.fine}",
        wide(row.fine),
        f"人民币{row.fine}万元",
        IN_WORDS[row.fine],
    ]
    if row.fine.startswith("0."):
        ways.append(row.fine[1:])
    return random.choice(ways)


def kinds(row: Clean, random: Random) -> str:
    """The kinds of penalty, joined by some sign."""
    said = [
        random.choice(("其它", "法律、行政法规规定的其他行政处罚"))
        if kind == "其他" and random.random() < 0.5
        else kind
        for kind in row.kinds
    ]
    return random.choice(("、", "；", ";", "，", ",", "/", "|", " ", "\n", "＋", "。")).join(said) + random.choice(
        ("", "", "。", "；")
    )


def dirty(row: Clean, random: Random) -> dict[str, str]:
    """The row as an office might deliver it."""
    mark = random.choice
    code = random.choice((row.code, wide(row.code), row.code.lower(), f"{row.code[:4]} {row.code[4:]}"))
    return {
        "CF_XDR_MC": mark(MARKS)(random.choice((row.name, f"{row.name[:2]}\n{row.name[2:]}"))),
        "CF_XDR_LB": random.choice(("法人及非法人组织", *BLANKS)),
        "CF_XDR_SHXYM": mark(MARKS)(code), "CF_FRDB": random.choice(BLANKS), "CF_WSH": mark(MARKS)(number(row, random)),
        "CF_WFXW": mark(MARKS)("超标排放"), "CF_SY": random.choice(BLANKS), "CF_CFLB": mark(MARKS)(kinds(row, random)),
        "CF_NR": random.choice(("责令改正", *BLANKS)), "CF_NR_FK": mark(MARKS)(amount(row, random)), "CF_NR_WFFF": random.choice(BLANKS),
        "CF_JDRQ": mark(MARKS)(day(row, random)), "CF_GSJZQ": random.choice((*BLANKS, "长期")), "CF_CFJG": mark(MARKS)(ECOLOGY[0]),
        "CF_CFJGDM": random.choice((ECOLOGY[1], *BLANKS)), "BZ": random.choice(BLANKS),
    }  # fmt: skip


POISON: tuple[tuple[str, Callable[[Clean], str]], ...] = (
    ("CF_JDRQ", lambda row: f"{row.day.month}/{row.day.day}/{row.day.year}"), ("CF_JDRQ", lambda row: f"{row.day.year}-{row.day.month}"),
    ("CF_JDRQ", lambda row: f"{row.day.year}-02-30"), ("CF_NR_FK", lambda row: f"{row.fine}元"),
    ("CF_NR_FK", lambda row: f"约{row.fine}万"),
    ("CF_NR_FK", lambda row: "-1"), ("CF_WSH", lambda row: f"溪环罚〔2026〕{row.serial}号、{row.serial + 1}号"),
    ("CF_WSH", lambda row: row.day.isoformat()),
    ("CF_WSH", lambda row: "×环罚〔2026〕×号"), ("CF_XDR_SHXYM", lambda row: row.code[:-1]), ("CF_XDR_SHXYM", lambda row: "0" * 18),
    ("CF_XDR_MC", lambda row: f"{row.name}、另一有限公司"), ("CF_XDR_MC", lambda row: "某某公司"), ("CF_CFLB", lambda row: "罚款、记过"),
    ("CF_FRDB", lambda row: "堃\ue5e5"), ("CF_CFJGDM", lambda row: row.code), ("CF_ZT", lambda row: "1"),
    ("CF_NR", lambda row: f"罚款{row.fine}元整"),
    *(("CF_XDR_SHXYM", like) for like in (
        lambda row: row.code.replace("0", "O", 1), lambda row: row.code.replace("1", "I", 1), lambda row: row.code.replace("1", "l", 1),
        lambda row: row.code.replace("0", "〇", 1), lambda row: row.code.replace("0", "\u041e", 1),
        lambda row: row.code.replace("0", "٠", 1),
        lambda row: f"{row.code[:9]}—{row.code[9:]}",
    )),
    *(("CF_JDRQ", lambda row, time=time: f"{row.day.isoformat()}{time}") for time in (" 24:00:00", " 25:61", " 至今", "、次日", "前")),
    ("CF_JDRQ", lambda row: f"0026-{row.day:%m-%d}"), ("CF_JDRQ", lambda row: f"{row.day.year}年2月30日"),
    ("CF_JDRQ", lambda row: f"{row.day:%y-%m-%d}"), ("CF_JDRQ", lambda row: row.day.isoformat().replace("0", "O", 1)),
    ("CF_JDRQ", lambda row: str((row.day - date(1904, 1, 1)).days)),  # 1904 dates: the number then speaks against the year
    *(("CF_NR_FK", lambda row, said=said: said) for said in (
        "1e5", "-5", "(5)", "1.234,56", "5%", "壹万贰", "5万至10万", "٣", "12300元", "2万元（大写：叁万元）", "$5", "=1+1", "见决定书",
    )),
    ("CF_NR_FK", lambda row: str(int(float(row.fine) * 10_000))), ("CF_NR_WFFF", lambda row: "3000"),
    ("CF_XDR_MC", lambda row: "=cmd|' /C calc'!A0"), ("CF_WSH", lambda row: "=HYPERLINK(A1)"),
)  # fmt: skip
"""What must never be taken in without a person: a column and what stands in it."""


def wide(text: str) -> str:
    """Full-width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def in_words(day: date) -> str:
    """二〇二六年三月四日"""
    tens = ("", "十", "二十", "三十")
    said = [tens[n // 10] + (DIGITS[n % 10] if n % 10 else "") for n in (day.month, day.day)]
    return "".join(DIGITS[int(c)] for c in str(day.year)) + f"年{said[0]}月{said[1]}日"


def weekday(day: date) -> str:
    """星期三"""
    return "星期" + "一二三四五六日"[day.weekday()]

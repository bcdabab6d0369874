"""Rule packs: periods that leave time, lists that leave a choice, remedies that still say where to go, bases that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from repairflow.law.checks import pack_figures, pack_kept, pack_sentences
from repairflow.law.checks.label_tone import leaning
from repairflow.law.procedure.ground import DECIDING, REFUSING
from repairflow.law.procedure.model import Days
from repairflow.law.procedure.packs import RANKS, RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
"""A code, the place in the file and the sentence."""

IN_DAYS: Mapping[str, float] = {"working": 1.4, "calendar": 1, "months": 30.4, "years": 365}
MUST_SAY: Mapping[str, tuple[str, ...]] = {
    "review": ("复核", "申诉"), "reconsideration": ("行政复议",), "litigation": ("诉讼",), "objection_to_result": ("异议",),
}  # fmt: skip
"""What the paragraph of a remedy must speak of, by its name."""
TO_ORGAN, TO_COURT, TO_US, WITHIN = (
    ("{organs}", "复议机关"),
    ("{court}", "法院"),
    ("本机关", "本中心", "本单位", "网站"),
    ("{limit}",),
)
MUST_HOLD: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "reconsideration": (TO_ORGAN,), "litigation": (TO_COURT,), "objection_to_result": (TO_US,),
}  # fmt: skip
"""What a remedy has to name, each in one of these ways."""
MUST_MEAN: Mapping[tuple[str, ...], str] = {
    TO_ORGAN: "向哪个机关申请（{organs}）", TO_COURT: "向哪个法院起诉（{court}）", TO_US: "向谁提出",
}  # fmt: skip
TURNS = ("不得", "不可以", "不能", "无权", "不受理", "不再", "最终决定", "终局", "没有其他", "没有救济", "不予")
"""Words by which a remedy would say that there is none."""
SHORTEST = 10
GREATEST_WAN = 1_000_000
"""A line above this many 万元 (100 亿元) lies beyond every fine: it was written in another unit."""


def check(pack: RulePack, whole: RulePack, in_use: RulePack | None = None) -> Iterator[Fault]:
    """Everything wrong with what a pack says itself; `whole` has what it leaves to its base, `in_use` is the one of its
    name in use, whole too."""
    kept = in_use if pack.over is None else None
    if pack.until is not None and pack.until <= pack.effective:
        yield "dates", ("until",), f"停用日期 {pack.until} 不晚于施行日期 {pack.effective}，本包没有一天有效；请改正"
    yield from _periods(pack)
    yield from pack_figures.check(pack, whole, kept)
    yield from _lists(pack, kept)
    yield from pack_sentences.check(pack, whole)
    yield from _remedies(pack, kept)
    yield from _bases(pack, whole)
    yield from _names(pack, whole)
    yield from _articles(pack)
    yield from _named_by_year(pack)
    if in_use is not None:
        yield from pack_kept.check(whole, in_use)


def _named_by_year(pack: RulePack) -> Iterator[Fault]:
    """Yield a year at the end of a pack's name is that of its first day: people choose packs by it."""
    year = pack.pack.rpartition("-")[2]
    if len(year) == 4 and year.isdigit() and int(year) != pack.effective.year:
        text = f"规则包的名称 {pack.pack} 写的是 {year} 年，却自 {pack.effective} 起施行；请改正 pack 或者 effective"
        yield "version_day", ("effective",), text


def _longer(one: Days | None, other: Days) -> bool:
    return one is not None and one.count * IN_DAYS[one.unit] > other.count * IN_DAYS[other.unit]


def _periods(pack: RulePack) -> Iterator[Fault]:
    for severity, period in pack.period.items():
        if _longer(period.minimum, period.maximum):
            yield (
                "pack_periods",
                ("period", severity),
                f"公示期“{severity}”的最短公示期长于最长公示期，永远不能申请修复；请改正",
            )
    for lighter, graver in pairwise(RANKS):
        one, other = pack.period.get(lighter), pack.period.get(graver)
        if one is not None and other is not None and _longer(one.maximum, other.maximum):
            text = f"公示期“{lighter}”的最长公示期长于更重的“{graver}”；请核对原文后改正"
            yield "pack_periods", ("period", lighter), text
    for code, kind in pack.list_kind.items():
        if _longer(kind.minimum, kind.maximum):
            yield (
                "pack_periods",
                ("list_kind", code),
                f"名单“{kind.label}”（{code}）的最短期限长于最长期限，永远不能申请移出；请改正",
            )
        if not kind.removal:
            yield (
                "pack_list_empty",
                ("list_kind", code),
                f"名单“{kind.label}”（{code}）没有写移出条件（removal）；请写明",
            )
    for code, penalty in pack.penalty.items():
        low, high = penalty.minor_below_wan, penalty.serious_from_wan
        what, at = f"处罚类别“{penalty.label}”（{code}）", ("penalty", code)
        if low is not None and high is not None and low > high:
            yield "pack_periods", at, f"{what}的 minor_below_wan 高于 serious_from_wan，同一数额既轻微又严重；请改正"
        elif low is not None and low == high:
            text = (
                f"{what}的 minor_below_wan 与 serious_from_wan 相同，没有数额属于一般；请分别写明较大数额、巨额的起点"
            )
            yield "pack_periods", at, text
        if (most := max(low or 0, high or 0)) > GREATEST_WAN:
            yield "pack_periods", at, f"{what}的数额界线 {most:g} 万元高于任何罚款，界线不起作用；请核对单位（万元）"


def _lists(pack: RulePack, kept: RulePack | None) -> Iterator[Fault]:
    for name, items in pack.lists.items():
        at = ("lists", name)
        if not items:
            yield "pack_list_empty", at, f"清单“{name}”没有一项，须从中选择的动作不能办理；请列出各项"
        for code, item in items.items():
            if not item.label.strip():
                yield "text_empty", (*at, code), f"清单“{name}”的“{code}”没有名称；请写 label"
            if name.endswith(REFUSING) and not item.text.strip():
                yield "text_empty", (*at, code), f"清单“{name}”的“{item.label}”没有写决定书用语（text）；请写明"
    yield from _turned(pack, kept)
    for name in kept.lists if kept is not None else ():
        if name not in pack.lists:
            yield "pack_list_empty", ("lists",), f"清单“{name}”在已采用的规则包 {pack.pack} 中有，本文件没有了；请恢复"


def _turned(pack: RulePack, kept: RulePack | None) -> Iterator[Fault]:
    """Labels whose meaning a new file of the same pack turns, and lists that change sides."""
    if kept is None:
        return
    for name, items in pack.lists.items():
        for code, item in items.items():
            before = kept.lists.get(name, {}).get(code)
            if before is not None and leaning(before.label) * leaning(item.label) < 0:
                text = f"清单“{name}”的“{code}”原称“{before.label}”，改称“{item.label}”后意思相反；请改正"
                yield "relabel_turns", ("lists", name, code), text
    for code, kind in pack.list_kind.items():
        old = kept.list_kind.get(code)
        if old is not None and old.favourable != kind.favourable:
            text = f"名单“{kind.label}”（{code}）在已采用的规则包中是{'守信' if old.favourable else '失信'}名单，本文件改了性质；请改回"
            yield "relabel_turns", ("list_kind", code), text


def _remedies(pack: RulePack, kept: RulePack | None) -> Iterator[Fault]:
    for code, remedy in pack.remedy.items():
        at, what = ("remedy", code), f"救济途径“{remedy.label or code}”（{code}）"
        words = MUST_SAY.get(code, ())
        if not remedy.label.strip():
            yield "text_empty", at, f"{what}没有名称；请写 label"
        text = remedy.text.strip()
        if len(text) < SHORTEST or not text.endswith("。"):
            yield "pack_remedy", at, f"{what}的文字不是完整的句子（“{text}”），当事人不知道去哪里；请写全"
        elif words and not any(word in text for word in words):
            yield "pack_remedy", at, f"{what}的文字没有提到{'或者'.join(words)}，与名称不符；请改正 text"
        elif words and not any(word in remedy.label for word in words):
            yield "pack_remedy", at, f"{what}的名称没有提到{'或者'.join(words)}；请改正 label"
        elif any(word in text for word in TURNS):
            word = next(word for word in TURNS if word in text)
            yield "pack_remedy", at, f"{what}的文字写了“{word}”，等于没有救济；请改正 text"
        elif mark := next((mark for mark in MUST_HOLD.get(code, ()) if not any(one in text for one in mark)), None):
            yield "pack_remedy", at, f"{what}的文字没有写明{MUST_MEAN[mark]}；请写上"
        before = kept.remedy.get(code) if kept is not None else None
        if before is not None and before.basis and not remedy.basis:
            yield "pack_remedy", at, f"{what}在已采用的规则包中写有依据，本文件没有了；请恢复 basis"
    for code in kept.remedy if kept is not None else ():
        if code not in pack.remedy:
            yield "pack_remedy", ("remedy",), f"救济途径“{code}”在已采用的规则包 {pack.pack} 中有，本文件没有了；请恢复"


def _bases(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    for name, items in pack.lists.items():
        for code, item in items.items():
            for one in item.where_basis:
                if one not in whole.basis or not whole.basis[one].verified:
                    text = f"清单“{name}”的“{code}”告知的去处依据“{one}”，没有定义或者没有核对；请改正 where_basis"
                    yield "basis_unknown", ("lists", name, code), text
    for code, basis in pack.basis.items():
        if not basis.cite.strip():
            yield "text_empty", ("basis", code), f"依据“{code}”没有写出处；请写 cite"
    for at, what, used in citing(pack):
        for name in used:
            if name not in whole.basis:
                yield "basis_unknown", at, f"{what}的依据“{name}”没有定义；请在 [basis] 中写明出处，或者改正名称"


def _articles(pack: RulePack) -> Iterator[Fault]:
    """Figures, measures, lists, conditions and grounds of decisions that name no basis: nobody could say where they stand."""
    for at, what, used in citing(pack):
        table = at[0]
        figure = table != "lists" and not (table == "remedy" and pack.remedy[at[1]].limit is None)
        decides = table == "lists" and at[1].endswith(DECIDING)
        if (figure or decides) and not used:
            yield "figure_without_basis", at, f"{what}没有写依据的条文；请写 basis"


def citing(pack: RulePack) -> Iterable[tuple[Place, str, tuple[str, ...]]]:
    """Yield every entry that cites, where it stands, how messages call it, and the bases it names."""
    yield from ((("period", code), f"公示期“{code}”", one.basis) for code, one in pack.period.items())
    yield from ((("remedy", code), f"救济途径“{code}”", one.basis) for code, one in pack.remedy.items())
    yield from (
        (("review_first", c), f"是否先申请复议“{one.label}”", one.basis) for c, one in pack.review_first.items()
    )
    yield from ((("penalty", code), f"处罚类别“{one.label}”", one.basis) for code, one in pack.penalty.items())
    yield from ((("measure", code), f"惩戒措施“{code}”", one.basis) for code, one in pack.measure.items())
    yield from ((("list_kind", code), f"名单“{code}”", one.basis) for code, one in pack.list_kind.items())
    yield from ((("list_change", code), f"名单“{code}”的改动", one.basis) for code, one in pack.list_change.items())
    yield from ((("behaviour", code), f"失信行为“{code}”", one.basis) for code, one in pack.behaviour.items())
    yield from ((("ladder", code), f"分级措施“{code}”", one.basis) for code, one in pack.ladder.items())
    for code, one in pack.remedy.items():
        if one.untold is not None:
            yield ("remedy", code), f"救济途径“{code}”没有告知时的期限", one.untold_basis
    if pack.simple_procedure is not None:
        yield ("simple_procedure",), "简易程序的范围", pack.simple_procedure.basis
        yield ("simple_procedure",), "适用简易程序的处罚的失信程度", pack.simple_procedure.class_basis
    yield from ((("term", code), f"法定期间“{code}”", one.basis) for code, one in pack.term.items())
    yield from ((("limit", code), f"最长期限“{code}”", one.basis) for code, one in pack.limit.items())
    for name, items in pack.lists.items():
        yield from ((("lists", name, code), f"清单“{name}”的“{code}”", one.basis) for code, one in items.items())


def _names(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    for code, kind in pack.list_kind.items():
        for measure in kind.measures:
            if measure not in whole.measure:
                yield (
                    "pack_name",
                    ("list_kind", code),
                    f"名单“{kind.label}”写的措施“{measure}”不在 [measure] 中；请改正",
                )
    for name, value in pack.switch.items():
        severities = name.startswith("asks_") or name == "check_result_class"
        wrong = [one for one in str(value).split(",") if severities and one.strip() not in RANKS]
        if name == "not_repairable":
            wrong = [one for one in str(value).split(",") if one and one not in whole.penalty]
        if wrong:
            yield "pack_name", ("switch", name), f"开关“{name}”写的“{'、'.join(wrong)}”没有定义；请改正"
    for code, measure_ in pack.measure.items():
        if measure_.permanent and measure_.term is not None:
            yield "pack_name", ("measure", code), f"惩戒措施“{measure_.label}”既是永久又有期限（term）；请删去其中之一"

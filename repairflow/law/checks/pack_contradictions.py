"""Entries of a rule pack that contradict each other, their own words, or what a name in the law stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from repairflow.law.checks import ground_words
from repairflow.law.checks.label_parts import bare
from repairflow.law.checks.overlay_scope import named_elsewhere, statutes_elsewhere
from repairflow.law.checks.pack_meanings import EMPTY, shared
from repairflow.law.checks.pack_names import soft_word
from repairflow.law.checks.packs import citing
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.ground import REFUSING
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
NAMED: Mapping[str, str] = {
    "penalty": "处罚类别", "measure": "惩戒措施", "list_kind": "名单", "behaviour": "失信行为", "ladder": "分级措施",
}  # fmt: skip
ACT = re.compile(r"《[^》]+》")
OURSELVES = re.compile(
    r"向(?:本机关|本单位|本中心)(?:直接|书面|口头|再次|依法|另行)*(?:提起(?:行政)?诉讼|申请行政复议|提出行政复议)"
)
HOURS = re.compile(
    r"(?:每周|每月|每日|每逢)[一二三四五六日天](?!\s*[至到、—-])|每月[一二三四五六七八九十\d]+[日号]|(?:限|仅|只)[^，。；]{0,6}(?:上午|下午)|(?<![至到、—-])周[一二三四五六日](?:上午|下午)"
    r"|(?:限|须|应当|只能|只|仅)[^，。；]{0,6}当[日天](?!起|次|的次)|当[日天](?:内|之内|以内|以前|前)?(?:提出|申请|提起|起诉|递交)"
)
"""Hours or days that would narrow a remedy; when a period begins (自收到当日起) and when a window is open all week is none."""
CUT_OFF = re.compile(r"(?:停|断|中断)[^，。；]{0,4}(?:水|电|气|暖|网)(?!站)")


def check(pack: RulePack, whole: RulePack, others: Iterable[RulePack]) -> Iterator[Fault]:
    """Everything of a pack that contradicts itself; `others` are packs that say what codes have stood for so far."""
    known = list(others)
    yield from _called_twice(pack, whole)
    yield from _classes(pack, whole)
    yield from _lists(pack)
    yield from _grounds(pack)
    for code, remedy in pack.remedy.items():
        what = f"救济途径“{remedy.label}”（{code}）的文字"
        for found, why in (
            (OURSELVES.search(remedy.text), "诉讼由法院、复议由复议机关受理"),
            (HOURS.search(remedy.text), "另限了时间，法律没有这样的条件"),
        ):  # fmt: skip
            if found is not None:
                yield "pack_remedy", ("remedy", code), f"{what}写了“{found[0]}”，{why}；请改正 text"
    for old in known:
        yield from _less(pack, old)
        yield from _redefined(pack, old)
    yield from _people(pack)
    yield from _places(pack, whole)
    if pack.commitment_version.strip() and not pack.commitment_text.strip() and pack.over is not None:
        text = "写了信用承诺书的版本，却没有写承诺书：签的仍是所依附规则包的文字，版本却不同；请写 commitment_text，或者删去"
        yield "text_empty", ("commitment_version",), text


def _called_twice(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    """Yield entries that only a bracket, or nothing, tells from another one, those of the base included."""
    for table, called in NAMED.items():
        everything = getattr(whole, table)
        for code, entry in getattr(pack, table).items():
            plain = bare(entry.label)
            other = next((one for one, had in everything.items() if one != code and had.label.strip() == plain), None)
            if plain and other is not None:
                same = f"“{everything[other].label}”（{other}）"
                text = f"{called}“{entry.label}”（{code}）与{same}同名，选择时无法区分；请改名，或者改用已有的一项"
                yield "label_twice", (table, code), text


def _classes(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    for severity, period in pack.period.items():
        if not period.published and period.minimum is not None:
            text = f"公示期“{severity}”写为不公示（published = false），又写了最短公示期；请删去其中之一"
            yield "pack_periods", ("period", severity), text
    for code, penalty in pack.penalty.items():
        at, what = ("penalty", code), f"处罚类别“{penalty.label}”（{code}）"
        soft = soft_word(penalty.label)
        if soft is not None:
            yield "label_turned", at, f"{what}的名称写了“{soft}”，不是行政处罚；请照处罚法写明种类"
        if 0 in (penalty.minor_below_wan, penalty.serious_from_wan):
            yield "pack_periods", at, f"{what}的数额界线为 0，不论多少都归一类；请写明界线，或者删去"
        if (
            penalty.severity == "serious"
            and penalty.serious_from_wan is not None
            and penalty.minor_below_wan is not None
        ) or (penalty.severity == "minor" and penalty.minor_below_wan is not None):
            text = f"{what}不到界线的也按 {penalty.severity} 归类，界线不起作用；请改正 severity"
            yield "pack_periods", at, text
    simple = pack.simple_procedure
    for kind in simple.kinds if simple is not None else ():
        if kind in whole.penalty and whole.penalty[kind].severity == "serious" and not whole.penalty[kind].by_amount:
            text = f"简易程序写了“{whole.penalty[kind].label}”：当场作出的按轻微登记，这一种却是严重的，不能当场作出；请删去"
            yield "pack_periods", ("simple_procedure",), text


def _lists(pack: RulePack) -> Iterator[Fault]:
    for code, kind in pack.list_kind.items():
        if "window_days" in kind.model_fields_set and not kind.window:
            text = f"名单“{kind.label}”（{code}）写了公示天数（window_days），却不公示（window）；请写 window = true，或者删去"
            yield "pack_name", ("list_kind", code), text
    for code, measure in pack.measure.items():
        if measure.permanent and measure.source_rank is None:
            text = f"惩戒措施“{measure.label}”（{code}）没有期限（permanent），须有法律、行政法规；请写 source_rank，或者写期限 term"
            yield "figure_without_basis", ("measure", code), text
    for code, item in pack.lists.get("consequences", {}).items():
        cut = CUT_OFF.search(item.text)
        if cut is not None and not pack.read(item.basis):
            text = f"后果“{item.label}”（{code}）写了“{cut[0]}”，却没有核对过的条文；文书不能这样告知，请删去"
            yield "figure_without_basis", ("lists", "consequences", code), text


def _grounds(pack: RulePack) -> Iterator[Fault]:
    for name, items in pack.lists.items():
        for code, item in items.items() if name.endswith(REFUSING) else ():
            at, what = ("lists", name, code), f"清单“{name}”的“{item.label}”（{code}）"
            words = f"{item.label}。{item.text}"
            vague = ground_words.OPEN.search(item.label.strip()) or ground_words.OPEN.search(item.text)
            if vague is not None:
                text = f"{what}写了“{vague[0]}”，什么都能装进去；请写明哪一项事实不符合"
                yield "pack_list_open", at, text
            if (foreign := ground_words.ELSEWHERE.search(words)) is not None:
                text = f"{what}写了“{foreign[0]}”，不能因为来自何地而区别对待；请写明管辖（不属于本机关认定），或者删去"
                yield "rights_waived", at, text
            if item.text.strip() and not (set(item.label) - EMPTY) & set(item.text):
                text = f"{what}的用语“{item.text}”与名称说的是两件事，决定书会写上没有选的事由；请改正 text"
                yield "label_turned", at, text


def _less(pack: RulePack, old: RulePack) -> Iterator[Fault]:
    """Yield what people read so far and do not any more: where to go, and how long where nobody told them."""
    for name, items in pack.lists.items():
        for code, item in items.items():
            was = old.lists.get(name, {}).get(code)
            if was is not None and was.where_to_go and not item.where_to_go and shared(was.label, item.label):
                text = f"清单“{name}”的“{item.label}”（{code}）在 {old.pack} 写明去处（{was.where_to_go}），本包没有了；请恢复 where_to_go"
                yield "pack_less", ("lists", name, code), text
    for code, remedy in pack.remedy.items():
        before = old.remedy.get(code)
        for field, said in (("untold", "没有告知时的期限"), ("after_review", "复议以后的期限"), ("limit", "期限")):
            if before is not None and getattr(before, field, None) is not None and getattr(remedy, field, None) is None:
                text = f"救济途径“{remedy.label}”（{code}）在 {old.pack} 有{said}（{field}），本包没有了；请恢复"
                yield "pack_less", ("remedy", code), text


def _redefined(pack: RulePack, old: RulePack) -> Iterator[Fault]:
    """Yield a basis under a name of the base that is another act: entries of the base would cite it."""
    for name, basis in pack.basis.items() if pack.over == old.pack else ():
        was = old.basis.get(name)
        acts = set(ACT.findall(was.cite)) if was is not None else set()
        if was is not None and not acts & set(ACT.findall(basis.cite)) and was.cite != basis.cite:
            text = f"依据“{name}”在 {old.pack} 是{was.cite}，本包改写为{basis.cite}，{old.pack} 中引它的各项会引错；请换一个名称"
            yield "pack_turned", ("basis", name), text


def names_a_field(pack: RulePack, packs: Iterable[RulePack]) -> Iterator[Fault]:
    """Yield a name for a field that has one."""
    settled = any(one.domain == pack.domain and not one.field for one in packs if one.pack != pack.pack)
    if pack.field and settled:
        text = f"领域“{pack.domain}”已有名称，field（{pack.field}）只用于新设的领域；请删去，或者改正 domain"
        yield "overlay_scope", ("field",), text


def shadowed(bases: Iterable[str], articles: Mapping[str, Basis]) -> Iterator[Fault]:
    """Yield a basis that takes the name of an article of a statute."""
    for name in bases:
        if name in articles:
            text = f"依据“{name}”与法律依据（statutes）的条文同名，引用它的各项会引到这里；请换一个名称"
            yield "pack_turned", ("basis", name), text


def _people(pack: RulePack) -> Iterator[Fault]:
    """Yield who answers for nothing bears nothing (不得株连)."""
    for table in ("measure", "penalty", "behaviour"):
        for code, entry in getattr(pack, table).items():
            word = ground_words.unconnected(entry.label)
            if word is not None:
                text = f"{NAMED[table]}“{entry.label}”（{code}）写了“{word}”，对失信行为不负责任的人不能受牵连；请删去"
                yield "person_unconnected", (table, code), text
    for at, what, said in pack.promises():
        word = ground_words.unconnected(said.text)
        if word is not None:
            yield "person_unconnected", at, f"{what}写了“{word}”，不能要求与失信行为无关的人承担责任；请删去"


def _places(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    """Yield a place's pack that is called by, or rests on a statute of, another province."""
    yield from named_elsewhere(pack.label, pack.jurisdiction, "规则包")
    yield from statutes_elsewhere(pack.basis, pack.jurisdiction, "本包")
    for at, what, used in citing(pack):
        articles = {one: whole.basis[one] for one in used if one not in pack.basis and one in whole.basis}
        yield from (
            (code, at, f"{what}：{text}") for code, _, text in statutes_elsewhere(articles, pack.jurisdiction, "本包")
        )

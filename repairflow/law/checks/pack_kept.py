"""A rule pack against the one of the same name in use: nothing goes, shrinks or changes while its basis stays the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from repairflow.law.checks.pack_figures import days_text
from repairflow.law.procedure.model import Days
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
TABLES: Mapping[str, str] = {
    "period": "公示期", "penalty": "处罚类别", "list_kind": "名单", "measure": "惩戒措施", "term": "法定期间",
    "limit": "最长期限", "remedy": "救济途径", "review_first": "是否先申请复议", "behaviour": "失信行为", "ladder": "分级措施",
}  # fmt: skip
FIELDS: Mapping[str, str] = {
    "published": "是否公示", "minimum": "最短期限", "maximum": "最长期限", "severity": "失信程度",
    "by_amount": "是否按数额分类", "serious_from_wan": "严重的界线", "minor_below_wan": "轻微的界线", "public": "是否公开",
    "record_kind": "信息种类", "window": "决定前是否公示", "linked": "是否记入有关责任人员", "measures": "惩戒措施",
    "removal": "移出条件", "force": "是否必须采取", "term": "最长期限", "permanent": "是否永久",
    "lift_with_record": "是否随信息修复解除", "days": "天数", "extension": "延长", "limit": "期限",
    "after_review": "复议后的期限", "untold": "没有告知时的期限", "online": "网上渠道的说明", "kinds": "处罚类别",
    "person_wan": "对公民的最高数额", "others_wan": "对单位的最高数额", "favourable": "是否守信名单",
    "window_days": "公示天数", "opinion": "是否须有第三方意见", "spot_check": "是否须核实", "clean": "此前无失信的时间",
    "after": "此前须采取的措施", "yearly": "每年公布的日期", "review": "期满前考评的时间",
    "no_new": "期满移出是否须无新失信", "lists": "可以列入的名单",
    "procedure": "程序", "kind": "种类",
}  # fmt: skip
"""What of an entry rests on its basis, as messages call it; its name and its sentences are compared elsewhere."""


def check(pack: RulePack, kept: RulePack) -> Iterator[Fault]:
    """Everything that is gone or says another thing than `kept`, the whole pack of this name in use."""
    used = f"已采用的规则包 {kept.pack}"
    for name, items in kept.lists.items():
        now = pack.lists.get(name)
        if now is None or name in {"list_kinds", "measures"}:
            continue  # gone as a whole, or the names of a table: told there
        for code, item in items.items():
            if code not in now:
                text = f"清单“{name}”的“{item.label}”（{code}）在{used}中有，本文件没有了；请恢复，或者另立新的规则包"
                yield "pack_list_less", ("lists", name), text
    for table, label in TABLES.items():
        yield from _table(table, label, (getattr(pack, table), getattr(kept, table)), used)
    if kept.simple_procedure is not None:
        if pack.simple_procedure is None:
            yield "pack_less", (), f"简易程序的范围在{used}中有，本文件没有了；请恢复"
        else:
            yield from _entry(("simple_procedure",), "简易程序的范围", pack.simple_procedure, kept.simple_procedure)
    for name, value in kept.switch.items():
        if pack.switch.get(name, False) != value:
            text = f"开关“{name}”在{used}中为 {value_text(value)}，本文件不同；请改回，或者另立新的规则包"
            yield "pack_turned", ("switch", name), text
    yield from _words(pack, kept, used)


def _words(pack: RulePack, kept: RulePack, used: str) -> Iterator[Fault]:
    now = {(at, said.version): said.text for at, _, said in pack.promises()}
    for at, what, said in kept.promises():
        if now.get((at, said.version), said.text) != said.text:
            text = f"{what}的文字与{used}不同，版本却仍是 {said.version}，签过的人所签的就不是这一份；请改版本"
            yield "pack_turned", at, text
    if kept.commitment_version and not pack.commitment_version:
        yield "pack_less", (), f"信用承诺书的版本（commitment_version）在{used}中有，本文件没有了；请恢复"
    if kept.repair_at and not pack.repair_at:
        yield "pack_less", (), f"申请修复的地方（repair_at）在{used}中有，本文件没有了；请恢复"


def _table(
    table: str, label: str, entries: tuple[Mapping[str, BaseModel], Mapping[str, BaseModel]], used: str
) -> Iterator[Fault]:
    now, before = entries
    for code, old in before.items():
        if now.get(code) == old:  # mostly nothing has changed
            continue
        what = f"{label}“{getattr(old, 'label', '') or code}”（{code}）"
        if code in now:
            yield from _entry((table, code), what, now[code], old)
        elif table != "remedy":  # a remedy that is gone is told with the remedies
            yield "pack_less", (table,), f"{what}在{used}中有，本文件没有了；请恢复，或者另立新的规则包"


def _entry(at: Place, what: str, new: BaseModel, old: BaseModel) -> Iterator[Fault]:
    rests, rested = set(getattr(new, "basis", ())), set(getattr(old, "basis", ()))
    if rests < rested:
        text = f"{what}的依据（{'、'.join(sorted(rested - rests))}）本文件没有了；请恢复 basis"
        yield "pack_turned", at, text
    elif rests != rested:
        return  # another basis may say another thing
    for field, label in FIELDS.items():
        was, now = getattr(old, field, None), getattr(new, field, None)
        if was != now:
            text = f"{what}的{label}由 {value_text(was)} 改为 {value_text(now)}，依据却没有变；请改回，或者写明新的依据"
            yield "pack_turned", at, text


def value_text(value: object) -> str:
    """Return a value of an entry as messages say it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Days):
        return days_text(value)
    if isinstance(value, tuple):
        return "、".join(map(str, value)) or "（没有）"
    return "（没有）" if value in (None, "") else str(value)

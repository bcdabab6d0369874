"""The lines of the table that the rule pack fills: classes, publicity, conditions, grounds, lists, measures, terms, remedies."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.letter_kinds import form_of
from repairflow.law.not_repairable import BARS
from repairflow.law.open_figures import ON_THE_SPOT
from repairflow.law.own_rule_ranks import SOURCES
from repairflow.law.procedure.commitments import SIGNERS
from repairflow.law.procedure.model import Days, Input
from repairflow.law.procedure.packs import (
    COMMITMENT_BAR,
    RANKS,
    SEVERITY_LABELS,
    ListKind,
    PenaltyKind,
    SimpleProcedure,
)
from repairflow.law.procedure.remedy import length
from repairflow.law.publicity import applies_next_day
from repairflow.law.remedies_of_acts import court_of, refuses
from repairflow.law.reviewing.rows import Cited, Row, Sheet

NEXT_DAY = ("minfadian.a201", "minfadian.a203")
"""Where it stands that a term ends at 24:00 of its last day, so that what waits for its end begins on the day after."""
COUNTED = (
    "开始的当日不计入；按月、按年的，到期月的对应日届满，没有对应日的为月末日；最后一日是法定休息日的，顺延到休息日后的"
    "第一日；最后一日二十四时截止，单位设置写明窗口营业时间的，窗口提交到营业时间截止；日历没有公布的年度，届满日是暂定的"
)
COUNTED_BY = ("minfadian.a201", "minfadian.a202", "minfadian.a203")
ELECTRONIC = (
    "须有当事人的同意（可以撤回）；到达当事人在本系统的账户之日为送达之日，首次打开的时间另行记明。"
    "行政处罚法第六十一条第二款只对行政处罚决定书，民事诉讼法第九十条只对诉讼文书，其他文书参照，待法制审核确认"
)
ELECTRONIC_BY = ("chufa.a61", "minsu.a90")
ANNOUNCEMENT = "announcement"
ANNOUNCED = "民事诉讼法的送达，行政处罚法第六十一条第一款只对行政处罚决定书引用，其他文书参照，待法制审核确认"
ASKING = "asks_"
MEANS = {
    "training": "参加专题培训", "credit_report": "提交信用报告", "public_service": "参加公益活动", "donation": "慈善捐助",
    "on_time_performance": "按时履约",
}  # fmt: skip
SIGNED = "commitment_signed"
REPAIRABLE = "record_is_repairable"
TERMS = (ANNOUNCEMENT, "inaction_review_wait", "inaction_review", "inaction_suit", "inaction_suit_unanswered")
"""Terms of the pack that bear on every procedure: service by announcement, and what may be done when an office is silent."""


def rows(sheet: Sheet) -> Iterator[Row]:
    """Yield what of the pack this procedure uses."""
    if sheet.procedure.subject == "record":
        yield from _classes(sheet)
        yield from _periods(sheet)
        yield from _switches(sheet)
    yield from _bars(sheet)
    yield from _chosen(sheet)
    yield from _grounds(sheet)
    yield from _commitment(sheet)
    yield from _terms(sheet)
    yield from _counting(sheet)
    yield from _remedies(sheet)


def _classes(sheet: Sheet) -> Iterator[Row]:
    for kind in sheet.pack.penalty.values():
        yield Row("失信程度", kind.label, condition=_lines_of(kind), figure=SEVERITY_LABELS[kind.severity],
                  cited=sheet.cite(kind.basis))  # fmt: skip
    if (simple := sheet.pack.simple_procedure) is not None:
        yield Row("失信程度", ON_THE_SPOT, condition=_on_the_spot(sheet, simple), cited=sheet.cite(simple.basis))
        yield Row(
            "失信程度",
            f"{ON_THE_SPOT}的失信程度",
            figure=SEVERITY_LABELS["minor"],
            cited=sheet.cite(simple.class_basis),
        )


def _lines_of(kind: PenaltyKind) -> str:
    """From which amounts a fine is of another class; that nobody has stated them, where that is so."""
    if not kind.by_amount:
        return ""
    below = f"不满{kind.minor_below_wan:g}万元的为轻微" if kind.minor_below_wan is not None else ""
    above = f"{kind.serious_from_wan:g}万元以上的为严重" if kind.serious_from_wan is not None else ""
    missing = "界线没有写明：由作出处罚的单位写明；写明以前暂定，按最轻的一种公示"
    return "；".join(one for one in (below, above) if one) or missing


def _on_the_spot(sheet: Sheet, simple: SimpleProcedure) -> str:
    kinds = "、".join(sheet.pack.penalty[one].label for one in simple.kinds if one in sheet.pack.penalty)
    return f"{kinds}；罚款对公民{simple.person_wan * 10_000:g}元以下，对单位{simple.others_wan * 10_000:g}元以下"


def _periods(sheet: Sheet) -> Iterator[Row]:
    for severity, period in sheet.pack.period.items():
        figure = _between(period.minimum, period.maximum)
        shown = "公示" if period.published else "原则上不公示"
        yield Row("公示期", SEVERITY_LABELS[severity], condition=shown, figure=figure, cited=sheet.cite(period.basis))
    day = "届满日的次日" if applies_next_day(sheet.pack) else "届满日当天"
    yield Row("公示期", "最短公示期满后从哪一天起可以申请", figure=day, cited=sheet.cite(NEXT_DAY))


def _between(least: Days | None, most: Days) -> str:
    return f"最短{length(least)}，最长{length(most)}" if least is not None else f"最长{length(most)}"


def _switches(sheet: Sheet) -> Iterator[Row]:
    """Yield what the field asks of some classes only; which records it says cannot be repaired."""
    for name, value in sheet.pack.switch.items():
        if name.startswith(ASKING):
            classes = "、".join(SEVERITY_LABELS[one] for one in RANKS if one in str(value).split(","))
            means = name.removeprefix(ASKING)
            yield Row("修复条件", f"须{MEANS.get(means, means)}的失信程度", figure=classes)
        elif name == "not_repairable":
            yield Row("修复条件", "规则包写明不可修复的信息", condition=str(value))


def _bars(sheet: Sheet) -> Iterator[Row]:
    """Yield what is marked as not to be repaired, where a step asks for it."""
    if any(use.guard == REPAIRABLE for action in sheet.procedure.action.values() for use in action.guards):
        for bar in BARS.values():
            cited = (Cited(bar.cite, "", "", "", "", not bar.verified),)
            yield Row("不可修复", bar.label, condition=bar.when, cited=cited)


def _chosen(sheet: Sheet) -> Iterator[Row]:
    """Yield the closed lists that forms of this procedure take their answers from, each once."""
    p = sheet.procedure
    forms = [p.inputs, *(action.inputs for action in p.action.values())]
    items = [item for form in forms for item in form.values() if item.choices is not None]
    for item in {item.choices: item for item in items}.values():
        yield from _choices(sheet, item)


def _choices(sheet: Sheet, item: Input) -> Iterator[Row]:
    pack = sheet.pack
    if item.choices == "list_kinds":
        kept = pack.lists.get("list_kinds", {})
        yield from (_list_kind(sheet, pack.list_kind[code]) for code in kept if code in pack.list_kind)
        return
    if item.choices == "measures":
        for taken in pack.measure.values():
            force = "必须采取" if taken.force == "mandatory" else "可以采取"
            stays = (
                "永久"
                if taken.permanent
                else f"最长{length(taken.term)}"
                if taken.term is not None
                else "随所依附的信息"
            )
            ends = "" if taken.lift_with_record else "；不随信息修复解除"
            least = f"；须以{SOURCES[taken.source_rank]}的条款规定" if taken.source_rank is not None else ""
            yield Row(
                "惩戒措施", taken.label, condition=f"{force}{ends}{least}", figure=stays,
                cited=sheet.cite((*taken.basis, *taken.source_basis)),
            )  # fmt: skip
        return
    listed = pack.lists.get(item.choices or "", {})
    section = "修复条件" if item.kind == "conditions" else f"选项：{item.label}"
    if item.kind != "conditions" and not any(one.basis for one in listed.values()):
        names = "、".join(one.label for one in listed.values())
        yield Row("选项", item.label, condition=names, formal=True)
        return
    for one in listed.values():
        yield Row(section, one.label, condition=one.text, cited=sheet.cite(one.basis))


def _list_kind(sheet: Sheet, kind: ListKind) -> Row:
    """Return one list: how long one stays, what comes before, which measures it brings, how one leaves it."""
    named = "、".join(sheet.pack.measure[one].label for one in kind.measures if one in sheet.pack.measure)
    before = "、".join(sheet.pack.ladder[one].label for one in kind.after if one in sheet.pack.ladder)
    said = [
        "守信名单" if kind.favourable else "失信名单", "公开" if kind.public else "不公开",
        f"决定前公示至少{kind.window_days}个工作日" if kind.window else "", "须有第三方意见" if kind.opinion else "",
        "须电话问询或者现场确认" if kind.spot_check else "", f"此前{length(kind.clean)}没有失信信息" if kind.clean else "",
        f"此前已经采取：{before}" if before else "", f"每年{kind.yearly}公布" if kind.yearly else "",
        f"期满前{length(kind.review)}考评" if kind.review else "",
        "记入有关责任人员的信用记录" if kind.linked else "", "在列期间有新的失信行为的不自动移出" if kind.no_new else "",
        f"移出：{'；'.join(sheet.pack.removal_of(kind))}",
    ]  # fmt: skip
    return Row(
        "名单", kind.label, condition="；".join(one for one in said if one),
        figure=_between(kind.minimum, kind.maximum),
        effect=f"惩戒措施：{named}" if named else "", cited=sheet.cite(kind.basis),
    )  # fmt: skip


def _grounds(sheet: Sheet) -> Iterator[Row]:
    for name, action in sheet.procedure.action.items():
        if action.reason == "code":
            for ground in sheet.pack.lists.get(sheet.procedure.ground_list(name), {}).values():
                yield Row(
                    "事由", f"{action.label}：{ground.label}", condition=ground.text, effect=ground.where_to_go,
                    cited=sheet.cite(ground.basis), confirm=name in sheet.adverse and sheet.unread(ground.basis),
                )  # fmt: skip


def _commitment(sheet: Sheet) -> Iterator[Row]:
    """Yield the commitment that is signed with a filing, whole: it binds whoever signs it."""
    p = sheet.procedure
    asked = any(use.guard == SIGNED for use in p.filing_guards) or p.procedure in sheet.pack.commitments
    own = sheet.pack.commitment(p.procedure)
    for signer, who in SIGNERS.items() if asked else ():
        one = own.signed_by(signer)
        shown = "签署后向社会公开" if one.public else "不公开"
        yield Row("承诺", f"信用承诺书（{one.version}）：由{who}签署", condition="".join(one.lines), effect=shown)


def _terms(sheet: Sheet) -> Iterator[Row]:
    p = sheet.procedure
    used = {str(use.parameters["term"]) for use in p.filing_guards if "term" in use.parameters}
    bars = {COMMITMENT_BAR} if any("bar_commitment" in one.effects for one in p.action.values()) else set()
    bars |= {COMMITMENT_BAR} if any(use.guard == SIGNED for use in p.filing_guards) else set()
    for name, term in sheet.pack.term.items():
        if name in used | bars or name in TERMS:
            by_analogy = name == ANNOUNCEMENT
            yield Row(
                "期间", term.label, figure=length(term.days), cited=sheet.cite(term.basis), analogy=by_analogy,
                condition=ANNOUNCED if by_analogy else "",
            )  # fmt: skip


def _counting(sheet: Sheet) -> Iterator[Row]:
    """Yield how days are counted, and when what is sent electronically counts as served: the same in every procedure."""
    yield Row("期间", "期限怎样计算", condition=COUNTED, cited=sheet.cite(COUNTED_BY))
    letters = [action.letter for action in sheet.procedure.action.values() if action.letter is not None]
    if any(form_of(sheet.procedure, kind).to == "subject" for kind in letters):
        yield Row("送达", "电子送达", condition=ELECTRONIC, cited=sheet.cite(ELECTRONIC_BY), analogy=True)


def _remedies(sheet: Sheet) -> Iterator[Row]:
    for name in dict.fromkeys(one for action in sheet.procedure.action.values() for one in action.remedy):
        if (one := sheet.pack.remedy.get(name)) is not None:
            steps = sheet.labels(step for step, action in sheet.procedure.action.items() if name in action.remedy)
            untold = f"没有告知的，最长{length(one.untold)}" if one.untold is not None else ""
            cited = sheet.cite((*one.basis, *one.untold_basis))
            yield Row("救济", one.label, way=steps, condition=one.in_words({}) + one.online.format(channel="互联网渠道"),
                      figure=length(one.limit), effect=untold, cited=cited)  # fmt: skip
    p = sheet.procedure
    if refusing := [step for step, action in p.action.items() if action.letter is not None and refuses(p, action)]:
        court, basis = court_of(sheet.pack, refused=True)
        yield Row("救济", "没有准许所申请的：是否先申请复议", way=sheet.labels(refusing), condition=court.in_words({}),
                  cited=sheet.cite(basis))  # fmt: skip

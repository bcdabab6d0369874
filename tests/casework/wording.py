"""What a native clerk or government lawyer stumbled over in letters, one by one: the words that are gone, and those that stand there
instead. Each row is held against every letter that driven cases issued (tests/casework/test_every_letter_driven.py)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from repairflow.letters.model import LetterData

DAY = r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
REMEDIES = (
    "自收到本文书之日起60日内向云溪县人民政府申请行政复议", r"自收到本文书之日起6个月内依法向云溪县人民法院提起行政诉讼",
    r"《中华人民共和国行政复议法》第二十条第一款", r"《中华人民共和国行政诉讼法》第四十四条第一款、第四十五条、第四十六条第一款",
)  # fmt: skip


class Wording(NamedTuple):
    """One wording: `gone` stands in no letter of these kinds (all where none is named), each of `there` in at least one of each kind;
    `title` is what every letter of them is called. `why` tells where another wording was chosen than the one proposed."""

    name: str
    kinds: tuple[str, ...] = ()
    gone: str = ""
    there: tuple[str, ...] = ()
    title: str = ""
    why: str = ""


WORDINGS = (
    Wording(
        "1 organ, limit and articles of remedies",
        (
            "repair_denied", "repair_not_accepted", "revocation", "listing_decision", "listing_maintained", "removal_denied",
            "removal_not_accepted", "removal_revoked", "objection_result", "objection_not_accepted", "case_result", "case_not_accepted",
            "joint_measure_notice", "rectification_order", "unmasking_decision", "honour_revoked", "commitment_refused",
            "commitment_breached", "commitment_declined", "intake_not_accepted", "interview_notice", "credit_warning",
        ),
        "可以依法申请行政复议|可以依法向人民法院", REMEDIES,
        why="figures as digits, as GB/T 15835 has them in counts; the online channel and the fifteen days after a review beside them",
    ),
    Wording("2 no right from a past day", ("repair_denied",), rf"自{DAY}起，符合信用修复条件的", ("后可以再次提出申请。",)),
    Wording(
        "3 a notice says what is to be decided", ("hearing_notice",), "拟作出如下处理",
        ("经查，", "依据《.+》第.+条，本机关拟撤销《.+》（.+号），恢复", "本机关拟不予信用修复。"),
    ),
    Wording("4 听证 only where the law gives it", ("hearing_notice", "listing_notice"), "听证", ("有权陈述(、|和)申辩",)),
    Wording("5 every day includes itself", (), r"[0-9]日前|当日24时|24时届满"),
    Wording(
        "5 limits of the subject", ("supplement_required", "hearing_notice", "listing_notice", "rectification_order"), "",
        ("请自收到本文书之日起[0-9]+个?(工作)?日内（收到当日不计入）",),
    ),
    Wording(
        "5 days that are fixed", ("consultation", "commitment_registered", "joint_measure_request"), "",
        (rf"请于{DAY}（含当日）前",),
    ),
    Wording(
        "6 the document named", ("repair_denied", "repair_granted", "revocation", "repair_receipt", "extension"), "所涉失信信息",
        (rf"本机关于{DAY}作出的《行政处罚决定书》（溪罚〔2026〕[0-9]+号）对应的行政处罚信息",),
    ),
    Wording("7 forms of address", ("case_receipt", "case_not_accepted"), "", ("^你于",)),
    Wording("8 a receipt accepts nothing", ("case_receipt",), "予以受理|同意期限", ("书面告知你是否受理",), "收件回执"),
    Wording("10 one's own name", ("objection_accepted", "objection_result", "consultation"), "本机关", ("本中心",)),
    Wording("11 articles, and the order's name", (), "国家发展改革委令|令2025年第"),
    Wording(
        "12 the plea heard", ("repair_denied", "revocation", "removal_revoked"), "",
        ("陈述、申辩称：.+。经复核，.+对你单位的上述意见不予采纳。",),
    ),
    Wording("12 heard before a listing", ("listing_decision",), "", ("你单位放弃陈述、申辩。", "陈述、申辩称：.+不予采纳。")),
    Wording("12 the claim answered", ("objection_result",), "", ("你单位主张：", "对你单位的主张不予采纳。")),
    Wording("13 an order can be reviewed", ("rectification_order",), "可以申请复核", ("^依据《.+》第.+条，本机关决定责令", *REMEDIES)),
    Wording(
        "14 暂时屏蔽", ("masking_decision",), "临时屏蔽|下列效果",
        ("在重整计划执行期间，暂时屏蔽下列失信信息，暂时解除相应的失信惩戒措施：",),
    ),
    Wording(
        "15 the ruling", ("masking_decision", "unmasking_decision"), "（认可和解协议）|为至", ("裁定，批准重整计划",),
    ),
    Wording("16 no calculation", (), "次日起算|周末不计|无中止|（周[一二三四五六日]）"),
    Wording("16 the last day alone", ("repair_receipt",), "", (f"将于{DAY}（含当日）前决定是否受理",)),
    Wording("17 the end for the applicant", ("objection_accepted",), "自查", (f"将于{DAY}（含当日）前将处理结果告知你单位",)),
    Wording(
        "18 whole sentences", ("objection_accepted",), "起受理",
        ("经审查，你单位的异议申请符合受理条件。", f"本中心于{DAY}予以受理。自当日起，上述信息加注异议标注"),
    ),
    Wording(
        "19 class and channel", ("repair_informed",), "发生效力|所涉",
        ("属严重失信信息，将依法公示", "属(轻微|一般)失信信息", "可以通过“信用中国”网站或者直接向本机关提出异议"),
    ),
    Wording(
        "20 the day after the last", ("repair_informed",), r"1\. 最短公示期届满",
        ("最短公示期至2027年8月31日二十四时届满", "自2027年9月1日起", f"最短公示期届满后，自{DAY}起，符合下列条件的"),
    ),
    Wording(
        "21 findings as sentences", ("repair_granted", "removal_decision"), "系统计算|承诺书已签署|[0-9]\\. ",
        (f"经核查，.+已于{DAY}届满；符合“.+”的条件",),
    ),
    Wording(
        "22 verbs with objects", ("repair_granted",), "产生下列效果",
        (f"准予信用修复。自{DAY}起，终止公示上述信息，停止共享和使用上述信息，依法依规解除因上述信息实施的失信惩戒措施。",),
    ),
    Wording(
        "23 one reasoned paragraph", ("repair_denied",), "已核对|核查情况(.|\n)*再次提出申请(.|\n)*二、决定",
        ("经核查，.+尚欠罚款一万元，不符合“行为已纠正、义务已全部履行”的条件",),
    ),
    Wording("24 no 升级处理", ("interview_notice",), "升级处理", ("无正当理由拒不参加约谈的，记入信用记录，并依法依规处理。",)),
    Wording(
        "24 the record of a talk", ("interview_record",), "约谈事实",
        ("约谈事由", "开始时间", "结束时间", "记录人", "约谈人员及执法证号", "以上记录我已看过，与我所述一致"),
    ),
    Wording(
        "25 what lapsed", ("supervision_slip",), "责任岗位|逾期不影响",
        (f"期限.*已于{DAY}届满，至今没有办结", "办结，并书面说明逾期原因"),
    ),
    Wording(
        "listing: term, measures, procedure", ("listing_notice",), "",
        ("最短1年，最长3年", r"（《.+》第.+条）；", "移出条件如下", "提出移出申请"),
    ),
    Wording("a measure by who takes it", ("joint_measure_notice",), "如不服(.|\n)*如不服", (f"本机关决定自{DAY}起对你单位实施",)),
    Wording("joint measure's title", ("joint_measure_request",), "你单位", ("贵单位", "特此函达。"), "关于对.+实施失信惩戒措施的函"),
    Wording("a letter between equals", ("consultation",), "你单位", ("贵单位", "请予支持为盼", "特此函达。"), "关于协助核查异议信息的函"),
    Wording("a transfer", ("transfer_letter",), "你单位", ("应当由贵单位办理",), "信用修复申请移送函"),
    Wording("the day of an order", ("rectification_verdict",), "近日", ("落实《责令限期整改通知书》（.+号）",)),
    Wording(
        "a lapsed application", ("repair_lapsed", "objection_lapsed"), "视为撤回", ("决定终止办理",), "关于终止办理.+申请的告知书",
        why="no article that was read says 视为撤回; what ends it is the office's own rule, which says 终止办理",
    ),
    Wording("a result names its matter", ("case_result",), "", (), ".{2,}处理决定书"),
    Wording("no 您", (), "您"),
    Wording("an end that tells remedies or why none", ("termination_notice",), "", ("对你单位的权利义务不产生新的影响",), "终止办理通知书"),
    Wording("a term that ended is no decision", ("honour_exit_decision",), "决定你单位|本决定", ("特此告知。",), "期满退出守信名单告知书"),
)  # fmt: skip


LABELS = (
    ("临时屏蔽", "暂时屏蔽"), ("同意期限", "审批期限"), ("异议成立，更正", "异议成立（更正）"), ("异议不成立，维持", "异议不成立（维持）"),
    ("无法核实，附注", "无法核实（附注异议）"), ("查无虚假", "经调查不存在虚假情形，终止调查"), ("查无实据", "经查证不属实"),
    ("查证属实，已追究责任", "经查证属实，已处理"), ("无故未到", "无正当理由未到场"), ("升级处理", "移送处理"),
    ("实施单位不采取", "说明不予实施的理由"), ("移送待受理", "已移送，待接收单位受理"),
)  # fmt: skip
"""Labels of steps and states that letters print too: what they said, and what they say."""


def faults(letters: Iterable[LetterData]) -> dict[str, list[str]]:
    """By name of a wording, what does not hold of these letters."""
    by_kind: dict[str, list[LetterData]] = {}
    for one in letters:
        by_kind.setdefault(one.kind, []).append(one)
    found = {wording.name: _faults(wording, by_kind) for wording in WORDINGS}
    return {name: those for name, those in found.items() if those}


def _faults(wording: Wording, by_kind: dict[str, list[LetterData]]) -> list[str]:
    found = []
    for kind in wording.kinds or by_kind:
        those = by_kind.get(kind, [])
        texts = ["\n".join(paragraph.text for paragraph in one.paragraphs) for one in those]
        if wording.gone:
            found += [f"{kind}: {hit[0]}" for text in texts if (hit := re.search(wording.gone, text))]
        found += [
            f"{kind}: {said} ?"
            for said in wording.there
            if not any(re.search(said, text, re.MULTILINE) for text in texts)
        ]
        if wording.title:
            found += [f"{kind}: {one.title}" for one in those if not re.fullmatch(wording.title, one.title)]
    return found


def own_name(one: LetterData) -> bool:
    """Whether an office speaks of itself in the third person (6): its name stands in the body, beside the head and the seal."""
    return any(one.signer in part.text for part in one.paragraphs if not part.text.startswith("（本"))

"""Words of a ground or a behaviour: facts that can be met and refuted, no liking, no origin and no right that was used.

A word is told by what stands beside it: `名额已满` is the office's own, `能耗指标超出限额` a fact; `多次信访` uses a right,
`未履行行政复议决定` breaks a duty that came of one.
"""

from __future__ import annotations

import re

_WEIGHED = "(?:综合(?:研判|考虑|评估|考量)|集体(?:讨论|研究))"
OPEN = re.compile(
    r"^(?:不符合|不满足|不具备|未达到)(?:有关|相关|规定的?|修复|办理)*(?:要求|条件|规定|标准)$"
    rf"|(?:经过?|根据|按照)[^，。；]{{0,6}}{_WEIGHED}(?:，|后|以后|认为|决定|结果|不予|不宜|$)|^{_WEIGHED}(?:不|未|，|后|认为|决定|$)"
    r"|(?:考虑|可能|担心|出于|避免|有损|恐)[^，。；]{0,6}社会影响|社会影响(?:不好|不佳|较大(?!的[^，。；]{0,8}(?:事故|事件))|因素|考虑|评估(?!报告))|^社会影响$|影响不好"
    r"|(?<!你单位)(?<!申请人)(?<!当事人)(?<!异议人)认为(?:不|有必要)"
)
"""Words by which whoever decides would weigh what he likes; an effect or a report that the law names is a fact
(不良社会影响尚未消除、社会影响较大的食品安全事故、没有提交综合评估报告), and so is what the subject thinks."""
AT_WILL = re.compile(
    r"领导(?:[^，。；班]{0,2}(?:认为|同意|研究|意见|决定|批示|审定|批准))|(?:经|由|报|请示)[^，。；]{0,4}领导(?!班子)|酌情|视情况|认为不适合|(?<!未)(?<!没有)根据需要"
    r"|(?:认为|目前|现在|现阶段|暂|尚)不宜(?!公开)|不宜[^，。；]{0,4}(?:修复|准予|办理|受理|移出|退出|通过|终止|予以|给予|同意|批准|恢复)"
    r"|名额(?:已|用|不足|不够|有限|限制)|(?:修复|办理|考核|移出)[^，。；]{0,2}名额|指标(?:已满|已用|用完|用尽|不足|不够|限制)|(?:修复|办理|考核|移出)指标"
    r"|(?:暂停|暂不|停止)受理(?!期间)|经研究|统筹(?:考虑|安排|研究|需要|推进|决定)|(?:影响|损害|有损|不利于)[^，。；]{0,6}形象|形象(?:不好|考虑|工程)"
    r"|(?:影响|考虑|不利于)[^，。；]{0,8}排名|排名(?:靠后|下降|考虑)|态度(?:不|恶|较|差|消|一般|生硬)|(?<!服务)态度$|表现(?:不|较|差|一般|欠|平平)"
)
"""Words of a ground that no fact of a case can meet or refute; a duty that was not done is such a fact (未根据需要配备安全管理人员)."""
ELSEWHERE = re.compile(
    r"(?:外地|外省|外市|非本[地省市县]|不是本[地省市县]|本[地省市县]以外|注册地不在)"
    r"(?!的?[^，。；]{0,6}(?:机关|单位|部门|法院)(?:的|所)?(?:认定|作出|处罚|管辖|处理|发布|列入))"
)
"""Words of a ground by which it would matter where a company comes from (优化营商环境条例); of which office's the matter is may be said."""
_SHUT_OUT = re.compile(r"排斥|歧视|排除|阻挠|刁难|冒充|假冒|冒用|伪装")
"""What a behaviour says is done to those from elsewhere, or under their name: it is that which is wrong, not that they are."""
_RIGHT = r"(?:信访|上访|投诉|举报|申诉|复议|诉讼|起诉|媒体|曝光)"
_RIGHTS_USED = re.compile(
    rf"(?<!进入)(?<!就该决定){_RIGHT}(?!(?:人|材料|奖励|费用|机构|部门|途径|事项|证据|线索|信息)|[^，。；]{{0,6}}(?:决定|判决|裁决|裁定|调解书|通知书)"
    r"|期间[^，。；]{0,2}(?:没有|未)|[^，。；]{0,2}广告|(?:上)?发布)"
)
_MISUSED = re.compile(
    r"虚假|恶意|诬告|捏造|敲诈|伪造|冒充|干扰|妨碍|阻碍|打击|报复|泄露|拒不|(?:消费者|客户|旅客|职工|群众|他人|用户)[^，。；]{0,6}(?:投诉|举报)"
)
_TURNED_AWAY = re.compile(r"(?:信访|上访)(?!事项|部门|途径|程序|机构|局)|媒体|曝光")


def right_used(words: str) -> str | None:
    """Return the word by which somebody would be worse off for having turned to somebody; None where a right was misused, or a duty that
    came of it is meant."""
    found = None if _MISUSED.search(words) else _RIGHTS_USED.search(words)
    return found[0] if found is not None else None


def from_elsewhere(label: str) -> str | None:
    """Return the word of a behaviour or a measure by which it would matter where somebody comes from; None where he is shut out."""
    found = None if _SHUT_OUT.search(label) else ELSEWHERE.search(label)
    return found[0] if found is not None else None


def turned_away(words: str) -> str | None:
    """As `right_used`, of a ground on which nothing is taken up: that another procedure is open for it may be said."""
    found = None if _MISUSED.search(words) else _TURNED_AWAY.search(words)
    return found[0] if found is not None else None


_UNCONNECTED = re.compile(
    r"配偶|子女(?!教育机构|教育培训|学校)|亲属|家属(?!区|楼|院)|父母|兄弟(?!单位|公司|企业)|姐妹(?!单位|公司|企业)|普通员工|普通职工"
    r"|全体(?!股东大?会|会议|债权人|成员大会|业主大会)|同事|亲友"
)


def unconnected(label: str) -> str | None:
    """Return the word of persons who answer for nothing of what a company did (不得株连); None without any."""
    found = _UNCONNECTED.search(label)
    return found[0] if found is not None else None

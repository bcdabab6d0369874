"""Grounds, behaviours, measures and remedies of a pack: facts in words that liking, rights and burdens of others are told by, too."""

from __future__ import annotations

import pytest

from tests.support.honest_files import pack, refused, rows

pytestmark = pytest.mark.either_database

FACTS = rows("""排放指标没有达到 你单位的污染物排放指标没有达到规定标准
领导班子成员没有签字 你单位领导班子成员没有在整改报告上签字
能耗指标超出限额 你单位的能耗指标仍超出限额
表现鉴定书没有提交 你单位没有提交负责人服刑期间的表现鉴定书
统筹缴费没有补缴 你单位欠缴的社会统筹基金没有补缴
排名数据造假没有纠正 你单位排名数据造假的行为没有纠正
违法广告形象画面没有撤下 你单位违法广告的形象画面没有撤下
诉讼期间没有提交生效判决 你单位没有提交生效判决书
未履行行政复议决定 你单位尚未履行行政复议决定
未履行仲裁裁决、诉讼判决 你单位尚未履行生效的诉讼判决
媒体广告没有撤下 你单位在媒体发布的违法广告没有撤下
举报奖励资金没有退回 你单位套取的举报奖励资金没有退回
消费者投诉没有处理 你单位没有处理消费者投诉
虚报的培训名额没有核减 你单位虚报的培训名额没有核减
标签没有标明不宜人群 你单位的产品标签没有标明不宜人群
社会影响评估报告没有提交 你单位没有提交社会影响评估报告
发生社会影响较大的事故 你单位发生社会影响较大的食品安全事故，尚未整改
安全人员没有配备 你单位没有根据需要配备安全管理人员""")
LIKINGS = rows("""领导不同意 领导不同意修复
经研究不予修复 经领导研究，不予修复
本月名额已满 本月名额已满
修复指标已经用完 本季度的修复指标已用完
不宜修复 你单位不宜修复
影响城市形象 修复会影响城市形象
影响信用排名 修复会影响本市的信用排名
整改态度不好 你单位整改态度不好
平时表现不好 你单位平时表现不好
多次信访 你单位多次信访
向媒体反映 你单位向媒体反映情况
申请过行政复议 你单位就本机关的决定申请过行政复议
行政诉讼期间 正在行政诉讼期间，不予修复
外地企业 你单位是外地企业
注册地不在本市 你单位注册地不在本市
统筹考虑不予修复 统筹考虑以后不予修复
现阶段不宜 你单位现阶段不宜提前准予修复
修复名额有限 本季度的修复名额有限
根据需要不予修复 本机关根据需要不予修复
社会影响较大 你单位的行为社会影响较大
社会影响较大的不予修复 社会影响较大的，不予修复""")
NOT_TAKEN_UP = rows("""信息由外地机关认定 你单位申请修复的信息不是本机关认定的
属于信访事项 该请求属于信访事项，由信访部门处理
暂停受理期间的申请已由他人提出 暂停受理期间的同一申请已由他人提出""")
TURNED_AWAY = rows("""曾经上访 你单位曾经上访
暂停受理 本机关暂停受理
外省企业 你单位是外省企业""")


def grounds(name: str, items: list[list[str]], codes: tuple[str, ...] = ()) -> set[int]:
    """Which of these grounds are refused, by their numbers."""
    denies = ", denies = []" if name.endswith("_deny_grounds") else ""
    lines = "".join(
        f'own_{n} = {{ label = "{x}", text = "{y}", basis = ["own"]{denies} }}\n' for n, (x, y) in enumerate(items)
    )
    told = refused([pack(0, f"[lists.{name}]\n{lines}")]).get(0, [])
    assert not told or codes, told
    return {n for n in range(len(items)) if any(f"own_{n}）" in line and line.startswith(codes) for line in told)}


def test_a_ground_is_a_fact_in_whatever_words() -> None:
    assert grounds("repair_deny_grounds", FACTS) == set()
    assert grounds("repair_refuse_grounds", NOT_TAKEN_UP) == set()


def test_a_ground_is_no_liking_and_no_right_that_was_used() -> None:
    codes = ("pack_list_open", "rights_waived")
    assert grounds("repair_deny_grounds", LIKINGS, codes) == set(range(len(LIKINGS)))
    assert grounds("repair_refuse_grounds", TURNED_AWAY, codes) == set(range(len(TURNED_AWAY)))


MEASURES = [
    "不得承接全体股东大会决议以外的担保",
    "取消家属区物业服务资格",
    "限制举办子女教育机构",
    "审慎办理行政许可",
    "限制兄弟单位联合投标",
]
OTHERS = ["限制子女入学", "限制配偶乘坐飞机", "全体职工取消评优资格", "限制家属出境"]
FAR = ["提高外地企业的检查频次", "限制外省企业投标"]
BEHAVIOURS = [
    "恶意投诉举报牟利", "伪造信访材料", "虚假诉讼", "泄露举报人信息", "拒不执行行政复议决定", "干扰行政诉讼", "其他机关认定的商业贿赂",
    "以不合理条件排斥外地投标人", "外省机关认定的商业贿赂", "冒用外地企业名义投标",
]  # fmt: skip
RIGHTS = ["多次投诉机关", "越级上访", "申请行政复议", "向媒体曝光", "外地企业未在本县设立分支机构", "注册地不在本市"]


def named(table: str, labels: list[str], more: str, code: str = "") -> set[int]:
    """Which entries so called are refused, by their numbers."""
    lines = "".join(
        f'[{table}.own_{n}]\nlabel = "{one}"\nbasis = ["own"]\nverified = true\n{more}' for n, one in enumerate(labels)
    )
    told = refused([pack(0, lines)], code).get(0, [])
    return {n for n in range(len(labels)) if any(f"own_{n}）" in line for line in told)}


def test_a_measure_weighs_on_the_subject_alone() -> None:
    force = 'force = "recommended"\nterm = { years = 1 }\n'
    assert named("measure", MEASURES, force) == set()
    assert named("measure", OTHERS, force, "person_unconnected") == set(range(len(OTHERS)))
    assert named("measure", FAR, force, "rights_waived") == set(range(len(FAR)))


def test_a_behaviour_misuses_a_right_or_none() -> None:
    assert named("behaviour", BEHAVIOURS, 'severity = "ordinary"\n') == set()
    assert named("behaviour", RIGHTS, 'severity = "ordinary"\n', "rights_waived") == set(range(len(RIGHTS)))


REVIEW = (
    '[remedy.reconsideration]\nlabel = "行政复议"\ntext = "可以自收到本文书之日起{{limit}}内向{{organs}}申请行政复议，{}。"\n'
    'limit = {{ calendar = 60 }}\nbasis = ["fuyi.a20_1"]\nuntold = {{ years = 1 }}\nuntold_basis = ["fuyi.a20_3"]\n'
)
FREE = [
    "可以当面递交，也可以邮寄，不必亲自到场",
    "复议期间不停止执行本决定",
    "提交申请书和身份证明，不需缴纳费用",
    "无须先经本机关复核",
]
BOUND = ["不能邮寄必须亲自递交", "须由法定代表人本人到场", "应当先行履行本决定"]


def test_a_remedy_is_told_without_conditions() -> None:
    assert refused([pack(n, REVIEW.format(one)) for n, one in enumerate(FREE)]) == {}
    assert set(refused([pack(n, REVIEW.format(one)) for n, one in enumerate(BOUND)], "pack_remedy")) == set(
        range(len(BOUND))
    )


REFUSE = (
    '[lists.repair_refuse_grounds]\nown = {{ label = "由法院认定", text = "该信息由人民法院认定", basis = ["own"], '
    'where_to_go = "{}" }}\n'
)
WHERE = ["请向执行法院申请，不需委托中介，不付费", "请向县市场监督管理局企业监督管理股申请"]
AGENTS = ["请委托中介办理", "请付费申请加急"]


def test_people_are_sent_to_offices() -> None:
    assert refused([pack(n, REFUSE.format(one)) for n, one in enumerate(WHERE)]) == {}
    assert set(refused([pack(n, REFUSE.format(one)) for n, one in enumerate(AGENTS)], "sent_to_agents")) == {0, 1}

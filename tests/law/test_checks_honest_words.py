"""Honest words in files of an office's own: each holds a word that faulty files hold too, and means something else by it."""

from __future__ import annotations

from datetime import date

import pytest

from repairflow.law.checks.reading_days import adopted_by_year
from tests.support import renewal
from tests.support.honest_files import OWN, counties, overlay, pack, refused, rows
from tests.support.renewal import RENEWAL
from tests.support.shipped import edited

pytestmark = pytest.mark.either_database

LICENCE = '[material.licence_copy]\nlabel = "许可证正本复印件"'
MATERIALS = [
    "宗教活动场所登记证", "民族宗教事务部门的意见", "宗教团体法人登记证", "农业转基因生物安全证书", "转基因作物种植许可",
    "商用密码产品认证证书", "商用密码应用安全性评估报告", "密码应用方案", "基因检测机构执业许可", "指纹锁产品检测报告",
    "人脸识别设备备案表", "电子证照验证码截图", "血型检测试剂注册证", "虹膜识别设备检测报告", "民主党派机关证明", "转基因",
    "是否使用商用密码", "互联网宗教信息服务许可证",
]  # fmt: skip
ASKED = [
    "宗教信仰", "登录密码", "负责人指纹", "基因检测报告", "人脸照片", "短信验证码", "病史", "血型", "政治面貌", "婚育情况",
    "网银口令", "所信宗教", "登录密码以便核对", "请勿涂改，并写明支付密码",
]  # fmt: skip


def with_materials(labels: list[str]) -> list[str]:
    """What is refused of a procedure that asks for these papers."""
    more = "\n".join(f'[material.paper_{n}]\nlabel = "{label}"\n' for n, label in enumerate(labels))
    return renewal.refused(edited(RENEWAL, (LICENCE, f"{more}{LICENCE}")))


def test_a_paper_about_a_matter_is_asked() -> None:
    assert with_materials(MATERIALS) == []


def test_what_is_a_persons_own_is_not_asked() -> None:
    told = with_materials(ASKED)
    assert [line.split()[0] for line in told] == ["asked_forbidden"] * len(ASKED), told


def test_a_hint_that_warns_of_giving_a_password_is_taken() -> None:
    hint = ('label = "有效期届满日" }', 'label = "有效期届满日", hint = "请勿填写登录密码、验证码" }')
    assert renewal.refused(edited(RENEWAL, hint)) == []


CONTACTS = rows("""地址 云溪县站前路3号（自来水公司旁）
地点 云溪县站前路5号自来水公司东侧
乘车路线 3路到供电公司站下
帮办代办电话 0512-55550203
举报非法中介电话 0512-55550203
办理窗口 政务大厅12号窗口（免费帮办代办）
办公地址 城投公司大楼三楼信用科
企业服务科电话 0512-55550203
中介超市管理电话 0512-55550203
公司登记科电话 0512-55550203
村级代办点 各村便民服务中心""")
BUSINESSES = rows("""代办 某某信用修复公司
咨询 联系某某咨询公司
电话 0512-55550203（某某公司承接）
修复机构 0512-55550203
中介电话 0512-55550203
代办电话 13800000000
地址 某某信用修复公司三楼""")


def contacts(lines: list[list[str]]) -> dict[int, list[str]]:
    """What is refused of overlays, each with one line of contacts."""
    return refused([overlay(n, "repair", f'[contact]\n"{name}" = "{said}"\n') for n, (name, said) in enumerate(lines)])


def test_an_office_says_where_it_is() -> None:
    assert contacts(CONTACTS) == {}


def test_nobody_is_sent_to_a_business() -> None:
    assert {n: [line.split()[0] for line in told] for n, told in contacts(BUSINESSES).items()} == {
        n: ["sent_to_agents"] for n in range(len(BUSINESSES))
    }


YEARS = [
    (("《江苏省信用建设规划（2026—2028年）》",), None), (("信用江苏建设方案，2026-2028年",), None), (("苏信用办〔2025〕2027号",), 2025),
    (("《关于2027年部分节假日安排的通知》（国办发明电〔2026〕9号）",), 2026), (("某市办法（2027年1月1日起施行，2026年11月公布）",), 2026),
    (("有效期至2030年",), None), (("税务部分（2020年，地方文件）",), 2020), (("《江苏省社会信用条例》（2024年修正）",), 2024),
    (("规划期2026至2030年",), None), (("财金〔2023〕5号", "2024年修订版"), 2024), (("苏发改规[2022]3号",), 2022),
    (("《江苏省社会信用条例（2024年修正）》",), 2024),
]  # fmt: skip


@pytest.mark.parametrize(("said", "year"), YEARS, ids=[one[0][0] for one in YEARS])
def test_a_year_is_the_one_of_adoption(said: tuple[str, ...], year: int | None) -> None:
    assert adopted_by_year(*said) == (None if year is None else date(year, 1, 1))


PLACES = rows("""海南藏族自治州信用修复 632500
河北区信用修复 120105
河南蒙古族自治县信用修复 632324
江西路街道信用修复 320505
长江西路片区信用修复 320506
长三角（上海市、江苏省、浙江省、安徽省）信用修复 320507
长三角（上海、浙江、安徽）互认的信用修复 320508
湖南镇信用修复 330803
与浙江省互认的信用修复 320509
四川路口岸信用修复 310109
清江西岸信用修复 320812""")
ELSEWHERE = rows("""浙江省细化 320505
浙江细化 320506
信用修复（浙江） 320507
上海市信用修复 320508
内蒙古信用修复 320509""")


def placed(labels: list[list[str]], code: str = "") -> dict[int, list[str]]:
    """What is refused of overlays so called at these places."""
    return refused([overlay(n, "repair", "", label, place) for n, (label, place) in enumerate(labels)], code)


def test_a_place_is_named_by_its_whole_name() -> None:
    assert placed(PLACES) == {}


def test_another_province_in_the_name_is_told() -> None:
    assert set(placed(ELSEWHERE, "overlay_scope")) == set(range(len(ELSEWHERE)))


# base, table, name, what an office calls it
RENAMED = rows("""repair action accept 收件登记
repair action accept 接收材料
repair action request_supplement 要求补件
repair action request_supplement 制发一次性告知书
repair state supplement 等待申请人补件
repair action withdraw 申请人撤件
repair action withdraw 收回申请
repair state withdrawn 申请人不再申请
repair action extend_handling 办理时间顺延
repair action extend_handling 办理延时
repair action propose_grant 建议准予修复
repair action propose_denial 提出不予修复意见
repair action return_to_verification 重新核查
repair action return_to_verification 打回补充核查
repair action return_to_review 返还审核岗
repair action serve_notice 发函征求申请人意见
repair action lapse 未在规定时间补正，办理终止
repair state lapsed 超时未补正，已终止
repair state executing 正在向各平台推送
repair state deciding 待局领导签批
repair state deciding 领导审签
repair state reviewing 法规科把关
repair state verifying 实地走访
repair state verifying 外业勘验
repair action state_defence 提交书面说明
repair action transfer 转交主管部门
repair action supply_promised 提交容缺材料
repair material mandate 代理手续
repair state granted 同意修复，已办结
repair action waive_target 不再推送该单位
objection action consult 请信息提供单位核实
objection action report_finding 回复查核情况
rectification state checking 等待复查
rectification state drafted 待局长签署
rectification action accept_rectification 复查通过
rectification action extend 顺延整改时间
rectification action submit_proof 上报整改材料
interview state absent 未到场
interview action request_reschedule 请求另行安排时间
interview action reschedule 准许另行安排时间
interview action pass 复查达标
interview action note_refusal 当事人不签名，写明情况
complaint action uphold 投诉成立
complaint action refer 转交主管部门
review action report_review 报送审查意见
commitment state standing 守诺期内""")
TURNED = rows("""repair state verifying 公示期
repair state hearing 内部会商
repair state granted 处理完毕
repair action withdraw 重新申请
repair action extend_handling 催办
repair action propose_grant 拟处理
repair action state_defence 承认违法
repair action propose_grant 准予修复
repair state deciding 待公示
repair action serve_notice 作出处罚
repair action request_supplement 催促撤件
repair state supplement 待处罚
rectification state checking 待约谈
repair action accept 移送
repair state hearing 待签发
repair action withdraw 提出申请
rectification action accept_rectification 处理完毕
repair action return_to_verification 核查
repair action transfer 同步推送
repair action request_supplement 催告处罚""")


def renamed(names: list[list[str]], code: str = "") -> dict[int, list[str]]:
    """What is refused of overlays that call one thing so."""
    more = {"material": 'required_if = "filed_by_agent"\ndeferrable = true\n'}
    return refused([
        overlay(n, base, f'[{table}.{name}]\nlabel = "{label}"\n{more.get(table, "")}')
        for n, (base, table, name, label) in enumerate(names)
    ], code)  # fmt: skip


def test_an_office_calls_a_step_by_words_of_its_own() -> None:
    assert renamed(RENAMED) == {}


def test_another_thing_is_told() -> None:
    assert set(renamed(TURNED, "relabel_turns")) == set(range(len(TURNED)))


LIMITS = rows("""acceptance 申请人材料的受理期限
handling 向申请人告知结果的期限
handling 征求参考意见的办理期限
acceptance 当事人申请受理期限
handling 不承诺容缺的办理期限
handling 主体信用核查期限
acceptance 弹性工作制下的受理期限
handling 办结期限""")
LOOSE = rows("""acceptance 受理参考时间
handling 申请人补正期限
handling 力争办结期限
handling 办理期限（原则上）
handling 尽量在期限内办结
handling 仅供参考的办理期限
acceptance 受理时间（不作承诺）
handling 当事人履行期限
handling 弹性期限
handling 申请人期限
handling 预计期限""")


def limited(names: list[list[str]], code: str = "") -> dict[int, list[str]]:
    """What is refused of overlays that call a limit so."""
    return refused([overlay(n, "repair", f'[clock.{x}]\nlabel = "{y}"\n') for n, (x, y) in enumerate(names)], code)


def test_a_limit_that_binds_is_taken() -> None:
    assert limited(LIMITS) == {}


def test_a_limit_that_binds_nobody_is_told() -> None:
    assert set(limited(LOOSE, "relabel_turns")) == set(range(len(LOOSE)))


ROLES = rows("""repair acceptor 企业登记科受理人员
repair examiner 企业服务中心核查人员
repair reviewer 小企业局审核人员
repair examiner 市场主体信用监管科核查人员
repair acceptor 公司登记窗口受理人员
repair acceptor 帮办代办窗口受理人员
repair examiner 中介机构监管科核查人员
repair acceptor 当事人接待岗
repair reviewer 企业信用监管处审核人员
repair applicant 失信主体
repair applicant 失信行为人
repair applicant 被告知单位
repair applicant 申请单位经办人
complaint complainant 违法行为举报人
complaint complainant 失信线索反映人
interview interviewee 被约谈机关
interview interviewee 被约谈的企业负责人""")
MISCALLED = rows("""repair applicant 违法者
repair applicant 失信企业
repair applicant 老赖
repair applicant 犯罪嫌疑人
repair decider 信用服务公司经理
repair decider 企业代表
repair acceptor 中介
repair acceptor 某某公司受理人员
repair examiner 申请人
objection decider 异议人代表
interview interviewee 批准人员
repair applicant 受理人员
repair reviewer 商会秘书长""")


def called(names: list[list[str]], code: str = "") -> dict[int, list[str]]:
    """What is refused of overlays that call a role so."""
    return refused([overlay(n, x, f'[actor]\n{y} = "{z}"\n') for n, (x, y, z) in enumerate(names)], code)


def test_a_post_of_an_office_may_name_what_it_looks_after() -> None:
    assert called(ROLES) == {}


def test_who_is_called_by_another_side_is_told() -> None:
    assert set(called(MISCALLED, "relabel_turns")) == set(range(len(MISCALLED)))


def test_a_post_of_ones_own_may_name_it_too() -> None:
    labels = ["企业登记科经办", "中介机构监管员", "公司注册窗口岗", "企业服务专员"]
    posts = "".join(f'x{n} = {{ label = "{label}", side = "deciding" }}\n' for n, label in enumerate(labels))
    assert refused([f'vocabulary = "own"\n[role]\n{posts}']) == {}


def test_a_post_of_ones_own_approves_where_its_vocabulary_says_so() -> None:
    words = 'vocabulary = "own"\n[role]\nchief = {{ label = "分管副局长", side = "deciding"{} }}\n'
    merge = '[action.merge]\nlabel = "并入在先申请"\n'
    refusal = (
        '[action.chief_not]\nlabel = "不予延续（副局长）"\nby = ["chief"]\nfrom = ["deciding"]\nto = "not_renewed"\n'
        'distinct_from = ["report_check"]\nreason = true\nletter = "renewal_result"\nremedy = ["reconsideration", "litigation"]\n'
        'basis = ["own"]\n\n'
    )
    own = edited(
        RENEWAL, ('decider = "分管领导"', 'decider = "分管领导"\nchief = "分管副局长"'), (merge, refusal + merge)
    )
    told = renewal.refused(own, vocabulary=words.format(""))
    assert {line.split()[0] for line in told} == {"four_eyes_missing", "good_end_closed"}, told
    assert renewal.refused(own, vocabulary=words.format(", approves = true")) == []


def test_a_list_that_no_pack_keeps_is_told() -> None:
    steps = (f'[action.deny]\nlist_basis = {{ {kind} = ["own"] }}\n' for kind in ("serious", "dishonest_court"))
    told = refused([overlay(n, "list_removal", OWN + step) for n, step in enumerate(steps)])
    assert {n: [line.split()[0] for line in lines] for n, lines in told.items()} == {1: ["list_kind_unknown"]}


SUMMARIES = [
    "办理信用修复全程免费。谨防以代办为名的诈骗，请勿委托中介机构代办信用修复。", "信用修复不收取任何费用，请勿轻信“信用修复公司”的宣传。",
    "可以申请信用修复。免收手续费、工本费，不收取任何费用。", "可以申请信用修复，也可以委托律师代理。严禁以任何名义收取服务费。",
]  # fmt: skip
ASKING = [
    "申请信用修复请联系某某信用修复公司。", "申请信用修复不收手续费，但须缴纳工本费二十元。", "请勿自行申请信用修复，由代理公司办理。",
    "免费信用修复；加急另收手续费。",
]  # fmt: skip


def summaries(texts: list[str]) -> dict[int, list[str]]:
    """What is refused of overlays with these summaries."""
    return refused([overlay(n, "repair", f'summary = "{text}"\n') for n, text in enumerate(texts)])


def test_a_summary_may_warn_of_fees_and_businesses() -> None:
    assert summaries(SUMMARIES) == {}


def test_a_summary_that_sends_or_charges_is_told() -> None:
    told = {n: {line.split()[0] for line in lines} for n, lines in summaries(ASKING).items()}
    assert told == {0: {"sent_to_agents"}, 1: {"fee_asked"}, 2: {"sent_to_agents"}, 3: {"fee_asked"}}


def test_there_are_counties_enough() -> None:
    assert len(counties()) > len(RENAMED)


MEASURES = [
    "不适用告知承诺制", "停止享受优惠政策", "不享受税收优惠扶持", "停止执行激励政策", "列入重点关注名单",
    "向金融机构推送，供授信参考", "通报行业主管部门", "取消宣传推介资格", "缩短许可证有效期", "约谈主要负责人",
    "服务费减免资格取消",
]  # fmt: skip
PENALTIES = [
    "吊销互联网信息服务许可证", "暂停提供信息服务", "责令停止广告宣传", "限制提供人力资源服务",
    "吊销劳务派遣、人力资源服务许可证",
]  # fmt: skip
FAVOURS = [
    "温馨提示", "提醒谈话", "帮扶指导", "行政指导", "重点提醒", "列为重点扶持对象",
]  # fmt: skip


def measures(labels: list[str]) -> list[str]:
    """A pack with measures of these names."""
    lines = (
        f'[measure.own_{n}]\nlabel = "{label}"\nforce = "recommended"\nterm = {{ years = 1 }}\nbasis = ["own"]\nverified = true\n'
        for n, label in enumerate(labels)
    )
    return [pack(0, "".join(lines))]


def penalties(labels: list[str]) -> list[str]:
    """A pack with penalties of these names."""
    lines = (
        f'[penalty.own_{n}]\nlabel = "{label}"\nseverity = "serious"\nbasis = ["own"]\nverified = true\n'
        for n, label in enumerate(labels)
    )
    return [pack(0, "".join(lines))]


def test_a_measure_and_a_penalty_say_what_they_take() -> None:
    assert (refused(measures(MEASURES)), refused(penalties(PENALTIES))) == ({}, {})


def test_a_favour_is_no_measure_and_no_penalty() -> None:
    told = refused(measures(FAVOURS)), refused(penalties(FAVOURS))
    assert [[line.split()[0] for line in one[0]] for one in told] == [["label_turned"] * len(FAVOURS)] * 2, told


UNTOLD = "untold = { years = 1 }\n"
LITIGATION = (
    'litigation]\nlabel = "行政诉讼"\ntext = "{}"\nlimit = {{ months = 6 }}\nafter_review = {{ calendar = 15 }}\nbasis = ["susong.a46"]\n'
    'untold_basis = ["susong_jieshi.a64"]\n'
)
REVIEW = (
    'reconsideration]\nlabel = "行政复议"\ntext = "{}"\nlimit = {{ calendar = 60 }}\nbasis = ["fuyi.a20_1"]\n'
    'untold_basis = ["fuyi.a20_3"]\n'
)
REMEDIES = [
    (LITIGATION, "可以自收到本决定之日（当日不计）起{limit}内向{court}提起行政诉讼。"),
    (LITIGATION, "可以自收到当日的次日起{limit}内向{court}提起行政诉讼。"),
    (REVIEW, "可以在{limit}内向{organs}申请行政复议；也可以在每周一至周五上午、下午的办公时间到窗口递交。"),
    (REVIEW, "可以在{limit}内向本机关的上一级机关（{organs}）申请行政复议。"),
    (REVIEW, "可以在{limit}内向本机关上级（{organs}）申请行政复议。"),
    (REVIEW, "可以在{limit}内向本机关上级机关申请行政复议，复议机关是{organs}。"),
]  # fmt: skip
NARROWED = [
    (LITIGATION, "可以在{limit}内向本机关提起行政诉讼，由{court}转办。"),
    (LITIGATION, "可以在{limit}内向{court}提起行政诉讼，限每周一上午。"),
    (REVIEW, "可以在{limit}内向{organs}申请行政复议，须在收到当日提出。"),
    (REVIEW, "可以在{limit}内向{organs}申请行政复议，仅限上午递交。"),
    (REVIEW, "可以在{limit}内直接向本机关申请行政复议，由{organs}备案。"),
    (REVIEW, "可以在{limit}内向{organs}申请行政复议，每周五办理。"),
]  # fmt: skip


def remedies(texts: list[tuple[str, str]], code: str = "") -> dict[int, list[str]]:
    """What is refused of packs that word a remedy so."""
    return refused([pack(n, f"[remedy.{form.format(text)}{UNTOLD}") for n, (form, text) in enumerate(texts)], code)


def test_a_remedy_may_speak_of_days_and_hours() -> None:
    assert remedies(REMEDIES) == {}


def test_a_remedy_is_narrowed_by_no_hours() -> None:
    assert set(remedies(NARROWED, "pack_remedy")) == set(range(len(NARROWED)))


GROUNDS = rows("""不良社会影响尚未消除 你单位造成的不良社会影响尚未消除
造成恶劣社会影响 你单位的行为造成恶劣社会影响
申请人认为不应当公示，没有证据 你单位认为不应当公示，没有提交证据
没有提交综合评估报告 你单位没有提交环境影响综合评估报告
须经集体讨论的事项没有讨论记录 你单位须经股东会集体讨论的事项没有讨论记录""")
VAGUE = rows("""不符合要求 你单位不符合要求
经综合研判不予修复 经综合研判，不予修复
可能产生社会影响 考虑到社会影响，不予修复
经集体讨论不予修复 经集体讨论不予修复
本机关认为不宜修复 本机关认为不宜修复
社会影响不好 你单位的社会影响不好""")


def grounds(items: list[list[str]]) -> list[str]:
    """What is refused of a pack with these grounds of denial."""
    lines = (
        f'own_{n} = {{ label = "{x}", text = "{y}", basis = ["own"], denies = [] }}\n' for n, (x, y) in enumerate(items)
    )
    return refused([pack(0, "[lists.repair_deny_grounds]\n" + "".join(lines))]).get(0, [])


def test_a_ground_names_a_fact() -> None:
    assert grounds(GROUNDS) == []


def test_a_ground_for_anything_is_told() -> None:
    told = " ".join(line for line in grounds(VAGUE) if line.startswith("pack_list_open "))
    assert [n for n in range(len(VAGUE)) if f"（own_{n}）" not in told] == []

"""Overlays, packs, calendars, letter texts and words of an installation's own, each with many faults at once: every one is told."""

from __future__ import annotations

from functools import cache

import pytest

from repairflow.law.checks.report import Diagnostic
from repairflow.letters.text import template_sense
from repairflow.letters.text.template_file import read_template
from repairflow.letters.text.template_lines import TextFile
from tests.support.renewal import RENEWAL, RESULT, TEXTS, refused
from tests.support.shipped import edited, found, part, together

pytestmark = pytest.mark.either_database
Edit = tuple[str, str]

READ = """[basis.own]
cite = "《江苏省社会信用条例》"
article = "第三十条"
says = "应当在规定的期限内办理并告知结果"
source = "https://example.org/x"
read_by = "张三"
read_on = 2026-11-20
verified = true
"""
OVERLAY = """overlay = "own"
label = "{label}"
base = "{base}"
base_version = "2026-04"
version = "2026-04.9"
jurisdiction = "{place}"
effective = {day}
"""
REPAIR = OVERLAY.format(label="本省细化", base="repair", place="320500", day="2026-12-01")
ODD = (
    REPAIR.replace("本省", "浙江省")
    + """summary = "外地企业的申请一律不予受理。"
levels = ["province"]
first_case = ["objection"]
without_extension = ["extend_handling"]
[actor]
applicant = "违法者"
decider = "信用服务公司经理"
examiner = "批准人（核查）"
[material.mandate]
label = "授权委托书"
required_if = "filed_by_agent"
[state.verifying]
label = "公示期"
[state.hearing]
label = "内部会商"
[state.granted]
label = "处理完毕"
[clock.acceptance]
label = "受理参考时间"
[clock.handling]
label = "申请人补正期限"
remind = []
[clock.supplement]
remind = [1]
[action.withdraw]
label = "重新申请"
[action.extend_handling]
label = "催办"
[action.propose_grant]
label = "拟处理"
[action.state_defence]
label = "承认违法"
[basis."fuyi.a20_1"]
cite = "某县办事指南"
verified = false
[contact]
"电话" = "见门口"
"代办" = "某某信用修复公司"
"网站" = "http://credit-fix.top"
"""
    + READ.replace("条例》", "条例》（已废止）")
)
# code, what the message names
ODDITIES = [
    ("overlay_scope", "浙江"), ("overlay_scope", "省级"), ("overlay_scope", "first_case"), ("rights_waived", "一律不予受理"),
    ("overlay_addition", "without_extension"), ("overlay_addition", "授权委托书"), ("overlay_addition", "见门口"),
    ("overlay_addition", "届满前 3 日"), ("overlay_addition", "一次也不提醒"), ("relabel_turns", "违法"), ("relabel_turns", "公司"),
    ("relabel_turns", "批准人（核查）"), ("relabel_turns", "公示期"), ("relabel_turns", "内部会商"), ("relabel_turns", "处理完毕"),
    ("relabel_turns", "参考"), ("relabel_turns", "“申请人”的期限"), ("relabel_turns", "看不出“撤回”"), ("relabel_turns", "看不出“延长”"),
    ("relabel_turns", "拟处理"), ("relabel_turns", "承认违法"), ("sent_to_agents", "公司"), ("sent_to_agents", "credit-fix.top"),
    ("pack_turned", "fuyi.a20_1"), ("basis_expired", "已废止"),
]  # fmt: skip


@cache
def of_overlay() -> list[Diagnostic]:
    return together(overlay=ODD)


@pytest.mark.parametrize(("code", "named"), ODDITIES)
def test_an_overlay_takes_nothing_and_turns_no_name(code: str, named: str) -> None:
    assert [one for one in of_overlay() if one.code == code and named in one.text and one.severity == "error"], (
        of_overlay()
    )


OTHERS = [
    ("overlay_scope", "objections", "review", "", 'first_case = ["objections"]\n'),
    ("overlay_scope", "remedy", "review", "", 'first_case = ["remedy"]\n'),
    ("relabel_turns", "护照", "repair", "", 'summary = "办理护照签发。"\n'),
    ("fee_asked", "保证金", "repair", "", 'summary = "申请信用修复须缴纳保证金。"\n'),
    ("dates", "5 年以后", "repair", "2099-12-01", ""),
]


@pytest.mark.parametrize(("code", "named", "base", "day", "more"), OTHERS, ids=[f"{o[0]}-{o[1]}" for o in OTHERS])
def test_another_overlay(code: str, named: str, base: str, day: str, more: str) -> None:
    text = OVERLAY.format(label="本省细化", base=base, place="320000", day=day or "2026-12-01") + more
    told = together(overlay=text)
    assert [one for one in told if one.code == code and named in one.text and one.severity == "error"], told


def test_an_overlay_in_other_words_is_taken() -> None:
    said = """summary = "本市的信用修复申请，由认定单位办理，不收费用。"
levels = ["city", "county"]
[actor]
decider = "分管负责人"
examiner = "信用科核查人员"
[state.hearing]
label = "陈述申辩"
[action.report_verification]
label = "提交调查核实意见"
[action.request_supplement]
label = "通知补充材料"
[contact]
"电话" = "0512-55550203"
"网站" = "https://fgw.example.gov.cn"
"""
    assert [one for one in together(overlay=REPAIR + said) if one.severity == "error"] == []


PACK = """pack = "JS-2027"
label = "浙江规则包"
jurisdiction = "320000"
domain = "general"
over = "CN-2026"
effective = 2027-01-01
field = "旅游"
commitment_version = "9"
{basis}
[basis.order36]
cite = "某县办事指南"
verified = false
[basis.zj]
cite = "《浙江省公共信用信息管理条例》"
verified = false
[period.minor]
published = false
minimum = {{ months = 1 }}
maximum = {{ months = 3 }}
basis = ["own"]
[penalty.fine2]
label = "罚款（二）"
severity = "minor"
by_amount = true
minor_below_wan = 5
basis = ["own"]
verified = true
[penalty.hint]
label = "温馨提示"
severity = "serious"
by_amount = true
serious_from_wan = 0
basis = ["own"]
verified = true
[simple_procedure]
kinds = ["detention"]
person_wan = 0.02
others_wan = 0.3
basis = ["own"]
class_basis = ["own"]
[measure.forever]
label = "限制参加展会"
force = "mandatory"
permanent = true
basis = ["own"]
verified = true
[measure.kids]
label = "限制子女入学"
force = "mandatory"
basis = ["own"]
verified = true
[list_kind.water]
label = "水务失信名单"
public = true
window_days = 10
maximum = {{ years = 1 }}
removal = ["列入满{{maximum}}的，移出"]
basis = ["own"]
verified = true
[ladder.enter]
label = "先行列入"
procedure = "listing"
basis = ["own"]
verified = true
[commitments.repair]
text = "本单位和法定代表人配偶承诺：依法经营。"
version = "2"
[remedy.litigation]
label = "行政诉讼"
text = "可以在{{limit}}内向本机关提起行政诉讼，由{{court}}转办，限每周一上午。"
limit = {{ months = 6 }}
basis = ["susong.a46"]
[lists.repair_deny_grounds]
poor = {{ label = "不符合要求", text = "你单位不符合要求", basis = ["own"], denies = [] }}
study = {{ label = "经综合研判不予修复", text = "经综合研判，不予修复", basis = ["own"], denies = [] }}
other = {{ label = "关联企业欠费", text = "你单位没有参加年会", basis = ["own"], denies = ["performed"] }}
duty_unperformed = {{ label = "义务未全部履行", text = "你单位尚未全部履行义务", basis = ["own"], denies = ["performed"] }}
[lists.repair_refuse_grounds]
far = {{ label = "外地企业", text = "你单位是外地企业", basis = ["own"] }}
[lists.consequences]
rectification_issue = {{ label = "逾期后果", text = "逾期不整改的，停水停电。" }}
[lists.provider_decisions]
accurate = {{ label = "维持", text = "上述信息有误，予以更正" }}
"""
IN_PACK = [
    ("overlay_scope", "浙江"), ("overlay_scope", "已有名称"), ("text_empty", "写了信用承诺书的版本"),
    ("pack_turned", "order36"), ("basis_elsewhere", "浙江省"), ("pack_periods", "不公示"), ("label_twice", "罚款（二）"),
    ("pack_periods", "界线不起作用"), ("label_turned", "温馨提示"), ("pack_periods", "界线为 0"), ("pack_periods", "行政拘留"),
    ("figure_without_basis", "permanent"), ("person_unconnected", "限制子女入学"), ("person_unconnected", "承诺书"),
    ("pack_name", "window_days"), ("pack_name", "先行列入"), ("pack_remedy", "向本机关提起"), ("pack_remedy", "每周一"),
    ("pack_less", "untold"), ("pack_less", "where_to_go"), ("pack_list_open", "不符合要求"), ("pack_list_open", "综合研判"),
    ("label_turned", "没有参加年会"), ("rights_waived", "外地"), ("figure_without_basis", "停水"), ("label_turned", "provider_decisions"),
]  # fmt: skip


@cache
def of_pack() -> list[Diagnostic]:
    return together(pack=PACK.format(basis=READ))


@pytest.mark.parametrize(("code", "named"), IN_PACK)
def test_a_pack_of_a_place_contradicts_nothing(code: str, named: str) -> None:
    assert [one for one in of_pack() if one.code == code and named in one.text and one.severity == "error"], of_pack()


YEAR = """year = 2027
published = true
source = "国务院办公厅关于2027年部分节假日安排的通知"
[[holiday]]
name = "元旦"
from = 2027-01-01
to   = 2027-01-03
[[holiday]]
name = "春节"
from = 2027-02-05
to   = 2027-02-11
work = [2027-02-20]
[[holiday]]
name = "清明节"
from = 2027-04-03
to   = 2027-04-05
[[holiday]]
name = "劳动节"
from = 2027-05-01
to   = 2027-05-05
work = [2027-04-25, 2027-05-08]
[[holiday]]
name = "端午节"
from = 2027-06-07
to   = 2027-06-09
work = [2027-06-12]
[[holiday]]
name = "中秋节"
from = 2027-09-15
to   = 2027-09-15
[[holiday]]
name = "国庆节"
from = 2027-10-01
to   = 2027-10-07
work = [2027-09-26, 2027-10-09]
"""
PLACE = """year = 2027
published = true
source = "自治区人民政府关于2027年“壮族三月三”放假的通知"
region = "450000"
place = "广西壮族自治区"
[[holiday]]
name = "壮族三月三"
from = 2027-04-09
to   = 2027-04-11
"""
ADDED = (
    '[[holiday]]\nname = "店庆"\nfrom = 2027-03-08\nto = 2027-03-08\nwork = [2027-03-13]\n[[holiday]]\nname = "清明节"'
)
YEARS: list[tuple[str, str, str, Edit]] = [
    ("calendar_less", "法定假日 2027-10-01", YEAR, ("2027-10-01\nto   = 2027-10-07", "2027-10-02\nto   = 2027-10-08")),
    ("calendar_less", "中秋节的法定假日", YEAR, ("2027-09-15\nto   = 2027-09-15", "2027-09-22\nto   = 2027-09-22")),
    ("calendar_less", "一个月以上", YEAR, ("work = [2027-09-26, ", "work = [2027-06-27, ")),
    ("calendar_less", "说的不是 2027 年", YEAR, ("关于2027年", "关于2026年")),
    ("calendar_less", "amends", YEAR, ("published = true", 'published = true\namends = "国务院办公厅关于2027年部分节假日安排的通知"')),
    ("calendar_long", "店庆", YEAR, ('[[holiday]]\nname = "清明节"', ADDED)),
    ("overlay_scope", "530100", PLACE, ("450000", "530100")),
    ("overlay_scope", "浙江省", PLACE, ("自治区人民政府", "浙江省人民政府")),
    ("calendar_less", "国庆节", PLACE, ("2027-04-11", "2027-04-11\nwork = [2027-10-02]")),
    ("calendar_less", "比放假日多", PLACE, ("2027-04-11", "2027-04-11\nwork = [2027-04-17, 2027-04-18]")),
    ("calendar_less", "全国的节日", PLACE, ('壮族三月三"\nfrom', '国庆节"\nfrom')),
    ("calendar_less", "没有写任何假日", PLACE, ('[[holiday]]\nname = "壮族三月三"\nfrom = 2027-04-09\nto   = 2027-04-11\n', "")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "text", "edit"), YEARS, ids=[f"{y[0]}-{y[1]}" for y in YEARS])
def test_a_calendar_is_the_notice_it_names(code: str, named: str, text: str, edit: Edit) -> None:
    told = together(year=edited(text, edit))
    assert [one for one in told if one.code == code and named in one.text], told


def test_calendars_as_notices_have_them_are_taken() -> None:
    assert [one for one in together(nation=YEAR, place=PLACE) if one.severity == "error"] == []


END, HEARING, NOT_TAKEN = (TEXTS[one] for one in ("renewal_ended", "renewal_hearing", "renewal_refused"))
CONTACT = "{% if contact %}\n"
LETTERS: list[tuple[str, str, str, str, Edit]] = [
    ("sent_to_agents", "公司", "renewal_result", RESULT, (CONTACT, "请委托某某公司代办。" + CONTACT)),
    ("sent_to_agents", "credit-fix", "renewal_result", RESULT, (CONTACT, "详见 http://credit-fix.top 。" + CONTACT)),
    ("letter_identity", "622", "renewal_result", RESULT, (CONTACT, "账号：6222020000000000。" + CONTACT)),
    ("burden_unread", "第五十条", "renewal_result", RESULT, (CONTACT, "依据《行政许可法》第五十条。" + CONTACT)),
    ("letter_text", "2026年12月", "renewal_result", RESULT, (CONTACT, "2026年12月1日" + CONTACT)),
    ("letter_text", "此处填写", "renewal_result", RESULT, (CONTACT, "此处填写理由。" + CONTACT)),
    ("letter_text", "草稿", "renewal_result", RESULT, ("决定书", "决定书（草稿）")),
    ("label_unreadable", "Please", "renewal_result", RESULT, (CONTACT, "Please contact us for more details about it." + CONTACT)),
    ("rights_waived", "视为同意", "renewal_hearing", HEARING, ("提出意见。", "提出意见，逾期视为同意。")),
    ("letter_text", "决定以前", "renewal_hearing", HEARING, ("拟对", "已经对")),
    ("letter_text", "准予", "renewal_ended", END, ("不再继续办理", "准予延续")),
    ("letter_text", "标题", "renewal_ended", END, ("办理结束告知书", "准予延续决定书")),
    ("letter_text", "不予", "renewal_refused", NOT_TAKEN, ("{{ we }}不予受理", "{{ we }}不予延续")),
    ("letter_text", "标题", "renewal_refused", NOT_TAKEN, ("不予受理告知书", "受理通知书")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "kind", "text", "edit"), LETTERS, ids=[f"{y[0]}-{y[1]}" for y in LETTERS])
def test_a_letter_is_finished_and_decides_what_its_kind_says(
    code: str, named: str, kind: str, text: str, edit: Edit
) -> None:
    source = edited(text, edit)
    told = list(template_sense.check(read_template(source, kind, "2026-12-01"), TextFile(f"{kind}/x", source)))
    assert [one for one in told if one[0] == code and named in one[2]], told


def test_a_day_that_is_none_is_told() -> None:
    told = list(template_sense.check(read_template(RESULT, "renewal_result", "2026-13-01"), TextFile("x", RESULT)))
    assert [one for one in told if "2026-13-01" in one[2]]


WORDS = [
    ("局长", '[role]\nx = { label = "局长", side = "subject" }'), ("群众", '[role]\nx = { label = "群众评议员", side = "receiving" }'),
    ("公司", '[role]\nx = { label = "信用公司经办", side = "receiving" }'), ("曝光", '[outcome]\nx = { label = "公开曝光", side = "for" }'),
    ("下调", '[outcome]\nx = { label = "信用等级下调", side = "neutral" }'),
]  # fmt: skip


@pytest.mark.parametrize(("named", "text"), WORDS)
def test_a_word_stands_on_its_side(named: str, text: str) -> None:
    told = together(words=f'vocabulary = "own"\n{text}\n')
    assert [(one.code, named in one.text) for one in told] == [("label_turned", True)]


FAST = (
    "[action.merge]",
    '[action.fast]\nlabel = "现场不予"\nby = ["checker"]\nfrom = ["checking"]\nto = "not_renewed"\ndistinct_from = ["accept"]\n'
    'reason = true\nletter = "renewal_result"\nremedy = ["reconsideration", "litigation"]\nbasis = ["own"]\n\n[action.merge]',
)
ENDS_ON = 'label = "有效期届满日" }'
OWN: list[tuple[str, str, Edit]] = [
    ("four_eyes_missing", "批准的岗位", FAST), ("burden_unread", "保证通过", ("办理不收取费用。", "交齐材料保证通过。")),
    ("rights_waived", "举报本", ("办理不收取费用。", "举报本单位的，不予延续。")),
    ("asked_forbidden", "密码", (ENDS_ON, 'label = "有效期届满日", hint = "另请写明登录密码" }')),
    ("asked_forbidden", "指纹", ('label = "许可证正本复印件"', 'label = "负责人指纹"')),
    ("label_turned", "reviewer", ('reviewer = "审核科人员"', 'reviewer = "分管领导（二）"')),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "edit"), OWN, ids=[f"{o[0]}-{o[1]}" for o in OWN])
def test_a_procedure_of_ones_own(code: str, named: str, edit: Edit) -> None:
    told = refused(edited(RENEWAL, edit))
    assert [line for line in told if line.startswith(f"{code} ") and named in line], told


FINDING = '{ guard = "input_was", action = "report_finding", input = "finding", value = "inaccurate" }'
# code, what the message names, the shipped procedure, the passage changed
PROCEDURES: list[tuple[str, str, str, Edit]] = [
    ("step_idle", "sign", "commitment", part("commitment", "action.sign", '["submitted"]', '["submitted", "checking"]')),
    ("subject_time_cut", "note_unwilling", "commitment", part(
        "commitment", "action.note_unwilling", '["submitted"]', '["submitted", "standing"]')),
    ("subject_time_cut", "report_finding", "objection", part(
        "objection", "action.report_finding", '["source_check"]', '["source_check", "deficient"]')),
    ("subject_time_cut", "fail_to_watch", "interview", part("interview", "action.fail_to_watch", '["checking"]', '["checking", "held"]')),
    ("subject_time_cut", "decide_listing", "listing", part("listing", "action.announce", 'to = "announced"', 'to = "verifying"')),
    ("never_possible", "unmask", "reorganisation", part(
        "reorganisation", "action.keep_masked", '["unmask_deciding"]', '["unmask_deciding", "checking"]')),
    ("conditions_turned", "uphold_correct", "objection", part(
        "objection", "action.uphold_correct", FINDING, FINDING.replace("input_was", "input_was_not"))),
    ("followup_missing", "find_breach", "commitment", part("commitment", "action.find_breach", "opens = {", "# opens = {")),
    ("effects_contradict", "annul", "correction", part(
        "correction", "action.annul", '"annul_record"]', '"cease_publicity"]')),
    ("decision_without_effect", "repair", "reorganisation", part(
        "reorganisation", "action.repair", '"lift_measures", ', "")),
    ("conditions_turned", "约谈却可以还没有进行", "interview", part(
        "interview", "action.refuse_reschedule", '["tell_other_side"]', '["push_interview"]')),
    ("effect_left_out", "标注", "objection", part("objection", "action.accept", 'effects = ["mark_disputed"]', "")),
    ("effect_left_out", "unmask_record", "remedy", part("remedy", "action.stay", '"mask_record"', '"tell_other_side"')),
    ("effect_left_out", "book_meeting", "interview", part("interview", "action.serve_notice", 'effects = ["book_meeting"]\n', "")),
    ("quiet_end", "keep", "correction", part("correction", "action.keep", 'letter = "case_result"\n', "")),
    ("good_end_closed", "受理人员", "repair", part("repair", "action.deny", 'by = ["decider"]', 'by = ["decider", "acceptor"]')),
    ("list_conditions", "annul", "list_removal", part("list_removal", "action.annul", '"record_on_list"', '"record_off_list"')),
    ("list_conditions", "decide_listing", "listing", part("listing", "action.decide_listing", '"linked_person_named", ', "")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edit"), PROCEDURES, ids=[f"{p[0]}-{p[1]}" for p in PROCEDURES])
def test_a_step_has_its_place_and_its_effect(code: str, named: str, name: str, edit: Edit) -> None:
    told = found(name, edit)
    assert [one for one in told if one.code == code and named in one.text], told

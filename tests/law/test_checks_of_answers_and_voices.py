"""One fault a line, each a small edit of a shipped procedure: a wrong answer followed, a part left out, another's voice."""

from __future__ import annotations

import pytest

from tests.support.renewal import RENEWAL, refused
from tests.support.shipped import edited, found, part

pytestmark = pytest.mark.either_database

Edit = tuple[str, str]
RULING = '{ guard = "input_was", action = "report_check", input = "ruling_in_force", value = "true" }'
STEPS = '{ guard = "times_done", action = "record_step", at_least = 1 }'
OPENS_WARNING = 'opens = { procedure = "interview", kind = "warning", carry = ["record", "facts", "demands"] }\n'

# code found, what the message names, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, list[Edit]]] = [
    # answers
    ("conditions_turned", "答“否”时才能办", "reorganisation", [(RULING, RULING.replace("input_was", "input_was_not"))]),
    ("conditions_turned", "答“否”时才能办", "reorganisation", [(RULING, RULING.replace('"true"', '"false"'))]),
    ("conditions_turned", "对调", "remedy", [
        part("remedy", "action.record_upheld", 'value = "upheld"', 'value = "withdrawn"'),
        part("remedy", "action.record_withdrawn", 'value = "withdrawn"', 'value = "upheld"'),
    ]),
    ("conditions_turned", "对调", "remedy", [
        part("remedy", "action.carry_annulment", 'value = "annulled"', 'value = "changed"'),
        part("remedy", "action.carry_change", 'value = "changed"', 'value = "annulled"'),
    ]),
    ("conditions_turned", "前后相反", "tip_off", [
        part("tip_off", "action.uphold_reward", STEPS, '{ guard = "not_yet_done", action = "record_step" }'),
    ]),
    ("guard_input", "等于没有条件", "tip_off", [
        part("tip_off", "action.uphold", 'action = "note_reward", input = "reward"', 'action = "record_step", input = "reward"'),
    ]),
    ("conditions_turned", "答什么都能办", "remedy", [
        part("remedy", "action.carry_change",
             'guards = [{ guard = "input_was", action = "report_outcome", input = "outcome", value = "changed" }, ', "guards = ["),
    ]),
    ("conditions_turned", "退出去再回来", "tip_off", [
        part("tip_off", "action.uphold", 'action = "record_step", at_least', 'action = "return_to_check", at_least'),
    ]),
    ("conditions_turned", "两者相反", "list_removal", [part("list_removal", "action.accept", "record_on_list", "record_off_list")]),
    # follow-ups and effects
    ("opens_carry", "本程序启动同一程序的其他动作都带", "interview", [
        part("interview", "action.fail_to_warning", 'carry = ["record", "facts", "demands"]', 'carry = ["facts", "demands"]'),
    ]),
    ("effects_contradict", "只能是其中一种处理", "list_removal", [
        part("list_removal", "action.remove", '"lift_measures", "leave_list"', '"lift_measures", "annul_record", "leave_list"'),
    ]),
    ("effects_contradict", "争议还在办理", "objection", [
        part("objection", "action.extend_source_check", "reason = true\n", 'reason = true\neffects = ["unmark_disputed"]\n'),
    ]),
    ("own_cause", "机关的效果", "interview", [
        part("interview", "action.request_reschedule", '["tell_other_side"]', '["push_interview"]'),
    ]),
    ("effect_input", "meeting_at", "interview", [
        part("interview", "action.refuse_reschedule", '["tell_other_side"]', '["book_meeting"]'),
    ]),
    ("followup_missing", "escalated", "interview", [
        part("interview", "action.fail_to_warning", OPENS_WARNING, ""),
    ]),
    ("followup_missing", "警示性约谈", "interview", [part("interview", "action.raise_to_warning", OPENS_WARNING, "")]),
    ("followup_missing", "约谈", "rectification", [
        part("rectification", "action.reject", 'opens = { procedure = "interview"', '# opens = { procedure = "interview"'),
    ]),
    ("followup_missing", "限期整改", "credit_warning", [
        part("credit_warning", "action.order_rectification", "opens = {", "# opens = {"),
    ]),
    ("effect_left_out", "推送", "repair", [part("repair", "action.waive_target", 'effects = ["waive_push"]\n', "")]),
    ("effect_left_out", "姓名", "listing", [part("listing", "action.link_person", 'effects = ["link_person"]\n', "")]),
    ("effect_left_out", "不归集", "interview", [part("interview", "action.pass", 'effects = ["push_interview"]\n', "")]),
    ("effect_under_neutral", "逾期未补正", "repair", [
        part("repair", "action.lapse", 'to = "lapsed"\n', 'to = "lapsed"\neffects = ["cease_sharing"]\n'),
    ]),
    ("decision_letter", "没有文书", "joint_measure", [part("joint_measure", "action.lift", 'letter = "joint_measure_lifted"\n', "")]),
    ("referred_nowhere", "可以不填", "revocation", [
        part("revocation", "action.refer_crime.inputs", "referred_to = { kind", "referred_to = { required = false, kind"),
    ]),
    ("guard_input", "meeting_at", "interview", [
        part("interview", "action.reschedule.inputs", 'label = "改期后的约谈时间",', 'label = "改期后的约谈时间", required = false,'),
    ]),
    ("overdue_cannot_fire", "回执", "reorganisation", [
        part("reorganisation", "clock.execution", 'overdue = "escalate"', 'overdue = "complete"'),
    ]),
    ("letter_form_decision", "收不到", "minor_repair", [
        part("minor_repair", "letters", "case_receipt      = {", 'case_receipt = { to = "provider",'),
    ]),
    # hearing, voices, figures
    ("hearing_bypassed", "没有机会", "listing", [
        part("listing", "action.decide_listing", 'from = ["deciding"]', 'from = ["deciding", "noticing"]'),
    ]),
    ("own_cause", "代办", "repair", [part("repair", "action.state_defence", 'by = ["applicant"]', 'by = ["applicant", "decider"]')]),
    ("own_cause", "主体自己的动作", "commitment", [part("commitment", "action.sign", 'by = ["committer"]', 'by = ["decider"]')]),
    ("own_cause", "也由主体办理", "interview", [
        part("interview", "action.refuse_reschedule", 'by = ["examiner"]', 'by = ["interviewee"]'),
    ]),
    ("figure_in_label", "2 次", "interview", [part("interview", "action.no_show_to_watch", "at_least = 2", "at_least = 1")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "named", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[2]}-{n}" for n, f in enumerate(FAULTS)]
)
def test_a_fault_is_found_on_its_line_and_named(code: str, named: str, name: str, edits: list[Edit]) -> None:
    here = [one for one in found(name, *edits) if one.code == code]
    assert any(named in one.text for one in here), [f"{one.code} {one.text}" for one in found(name, *edits)]
    assert all(one.where.rpartition(":")[2].isdigit() and int(one.where.rpartition(":")[2]) > 1 for one in here)


ASKED: list[Edit] = [
    ('to = "deciding"\nreason = true\nbasis = ["own"]\n\n[action.return_to_check]',
     'to = "deciding"\nreason = true\nbasis = ["own"]\n[action.report_check.inputs]\nseen = { kind = "boolean", label = "LABEL" }\n\n'
     "[action.return_to_check]"),
    ('to = "renewed"\n', 'to = "renewed"\nguards = [{ guard = "input_was", action = "report_check", input = "seen", value = "VALUE" }]\n'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "value", "faulty"),
    [
        ("经营场所符合条件", "false", True),
        ("经营场所符合条件", "true", False),
        ("曾因欠缴被处罚", "false", False),
        ("原处罚决定认定事实清楚", "false", False),
        ("原处理程序符合规定", "false", False),
    ],
)
def test_a_question_may_be_asked_so_that_no_is_the_good_answer(label: str, value: str, faulty: bool) -> None:
    text = edited(RENEWAL, *((old, new.replace("LABEL", label).replace("VALUE", value)) for old, new in ASKED))
    assert any("conditions_turned" in one for one in refused(text)) is faulty

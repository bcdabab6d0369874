"""Faults of course: who may take a step, what it waits for, where it stands, what its end is called; one edit each, each told.

The first of each rule is tried each time, the others of its kind with the soak.
"""

from __future__ import annotations

import pytest

from repairflow.law.checks import problems
from repairflow.law.procedure.model import parse
from tests.support.shipped import edited, part, shipped_names, source, together

pytestmark = pytest.mark.either_database
Edit = tuple[str, str]
Fault = tuple[str, str, str, list[Edit]]
"""The code, what the message names, the shipped procedure, its edits."""


def at(name: str, step: str, *edits: Edit) -> list[Edit]:
    """Edits of one step of a procedure."""
    whole, new = part(name, f"action.{step}", *edits[0])
    return [(whole, edited(new, *edits[1:]))]


def asks(name: str, step: str, guard: str) -> list[Edit]:
    """A step with one condition, or one more."""
    whole, _ = part(name, f"action.{step}", "\nfrom = [", "\nfrom = [")
    if "\nguards = [" in whole:
        return [(whole, whole.replace("\nguards = [", f"\nguards = [{guard}, ", 1))]
    return [(whole, whole.replace("\nfrom = [", f"\nguards = [{guard}]\nfrom = [", 1))]


def also(name: str, step: str, key: str, more: str) -> list[Edit]:
    """A step that one more may take, or that may be taken from one more state."""
    return at(name, step, (f"\n{key} = [", f'\n{key} = ["{more}", '))


def outcome(name: str, state: str, was: str, now: str) -> list[Edit]:
    """A state whose outcome is another."""
    line = next(one for one in source(name).split("\n") if one.startswith(f"{state} ") and "outcome" in one)
    return [(line, line.replace(f'"{was}"', f'"{now}"'))]


SUPPLEMENT = 'runs_in = ["supplement"]\nstarts = "served"\n'

RULES: list[Fault] = [
    # people
    ("four_eyes_missing", "核验属实", "voluntary",
     at("voluntary", "verify", ('distinct_from = ["pass_on"]\n', ""), ('"not_the_filer", ', ""))),
    ("four_eyes_aside", "propose_grant", "repair", at("repair", "grant", ('"propose_grant", ', ""))),
    ("office_of_another", "收件单位", "repair", at("repair", "accept", ('by = ["acceptor"]', 'by = ["supervisor"]'))),
    ("guard_taker", "不是撤回", "complaint", asks("complaint", "refer", '"is_the_filer"')),
    # guards
    ("guard_idle", "材料", "complaint", asks("complaint", "return_to_check", '"materials_complete"')),
    ("conditions_turned", "缺材料的", "repair", asks("repair", "request_supplement", '"materials_complete"')),
    ("conditions_turned", "终止（terminated）", "repair", asks("repair", "refuse", '"record_no_longer_public"')),
    ("conditions_turned", "落空", "correction",
     at("correction", "find_right", ('"follows_no_case"', '{ guard = "follows_case", procedure = "review" }'))),
    ("conditions_turned", "case_kind_is", "list_removal",
     at("list_removal", "expire", ('{ guard = "case_kind_is", kind = "expiry" }, ', ""))),
    ("conditions_turned", "另有一条路", "repair", at("repair", "accept_deficient", ('"record_is_repairable", ', ""))),
    ("conditions_turned", "约定的时间", "interview", at("interview", "record_meeting", ('"meeting_time_reached", ', ""))),
    ("closed_by_time", "主体可以使它办不成", "interview",
     asks("interview", "mark_no_show", '{ guard = "times_below", action = "request_reschedule", below = 2 }')),
    ("guards_exclude", "accept_deficient", "objection", asks("objection", "accept_deficient", '"nothing_promised"')),
    # courses
    ("never_possible", "信息不再处于", "list_removal", asks("list_removal", "waive_target", '"record_is_public"')),
    ("step_again", "没有次数限制", "repair", also("repair", "report_verification", "from", "deciding")),
    ("acceptance_bypassed", "受理通知", "objection", also("objection", "report_finding", "from", "transferred")),
    ("receipts_ignored", "不等回执", "joint_measure", at("joint_measure", "end_of_term", ('to = "lifting"', 'to = "lifted"'))),
    ("subject_time_cut", "不予受理", "repair", also("repair", "refuse", "from", "supplement")),
    # limits
    ("owner_idle", "重新起算", "repair",
     [part("repair", "clock.acceptance", 'runs_in = ["submitted"]', 'runs_in = ["submitted", "hearing"]')]),
    ("starts_before_told", "补正期限", "repair", [(SUPPLEMENT, 'runs_in = ["supplement"]\n')]),
    # letters and ends
    ("outcome_disguises", "未查实", "complaint", outcome("complaint", "unfounded", "dismissed", "breached")),
    ("decision_without_effect", "seal_record", "repair", at("repair", "complete", ('effects = ["seal_record"]\n', ""))),
    ("remedy_halved", "没有告知行政诉讼", "review", at("review", "maintain", ('["reconsideration", "litigation"]', '["reconsideration"]'))),
    ("refusal_remedy", "不予受理", "repair",
     at("repair", "refuse", ('remedy = ["objection_to_result", "reconsideration", "litigation"]\n', ""))),
    # forms
    ("plea_unanswered", "plea_reason", "repair",
     at("repair", "deny.inputs", ('label = "采纳或者不予采纳的理由"', 'label = "采纳或者不予采纳的理由", required = false'))),
    ("input_kind", "document_number", "remedy",
     [part("remedy", "inputs", 'document_number = { kind = "text"', 'document_number = { kind = "number"')]),
    ("reason_missing", "退回", "review", at("review", "return_to_review", ("reason = true\n", ""))),
]  # fmt: skip

OTHERS: list[Fault] = [
    ("four_eyes_missing", "不再有人决定", "tip_off",
     at("tip_off", "uphold_reward", ('distinct_from = ["report_finding", "note_reward"]\n', ""))),
    ("four_eyes_aside", "还在等", "correction", also("correction", "correct", "from", "heard")),
    ("office_of_another", "收件单位", "repair", at("repair", "request_supplement", ('by = ["acceptor"]', 'by = ["supervisor"]'))),
    ("office_of_another", "收件单位", "repair", also("repair", "grant", "by", "supervisor")),
    ("own_cause", "主体自己的动作", "repair", also("repair", "state_defence", "by", "supervisor")),
    ("guard_taker", "不能撤回", "complaint", asks("complaint", "withdraw", '"not_the_filer"')),
    ("guard_taker", "由系统办理", "honour_exit", asks("honour_exit", "expire", '"not_the_filer"')),
    ("guard_taker", "主体本人不能撤回", "repair", asks("repair", "withdraw", '"is_the_filer"')),
    ("conditions_turned", "不能陈述", "repair", asks("repair", "state_defence", '"materials_complete"')),
    ("conditions_turned", "缺材料的反而不能", "repair", asks("repair", "propose_denial", '"materials_complete"')),
    ("conditions_turned", "失效", "repair", asks("repair", "close_hearing", '"record_no_longer_public"')),
    ("closed_by_time", "refuse", "repair", asks("repair", "refuse", '"supplement_not_yet_requested"')),
    ("closed_by_time", "没有要求的", "tip_off", at("tip_off", "uphold", ('action = "record_step"', 'action = "protect"'))),
    ("closed_by_time", "延长期限以后", "tip_off",
     asks("tip_off", "note_reward", '{ guard = "clock_not_yet_extended", clock = "handling" }')),
    ("good_end_closed", "待决定", "listing", asks("listing", "decide_against", '"list_is_favourable"')),
    ("guard_input", "opinion", "listing", at("listing", "decide_honour", ('action = "record_opinion"', 'action = "state_check"'))),
    ("never_possible", "mask", "reorganisation", also("reorganisation", "mask", "from", "masked")),
    ("never_possible", "约定的时间", "interview", also("interview", "request_reschedule", "from", "held")),
    ("step_again", "没有前进", "list_removal", also("list_removal", "accept", "from", "verifying")),
    ("step_again", "受理以前", "repair", also("repair", "supply", "from", "hearing")),
    ("step_again", "再产生一次效果", "joint_measure", at("joint_measure", "lift_with_record", ('to = "lifting"\n', ""))),
    ("step_again", "没有前进", "honour_review", also("honour_review", "issue", "from", "reporting")),
    ("acceptance_bypassed", "受理通知", "repair", also("repair", "report_verification", "from", "submitted")),
    ("decision_undone", "terminated", "repair", also("repair", "terminate", "from", "executing")),
    ("owner_idle", "重新起算", "interview",
     [part("interview", "clock.notice", '["approved", "absent"]', '["approved", "absent", "rectifying"]')]),
    ("office_limit_own", "签发期限", "credit_warning", [
        part("credit_warning", "clock.issue", "days = { working = 3 }", 'until = "day_given"'),
        ("[inputs]\n", '[inputs]\nday_given = { kind = "date", label = "写明的日期" }\n'),
    ]),
    ("outcome_disguises", "已解除", "joint_measure", outcome("joint_measure", "lifted", "lifted", "not_listed")),
    ("outcome_disguises", "考评终止", "honour_review", outcome("honour_review", "stopped", "dropped", "passed")),
    ("outcome_disguises", "撤销列入", "list_removal", outcome("list_removal", "annulled", "annulled", "upheld")),
    ("outcome_disguises", "移送", "complaint", outcome("complaint", "referred", "referred", "granted")),
    ("plea_unanswered", "plea_answer", "revocation", at("revocation", "revoke.inputs", ("plea_reason = { kind", "plea_text = { kind"))),
    ("input_kind", "paper_title", "objection", [('paper_title  = { kind = "text"', 'paper_title  = { kind = "date"')]),
    ("reason_missing", "未通过审核", "check_result", at("check_result", "review_return", ("reason = true\n", ""))),
    ("reason_missing", "作决定", "reorganisation", at("reorganisation", "report_failure", ("reason = true\n", ""))),
]  # fmt: skip

TOLD: list[Fault] = [
    ("four_eyes_uneven", "accept", "objection", at("objection", "uphold_partly", ('"accept", ', ""))),
    ("question_uneven", "public_reason", "correction",
     at("correction", "annul.inputs", ('label = "公开说明的理由", required = false', 'label = "公开说明的理由"'))),
]  # fmt: skip
"""What is a warning: a person should look at it."""


def found(name: str, edits: list[Edit]) -> list[tuple[str, str, str]]:
    """What the check says of a shipped procedure with these edits."""
    text = edited(source(name), *edits)
    said = problems(parse(text, f"{name}.toml"), names=shipped_names(), text=text, where=f"{name}.toml")
    return [(one.code, one.severity, one.text) for one in said]


@pytest.mark.parametrize(
    ("code", "named", "name", "edits"),
    [*RULES, *(pytest.param(*one, marks=pytest.mark.soak) for one in OTHERS)],
)
def test_a_fault_of_course_is_found(code: str, named: str, name: str, edits: list[Edit]) -> None:
    said = found(name, edits)
    assert any(one == code and how == "error" and named in text for one, how, text in said), said


@pytest.mark.soak
@pytest.mark.parametrize(("code", "named", "name", "edits"), TOLD)
def test_what_may_be_meant_is_a_warning(code: str, named: str, name: str, edits: list[Edit]) -> None:
    said = found(name, edits)
    assert any(one == code and how == "warning" and named in text for one, how, text in said), said


COUNTY = """\
overlay = "county"
label = "某县细化"
base = "{base}"
base_version = "2026-04"
version = "2026-04.9"
jurisdiction = "320830"
effective = 2026-05-01
[basis.local]
cite = "《某县信用工作规定》"
verified = false
{more}
"""
OVERLAYS: list[tuple[str, str, str, str]] = [
    ("conditions_turned", "缺材料的", "repair",
     '[action.request_supplement]\nguards = ["supplement_not_yet_requested", "materials_complete"]'),
    ("guard_taker", "不是撤回", "complaint", '[action.refer]\nguards = ["is_the_filer"]'),
    ("owner_idle", "重新起算", "repair", '[clock.local]\nlabel = "内部期限"\nruns_in = ["submitted", "hearing"]\nowner = "acceptor"\n'
     'days = { working = 1 }\nbasis = ["local"]\nverified = false'),
]  # fmt: skip


@pytest.mark.soak
@pytest.mark.parametrize(("code", "named", "base", "more"), OVERLAYS)
def test_an_overlay_brings_no_such_fault_along(code: str, named: str, base: str, more: str) -> None:
    said = [(one.code, one.text) for one in together(county=COUNTY.format(base=base, more=more))]
    assert any(one == code and named in text for one, text in said), said

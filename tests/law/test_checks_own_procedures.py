"""What a procedure of one's own may hide: turned away after acceptance, time taken from the subject or given to the office, rounds
without end, ends that are closed to the wrong people, and decisions under a name that decides nothing."""

from __future__ import annotations

import pytest

from repairflow.law.checks import problems
from repairflow.law.checks.report import Diagnostic
from repairflow.law.procedure.model import parse
from tests.support.shipped import edited, found, part, shipped_names, source

pytestmark = pytest.mark.either_database

Edit = tuple[str, str]
DAY = 'day_given = { kind = "date", label = "写明的日期" }\n'
LENGTH = 'days_given = { kind = "number", label = "写明的天数", minimum = 1, maximum = 30 }\n'
PAST = 'day_given = { kind = "date", label = "写明的日期", past = true }\n'
ASKED = "[action.request_supplement.inputs]\n"
ONCE = 'guards = ["supplement_not_yet_requested"]\n'
LONG = "days = { working = 15 }\nowner"
QUICK = """[action.at_once]
label = "不予受理（复核后）"
by = ["acceptor"]
from = ["deciding"]
to = "not_accepted"
reason = "code"
letter = "case_not_accepted"
remedy = ["reconsideration", "litigation"]
basis = ["order36"]

"""
ONLY_REPAIR = 'to = "dropped"\nguards = [{ guard = "first_case_was", procedure = ["repair"] }]'
FINDING = 'action = "report_finding", input = "finding", value ='

# code found, what the message names, where it stands, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, str, list[Edit]]] = [
    # 不予受理 is the intake's alone
    ("four_eyes_missing", "at_once", "[action.at_once]", "review", [("[action.report_review]", QUICK + "[action.report_review]")]),
    ("four_eyes_missing", "refuse", "[action.refuse]", "repair", [
        part("repair", "action.refuse", 'from = ["submitted", "transferred"]', 'from = ["submitted", "transferred", "verifying"]'),
    ]),
    ("four_eyes_missing", "refuse", "[action.refuse]", "objection", [
        part("objection", "action.refuse", 'from = ["submitted", "transferred"]', 'from = ["submitted", "source_check"]'),
    ]),
    # the subject's time
    ("subject_limit_set", "promised_day", "[clock.promise]", "repair", [
        ('guards = [{ guard = "materials_promised", working = 20 }, "materials_complete"', 'guards = ["materials_complete"'),
    ]),
    ("subject_limit_set", "promised_day", "[clock.promise]", "commitment", [(', "promise_not_advanced"]', "]")]),
    ("subject_limit_set", "day_given", "[clock.supplement]", "repair", [
        part("repair", "clock.supplement", 'starts = "served"\ndays = { working = 10 }', 'until = "day_given"'),
        (ASKED, ASKED + DAY),
    ]),
    ("subject_limit_set", "days_given", "[action.request_supplement.inputs]", "objection", [
        part("objection", "clock.supplement", "{ working = 10 }", '{ working = 10, input = "days_given" }'),
        (ASKED, ASKED + LENGTH),
    ]),
    ("subject_limit_set", "term", "[action.issue.inputs]", "rectification", [("minimum = 3", "minimum = 1")]),
    ("subject_limit_set", "day_given", "starts_on", "reorganisation", [
        part("reorganisation", "clock.supplement", 'starts = "served"', 'starts_on = "day_given"'), (ASKED, ASKED + PAST),
    ]),
    ("subject_limit_short", "supplement", "days", "repair", [part("repair", "clock.supplement", "working = 10", "working = 2")]),
    # a limit of an office that nobody can keep any more where it runs on
    ("limit_runs_on", "deficient", "runs_in", "repair", [
        part("repair", "clock.acceptance", 'runs_in = ["submitted"]', 'runs_in = ["submitted", "deficient"]'),
    ]),
    ("limit_runs_on", "hearing", "runs_in", "revocation", [
        part("revocation", "clock.investigation", 'runs_in = ["investigating"]', 'runs_in = ["investigating", "hearing"]'),
    ]),
    ("limit_runs_on", "served", "runs_in", "credit_warning", [
        part("credit_warning", "clock.issue", 'runs_in = ["drafted"]', 'runs_in = ["drafted", "served"]'),
    ]),
    # an intake that takes up only what was promised for later
    ("sides_closed", "材料齐全的反而不能受理", "submitted", "repair", [
        part("repair", "action.accept", 'from = ["submitted", "transferred"]', 'from = ["transferred"]'),
    ]),
    # what a platform's answer would change
    ("effect_by_receipt", "complete", "effects", "correction", [
        part("correction", "action.complete", 'to = "', 'effects = ["unmask_record"]\nto = "'),
    ]),
    # what is only entered from another office's paper
    ("entered_not_decided", "grant", "enters", "repair", [
        part("repair", "action.grant", 'by = ["decider"]', 'by = ["decider"]\nenters = ["decider"]'),
    ]),
    ("entered_not_decided", "enters 只能列 by 中的岗位", "enters", "objection", [('enters = ["checker"]', 'enters = ["decider"]')]),
    ("entered_not_decided", "原件", "enters", "objection", [
        ('proof   = { kind = "material", label = "核查材料（签章）" }', 'proof   = { kind = "text", label = "核查材料（签章）" }'),
    ]),
    ("entered_not_decided", "文号", "enters", "objection", [(", past = true, entered = true", ", past = true")]),
    ("entered_not_decided", "名称", "enters", "objection", [('如 异议处理决定书", entered = true', '如 异议处理决定书"')]),
    ("entered_not_decided", "没有人审核", "enters", "objection", [
        part("objection", "action.report_finding", 'to = "deciding"', 'to = "maintained"'),
    ]),
    # rounds
    ("asked_again", "request_supplement", "[action.request_supplement]", "repair", [(ONCE, "")]),
    ("asked_again", "request_supplement", "[action.request_supplement]", "objection", [(ONCE, "")]),
    ("asked_again", "request_supplement", "[action.request_supplement]", "reorganisation", [(ONCE, "")]),
    ("limit_anew", "return_to_investigation", "[action.return_to_investigation]", "accountability", [
        ('guards = [{ guard = "times_below", action = "return_to_investigation", below = 3 }]\n', ""),
    ]),
    # the office's time
    ("office_limits_sum", "78 日", "[clock.handling]", "review", [
        part("review", "clock.acceptance", "{ working = 3 }", "{ calendar = 20 }"),
        (LONG, "days = { working = 58 }\nowner"),
    ]),
    ("office_limits_sum", "70 日", "[clock.investigation]", "accountability", [("{ working = 30 }", "{ working = 40 }")]),
    ("office_limit_own", "day_given", "[clock.handling]", "review", [
        (LONG, 'until = "day_given"\nowner'), ("[action.report_review]", f"[action.accept.inputs]\n{DAY}[action.report_review]"),
    ]),
    ("office_limit_own", "day_given", "[clock.handling]", "review", [
        (LONG, 'starts_on = "day_given"\ndays = { working = 15 }\nowner'),
        ("[action.report_review]", f"[action.accept.inputs]\n{PAST}[action.report_review]"),
    ]),
    # taking back
    ("withdrawal_missing", "submitted", "submitted", "review", [('from = ["submitted", "reviewing", "deciding"]', 'from = ["reviewing"]')]),
    ("withdrawal_missing", "record_is_public", "guards", "repair", [
        part("repair", "action.withdraw", 'to = "withdrawn"', 'to = "withdrawn"\nguards = ["record_is_public"]'),
    ]),
    ("withdrawal_missing", "submitted", "submitted", "accountability", [('by = ["subject"]', 'by = ["acceptor"]')]),
    # whose end it is
    ("guard_taker", "is_the_filer", "guards", "review", [
        part("review", "action.change", '"other_person_than_first"]', '"other_person_than_first", "is_the_filer"]'),
    ]),
    ("guard_taker", "not_the_filer", "guards", "repair", [
        part("repair", "action.supply", 'guards = ["materials_complete"', 'guards = ["not_the_filer", "materials_complete"'),
    ]),
    ("good_end_closed", "已移出", "removed", "list_removal", [
        part("list_removal", "action.remove", "guards = [", 'guards = [{ guard = "case_kind_is", kind = "expiry" }, '),
    ]),
    ("conditions_turned", "deny", "guards", "repair", [
        part("repair", "action.deny", 'to = "denied"',
             'to = "denied"\nguards = [{ guard = "conditions_confirmed", action = "report_verification" }]'),
    ]),
    ("conditions_turned", "grant", "guards", "repair", [
        part("repair", "action.grant", '{ guard = "conditions_confirmed", action = "report_verification" }, ', ""),
    ]),
    ("conditions_turned", "minimum_period_served", "guards", "list_removal", [
        part("list_removal", "action.deny", 'to = "denied"', 'to = "denied"\nguards = ["minimum_period_served"]'),
    ]),
    # answers that exclude each other
    ("guards_exclude", "input_was_not", "guards", "objection", [
        part("objection", "action.dismiss", f'{FINDING} "accurate" }}]',
             f'{FINDING} "accurate" }}, {{ guard = "input_was_not", {FINDING} "accurate" }}]'),
    ]),
    ("office_stuck", "deciding", "deciding", "objection", [
        part("objection", "action.annotate", f'{FINDING} "unverifiable"', f'{FINDING} "accurate"'),
        part("objection", "action.withdraw", '"source_check"]', '"source_check", "deciding"]'),
    ]),
    # what an end does
    ("effect_of_denial", "deny", "effects", "repair", [
        part("repair", "action.deny", 'letter = "repair_denied"', 'letter = "repair_denied"\neffects = ["restart_period"]'),
    ]),
    ("effect_of_denial", "restore_record", "effects", "review", [
        part("review", "action.maintain", 'letter = "case_result"', 'letter = "case_result"\neffects = ["restore_record"]'),
    ]),
    ("effect_under_neutral", "cease_publicity", "effects", "repair", [
        part("repair", "action.terminate", 'letter = "termination_notice"', 'letter = "termination_notice"\neffects = ["cease_publicity"]'),
    ]),
    # steps where they stand
    ("step_idle", "return_unperformed", "[action.return_unperformed]", "commitment", [
        part("commitment", "action.return_unperformed", 'to = "standing"\n', ""),
    ]),
    ("step_idle", "return_to_investigation", "to", "accountability", [
        part("accountability", "action.return_to_investigation", 'to = "investigating"', 'to = "deciding"'),
    ]),
    ("never_possible", "不会办", "from", "repair", [part("repair", "action.lapse", '["supplement"]', '["supplement", "verifying"]')]),
    ("never_possible", "dismiss", "guards", "objection", [
        part("objection", "action.dismiss", '["deciding"]', '["deciding", "self_check"]'),
    ]),
    ("receipts_ignored", "complete", "[action.complete]", "repair", [
        part("repair", "action.complete", 'guards = ["all_targets_acknowledged"]\n', ""),
    ]),
    ("subject_time_cut", "propose_denial", "from", "repair", [
        part("repair", "action.propose_denial", '["reviewing"]', '["reviewing", "hearing"]'),
    ]),
    # guards at the wrong step
    ("guard_never_before", "sign", "guards", "commitment", [
        part("commitment", "action.sign", "guards = [", 'guards = [{ guard = "commitment_given", action = "sign" }, '),
    ]),
    ("guard_input", "window_days", "guards", "listing", [
        part("listing", "action.decide_listing", 'guard = "list_window_done", action = "announce"',
             'guard = "list_window_done", action = "no_objection"'),
    ]),
    ("closed_by_time", "clock_not_yet_extended", "guards", "repair", [
        part("repair", "action.grant", "guards = [", 'guards = [{ guard = "clock_not_yet_extended", clock = "handling" }, '),
    ]),
    ("conditions_turned", "findings", "guards", "objection", [
        part("objection", "action.dismiss", '"accurate"', '"baseless"'),
        part("objection", "action.uphold_annul", '"baseless"', '"accurate"'),
    ]),
    ("conditions_turned", "materials_complete", "guards", "repair", [
        part("repair", "action.refuse", 'to = "not_accepted"', 'to = "not_accepted"\nguards = ["materials_complete"]'),
    ]),
    ("good_end_closed", "granted", "granted", "repair", [
        part("repair", "action.accept", 'to = "verifying"\n', ""), part("repair", "action.supply_promised", 'to = "verifying"\n', ""),
        part("repair", "action.deny", 'from = ["deciding"]', 'from = ["deciding", "submitted"]'),
    ]),
    # ends
    ("quiet_end", "改为撤回", "[action.withdraw]", "repair", [('"已撤回", outcome = "withdrawn"', '"已撤回", outcome = "recorded"')]),
    ("quiet_end", "withdrawn", "[action.overtaken]", "list_removal", [
        ('"已由其他办件移出或者撤销", outcome = "closed"', '"已由其他办件移出或者撤销", outcome = "withdrawn"'),
    ]),
    ("quiet_end", "overtaken", "[action.overtaken]", "list_removal", [
        ('"已由其他办件移出或者撤销", outcome = "closed"', '"已由其他办件移出或者撤销", outcome = "upheld"'),
    ]),
    ("outcome_disguises", "fail_to_watch", "remedy", "interview", [('outcome = "escalated"', 'outcome = "granted"')]),
    ("decision_undone", "重新办理", "[action.repair]", "reorganisation", [
        part("reorganisation", "action.return_completion", '["completing", "final_deciding"]', '["completing", "executing"]'),
    ]),
    ("effects_contradict", "uphold_correct", "effects", "objection", [
        part("objection", "action.uphold_correct", '["correct_record", ', '["correct_record", "restore_record", '),
    ]),
    ("effects_contradict", "seal_record", "effects", "minor_repair", [
        part("minor_repair", "action.accept", 'to = "verifying"', 'to = "verifying"\neffects = ["seal_record"]'),
    ]),
    ("own_cause", "mask_record", "effects", "reorganisation", [
        part("reorganisation", "action.report_completion", 'to = "completing"', 'to = "completing"\neffects = ["mask_record"]'),
    ]),
    ("good_end_closed", "撤销修复", "dropped", "revocation", [
        part("revocation", "action.maintain", 'to = "dropped"', ONLY_REPAIR),
        part("revocation", "action.drop", 'to = "dropped"', ONLY_REPAIR),
    ]),
    ("step_idle", "waive_target", "from", "repair", [
        part("repair", "action.waive_target", '["executing"]', '["executing", "deciding"]'),
    ]),
    ("refusal_remedy", "lapse", "[action.lapse]", "reorganisation", [
        part("reorganisation", "action.lapse", 'remedy = ["reconsideration", "litigation"]\n', ""),
    ]),
    ("outcome_disguises", "expired", "[action.complete]", "minor_repair", [
        ('已办结", outcome = "granted"', '已办结", outcome = "expired"'),
    ]),
    ("referred_nowhere", "refer", "[action.refer]", "accountability", [
        ('[action.refer.inputs]\nreferred_to = { kind = "text", label = "受移送机关" }\n', ""),
    ]),
    ("prefix_missing", "prefix", "procedure", "review", [('prefix    = "FH"\n', "")]),
    # forms
    ("input_kind", "promised_day", "promised_day", "voluntary", [
        part("voluntary", "inputs", 'promised_day = { kind = "date"', 'promised_day = { kind = "number"'),
    ]),
    ("input_kind", "plea_reason", "plea_reason", "revocation", [
        part("revocation", "action.revoke.inputs", 'plea_reason = { kind = "long_text"', 'plea_reason = { kind = "number"'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "named", "where", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[3]}-{f[1]}" for f in FAULTS]
)
def test_a_fault_is_found_where_it_stands(code: str, named: str, where: str, name: str, edits: list[Edit]) -> None:
    findings = found(name, *edits)
    here = [one for one in findings if one.code == code and named in one.text]
    assert here, [f"{one.code} {one.text}" for one in findings]
    lines = edited(source(name), *edits).split("\n")
    assert any(lines[_line(one) - 1].split("#")[0].strip().startswith(where) for one in here), [
        one.where for one in here
    ]


def _line(finding: Diagnostic) -> int:
    return int(finding.where.rpartition(":")[2])


# code of the hint, what it names, the shipped procedure, the passages changed
HINTS: list[tuple[str, str, str, list[Edit]]] = [
    ("answer_unread", "ruling_in_force", "reorganisation", [
        part("reorganisation", "action.mask",
             ', { guard = "input_was", action = "report_check", input = "ruling_in_force", value = "true" }', ""),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), HINTS, ids=[hint[0] for hint in HINTS])
def test_what_a_person_should_look_at_is_a_warning(code: str, named: str, name: str, edits: list[Edit]) -> None:
    text = edited(source(name), *edits)
    told = problems(parse(text, f"{name}.toml"), names=shipped_names(), text=text, where=f"{name}.toml")
    assert [one.severity for one in told if one.code == code and named in one.text][:1] == ["warning"], told

"""Waiting for what never comes, two answers to one event, pauses without end, cases that open each other for ever."""

from __future__ import annotations

import pytest

from tests.support.shipped import found

# code found, what the message names, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    ("event_never_comes", "linked_case_closed", "repair", [
        ('on = ["receipt"]',
         'on = ["linked_case_closed"]'),
    ]),
    ("event_never_comes", "opened", "repair", [
        ('on = ["receipt"]',
         'on = ["opened"]'),
    ]),
    ("event_never_comes", "receipt", "remedy", [
        ('by = ["decider"]\nfrom = ["outcome"]\nto = "upheld"',
         'by = ["system"]\non = ["receipt"]\nfrom = ["outcome"]\nto = "upheld"'),
    ]),
    ("event_never_comes", "record_changed", "complaint", [
        ("[action.withdraw]",
         ('[action.gone]\nlabel="信息变动"\nby=["system"]\non=["record_changed"]\nfrom=["checking"]'
          '\nto="withdrawn"\nbasis=["sc49"]\n\n[action.withdraw]')),
    ]),
    ("system_ends_differ", "complete", "repair", [
        ("[action.withdraw]",
         ('[action.other]\nlabel="另行办结"\nby=["system"]\non=["receipt"]\nfrom=["executing"]\nto="'
          'terminated"\nletter="termination_notice"\nbasis=["order36"]\n\n[action.withdraw]')),
    ]),
    ("overdue_ends_differ", "补正二", "repair", [
        ("[clock.statement]",
         ('[clock.supp2]\nlabel="补正二"\nruns_in=["supplement"]\ndays={working=10}\nowner="applican'
          't"\noverdue="lapse2"\nbasis=["order36"]\nverified=true\n\n[clock.statement]')),
        ("[action.withdraw]",
         ('[action.lapse2]\nlabel="逾期终止"\nby=["system"]\nfrom=["supplement"]\nto="terminated"\nl'
          'etter="termination_notice"\nbasis=["order36"]\n\n[action.withdraw]')),
    ]),
    ("pause_without_end", "hearing", "repair", [
        ('label = "听取意见", stage = "审核" }',
         'label = "听取意见", stage = "审核", no_clock = "等申请人" }'),
        (('[clock.statement]\nlabel = "陈述申辩期限"\nruns_in = ["hearing"]\nstarts = "served"\ndays = { working = 5 }'
          '\nowner = "applicant"\nremind = [1]\noverdue = "close_hearing"\nbasis = ["default"]\nveri'
          'fied = false\n'),
         ""),
        (('[action.close_hearing]\nlabel = "逾期未陈述，继续办理"\nby = ["system"]\nfrom = ["hearing'
          '"]\nto = "reviewing"\nbasis = ["default"]\n'),
         ""),
    ]),
    ("pause_without_end", "hearing", "repair", [
        ('overdue = "close_hearing"',
         'overdue = "escalate"'),
        (('[action.close_hearing]\nlabel = "逾期未陈述，继续办理"\nby = ["system"]\nfrom = ["hearing'
          '"]\nto = "reviewing"\nbasis = ["default"]\n'),
         ""),
    ]),
    ("endless_passing", "transfer", "repair", [
        ('guards = [{ guard = "times_below", action = "transfer", below = 2 }]\n',
         ""),
    ]),
    ("endless_passing", "return_to_provider", "objection", [
        ("[action.uphold_correct]",
         ('[action.return_to_provider]\nlabel="退回协查"\nby=["decider"]\nfrom=["deciding"]\nto="sou'
          'rce_check"\ndistinct_from=["report_finding"]\nreason=true\nbasis=["sc22"]\n\n[action.upho'
          'ld_correct]')),
    ]),
    ("never_reached", "已移出", "list_removal", [
        ('guards = [{ guard = "conditions_confirmed", action = "report_verification" }, "record_on_list", "spot_checked"]',
         'guards = [{ guard = "case_kind_is", kind = "annulment" }, "record_on_list"]'),
        (('guards = [{ guard = "case_kind_is", kind = "expiry" }, { guard = "maximum_stay_over", kin'
          'd = "expiry" }, { guard = "no_new_dishonesty", kind = "expiry" }, "record_on_list"]'),
         'guards = [{ guard = "times_done", action = "accept", at_least = 1 }, "record_on_list"]'),
    ]),
    ("opens_itself", "complete", "repair", [
        ('effects = ["seal_record"]',
         'effects = ["seal_record"]\nopens = { procedure = "repair" }'),
    ]),
    ("opens_itself", "raise_to_warning", "interview", [
        ('guards = [{ guard = "case_kind_is", kind = "reminder" }, "warning_called_for"]',
         'guards = ["warning_called_for"]'),
    ]),
    ("opens_itself", "drop", "rectification", [
        ('kind = "reminder", carry = ["record", "facts", "demands"] }\nbasis = ["sc35"]\n\n[action.lapse]',
         'kind = "reminder", carry = ["record", "facts", "demands"] }\nbasis = ["sc35"]\n\n[action.lapse]'),
        ('guards = ["not_the_filer"]\nreason = true\nbasis = ["sc35"]\n\n[action.submit_proof]',
         ('guards = ["not_the_filer"]\nreason = true\nopens = { procedure = "rectification", carry ='
          ' ["facts", "demands"] }\nbasis = ["sc35"]\n\n[action.submit_proof]')),
    ]),
    ("endless_passing", "transfer", "repair", [
        ('{ guard = "times_below", action = "transfer", below = 2 }',
         '{ guard = "times_below", action = "accept", below = 2 }'),
    ]),
    ("opens_itself", "correct", "correction", [
        ('reason = true\nletter = "case_result"\nremedy = ["objection_to_result"]\neffects = ["unmask_record", "correct_record"]',
         ('reason = true\nletter = "case_result"\nremedy = ["objection_to_result"]\nopens = { proced'
          'ure = "review" }\neffects = ["unmask_record", "correct_record"]')),
    ]),
    ("overdue_stays", "close_hearing", "repair", [
        ('by = ["system"]\nfrom = ["hearing"]\nto = "reviewing"\n',
         'by = ["system"]\nfrom = ["hearing"]\n'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found_and_named(code: str, named: str, name: str, edits: list[tuple[str, str]]) -> None:
    told = [(finding.code, finding.text) for finding in found(name, *edits)]
    assert any(of == code and named in text for of, text in told), told

"""Guards that exclude each other, look at what cannot lie before, or are given what they do not take."""

from __future__ import annotations

import pytest

from tests.support.shipped import found, part

# code found, what the message names, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    ("guards_exclude", "record_no_longer_public", "repair", [
        (('guards = ["materials_complete", "commitment_signed", "record_is_public_or_of_person", "record_is_repai'
          'rable", "minimum_period_served", "nothing_promised"]'),
         ('guards = ["materials_complete", "commitment_signed", "record_is_public", "record_no_longe'
          'r_public", "record_is_repairable", "minimum_period_served", "nothing_promised"]')),
    ]),
    ("guards_exclude", "record_never_public", "minor_repair", [
        ('guards = ["subject_is_minor"]\n',
         'guards = ["subject_is_minor", "record_never_public", "record_is_public"]\n'),
    ]),
    ("guards_exclude", "list_is_adverse", "listing", [
        ('guards = ["not_the_filer", "list_kind_known", "list_is_favourable", ',
         'guards = ["not_the_filer", "list_is_adverse", "list_is_favourable", '),
    ]),
    ("guards_exclude", "case_kind_is", "interview", [
        ('guards = [{ guard = "case_kind_is", kind = "reminder" }, "warning_called_for"]',
         ('guards = [{ guard = "case_kind_is", kind = "reminder" }, { guard = "case_kind_is", kind ='
          ' "warning" }]')),
    ]),
    ("guards_exclude", "is_the_filer", "correction", [
        ('guards = ["follows_no_case", "is_the_filer"]', 'guards = ["is_the_filer", "not_the_filer"]'),
    ]),
    ("guards_exclude", "times_done", "repair", [
        ('guards = [{ guard = "times_below", action = "transfer", below = 2 }]',
         ('guards = [{ guard = "times_below", action = "transfer", below = 2 }, { guard = "times_don'
          'e", action = "transfer", at_least = 2 }]')),
    ]),
    ("guards_exclude", "record_off_list", "list_removal", [
        ('guards = [{ guard = "conditions_confirmed", action = "report_verification" }, "record_on_list", "spot_checked"]',
         ('guards = [{ guard = "conditions_confirmed", action = "report_verification" }, "record_on_'
          'list", "record_off_list"]')),
    ]),
    ("guards_exclude", "record_out_of_force", "joint_measure", [
        ('guards = ["not_the_filer", "record_in_force"]',
         'guards = ["not_the_filer", "record_in_force", "record_out_of_force"]'),
    ]),
    ("guards_exclude", "meeting_time_reached", "interview", [
        ('guards = [{ guard = "notice_lead_time", working = 3 },',
         'guards = ["meeting_time_reached", { guard = "notice_lead_time", working = 3 },'),
    ]),
    ("guards_exclude", "input_was", "remedy", [
        ('guards = [{ guard = "input_was", action = "report_outcome", input = "outcome", value = "upheld" }]',
         ('guards = [{ guard = "input_was", action = "report_outcome", input = "outcome", value = "u'
          'pheld" }, { guard = "input_was", action = "report_outcome", input = "outcome", value = "c'
          'hanged" }]')),
    ]),
    ("never_possible", "refer_crime", "revocation", [
        ('guards = [{ guard = "not_yet_done", action = "refer_crime" }]',
         'guards = [{ guard = "times_done", action = "serve_notice", at_least = 2 }]'),
    ]),
    ("guard_never_before", "grant", "repair", [
        ('guards = ["supplement_not_yet_requested"]',
         'guards = [{ guard = "not_yet_done", action = "grant" }]'),
    ]),
    ("guard_never_before", "grant", "repair", [
        (('guards = ["materials_complete", "commitment_signed", "record_is_public_or_of_person", "record_is_repai'
          'rable", "minimum_period_served", "nothing_promised"]'),
         ('guards = [{ guard = "times_done", action = "grant", at_least = 1 }, "materials_complete",'
          ' "commitment_signed", "record_is_public_or_of_person", "record_is_repairable", "minimum_period_served"'
          ', "commitment_route_open"]')),
    ]),
    ("guard_parameters", "at_least", "repair", [
        (('guards = [{ guard = "conditions_confirmed", action = "report_verification" }, "minimum_pe'
          'riod_served", "record_is_public_or_of_person"]'),
         ('guards = [{ guard = "times_done", action = "propose_grant" }, { guard = "conditions_confi'
          'rmed", action = "report_verification" }, "minimum_period_served", "record_is_public_or_of_person"]')),
    ]),
    ("guard_parameters", "at_least", "repair", [
        (('guards = [{ guard = "conditions_confirmed", action = "report_verification" }, "minimum_pe'
          'riod_served", "record_is_public_or_of_person"]'),
         ('guards = [{ guard = "times_done", action = "propose_grant", at_least = 0 }, { guard = "co'
          'nditions_confirmed", action = "report_verification" }, "minimum_period_served", "record_i'
          's_public_or_of_person"]')),
    ]),
    ("guard_parameters", "below", "repair", [
        ("below = 2",
         'below = "two"'),
    ]),
    ("guard_parameters", "99", "repair", [
        ("below = 2",
         "below = 99"),
    ]),
    ("guard_parameters", "working", "interview", [
        ('guard = "notice_lead_time", working = 3',
         'guard = "notice_lead_time"'),
    ]),
    ("guard_parameter", "notice", "interview", [
        ('guard = "notice_lead_time", working = 3',
         'guard = "notice_lead_time", working = 3, calendar = 4'),
    ]),
    ("guard_parameters", "expired", "list_removal", [
        (('filing_guards = ["record_on_list", { guard = "no_duplicate_pending", apart = "annulment" }, { guard = "maximum_stay_over",'
          ' kind = "expiry" }]'),
         ('filing_guards = ["record_on_list", { guard = "no_duplicate_pending", apart = "annulment" }, { guard = "maximum_stay_over",'
          ' kind = "expired" }]')),
    ]),
    ("guard_parameters", "rejected", "review", [
        ('outcome = ["denied",',
         'outcome = ["rejected",'),
    ]),
    ("guard_parameters", "repairs", "revocation", [
        ('guards = [{ guard = "first_case_was", procedure = ["repair", "minor_repair"] }]',
         'guards = [{ guard = "first_case_was", procedure = ["repairs"] }]'),
    ]),
    ("guard_value", "handing", "repair", [
        ('{ guard = "clock_not_yet_over", clock = "handling" }',
         '{ guard = "clock_not_yet_over", clock = "handing" }'),
    ]),
    ("guard_value", "reversed", "remedy", [
        ('value = "annulled"',
         'value = "reversed"'),
    ]),
    ("guard_input", "meeting_at", "rectification", [
        (('guards = ["not_the_filer"]\ndistinct_from = ["issue"]\nreason = true\nletter = "rectifica'
          'tion_verdict"\nbasis'),
         ('guards = ["not_the_filer", "meeting_time_reached"]\ndistinct_from = ["issue"]\nreason = t'
          'rue\nletter = "rectification_verdict"\nbasis')),
    ]),
    ("guard_input_kind", "interviewers", "interview", [
        ('interviewers = { kind = "gaps"',
         'interviewers = { kind = "text"'),
    ]),
    ("run_without_end", "同步中", "repair", [
        ('guards = ["all_targets_acknowledged"]',
         'guards = ["all_targets_acknowledged", "record_is_public"]'),
    ]),
    ("exits_closed", "调查", "accountability", [
        ('to = "deciding"\nguards = ["new_material_supplied"]',
         'to = "deciding"\nguards = [{ guard = "clock_not_yet_over", clock = "investigation" }]'),
        ('from = ["submitted", "investigating", "deciding"]',
         'from = ["submitted", "deciding"]'),
    ]),
    ("run_without_end", "结果待执行", "remedy", [
        ('value = "changed"',
         'value = "annulled"'),
    ]),
    ("fact_brought_too_late", "核实方式", "list_removal", [
        part("list_removal", "action.return_to_verification", 'from = ["deciding"]', 'from = ["verifying"]'),
    ]),
    ("fact_brought_too_late", "认定文书文号", "listing", [
        part("listing", "action.review_pass", '"basis_document_stated", ', ""),
    ]),
    ("guard_parameters", "expired", "revocation", [
        ('kinds = ["expiry"]',
         'kinds = ["expired"]'),
    ]),
    ("guard_parameters", "objektion", "repair", [
        ('"nothing_promised"]\nletter = "repair_accepted"',
         ('"nothing_promised", { guard = "first_case_was", procedure ='
          ' "objektion" }]\nletter = "repair_accepted"')),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found_and_named(code: str, named: str, name: str, edits: list[tuple[str, str]]) -> None:
    told = [(finding.code, finding.text) for finding in found(name, *edits)]
    assert any(of == code and named in text for of, text in told), told

"""A decision by one pair of eyes, by a side step only, in one's own cause, by a role no post fills."""

from __future__ import annotations

import pytest

from tests.support.shipped import found

# code found, what the message names, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    ("four_eyes_missing", "grant", "repair", [
        (('distinct_from = ["report_verification", "propose_grant", "propose_denial"]\nreason = true'
          '\nletter = "repair_granted"'),
         'reason = true\nletter = "repair_granted"'),
    ]),
    ("four_eyes_missing", "dismiss", "objection", [
        ('to = "maintained"\ndistinct_from = ["accept", "accept_deficient", "report_finding"]\n',
         'to = "maintained"\n'),
    ]),
    ("four_eyes_bypassed", "grant", "repair", [
        (('distinct_from = ["report_verification", "propose_grant", "propose_denial"]\nreason = true'
          '\nletter = "repair_granted"'),
         'distinct_from = ["serve_notice"]\nreason = true\nletter = "repair_granted"'),
    ]),
    ("own_cause", "applicant", "repair", [
        ('by = ["decider"]\nfrom = ["deciding"]\nto = "executing"',
         'by = ["applicant"]\nfrom = ["deciding"]\nto = "executing"'),
    ]),
    ("own_cause", "accept", "repair", [
        ('[action.accept]\nlabel = "受理"\nby = ["acceptor"]',
         '[action.accept]\nlabel = "受理"\nby = ["applicant"]'),
    ]),
    ("own_cause", "extend_handling", "repair", [
        ('by = ["head"]',
         'by = ["applicant"]'),
    ]),
    ("own_cause", "report_verification", "repair", [
        ('by = ["examiner"]',
         'by = ["applicant"]'),
    ]),
    ("own_cause", "report_finding", "objection", [
        ('by = ["provider", "checker"]',
         'by = ["objector"]'),
    ]),
    ("own_cause", "waive_target", "repair", [
        ('by = ["supervisor"]',
         'by = ["applicant"]'),
    ]),
    ("role_without_post", "inspector", "repair", [
        ('examiner   = "核查人员"',
         'inspector  = "核查人员"'),
        ('by = ["examiner"]',
         'by = ["inspector"]'),
    ]),
    ("four_eyes_missing", "fast_grant", "repair", [
        ("[action.propose_grant]",
         ('[action.fast_grant]\nlabel="直接准予"\nby=["examiner"]\nfrom=["verifying"]\nto="executing'
          '"\nletter="repair_granted"\neffects=["cease_publicity","cease_sharing","lift_measures"]\n'
          'reason=true\nbasis=["order36"]\n\n[action.propose_grant]')),
    ]),
    ("four_eyes_bypassed", "deny", "repair", [
        ("[action.propose_grant]",
         ('[action.short]\nlabel="直接提请"\nby=["decider"]\nfrom=["verifying"]\nto="deciding"\nreas'
          'on=true\nbasis=["order36"]\n\n[action.propose_grant]')),
    ]),
    ("own_cause", "complainant", "complaint", [
        ('[action.accept]\nlabel = "受理"\nby = ["registrar"]',
         '[action.accept]\nlabel = "受理"\nby = ["complainant"]'),
    ]),
    ("four_eyes_missing", "annul", "list_removal", [
        ('guards = [{ guard = "case_kind_is", kind = "annulment" }, "record_on_list", "not_the_filer"]',
         'guards = [{ guard = "case_kind_is", kind = "annulment" }, "record_on_list"]'),
    ]),
    ("four_eyes_bypassed", "decide_listing", "listing", [
        ('distinct_from = ["review_pass", "report_verification", "state_basis", "state_list", "state_consent"]',
         'distinct_from = ["report_verification"]'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found_and_named(code: str, named: str, name: str, edits: list[tuple[str, str]]) -> None:
    told = [(finding.code, finding.text) for finding in found(name, *edits)]
    assert any(of == code and named in text for of, text in told), told

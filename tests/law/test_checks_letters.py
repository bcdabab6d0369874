"""Letters without their words or of another decision, decisions without effect, refusals under a harmless name."""

from __future__ import annotations

import pytest

from tests.support.shipped import found

# code found, what the message names, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    ("letter_form_receiver", "to_office", "repair", [
        ("[action.transfer.inputs]\nto_office = {",
         "[action.transfer.inputs]\nwhere_to = {"),
    ]),
    ("letter_field", "conditions", "repair", [
        ('conditions = { kind = "conditions", label = "逐项核查修复条件", choices = "repair_conditions" }',
         'notes = { kind = "text", label = "核查" }'),
    ]),
    ("letter_field", "facts", "revocation", [
        ('facts = { kind = "long_text", label = "查明的事实和证据" }',
         'proof = { kind = "long_text", label = "查明的事实和证据" }'),
    ]),
    ("letter_field", "court", "reorganisation", [
        ('court         = { kind = "text", label = "作出裁定的人民法院" }',
         'court = { kind = "text", label = "作出裁定的人民法院", required = false }'),
    ]),
    ("letter_field", "facts", "revocation", [  # asked in some cases only: no case may go without it
        ('facts = { kind = "long_text", label = "查明的事实和证据" }',
         'facts = { kind = "long_text", label = "查明的事实和证据", after = ["maintain"] }'),
    ]),
    ("letter_form_unused", "repair_granted2", "repair", [
        ("repair_granted      = {", "repair_granted2 = {"),
    ]),
    ("letter_form_receiver", "consultation", "objection", [
        ('consultation           = { to = "provider"', 'consultation           = { to = "receiver"'),
    ]),
    ("letter_form_decision", "repair_denied", "repair", [
        ("repair_denied       = {", 'repair_denied       = { to = "provider",'),
    ]),
    ("plea_unanswered", "state_defence", "revocation", [
        ('letter = "case_result"\nremedy = ["objection_to_result"]\nbasis = ["order36"]\n[action.maintain.inputs]',
         'letter = "case_result"\nremedy = ["objection_to_result"]\nbasis = ["order36"]\n[action.drop.inputs]'),
    ]),
    ("action_unknown", "state_defense", "revocation", [
        ('to = "reviewing"\nmaterials = ["defence"]\nbasis = ["order36"]\n[action.state_defence.inputs]\nstatement = {',
         'to = "reviewing"\nmaterials = ["defence"]\nbasis = ["order36"]\n[action.state_defence.inputs]\n'
         'more = { kind = "text", label = "补充", after = ["state_defense"] }\nstatement = {'),
    ]),
    ("letter_field", "reason", "repair", [
        ('reason = true\nletter = "extension"',
         'letter = "extension"'),
    ]),
    ("letter_field", "attendees", "interview", [
        ('attendees      = { kind = "gaps", label = "被约谈人员", told = true, hint',
         'people = { kind = "gaps", label = "被约谈人员", told = true, hint'),
    ]),
    ("letter_says_other", "repair_denied", "repair", [
        ('letter = "repair_granted"',
         'letter = "repair_denied"'),
    ]),
    ("letter_says_other", "repair_granted", "repair", [
        ('letter = "repair_denied"',
         'letter = "repair_granted"'),
    ]),
    ("letter_says_other", "repair_withdrawn", "repair", [
        ('letter = "repair_denied"',
         'letter = "repair_withdrawn"'),
    ]),
    ("letter_says_other", "repair_not_accepted", "repair", [
        ('letter = "repair_denied"',
         'letter = "repair_not_accepted"'),
    ]),
    ("letter_says_other", "listing_dropped", "listing", [
        ('letter = "listing_decision"',
         'letter = "listing_dropped"'),
    ]),
    ("letter_says_other", "repair_accepted", "repair", [
        ('letter = "repair_not_accepted"',
         'letter = "repair_accepted"'),
    ]),
    ("decision_without_effect", "cease_publicity", "repair", [
        ('effects = ["cease_publicity", "cease_sharing", "lift_measures"]\n',
         ""),
    ]),
    ("decision_without_effect", "annul_record", "objection", [
        ('effects = ["annul_record", "unmark_disputed"]',
         'effects = ["unmark_disputed"]'),
    ]),
    ("decision_without_effect", "enter_list", "listing", [
        ('remedy = ["review", "reconsideration", "litigation"]\neffects = ["enter_list"]\n',
         'remedy = ["review", "reconsideration", "litigation"]\n'),
    ]),
    ("outcome_disguises", "withdrawn", "repair", [
        ('outcome = "denied"',
         'outcome = "withdrawn"'),
    ]),
    ("outcome_disguises", "terminated", "repair", [
        ('outcome = "denied"',
         'outcome = "terminated"'),
    ]),
    ("outcome_disguises", "granted", "repair", [
        ('outcome = "denied"',
         'outcome = "granted"'),
    ]),
    ("refusal_letter", "deny", "repair", [
        ('letter = "repair_denied"\n',
         ""),
    ]),
    ("decision_letter", "grant", "repair", [
        ('letter = "repair_granted"\n',
         ""),
    ]),
    ("refusal_remedy", "deny", "repair", [
        ('letter = "repair_denied"\nremedy = ["objection_to_result", "reconsideration", "litigation"]\n',
         'letter = "repair_denied"\n'),
    ]),
    ("remedy_dropped", "deny", "repair", [
        ('letter = "repair_denied"\nremedy = ["objection_to_result", "reconsideration", "litigation"]\n',
         'letter = "repair_denied"\nremedy = ["objection_to_result"]\n'),
    ]),
    ("letter_dropped", "accept", "repair", [
        ('letter = "repair_accepted"\n',
         ""),
    ]),
    ("letter_dropped", "filing", "repair", [
        ('filing_letter = "repair_receipt"\n',
         ""),
    ]),
    ("system_letter", "lapse", "repair", [
        ('letter = "repair_lapsed"\n',
         ""),
    ]),
    ("outcome_disguises", "restore_record", "revocation", [
        ('outcome = "revoked"',
         'outcome = "dropped"'),
    ]),
    ("letter_says_other", "case_result", "review", [
        ('label = "维持原处理结果", outcome = "maintained"',
         'label = "维持原处理结果", outcome = "closed"'),
    ]),
    ("decision_without_effect", "enter_list", "listing", [
        ('letter = "honour_decision"\neffects = ["enter_list"]\n',
         'letter = "honour_decision"\n'),
    ]),
    ("remedy_unserved", "intake_not_accepted", "complaint", [
        ('intake_not_accepted = { seal = "office", served = true }', 'intake_not_accepted = { seal = "office" }'),
    ]),
    ("remedy_unserved", "repair_lapsed", "reorganisation", [
        ('repair_lapsed       = { seal = "repair", served = true }\n', ""),
    ]),
    ("remedy_unserved", "更正信息", "correction", [  # against the subject in some cases alone
        ('copies = ["receiving"], seal = "office", served = true', 'copies = ["receiving"], seal = "office"'),
    ]),
    ("outcome_disguises", "准予修复", "repair", [
        ('denied       = { label = "不予修复"',
         'denied       = { label = "准予修复"'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found_and_named(code: str, named: str, name: str, edits: list[tuple[str, str]]) -> None:
    told = [(finding.code, finding.text) for finding in found(name, *edits)]
    assert any(of == code and named in text for of, text in told), told

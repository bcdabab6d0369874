"""Extensions, reminders, owners and lengths that do not fit their limit or its basis."""

from __future__ import annotations

import pytest

from tests.support.shipped import found

# code found, what the message names, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    ("duty_of_another", "补正期限", "repair", [
        ('label = "补正期限"', 'label = "补正期限"\nduty = true'),
    ]),
    ("duty_of_another", "执行情况报告期限", "reorganisation", [
        ('label = "执行情况报告期限"', 'label = "执行情况报告期限"\nduty = true'),
    ]),
    ("extension_length", "handling", "repair", [
        ('extends = { clock = "handling", working = 10 }',
         'extends = { clock = "handling" }'),
    ]),
    ("extension_unit", "日", "repair", [
        ('extends = { clock = "handling", working = 10 }',
         'extends = { clock = "handling", calendar = 10 }'),
    ]),
    ("extension_longer", "12", "repair", [
        ('extends = { clock = "handling", working = 10 }',
         'extends = { clock = "handling", working = 12 }'),
    ]),
    ("extension_longer", "16", "complaint", [
        ('extends = { clock = "handling", working = 10 }',
         'extends = { clock = "handling", working = 16 }'),
    ]),
    ("extension_repeats", "extend", "complaint", [
        (('guards = [{ guard = "clock_not_yet_extended", clock = "handling" }, { guard = "clock_not_'
          'yet_over", clock = "handling" }]'),
         'guards = [{ guard = "clock_not_yet_over", clock = "handling" }]'),
    ]),
    ("guard_other_clock", "execution", "repair", [
        ('{ guard = "clock_not_yet_over", clock = "handling" }',
         '{ guard = "clock_not_yet_over", clock = "execution" }'),
    ]),
    ("reminder_outside", "20", "repair", [
        ("remind = [3, 1]",
         "remind = [20, 1]"),
    ]),
    ("reminder_outside", "0", "repair", [
        ("remind = [3, 1]",
         "remind = [3, 0]"),
    ]),
    ("owner_idle", "supervisor", "repair", [
        ('owner = "reviewer"',
         'owner = "supervisor"'),
    ]),
    ("owner_idle", "系统", "repair", [
        ('owner = "reviewer"',
         'owner = "system"'),
    ]),
    ("longer_than_basis", "handling", "repair", [
        ("days = { working = 7 }",
         "days = { working = 8 }"),
    ]),
    ("longer_than_basis", "acceptance", "list_removal", [
        ('runs_in = ["submitted"]\ndays = { working = 3 }',
         'runs_in = ["submitted"]\ndays = { working = 30 }'),
    ]),
    ("subject_limit_less", "supplement", "repair", [
        ("days = { working = 10 }",
         "days = { working = 9 }"),
    ]),
    ("subject_limit_less", "supplement", "repair", [
        ('runs_in = ["supplement"]\nstarts = "served"\n',
         'runs_in = ["supplement"]\n'),
    ]),
    ("subject_limit_less", "整改期限", "rectification", [
        ('days = { calendar = 30, input = "term" }',
         'days = { calendar = 15, input = "term" }'),
    ]),
    ("owner_idle", "applicant", "repair", [
        ('owner = "reviewer"',
         'owner = "applicant"'),
    ]),
    ("owner_idle", "supervisor", "complaint", [
        ('owner = "checker"',
         'owner = "supervisor"'),
    ]),
    ("longer_than_basis", "source_check", "objection", [
        ('runs_in = ["source_check"]\ndays = { working = 10 }',
         'runs_in = ["source_check"]\ndays = { working = 60 }'),
    ]),
    ("extension_late", "handling", "complaint", [
        (('guards = [{ guard = "clock_not_yet_extended", clock = "handling" }, { guard = "clock_not_'
          'yet_over", clock = "handling" }]'),
         'guards = [{ guard = "clock_not_yet_extended", clock = "handling" }]'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found_and_named(code: str, named: str, name: str, edits: list[tuple[str, str]]) -> None:
    told = [(finding.code, finding.text) for finding in found(name, *edits)]
    assert any(of == code and named in text for of, text in told), told

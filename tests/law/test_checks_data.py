"""Inputs of another kind, crossed bounds, open identities, names twice or empty, follow-ups nobody knows."""

from __future__ import annotations

import pytest

from tests.support.shipped import found

# code found, what the message names, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    ("input_kind", "demands", "rectification", [
        ('demands = { kind = "gaps"',
         'demands = { kind = "number"'),
    ]),
    ("input_kind", "facts", "rectification", [
        ('facts   = { kind = "long_text"',
         'facts   = { kind = "boolean"'),
    ]),
    ("action_unknown", "asks 写了“guard”", "tip_off", [
        ('asks = "protect"',
         'asks = "guard"'),
    ]),
    ("input_kind", "asks", "tip_off", [
        ('kind = "boolean", label = "请求保护"',
         'kind = "text", label = "请求保护"'),
    ]),
    ("input_kind", "没有人会收到通知", "objection", [
        ("claimed = {",
         'hurry = { kind = "boolean", label = "尽快", asks = "lapse_promise" }\nclaimed = {'),
    ]),
    ("bounds_crossed", "term", "rectification", [
        ("minimum = 3, maximum = 30",
         "minimum = 30, maximum = 1"),
    ]),
    ("effect_input", "to_office", "repair", [
        (('[action.transfer.inputs]\nto_office = { kind = "text", label = "接收单位编码", hint = "作'
          '出认定的单位在本系统的单位编码" }\n'),
         ""),
    ]),
    ("effect_input", "to_office", "repair", [
        ('to_office = { kind = "text", label = "接收单位编码",',
         'to_office = { kind = "text", label = "接收单位编码", required = false,'),
    ]),
    ("identity_open", "举报人姓名", "tip_off", [
        ('label = "举报人姓名", required = false, vaulted = true',
         'label = "举报人姓名", required = false'),
    ]),
    ("identity_open", "confidential", "complaint", [
        ("confidential = true\n",
         ""),
    ]),
    ("identity_open", "身份证件", "listing", [
        ('label = "身份证件号码", vaulted = true',
         'label = "身份证件号码"'),
    ]),
    ("label_twice", "待审核", "repair", [
        ('deciding     = { label = "待决定"',
         'deciding     = { label = "待审核"'),
    ]),
    ("text_empty", "deciding", "repair", [
        ('deciding     = { label = "待决定"',
         'deciding     = { label = " "'),
    ]),
    ("text_empty", "order36", "repair", [
        ('cite = "《信用修复管理办法》（国家发展和改革委员会令第36号）"',
         'cite = ""'),
    ]),
    ("state_unknown", "begun", "repair", [
        ('initial   = "submitted"',
         'initial   = "begun"'),
    ]),
    ("opens_kind", "urgent", "interview", [
        (('opens = { procedure = "interview", kind = "warning", carry = ["record", "facts", "demands'
          '"] }\nbasis = ["sc35"]\n\n[action.serve_notice]'),
         ('opens = { procedure = "interview", kind = "urgent", carry = ["record", "facts", "demands"'
          '] }\nbasis = ["sc35"]\n\n[action.serve_notice]')),
    ]),
    ("opens_carry", "nothing", "review", [
        ('carry = ["record", "finding"], set = { facts = "复核决定变更',
         'carry = ["record", "nothing"], set = { facts = "复核决定变更'),
    ]),
    ("opens_carry", "wach", "commitment", [
        ('set = { list_kind = "watch", facts = "经核实违背信用承诺。" }',
         'set = { list_kind = "wach", facts = "经核实违背信用承诺。" }'),
    ]),
    ("identity_open", "您是谁", "tip_off", [
        ('informant_name    = { kind = "text", label = "举报人姓名", required = false, vaulted = true',
         'who = { kind = "text", label = "您是谁", required = false'),
    ]),
    ("effect_input", "imposed_on", "joint_measure", [
        ('imposed_on = { kind = "date"',
         'imposed_on = { kind = "text"'),
    ]),
    ("state_unknown", "nowhere", "complaint", [
        ('to = "upheld"\n',
         'to = "nowhere"\n'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found_and_named(code: str, named: str, name: str, edits: list[tuple[str, str]]) -> None:
    told = [(finding.code, finding.text) for finding in found(name, *edits)]
    assert any(of == code and named in text for of, text in told), told

"""A fault of form is told in Chinese, with its line and the key it is about: no English of the tools below."""

from __future__ import annotations

import re

import pytest

from repairflow.errors import DefinitionError
from repairflow.law.procedure.model import parse
from tests.support.procedures import GOOD

FAULTS = [
    ('by = ["head"]\nfrom = ["executing"]', 'from = ["executing"]', "动作“park”的 by 没有写"),
    ("effective = 2026-04-01", 'effective = "soon"', "effective 须为日期"),
    (
        'reason = "code"',
        'reason = "cod"',
        "动作“refuse”的 reason 不在可用的值之中（写的是“cod”）；可用的有：true、false、code",
    ),
    (
        'kind = "choice"',
        'kind = "choise"',
        "填写项“ground”的 kind 不在可用的值之中（写的是“choise”）；可用的有：text、",
    ),
    (
        'kind = "choice", label = "事由", choices = "sample_grounds"',
        'kind = "choice", label = "事由"',
        "须写明 choices",
    ),
    ('kind = "choice", label = "事由"', 'kind = "choice", past = true, label = "事由"', "past 只用于日期"),
    ("days = { working = 7 }", "days = { working = 0 }", "不能小于 1"),
    ("days = { working = 7 }", 'days = { working = "seven" }', "须为整数"),
    ("days = { working = 7 }", "days = { }", "须且只能写一个"),
    ('version = "2026-04"', 'version = "April"', "version 须写成年月"),
    ('label = "样例程序"', "label = 7", "label 须为文字"),
    ("verified = true\n[basis.habit]", "verified = 7\n[basis.habit]", "依据“law”的 verified 须为 true 或者 false"),
    ("[action.grant]\n", "[action.Grant]\n", "动作“Grant”须以小写英文字母开头"),
    ('by = ["system"]\non', 'by = "system"\non', "动作“complete”的 by 须为列表"),
    ('basis = ["habit"]', "basis = []", "期限“execution”的 basis 不能为空"),
    ('owner = "head"', 'owner = "head"\ncolour = "red"', "期限“execution”的 colour 是不认识的键"),
    ("at_least = 1 }", "at_least = 1.5 }", "at_least 须为整数"),
    ("[action.extend]", "[action.grant]", "同一个名称写了两次"),
    ('initial = "submitted"', 'initial "submitted"', "不是有效的 TOML"),
]


@pytest.mark.parametrize(("old", "new", "told"), FAULTS, ids=[f[2] for f in FAULTS])
def test_a_fault_of_form_is_told_in_chinese(old: str, new: str, told: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(GOOD.replace(old, new, 1), "sample.toml")
    problems = caught.value.problems
    assert any(told in problem.text for problem in problems), problems
    assert all(re.fullmatch(r"sample\.toml:\d+", problem.where) for problem in problems)
    english = re.compile(r"Input should|Field required|Extra inputs|valid |Expected|Invalid|Cannot|String|at line")
    assert not any(english.search(problem.text) for problem in problems), problems

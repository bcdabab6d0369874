"""The path people see, and the longest one the law allows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from repairflow.law.guards import Done
from repairflow.law.guards.lists_and_interviews import closed_steps
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import parse
from repairflow.law.procedure.paths import longest, stages, usual_path
from repairflow.law.procedure.turns import awaited
from repairflow.settings import asset
from tests.support.procedures import GOOD, good, spoilt

LAW = Library.read(asset("workflows"))


def history(*actions: str) -> list[Done]:
    """A filing on the 1st by 申请甲, then one action a day by 经办1, 经办2, …"""
    procedure = good()
    state = procedure.initial
    found = [Done(datetime(2026, 6, 1, tzinfo=UTC), "file", state, {}, 0, 1, "申请甲")]
    for number, action in enumerate(actions, start=1):
        state = procedure.action[action].to or state
        at = datetime(2026, 6, 1 + number, tzinfo=UTC)
        found.append(Done(at, action, state, {}, number, 2, f"经办{number}"))
    return found


def shown(*actions: str) -> list[str]:
    marks = {"done": "✓", "now": "▶", "ahead": "·"}
    return [
        marks[s.standing]
        + s.label
        + (f"({s.at.day},{s.who})" if s.at else f"({s.who})" if s.who else "")
        + "旁" * s.side
        for s in stages(good(), history(*actions))
    ]


CHECK, DECIDE, SYNC = "核查中(核查人员)", "待决定(批准人)", "同步中(单位负责人)"
FILED = "✓提出申请(1,申请甲)"


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([], [FILED, "▶受理(受理人员)", f"·{CHECK}", f"·{DECIDE}", f"·{SYNC}", "·办结"]),
        (["request_supplement"], [FILED, "▶受理(申请人)", f"·{CHECK}", f"·{DECIDE}", f"·{SYNC}", "·办结"]),
        (
            ["accept", "invite"],
            [FILED, "✓受理(2,经办1)", "✓核查中(3,经办2)", "▶待会面(核查人员)旁", f"·{DECIDE}", f"·{SYNC}", "·办结"],
        ),
        (
            ["accept", "invite", "met"],
            [FILED, "✓受理(2,经办1)", "✓待会面(4,经办3)旁", f"▶{CHECK}", f"·{DECIDE}", f"·{SYNC}", "·办结"],
        ),
        (
            ["accept", "report", "grant", "complete"],
            [FILED, "✓受理(2,经办1)", "✓核查中(3,经办2)", "✓待决定(4,经办3)", "✓同步中(5,经办4)", "✓准予(5,经办4)"],
        ),
        (["refuse"], [FILED, "✓受理(2,经办1)", "✓不予受理(2,经办1)"]),
    ],
)  # fmt: skip
def test_the_path_of_a_case(actions: list[str], expected: list[str]) -> None:
    assert shown(*actions) == expected


def test_before_filing_all_lies_ahead() -> None:
    assert {s.standing for s in stages(good(), [])} == {"ahead"}


def test_the_usual_path_passes_by_what_leads_back_and_what_only_a_lapse_brings() -> None:
    assert usual_path(good()) == ("submitted", "checking", "deciding", "executing", "granted")


def test_of_a_procedure_without_a_good_end_the_usual_path_ends_somewhere() -> None:
    text = GOOD.replace('outcome = "granted"', 'outcome = "closed"')
    assert parse(text, "x.toml").state[usual_path(parse(text, "x.toml"))[-1]].final


def test_the_longest_path_counts_a_shared_clock_once_and_an_extension_once() -> None:
    found = longest(good())
    # 3 acceptance + 10 supplement + 7 handling (checking and deciding share it) + 5 extension; execution in days
    assert found.working == 3 + 10 + 7 + 5
    assert found.lengths == {"working": 25, "calendar": 30}
    assert str(found) == "25 个工作日 另 30 日"
    assert set(found.undated) == {"meeting", "waiting"}


def test_a_second_clock_over_the_same_states_binds_them() -> None:
    text = spoilt("days = { working = 7 }", "days = { working = 70 }") + (
        '\n[clock.total]\nlabel = "总期限"\nruns_in = ["submitted", "supplement", "checking", "deciding"]\n'
        'days = { working = 20 }\nowner = "head"\noverdue = "escalate"\nbasis = ["law"]\nverified = true\n'
    )
    assert longest(parse(text, "x.toml")).working == 20


@pytest.mark.parametrize(
    ("procedure", "state", "roles"),
    [
        ("repair", "submitted", {"acceptor"}),
        ("repair", "supplement", {"applicant"}),
        ("repair", "verifying", {"examiner"}),  # the acceptor may only break it off, the applicant only withdraw
        ("repair", "reviewing", {"reviewer"}),
        ("repair", "deciding", {"decider"}),
        ("commitment", "submitted", {"acceptor", "decider", "committer"}),  # it is signed without leaving the state
    ],
)
def test_whose_turn_it_is(procedure: str, state: str, roles: set[str]) -> None:
    assert awaited(LAW.in_force(procedure, date(2026, 6, 1)), state) == roles


def test_somebody_is_awaited_in_every_state_that_is_left_by_people() -> None:
    for procedure in LAW.procedures.values():
        for state, spec in procedure.state.items():
            leaving = {role for action in procedure.actions_from(state).values() for role in action.by}
            assert bool(awaited(procedure, state)) == bool(leaving), (procedure.procedure, state, spec.label)


def way(kind: str, *steps: tuple[str, str]) -> list[str]:
    """Return the stages of a designation (列入名单) for this list, after steps that led to these states."""
    listing, pack = LAW.newest["listing"], LAW.packs["CN-2026"]
    start = datetime(2026, 6, 1, tzinfo=UTC)
    past = [Done(start, "file", listing.initial, {}, 0, 1, "甲")]
    past += [Done(start, name, state, {}, n, 2, "乙") for n, (name, state) in enumerate(steps, start=1)]
    marks = {"done": "✓", "now": "▶", "ahead": "·"}
    return [marks[s.standing] + s.label for s in stages(listing, past, closed_steps(listing, pack.list_kind[kind]))]


REVIEWED, WAITED = ("review_honour", "announced"), ("no_objection", "deciding")
TO_DECIDE = (("review_pass", "noticing"), ("serve_notice", "noticed"), ("waive_defence", "deciding"))


@pytest.mark.parametrize(
    ("kind", "steps", "expected"),
    [
        ("honour", (), "✓依职权启动 ▶提出 ·公示 ·决定 ·办结"),
        ("honour", (REVIEWED,), "✓依职权启动 ✓提出 ▶公示 ·决定 ·办结"),
        ("honour", (REVIEWED, WAITED), "✓依职权启动 ✓提出 ✓公示 ▶决定 ·办结"),
        ("honour", (REVIEWED, WAITED, ("decide_honour", "honoured")), "✓依职权启动 ✓提出 ✓公示 ✓决定 ✓已列入守信名单"),
        ("honour", (REVIEWED, ("object_in_window", "verifying")), "✓依职权启动 ✓提出 ✓公示 ▶核实 ·决定 ·办结"),
        ("serious", (), "✓依职权启动 ▶提出 ·告知 ·核实 ·决定 ·办结"),
        ("serious", TO_DECIDE, "✓依职权启动 ✓提出 ✓告知 ▶决定 ·办结"),
        ("serious", (*TO_DECIDE, ("announce", "announced")), "✓依职权启动 ✓提出 ✓告知 ▶公示 ·决定 ·办结"),
        ("serious", (*TO_DECIDE, ("announce", "announced"), WAITED), "✓依职权启动 ✓提出 ✓告知 ✓公示 ▶决定 ·办结"),
    ],
)  # fmt: skip
def test_the_path_of_a_designation_is_that_of_its_list(
    kind: str, steps: tuple[tuple[str, str], ...], expected: str
) -> None:
    assert " ".join(way(kind, *steps)) == expected


@pytest.mark.parametrize(("name", "expected"), [
    ("honour_review", "通知 报送 考评 决定 办结"),  # 整改, after which all is looked at once more, is of those that fail
    ("repair", "受理 核查 审核 决定 同步 办结"), ("interview", "提出 通知 约谈 整改 验收 办结"), ("remedy", "审理 执行 同步 办结"),
    ("reorganisation", "受理 核查 决定 执行 修复 同步 办结"),
])  # fmt: skip
def test_the_usual_path_comes_to_each_stage_once(name: str, expected: str) -> None:
    procedure = LAW.newest[name]
    found = [procedure.state[state].stage or "" for state in usual_path(procedure)]
    assert [stage for n, stage in enumerate(found) if stage not in found[:n]] == expected.split()
    assert [stage for n, stage in enumerate(found) if found[n - 1 : n] != [stage]] == expected.split()

"""撤销信用修复: heard first, then the record stands again, its period counts anew and the commitment route is closed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from repairflow.errors import Refused
from repairflow.records import cases, measure, own_rule, subject
from tests.law_stories.telling import letters, receipts, refused, told, words
from tests.law_stories.test_joint_measure_story import asked, in_force
from tests.support.building import Town

GRANT = ("accept", "report_verification", "propose_grant", "grant")


def repaired(town: Town) -> tuple[str, str]:
    """A record whose repair was granted and acknowledged, and that case."""
    number = town.record(measured=True)
    case = town.file_repair(number)
    town.steps(case, *GRANT)
    receipts(town, case)
    town.at(date(2026, 7, 1))
    return number, case


def opened(town: Town, first: str) -> str:
    return town.file("revocation", None, who=town.actor("examiner@ENV"), case=first)


@pytest.mark.parametrize("answers", [True, False], ids=["heard", "silent"])
def test_a_repair_got_by_false_material_is_revoked(town: Town, answers: bool) -> None:
    number, first = repaired(town)
    case = opened(town, first)
    town.do(case, "serve_notice")
    if answers:
        town.do(case, "state_defence", inputs={"statement": "材料由中介代办，我方不知情。"})
    else:
        town.serve(case)
        town.at(town.dues(case)["statement"].due_day + timedelta(days=1))
        town.sweep()
    assert town.case(case).state == "reviewing"
    town.steps(case, "propose_revocation", "revoke")
    row, today = town.of_record(number), town.today
    assert (row.state, row.publish_from, row.max_until) == ("restored", today, today.replace(year=today.year + 1))
    assert row.min_until == today.replace(month=today.month + 3)
    assert row.apply_from == row.min_until + timedelta(days=1)
    assert town.one(select(measure.c.lifted_at).where(measure.c.record_id == row.id)).lifted_at is None
    holder = town.one(select(subject).where(subject.c.id == row.subject_id))
    assert holder.no_commitment_until == today.replace(year=today.year + 3)
    changed = next(m for m in told(town, case) if m.get("state") == "restored")
    assert str(changed["publish_from"]) == today.isoformat()
    assert "revoked" in {m.get("result") for m in told(town, case)}
    (again,) = (row for row in town.pushes(case) if row.kind == "measure_restore")
    stands = town.one(select(measure.c.code).where(measure.c.record_id == row.id))
    assert (again.payload["measure_code"], again.payload["organ"]) == (stands.code, "云溪县市场监督管理局")
    text = words(town, case, "revocation")
    assert all(word in text for word in ("重新计算", "行政诉讼"))
    assert "并重新计算公示期" in words(town, case, "hearing_notice")
    assert f"{today.year + 3}年" not in text  # three years are on the file; nobody has read the article
    assert ("不知情" in text) == answers
    assert letters(town, case) == ["hearing_notice", "revocation"]
    assert town.case(case).outcome == "revoked"
    town.sound()


def test_the_notice_tells_what_the_decision_then_rests_on(town: Town) -> None:
    """Facts, reasons and basis of what is to be decided are told before: the law, not the rule by which one is heard."""
    case = opened(town, repaired(town)[1])
    town.steps(case, "serve_notice", "state_defence", "propose_revocation", "revoke")
    decided = re.search(r"(依据《.+?)，本机关决定撤销", words(town, case, "revocation"))
    assert decided is not None
    assert f"{decided[1]}，本机关拟撤销" in words(town, case, "hearing_notice")


def test_a_decision_that_nothing_carries_is_not_announced(town: Town) -> None:
    case = opened(town, repaired(town)[1])
    town.turn(delete(own_rule).where(own_rule.c.action == "revoke"))
    with pytest.raises(Refused) as refused:
        town.do(case, "serve_notice")
    assert [one.code for one in refused.value.refusals] == ["rule_unconfirmed"]
    assert "“撤销修复”所依据的条文没有核对过原文" in str(refused.value)
    assert (town.case(case).state, letters(town, case)) == ("investigating", [])


def test_no_period_begins_anew_while_nothing_carries_that(town: Town) -> None:
    """The article was read by nobody: the revocation alone, confirmed, does not carry it; the old period goes on."""
    number, first = repaired(town)
    before = town.of_record(number)
    town.turn(delete(own_rule).where(own_rule.c.action == "revoke.restart_period"))
    case = opened(town, first)
    town.steps(case, "serve_notice", "state_defence", "propose_revocation", "revoke")
    row = town.of_record(number)
    assert row.state == "restored"
    for name in ("publish_from", "min_until", "apply_from", "max_until"):
        assert getattr(row, name) == getattr(before, name), name
    assert "重新计算" not in words(town, case, "revocation")
    assert "重新计算" not in words(town, case, "hearing_notice")  # nor is it announced
    assert "revoked" in {
        m.get("result") for m in told(town, case)
    }  # the platforms are told of the revocation all the same
    town.sound()


def test_what_was_lifted_by_itself_before_the_repair_stays_lifted(town: Town) -> None:
    """And a ban for life, which outlasts the repair, is neither told as ended nor as back."""
    number = town.record(measured=True)
    joint = in_force(town, "funding", number)
    ban = asked(town, "lifelong_ban", number)
    town.do(ban, "request")
    command = town.command(ban, "respond")
    given = {name: value for name, value in command.inputs.items() if name != "term_end"}
    town.perform(replace(command, inputs=given))
    town.at(date(2026, 6, 20))
    town.do(joint, "feed_back", inputs={"carried_out_on": "2026-06-09", "occasion": "城南管网工程投标"})
    town.do(joint, "lift")
    before = {row.code: row.lifted_at for row in town.all(select(measure))}
    town.at(date(2026, 6, 21))
    case = town.file_repair(number)
    town.steps(case, *GRANT)
    receipts(town, case)
    town.at(date(2026, 7, 1))
    undone = opened(town, case)
    town.steps(undone, "serve_notice", "state_defence", "propose_revocation", "revoke")
    assert {row.code: row.lifted_at for row in town.all(select(measure))} == before
    kinds = ("measure_lift", "measure_restore")
    moved = [
        (row.kind, row.payload["measure_code"])
        for of in (case, undone) for row in town.pushes(of) if row.kind in kinds
    ]  # fmt: skip
    (standing,) = {code for code, lifted in before.items() if lifted is None} - {"lifelong_ban"}
    assert moved == [("measure_lift", standing), ("measure_restore", standing)]
    town.sound()


def test_the_period_counted_anew_is_told_and_ends_by_itself(town: Town) -> None:
    number, first = repaired(town)
    case = opened(town, first)
    town.steps(case, "serve_notice", "state_defence", "propose_revocation", "revoke")
    row = town.of_record(number)
    town.at(row.apply_from)
    assert "may_apply" in town.sweep()
    town.at(row.max_until + timedelta(days=1))
    town.sweep()
    assert town.of_record(number).state == "ceased"


def test_for_three_years_no_more_than_mere_commitment_is_closed(town: Town) -> None:
    _, first = repaired(town)
    town.steps(opened(town, first), "serve_notice", "state_defence", "propose_revocation", "revoke")
    other = town.file_repair(town.record(date(2026, 1, 12)))
    assert town.one(select(subject.c.no_commitment_until).where(subject.c.no_commitment_until.is_not(None)))
    assert town.do(other, "accept").to_state == "verifying"  # what is verified by evidence stays open


@pytest.mark.parametrize(("steps", "letter"), [
    (("serve_notice", "state_defence", "propose_drop", "maintain"), "case_result"),
    (("drop",), None),
])  # fmt: skip
def test_nothing_false_is_found(town: Town, steps: tuple[str, ...], letter: str | None) -> None:
    number, first = repaired(town)
    case = opened(town, first)
    town.steps(case, *steps)
    assert (town.case(case).outcome, town.of_record(number).state) == ("dropped", "sealed")
    assert letters(town, case)[-1:] == ([letter] if letter else [])
    if letter:  # an office began it: nobody is said to have applied, whatever channel the officer's form named
        with town.db.engine.begin() as tx:
            assert tx.execute(select(cases.c.channel).where(cases.c.number == case)).scalar() == "portal"
        assert "依职权办理的" in words(town, case, letter)
        assert "申请" not in words(town, case, letter).partition("一、")[0]


def test_only_a_granted_repair_is_revoked_and_nobody_goes_unheard(town: Town) -> None:
    denied = town.file_repair()
    town.do(denied, "refuse")
    with refused("first_case_was"):
        opened(town, denied)
    _, first = repaired(town)
    case = opened(town, first)
    with refused("wrong_state"):
        town.do(case, "revoke")
    with refused("no_duplicate_pending"):
        opened(town, first)


def test_four_eyes(town: Town) -> None:
    _, first = repaired(town)
    case = opened(town, first)
    town.steps(case, "serve_notice", "state_defence")
    both = town.actor("reviewer@ENV", "decider@ENV")
    town.do(case, "propose_revocation", both)
    with refused("four_eyes"):
        town.do(case, "revoke", both)
    town.do(case, "refer_crime")
    with refused("not_yet_done"):
        town.do(case, "refer_crime")

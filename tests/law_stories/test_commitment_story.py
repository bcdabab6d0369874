"""信用承诺: registered, deficient material by a promised day, performed or broken; a breach proposes the watch list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from repairflow.records import own_rule
from tests.law_stories.chaining import follow_up, uscc
from tests.law_stories.telling import letters, refused, words
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both


def promised(town: Town, kind: str = "deficient", who: str = "yunxi", **inputs: Any) -> str:
    given = {"gaps": ["环评批复"], "promised_day": "2026-06-30", **inputs}
    return town.file(
        "commitment", None, town.actor(who), kinds=("commitment",), kind=kind, subject=uscc(), inputs=given
    )


def registered(town: Town, **more: Any) -> str:
    case = promised(town, **more)
    town.do(case, "register", inputs={"promised_day": "2026-06-30"})
    return case


def test_the_usual_path(town: Town) -> None:
    case = registered(town)
    assert town.case(case).deciding_id == town.offices["ENV"]
    text = words(town, case, "commitment_registered")
    for said in ("环评批复", "2026年6月30日"):
        assert said in text
    assert town.dues(case)["promise"].due_day == date(2026, 6, 30)
    town.steps(case, "report_performance", "confirm_performance")
    assert (town.case(case).outcome, letters(town, case)) == (
        "performed", ["commitment_registered", "commitment_performed"],
    )  # fmt: skip
    town.sound()


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_a_missed_day_leads_to_is_told_only_where_it_was_confirmed(town: Town, confirmed: bool) -> None:
    if not confirmed:
        town.turn(delete(own_rule).where(own_rule.c.procedure == "commitment", own_rule.c.action == "breach"))
    text = words(town, registered(town), "commitment_registered")
    assert ("按违背承诺处理，容缺受理同时失效" in text) is confirmed
    assert "请于2026年6月30日（含当日）前履行承诺并提交证明。" in text


@pytest.mark.parametrize(("how", "code"), [
    ({"gaps": None}, "deficient_is_dated"), ({"commitment_signed_by": None}, "commitment_given"),
])  # fmt: skip
def test_what_a_deficient_filing_must_say(town: Town, how: dict[str, Any], code: str) -> None:
    case = promised(town, **how)
    with refused(code):
        town.do(case, "register")


def test_the_promised_day_lies_ahead(town: Town) -> None:
    with refused("day_is_ahead"):
        town.do(promised(town), "register", inputs={"promised_day": "2026-06-10"})


def test_an_office_may_ask_and_the_subject_signs(town: Town) -> None:
    case = promised(town, "informed", "acceptor@ENV", commitment_signed_by=None)
    with refused("commitment_given"):
        town.do(case, "register")
    town.steps(case, "sign", "register")
    assert town.case(case).state == "standing"


@pytest.mark.parametrize(("steps", "who"), [((), None), (("find_breach",), "decider@ENV")])
def test_a_breach_proposes_the_watch_list(town: Town, steps: tuple[str, ...], who: str | None) -> None:
    case = registered(town)
    if steps:
        town.steps(case, *steps)
    else:
        town.at(date(2026, 7, 1))
        town.sweep()
    assert (town.case(case).outcome, letters(town, case)[-1]) == ("breached", "commitment_breached")
    said = words(town, case, "commitment_breached")
    assert all(way in said for way in ("陈述和申辩", "60日", "申请行政复议", "6个月", "提起行政诉讼")), said
    nxt = follow_up(town, case)
    assert (nxt.procedure, nxt.state, nxt.inputs["list_kind"]) == ("listing", "proposed", "watch")
    assert "承诺" in nxt.inputs["facts"]


def test_who_refuses_to_commit_is_proposed_too(town: Town) -> None:
    case = promised(town, "informed", "acceptor@ENV", commitment_signed_by=None)
    town.do(case, "note_unwilling")
    assert (town.case(case).outcome, follow_up(town, case).inputs["list_kind"]) == ("failed", "watch")
    said = words(town, case, "commitment_refused")
    assert "拒绝承诺告知书" in said
    assert "你单位没有就“" in said
    assert "受理失效" not in said
    assert "作出信用承诺（" not in said  # nobody who refused made one


def test_four_eyes(town: Town) -> None:
    case = promised(town)
    both = town.actor("acceptor@ENV", "decider@ENV")
    town.do(case, "register", both)
    with refused("four_eyes"):
        town.do(case, "find_breach", both)


def test_a_promise_without_a_day_does_not_lapse(town: Town) -> None:
    case = promised(town, "voluntary", gaps=None, promised_day=None)
    command = town.command(case, "register")
    town.perform(type(command)(**{f: getattr(command, f) for f in command.__slots__} | {"inputs": {}}))
    town.at(timedelta(days=800))
    town.sweep()
    assert town.case(case).state == "standing"


@pytest.mark.parametrize(("steps", "outcome", "last"), [
    (("decline",), "refused", "commitment_declined"), (("withdraw",), "withdrawn", None),
    (("register", "report_performance", "return_unperformed", "report_performance", "confirm_performance"),
     "performed", "commitment_performed"),
])  # fmt: skip
def test_other_ends(town: Town, steps: tuple[str, ...], outcome: str, last: str | None) -> None:
    case = promised(town)
    town.steps(case, *steps)
    assert (town.case(case).outcome, next(reversed(letters(town, case)), None)) == (outcome, last)


def test_a_late_office_is_reported(town: Town) -> None:
    case = promised(town)
    town.at(timedelta(days=14))
    assert "escalate:3" in town.sweep()
    assert town.case(case).state == "submitted"

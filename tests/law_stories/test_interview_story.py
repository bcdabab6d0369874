"""失信约谈: approved by the head, notice with lead time, moved once, two interviewers, recorded, escalated step by step."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from repairflow import times
from repairflow.records import interview_entry
from tests.law_stories.chaining import follow_up, opened, uscc
from tests.law_stories.telling import belongs_to, letters, refused, told, words
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both

MEETING = "2026-06-16T09:30"  # the fourth working day after Wednesday 10 June


def notified(town: Town, kind: str = "reminder", meeting: str = MEETING, **more: Any) -> str:
    case = opened(town, "interview", kind=kind, **more)
    town.do(case, "approve")
    town.do(case, "serve_notice", inputs={"meeting_at": meeting})
    return case


def meet(town: Town) -> datetime:
    town.now = times.at(date(2026, 6, 16), datetime(2026, 6, 16, 9, 40).time())
    return town.now


def held(town: Town, kind: str = "reminder") -> str:
    case = notified(town, kind)
    meet(town)
    town.do(case, "record_meeting")
    return case


def test_the_usual_path(town: Town) -> None:
    case = notified(town, record=town.record())
    notice = words(town, case, "interview_notice")
    assert "提示性约谈" in notice
    assert "2026年6月16日9时30分" in notice
    assert "不参加" in notice
    meet(town)
    town.steps(case, "record_meeting", "sign_record", "report_rectification", "pass")
    assert (town.case(case).outcome, letters(town, case)) == (
        "passed", ["interview_notice", "interview_record", "interview_result"],
    )  # fmt: skip
    assert "陈墨" in words(town, case, "interview_record")
    messages = [m for m in told(town, case) if "result" in m and m.get("kind") == "reminder"]
    assert [m["result"] for m in messages] == ["约谈后整改", "整改合格，约谈办结"]  # to the province, never the public
    entry = town.one(select(interview_entry).where(interview_entry.c.case_id == town.case(case).id))
    assert (entry.kind, entry.held_on, entry.result) == ("reminder", date(2026, 6, 16), "整改合格，约谈办结")
    town.sound()


def test_a_plan_first_then_the_rectification(town: Town) -> None:
    case = held(town)
    town.do(case, "sign_record", inputs={"term": 30})
    assert {name: due.due_day for name, due in town.dues(case).items()} == {
        "plan": date(2026, 7, 1), "follow_up": date(2026, 7, 16),  # ten working days with the Dragon Boat holiday; thirty days
    }  # fmt: skip
    with refused("new_material_supplied"):
        town.do(case, "submit_plan", materials=())
    town.do(case, "submit_plan")
    assert (town.case(case).state, set(town.dues(case))) == ("planned", {"follow_up"})
    assert town.dues(case)["follow_up"].due_day == date(2026, 7, 16)
    with refused("wrong_state"):
        town.do(case, "submit_plan")
    town.steps(case, "report_rectification", "return_for_more")
    assert set(town.dues(case)) == {"follow_up"}  # the plan stands, the days that are left run on
    town.steps(case, "report_rectification", "pass")
    assert town.case(case).outcome == "passed"


def test_a_late_plan_is_reported_and_decides_nothing(town: Town) -> None:
    case = held(town)
    town.do(case, "sign_record", inputs={"term": 30})
    town.at(date(2026, 6, 26))
    assert "remind:3" in town.sweep()
    town.at(date(2026, 7, 2))
    assert "due" in town.sweep()
    assert (town.case(case).state, town.dues(case)["follow_up"].due_day) == ("rectifying", date(2026, 7, 16))
    town.do(case, "submit_plan")
    town.at(date(2026, 7, 17))
    town.sweep()
    assert town.case(case).state == "checking"


def test_only_province_and_authority_hear_of_it(town: Town) -> None:
    case = held(town)
    town.do(case, "sign_record")
    assert {row.lane.split("/")[0] for row in town.pushes(case)} == {"province"}


@pytest.mark.parametrize(("meeting", "code"), [
    ("2026-06-12T09:30", "notice_lead_time"), ("2026-06-09T09:30", "notice_lead_time"),
    ("2026-06-14T09:30", "notice_lead_time"),  # a Sunday: two working days in between
    ("2026-06-15T09:30", None),
])  # fmt: skip
def test_notice_leaves_three_working_days(town: Town, meeting: str, code: str | None) -> None:
    case = opened(town, "interview", kind="reminder")
    town.do(case, "approve")
    command = town.command(case, "serve_notice", inputs={"meeting_at": meeting})
    if code is None:
        town.perform(command)
        assert town.dues(case)["meeting"].due_day == date(2026, 6, 15)
    else:
        with refused(code):
            town.perform(command)


def test_the_head_does_not_approve_an_own_proposal(town: Town) -> None:
    both = town.actor("examiner@ENV", "head@ENV")
    case = opened(town, "interview", kind="reminder")
    own = town.file("interview", None, both, kinds=(), kind="reminder", subject=uscc())
    for action in ("approve", "reject_proposal"):
        with refused("not_the_filer"):
            town.do(own, action, both)
    town.do(case, "reject_proposal")
    assert town.case(case).outcome == "dropped"


def test_moved_once_and_not_far(town: Town) -> None:
    case = notified(town)
    with refused("rescheduled_within"):
        town.do(case, "reschedule", inputs={"meeting_at": "2026-06-26T09:30"})
    town.do(case, "reschedule", inputs={"meeting_at": "2026-06-18T14:00"})
    assert (letters(town, case), town.dues(case)["meeting"].due_day) == (["interview_notice"] * 2, date(2026, 6, 18))
    with refused("not_yet_done"):
        town.do(case, "reschedule", inputs={"meeting_at": "2026-06-22T14:00"})
    meet(town)
    with refused("meeting_time_reached"):
        town.do(case, "record_meeting")


@pytest.mark.parametrize("people", [["陈墨"], ["陈墨", " 陈墨 "]])
def test_one_person_does_not_interview(town: Town, people: list[str]) -> None:
    case = notified(town)
    meet(town)
    with refused("two_interviewers"):
        town.do(case, "record_meeting", inputs={"interviewers": people})


def test_a_refused_signature_is_noted_by_two(town: Town) -> None:
    case = held(town)
    with refused("two_interviewers"):
        town.do(case, "note_refusal", inputs={"witnesses": ["陈墨"]})
    with refused("new_material_supplied"):
        town.do(case, "sign_record", materials=())
    town.do(case, "note_refusal")
    assert town.case(case).state == "rectifying"
    assert town.pushes(case)


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize(("kind", "action", "nxt"), [
    ("reminder", "fail_to_warning", ("interview", "warning")), ("warning", "fail_to_watch", ("listing", None)),
])  # fmt: skip
def test_failed_rectification_goes_one_step_up(
    town: Town, kind: str, action: str, nxt: tuple[str, str | None], *, above: bool
) -> None:
    if above:
        belongs_to(town, "ENV", parent_id=town.offices["MARKET"])
    case = held(town, kind)
    town.steps(case, "sign_record", "report_rectification")
    other = {"fail_to_warning": "fail_to_watch", "fail_to_watch": "fail_to_warning"}[action]
    with refused("case_kind_is"):
        town.do(case, other)
    with refused("four_eyes"):
        who = town.actor("reviewer@ENV", "examiner@ENV")
        second = held_by(town, kind, who)
        town.do(second, action, who)
    town.do(case, action)
    found = follow_up(town, case)
    assert (town.case(case).outcome, found.procedure, found.kind) == ("escalated", *nxt)
    result = words(town, case, "interview_result")
    assert all(word in result for word in ("申请行政复议", "提起行政诉讼"))
    assert ("申请复核" in result) is above  # a centre reviews no bureau's decision: without an office above nobody does


def held_by(town: Town, kind: str, who: Any) -> str:
    town.at(date(2026, 6, 10))
    case = notified(town, kind, "2026-06-16T08:00")  # before the other one of the same company
    meet(town)
    town.do(case, "record_meeting", who)
    town.steps(case, "sign_record", "report_rectification")
    return case


def test_time_over_goes_to_the_check_and_a_person_decides(town: Town) -> None:
    case = held(town)
    town.do(case, "sign_record", inputs={"term": 10})
    town.at(date(2026, 6, 29))
    town.sweep()
    assert town.case(case).state == "checking"
    with refused("not_yet_done"):
        town.do(case, "return_for_more")
    town.do(case, "fail_to_warning")


def test_two_no_shows_and_no_third_notice(town: Town) -> None:
    case = notified(town)
    with refused("meeting_time_reached"):
        town.do(case, "mark_no_show")
    meet(town)
    town.do(case, "mark_no_show")
    with refused("times_done"):
        town.do(case, "no_show_to_warning")
    town.do(case, "serve_notice", inputs={"meeting_at": "2026-06-23T09:30"})
    town.at(date(2026, 6, 23))
    town.do(case, "mark_no_show")
    with refused("times_below"):
        town.do(case, "serve_notice", inputs={"meeting_at": "2026-07-01T09:30"})
    town.do(case, "no_show_to_warning")
    assert follow_up(town, case).kind == "warning"


def test_a_serious_record_goes_straight_to_a_warning(town: Town) -> None:
    light = opened(town, "interview", kind="reminder", record=town.record())
    with refused("warning_called_for"):
        town.do(light, "raise_to_warning")
    grave = opened(town, "interview", kind="reminder", record=town.record(date(2026, 1, 9), kinds=("stop_business",)))
    town.do(grave, "raise_to_warning")
    assert (town.case(grave).outcome, follow_up(town, grave).kind) == ("closed", "warning")


def test_a_failed_warning_may_be_referred(town: Town) -> None:
    case = held(town, "warning")
    town.steps(case, "sign_record", "report_rectification", "refer")
    assert (town.case(case).outcome, letters(town, case)[-1]) == ("referred", "interview_result")


def test_a_late_office_is_reported(town: Town) -> None:
    case = notified(town)
    town.at(timedelta(days=14))
    assert "escalate:1" in town.sweep()
    assert town.case(case).state == "notified"

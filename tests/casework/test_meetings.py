"""约谈日程: who, where and whom is booked once at a time; moving is asked for, answered and told; hearings beside interviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow import times
from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases import hearing_result
from repairflow.casework.cases.transition import perform
from repairflow.casework.changes import (
    AskHearingMove,
    BookHearing,
    CancelHearing,
    CloseRoom,
    EnterAbsence,
    ErasePersonal,
    OpenRoom,
    RecordHearing,
    RefuseHearingMove,
)
from repairflow.casework.documents.revisions import reissue
from repairflow.casework.documents.revisions.reissue import Reissue
from repairflow.casework.queries import printables
from repairflow.casework.queries.cases import hearing_entries
from repairflow.casework.queries.cases import meetings as queries
from repairflow.casework.queries.cases.trail import trail
from repairflow.casework.queries.cases.view import view
from repairflow.casework.queries.people.agenda import agenda
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from repairflow.records import cases, event, letter, meeting, meeting_room, notice
from tests.casework.test_administering_at_once import race
from tests.casework.test_assignment import colleague, send
from tests.law_stories.chaining import opened, uscc
from tests.support.building import Town, png
from tests.web.desk_visit import Officer
from tests.web.portal_visit import make

AT = "2026-06-16T09:30"


def approved(town: Town, company: str = "yunxi") -> str:
    case = opened(town, "interview", kind="reminder", subject=uscc(company))
    town.do(case, "approve")
    return case


def booked(town: Town, **inputs: Any) -> str:
    case = approved(town, inputs.pop("company", "yunxi"))
    town.do(case, "serve_notice", inputs={"meeting_at": AT, **inputs})
    return case


def standing(town: Town, case: str) -> list[tuple[str, str, str | None]]:
    rows = town.all(select(meeting).where(meeting.c.case_id == town.case(case).id).order_by(meeting.c.id))
    return [(f"{times.local(row.starts_at):%m-%d %H:%M}", row.place, row.ended) for row in rows]


def results(town: Town, case: str) -> list[str]:
    with town.db.read() as tx:
        return [line.result for line in queries.of_case(tx, town.case(case), town.now)]


def test_what_came_of_each_meeting(town: Town) -> None:
    """A missed one stays missed when the next is held."""
    case = booked(town)
    assert results(town, case) == [""]
    town.at(date(2026, 6, 17))
    assert results(town, case) == ["待登记结果"]
    town.do(case, "mark_no_show")
    assert results(town, case) == ["未到场"]
    town.do(case, "serve_notice", inputs={"meeting_at": "2026-06-26T09:30"})
    assert results(town, case) == ["未到场", ""]
    town.do(case, "reschedule", inputs={"meeting_at": "2026-06-29T09:30"})
    town.at(date(2026, 6, 30))
    assert results(town, case) == ["未到场", "已改期", "待登记结果"]
    town.do(case, "record_meeting")
    assert results(town, case) == ["未到场", "已改期", "已约谈"]


def bodies(town: Town, name: str, title: str) -> list[str]:
    found = select(notice.c.body).where(notice.c.person_id == town.people[name], notice.c.title.contains(title))
    return [row.body for row in town.all(found.order_by(notice.c.id))]


@pytest.mark.parametrize(("second", "code"), [
    ({"place": "三楼约谈室"}, "room_taken"),  # the room, however its place is written
    ({"first_officer": "examiner@ENV"}, "officer_taken"),
    ({"company": "yunxi"}, "subject_taken"),
    ({"meeting_at": "2026-06-16T10:30", "place": "三楼约谈室", "first_officer": "examiner@ENV"}, None),  # just after
    ({}, None),
])  # fmt: skip
def test_one_room_one_officer_one_subject_at_a_time(town: Town, second: dict[str, Any], code: str | None) -> None:
    for login in ("third", "fourth"):
        colleague(town, login, "examiner")
    send(town, OpenRoom(town.actor("head@ENV"), "ENV", "三楼约谈室"))
    booked(town, place="县生态环境局 三楼约谈室", first_officer="examiner@ENV", second_officer="acceptor@ENV")
    other = approved(town, second.pop("company", "hengtuo"))
    given = {"meeting_at": AT, "place": "二楼", "first_officer": "third", "second_officer": "fourth"} | second
    command = town.command(other, "serve_notice", inputs=given)
    if code is None:
        town.perform(command)
        assert standing(town, other)[-1][2] is None
        return
    with pytest.raises(Refused) as told:
        town.perform(command)
    assert code in {one.code for one in told.value.refusals}
    assert (town.case(other).state, standing(town, other)) == ("approved", [])
    assert not any("IT" in one.text or "YT" in one.text for one in told.value.refusals)  # not which case it is


def test_two_book_a_room_at_once(town: Town) -> None:
    for login in ("third", "fourth"):
        colleague(town, login, "examiner")
    first, second = approved(town), approved(town, "hengtuo")
    one = town.command(first, "serve_notice", inputs={"meeting_at": AT, "place": "三楼"})
    two = town.command(
        second, "serve_notice",
        inputs={"meeting_at": AT, "place": "三楼", "first_officer": "third", "second_officer": "fourth"},
    )  # fmt: skip
    told = race(
        town,
        lambda tx: perform(tx, town.services, one, town.now),
        lambda tx: perform(tx, town.services, two, town.now),
    )
    assert [[refusal.code for refusal in error.refusals] for error in told if isinstance(error, Refused)] == [
        ["room_taken"]
    ]
    assert (len(standing(town, first)), standing(town, second)) == (1, [])
    town.sound()


@pytest.mark.parametrize(("inputs", "where"), [
    ({"second_officer": "examiner@ENV"}, "second_officer"), ({"first_officer": "examiner@MARKET"}, "first_officer"),
])  # fmt: skip
def test_two_people_of_the_office(town: Town, inputs: dict[str, str], where: str) -> None:
    case = approved(town)
    with pytest.raises(Invalid) as told:
        town.do(case, "serve_notice", inputs={"meeting_at": AT, **inputs})
    assert [problem.where for problem in told.value.problems] == [where]


def anew(town: Town, case: str, which: int) -> str:
    """Issue a letter of the case anew with another place; what is said where it is refused, before any number is used."""
    rows = town.all(select(letter).where(letter.c.case_id == town.case(case).id).order_by(letter.c.id))
    old = rows[which]
    given = Reissue(
        old.token, town.actor("head@ENV"), town._id(), "地点写错。", old.content["addressee"], {"place": "五楼"}
    )
    with pytest.raises(Refused) as told, town.db.begin() as tx:
        reissue.propose(tx, town.services, given, town.now)
    assert len(town.all(select(letter.c.id))) == len(rows)
    return told.value.refusals[0].text


def test_the_company_asks_for_another_day(town: Town) -> None:
    case = booked(town, place="三楼")
    with pytest.raises(Refused):
        town.do(case, "refuse_reschedule", reason="没有申请。")
    asked = {"proposed_at": "2026-06-18T14:00"}
    town.do(case, "request_reschedule", "interviewee", inputs=asked, reason="法定代表人出差。")
    assert any("申请改期" in title for title in town.notices("examiner@ENV"))
    town.do(case, "refuse_reschedule", reason="检查组当日离县。")
    assert bodies(town, "yunxi", "不同意改期") == ["检查组当日离县。"]
    with pytest.raises(Refused):  # answered once
        town.do(case, "refuse_reschedule", reason="再次答复。")
    town.do(case, "request_reschedule", "interviewee", inputs=asked, reason="法定代表人住院。")
    with pytest.raises(Refused):  # twice and no more
        town.do(case, "request_reschedule", "interviewee", inputs=asked, reason="再次申请。")
    town.do(case, "reschedule", inputs={"meeting_at": "2026-06-18T14:00", "place": "三楼"})
    assert standing(town, case) == [("06-16 09:30", "三楼", "moved"), ("06-18 14:00", "三楼", None)]
    sent = town.all(select(letter.c.content).where(letter.c.case_id == town.case(case).id).order_by(letter.c.id))
    assert ["原定于2026年6月16日9时30分的约谈改期进行" in str(row.content) for row in sent] == [False, True]
    # neither notice is issued anew for a day that no longer holds
    assert "约谈已改到2026年6月18日14时" in anew(town, case, 0)
    town.at(date(2026, 6, 18), time(14, 30))
    said = anew(town, case, 1)
    assert "写明的约谈时间（2026年6月18日14时）已过" in said
    assert "请办理“无正当理由未到场”或者“约谈并记录”；" in said  # it was moved, and may not be again
    assert "同意改期" not in said
    with pytest.raises(Refused):
        town.do(case, "request_reschedule", "interviewee", inputs=asked, reason="已经到了时间。")
    town.sound()


@pytest.mark.parametrize(("steps", "said"), [
    ((), "仍需约谈的，请办理“同意改期”，由该步骤制发新的通知书"),
    (("mark_no_show",), "仍需约谈的，请办理“制发约谈通知书”，由该步骤制发新的通知书"),
    (("record_meeting",), "办件处于“待签字”，不再通知约谈"),
])  # fmt: skip
def test_a_notice_of_a_past_meeting_is_not_issued_anew_and_the_next_step_is_told(
    town: Town, steps: tuple[str, ...], said: str
) -> None:
    case = booked(town, place="三楼")
    town.at(date(2026, 6, 16), time(10))
    for step in steps:
        town.do(case, step)
    assert said in anew(town, case, 0)
    town.sound()


def test_an_absence_is_minded_before_and_shown_after(town: Town) -> None:
    colleague(town, "third", "examiner")
    day = date(2026, 6, 16)
    case = booked(town, first_officer="third")
    send(town, EnterAbsence(town.actor("third"), "third", day, day, ""))
    with town.db.read() as tx:
        actor = town.actor("examiner@ENV")
        place = town.offices["ENV"]
        (line,) = queries.between(
            tx, actor, place, times.at(day, time()), times.at(day + timedelta(days=1), time()), town.now
        )
        assert (line.number, line.amiss) == (case, ("third当日请假",))
        other = town.actor("examiner@MARKET")
        assert (
            queries.between(
                tx, other, place, times.at(day, time()), times.at(day + timedelta(days=1), time()), town.now
            )
            == ()
        )
        mine = [entry for entry in agenda(tx, town.law, town.actor("third"), town.today) if entry.hours is not None]
        assert [(entry.number, entry.hours) for entry in mine] == [(case, (line.row.starts_at, line.row.ends_at))]
    second = approved(town, "hengtuo")
    with pytest.raises(Refused) as told:
        town.do(second, "serve_notice", inputs={"meeting_at": "2026-06-16T14:00", "first_officer": "third"})
    assert [one.code for one in told.value.refusals] == ["officer_away"]


def hearing(town: Town, case: str, who: str = "examiner@ENV", **more: Any) -> BookHearing:
    given: dict[str, Any] = {
        "starts_at": datetime(2026, 6, 22, 9, tzinfo=times.SHANGHAI), "minutes": 90, "place": "听证室",
        "first": "examiner@ENV", "second": "head@ENV", "reason": "",
    }  # fmt: skip
    return BookHearing(town.actor(who), case, **(given | more))


def test_a_hearing_is_booked_moved_on_request_and_cancelled(town: Town) -> None:
    case = town.file_repair()
    examiner, yunxi = town.actor("examiner@ENV"), town.actor("yunxi")
    with pytest.raises(Conflict):
        send(town, CancelHearing(examiner, case, "没有安排。"))
    with pytest.raises((Forbidden, NotFound)):
        send(town, hearing(town, case, "examiner@MARKET"))
    send(town, hearing(town, case))
    assert any("听证安排" in title for title in town.notices("yunxi"))
    with pytest.raises(Conflict):
        send(town, RefuseHearingMove(examiner, case, "没有申请。"))
    with pytest.raises(NotFound):
        send(town, AskHearingMove(town.actor("hengtuo"), case, "别家。", "随时"))
    send(town, AskHearingMove(yunxi, case, "律师另有开庭。", "6月23日上午"))
    with pytest.raises(Conflict):
        send(town, AskHearingMove(yunxi, case, "再次。", "6月24日"))
    send(town, hearing(town, case, starts_at=datetime(2026, 6, 23, 9, tzinfo=times.SHANGHAI), reason="依申请改期。"))
    assert standing(town, case) == [("06-22 09:00", "听证室", "moved"), ("06-23 09:00", "听证室", None)]
    assert "原定2026-06-22 09:00" in bodies(town, "yunxi", "听证改期")[0]
    send(town, AskHearingMove(yunxi, case, "当日停电。", "6月24日"))
    send(town, RefuseHearingMove(examiner, case, "可以改在其他房间。"))
    send(town, CancelHearing(examiner, case, "当事人放弃听证。"))
    assert standing(town, case)[-1][2] == "cancelled"
    said = town.all(select(event.c.action).where(event.c.stream == f"hearing/{case}").order_by(event.c.id))
    assert [row.action for row in said] == [
        "book_hearing", "ask_hearing_move", "book_hearing", "ask_hearing_move", "refuse_hearing_move", "cancel_hearing",
    ]  # fmt: skip
    town.sound()


def came(town: Town, case: str, who: str = "examiner@ENV", **more: str) -> RecordHearing:
    """What the form of a result says; `transcript` is the name of a file that is uploaded."""
    given = {
        "came": "held",
        "attended": "蒋一舟、陈墨",
        "said": "当事人认为处罚过重。",
        "outcome": "意见不予采纳。",
    } | more
    name = given.pop("transcript", "笔录.png")
    if name:
        file = materials.looked_at(SentFile("hearing_transcript", name, png()), town.services.max_upload)
        with town.db.begin() as tx:
            name = materials.receive(tx, town.services.materials, town.actor(who), file, now=town.now)
    return RecordHearing(actor=town.actor(who), case=case, transcript=name, **given)


def offered(town: Town, case: str) -> list[str]:
    """To whom recording the result of the hearing is offered."""
    asked = ("examiner@ENV", "head@ENV", "examiner@MARKET", "yunxi", "supervisor@CREDIT")
    with town.db.read() as tx:
        row = town.case(case)
        return [who for who in asked if hearing_result.to_record(tx, town.actor(who), row, town.now) is not None]


def test_what_came_of_a_hearing_stands_in_trail_and_file(town: Town) -> None:
    case = town.file_repair()
    send(town, hearing(town, case))
    with pytest.raises(Conflict):  # still to come
        send(town, came(town, case))
    assert offered(town, case) == []
    town.at(date(2026, 6, 22), time(9, 30))  # it has begun: its result may be recorded, and the page offers that
    assert (results(town, case), offered(town, case)) == ([""], ["examiner@ENV", "head@ENV"])
    town.at(date(2026, 6, 22), time(11))
    assert results(town, case) == ["待登记结果"]
    for who, error in (("examiner@MARKET", NotFound), ("hengtuo", NotFound), ("yunxi", Forbidden)):
        with pytest.raises(error):
            send(town, came(town, case, who))
    empty = {"attended": "", "said": " ", "outcome": "结\x00果", "transcript": ""}
    for given, wrong in (
        ({"came": "x"}, ["came"]), (empty, ["attended", "said", "outcome", "transcript"]),
        ({"came": "missed", "outcome": "长" * 2001}, ["outcome"]),
    ):  # fmt: skip
        with pytest.raises(Invalid) as told:
            send(town, came(town, case, **given))
        assert [problem.where for problem in told.value.problems] == wrong
    another = replace(came(town, case), actor=town.actor("head@ENV"))
    with pytest.raises(NotFound):  # somebody else's file
        send(town, another)
    send(town, came(town, case))
    with pytest.raises(Conflict):  # once
        send(town, came(town, case))
    assert (results(town, case), offered(town, case)) == (["已举行"], [])
    assert any("听证已举行" in title for title in town.notices("yunxi"))
    row, examiner = town.case(case), town.actor("examiner@ENV")
    with town.db.read() as tx:
        file = printables.slip(tx, town.services, examiner, case, "case_index", town.now)
        seen = [view(tx, town.law, one, case, town.now).materials for one in (examiner, town.actor("yunxi"))]
        entry = trail(tx, town.law, situation(tx, town.law, row, town.today))[0]
    text = "\n".join(part.text for part in file.paragraphs)
    assert "听证（听证室）已举行；参加人员：蒋一舟、陈墨；结果：意见不予采纳。" in text
    assert "听证笔录：笔录.png" in text
    browser = Officer(make(town), town, "examiner@ENV")
    token = next(one.token for one in seen[0] if one.kind == "hearing_transcript")
    assert "对照查看：听证笔录" in browser.get(f"/desk/cases/{case}?paper={token}")  # one name at every door
    assert "其他材料" not in browser.text
    assert [any(one.kind == "hearing_transcript" for one in files) for files in seen] == [True, False]
    assert (entry.label, entry.reason, entry.materials) == ("登记听证情况", "意见不予采纳。", 1)
    send(town, hearing(town, case, starts_at=datetime(2026, 7, 3, 9, tzinfo=times.SHANGHAI)))
    town.at(date(2026, 7, 3), time(10))
    send(town, came(town, case, came="missed", attended="", said="", outcome="", transcript=""))
    assert results(town, case) == ["已举行", "未到场"]
    assert any("没有参加听证" in title for title in town.notices("yunxi"))
    town.sound()


def test_what_was_recorded_wrongly_is_corrected_and_stays_to_be_seen(town: Town) -> None:
    """The first entry stays; the second stands in its place. Nobody corrects what is not there, without a reason, or in a closed case."""
    case = town.file_repair()
    send(town, hearing(town, case))
    town.at(date(2026, 6, 22), time(11))
    with pytest.raises(Conflict):
        send(town, replace(came(town, case), corrects=True, why="误记。"))
    send(town, came(town, case, came="missed", attended="", said="", outcome="迟到。", transcript=""))
    again = replace(came(town, case), corrects=True, why="当事人到场，误记为未到场。")
    for given, error in (
        (replace(again, actor=town.actor("yunxi")), Forbidden), (replace(again, actor=town.actor("hengtuo")), NotFound),
        (replace(again, why=" "), Invalid), (replace(again, transcript=""), Invalid), (replace(again, why="长" * 501), Invalid),
    ):  # fmt: skip
        with pytest.raises(error):
            send(town, given)
    told = len(town.notices("yunxi"))
    send(town, again)
    assert results(town, case) == ["已举行"]
    assert len(town.notices("yunxi")) == told + 1  # what it was told is another thing now
    send(town, replace(came(town, case, outcome="意见予以采纳。", transcript=""), corrects=True, why="结果写反。"))
    assert len(town.notices("yunxi")) == told + 1
    with town.db.read() as tx:
        (first, second) = next(iter(hearing_entries.replaced(tx, town.case(case).id).values()))
        entry = trail(tx, town.law, situation(tx, town.law, town.case(case), town.today))[0]
    assert (first.came, first.outcome, first.why) == ("当事人未到场", "迟到。", "当事人到场，误记为未到场。")
    assert (second.came, second.outcome, second.attended, second.why) == (
        "已举行", "意见不予采纳。", "蒋一舟、陈墨", "结果写反。",
    )  # fmt: skip
    assert (entry.label, entry.reason) == ("更正听证情况", "结果写反。")
    row = town.one(select(meeting.c.outcome, meeting.c.came).where(meeting.c.kind == "hearing"))
    assert tuple(row) == ("意见予以采纳。", "held")
    page = Officer(make(town), town, "examiner@ENV").get(f"/desk/cases/{case}/hearing")
    for said in ("原来的登记", "迟到。", "意见不予采纳。", "意见予以采纳。", "结果写反。", "更正听证情况"):
        assert said in page
    town.sound()
    town.turn(update(cases).where(cases.c.number == case).values(closed_at=town.now))
    with pytest.raises(Conflict):
        send(town, replace(came(town, case, transcript=""), corrects=True, why="再次。"))


def test_a_hearing_is_told_seven_working_days_ahead(town: Town) -> None:
    case = town.file_repair()
    # from Wednesday 10 June: the 18th is eight days ahead and the sixth working day, the 19th to 21st are a holiday
    for day in (18, 21):
        with pytest.raises(Invalid) as told:
            send(town, hearing(town, case, starts_at=datetime(2026, 6, day, 9, tzinfo=times.SHANGHAI)))
        (problem,) = told.value.problems
        assert problem.where == "starts_at"
        assert (
            "至少7个工作日，即不早于2026-06-22（产品默认值，待本地确认）" in problem.text
        )  # what the term rests on, and no law
    page = Officer(make(town), town, "examiner@ENV").get(f"/desk/cases/{case}/hearing")
    assert "在通知以后至少7个工作日，即不早于2026-06-22（产品默认值，待本地确认）" in page
    send(town, hearing(town, case, starts_at=datetime(2026, 6, 22, 9, tzinfo=times.SHANGHAI)))
    assert standing(town, case) == [("06-22 09:00", "听证室", None)]


def test_a_wish_holds_nothing_that_cannot_be_kept(town: Town) -> None:
    case = town.file_repair()
    send(town, hearing(town, case))
    wishes = (
        ("停电。", "6月\x00\x07日", "times"), ("停\x00电。", "6月23日", "reason"),
        ("停电。", "日" * 201, "times"), ("停电。", " ", "times"),
    )  # fmt: skip
    for reason, wish, where in wishes:
        with pytest.raises(Invalid) as told:
            send(town, AskHearingMove(town.actor("yunxi"), case, reason, wish))
        assert [problem.where for problem in told.value.problems] == [where]
    with pytest.raises(Invalid) as told:
        send(town, hearing(town, case, place="听证\x00室", reason="改\x00期"))
    assert [problem.where for problem in told.value.problems] == ["place", "reason"]


def test_what_has_begun_is_neither_moved_nor_cancelled(town: Town) -> None:
    case = town.file_repair()
    examiner = town.actor("examiner@ENV")
    send(town, hearing(town, case))
    send(town, AskHearingMove(town.actor("yunxi"), case, "停电。", "6月24日"))
    town.at(date(2026, 6, 22), time(9))
    for late in (CancelHearing(examiner, case, "当事人放弃。"), RefuseHearingMove(examiner, case, "已经开始。")):
        with pytest.raises(Conflict):
            send(town, late)
    with town.db.read() as tx:
        assert queries.waiting(tx, town.offices["ENV"], town.now) == frozenset()
    send(
        town, hearing(town, case, starts_at=datetime(2026, 7, 3, 9, tzinfo=times.SHANGHAI))
    )  # a second one, no reason asked
    assert standing(town, case) == [("06-22 09:00", "听证室", None), ("07-03 09:00", "听证室", None)]
    assert not any("改期" in title for title in town.notices("yunxi"))
    town.sound()


def test_a_talk_that_was_missed_stays_when_another_is_fixed_and_moved(town: Town) -> None:
    case = booked(town, place="三楼")
    town.at(date(2026, 6, 16), time(10))
    town.do(case, "mark_no_show")
    town.do(case, "serve_notice", inputs={"meeting_at": "2026-06-23T09:30", "place": "三楼"})
    assert standing(town, case) == [("06-16 09:30", "三楼", None), ("06-23 09:30", "三楼", None)]
    town.at(date(2026, 6, 23), time(10))  # agreed by telephone that morning, entered after the hour
    town.do(case, "reschedule", inputs={"meeting_at": "2026-06-25T09:30", "place": "三楼"})
    assert [ended for _, _, ended in standing(town, case)] == [None, "moved", None]


def test_the_officers_are_told_the_hour_of_the_wall_clock(town: Town) -> None:
    case = approved(town)
    town.do(case, "serve_notice", inputs={"meeting_at": "2026-06-16T01:30:00Z", "place": "三楼"})
    assert standing(town, case) == [("06-16 09:30", "三楼", None)]
    told = [line for name in ("acceptor@ENV", "examiner@ENV", "head@ENV") for line in bodies(town, name, "约谈安排")]
    assert told == ["2026-06-16 09:30，三楼。"]


def test_who_leads_keeps_the_rooms(town: Town) -> None:
    head = town.actor("head@ENV")
    for name, error in (("", Invalid), ("三" * 61, Invalid)):
        with pytest.raises(error):
            send(town, OpenRoom(head, "ENV", name))
    with pytest.raises(Forbidden):
        send(town, OpenRoom(town.actor("examiner@ENV"), "ENV", "三楼约谈室"))
    send(town, OpenRoom(head, "ENV", "三楼约谈室"))
    with pytest.raises(Invalid):
        send(town, OpenRoom(head, "ENV", " 三楼约谈室 "))
    room = town.one(select(meeting_room))
    send(town, CloseRoom(head, room.id))
    with pytest.raises(NotFound):
        send(town, CloseRoom(head, room.id))
    send(town, OpenRoom(head, "ENV", "三楼约谈室"))
    assert town.one(select(meeting_room)).closed_at is None


def test_erasing_personal_values_takes_what_was_said_at_a_hearing_too(town: Town) -> None:
    """Also where the trail was erased before the hearing's row was."""
    case = town.file_repair()
    send(town, hearing(town, case))
    town.at(date(2026, 6, 22), time(11))
    send(town, came(town, case))
    row = town.case(case).id
    town.turn(update(cases).where(cases.c.id == row).values(closed_at=town.now))
    erase = ErasePersonal(SYSTEM, case, "本人申请")
    send(town, erase)
    kept = town.one(select(meeting).where(meeting.c.case_id == row))
    assert (kept.attended, kept.said) == (None, None)
    assert (kept.came, kept.outcome) == ("held", "意见不予采纳。")
    with pytest.raises(Conflict):  # nothing is left
        send(town, erase)
    town.turn(update(meeting).where(meeting.c.case_id == row).values(attended="蒋一舟"))
    assert send(town, erase) == 1
    assert town.one(select(meeting).where(meeting.c.case_id == row)).attended is None

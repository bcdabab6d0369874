"""Fines wait for the lines somebody states; older penalties follow one transition rule; a command counts both anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from repairflow.auditing import chain
from repairflow.casework.admin.fine_thresholds import state
from repairflow.casework.cases import record_recount
from repairflow.casework.changes import IssueExtract, RecountRecords, StateThresholds
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.documents import verification
from repairflow.casework.queries.oversight.readiness import waiting_classes
from repairflow.errors import Forbidden, Invalid
from repairflow.records import cases, event, fine_threshold, letter, notice, outbox, own_rule, record
from repairflow.settings import Transition
from tests.support.building import Town

pytestmark = pytest.mark.either_database

REVIEWER = "legal_reviewer@ENV"
APRIL = date(2026, 4, 10)  # decided under the pack of today
DOCUMENT = "《云溪县生态环境行政处罚裁量基准》第三条"


def forget(town: Town) -> None:
    """No office has stated any lines."""
    town.turn(sa.delete(fine_threshold))


def given(town: Town, **changes: Any) -> StateThresholds:
    one = StateThresholds(town.actor(REVIEWER), town.offices["ENV"], "0.5", "50", DOCUMENT, date(2026, 5, 1))
    return replace(one, **changes)


def stated(town: Town, **changes: Any) -> bool:
    with town.db.begin() as tx:
        return state(tx, given(town, **changes), town.now)


def planned(town: Town) -> record_recount.Recount:
    with town.db.read() as tx:
        return record_recount.plan(tx, town.services, town.offices["ENV"], town.now)


def recounted(town: Town, who: str = REVIEWER) -> record_recount.Recount:
    with town.db.begin() as tx:
        found = dispatch(tx, town.services, RecountRecords(town.actor(who), town.offices["ENV"]), town.now)
    assert isinstance(found, record_recount.Recount)
    return found


def heard(town: Town, number: str) -> str:
    """The 信息更正 that a recount opened for what gets heavier: its subject is told, speaks, and another person decides."""
    of = (cases.c.record_id == row(town, number).id, cases.c.procedure == "correction", cases.c.closed_at.is_(None))
    case = town.one(select(cases).where(*of))
    given = {"corrections": case.inputs["corrections"]}
    town.do(case.number, "serve_notice", inputs=given)
    town.do(case.number, "state_defence")
    town.do(case.number, "propose_heard")
    town.do(case.number, "correct", inputs=given)
    return str(case.number)


def row(town: Town, number: str) -> Any:
    return town.one(select(record).where(record.c.number == number))


def events(town: Town, number: str) -> list[str]:
    return [
        one.action for one in town.all(select(event).where(event.c.stream == f"record/{number}").order_by(event.c.seq))
    ]


def test_a_fine_without_lines_is_not_published_and_says_what_it_waits_for(town: Town) -> None:
    forget(town)
    number = town.record(fine="0.02")
    found = row(town, number)
    assert (found.state, found.severity, found.class_waits_for, found.apply_from) == (
        "unpublished",
        "minor",
        "threshold",
        None,
    )
    assert town.all(select(outbox).where(outbox.c.kind == "push")) == []
    with town.db.read() as tx:
        assert list(waiting_classes(tx).values()) == [1]


def notices(town: Town) -> list[str]:
    """The words of the last letter on publication and of an extract, and what the public's page tells of the letter."""
    with town.db.begin() as tx:
        dispatch(tx, town.services, IssueExtract(town.actor("yunxi"), town.subjects["yunxi"]), town.now)
    rows = {one.kind: one for one in town.all(select(letter).order_by(letter.c.id))}
    with town.db.read() as tx:
        page = verification.verification(tx, rows["repair_informed"].token, town.today)
    words = [
        "\n".join(p["text"] for p in rows[kind].content["paragraphs"]) for kind in ("repair_informed", "status_extract")
    ]
    return [*words, "\n".join(said for _, said in page.details)]


def test_letters_say_that_a_class_is_provisional_and_why(town: Town) -> None:
    """A fine without amount beside what is public whatever the amount is."""
    town.record(APRIL, kinds=("confiscate_gains", "fine"), fine=None)
    told, extract, page = notices(town)
    assert (
        "对应的行政处罚信息属暂定的一般失信信息，将依法公示。罚款金额没有填写，暂按一般失信信息处理，写明后重新分类。"
        in told
    )
    assert "一般失信（暂定）" in extract
    assert {"暂定的一般", "罚款金额没有填写，暂按一般失信信息处理，写明后重新分类。"} <= set(page.splitlines())
    town.record(APRIL, kinds=("confiscate_gains", "fine"), fine="2", company="hengtuo")
    settled = town.one(select(letter).where(letter.c.kind == "repair_informed").order_by(letter.c.id.desc()).limit(1))
    assert "暂" not in str(settled.content["paragraphs"])


def test_stated_lines_publish_what_they_class_and_leave_the_rest(town: Town) -> None:
    forget(town)
    small, middle, large = (town.record(APRIL, fine=amount) for amount in ("0.1", "2", "60"))
    assert planned(town).records == ()  # nothing differs from the law while nobody stated a line
    assert stated(town)
    assert not stated(town)  # the same again is no change
    found = planned(town)
    listed = {one.number: (one.before, one.after, one.publicity) for one in (*found.records, *found.held)}
    assert listed == {
        small: ("轻微失信（暂定）", "轻微失信", "不变"), middle: ("轻微失信（暂定）", "一般失信", "开始公示"),
        large: ("轻微失信（暂定）", "严重失信", "开始公示"),
    }  # fmt: skip
    assert row(town, middle).state == "unpublished"  # a list changes nothing
    assert {one.number for one in found.held} == {middle, large}
    recounted(town)
    assert [row(town, one).state for one in (middle, large)] == ["unpublished"] * 2  # heard before
    for one in (middle, large):
        heard(town, one)
    assert [(row(town, one).state, row(town, one).class_waits_for) for one in (small, middle, large)] == [
        ("unpublished", None), ("published", None), ("published", None),
    ]  # fmt: skip
    assert events(town, middle)[:2] == ["enter", "publish"]
    told = town.all(select(outbox).where(outbox.c.kind == "record_changed", outbox.c.record_id == row(town, middle).id))
    assert {one.payload["class"] for one in told} == {"ordinary"}
    assert len(town.all(select(letter).where(letter.c.kind == "repair_informed"))) == 2
    assert planned(town).records == ()
    town.sound()


def test_a_public_record_and_its_open_case_hear_that_the_class_changed(town: Town) -> None:
    number = town.record(APRIL, fine="2")
    case = town.file_objection(number)
    assert stated(town, serious_from_wan="1")
    (one,) = planned(town).held
    assert (one.before, one.after, one.cases, one.publicity) == ("一般失信", "严重失信", (case,), "不变")
    recounted(town)
    assert row(town, number).severity == "ordinary"
    heard(town, number)
    found = row(town, number)
    assert (found.severity, found.min_until, found.max_until) == (
        "serious", found.decision_date.replace(year=found.decision_date.year + 1),
        found.decision_date.replace(year=found.decision_date.year + 3),
    )  # fmt: skip
    told = [
        one.payload
        for one in town.all(select(outbox).where(outbox.c.kind == "record_changed").order_by(outbox.c.id))
        if "class" in one.payload
    ]
    assert (told[-1]["class"], told[-1]["max_until"]) == ("serious", found.max_until.isoformat())
    town.sound()


def test_what_was_public_by_silence_is_no_longer_and_comes_back_when_the_lines_are_stated(town: Town) -> None:
    number = town.record(fine="2")
    forget(town)
    assert [one.publicity for one in planned(town).records] == ["终止公示"]
    recounted(town)
    assert row(town, number).state == "ceased"
    stated(town)
    recounted(town)
    assert row(town, number).state == "ceased"
    heard(town, number)
    found = row(town, number)
    assert (found.state, found.severity, found.class_waits_for) == ("restored", "ordinary", None)
    town.sound()


@pytest.mark.parametrize(
    ("keep", "value"), [("minor", True), ("state", "sealed"), ("class_by_hand", True), ("kind", "other")]
)
def test_what_a_recount_leaves_alone(town: Town, keep: str, value: object) -> None:
    forget(town)
    number = town.record(fine="2")
    town.turn(record.update().where(record.c.number == number).values({keep: value}))
    stated(town)
    recounted(town)
    assert row(town, number).state in ("unpublished", "sealed")


BAD = [
    ({"minor_below_wan": "0"}, "minor_below_wan", "大于零"), ({"minor_below_wan": "-1"}, "minor_below_wan", "大于零"),
    ({"minor_below_wan": "多"}, "minor_below_wan", "数字"), ({"minor_below_wan": "NaN"}, "minor_below_wan", "大于零"),
    ({"minor_below_wan": "0.0000001"}, "minor_below_wan", "六位"), ({"serious_from_wan": "0.5"}, "serious_from_wan", "大于较大数额"),
    ({"document": ""}, "document", "没有填写"), ({"document": "裁量基准"}, "document", "书名号"),
    ({"document_day": date(2999, 1, 1)}, "document_day", "不能晚于今天"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field", "says"), BAD)
def test_lines_that_cannot_be_are_refused(town: Town, changes: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        stated(town, **changes)
    assert [(one.where, says in one.text) for one in refused.value.problems] == [(field, True)]


@pytest.mark.parametrize("who", ["legal_reviewer@MARKET", "head@ENV", "system_admin@CREDIT"])
def test_only_the_offices_own_legal_reviewer_states_and_recounts(town: Town, who: str) -> None:
    one, actor = given(town), town.actor(who)
    command = StateThresholds(
        actor, one.office_id, one.minor_below_wan, one.serious_from_wan, one.document, one.document_day
    )
    for change in (command, RecountRecords(actor, one.office_id), RecountRecords(actor, None)):
        with town.db.begin() as tx, pytest.raises(Forbidden):
            dispatch(tx, town.services, change, town.now)


def test_the_trail_says_who_stated_which_lines_by_which_document(town: Town) -> None:
    stated(town)
    said = town.all(select(event).where(event.c.action == "state_thresholds").order_by(event.c.id))[-1]
    assert (said.stream, said.actor_name) == ("office/ENV", REVIEWER)
    content = chain.content(said.body)
    assert (Decimal(content["minor_below_wan"]), content["document"]) == (Decimal("0.5"), DOCUMENT)


# rule, decided, kinds: last day public by the rule. Under Order 58 three years for each, by Order 36 one year for ordinary.
TRANSITION = [
    ("new", date(2025, 11, 4), "fine", date(2026, 11, 4), "CN-2026"), ("old", date(2025, 11, 4), "fine", date(2028, 11, 4), "CN-2023"),
    ("milder", date(2025, 11, 4), "fine", date(2026, 11, 4), "CN-2026"), ("", date(2025, 11, 4), "fine", date(2026, 11, 4), "CN-2026"),
    ("old", date(2026, 4, 1), "fine", date(2027, 4, 1), "CN-2026"), ("old", date(2026, 3, 31), "fine", date(2029, 3, 31), "CN-2023"),
    ("milder", date(2025, 11, 4), "warning", None, "CN-2026"),
]  # fmt: skip


OLDEST = ("old", date(2023, 4, 3), "stop_business", date(2026, 4, 3), "CN-2023")  # before any pack; over by today


@pytest.mark.parametrize(
    ("later", "rule", "decided", "kind", "until", "pack"),
    [(False, *OLDEST), *((later, *case) for later in (False, True) for case in TRANSITION)],
)
def test_older_penalties_follow_the_stated_rule_by_their_day_of_decision(
    town: Town, later: bool, rule: Transition, decided: date, kind: str, until: date | None, pack: str
) -> None:
    """Two of one kind decided on one day have one period, whenever they came in."""
    document = "《云溪县信用修复工作规则》第九条" if rule else ""
    stated_rule = replace(town.services, transition=rule, transition_document=document)
    if not later:
        town.services = stated_rule
    number = town.record(decided, kinds=(kind,), fine="2" if kind == "fine" else None)
    if later:
        town.services = replace(town.services, transition="new" if rule == "old" else "old")
        recounted(town)
        town.services = stated_rule
        if recounted(town).held:
            heard(town, number)
        if row(town, number).pack == pack and "reclass" in events(town, number):
            said = town.all(select(event).where(event.c.action == "reclass").order_by(event.c.id))[-1]
            content = chain.content(said.body)
            assert (content["transition"], content["transition_document"]) == (rule or "milder", document)
    found = row(town, number)
    assert found.pack == pack
    if until is not None:
        assert found.max_until == until
    else:
        assert found.publish_from is None


def told_of(town: Town) -> str:
    return str(town.all(select(notice).where(notice.c.kind == "reclassed").order_by(notice.c.id))[-1].body)


def test_a_heavier_count_is_told_before_and_decided_by_another_person(town: Town) -> None:
    """行政处罚法 44, 45 by analogy, 复议法实施条例 17: who counts does not decide; the notice tells what is intended."""
    number = town.record(APRIL, fine="2")
    stated(town, serious_from_wan="1")
    (one,) = recounted(town).held
    assert "先告知当事人并听取意见" in one.held
    (again,) = recounted(town).held  # a second count opens no second case
    assert "正在办理信息更正" in again.held
    assert row(town, number).severity == "ordinary"
    case = heard(town, number)
    assert row(town, number).severity == "serious"
    said = {
        one.kind: str(one.content) for one in town.all(select(letter).where(letter.c.case_id == town.case(case).id))
    }
    assert "失信程度由“一般”更正为“严重”" in said["hearing_notice"]
    assert "60日内向云溪县人民政府申请行政复议" in said["case_result"]
    assert "6个月内依法向云溪县人民法院提起行政诉讼" in said["case_result"]
    assert planned(town) == record_recount.Recount(())
    town.sound()


def test_what_was_heard_and_left_is_not_asked_again(town: Town) -> None:
    number = town.record(APRIL, fine="2")
    stated(town, serious_from_wan="1")
    recounted(town)
    case = town.one(select(cases).where(cases.c.procedure == "correction")).number
    town.do(case, "serve_notice", inputs={"corrections": {"pack": "CN-2026"}})
    town.do(case, "state_defence")
    town.do(case, "propose_heard")
    town.do(case, "keep", inputs={"plea_answer": "adopted"})
    (one,) = recounted(town).held
    assert "决定不作更正" in one.held
    assert row(town, number).severity == "ordinary"


def test_a_lighter_count_has_nothing_to_contest(town: Town) -> None:
    town.record(APRIL, fine="2")
    stated(town, minor_below_wan="3")
    recounted(town)
    assert "改为轻微失信" in told_of(town)
    assert "行政复议" not in told_of(town)


def test_a_period_that_nobody_has_read_says_so(town: Town) -> None:
    town.record(APRIL, fine="2")
    town.turn(sa.delete(own_rule).where(own_rule.c.procedure == "periods"))
    stated(town, minor_below_wan="3")
    recounted(town)
    assert "改为轻微失信，自今日起不再公示，该类信息不公示" in told_of(town)


def test_what_is_heavier_waits_and_the_others_go_on(town: Town) -> None:
    stated(town, minor_below_wan="1")
    ordinary, minor = town.record(APRIL, fine="2"), town.record(APRIL, fine="4")
    stated(town, minor_below_wan="3", serious_from_wan="4")
    listed = planned(town)
    assert [one.number for one in listed.records] == [ordinary]
    assert [one.number for one in listed.held] == [minor]
    assert recounted(town).records == listed.records
    assert [row(town, one).severity for one in (ordinary, minor)] == ["minor", "ordinary"]
    assert events(town, minor)[-1] != "reclass"
    heard(town, minor)
    assert row(town, minor).severity == "serious"
    town.sound()


def test_publicity_that_begins_or_begins_again_is_heard_too(town: Town) -> None:
    number = town.record(fine="2")
    forget(town)
    fresh = town.record(fine="2.5")
    recounted(town)
    stated(town)
    assert {one.number for one in recounted(town).held} == {number, fresh}
    assert [row(town, one).state for one in (number, fresh)] == ["ceased", "unpublished"]


def test_publicity_that_begins_for_a_gentler_class_waits_too(town: Town) -> None:
    number = town.record(APRIL, fine="2")
    stated(town, serious_from_wan="1")
    recounted(town)
    heard(town, number)
    town.turn(record.update().where(record.c.number == number).values(state="unpublished"))
    stated(town)
    assert [(one.number, one.after, one.publicity) for one in recounted(town).held] == [
        (number, "一般失信", "开始公示")
    ]

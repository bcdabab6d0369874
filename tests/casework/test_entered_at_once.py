"""What two enter at one moment: there is one, and nobody meets a fault of the program; who takes a step stands in the trail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from repairflow.casework.admin import saved_views
from repairflow.casework.cases import (
    act_entry,
    act_settling,
    followed_subjects,
    means_entry,
    priority,
    service_bodies,
    subject_entry,
)
from repairflow.casework.changes import (
    DeclareMeans,
    EnterActs,
    EnterServiceBody,
    EnterSubject,
    FollowSubjects,
    PreferCase,
    SaveView,
    SettleActs,
)
from repairflow.errors import Conflict, Invalid
from repairflow.law.identifiers import make_uscc
from repairflow.records import (
    act,
    cases,
    event,
    followed_subject,
    learning,
    material,
    repair_means,
    saved_view,
    service_body,
    subject,
)
from tests.casework.test_administering_at_once import Act, race
from tests.support.building import Town

NEW = make_uscc("320830", "MA1N3W7K")
PERMIT = {
    "kind": "permit", "name": "云溪县新来建材有限公司", "code": NEW, "document_number": "溪环许〔2026〕8号",
    "decision_date": "2026-06-08", "title": "准予李某（11010519491231002X）取水", "basis": "申请人 11010519491231002X",
}  # fmt: skip
BODY = {"uscc": NEW, "name": "云溪县新来咨询有限公司", "fees": "每次 500 元", "contact": "0510-55550999"}


def acts(town: Town, who: str = "examiner@ENV", **other: str) -> Act:
    day = (town.today - timedelta(days=2)).isoformat()
    given = EnterActs(town.actor(who), "ENV", ({**PERMIT, "decision_date": day, **other},))
    return lambda tx: act_entry.enter(tx, town.services, given, town.now)


def body(town: Town, who: str = "registrar@CREDIT", **other: str) -> Act:
    given = EnterServiceBody(town.actor(who), {**BODY, **other}, ["advice"])
    return lambda tx: service_bodies.enter(tx, given, town.now)


def role_of(town: Town, action: str) -> str:
    return str(town.all(select(event.c.actor_role).where(event.c.action == action).order_by(event.c.id))[-1].actor_role)


def follows(town: Town, who: str, *codes: str) -> Act:
    given = FollowSubjects(town.actor(who), town.offices["ENV"], codes=codes, purpose="信用监测")
    return lambda tx: followed_subjects.follow(tx, given, town.now)


def test_two_colleagues_follow_the_same_in_another_order(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither waits for the other's rows, and both together follow no more than an office may."""
    one, other, third = (make_uscc("320830", f"MA1N3W7{end}") for end in "KLM")
    two = (follows(town, "acceptor@ENV", one, other), follows(town, "reviewer@ENV", other, one))
    assert race(town, *two) == []
    assert {row.uscc for row in town.all(select(followed_subject))} == {one, other}
    monkeypatch.setattr(followed_subjects, "MOST", 3)
    assert race(town, *two) == []  # those that are followed already count once
    fourth = follows(town, "reviewer@ENV", make_uscc("320830", "MA1N3W7N"))
    (told,) = race(town, follows(town, "acceptor@ENV", third), fourth)
    assert isinstance(told, Invalid)
    assert len(town.all(select(followed_subject))) == 3


def test_rows_of_a_list_are_entered_in_one_order(town: Town) -> None:
    """However they are typed: the order in which locks are taken is the same for all."""
    codes = sorted(make_uscc("320830", f"MA1N3W7{end}") for end in "KLMN")
    with town.db.begin() as tx:
        follows(town, "acceptor@ENV", *reversed(codes))(tx)
    assert [row.uscc for row in town.all(select(followed_subject).order_by(followed_subject.c.id))] == codes


def test_one_new_subject_in_two_deliveries(town: Town) -> None:
    assert race(town, acts(town), acts(town, document_number="溪环许〔2026〕9号")) == []
    (one,) = town.all(select(subject).where(subject.c.uscc == NEW))
    assert one.plain_name
    assert {row.subject_id for row in town.all(select(act))} == {one.id}


def test_one_act_in_two_deliveries(town: Town) -> None:
    (told,) = race(town, acts(town), acts(town))
    assert isinstance(told, Invalid)
    assert "已经在档" in told.problems[0].text
    assert len(town.all(select(act))) == 1


def test_one_body_one_subject_one_view(town: Town) -> None:
    told = race(town, body(town), body(town, name="别的名称"))
    # the second waits for the first: on SQLite before it looks, so that it changes what it finds; else it is told
    name = town.one(select(service_body)).name
    assert [type(one) for one in told] == ([Conflict] if name == BODY["name"] else [])
    form = {"kind": "organisation", "name": "云溪县另一家有限公司", "code": make_uscc("320830", "MA1N3W8K")}
    enters = EnterSubject(town.actor("acceptor@ENV"), form)
    (refused,) = race(town, *(2 * [lambda tx: subject_entry.enter(tx, town.services, enters, town.now)]))
    assert isinstance(refused, (Conflict, Invalid))
    view = SaveView(town.actor("acceptor@ENV"), "急件", "days=3")
    later = replace(view, query="days=5")
    assert race(town, *(lambda tx, v=v: saved_views.save(tx, v, town.now) for v in (view, later))) == []
    assert [row.query for row in town.all(select(saved_view))] == ["days=5"]


def test_numbers_of_persons_in_a_title_are_masked(town: Town) -> None:
    with town.db.begin() as tx:
        acts(town, document_number="溪环许〔2026〕11号")(tx)
    row = town.one(select(act))
    assert "11010519491231002X" not in row.title + row.basis
    assert row.title.startswith("准予李某（")


def test_what_was_kept_from_the_public_can_be_taken_back_and_entered_rightly(town: Town) -> None:
    person = {"subject_kind": "natural_person", "code": "", "id_number": "11010519491231002X", "name": "顾采苓"}
    with town.db.begin() as tx:
        (number,) = acts(town, **person)(tx)  # type: ignore[misc]  # the numbers
        settled = SettleActs(town.actor("reviewer@ENV"), (number,), "publish", "")
        act_settling.settle(tx, settled, town.now)
        assert tx.execute(select(act.c.state)).scalar_one() == "kept"
        act_settling.settle(tx, replace(settled, decision="withdraw", reason="决定日期录错。"), town.now)
        assert acts(town, **person)(tx)
    assert role_of(town, "withdraw_act") == "reviewer"
    assert role_of(town, "enter_act") == "examiner"


def test_a_warning_is_taken_off_with_reasons_and_the_trail_keeps_what_stood_there(town: Town) -> None:
    with town.db.begin() as tx:
        body(town, flag="paid_repair", reason="投诉查实。")(tx)
    for flag in ("", "posing"):
        with pytest.raises(Invalid) as told, town.db.begin() as tx:
            body(town, flag=flag)(tx)
        assert told.value.problems[0].where == "reason"
    with town.db.begin() as tx:
        body(town, "supervisor@CREDIT", reason="复查后认定投诉不实。", fees="不收费")(tx)
    assert town.one(select(service_body)).flag == ""
    bodies = town.all(select(event.c.body).where(event.c.action == "enter_service_body").order_by(event.c.id))
    said = json.loads(bodies[-1].body)["content"]
    was = {"name": BODY["name"], "fees": BODY["fees"], "contact": BODY["contact"], "reason": "投诉查实。"}
    assert said["was"] == was | {"flag": "paid_repair", "services": ["advice"]}
    assert (said["fees"], said["contact"]) == ("不收费", BODY["contact"])
    assert role_of(town, "enter_service_body") == "supervisor"


def test_the_trail_names_the_post_of_who_puts_a_case_first(town: Town) -> None:
    given = PreferCase(town.actor("reviewer@ENV"), town.file_repair(), "urgent", "投标在即。", on=True)
    with town.db.begin() as tx:
        priority.prefer(tx, town.services, given, town.now)
    assert role_of(town, "prefer") == "reviewer"


def means(town: Town, number: str, **form: str) -> Act:
    said = DeclareMeans(town.actor("yunxi"), number, form)
    return lambda tx: means_entry.declare(tx, town.services, said, town.now)


def test_a_file_counts_only_where_its_side_may_see_it(town: Town) -> None:
    number = town.record()
    form = {
        "code": "training", "hours": "3", "issuer": "云溪县环境科学学会", "certificate": "培〔2026〕18号",
        "done_on": (town.today - timedelta(days=20)).isoformat(),
    }  # fmt: skip
    case = town.file_repair(number)
    token = town.material("performance_proof", town.actor("examiner@ENV"))
    own = town.material("performance_proof", town.actor("yunxi"))
    key = town.one(select(cases.c.id).where(cases.c.number == case)).id
    hidden = update(cases).where(cases.c.id == key)
    with town.db.begin() as tx:
        tx.execute(update(material).where(material.c.token.in_((token, own))).values(case_id=key))
        with pytest.raises(Invalid) as told:
            means(town, number, **form, material=token)(tx)  # an officer's paper
        assert [p.where for p in told.value.problems] == ["material"]
        tx.execute(hidden.values(confidential=True))
        with pytest.raises(Invalid):
            means(town, number, **form, material=own)(tx)  # of a case that its subject must not know of
        tx.execute(hidden.values(confidential=False))
        means(town, number, **form, material=own)(tx)
    assert [row.material for row in town.all(select(repair_means.c.material))] == [own]


def test_a_certificate_of_the_quiz_counts_once_for_a_record(town: Town) -> None:
    number, who = town.record(), town.actor("yunxi")
    given = {"code": "learning", "certificate": "xx-2026-000001"}
    with town.db.begin() as tx:
        tx.execute(
            insert(learning).values(
                subject_id=town.subjects["yunxi"], person_id=who.id, version="1", answers=[], score=5, passed=True,
                taken_at=town.now, certificate="XX-2026-000001", expires_on=None,
            )
        )  # fmt: skip
        means(town, number, **given)(tx)
    with pytest.raises(Invalid) as told, town.db.begin() as tx:
        means(town, number, **given)(tx)
    assert "已经登记在这条信息上" in told.value.problems[0].text
    assert len(town.all(select(repair_means))) == 1

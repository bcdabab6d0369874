"""Organisations and offices change: names, heads, successors; what was recorded goes on under whoever acts today."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.casework.changes import ChangeOffice, ChangeRegistration, EndSubject, IssueNotice, SucceedOffice
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.filing import vacant_posts
from repairflow.casework.queries.records import listing, subject_page
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound
from repairflow.records import event, held_row, letter, notice, office, outbox, person, record, role_grant, subject
from tests.casework.test_intake import bring
from tests.support.building import Town

CLERK, AGENT = "registrar@CREDIT", "yunxi"
PROOF = {"day": "2026-06-01", "notice": "（溪）登字〔2026〕第12号"}
NEW = "云溪新环保科技有限公司"


def do(town: Town, command: Any) -> Any:
    with town.db.begin() as tx:
        return dispatch(tx, town.services, command, town.now)


def code(town: Town, short: str = "yunxi") -> str:
    return str(town.one(select(subject.c.uscc).where(subject.c.id == town.subjects[short])).uscc)


def change(town: Town, who: str = CLERK, **given: str) -> Any:
    return do(town, ChangeRegistration(town.actor(who), code(town), PROOF | given))


def end(town: Town, who: str = CLERK, **given: str) -> Any:
    return do(town, EndSubject(town.actor(who), code(town), PROOF | {"kind": "merger"} | given))


def test_a_new_name_and_head_stand_in_file_letters_and_messages(town: Town) -> None:
    number = town.record()
    old = town.one(select(subject).where(subject.c.id == town.subjects["yunxi"]))
    row = change(town, name=NEW, representative="新任某")
    assert (row.name, row.legal_representative) == (NEW, "新任某")
    told = town.all(select(outbox).where(outbox.c.kind == "record_changed").order_by(outbox.c.id.desc()))[0]
    assert told.payload["subject"]["name"] == NEW
    assert told.payload["version"] == town.of_record(number).version
    assert NEW not in old.name
    town.file_repair(number)
    text = town.all(select(letter).order_by(letter.c.id.desc()))[0]
    assert NEW in str(text.content)
    said = town.one(select(event).where(event.c.stream == f"subject/{row.uscc}"))
    assert PROOF["notice"] in said.body.decode()
    assert "变更" in town.all(select(notice.c.title).where(notice.c.kind == "registration"))[0].title
    with town.db.read() as tx:
        page = subject_page.page(tx, town.actor(CLERK), row.uscc)
        assert [one.name for one in page.former] == [old.name]
        assert [one.name for one in subject_page.search_subjects(tx, town.actor(CLERK), old.name)] == [NEW]
        assert "法定代表人由" in page.entries[0].text
    town.sound()


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"name": NEW, "day": "2999-01-01"}, "day"), ({"name": NEW, "day": "昨天"}, "day"), ({"name": NEW, "notice": " "}, "notice"),
        ({}, "name"), ({"name": "字" * 201}, "name"), ({"name": "甲\x00乙"}, "name"),
        ({"name": "。。——"}, "name"), ({"name": "\u3164"}, "name"), ({"name": "云溪\U0001f600公司"}, "name"),
        ({"name": "甲\u202e乙"}, "name"),
    ],
)  # fmt: skip
def test_what_a_notice_cannot_say_is_refused(town: Town, given: dict[str, str], where: str) -> None:
    before = town.counts()
    with pytest.raises(Invalid) as error:
        change(town, **given)
    assert where in [problem.where for problem in error.value.problems]
    assert town.counts() == before


def test_a_name_stands_on_one_line_and_may_bear_a_character_no_font_has_yet(town: Town) -> None:
    assert change(town, name="云溪新环保\n科技\u3000有限公司").name == "云溪新环保 科技 有限公司"
    assert change(town, name="云\U000323b0有限公司").name == "云\U000323b0有限公司"


@pytest.mark.parametrize(("who", "refusal"), [
    (AGENT, NotFound), ("acceptor@MARKET", Forbidden), ("auditor@CREDIT", NotFound), ("acceptor@ENV", None),
])  # fmt: skip
def test_who_may_record_a_change(town: Town, who: str, refusal: type[Exception] | None) -> None:
    town.record()
    if refusal is None:
        assert change(town, who, name=NEW).name == NEW
        return
    for act in (change, end):
        with pytest.raises(refusal):
            act(town, who, name=NEW, successor=code(town, "hengtuo"))


def test_a_successors_people_see_and_handle_what_was_recorded(town: Town) -> None:
    number = town.record()
    assert not seen(town, "hengtuo")
    row = end(town, successor=code(town, "hengtuo"))
    assert (row.ended_on.isoformat(), row.successor_id) == ("2026-06-01", town.subjects["hengtuo"])
    assert seen(town, "hengtuo") == [number]
    told = town.all(select(outbox).where(outbox.c.kind == "record_changed").order_by(outbox.c.id.desc()))[0]
    assert told.payload["subject"]["successor"]["uscc"] == code(town, "hengtuo")
    town.turn(update(subject).values(kind="sole_trader").where(subject.c.id == town.subjects["hengtuo"]))
    town.file_repair(number)
    receipt = town.all(select(letter).order_by(letter.c.id.desc()))[0].content
    assert receipt["addressee"] == "恒拓建材有限公司（云溪环保科技有限公司的承继人）"
    assert receipt["paragraphs"][0]["text"].startswith("你户就")  # as the successor is addressed, not who is no more
    town.turn(update(letter).values(state="withdrawn"))
    told_again = do(town, IssueNotice(town.actor("acceptor@ENV"), number))
    assert told_again.content["addressee"] == receipt["addressee"]
    whom = {one.person_id for one in town.all(select(notice).where(notice.c.kind == "registration"))}
    assert town.people["hengtuo"] in whom
    with pytest.raises(Conflict):
        change(town, name=NEW)
    town.sound()


def seen(town: Town, who: str) -> list[str]:
    with town.db.read() as tx:
        return [row.number for row in listing.listing(tx, town.law, town.actor(who)).rows]


@pytest.mark.parametrize(
    ("given", "where"),
    [({"successor": ""}, "successor"), ({"successor": "x"}, "successor"), ({"kind": "sale", "successor": ""}, "kind")],
)
def test_a_merger_names_who_succeeds(town: Town, given: dict[str, str], where: str) -> None:
    with pytest.raises(Invalid) as error:
        end(town, **given)
    assert [problem.where for problem in error.value.problems] == [where]
    with pytest.raises(Invalid, match="没有登记"):
        end(town, successor=code(town))


def test_a_later_decision_against_one_that_ended_waits_for_a_person(town: Town) -> None:
    do(
        town,
        EndSubject(
            town.actor(CLERK),
            code(town, "hengtuo"),
            PROOF | {"day": "2026-03-01", "kind": "merger", "successor": code(town)},
        ),
    )
    outcome = bring(town, FILE.format(office="云溪县生态环境局", code=code(town, "hengtuo")).encode())
    assert (outcome.new, outcome.held) == (0, 1)
    assert "终止" in outcome.problems[0].reason


def test_one_struck_off_needs_no_successor(town: Town) -> None:
    assert end(town, kind="deregistration").successor_id is None


# offices


def succeed(town: Town, who: str = "system_admin@CREDIT", **given: str) -> int:
    words = {"successor": "MARKET", "day": "2026-06-01", "document": "溪编〔2026〕3号"} | given
    done: int = do(town, SucceedOffice(town.actor(who), "ENV", words))
    return done


def test_open_cases_go_to_the_office_that_took_over(town: Town) -> None:
    number = town.record()
    case = town.file_repair(number)
    waiting = town.file_objection(town.record())
    assert succeed(town) == 2
    market = town.offices["MARKET"]
    assert town.case(case).deciding_id == market
    assert town.case(waiting).provider_id == market
    assert "reroute" in [row.action for row in town.trail(case)]
    with town.db.read() as tx:
        assert number in [row.number for row in listing.listing(tx, town.law, town.actor("acceptor@MARKET")).rows]
    town.do(case, "accept")
    assert town.case(case).state == "verifying"
    later = town.case(town.file_repair(town.record(document="溪环罚〔2026〕77号")))
    assert later.deciding_id == market
    with pytest.raises(Conflict):
        succeed(town)
    town.sound()


@pytest.mark.parametrize(
    ("given", "where"),
    [({"successor": "ENV"}, "successor"), ({"successor": "NONE"}, "successor"), ({"day": "2999-01-01"}, "day"),
     ({"day": ""}, "day"), ({"document": ""}, "document"), ({"successor": ""}, "successor")],
)  # fmt: skip
def test_a_succession_that_cannot_be_is_refused(town: Town, given: dict[str, str], where: str) -> None:
    with pytest.raises(Invalid) as error:
        succeed(town, **given)
    assert where in [problem.where for problem in error.value.problems]
    assert town.one(select(office.c.closed_on).where(office.c.code == "ENV")).closed_on is None


@pytest.mark.parametrize("who", ["head@ENV", "supervisor@CREDIT", "yunxi"])
def test_only_system_administrators_close_an_office(town: Town, who: str) -> None:
    with pytest.raises(Forbidden):
        succeed(town, who)


def test_a_delivery_names_an_office_by_its_former_name(town: Town) -> None:
    old = town.one(select(office).where(office.c.code == "ENV")).name
    do(town, ChangeOffice(town.actor("system_admin@CREDIT"), "ENV", {"name": "云溪县生态环境和林业局"}))
    outcome = bring(town, FILE.format(office=old, code=code(town, "hengtuo")).encode())
    assert (outcome.new, outcome.refused) == (1, 0), outcome.problems
    assert town.one(select(record)).authority_id == town.offices["ENV"]
    assert not town.all(select(held_row))


FILE = (
    "行政相对人名称,行政相对人类别,统一社会信用代码,行政处罚决定文书号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,处罚机关\n"
    "恒拓建材有限公司,法人及非法人组织,{code},溪环罚〔2026〕5号,未采取措施,堆场未覆盖,《大气污染防治法》第一百一十七条,罚款,处罚款贰万元整。,2,2026-03-04,{office}\n"
)


@pytest.mark.parametrize(("left", "said"), [
    ((), "受理人员、核查人员"), (("acceptor",), "没有人担任核查人员"), (None, ""), (("acceptor", "examiner", "reviewer", "decider"), ""),
])  # fmt: skip
def test_a_filing_is_warned_of_posts_that_nobody_holds(town: Town, left: tuple[str, ...] | None, said: str) -> None:
    row = town.of_record(town.record())
    mine = role_grant.c.office_id == town.offices["ENV"]
    with town.db.begin() as tx:
        if left is not None:
            tx.execute(role_grant.delete().where(mine, role_grant.c.role.not_in(left)))
    with town.db.read() as tx:
        procedure = town.law.in_force("repair", town.today)
        told = vacant_posts.warning(tx, procedure, town.actor(AGENT), row)
    assert said in told
    assert bool(told) == bool(said)
    assert "云溪县生态环境局" in told or not said


@pytest.mark.parametrize("closed", [True, False])
def test_supervisors_hear_of_a_filing_that_nobody_can_handle(town: Town, closed: bool) -> None:
    number = town.record()
    if closed:
        with town.db.begin() as tx:
            tx.execute(
                person.update().where(person.c.kind == "staff", person.c.login.contains("@ENV")).values(active=False)
            )
    case = town.file_repair(number)
    told = town.notices("supervisor@CREDIT", "nobody")
    assert bool(told) is closed
    assert not closed or case in told[0]

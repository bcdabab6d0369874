"""Birthdays of people whose document's number tells none: who states one, what follows for letters, records and what comes in later."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import OperationalError

from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases import imported_subjects, subject_entry
from repairflow.casework.changes import EnterSubject, StateBirthday
from repairflow.casework.credit_records import birthday_statement
from repairflow.casework.documents.fields import voice
from repairflow.cli import people
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, RepairFlowError
from repairflow.gateway.penalties.row import PenaltyRow
from repairflow.records import cases, event, mandate, notice, record, role_grant, row_change, subject
from tests.gateway.penalty_samples import YUNXI
from tests.support.building import CHILD, Town

PASSPORT = "E12345678"
PAPERS = ("guardianship", "correction_proof")
WHY = "经核对护照原件，原登记有误"
NOW, CHILDHOOD = date(2026, 6, 10), "2010-05-20"
ADULT = "2000-05-20"


def passport_holder(town: Town) -> str:
    """A record of somebody known by a passport alone, delivered as a child's because nobody can tell."""
    number = town.record(kind="natural_person", minor=True)
    sealed = {"id_index": town.vault.index(PASSPORT), "id_sealed": town.vault.seal(PASSPORT)}
    town.turn(update(subject).values(**sealed).where(subject.c.name == CHILD[0]))
    return number


def delivered(decided: date) -> PenaltyRow:
    """A row of the same person, as a table has it: a passport shows no adult."""
    return PenaltyRow(
        row=2, kind="natural_person", name=CHILD[0], uscc=None, id_number=PASSPORT, minor=True, legal_representative="",
        decision_number="溪罚〔2026〕1号", decision_date=decided, behaviour="", facts="", basis="", penalty_kinds=(),
        penalty_labels=(), content="", fine_wan=None, confiscated_wan=None, valid_until=None, publicity_end=None,
        authority_name="", authority_uscc="", source_office="", source_uscc="", remark="", other=(), warnings=(),
    )  # fmt: skip


def state(town: Town, who: str, number: str, born: str, reason: str = "") -> None:
    given = StateBirthday(town.actor(who), number, born, reason)
    assert not born or born not in repr(given)
    with town.db.begin() as tx:
        birthday_statement.state(tx, town.services, given, town.now)


@pytest.mark.parametrize(("number", "says"), [
    ("110105194912310021", "核对不通过"), ("11010519491231002X", "请把证件种类改为"), ("110105491231002", "18位号码"),
    ("E12345678", ""), ("1234567890123456", ""),
])  # fmt: skip
def test_an_identity_number_is_entered_as_no_passport(town: Town, number: str, says: str) -> None:
    form = {"kind": "natural_person", "name": "顾采苓", "id_kind": "other", "id_number": number, "born": ADULT}
    with town.db.begin() as tx:
        given = EnterSubject(town.actor("acceptor@ENV"), form)
        if not says:
            subject_entry.enter(tx, town.services, given, town.now)
            return
        with pytest.raises(Invalid) as told:
            subject_entry.enter(tx, town.services, given, town.now)
    assert says in next(one.text for one in told.value.problems if one.where == "id_number")


@pytest.mark.parametrize(("name", "says"), [
    ("史密斯", ""), ("囡", ""), ("测试", "像是示例"), ("李某", "不是名称"), ("无名氏", "不是名称"), ("姓名", "不是名称"),
])  # fmt: skip
def test_what_is_no_name_is_entered_as_none(town: Town, name: str, says: str) -> None:
    form = {"kind": "natural_person", "name": name, "id_kind": "other", "id_number": "E12345678", "born": ADULT}
    with town.db.begin() as tx:
        given = EnterSubject(town.actor("acceptor@ENV"), form)
        if not says:
            subject_entry.enter(tx, town.services, given, town.now)
            return
        with pytest.raises(Invalid) as told:
            subject_entry.enter(tx, town.services, given, town.now)
    assert says in next(one.text for one in told.value.problems if one.where == "name")


@pytest.mark.parametrize(("born", "day", "said", "minor"), [
    (None, NOW, "或者其监护人", True), (CHILDHOOD, NOW, "的监护人", True), (CHILDHOOD, date(2028, 5, 20), "的监护人", True),
    (CHILDHOOD, date(2028, 5, 21), "", True), (ADULT, NOW, "", False),
])  # fmt: skip
def test_letters_and_capacity_follow_the_birthday(
    town: Town, born: str | None, day: date, said: str, minor: bool
) -> None:
    number = passport_holder(town)
    case = town.file("minor_repair", number, kinds=PAPERS)
    town.turn(update(cases).values(channel="window"))
    if born:
        state(town, "acceptor@ENV", number, born)
    with town.db.read() as tx:
        found = voice.addressee_of(
            tx, town.vault, situation(tx, town.law, town.case(case), day), "case_result", None, None
        )
    assert found.name == CHILD[0] + said
    assert town.of_record(number).minor is minor  # what a child's procedure asks
    told = town.all(select(event.c.body).where(event.c.action == "state_birthday"))
    assert len(told) == (born is not None)
    kept = [str(row) for row in town.all(select(row_change)) if row.tbl == "subject"]
    assert not born or not any(born in text for text in [*kept, *(row.body.decode() for row in told)])


def test_who_states_it_and_what_is_refused(town: Town) -> None:
    number = passport_holder(town)
    other = town.record(date(2026, 1, 8))
    town.file("minor_repair", number, kinds=PAPERS)  # its guardian has a mandate
    with town.db.begin() as tx:  # a mere agent, and a post that only delivers information
        whose = {"subject_id": town.subjects["child"], "valid_from": date(2020, 1, 1)}
        tx.execute(insert(mandate).values(person_id=town.people["hengtuo's agent"], capacity="agent", **whose))
        tx.execute(
            update(role_grant).where(role_grant.c.person_id == town.people["examiner@ENV"]).values(role="provider")
        )
        tx.execute(
            update(role_grant).where(role_grant.c.person_id == town.people["reviewer@ENV"]).values(role="recorder")
        )
    refused: list[tuple[str, str, str, type[RepairFlowError], str]] = [
        ("hengtuo's agent", number, ADULT, Forbidden, "本人、监护人"), ("examiner@ENV", number, ADULT, Forbidden, "办理人员"),
        ("reviewer@ENV", number, ADULT, Forbidden, "办理人员"),
        ("head@MARKET", number, CHILDHOOD, NotFound, "没有找到"), ("auditor@CREDIT", number, CHILDHOOD, Forbidden, "办理人员"),
        ("acceptor@ENV", number, "", Invalid, "请填写出生日期"), ("acceptor@ENV", number, "2010年5月", Invalid, "请填写出生日期"),
        ("acceptor@ENV", number, "2027-01-01", Invalid, "晚于今天"), ("acceptor@ENV", number, "1899-12-31", Invalid, "早于1900年"),
        ("acceptor@ENV", other, CHILDHOOD, Conflict, "单位、个体工商户"),
    ]  # fmt: skip
    for who, whose, born, error, says in refused:
        with pytest.raises(error) as told:
            state(town, who, whose, born)
        problems = told.value.problems if isinstance(told.value, Invalid) else ()
        assert says in "".join([str(told.value), *(one.text for one in problems)]), (who, born)
    assert town.of_record(number).minor
    # the guardian states it once, an officer corrects it
    state(town, "child", number, CHILDHOOD)
    with pytest.raises(Conflict, match="已经登记"):
        state(town, "child", number, ADULT)
    # who guesses is answered alike, right or wrong, with or without a reason that writes a day
    for guess in (CHILDHOOD, ADULT):
        for reason, says in (
            ("", "请写明"), ("护照所载为2010年5月20日", "不要"), ("应为20000520", "不要"), ("2026-06-09核对", "不要"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as told:
                state(town, "acceptor@ENV", number, guess, reason)
            assert says in told.value.problems[0].text, (guess, reason)
    state(town, "acceptor@ENV", number, CHILDHOOD, WHY)  # what stands already is no event
    state(town, "acceptor@ENV", number, ADULT, WHY)
    assert len(town.all(select(event.c.id).where(event.c.action == "state_birthday"))) == 2
    town.turn(update(subject).values(id_sealed=town.vault.seal(CHILD[1])).where(subject.c.name == CHILD[0]))
    with pytest.raises(Conflict, match="已经表明出生日期"):
        state(town, "acceptor@ENV", number, CHILDHOOD)


def test_other_offices_hear_of_a_correction_and_its_reason_stands_in_their_trail(town: Town) -> None:
    number = passport_holder(town)
    town.turn(update(record).where(record.c.number == number).values(authority_id=town.offices["MARKET"]))
    mine = town.record(date(2026, 1, 8), kind="natural_person", minor=True)
    same = {"subject_id": town.of_record(number).subject_id, "minor": True}
    town.turn(update(record).where(record.c.number == mine).values(**same))
    kind = "birthday_stated"
    state(town, "acceptor@ENV", mine, CHILDHOOD)  # what was delivered as a child's stays so: no news
    assert town.notices("acceptor@MARKET", kind) == []
    state(town, "acceptor@ENV", mine, ADULT, WHY)
    assert town.notices("acceptor@MARKET", kind) == [f"{CHILD[0]}的出生日期已更正"]
    assert town.notices("acceptor@ENV", kind) == []
    (body,) = {row.body for row in town.all(select(notice).where(notice.c.kind == kind))}
    assert number in body
    assert mine not in body
    assert WHY in body
    assert ADULT not in body
    told = town.all(select(event.c.reason).where(event.c.action == "state_birthday").order_by(event.c.id))
    assert [row.reason for row in told] == [None, None, WHY, WHY]
    assert not town.of_record(number).minor


def test_who_names_the_person_goes_on_and_an_import_waits_while_a_birthday_is_stated(town: Town) -> None:
    number = passport_holder(town)
    key = town.of_record(number).subject_id
    if town.db.is_sqlite:
        return  # one writes at a time there
    with town.db.begin() as tx, town.db.engine.connect() as other:
        birthday_statement.state(tx, town.services, StateBirthday(town.actor("acceptor@ENV"), number, ADULT), town.now)
        other.execute(text("SET lock_timeout = '50ms'"))
        # what a foreign key takes: a step of a case, which holds its record, never waits for the person
        assert other.execute(
            select(subject.c.id).where(subject.c.id == key).with_for_update(read=True, key_share=True)
        ).one()
        with pytest.raises(OperationalError, match="lock timeout"):
            imported_subjects.aged(other, town.vault, delivered(date(2018, 5, 21)), key)


def test_it_is_kept_with_a_mandate_and_for_what_is_delivered_later(town: Town) -> None:
    number = passport_holder(town)
    admin = SYSTEM
    for born, says in (("2027-01-01", "晚于今天"), (ADULT, ""), (CHILDHOOD, "请留空"), (ADULT, "请留空")):
        with town.db.begin() as tx:
            wanted = (tx, town.services, admin, PASSPORT, born, town.now)
            if says:
                with pytest.raises(Invalid) as told:
                    birthday_statement.with_mandate(*wanted)
                assert says in told.value.problems[0].text
            else:
                birthday_statement.with_mandate(*wanted)
    assert not town.of_record(number).minor
    key = town.of_record(number).subject_id
    for decided, minor in ((date(2018, 5, 20), True), (date(2018, 5, 21), False)):
        with town.db.begin() as tx:
            assert imported_subjects.aged(tx, town.vault, delivered(decided), key).minor is minor
    with pytest.raises(Invalid), town.db.begin() as tx:  # a company has none
        birthday_statement.with_mandate(tx, town.services, admin, "91320830MA1X2Y3T9U", ADULT, town.now)


def test_it_is_stated_with_a_mandate_on_the_command_line(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    passport_holder(town)
    monkeypatch.setenv("REPAIRFLOW_HOME", str(town.settings.home))
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", town.settings.database_url)
    town.settings.keys.mkdir(parents=True, exist_ok=True)
    (town.settings.keys / "vault.key").write_bytes(b"v" * 32)  # the town's
    for code, born, says in (
        (PASSPORT, "2099-01-01", "晚于今天"), (PASSPORT, "x", "请填写出生日期，如 2010-05-20"), (YUNXI, CHILDHOOD, "不填出生日期"),
        (PASSPORT, CHILDHOOD, "已登记 yunxi 可以代表"),
    ):  # fmt: skip
        line = ["mandate", "yunxi", code, "--capacity", "representative", "--born"]
        ended = CliRunner().invoke(people.user, line, input=f"{born}\n{born}\n")  # typed at the prompt
        refused = ended.exception.problems if isinstance(ended.exception, Invalid) else ()
        assert says in "".join([ended.output, *(one.text for one in refused)]), born
        assert (ended.exit_code == 0) == ("已登记" in says)
    kept = town.one(select(subject.c.born_sealed).where(subject.c.name == CHILD[0])).born_sealed
    assert town.vault.open(kept) == CHILDHOOD

"""Whom a note may name: the people of the case's offices and of their heirs, never more than one can choose from."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.cases.note_readers import OFFERED, READ_BY, colleagues, writes_as
from repairflow.casework.changes import AddNote
from repairflow.casework.dispatch import dispatch
from repairflow.casework.permissions import OFFICE_OF_ROLE, may_note
from repairflow.errors import Invalid
from repairflow.records import cases, notice, office, person, role_grant
from repairflow.records.rows import CaseRow, one_row
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make


def hire(town: Town, login: str, name: str, *places: str) -> None:
    """Somebody who examines in these offices."""
    with town.db.begin() as tx:
        who = {"login": login, "name": name, "kind": "staff", "active": True}
        key = tx.execute(insert(person).values(**who).returning(person.c.id)).scalar_one()
        posts = [{"person_id": key, "role": "examiner", "office_id": town.offices[place]} for place in places]
        tx.execute(insert(role_grant), posts)


def offered(town: Town, number: str, who: str, most: int, name: str | None = None) -> list[str]:
    with town.db.begin() as tx:
        row = one_row(tx.execute(select(cases).where(cases.c.number == number)), CaseRow)
        return [one.login for one in colleagues(tx, town.actor(who), row, town.today, most, name)]


def note(town: Town, case: str, *named: str) -> list[str]:
    """The names of whom a note by the acceptor told."""
    with town.db.begin() as tx:
        dispatch(tx, town.services, AddNote(town.actor("acceptor@ENV"), case, "看一下", named), town.now)
        told = select(person.c.login).join(notice, notice.c.person_id == person.c.id)
        return sorted(tx.execute(told.where(notice.c.kind == "note")).scalars())


def test_people_of_the_offices_and_of_their_heirs_are_found_by_name(town: Town) -> None:
    case = town.file_repair()
    acceptor = "acceptor@ENV"
    visitor = Visitor(make(town), town, acceptor)
    page = visitor.get(f"/desk/cases/{case}")
    assert ('name="named" id="named-1"' in page, 'name="names"' in page) == (True, False)
    assert "examiner@MARKET" not in offered(town, case, acceptor, OFFERED)
    with town.db.begin() as tx:  # the market office takes the other's powers over
        heir = {"successor_id": town.offices["MARKET"]}
        tx.execute(update(office).where(office.c.id == town.offices["ENV"]).values(**heir))
    assert {"examiner@MARKET", "examiner@ENV"} <= set(offered(town, case, acceptor, OFFERED))
    assert note(town, case, "examiner@MARKET") == ["examiner@MARKET"]
    hire(town, "wang1", "王芳", "ENV", "MARKET")  # with two posts, and still one person
    assert offered(town, case, acceptor, OFFERED, "王芳") == ["wang1"]
    assert "wang1" in note(town, case, "王芳")
    hire(town, "wang2", "王芳", "ENV")
    for named, says in (("王芳", "wang1（"), ("王\x00芳", "提到谁"), ("王" * 81, "80"), ("李芳", "不能查看这个办件")):
        with pytest.raises(Invalid) as refused:
            note(town, case, named)
        assert [(one.where, says in one.text) for one in refused.value.problems] == [("note-named", True)]

    for number in range(OFFERED):
        hire(town, f"many{number}", f"同事{number}", "ENV")
    assert len(offered(town, case, acceptor, OFFERED)) == OFFERED
    page = visitor.get(f"/desk/cases/{case}")
    assert ('name="named"' in page, 'name="names"' in page) == (False, True)
    sent = {"command_id": "note-to-two", "text": "请两位看一下", "names": "同事3、 many4"}
    assert visitor.post(f"/desk/cases/{case}/notes", sent).status_code == 303
    assert offered(town, case, acceptor, 1, "同事3") == ["many3"]
    told = {one for who in ("many3", "many4") for one in told_of(town, who)}
    assert len(told) == 1
    assert case in told.pop()


def told_of(town: Town, login: str) -> list[str]:
    titles = select(notice.c.title).join(person, person.c.id == notice.c.person_id)
    return [row.title for row in town.all(titles.where(person.c.login == login, notice.c.kind == "note"))]


def test_the_words_name_all_who_read_and_who_only_reads_writes_nothing(town: Town) -> None:
    row = town.case(town.file_repair())
    audits = Actor(10**6, "审计管理员", "staff", frozenset({("audit_admin", town.offices["CREDIT"])}))
    for actor, words, writes in (
        (town.actor("acceptor@ENV"), "办件有关单位的工作人员", "acceptor"),
        (town.actor("auditor@CREDIT"), "审计人员", None),
        (audits, "审计管理员", None),
        (town.actor("examiner@MARKET"), None, None),
        (town.actor("system_admin@CREDIT"), None, None),
        (town.actor("yunxi"), None, None),
    ):
        assert (may_note(actor, row), writes_as(actor, row)) == (words is not None, writes), actor
        assert words is None or words in READ_BY
    town.turn(update(cases).values(**dict.fromkeys(OFFICE_OF_ROLE.values(), town.offices["MARKET"])))
    foreign = town.case(row.number)
    assert (may_note(town.actor("supervisor@CREDIT"), foreign), "信用办的督办人员" in READ_BY) == (True, True)

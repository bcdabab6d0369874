"""A change of an organisation that was entered by mistake is taken back: all that it brought, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from repairflow.casework import party_names
from repairflow.casework.cases.registration_undone import standing
from repairflow.casework.changes import EndSubject, TakeBackRegistration
from repairflow.casework.queries.records import subject_page
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound
from repairflow.law.identifiers import make_uscc
from repairflow.records import event, notice, outbox, subject
from tests.casework.test_succession import CLERK, NEW, PROOF, change, code, do, end, seen
from tests.support.building import Town


def last(town: Town, short: str = "yunxi") -> int:
    with town.db.read() as tx:
        return standing(tx, code(town, short))[0].seq


def back(town: Town, who: str = CLERK, short: str = "yunxi", reason: str = "登记错了企业", **given: int) -> Any:
    seq = given.get("seq") or last(town, short)
    return do(town, TakeBackRegistration(town.actor(who), code(town, short), seq, reason))


def row_of(town: Town, short: str = "yunxi") -> Any:
    return town.one(select(subject).where(subject.c.id == town.subjects[short]))


def former(town: Town) -> tuple[str, ...]:
    with town.db.read() as tx:
        return party_names.former(tx, town.subjects["yunxi"])


def told(town: Town) -> Any:
    return town.all(select(outbox).where(outbox.c.kind == "record_changed").order_by(outbox.c.id.desc()))[0].payload


def test_a_name_and_head_entered_by_mistake_are_taken_back(town: Town) -> None:
    town.record()
    old = row_of(town)
    change(town, name=NEW, representative="新任某")
    back(town)
    now = row_of(town)
    assert (now.name, now.legal_representative, former(town)) == (old.name, old.legal_representative, ())
    assert (now.plain_name, now.initials) == (old.plain_name, old.initials)
    assert told(town)["subject"]["name"] == old.name
    with town.db.read() as tx:
        entries = subject_page.page(tx, town.actor(CLERK), code(town)).entries
        assert subject_page.search_subjects(tx, town.actor(CLERK), NEW) == ()  # it never had that name
    assert ["登记错了企业" in entries[0].text, "已撤回" in entries[1].text, [one.seq for one in entries]] == [
        True,
        True,
        [0, 0],
    ]
    town.sound()


def test_the_last_goes_first_and_an_earlier_name_stays(town: Town) -> None:
    old = row_of(town).name
    change(town, name=NEW)
    first = last(town)
    change(town, name=old, day="2026-06-02")
    change(town, name=NEW, day="2026-06-03")
    with pytest.raises(Conflict, match="又有登记"):
        back(town, seq=first)
    back(town)
    assert (row_of(town).name, former(town)) == (old, (NEW,))  # it was called so from the first change to the second
    back(town)
    assert (row_of(town).name, former(town)) == (NEW, (old,))
    back(town)
    assert (row_of(town).name, former(town)) == (old, ())
    with town.db.read() as tx:
        assert standing(tx, code(town)) == []
    with pytest.raises(Conflict):
        back(town, seq=first)


def test_an_end_and_its_successor_are_taken_back(town: Town) -> None:
    number = town.record()
    do(town, EndSubject(town.actor(CLERK), code(town, "hengtuo"), PROOF | {"kind": "merger", "successor": code(town)}))
    name, uscc = "云溪承继有限公司", make_uscc("320830", "MA5P6Q7R")
    town.turn(insert(subject).values(kind="organisation", name=name, plain_name=name, initials="yxcj", uscc=uscc))
    third = town.one(select(subject).where(subject.c.name == name))
    end(town, successor=third.uscc)
    assert row_of(town, "hengtuo").successor_id == third.id  # handed on
    assert seen(town, "hengtuo") == []
    back(town)
    now = row_of(town)
    assert (now.ended_on, now.successor_id) == (None, None)
    assert row_of(town, "hengtuo").successor_id == town.subjects["yunxi"]
    assert seen(town, "yunxi") == [number]
    assert told(town)["subject"].get("successor") is None
    whom = {one.person_id for one in town.all(select(notice).where(notice.c.title.startswith("已撤回变更登记")))}
    assert town.people["yunxi"] in whom
    change(town, name=NEW)  # it lives
    town.sound()


@pytest.mark.parametrize(
    ("who", "refusal"), [("yunxi", NotFound), ("acceptor@MARKET", Forbidden), ("auditor@CREDIT", NotFound)]
)
def test_who_may_not_take_back(town: Town, who: str, refusal: type[Exception]) -> None:
    change(town, name=NEW)
    with pytest.raises(refusal):
        back(town, who)
    assert row_of(town).name == NEW


def test_what_cannot_be_taken_back_says_why(town: Town) -> None:
    change(town, name=NEW)
    with pytest.raises(Invalid) as error:
        back(town, reason=" ")
    assert [problem.where for problem in error.value.problems] == ["reason"]
    town.turn(update(subject).values(name="云溪另名有限公司").where(subject.c.id == town.subjects["yunxi"]))
    with pytest.raises(Conflict, match="又有变动"):
        back(town)
    assert town.all(select(event).where(event.c.action == "take_back_registration")) == []

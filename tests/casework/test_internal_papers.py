"""Papers between offices are no letters of the subject: it finds them in no list, no file and under no address."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from repairflow.casework.documents import lookup
from repairflow.casework.documents.revisions import events
from repairflow.casework.documents.service import service
from repairflow.casework.permissions import INTERNAL
from repairflow.casework.queries import printables
from repairflow.casework.queries.cases import view
from repairflow.errors import Forbidden, NotFound
from repairflow.records import cases as table
from repairflow.records import letter
from tests.support.building import Town

pytestmark = pytest.mark.either_database

OWN = ("yunxi", "yunxi's agent")
INSIDE = ("acceptor@ENV", "registrar@CREDIT", "auditor@CREDIT")


def internal(town: Town, case: str, kind: str) -> str:
    """A paper of a kind among the letters of a case, made; its token."""
    like = town.one(select(letter).where(letter.c.case_id == town.case(case).id).limit(1))._asdict()
    made = {"kind": kind, "number": f"内〔2026〕{kind}", "token": f"token-of-{kind}", "title": kind}
    made["content"] = {**like["content"], "addressee": "云溪县生态环境局", "cc": []}
    del like["id"]
    town.turn(insert(letter).values(**like | made | {"pressed_at": town.now, "round": 1}))
    return made["token"]


@pytest.mark.parametrize("kind", INTERNAL)
@pytest.mark.parametrize("who", [*OWN, *INSIDE])
def test_only_offices_and_auditors_find_internal_papers(town: Town, kind: str, who: str) -> None:
    case = town.file_repair()
    token, actor = internal(town, case, kind), town.actor(who)
    inside = who in INSIDE
    with town.db.read() as tx:
        seen = view.view(tx, town.law, actor, case, town.now)
        assert (kind in {row.kind for row in seen.letters}) == inside
        assert "repair_receipt" in {row.kind for row in seen.letters}
        assert (kind in {row.kind for row in lookup.letters_of_record(tx, actor, seen.record.id)}) == inside
    with town.db.begin() as tx:
        if inside:
            assert lookup.letter_for(tx, actor, token).kind == kind
            return
        for reach in (lookup.letter_for, events.locked):
            with pytest.raises(NotFound):
                reach(tx, actor, token)
        with pytest.raises(NotFound):
            service.receive(tx, town.services, actor, token, town.now)


def test_who_speaks_for_the_subject_and_sits_in_another_office_sees_nothing_inside(town: Town) -> None:
    """An officer who has a mandate sees his company's case as its agent: a post elsewhere opens nothing."""
    case = town.file_repair()
    town.do(case, "accept")
    token = internal(town, case, "supervision_slip")
    both = town.actor("acceptor@MARKET", "yunxi's agent")
    with town.db.read() as tx:
        assert "supervision_slip" not in {row.kind for row in view.view(tx, town.law, both, case, town.now).letters}
        with pytest.raises(NotFound):
            lookup.letter_for(tx, both, token)
        for kind in printables.SLIPS:
            with pytest.raises(Forbidden):
                printables.slip(tx, town.services, both, case, kind, town.now)
            assert printables.slip(tx, town.services, town.actor("head@ENV"), case, kind, town.now).kind == kind


def test_a_case_of_others_about_ones_record_keeps_its_letters(town: Town) -> None:
    """严格保密：letters of a confidential case about a record are not among the record's letters for its subject."""
    case = town.file_repair()
    record_id = town.case(case).record_id
    with town.db.read() as tx:
        assert lookup.letters_of_record(tx, town.actor("yunxi"), record_id)
    town.turn(update(table).where(table.c.number == case).values(confidential=True))
    with town.db.read() as tx:
        assert lookup.letters_of_record(tx, town.actor("yunxi"), record_id) == ()

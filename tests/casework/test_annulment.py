"""A decision that a court or an office undid: one person of the authority proposes, another confirms, everybody is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from repairflow.casework.changes import DecideHeldRow, ProposeAnnulment
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.records import redress as redress_queries
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound
from repairflow.records import event, held_row, notice, outbox, subject, target, withdrawal_statement
from tests.support.building import Town

WORDS = {
    "ground": "court", "document": "（2026）苏0830行初12号行政判决书", "day": "2026-06-01", "reason": "判决已经生效",
}  # fmt: skip


def do(town: Town, command: Any) -> Any:
    with town.db.begin() as tx:
        return dispatch(tx, town.services, command, town.now)


def propose(town: Town, number: str, who: str = "acceptor@ENV", **given: str) -> int:
    item: int = do(town, ProposeAnnulment(town.actor(who), number, **(WORDS | given)))
    return item


def test_two_people_annul_and_platforms_and_subject_hear_of_it(town: Town) -> None:
    number = town.record(measured=True)
    item = propose(town, number)
    assert town.of_record(number).state == "published"
    assert town.notices("decider@ENV", "held_row")
    for who, refusal in (("acceptor@ENV", Forbidden), ("decider@MARKET", NotFound)):
        with pytest.raises(refusal):
            do(town, DecideHeldRow(town.actor(who), item, True, "同意"))
    assert do(town, DecideHeldRow(town.actor("decider@ENV"), item, True, "已核对判决书")) == "accepted"
    row = town.of_record(number)
    assert (row.state, row.annulled_at is not None) == ("sealed", True)
    told = [push for push in town.all(select(outbox)) if push.kind == "record_changed"][-1]
    assert told.payload["state"] == "sealed"
    assert town.all(select(notice).where(notice.c.kind == "ended"))
    said = town.one(select(event).where(event.c.action == "annul_record"))
    assert WORDS["document"] in said.body.decode()
    with pytest.raises(Conflict):
        propose(town, number)
    town.sound()


@pytest.mark.parametrize(("also", "shown"), [("done", "waiting"), ("dead", "dead")])
def test_a_platform_with_two_messages_is_one_line_that_tells_what_is_left_to_do(
    town: Town, also: str, shown: str
) -> None:
    number = town.record()
    do(town, DecideHeldRow(town.actor("decider@ENV"), propose(town, number), True, "已核对判决书"))
    sent = town.all(select(outbox).where(outbox.c.kind == "record_changed").order_by(outbox.c.id))[-1]
    again = {**sent._mapping, "key": "again", "state": also, "next_at": None}
    town.turn(insert(outbox).values({name: value for name, value in again.items() if name != "id"}))
    with town.db.read() as tx:
        page = redress_queries.of_offices(tx, town.actor("decider@ENV"))
        found = redress_queries.receipts(tx, page.rows)
        name = tx.execute(select(target.c.name).where(target.c.id == sent.target_id)).scalar_one()
    assert [one.state for one in found if one.name == name] == [shown]


@pytest.mark.parametrize(
    ("given", "where"),
    [({"ground": "whim"}, "ground"), ({"document": " "}, "document"), ({"day": "2999-01-01"}, "day"),
     ({"day": "2001-01-01"}, "day"), ({"day": "x"}, "day"), ({"reason": ""}, "reason"), ({"reason": "长" * 501}, "reason")],
)  # fmt: skip
def test_a_faulty_proposal_changes_nothing(town: Town, given: dict[str, str], where: str) -> None:
    number = town.record()
    with pytest.raises(Invalid) as error:
        propose(town, number, **given)
    assert [problem.where for problem in error.value.problems] == [where]
    assert not town.all(select(held_row))


@pytest.mark.parametrize(("who", "refusal"), [
    ("yunxi", Forbidden), ("acceptor@MARKET", NotFound), ("auditor@CREDIT", Forbidden),
])  # fmt: skip
def test_only_the_authority_proposes(town: Town, who: str, refusal: type[Exception]) -> None:
    number = town.record()
    with pytest.raises(refusal):
        propose(town, number, who)
    assert not town.all(select(held_row))


def test_the_question_is_asked_once(town: Town) -> None:
    number = town.record()
    item = propose(town, number)
    with pytest.raises(Conflict, match="待核对"):
        propose(town, number, "examiner@ENV")
    assert do(town, DecideHeldRow(town.actor("decider@ENV"), item, False, "判决尚未生效")) == "refused"
    assert town.of_record(number).state == "published"
    assert propose(town, number)


def confirmed(town: Town, item: int) -> list[Any]:
    """What is stated publicly once a second person confirms."""
    do(town, DecideHeldRow(town.actor("decider@ENV"), item, True, "已核对"))
    return [(one.change, one.reason) for one in town.all(select(withdrawal_statement))]


def test_the_document_is_stated_publicly(town: Town) -> None:
    item = propose(town, town.record())
    told = f"人民法院判决撤销、变更，或者确认违法、无效：{WORDS['document']}（2026年6月1日）"
    assert confirmed(town, item) == [("annulled", told)]
    town.sound()


def test_of_what_was_never_public_nothing_is_stated(town: Town) -> None:
    """A record that was kept back has days of publicity, too."""
    number = town.record(minor=True)
    row = town.of_record(number)
    assert (row.state, row.publish_from is not None) == ("unpublished", True)
    assert confirmed(town, propose(town, number, document="关于黎某的决定 13800138000")) == []


@pytest.mark.parametrize("document", ["（2026）苏0830行初12号，联系电话13800138000", "宋远山诉生态环境局一案判决书"])
def test_a_document_that_nobody_may_read_is_refused(town: Town, document: str) -> None:
    """It holds a number of a person, or the name of who represents the very company."""
    number = town.record()
    with pytest.raises(Invalid) as error:
        propose(town, number, document=document)
    assert [problem.where for problem in error.value.problems] == ["document"]
    item = propose(town, number)
    reasons = [{**one, "reason": document} for one in town.one(select(held_row)).reasons]
    town.turn(update(held_row).values(reasons=reasons))  # of an earlier version, which let it pass
    with pytest.raises(Invalid, match="重新提出"):
        confirmed(town, item)
    assert town.of_record(number).state == "published"


def test_words_like_the_name_of_somebody_else_are_stated(town: Town) -> None:
    """Only names of this record's persons are looked for: another's may be any word."""
    sealed = {"id_index": town.vault.index("320830199001011233"), "id_sealed": town.vault.seal("320830199001011233")}
    town.turn(insert(subject).values(kind="natural_person", name="黎小满", plain_name="黎小满", **sealed))
    document = "黎小满诉生态环境局一案判决书"
    ((_, told),) = confirmed(town, propose(town, town.record(), document=document))
    assert document in told


def test_the_faults_of_a_delivered_row_are_not_stated(town: Town) -> None:
    item = propose(town, town.record())
    delivered = [
        {"field": "CF_ZT", "label": "当前状态", "reason": "该处罚已经撤销，不再导入"},
        {"field": "CF_FRDB", "label": "法定代表人", "reason": "“黎小满”与档案不符"},
    ]
    town.turn(update(held_row).values(reasons=delivered))
    ((_, told),) = confirmed(town, item)
    assert "两人核对" in told
    assert "黎小满" not in told

"""Withdrawing a letter moves no record: one that tells a decision stays as long as the decision holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.casework.documents.revisions import withdrawable
from repairflow.casework.documents.revisions.letter_correction import CorrectLetter, withdraw
from repairflow.casework.queries.documents.verification import verification
from repairflow.errors import Refused
from repairflow.letters.text.templates import kinds
from repairflow.records import letter, office, outbox, record
from repairflow.records.rows import LetterRow, all_rows
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database

HEARD = ("accept", "report_verification", "serve_notice", "state_defence")


def newest(town: Town, kind: str) -> LetterRow:
    with town.db.read() as tx:
        rows = all_rows(tx.execute(select(letter).where(letter.c.kind == kind).order_by(letter.c.id)), LetterRow)
        return list(rows)[-1]


def take_back(town: Town, row: LetterRow, command: str = "w") -> None:
    code = town.one(select(office.c.code).where(office.c.id == row.office_id)).code
    with town.db.begin() as tx:
        withdraw(
            tx, CorrectLetter(row.token, town.actor(f"head@{code}"), f"{command}/{row.number}", "误发。"), town.now
        )


def said(town: Town, row: LetterRow) -> tuple[str, str]:
    with town.db.read() as tx:
        found = verification(tx, row.token, town.today)
    return found.state_label, found.ended


def revoked(town: Town) -> None:
    revocation = town.file("revocation", None, town.actor("examiner@ENV"), case=town.granted())
    town.steps(revocation, "serve_notice", "state_defence", "propose_revocation", "revoke")


def denied(town: Town) -> str:
    case = town.file_repair()
    town.steps(case, *HEARD, "propose_denial", "deny")
    return case


def lapsed(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "request_supplement")
    town.serve(case)
    town.at(timedelta(days=30))
    town.sweep()


def annulled(town: Town) -> None:
    objection = town.file_objection(town.record())
    town.steps(objection, "accept", "consult", "report_finding", "uphold_annul")


def ordered(town: Town) -> None:
    town.do(town.begin("rectification"), "issue")


SITUATIONS: list[tuple[Any, str]] = [
    (revoked, "revocation"), (denied, "repair_denied"), (lapsed, "repair_lapsed"), (annulled, "objection_result"),
    (lambda town: town.listed(), "listing_decision"), (ordered, "rectification_order"),
    (lambda town: town.do(town.file_repair(), "refuse"), "repair_not_accepted"),
    (lambda town: town.granted(), "repair_granted"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "kind"), SITUATIONS, ids=[kind for _, kind in SITUATIONS])
def test_the_letter_of_a_decision_that_holds_is_not_withdrawn(town: Town, made: Any, kind: str) -> None:
    made(town)
    row, before = newest(town, kind), town.counts()
    with pytest.raises(Refused) as caught:
        take_back(town, row)
    (refusal,) = caught.value.refusals
    assert refusal.code == "decision_stands"
    assert "更正或者重新出具" in refusal.text
    assert town.counts() == before
    assert said(town, row) == ("有效", "")


def test_record_page_and_pushes_agree_after_a_refused_withdrawal(town: Town) -> None:
    revoked(town)
    pushed = len(town.all(select(outbox.c.id).where(outbox.c.kind == "letter_change")))
    with pytest.raises(Refused):
        take_back(town, newest(town, "revocation"))
    assert town.one(select(record)).state == "restored"
    assert said(town, newest(town, "repair_granted")) == ("有效", "已被撤销")
    assert len(town.all(select(outbox.c.id).where(outbox.c.kind == "letter_change"))) == pushed


def test_once_a_decision_was_ended_its_letter_may_be_withdrawn_and_what_ended_it_may_not(town: Town) -> None:
    revoked(town)
    granted = newest(town, "repair_granted")
    take_back(town, granted)
    assert said(town, granted) == ("已撤回", "")
    with pytest.raises(Refused):
        take_back(town, newest(town, "revocation"))


def test_a_decision_that_a_court_annulled_is_over(town: Town) -> None:
    case = denied(town)
    remedy = town.file(
        "remedy", None, who=town.actor("acceptor@ENV"), case=case, kind="litigation", kinds=("acceptance_document",)
    )
    paper = town.material("outcome_document", town.actor("examiner@ENV"))
    inputs = {"outcome": "annulled", "effective_on": town.today.isoformat()}
    town.do(remedy, "report_outcome", inputs=inputs, materials=(paper,))
    town.at(timedelta(hours=1))
    town.do(remedy, "carry_annulment")
    take_back(town, newest(town, "repair_denied"))
    assert said(town, newest(town, "repair_denied"))[0] == "已撤回"


def test_notices_and_receipts_are_withdrawn_as_before(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "accept")
    for kind in ("repair_receipt", "repair_accepted"):
        take_back(town, newest(town, kind))
        assert said(town, newest(town, kind)) == ("已撤回", "")


def test_a_letter_withdrawn_by_an_earlier_version_still_ended_what_it_ended(town: Town) -> None:
    revoked(town)
    town.turn(update(letter).where(letter.c.kind == "revocation").values(state="withdrawn"))
    assert said(town, newest(town, "repair_granted")) == ("有效", "已被撤销")


def test_the_page_says_why_and_offers_no_form(town: Town) -> None:
    denied(town)
    head = Visitor(make(town), town, "head@ENV")
    page = head.get(f"/letters/{newest(town, 'repair_denied').token}")
    assert "所作的决定仍然有效，不能只撤回文书" in page
    assert "撤回后公众查验会显示" not in page
    other = head.get(f"/letters/{newest(town, 'repair_receipt').token}")
    assert "撤回后公众查验会显示" in other


def test_every_kind_is_either_a_decision_or_may_be_withdrawn() -> None:
    free = {kind for kind in kinds() if not withdrawable.tells_a_decision(kind)}
    assert {"repair_receipt", "repair_informed", "letter_correction", "supplement_required", "extension"} <= free
    assert not free & {"revocation", "annulment_decision", "repair_lapsed", "intake_result", "interview_notice"}

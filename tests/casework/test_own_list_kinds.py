"""Which lists there may be is confirmed for each kind: a confirmation of how one is listed covers no kind that it does not name."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from repairflow.casework.admin.own_rules import confirm, shown
from repairflow.casework.changes import ConfirmRules
from repairflow.casework.confirmed_rules import Rule
from repairflow.db import Database
from repairflow.errors import Invalid, Refused
from repairflow.law import own_rule_ranks
from repairflow.law.confirmable_lists import LIST_KINDS
from repairflow.records import letter, own_rule
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.law_stories.test_listing_story import listing
from tests.support.building import REGULATIONS, Town, stated_rules

pytestmark = pytest.mark.either_database
SERIOUS = "《云溪市失信主体名单条例》第八条"


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def forget_kinds(town: Town) -> None:
    town.turn(sa.delete(own_rule).where(own_rule.c.procedure == LIST_KINDS))


def waiting(town: Town, kind: str) -> tuple[Rule, ...]:
    """The rules of this kind of list that the office has still to confirm, as the page of its legal reviewer has them."""
    with town.db.read() as tx:
        found = shown(tx, town.law, town.offices["ENV"])
    rules = tuple(
        one.rule for one in found if one.rule.procedure == LIST_KINDS and one.rule.action == kind and not one.document
    )
    assert all("须以" in one.demanded or one.demanded for one in found if one.rule in rules)
    return rules


def given(town: Town, rules: tuple[Rule, ...], **changes: object) -> ConfirmRules:
    said = {
        "rank": "regulation", "issuer": "云溪市人民代表大会常务委员会", "issuer_level": "city", "document_number": "公告第12号",
    } | changes  # fmt: skip
    return ConfirmRules(
        town.actor("legal_reviewer@ENV"), town.offices["ENV"], rules, SERIOUS, date(2026, 5, 1),
        **said,  # type: ignore[arg-type]  # a test names its own fields
    )  # fmt: skip


def refusal(town: Town, case: str, step: str) -> str:
    with pytest.raises(Refused) as refused:
        town.do(case, step)
    assert [one.code for one in refused.value.refusals] == ["list_kind_unconfirmed"]
    return str(refused.value.refusals[0].text)


def test_a_kind_that_nobody_named_issues_no_letter(town: Town) -> None:
    forget_kinds(town)
    serious, watch = listing(town), listing(town, "watch")
    town.do(serious, "link_person")
    for case, label in ((serious, "严重失信主体名单"), (watch, "重点关注名单")):
        town.do(case, "review_pass")
        assert label in refusal(town, case, "serve_notice")
    with town.db.begin() as tx:
        assert confirm(tx, town.law, given(town, waiting(town, "serious")), town.now) > 0
    town.do(serious, "serve_notice")
    refusal(town, watch, "serve_notice")  # the other kind is still named by nothing
    assert town.all(sa.select(letter).where(letter.c.kind == "listing_notice")) != []
    forget_kinds(town)
    town.do(serious, "waive_defence")
    refusal(town, serious, "decide_listing")


def test_the_letter_cites_what_provides_for_the_list_and_what_carries_the_step(town: Town) -> None:
    forget_kinds(town)
    case = listing(town)
    with town.db.begin() as tx:
        confirm(tx, town.law, given(town, waiting(town, "serious")), town.now)
    town.do(case, "link_person")
    for step in ("review_pass", "serve_notice", "waive_defence", "decide_listing"):
        town.do(case, step)
    for kind in ("listing_notice", "listing_decision"):
        bases = town.one(sa.select(letter).where(letter.c.kind == kind)).content["fields"]["legal_bases"]
        assert {SERIOUS, REGULATIONS} <= set(bases)


@pytest.mark.parametrize("changes", [
    {"rank": "normative", "issuer": "云溪县人民政府办公室", "issuer_level": "county", "document_number": "溪政办规〔2026〕5号"},
    {"rank": "rule", "issuer": "云溪市人民政府", "document_number": "云溪市人民政府令第5号"},
])  # fmt: skip
def test_an_office_s_own_rule_provides_for_no_list(town: Town, changes: dict[str, str]) -> None:
    forget_kinds(town)
    with town.db.begin() as tx, pytest.raises(Invalid):
        confirm(tx, town.law, given(town, waiting(town, "serious"), **changes), town.now)


def test_the_documents_of_the_tests_town_are_such_as_the_program_takes() -> None:
    """A county's work rule is no regulation: what the letters of tests and pictures cite could be."""
    for rule, said in stated_rules().items():
        rank, level, document = said["rank"], said["issuer_level"], said["document"]
        assert own_rule_ranks.rank_fault(rank, level) is None, rule
        assert own_rule_ranks.title_fault(rank, document) is None, rule
        if rank != "normative":
            issuer, number = said["issuer"], said["document_number"]
            assert own_rule_ranks.origin_fault(rank, level, document, issuer, number) is None, rule

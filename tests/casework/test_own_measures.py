"""A letter names no measure (失信惩戒措施) but one that rests on a read article, or on a document of its office that provides for it."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from repairflow.casework.admin.own_rules import confirm, shown
from repairflow.casework.changes import ConfirmRules
from repairflow.casework.confirmed_rules import Rule
from repairflow.casework.documents import own_measures
from repairflow.casework.documents.own_rules import confirmed as confirmed_of
from repairflow.casework.queries.oversight.readiness import waiting_measures
from repairflow.db import Database
from repairflow.errors import Invalid, Refused
from repairflow.law.confirmable_measures import MEASURES, every, of_measure
from repairflow.records import letter, own_rule
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.law_stories.test_listing_story import listing
from tests.support.building import Town
from tests.support.shipped import library
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database
BIDDING = "限制参加政府采购和工程投标"
LAW = "《云溪市失信惩戒条例》第八条"


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    made = Town(database, settings)
    made.turn(sa.delete(own_rule).where(own_rule.c.procedure == MEASURES))
    return made


def waiting(town: Town, code: str) -> tuple[Rule, ...]:
    with town.db.read() as tx:
        found = shown(tx, town.law, town.offices["ENV"])
    return tuple(
        one.rule for one in found if one.rule.procedure == MEASURES and one.rule.action == code and not one.document
    )


def confirmed(town: Town, code: str, document: str = LAW, rank: str = "regulation") -> None:
    given = ConfirmRules(
        town.actor("legal_reviewer@ENV"), town.offices["ENV"], waiting(town, code), document, date(2026, 5, 1), rank=rank,
        issuer="云溪市人民代表大会常务委员会" if rank == "regulation" else "云溪县人民政府",
        issuer_level="city" if rank == "regulation" else "county", document_number="公告第12号",
    )  # fmt: skip
    with town.db.begin() as tx:
        confirm(tx, town.law, given, town.now)


def measures(town: Town, kind: str) -> list[str]:
    row = town.one(sa.select(letter).where(letter.c.kind == kind).order_by(letter.c.id.desc()).limit(1))
    said: list[str] = row.content["fields"].get("measures", [])
    return said


def text(town: Town, kind: str) -> str:
    row = town.one(sa.select(letter).where(letter.c.kind == kind).order_by(letter.c.id.desc()).limit(1))
    return "\n".join(p["text"] for p in row.content["paragraphs"])


def test_letters_of_a_listing_leave_out_what_nobody_read_and_name_what_the_office_confirmed(town: Town) -> None:
    case = listing(town)
    town.steps(case, "link_person", "review_pass", "serve_notice")
    assert measures(town, "listing_notice") == []
    assert "惩戒措施" not in text(town, "listing_notice")
    confirmed(town, "bidding")
    town.steps(case, "state_defence", "report_verification", "decide_listing")
    assert measures(town, "listing_decision") == [f"{BIDDING}（{LAW}）"]
    said = text(town, "listing_decision")
    assert f"{BIDDING}（{LAW}）" in said
    assert "市场和行业禁入" not in said  # hangs on the same list; nobody has confirmed it
    assert "三、失信惩戒措施提示" in said
    assert "五、救济途径" in said


def test_a_rule_of_the_county_carries_no_measure(town: Town) -> None:
    with pytest.raises(Invalid) as caught:
        confirmed(town, "honours", "《云溪县信用工作规则》第三条", "normative")
    assert "法律、法规、党中央" in caught.value.problems[-1].text
    assert waiting(town, "market_ban")


def test_no_office_is_asked_for_a_measure_that_rests_on_nothing(town: Town) -> None:
    case = town.begin("joint_measure")
    code = str(town.case(case).inputs["measure"])
    with pytest.raises(Refused) as caught:
        town.do(case, "request")
    (refusal,) = caught.value.refusals
    assert refusal.code == "measure_unconfirmed"
    assert "本单位规则" in refusal.text
    confirmed(town, code)
    town.do(case, "request")
    assert town.case(case).state == "requested"


def test_pages_mark_it_and_readiness_names_it(town: Town) -> None:
    town.listed()
    subject = Visitor(make(town), town, "yunxi")
    assert f"{BIDDING}（待核实）" in subject.get("/my/credit-file")
    with town.db.read() as tx:
        before = waiting_measures(tx, town.law)
    assert any(label.startswith(BIDDING) for label in before["云溪县生态环境局"])
    confirmed(town, "bidding")
    with town.db.read() as tx:
        after = waiting_measures(tx, town.law)
    assert not any(label.startswith(BIDDING) for label in after["云溪县生态环境局"])
    assert any(label.startswith("一定期限内市场和行业禁入") for label in after["云溪县生态环境局"])
    page = subject.get("/my/credit-file")
    assert f"{BIDDING}、" in page
    assert "一定期限内市场和行业禁入（待核实）" in page


def test_a_measure_whose_every_article_was_read_needs_no_confirmation() -> None:
    law = library()
    pack = law.packs["CN-2026"]
    assert of_measure(pack, "bidding") is not None
    read = {name: pack.basis[name].model_copy(update={"verified": True}) for name in pack.measure["bidding"].basis}
    assert of_measure(pack.model_copy(update={"basis": {**pack.basis, **read}}), "bidding") is None
    half = {**pack.basis, "procurement_law": read["procurement_law"]}
    assert of_measure(pack.model_copy(update={"basis": half}), "bidding") is not None  # 招标投标法 is still unread
    assert len({one.key for one in every(law)}) == len(list(every(law)))


CITY = ("regulation", "city", "《云溪市失信惩戒条例》第八条", "云溪市人民代表大会常务委员会", "公告第12号")
STATE = ("regulation", "national", "《失信惩戒条例》第八条", "国务院", "国务院令第800号")
LAW_OF = ("law", "national", "《中华人民共和国失信惩戒法》第八条", "全国人民代表大会常务委员会", "主席令第99号")
CENTRAL = ("central", "national", "《关于失信惩戒的意见》第八条", "国务院办公厅", "国办发〔2026〕9号")
RULE = ("rule", "province", "《江苏省失信惩戒办法》第八条", "江苏省人民政府", "省政府令第99号")
SOURCES = [
    ("exit_ban", LAW_OF, ""), ("exit_ban", STATE, "须以法律的条款"), ("exit_ban", CITY, "须以法律的条款"),
    ("exit_ban", CENTRAL, "须以法律的条款"),
    ("lifelong_ban", LAW_OF, ""), ("lifelong_ban", STATE, ""), ("lifelong_ban", CITY, "须以法律、行政法规的条款"),
    ("lifelong_ban", CENTRAL, "须以法律、行政法规的条款"),
    ("market_ban", CITY, ""), ("market_ban", STATE, ""), ("market_ban", CENTRAL, "须以法律、行政法规、地方性法规的条款"),
    ("bidding", CITY, ""), ("bidding", CENTRAL, "须以法律、行政法规、地方性法规的条款"),
    ("criticism", RULE, ""), ("criticism", CENTRAL, "须以法律、法规、规章的条款"), ("honours", CENTRAL, ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "source", "refused"), SOURCES)
def test_a_measure_is_carried_by_a_source_of_its_rank(
    town: Town, code: str, source: tuple[str, str, str, str, str], refused: str
) -> None:
    """阻止出境 by a law alone, bans for life by no local regulation, 限制从业 by no central document (行政处罚法 12, 16)."""
    rank, level, document, issuer, number = source
    given = ConfirmRules(
        town.actor("legal_reviewer@ENV"), town.offices["ENV"], waiting(town, code), document, date(2026, 5, 1), rank=rank,
        issuer=issuer, issuer_level=level, document_number=number,
    )  # fmt: skip
    with town.db.begin() as tx:
        if refused:
            with pytest.raises(Invalid) as wrong:
                confirm(tx, town.law, given, town.now)
            assert refused in str([one.text for one in wrong.value.problems])
        else:
            assert confirm(tx, town.law, given, town.now) == 1


@pytest.mark.parametrize(("source", "names"), [(CITY, False), (STATE, True)])
def test_what_was_confirmed_by_a_lower_source_before_names_no_measure(
    town: Town, source: tuple[str, str, str, str, str], names: bool
) -> None:
    rank, level, document, issuer, number = source
    (rule,) = waiting(town, "lifelong_ban")
    row = {"office_id": town.offices["ENV"], "document": document, "document_day": date(2026, 5, 1), "rank": rank, "issuer": issuer,
           "issuer_level": level, "document_number": number, "note": "", "person_id": town.actor("legal_reviewer@ENV").id,
           "confirmed_at": town.now}  # fmt: skip
    town.turn(sa.insert(own_rule).values(**row, **rule._asdict()))
    with town.db.read() as tx:
        pack = town.law.packs["CN-2026"]
        assert bool(own_measures.told(tx, pack, ["lifelong_ban"], town.offices["ENV"])) is names
        assert (rule in confirmed_of(tx, town.law, town.offices["ENV"])) is names

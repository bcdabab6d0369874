"""本地细化: five fields and one county office follow rules of their own; whoever is of no such field follows the base."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from repairflow.casework.queries.filing import on_record
from repairflow.casework.queries.records.credit_file import record_view
from repairflow.cli.law import procedures
from repairflow.errors import DefinitionError, Invalid
from repairflow.law.procedure.library import Library
from repairflow.records import office, record
from repairflow.settings import asset
from tests.law_stories.chaining import follow_up, opened
from tests.law_stories.telling import belongs_to, refused
from tests.law_stories.test_listing_story import DOCUMENT, listing, to_decision
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # which rules bind an office; walks and stories run on both


@pytest.mark.parametrize(("procedure", "domain", "version"), [
    ("listing", "maritime", "2026-04.1"), ("listing", "ecology", "2026-04.2"), ("listing", "agriculture", "2026-04.3"),
    ("listing", "market_regulation", "2026-04.4"), ("interview", "tax", "2026-04.1"), ("commitment", "emergency_management", "2026-04.1"),
    ("listing", "tax", "2026-04"), ("listing", "general", "2026-04"),
])  # fmt: skip
def test_the_field_of_the_office_chooses(town: Town, procedure: str, domain: str, version: str) -> None:
    belongs_to(town, "ENV", domain=domain)
    who = "acceptor@ENV" if procedure == "commitment" else "examiner@ENV"
    kind = next(iter(town.law.in_force(procedure, town.today).kinds), None)
    kept = {"list_kind": next(iter(town.law.pack_on(town.today, domain).lists["list_kinds"]))}
    case = opened(town, procedure, who, kind=kind, inputs=kept if procedure == "listing" else {})
    assert town.case(case).procedure_version == version


def test_a_follow_up_goes_by_the_field_too(town: Town) -> None:
    belongs_to(town, "ENV", domain="tax")
    case = opened(town, "rectification")
    town.steps(case, "issue", "submit_proof", "reject")
    assert follow_up(town, case).procedure_version == "2026-04.1"


@pytest.mark.parametrize(("domain", "kind", "code"), [
    ("maritime", "serious", "choice"), ("maritime", "maritime_black", None),
    ("ecology", "warning", "choice"), ("ecology", "watch", "materials_complete"),
    ("agriculture", "maritime_yellow", "choice"), ("agriculture", "warning", None), ("tax", "watch", "ladder_walked"),
])  # fmt: skip
def test_what_a_field_adds(town: Town, domain: str, kind: str, code: str | None) -> None:
    belongs_to(town, "ENV", domain=domain)
    if code == "choice":  # 不是本领域的名单：it cannot even be proposed
        before = town.counts()
        with pytest.raises(Invalid) as wrong:
            opened(town, "listing", inputs={"list_kind": kind, **DOCUMENT})
        assert ([one.where for one in wrong.value.problems], town.counts()) == (["list_kind"], before)
        return
    case = listing(town, kind)
    if code is None:
        town.do(case, "review_pass")
        return
    with refused(code):
        town.do(case, "review_pass")


@pytest.mark.parametrize(("domain", "division", "kind", "asked"), [
    ("market_regulation", "320830", "serious", True), ("market_regulation", "320800", "serious", True),
    ("market_regulation", None, "serious", True),
    ("market_regulation", "320000", "serious", False),  # a province's own office has nobody to ask
    ("market_regulation", "320830", "watch", False), ("general", "320830", "serious", False),
])  # fmt: skip
def test_market_regulation_asks_the_next_higher_body(
    town: Town, domain: str, division: str | None, kind: str, asked: bool
) -> None:
    belongs_to(town, "ENV", domain=domain, division_code=division)
    case = to_decision(town, kind)
    if asked:
        with refused("superior_consented"):
            town.do(case, "decide_listing")
        with refused("new_material_supplied"):
            town.do(case, "state_consent", materials=())
        town.do(case, "state_consent", inputs={"consent_date": "2026-06-11"})
        with refused("superior_consented"):  # tomorrow's consent is none
            town.do(case, "decide_listing")
        both = town.actor("examiner@ENV", "decider@ENV")
        paper = town.material("superior_consent", both)
        town.do(case, "state_consent", both, materials=(paper,))
        with refused("four_eyes"):
            town.do(case, "decide_listing", both)
    town.do(case, "decide_listing")
    assert town.case(case).outcome == "listed"


def test_the_consent_is_asked_only_while_the_rule_is_in_force(tmp_path: Path) -> None:
    folder = workflows(tmp_path)
    path = folder / "overlays" / "listing-market_regulation.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("effective = 2026-04-01", "effective = 2026-04-01\nuntil = 2027-01-01"), "utf-8")
    law, before = Library.read(folder), Library.read(asset("workflows"))
    # ending it leaves the digest: a node whose cases follow it starts as before
    key = ("listing", "2026-04.4")
    assert law.procedures[key].digest == before.procedures[key].digest
    for day, asked in ((date(2026, 12, 31), True), (date(2027, 1, 1), False)):
        decide = law.in_force("listing", day, "market_regulation").action["decide_listing"]
        assert ("superior_consented" in {use.guard for use in decide.guards}) == asked


def test_a_county_office_is_quicker_and_the_subject_keeps_its_time(town: Town) -> None:
    with town.db.begin() as tx:
        tx.execute(update(office).where(office.c.code == "ENV").values(code="YX-JTYS"))
    case = opened(town, "rectification")
    assert town.dues(case)["issue"].due_day == date(2026, 6, 11)
    row = town.case(case)
    assert row.procedure_version == "2026-04.1"
    base, own = town.law.procedure("rectification", "2026-04"), town.procedure(case)
    assert own.clock["rectification"].days == base.clock["rectification"].days


@pytest.mark.parametrize(("division", "version", "marked"), [
    ("410100", "2026-04.1", True), ("310000", "2026-04.3", True), ("330000", "2026-04.4", True),
    ("440300", "2026-04.5", False), ("370102", "2026-04.2", False),
    ("410102", "2026-04", False), ("330106", "2026-04", False), ("330100", "2026-04", False), ("310115", "2026-04", False),
    ("440305", "2026-04", False),  # whom the articles do not bind ("320830", "2026-04", False),
])  # fmt: skip
def test_an_objection_follows_its_place_from_receipt_to_refusal(
    town: Town, division: str, version: str, marked: bool
) -> None:
    belongs_to(town, "CREDIT", division_code=division)
    case = town.file_objection()
    row = town.case(case)
    before = town.one(select(record).where(record.c.id == row.record_id))
    assert (row.procedure_version, before.state) == (version, "disputed" if marked else "published")
    town.do(case, "refuse")
    assert town.one(select(record).where(record.c.id == row.record_id)).state == "published"
    town.sound()


def test_an_objection_marked_on_receipt_is_accepted_and_decided(town: Town) -> None:
    belongs_to(town, "CREDIT", division_code="410100")
    case = town.file_objection()
    town.steps(case, "accept", "consult", "report_finding", "dismiss")
    assert town.case(case).outcome == "maintained"
    assert town.one(select(record).where(record.c.id == town.case(case).record_id)).state == "published"
    town.sound()


def test_in_shanghai_the_centre_does_not_decide_against_the_provider(town: Town) -> None:
    belongs_to(town, "CREDIT", division_code="310000")
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    town.do(case, "report_finding", inputs={"finding": "accurate"})
    with refused("input_was"):
        town.do(case, "uphold_annul")
    town.do(case, "dismiss")
    assert town.case(case).outcome == "maintained"


@pytest.mark.parametrize(("centre", "authority", "version"), [
    ("410100", "320830", "2026-04.1"), ("320830", "410102", "2026-04"), ("320830", "320830", "2026-04"),
    (None, "410100", "2026-04"),  # what level it has is not known: the national rules
])  # fmt: skip
def test_an_objection_follows_the_place_of_the_centre_that_decides_it(
    town: Town, centre: str | None, authority: str, version: str
) -> None:
    """The authority of the record lies elsewhere: its place governs repair, which it decides, and not the objection."""
    belongs_to(town, "CREDIT", division_code=centre)
    belongs_to(town, "ENV", division_code=authority)
    case = town.file_objection()
    assert town.case(case).procedure_version == version
    with town.db.read() as tx:
        number = town.one(select(record).where(record.c.id == town.case(case).record_id)).number
        view = record_view(tx, town.law, town.actor("yunxi"), number, town.now)
    assert on_record.rules(town.law, "objection", view.authority, view.centre, town.today)[0].version == version


def test_a_repair_follows_the_place_of_the_authority_that_decides_it(town: Town) -> None:
    belongs_to(town, "CREDIT", division_code="320830")
    belongs_to(town, "ENV", division_code="440305")
    assert town.case(town.file_repair()).procedure_version == "2026-04.2"  # 深圳


def workflows(tmp_path: Path) -> Path:
    return Path(shutil.copytree(asset("workflows"), tmp_path / "workflows"))


@pytest.mark.parametrize(("old", "new", "said"), [
    ("effective = 2026-04-01", "effective = 2026-03-01", "早于基础程序"),
    ('base_version = "2026-04"', 'base_version = "2025-01"', "没有定义"),
    ("days = { working = 1 }", "days = { working = 9 }", "只能缩短"),
])  # fmt: skip
def test_a_faulty_overlay_keeps_the_law_from_being_read(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = workflows(tmp_path)
    path = folder / "overlays" / "rectification-yunxi_transport.toml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(DefinitionError) as caught:
        Library.read(folder)
    assert said in str(caught.value)


def test_an_overlay_does_not_outlive_its_base(tmp_path: Path) -> None:
    folder = workflows(tmp_path)
    path = folder / "procedures" / "rectification-2026-04.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("effective = 2026-04-01", "effective = 2026-04-01\nuntil = 2027-01-01"), "utf-8")
    with pytest.raises(DefinitionError) as caught:
        Library.read(folder)
    assert "存续更久" in str(caught.value)


def test_two_overlays_do_not_claim_one_case(tmp_path: Path) -> None:
    folder = workflows(tmp_path) / "overlays"
    text = (folder / "interview-tax.toml").read_text("utf-8")
    (folder / "rival.toml").write_text(text.replace("2026-04.1", "2026-04.7"), "utf-8")
    with pytest.raises(DefinitionError) as caught:
        Library.read(folder.parent)
    assert "无从选择" in str(caught.value)


def test_the_command_proves_overlays_too() -> None:
    done = CliRunner().invoke(procedures, ["check"])
    assert done.exit_code == 0, done.output
    for name in ("maritime", "tax", "emergency_management", "ecology", "agriculture", "yunxi_transport"):
        assert f"-{name}.toml：" in done.output

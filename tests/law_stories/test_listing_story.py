"""列入名单: document, review, notice, defence, decision by another; the maritime window; who answers is listed too."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.errors import DefinitionError, Invalid
from repairflow.law.procedure.packs import parse_pack
from repairflow.records import event, linked_person, list_entry, record, sealed_input, subject
from repairflow.settings import asset
from tests.law_stories.chaining import entries, opened
from tests.law_stories.telling import belongs_to, letters, refused, told, words
from tests.support.building import Town

DOCUMENT = {"basis_number": "溪环罚〔2026〕9号", "basis_office": "云溪县生态环境局", "basis_date": "2026-05-20"}
NONE: dict[str, Any] = dict.fromkeys(DOCUMENT)


def listing(town: Town, kind: str = "serious", **inputs: Any) -> str:
    """A proposed listing, by an office of the field whose list it is."""
    if kind.startswith("maritime"):
        belongs_to(town, "ENV", domain="maritime")
    return opened(town, "listing", inputs={"list_kind": kind, **DOCUMENT, **inputs})


def to_decision(town: Town, kind: str = "serious") -> str:
    case = listing(town, kind)
    if kind in {"serious", "maritime_black"}:
        town.do(case, "link_person")
    town.steps(case, "review_pass", "serve_notice", "waive_defence")
    return case


def test_the_usual_path(town: Town) -> None:
    case = listing(town)
    town.do(case, "link_person", inputs={"capacity": "representative"})
    town.steps(case, "review_pass", "serve_notice", "state_defence", "report_verification", "decide_listing")
    assert (town.case(case).outcome, letters(town, case)) == ("listed", ["listing_notice", "listing_decision"])
    notice, decision = (words(town, case, kind) for kind in ("listing_notice", "listing_decision"))
    assert "请自收到本文书之日起5个工作日内（收到当日不计入）书面提出" in notice
    assert "限制参加政府采购" in notice
    assert "列入满1年" in notice  # nobody has read the figure; the office has confirmed it
    assert "陈述、申辩称" in decision
    assert "行政复议" in decision
    assert "2027年6月10日" in decision
    own, theirs = entries(town, case)
    assert (own.state, own.holder, own.principal_id) == ("published", town.subjects["yunxi"], None)
    assert (theirs.state, theirs.principal_id) == ("unpublished", own.id)  # 自然人不公示
    row = town.of_record(own.number)
    assert (row.kind, row.severity, row.min_until, row.max_until) == (
        "serious_list", "serious", date(2027, 6, 10), date(2029, 6, 10),
    )  # fmt: skip
    assert row.document_number in decision or row.document_number[-9:] == "信列〔2026〕1号"
    changes = [m for m in told(town, case) if m.get("change")]
    assert {(m["change"], m["list_kind"]) for m in changes} == {("listed", "serious")}
    town.sound()


def test_a_list_with_a_longest_stay_alone_says_how_long_and_of_a_list_that_is_not_public_no_publicity(
    town: Town,
) -> None:
    """重点关注名单: six months at the most, not public."""
    case = to_decision(town, "watch")
    town.do(case, "decide_listing")
    decision = words(town, case, "listing_decision")
    assert "最长列入期限至2026年12月10日届满。" in decision
    assert "公示期" not in decision


def test_the_number_of_a_person_lies_in_the_vault_alone(town: Town) -> None:
    case, secret = listing(town), "11010519491231002X"
    town.do(case, "link_person")
    for row in town.all(select(event.c.body)):
        assert secret.encode() not in row.body
    assert not town.all(select(sealed_input))
    person = town.one(select(subject).join(linked_person, linked_person.c.person_id == subject.c.id))
    assert (person.kind, town.vault.open(person.id_sealed)) == ("natural_person", secret)
    with refused("id_number"):
        town.do(case, "link_person", inputs={"id_number": "110105194912310021"})
    town.do(case, "link_person")
    assert len(town.all(select(linked_person))) == 1


@pytest.mark.parametrize("missing", list(DOCUMENT))
def test_no_listing_without_a_document(town: Town, missing: str) -> None:
    case = listing(town, **dict[str, Any]({missing: None}))
    with refused("basis_document_stated"):
        town.do(case, "review_pass")
    town.do(case, "state_basis", inputs=DOCUMENT)
    town.do(case, "review_pass")


def test_the_document_is_no_older_than_tomorrow(town: Town) -> None:
    with refused("basis_document_stated"):
        town.do(listing(town, basis_date="2026-06-11"), "review_pass")


def test_lists_are_a_closed_vocabulary(town: Town) -> None:
    with pytest.raises(Invalid):
        listing(town, "blacklist_of_my_own")


def test_other_people_review_and_decide(town: Town) -> None:
    all_of_them = town.actor("reviewer@ENV", "examiner@ENV", "decider@ENV")
    case = listing(town)
    town.do(case, "state_basis", all_of_them, inputs=DOCUMENT)
    with refused("four_eyes"):
        town.do(case, "review_pass", all_of_them)
    town.do(case, "state_basis", inputs=DOCUMENT)
    town.do(case, "review_pass", all_of_them)
    town.steps(case, "serve_notice", "waive_defence")
    with refused("four_eyes"):
        town.do(case, "decide_listing", all_of_them)


def test_silence_waives_the_defence(town: Town) -> None:
    case = listing(town)
    town.steps(case, "link_person", "review_pass", "serve_notice")
    town.serve(case)
    town.at(timedelta(days=8))
    town.sweep()
    assert town.case(case).state == "deciding"
    town.do(case, "decide_listing")
    assert "没有陈述、申辩" in words(town, case, "listing_decision")


def test_a_watch_list_is_internal(town: Town) -> None:
    case = to_decision(town, "watch")
    town.do(case, "decide_listing")
    (entry,) = entries(town, case)
    assert (entry.state, town.pushes(case)) == ("unpublished", [])
    assert not town.all(select(record.c.id).where(record.c.id == entry.record_id, record.c.publish_from.is_not(None)))


def test_a_black_list_waits_for_its_window(town: Town) -> None:
    case = to_decision(town, "maritime_black")
    with refused("list_window_done"):
        town.do(case, "decide_listing")
    town.do(case, "announce")
    town.at(timedelta(days=14))
    town.sweep()
    with refused("not_yet_done"):
        town.do(case, "announce")
    town.do(case, "decide_listing")
    assert [one.state for one in entries(town, case)] == ["published", "unpublished"]


def test_an_objection_in_the_window_is_verified(town: Town) -> None:
    case = to_decision(town, "maritime_black")
    town.steps(case, "announce", "object_in_window", "report_verification", "decide_against")
    assert (town.case(case).outcome, letters(town, case)[-1], entries(town, case)) == (
        "not_listed",
        "listing_dropped",
        [],
    )


def test_a_yellow_list_has_no_window(town: Town) -> None:
    case = to_decision(town, "maritime_yellow")
    with refused("list_needs_window"):
        town.do(case, "announce")
    town.do(case, "decide_listing")


def test_a_red_list_is_an_honour(town: Town) -> None:
    case = listing(town, "maritime_red", **NONE)
    with refused("list_is_adverse"):
        town.do(case, "review_pass")
    town.do(case, "review_honour")
    town.at(timedelta(days=14))
    town.sweep()
    with refused("list_is_adverse"):
        town.do(case, "decide_listing")
    town.do(case, "decide_honour")
    (entry,) = town.all(select(list_entry))
    assert (town.case(case).outcome, entry.record_id, letters(town, case)) == ("accepted", None, ["honour_decision"])
    town.sound()


def test_review_may_return_it(town: Town) -> None:
    case = listing(town)
    town.do(case, "review_return")
    assert town.case(case).outcome == "dropped"


def test_the_stay_on_a_list_is_counted_in_months_or_years() -> None:
    """Days would be counted as if they were months."""
    text = (asset("workflows") / "packs" / "CN-2026.toml").read_text("utf-8")
    in_days = text.replace("maximum = { months = 6 }", "maximum = { calendar = 180 }", 1)
    with pytest.raises(DefinitionError) as caught:
        parse_pack(in_days, "CN-2026.toml")
    assert "months 或者 years" in str(caught.value)


def test_a_late_office_is_reported(town: Town) -> None:
    case = to_decision(town)
    town.at(timedelta(days=21))
    assert "escalate:3" in town.sweep()
    assert town.case(case).state == "deciding"

"""A publicity period, the term on a list and the conditions of repair stand in a letter only where somebody has read them or the
office has confirmed them; pages and the API say openly that they are not."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from repairflow.casework.documents.publication_notice import issue, preview
from repairflow.casework.queries.people.agenda import agenda
from repairflow.casework.queries.records import open_data
from repairflow.casework.queries.records.credit_file import record_view
from repairflow.casework.queries.records.public_lookup import of_subject
from repairflow.law import confirmable_periods, own_rule_ranks
from repairflow.law.confirmable_lists import LIST_KINDS
from repairflow.law.procedure.packs import RulePack
from repairflow.records import letter, notice, own_rule
from tests.law_stories.test_listing_story import listing
from tests.support.building import Town, law
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database

KINDS = ("periods", "conditions")


def forget(town: Town, *kinds: str) -> None:
    """No office has confirmed any of these."""
    with town.db.engine.begin() as tx:
        tx.execute(sa.delete(own_rule).where(own_rule.c.procedure.in_(kinds or KINDS)))


def informed(town: Town, number: str) -> str:
    """The text that the record's 告知书 would have now."""
    with town.db.read() as tx:
        found = preview(tx, town.services, town.actor("examiner@ENV"), number, town.now)
    return "\n".join(str(part.text) for part in found.paragraphs)


@pytest.mark.parametrize(("forgotten", "said", "unsaid"), [
    ((), ("最短公示期至2026年6月20日二十四时届满", "最长公示期至", "一般失信信息", "自2026年6月21日起", "行为已纠正"), ()),
    (KINDS, ("在", "公示", "提出异议"), ("公示期至", "最长", "届满", "一般", "2026年6月21日", "行为已纠正", "信用承诺书")),
    (("periods",), ("行为已纠正",), ("公示期至", "最长", "一般", "2026年6月21日")),
    (("conditions",), ("最长公示期至", "自2026年6月21日起，可以依照规定申请信用修复"), ("行为已纠正", "信用承诺书")),
], ids=["all confirmed", "nothing confirmed", "no period", "no conditions"])  # fmt: skip
def test_the_letter_on_repair_names_only_what_was_confirmed(
    town: Town, forgotten: tuple[str, ...], said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    number = town.record(date(2026, 3, 20))
    if forgotten:
        forget(town, *forgotten)
    text = informed(town, number)
    assert [word for word in said if word not in text] == []
    assert [word for word in unsaid if word in text] == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_decision_names_the_end_of_the_minimum_period_only_where_it_was_confirmed(
    town: Town, confirmed: bool
) -> None:
    if not confirmed:
        forget(town, "periods")
    town.ended()
    row = town.one(select(letter).where(letter.c.kind == "repair_denied"))
    text = "\n".join(part["text"] for part in row.content["paragraphs"])
    assert ("最短公示期已于" in text) == confirmed
    assert confirmed or "符合“最短公示期已满”的条件" in text


@pytest.mark.parametrize("forgotten", [True, False])
def test_the_message_of_a_letter_names_only_what_the_letter_says(town: Town, forgotten: bool) -> None:
    if forgotten:
        forget(town)
    number = town.record(date(2026, 3, 20))
    with town.db.begin() as tx:
        issue(tx, town.services, town.actor("examiner@ENV"), number, town.now)
    row = town.one(select(notice).where(notice.c.kind == "informed").order_by(notice.c.id.desc()).limit(1))
    assert ("公示期限、申请修复的条件" in row.body) is not forgotten
    assert "办理渠道" in row.body


def test_a_class_that_was_read_needs_no_confirmation(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    number = town.record(date(2026, 3, 20))
    forget(town)
    assert "最长公示期至" not in informed(town, number)
    monkeypatch.setattr(RulePack, "read", lambda *_: True)
    assert "最长公示期至" in informed(town, number)


@pytest.mark.parametrize("known", [True, False], ids=["confirmed", "nobody confirmed"])
def test_wherever_the_days_of_a_period_are_told_their_standing_is_told(town: Town, known: bool) -> None:
    """The message, the calendar and the open data of a record and of an entry on a list."""
    number = town.record(date(2026, 3, 20))
    if not known:
        forget(town)
        forget(town, LIST_KINDS)
    row, open_ = town.of_record(number), not known
    assert row.apply_from is not None
    with town.db.read() as tx:
        (entry,) = agenda(tx, town.law, town.actor("yunxi"), town.today)
        (told,) = open_data.DATASETS["records"].read(tx, town.law, town.today, "").rows
    assert (("待核实" in entry.title), entry.provisional) == (open_, open_)
    columns = [one.name for one in open_data.DATASETS["records"].fields]
    assert dict(zip(columns, told, strict=True))["period_confirmed"] is known
    town.at(row.apply_from)
    town.sweep()
    said = town.one(select(notice).where(notice.c.kind == "may_apply").order_by(notice.c.id.desc()).limit(1))
    assert (("待核实" in said.title), ("没有核对" in said.body)) == (open_, open_)


@pytest.mark.parametrize("known", [True, False], ids=["confirmed", "nobody confirmed"])
def test_the_end_of_a_stay_on_a_list_is_open_data_with_its_standing(town: Town, known: bool) -> None:
    town.listed()
    if not known:
        forget(town, LIST_KINDS)
    table = open_data.DATASETS["lists"]
    with town.db.read() as tx:
        rows = [
            dict(zip((one.name for one in table.fields), row, strict=True))
            for row in table.read(tx, town.law, town.today, "").rows
        ]
    assert [row["period_confirmed"] for row in rows] == [known]


@pytest.mark.parametrize("rank", ["normative", ""], ids=["an office's own document", "no rank"])
def test_a_period_is_confirmed_by_rules_or_higher_only(town: Town, rank: str) -> None:
    number = town.record(date(2026, 3, 20))
    with town.db.engine.begin() as tx:
        tx.execute(sa.update(own_rule).where(own_rule.c.procedure == "periods").values(rank=rank))
    assert "最长公示期至" not in informed(town, number)
    assert own_rule_ranks.LONGER.isdisjoint({rank})


def test_another_offices_confirmation_does_not_carry_it(town: Town) -> None:
    number = town.record(date(2026, 3, 20))
    with town.db.engine.begin() as tx:
        mine = own_rule.c.office_id == town.offices["ENV"]
        tx.execute(sa.delete(own_rule).where(mine, own_rule.c.procedure == "periods"))
    assert "最长公示期至" not in informed(town, number)


def test_pages_and_calls_say_openly_what_is_open(town: Town) -> None:
    number = town.record(date(2026, 3, 20))
    site = make(town)

    def shown() -> tuple[bool, bool, bool]:
        with town.db.read() as tx:
            view = record_view(tx, town.law, town.actor("examiner@ENV"), number, town.now)
            public = of_subject(tx, town.law, view.subject.id, town.today)
        page = Officer(site, town, "examiner@ENV").get(f"/desk/records/{number}")
        return (
            view.period_told,
            {one.id for one in public.records} <= public.told,
            "（待核实）" in page,
        )

    assert shown() == (True, True, False)
    forget(town, "periods")
    assert shown() == (False, False, True)


def test_a_listing_names_its_term_and_the_document_that_carries_it(town: Town) -> None:
    carries = "《云溪市社会信用条例》第九条"
    with town.db.engine.begin() as tx:
        tx.execute(sa.update(own_rule).where(own_rule.c.procedure == "list_kinds").values(document=carries))
    case = listing(town)
    town.steps(case, "link_person", "review_pass", "serve_notice", "waive_defence", "decide_listing")
    for kind in ("listing_notice", "listing_decision"):
        fields = town.one(select(letter).where(letter.c.kind == kind)).content["fields"]
        assert any("第九条" in one for one in fields["legal_bases"])  # of the list's own document
        assert fields.get("listing_term") or fields.get("max_until")


def test_every_period_is_among_what_is_confirmed() -> None:
    found = {one.key for one in confirmable_periods.every(law())}
    for pack in law().packs.values():
        for severity, period in pack.period.items():
            one = confirmable_periods.of_class(pack, severity)
            assert one is None or not period.published or one.key in found
    assert {key[0] for key in found} == set(KINDS)


def test_a_changed_figure_is_another_rule() -> None:
    pack = law().packs["CN-2026"]
    days = pack.period["ordinary"]
    longer = days.model_copy(update={"maximum": days.maximum.model_copy(update={"years": 2})})
    changed = pack.model_copy(update={"period": {**pack.period, "ordinary": longer}})
    before, after = confirmable_periods.of_class(pack, "ordinary"), confirmable_periods.of_class(changed, "ordinary")
    assert before is not None
    assert after is not None
    assert before.key != after.key

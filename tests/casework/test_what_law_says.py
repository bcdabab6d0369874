"""What a step, a letter or a guide may say as law: figures somebody read, days that are ahead, routes that are closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from repairflow.errors import Refused
from repairflow.law.guide import guide
from repairflow.law.procedure.library import Library
from repairflow.records import letter, record, subject
from tests.support.building import Town, law

pytestmark = pytest.mark.either_database


def test_a_false_commitment_closes_no_repair_with_evidence(town: Town) -> None:
    """Order 58 closed the route of mere commitment (告知承诺); a repair that is verified stays open."""
    number = town.file_repair()
    with town.db.engine.begin() as tx:
        tx.execute(update(subject).values(no_commitment_until=town.today + timedelta(days=900)))
    assert town.do(number, "accept").to_state == "verifying"


def test_one_applies_from_the_day_after_the_minimum_period(town: Town) -> None:
    """Record, guard and letter say the same day."""
    number = town.record(town.today - timedelta(days=20))
    row = town.of_record(number)
    assert row.apply_from == row.min_until + timedelta(days=1)
    town.at(row.min_until)
    case = town.file_repair(number)
    with pytest.raises(Refused) as refused:
        town.do(case, "accept")
    text = next(one.text for one in refused.value.refusals if one.code == "minimum_period_served")
    for day in (row.min_until, row.apply_from):
        assert f"{day.month}月{day.day}日" in text
    town.at(row.apply_from)
    assert town.do(case, "accept").to_state == "verifying"


def test_a_denial_promises_no_past_day(town: Town) -> None:
    town.ended()
    made = town.one(select(letter).where(letter.c.kind == "repair_denied"))
    past = town.one(select(record)).apply_from
    assert past <= town.today
    assert not made.content["fields"].get("apply_from")
    said = "".join(one["text"] for one in made.content["paragraphs"])
    assert f"自{past.year}年{past.month}月{past.day}日起" not in said


@pytest.mark.parametrize("name", ["CN-2026", "CN-2023", "SAMR-2026", "SAMR-2025"])
def test_shipped_packs_say_nothing_that_nobody_read(name: str) -> None:
    pack = law().packs[name]
    words = " ".join([pack.commitment_text, *(one.text for one in pack.lists.get("consequences", {}).values())])
    for word in ("社会不良影响", "两次无故", "升级处理", "只能改期"):
        assert word not in words
    for one in (*pack.penalty.values(), *pack.measure.values(), *pack.list_kind.values(), *pack.limit.values()):
        assert not one.verified or pack.read(one.basis)
    assert pack.repair_at == ("国家企业信用信息公示系统" if name.startswith("SAMR") else "“信用中国”网站")


SHORTENED = [
    ("remedy", "2026-04", ("withdrawal",), 3),
    ("correction", "2026-04", ("withdrawal",), 3),
    ("repair", "2023-05", ("execution",), 3),
]


@pytest.mark.parametrize(("name", "version", "clocks", "days"), SHORTENED)
def test_three_working_days_where_the_law_gives_three(
    name: str, version: str, clocks: tuple[str, ...], days: int
) -> None:
    """处罚法 48, 85: withdrawn and explained within three working days, deciding and telling together."""
    procedure = law().procedure(name, version)
    assert sum(one.days.working or 0 for one in (procedure.clock[clock] for clock in clocks) if one.days) == days


def test_the_market_has_a_pack_of_its_own_from_the_day_of_its_rules() -> None:
    days = (date(2025, 12, 24), date(2025, 12, 25), date(2026, 3, 31), date(2026, 4, 1))
    found = [law().pack_on(day, "market_regulation") for day in days]
    assert [one.pack for one in found] == ["CN-2023", "SAMR-2025", "SAMR-2025", "SAMR-2026"]


def test_every_figure_called_read_rests_on_articles_somebody_read() -> None:
    library: Library = law()
    for procedure in library.procedures.values():
        for clock in procedure.clock.values():
            if clock.verified:
                known = {**library.statutes, **procedure.basis}
                assert any(known[name].verified for name in clock.basis if name in known), (procedure.procedure, clock)


def test_a_subjects_own_limit_is_not_said_to_be_the_offices() -> None:
    told = guide(law().procedure("reorganisation", "2026-04"), law().packs["CN-2026"])
    assert any(one.overdue == "由办理机关催告" for one in told.limits)

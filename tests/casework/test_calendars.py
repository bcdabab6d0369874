"""A year's arrangement loaded at run time: open deadlines move with a trail, people hear of it, and bad files change nothing."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from repairflow import times
from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.cases import calendar_loading, deadline_recount
from repairflow.casework.changes import EnterActs
from repairflow.casework.context import Services
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.oversight.timeliness import timeliness
from repairflow.law.calendar.workdays import CalendarError
from repairflow.law.calendar.year_file import naming_notice
from repairflow.records import act, calendar_year, cases, deadline, event, rung_fired
from tests.support.building import COMPANIES, Town
from tests.support.every_kind import USCC

WHO = Actor(None, "命令行", "system")
YEAR = """\
year = 2027
published = true
source = "国务院办公厅关于2027年部分节假日安排的通知"

[[holiday]]
name = "元旦"
from = 2027-01-01
to   = 2027-01-04

[[holiday]]
name = "调休"
work = [2027-01-09]
"""
FIELDS = [c for c in deadline.c if c.name != "id"]


def load(town: Town, text: str = YEAR, where: str = "2027.toml") -> calendar_loading.Plan:
    with town.db.begin() as tx:
        return calendar_loading.load(tx, town.services.law_store, text, where, WHO, "operator", town.now)


def rows(town: Town) -> list[tuple[object, ...]]:
    return [
        tuple(r) for r in town.all(select(*FIELDS).order_by(deadline.c.case_id, deadline.c.record_id, deadline.c.clock))
    ]


def at_year_end(town: Town) -> str:
    """A repair filed on the last working day but one of 2026: its acceptance limit ends in 2027."""
    town.at(date(2026, 12, 30))
    return town.file_repair()


def test_a_limit_beyond_the_last_published_year_is_provisional(town: Town) -> None:
    number = at_year_end(town)
    assert all(row.provisional for row in town.dues(number).values())


def test_loading_the_year_moves_due_days_with_an_event_and_tells_people(town: Town) -> None:
    number = at_year_end(town)
    before = {clock: row.due_day for clock, row in town.dues(number).items()}
    with town.db.read() as tx:
        foreseen = calendar_loading.plan(tx, town.services.law, YEAR, "2027.toml", town.today)
    done = load(town)
    assert done.new
    assert done.moved == foreseen.moved
    assert {(m.case, m.clock) for m in done.moved} == {(number, clock) for clock in before}
    for moved in done.moved:
        row = town.dues(number)[moved.clock]
        assert (moved.before, moved.after, row.provisional) == (before[moved.clock], row.due_day, False)
        assert moved.after > moved.before  # Monday 4 January is off now; the 1st was off by statute
    last = town.trail(number)[-1]
    told = chain.content(last.body)["due_days"]
    assert (last.action, last.to_state, len(told)) == (deadline_recount.CHANGE, None, len(before))
    assert town.case(number).due_day == min(row.due_day for row in town.dues(number).values())
    owner = next(iter(town.dues(number).values())).owner
    assert town.notices(f"{owner}@ENV", "due_day_moved") or town.notices(f"{owner}@CREDIT", "due_day_moved")
    assert town.notices("yunxi", "due_day_moved")
    town.sound()


def test_the_case_goes_on_after_its_due_day_moved(town: Town) -> None:
    number = at_year_end(town)
    load(town)
    procedure = town.procedure(number)
    action = next(iter(procedure.actions_from(town.case(number).state)))
    town.do(number, action)
    town.sound()


def test_the_loading_itself_stands_in_the_trail(town: Town) -> None:
    load(town)
    kept = town.one(select(event).where(event.c.stream == calendar_loading.STREAM))
    assert (kept.action, chain.content(kept.body)["year"]) == ("load_calendar", 2027)
    town.sound()


def test_the_same_year_again_changes_nothing(town: Town) -> None:
    at_year_end(town)
    load(town)
    before = town.counts()
    again = load(town, YEAR.replace("\n\n[[", "\n# again\n[["))
    assert (again.new, again.moved) == (False, ())
    assert town.counts() == before


def the_year(extra: str = "", notice: str = "国务院办公厅关于调整2026年放假安排的通知") -> str:
    """2026 as shipped with one more holiday, 31 December off for Saturday the 26th, by an invented notice."""
    shipped = (Path(__file__).parents[2] / "workflows" / "calendars" / "2026.toml").read_text(encoding="utf-8")
    more = '[[holiday]]\nname = "临时调整"\nfrom = 2026-12-31\nto = 2026-12-31\nwork = [2026-12-26]\n'
    return naming_notice(shipped, notice) + (extra or more)


def test_a_published_year_is_amended_with_its_notice(town: Town) -> None:
    town.at(date(2026, 12, 25))
    number = town.file_repair()
    assert town.dues(number)["acceptance"].due_day == date(2026, 12, 30)
    permit = {
        "kind": "permit", "name": COMPANIES[0][1], "code": USCC, "subject_kind": "organisation", "title": "准予取水",
        "document_number": "溪环许〔2026〕3号", "decision_date": "2026-12-22",
    }  # fmt: skip
    with town.db.begin() as tx:
        dispatch(tx, town.services, EnterActs(town.actor("examiner@ENV"), "ENV", (permit,), ""), town.now)
    assert town.one(select(act)).due_day == date(2026, 12, 31)
    with town.db.read() as tx:
        foreseen = calendar_loading.plan(tx, town.services.law, the_year(), "2026.toml", town.today)
    done = load(town, the_year(), "2026.toml")
    assert (done.new, done.moved) == (True, foreseen.moved)
    assert town.dues(number)["acceptance"].due_day == date(2026, 12, 29)  # Saturday the 26th counts now
    assert town.one(select(act)).due_day == date(2026, 12, 30)  # what waits to be published is due a day sooner, too
    with town.db.read() as tx:
        found = timeliness(tx, town.law, town.actor("examiner@ENV"), date(2026, 12, 31))
    assert [(one.document_number, one.due_day) for one in found.late] == [("溪环许〔2026〕3号", date(2026, 12, 30))]
    last = town.trail(number)[-1]
    assert (last.action, "调整2026年放假安排的通知" in last.reason) == (deadline_recount.CHANGE, True)
    assert town.notices("yunxi", "due_day_moved")
    kept = town.one(select(event).where(event.c.stream == calendar_loading.STREAM))
    assert (kept.action, chain.content(kept.body)["differs"]) == ("amend_calendar", "2026-12-26、2026-12-31")
    other = Services.of(town.law, town.vault, town.settings)
    with town.db.read() as tx:
        other.law_store.refresh(tx)
    assert not other.law.calendar.is_working(date(2026, 12, 31))
    town.sound()


def test_what_lapsed_before_the_amendment_stays(town: Town) -> None:
    town.at(date(2026, 11, 2))
    number = town.file_repair()
    town.do(number, "request_supplement")
    town.serve(number)
    town.at(date(2026, 11, 20))
    town.sweep()
    assert town.case(number).state == "lapsed"
    before = len(town.trail(number))
    load(town, the_year(), "2026.toml")
    assert (town.case(number).state, len(town.trail(number))) == ("lapsed", before)


@pytest.mark.parametrize(("text", "said"), [
    (YEAR.replace("published", 'amends = "通知"\npublished'), "没有可以修改的内容"),
    (YEAR.replace("published = true", 'amends = " "\npublished = true'), "须写明修改放假安排的通知名称"),
    (YEAR.replace("published = true", 'amends = "通知"\npublished = false'), "published = true"),
])  # fmt: skip
def test_an_amendment_that_amends_nothing_is_refused(town: Town, text: str, said: str) -> None:
    with pytest.raises(CalendarError) as refused:
        load(town, text)
    assert any(said in p.text and p.where == "2027.toml:2" for p in refused.value.problems), refused.value.problems


def test_an_amendment_taken_back_names_a_notice_of_its_own(town: Town) -> None:
    load(town, the_year(), "2026.toml")
    assert not load(town, the_year(), "2026.toml").new
    back = the_year("\n", "关于恢复原安排的通知")
    assert load(town, back, "2026.toml").new
    with town.db.read() as tx:
        town.services.law_store.refresh(tx)
    assert town.services.law.calendar.is_working(date(2026, 12, 31))
    with pytest.raises(CalendarError, match="先前载入过"):
        load(town, the_year(), "2026.toml")


def test_a_draft_is_provisional_and_gives_way(town: Town) -> None:
    number = at_year_end(town)
    load(town, YEAR.replace("published = true", "published = false"))
    assert all(row.provisional for row in town.dues(number).values())
    load(town)
    assert not any(row.provisional for row in town.dues(number).values())


@pytest.mark.parametrize(
    ("text", "where", "word"),
    [
        (YEAR.replace("to   = 2027-01-04", 'to   = 2027-01-04\n\n[[holiday]]\nname = "元旦"\nfrom = 2027-01-02\nto = 2027-01-02'),
         "2027.toml:12", "重复"),
        (YEAR.replace("2027-01-09", "2027-01-11"), "2027.toml:12", "周一"),
        (YEAR.replace("2027-01-09", "2028-01-08"), "2027.toml:12", "不在 2027 年内"),
        (YEAR.replace("year = 2027", "year = 2026").replace("2027-", "2026-").replace("01-09", "01-10"), "2027.toml:1", "已经载入"),
        ("year = ", "2027.toml:1", ""),
    ],
    ids=["a day twice", "make-up day on a weekday", "a day of another year", "a year twice with other content", "no TOML"],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_line_and_nothing_changes(town: Town, text: str, where: str, word: str) -> None:
    at_year_end(town)
    counted, kept = town.counts(), rows(town)
    with pytest.raises(CalendarError) as refused:
        load(town, text)
    assert any(p.where == where and word in p.text for p in refused.value.problems), refused.value.problems
    assert (town.counts(), rows(town)) == (counted, kept)
    assert 2027 not in town.services.law.calendar.years


def test_another_node_takes_the_year_up_with_its_next_step(town: Town) -> None:
    other = Services.of(town.law, town.vault, town.settings)
    load(town)
    assert 2027 not in other.law.calendar.years
    with town.db.read() as tx:
        other.law_store.refresh(tx)
    assert other.law.calendar.years[2027].published
    number = at_year_end(town)  # the town's own services were refreshed by filing
    assert not any(row.provisional for row in town.dues(number).values())


def test_a_loading_that_is_taken_back_leaves_the_shelf_alone(town: Town) -> None:
    with town.db.engine.connect() as tx, tx.begin() as begun:
        assert calendar_loading.load(tx, town.services.law_store, YEAR, "2027.toml", WHO, "operator", town.now).new
        begun.rollback()
    with town.db.read() as tx:
        town.services.law_store.refresh(tx)
    assert 2027 not in town.services.law.calendar.years


def test_reminders_given_for_the_old_day_are_not_given_again(town: Town) -> None:
    number = at_year_end(town)
    town.at(date(2027, 1, 1), time(12))
    told = [rung for rung in town.sweep() if rung.startswith(("remind", "yellow"))]
    load(town)
    again = town.sweep()
    assert not set(told) & set(again)
    fired = town.all(select(rung_fired).where(rung_fired.c.case_id == town.case(number).id))
    assert len({(f.clock, f.due_day, f.rung) for f in fired}) == len(fired)


def test_what_was_filed_while_the_year_was_loaded_is_settled_later(town: Town) -> None:
    number = at_year_end(town)
    with town.db.begin() as tx:  # as another node would have loaded it, seeing no case yet
        tx.execute(
            insert(calendar_year).values(
                name="全国", year=2027, content=YEAR, digest="sha256:x", source="x", published=True, loaded_at=town.now
            )
        )
    with town.db.begin() as tx:
        town.services.law_store.refresh(tx)
        moved = deadline_recount.settle_provisional(tx, town.services.law, town.now)
    assert moved
    assert not any(row.provisional for row in town.dues(number).values())


def test_a_day_that_does_not_move_is_settled_too(town: Town) -> None:
    """The holidays by statute were counted before: an arrangement without other days off moves nothing."""
    number = at_year_end(town)
    same = YEAR.replace("2027-01-04", "2027-01-03").replace("2027-01-09", "2027-04-10")
    with town.db.begin() as tx:
        tx.execute(
            insert(calendar_year).values(
                name="全国", year=2027, content=same, digest="sha256:x", source="x", published=True, loaded_at=town.now
            )
        )
    with town.db.begin() as tx:
        town.services.law_store.refresh(tx)
        assert deadline_recount.settle_provisional(tx, town.services.law, town.now) == ()
    assert not any(row.provisional for row in town.dues(number).values())


@pytest.mark.parametrize(
    ("day", "missing"),
    [(date(2026, 11, 30), None), (date(2026, 12, 1), 2027), (date(2026, 12, 31), 2027), (date(2027, 1, 1), 2027)],
)
def test_next_year_is_missed_from_the_first_of_december(town: Town, day: date, missing: int | None) -> None:
    assert calendar_loading.missing_year(town.law.calendar, day) == missing


def test_the_table_of_deadlines_can_be_rebuilt_from_nothing(town: Town) -> None:
    for number in (town.file_repair(), town.file_objection(), town.file_repair()):
        town.do(number, next(iter(town.procedure(number).actions_from(town.case(number).state))))
    town.at(timedelta(days=4))
    town.sweep()
    before = rows(town)
    assert before
    with town.db.begin() as tx:
        tx.execute(deadline.delete())
        made = deadline_recount.rebuild(tx, town.services.law, town.now)
    assert rows(town) == before
    assert made == len(before)
    assert town.sweep() == []  # what fired does not fire again
    assert town.all(select(cases.c.id).where(cases.c.closed_at.is_(None)))


def test_rebuilding_takes_away_what_no_history_asks_for(town: Town) -> None:
    number = town.file_repair()
    before = rows(town)
    with town.db.begin() as tx:
        tx.execute(
            insert(deadline).values(
                case_id=town.case(number).id, clock="invented", label="x", owner="head", state="running",
                started_on=town.today, due_day=town.today, due_at=times.end_of_day(town.today), provisional=False, days_total=1,
            )
        )  # fmt: skip
    with town.db.begin() as tx:
        deadline_recount.rebuild(tx, town.services.law, town.now)
    assert rows(town) == before

"""The chain: an order to rectify lapses, an interview follows, nobody comes twice, a warning, then the watch list."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import select

from repairflow import times
from repairflow.records import case_link, cases
from tests.law_stories.chaining import entries, follow_up, opened
from tests.law_stories.telling import letters
from tests.support.building import Town


def at(town: Town, month: int, day: int) -> None:
    town.now = times.at(date(2026, month, day), time(15))


def stood_up_twice(town: Town, case: str, month: int, first: int, second: int) -> None:
    """Two notices and nobody came."""
    town.do(case, "approve")
    for day in (first, second):
        town.do(case, "serve_notice", inputs={"meeting_at": f"2026-{month:02d}-{day:02d}T09:30"})
        at(town, month, day)
        town.do(case, "mark_no_show")


def test_from_an_order_to_the_watch_list(town: Town) -> None:
    number = town.record()
    order = opened(town, "rectification", record=number, inputs={"demands": ["拆除暗管"]})
    town.do(order, "issue", inputs={"term": 15})
    town.serve(order)
    town.at(date(2026, 6, 26))
    town.sweep()
    reminder = follow_up(town, order).number
    stood_up_twice(town, reminder, 7, 3, 9)
    town.do(reminder, "no_show_to_warning")
    warning = follow_up(town, reminder).number
    stood_up_twice(town, warning, 7, 16, 22)
    town.do(warning, "no_show_to_watch")
    listing = follow_up(town, warning).number

    kinds = [(town.case(case).procedure, town.case(case).kind) for case in (order, reminder, warning, listing)]
    assert kinds == [
        ("rectification", None), ("interview", "reminder"), ("interview", "warning"), ("listing", None),
    ]  # fmt: skip
    assert [town.case(case).outcome for case in (order, reminder, warning)] == ["failed", "escalated", "escalated"]
    proposal = town.case(listing)
    assert (proposal.state, proposal.inputs["list_kind"], proposal.inputs["facts"]) == (
        "proposed", "watch", town.case(order).inputs["facts"],
    )  # fmt: skip
    same = {town.case(case).record_id for case in (order, reminder, warning, listing)}
    assert same == {town.of_record(number).id}
    links = town.all(select(case_link.c.from_id, case_link.c.to_id, case_link.c.action).order_by(case_link.c.id))
    known = {row.id: row.number for row in town.all(select(cases.c.id, cases.c.number))}
    assert [(known[link.from_id], known[link.to_id], link.action) for link in links] == [
        (order, reminder, "lapse"), (reminder, warning, "no_show_to_warning"), (warning, listing, "no_show_to_watch"),
    ]  # fmt: skip

    # a proposal is no listing: document, notice, defence and another person's decision still stand before it
    town.steps(listing, "state_basis", "review_pass", "serve_notice", "state_defence", "report_verification")
    town.do(listing, "decide_listing")
    (entry,) = entries(town, listing)
    assert (entry.list_kind, entry.state) == ("watch", "unpublished")
    assert letters(town, reminder) == ["interview_notice", "interview_notice", "interview_result"]
    town.sound()

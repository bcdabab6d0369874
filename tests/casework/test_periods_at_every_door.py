"""Wherever somebody reads a day of a publicity period or of a stay on a list, it is said whether that day is certain: not where
nobody has read the figure and the office has not confirmed it, and not where the class is provisional."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from repairflow.casework.credit_records import lifecycle
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.outbound import public_changes
from repairflow.casework.queries import printables
from repairflow.casework.queries.filing.on_record import too_early
from repairflow.casework.rows_by_id import record_of
from repairflow.casework.told_periods import may_tell
from repairflow.errors import Refused
from repairflow.gateway import exchange_rows
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import check
from repairflow.law.confirmable_lists import LIST_KINDS
from repairflow.records import outbox, record
from tests.casework.test_told_periods import forget
from tests.law_stories.test_list_removal_story import on_list
from tests.support.building import Town
from tests.support.calling import Caller
from tests.support.every_kind import USCC
from tests.web.desk_visit import Officer
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database

ROOT = Path(__file__).resolve().parents[2]
OPEN = "待核实"
KNOWN, UNREAD, PROVISIONAL = "known", "unread", "provisional"


@dataclass
class Visit:
    """A record that waits for its minimum period, and those who look at it."""

    town: Town
    number: str = ""
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = make(self.town)

    @property
    def office(self) -> Officer:
        return Officer(self.app, self.town, "acceptor@ENV")

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.app, self.town, "yunxi")

    @property
    def program(self) -> Caller:
        return Caller(self.app, self.town, "acceptor@ENV")

    def tell(self) -> None:
        """The record changes before everybody and stands as it did: platforms and readers of the feed are told."""
        town = self.town
        for effect in ("mark_disputed", "unmark_disputed"):
            with town.db.begin() as tx:
                row = record_of(tx, town.of_record(self.number).id)
                lifecycle.change(tx, town.services, row, RecordStep((effect,), town.now, "测试"))
        with town.db.begin() as tx:
            public_changes.place(tx)

    def screening(self) -> str:
        officer = self.office
        officer.get("/desk/screening")
        return officer.post("/desk/screening", {"purpose": "项目申报", "codes": USCC}).text

    def pushed(self) -> dict[str, Any]:
        sent = self.town.all(select(outbox.c.payload).where(outbox.c.kind == "record_changed").order_by(outbox.c.id))
        return dict(sent[-1].payload)

    def table_row(self) -> str:
        message = Message(
            "k", "record_changed", "s", "a", "l", 1, self.town.now, check("record_changed", self.pushed())
        )
        found = exchange_rows.row_of(message)
        assert found is not None
        return found["BZ"]

    def paper(self) -> str:
        town = self.town
        with town.db.read() as tx:
            asked = (town.services, town.actor("yunxi"), self.number, "repair_application", town.now)
            content = printables.record_form(tx, *asked)
        return "\n".join(str(one) for one in content.paragraphs)

    def refused(self) -> str:
        """What accepting an application says that came too early."""
        case = self.town.file_repair(self.number, inputs={})
        with pytest.raises(Refused) as refused:
            self.town.do(case, "accept")
        return next(one.text for one in refused.value.refusals if one.code == "minimum_period_served")

    def early(self) -> str:
        town = self.town
        with town.db.read() as tx:
            row = record_of(tx, town.of_record(self.number).id)
            told = may_tell(tx, town.law, row)
        return too_early(town.law.in_force("repair", town.today), row, town.today, told=told)

    def opening(self) -> str:
        (found,) = (
            one for one in data(self.program.get(f"/records/{self.number}"))["openings"] if one["procedure"] == "repair"
        )
        return "；".join(found["obstacles"])


def data(answer: TestResponse) -> Any:
    return answer.get_json()


DATA: dict[str, Callable[[Visit], bool]] = {
    "push": lambda at: bool(at.pushed()["period_confirmed"]),
    "feed": lambda at: bool(data(at.program.get("/feed"))["items"][-1]["record"]["period_confirmed"]),
    "inquiry": lambda at: bool(
        data(at.program.post("/standing", {"purpose": "审查", "codes": [USCC]}))["items"][0]["records"][0][
            "period_confirmed"
        ]
    ),
    "records": lambda at: bool(data(at.program.get("/records"))["items"][0]["period_confirmed"]),
    "record": lambda at: bool(data(at.program.get(f"/records/{at.number}"))["period_confirmed"]),
}
WORDS: dict[str, Callable[[Visit], str]] = {
    "row of a table": Visit.table_row,
    "feed as Atom": lambda at: re.findall(r"公示至：[^<\n]*", at.program.get("/feed.atom").text)[-1],
    "form to print": Visit.paper,
    "too early, when it is filed": Visit.early,
    "too early, when it is accepted": Visit.refused,
    "what may be filed": Visit.opening,
    "record at the desk": lambda at: at.office.get(f"/desk/records/{at.number}"),
    "inquiry on a page": lambda at: at.screening(),
    "performance": lambda at: at.office.get("/desk/performance"),
    "record in the portal": lambda at: at.visitor.get(f"/my/records/{at.number}"),
    "anybody's look": lambda at: at.visitor.get(f"/credit/{USCC}"),
}


def visit(town: Town, how: str) -> Visit:
    number = town.record(date(2026, 4, 20), performed=False)
    if how == UNREAD:
        forget(town)
    if how == PROVISIONAL:
        town.turn(update(record).where(record.c.number == number).values(class_waits_for="threshold"))
    at = Visit(town, number)
    at.tell()
    return at


@pytest.mark.parametrize("how", [KNOWN, UNREAD, PROVISIONAL])
def test_every_door_says_whether_a_period_is_certain(town: Town, how: str) -> None:
    at = visit(town, how)
    assert {door: ask(at) for door, ask in DATA.items()} == dict.fromkeys(DATA, how == KNOWN)
    said = {door: OPEN in ask(at) for door, ask in WORDS.items()}
    assert said == dict.fromkeys(WORDS, how != KNOWN)


@pytest.mark.parametrize("known", [True, False], ids=["confirmed", "nobody confirmed"])
def test_the_days_of_a_stay_on_a_list_say_it_too(town: Town, known: bool) -> None:
    on_list(town)
    if not known:
        forget(town, LIST_KINDS)
    at = Visit(town)
    for page in (at.office.get(f"/desk/subjects/{USCC}"), at.visitor.get("/my/credit-file")):
        assert ("期满（待核实）" in page, "期满" in page) == (not known, True)


READS = re.compile(r"\b(?:apply_from|max_until|min_until)\b")
SAYS = re.compile(r"told|period_confirmed")
SILENT = {
    "casework/queries/records/status_replay.py": "holds what an extract said against the trail; nobody reads it as a page",
    "casework/queries/cases/as_vector.py": "drafts a case of the rules for a lawyer, who checks it against the text",
    "web/audit/row_words.py": "names of columns for auditors",
    "web/portal/offered_filings.py": "tells no day: a filing that is too early is not the page's first button; the card tells the day",
}


def test_whoever_reads_these_days_says_whether_they_are_certain() -> None:
    """A new page, call or message that tells a day of a period and does not ask `told_periods` fails here."""
    package = ROOT / "repairflow"
    found = {
        path.relative_to(package).as_posix()
        for folder in ("web", "casework/queries", "casework/outbound")
        for path in (package / folder).rglob("*.py")
        if READS.search(text := path.read_text(encoding="utf-8")) and not SAYS.search(text)
    }
    assert found == set(SILENT)

"""A calendar year loaded while the program runs counts at once, on nodes that did not load it and were asked before.

No part of a node may keep the law it was put together with: it asks for the law at each use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.app.worker import ticks
from repairflow.casework.actor import Actor
from repairflow.casework.cases import calendar_loading
from repairflow.casework.cases.calendar_loading import LawStore
from repairflow.casework.context import Services
from repairflow.law.procedure.library import Library
from repairflow.letters.renderer.pool import Press
from repairflow.records import calendar_year
from repairflow.web.core import access
from tests.conftest import Clock
from tests.support.building import Town, law
from tests.support.calling import visit
from tests.web.portal_visit import Visitor, make
from tests.worker.worker_samples import FakePlatform

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
pytestmark = pytest.mark.either_database  # what a part of the program keeps is no matter of the database
WHO = ("acceptor@ENV", "supervisor@CREDIT", "auditor@CREDIT", "system_admin@CREDIT", "yunxi")
MADE_ANEW = re.compile(r'(csrf_token"|command_id"|csrf-token") (value|content)="[^"]+"|nonce="[^"]+"')
"""What differs from answer to answer whatever the law says."""
BUILT = re.compile(r"\.(pdf|zip)$|^/static|^/api/v1/openapi|^/metrics|^/desk/imports/samples|^/account|^/login")
"""Files made by a press or from the code alone, and secrets made anew; no due day stands there but in frozen text."""
COUNTED = {
    "/desk/", "/desk/cases", "/desk/cases/{case}", "/my/cases", "/my/cases/{case}", "/api/v1/cases",
    "/api/v1/cases/{case}", "/api/v1/cases/{case}/deadlines", "/oversight/", "/oversight/late.csv", "/admin/calendar",
}  # fmt: skip
"""Pages that must show a difference, or the test looked at nothing."""


class Watched(LawStore):
    """Counts how often somebody takes the law from it."""

    taken = 0
    kept: Library

    @property  # type: ignore[override]  # the same name, counted
    def law(self) -> Library:
        self.taken += 1
        return self.kept

    @law.setter
    def law(self, law: Library) -> None:
        self.kept = law


def node(town: Town) -> Program:
    """Another node on the town's database, as it starts."""
    services = Services.of(law(), town.vault, town.settings)
    with town.db.read() as tx:
        services.law_store.refresh(tx)
    return Program(town.settings, town.db, services)


def paths(app: Flask, case: str, record: str) -> dict[str, str]:
    """Every page one can get that is about nothing, this case or its record, by a name that is always the same."""
    known = {
        "number": {"{case}": case, "{record}": record},
        "key": {"{case}": case, "{record}": record},
        "procedure": {"repair": "repair"},
        "name": {"repair": "repair"},
        "channel": {"counter": "counter"},
    }
    found = {}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not BUILT.search(rule.rule) and set(rule.arguments) <= known.keys():
            ways = {rule.rule: rule.rule}
            for argument in rule.arguments:
                ways = {
                    re.sub(rf"<(\w+:)?{argument}>", name, shown): re.sub(rf"<(\w+:)?{argument}>", value, path)
                    for shown, path in ways.items()
                    for name, value in known[argument].items()
                }
            found |= ways
    return found


Asked = dict[tuple[str, str, str], str]
"""The name of a page, its path and who asks for it; with the text of the answer."""


def answers(app: Flask, town: Town, wanted: Iterable[tuple[str, str, str]]) -> Asked:
    """The pages these visitors get; what is not for them is left out."""
    clients, found = {who: visit(app, town, who) for who in WHO}, {}
    for name, path, who in wanted:
        page = clients[who].get(path, buffered=True)
        if page.status_code == 200:
            found[name, path, who] = MADE_ANEW.sub("", page.get_data(as_text=True))
    return found


def test_a_node_that_was_asked_before_answers_as_one_that_starts_after_the_year_was_loaded(
    town: Town, clock: Clock
) -> None:
    clock.travel(town.at(date(2026, 12, 30)))
    record = town.record()
    case = town.file_repair(record)
    loading, old = make(town), make_app(node(town))
    everything = [(name, path, who) for who in WHO for name, path in paths(old, case, record).items()]
    before = answers(old, town, everything)
    admin = Visitor(loading, town, "system_admin@CREDIT")
    admin.get("/admin/calendar")
    assert admin.post("/admin/calendar", {"content": YEAR, "where": "2027.toml"}).status_code == 200
    moved = set()
    for day in (date(2026, 12, 30), date(2027, 1, 14)):  # before the due day, and when it is past
        clock.travel(town.at(day))
        stale, fresh = answers(old, town, before), answers(make_app(node(town)), town, before)
        assert [asked for asked, text in fresh.items() if stale[asked] != text] == []
        moved |= {asked[0] for asked, text in fresh.items() if text != before[asked]}
    assert moved >= COUNTED


def test_nothing_takes_the_law_while_a_node_is_put_together(town: Town, press: Press) -> None:
    """Whatever is taken then is kept, and old from the first year loaded."""
    law_store = Watched(law())
    program = Program(town.settings, town.db, replace(town.services, law_store=law_store))
    access.check(make_app(program))
    assert law_store.taken == 0
    ticks(program, FakePlatform(), press)
    assert law_store.taken == 0
    assert program.law is law()  # it would have been seen
    assert law_store.taken == 1


def test_a_command_line_counts_with_the_loaded_years_from_its_first_line(town: Town) -> None:
    with town.db.begin() as tx:
        calendar_loading.load(
            tx, town.services.law_store, YEAR, "2027.toml", Actor(None, "命令行", "system"), "operator", town.now
        )
    assert len(town.all(select(calendar_year.c.id))) == 1
    assert Program.at(town.settings).law.calendar.years[2027].published

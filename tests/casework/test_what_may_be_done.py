"""What a case's page and GET /cases/<number> say may be done now is what a step takes, for each procedure, state and kind of case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import update

from repairflow.casework.actor import Actor
from repairflow.casework.cases.options import DEPENDS_ON_FORM
from repairflow.casework.cases.transition import perform
from repairflow.casework.own_signature import SIGNATURE
from repairflow.casework.permissions import role_for
from repairflow.casework.queries.cases.view import view
from repairflow.errors import Forbidden, Invalid, NotFound, Refused
from repairflow.law.identifiers import make_uscc
from repairflow.law.only_bad_lists import REFUSED
from repairflow.records import cases, record
from repairflow.web.staff.action_panel import panel
from tests.casework.test_matrix import FILES, PAPER
from tests.support.building import COMPANIES, Town, law
from tests.web.desk_visit import make

pytestmark = pytest.mark.either_database  # reads, and steps that are taken back

GOOD, BAD = "honour", "watch"
NONE_OF_A_GOOD_LIST = dict.fromkeys(("basis_number", "basis_office", "basis_date", "behaviour"))
NEWEST = {name: law().versions(name)[-1].version for name in law().names()}
OF_THE_FORM = DEPENDS_ON_FORM | {"no_such_penalty"}
"""Refusals that hang on what is typed: no page can tell them before."""


class TakenError(Exception):
    """The step was taken, and is taken back."""


class Unlike(NamedTuple):
    """A step of which the page, the call and the step itself say different things."""

    state: str
    role: str
    step: str
    offered: bool
    against: frozenset[str]


def objects() -> Iterator[tuple[str, str]]:
    """Each procedure with each kind of case it has; a designation for a good list and for a bad one."""
    for (name, version), data in FILES.items():
        if NEWEST[name] == version:
            yield from ((name, kind) for kind in ((GOOD, BAD) if name == "listing" else data.get("kinds", {"": ""})))


@pytest.mark.parametrize(("procedure", "kind"), list(objects()), ids=lambda value: value or "-")
def test_what_is_offered_is_taken_and_nothing_else(town: Town, procedure: str, kind: str) -> None:
    data, number, app = FILES[procedure, NEWEST[procedure]], begun(town, procedure, kind), make(town)
    wrong: list[Unlike] = []
    for state, spec in data["state"].items():
        if "outcome" in spec:
            continue
        town.turn(update(cases).where(cases.c.number == number).values(state=state))
        for role in data["actor"]:
            if role != "system":
                wrong += unlike(town, app, number, state, role)
    assert not wrong


def begun(town: Town, procedure: str, kind: str) -> str:
    """A case of this procedure and kind; its number."""
    if procedure == "listing":
        return proposed(town, kind)
    number = town.begin(procedure)
    if kind:
        town.turn(update(cases).where(cases.c.number == number).values(kind=kind))
    if procedure == "reorganisation":  # what is repaired in the end was masked at its beginning
        town.turn(update(record).where(record.c.id == town.case(number).record_id).values(state="masked"))
    return number


def proposed(town: Town, kind: str) -> str:
    none = NONE_OF_A_GOOD_LIST if kind == GOOD else {}
    subject, who = make_uscc("320830", COMPANIES[0][2]), town.actor("examiner@ENV")
    return town.file("listing", None, who, kinds=(), inputs={"list_kind": kind, **none}, subject=subject)


def unlike(town: Town, app: Flask, number: str, state: str, role: str) -> Iterator[Unlike]:
    actor, procedure = town.who(role, number), town.procedure(number)
    with town.db.read() as tx:
        try:
            seen = view(tx, town.law, actor, number, town.now)
        except NotFound:  # the offices' own as yet
            offered = pressed = set[str]()
        else:
            offered = {one.name for one in seen.options if one.open}
            with app.test_request_context():
                pressed = {str(one["code"]) for one in panel(seen, town.law, None, ()).mine if one["allowed"]}
    for step, spec in procedure.action.items():
        if role not in spec.by and step not in offered | pressed:
            continue  # who has no part in it is refused: test_matrix
        against = refused(town, number, actor, step)
        taken = against <= ({"Invalid"} if step in offered else set())
        if not taken == (step in offered) == (step in pressed):
            yield Unlike(state, role, step, step in offered, frozenset(against))


def refused(town: Town, number: str, actor: Actor, step: str) -> set[str]:
    """What stands against the step beside what its form may bring; nothing of it is left."""
    spec, case = town.procedure(number).action[step], town.case(number)
    paper = PAPER if role_for(actor, spec, case) in spec.enters else {}
    own = {SIGNATURE: actor.name} if actor.kind == "agent" and SIGNATURE in spec.inputs else {}
    command = town.command(number, step, actor, {**paper, **own})
    try:
        with town.db.begin() as tx:
            perform(tx, town.services, command, town.now)
            raise TakenError
    except TakenError:
        return set()
    except Invalid:  # also what its letter lacks
        return {"Invalid"}
    except (Forbidden, NotFound) as error:
        return {type(error).__name__}
    except Refused as error:
        return {one.code for one in error.refusals} - OF_THE_FORM


@pytest.mark.parametrize("brought", ["basis_number", "basis_office", "basis_date", "behaviour", "basis_document"])
def test_a_good_list_takes_nothing_that_only_bad_lists_ask(town: Town, brought: str) -> None:
    """As the form leaves it out, so a filing by call refuses it at its field."""
    subject, who = make_uscc("320830", COMPANIES[0][2]), town.actor("examiner@ENV")
    stock = dict(town.filing("listing", None, who, kinds=(), inputs={"list_kind": BAD}, subject=subject).inputs)
    files = ("basis_document",) if brought == "basis_document" else ()
    inputs = NONE_OF_A_GOOD_LIST | {"list_kind": GOOD} | ({} if files else {brought: stock.get(brought)})
    filing = town.filing("listing", None, who, kinds=files, inputs=inputs, subject=subject)
    before = town.counts()
    with pytest.raises(Invalid) as wrong:
        town.submit(filing)
    assert [(one.where, one.text) for one in wrong.value.problems] == [(brought, REFUSED)]
    assert town.counts() == before


def test_the_document_of_a_bad_list_is_not_stated_for_a_good_one(town: Town) -> None:
    case = proposed(town, GOOD)
    before = town.counts()
    with pytest.raises(Refused) as against:
        town.do(case, "state_basis")
    assert "list_is_adverse" in {one.code for one in against.value.refusals}
    assert town.counts() == before

"""A question is called 选填 only where no step is refused for want of its answer."""

from __future__ import annotations

import ast

import pytest

from repairflow.law.guards import GUARDS
from repairflow.law.guards.demanded_inputs import DEMANDED, sometimes_demanded
from tests.house.sources import modules
from tests.support.shipped import library

pytestmark = pytest.mark.either_database
CONTENT_WITH_NONE = {
    "basis_document_matches": "compares what is given",
    "behaviour_fits_list": "judges what is given",
    "commitment_given": "a step of its own signs what the filing left open",
    "day_is_ahead": "judges what is given",
    "ground_is_objectionable": "its ground is always asked for",
    "meeting_still_ahead": "its time was fixed by an earlier step that had to name it",
    "nothing_promised": "asks that nothing was promised",
    "promise_not_advanced": "judges what is given",
}
"""Guards that read an input and go through without it."""


def read_names(function: ast.FunctionDef) -> set[str]:
    """The inputs that a guard reads by name: facts.inputs.get("x"), facts.filing.get("x"), latest(facts, "x")."""
    found = set()
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        named = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        said = ast.unparse(call.func)
        if named and (said in {"facts.inputs.get", "facts.filing.get", "latest"}):
            found |= set(named)
    return found


def test_every_guard_that_reads_an_answer_says_whether_it_demands_it() -> None:
    readers = {
        node.name: read_names(node)
        for module in modules("repairflow/law/guards")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef) and node.name in GUARDS and read_names(node)
    }
    assert set(readers) - set(DEMANDED) - set(CONTENT_WITH_NONE) == set()
    assert set(DEMANDED) | set(CONTENT_WITH_NONE) <= set(GUARDS)


FREE_AND_DEMANDED = {
    ("commitment", "", "gaps"),
    ("commitment", "", "promised_day"),
    ("commitment", "register", "promised_day"),
    ("correction", "", "effective_on"),
    ("correction", "annul", "public_reason"),
    ("correction", "correct", "public_reason"),
    ("correction", "put_back", "public_reason"),
    ("correction", "recall", "public_reason"),
    ("joint_measure", "respond", "term_end"),
    ("listing", "", "basis_date"),
    ("listing", "", "basis_number"),
    ("listing", "", "basis_office"),
    ("listing", "", "check_method"),
    ("listing", "", "checked_on"),
    ("objection", "", "commitment_signed_by"),
    ("remedy", "carry_annulment", "public_reason"),
    ("remedy", "carry_change", "public_reason"),
    ("remedy", "report_outcome", "effective_on"),
    ("review", "", "new_facts"),
}
"""Questions of the procedures that need no answer always, and that a guard asks for in some cases."""


def test_the_questions_that_steps_ask_for_in_some_cases_are_known() -> None:
    found = set()
    for procedure in library().procedures.values():
        steps = {"": None, **procedure.action}
        found |= {
            (procedure.procedure, step, n) for step, one in steps.items() for n in sometimes_demanded(procedure, one)
        }
    assert found == FREE_AND_DEMANDED

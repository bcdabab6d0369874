"""The shipped law has no fault the checks know of, and the tables the checks look things up in are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.law import checks
from repairflow.law.guards import GUARDS
from repairflow.law.guards.reads import READINGS
from repairflow.law.letter_kinds import SAYS
from repairflow.law.procedure.roles import OFFICE_ROLES
from tests.support.shipped import library, shipped_names

SAID = (
    r'(?:(?:find|hint|tell|Stop|Diagnostic)\(|\.add\(|_tell\(report, |yield (?:"error", |"warning", )?)\s*"([a-z_]+)"'
)
CHECKING = Path(checks.__file__).parent


@pytest.mark.parametrize("key", sorted(library().procedures), ids="-".join)
def test_a_shipped_procedure_has_no_error(key: tuple[str, str]) -> None:
    found = checks.problems(library().procedures[key], names=shipped_names(), where="-".join(key))
    assert [f"{finding.code} {finding.text}" for finding in checks.errors(found)] == []


def test_every_guard_is_described_with_the_parameters_it_takes() -> None:
    assert {name: set(one.parameters) for name, one in READINGS.items()} == {
        name: set(guard.parameters) for name, guard in GUARDS.items()
    }


def test_the_posts_of_the_checks_are_those_of_the_program() -> None:
    assert {
        role: f"{office}_id".replace("providing", "provider") for role, office in OFFICE_ROLES.items()
    } == OFFICE_OF_ROLE


def test_every_letter_an_action_writes_says_something() -> None:
    written = {action.letter for p in library().procedures.values() for action in p.action.values()} - {None}
    assert written <= set(SAYS)


def test_every_code_is_documented() -> None:
    codes = {code for file in CHECKING.glob("*.py") for code in re.findall(SAID, file.read_text(encoding="utf-8"))}
    assert codes
    text = (Path(__file__).parents[2] / "docs" / "procedures.md").read_text(encoding="utf-8")
    assert codes <= set(re.findall(r"^\| `([a-z_]+)` \| ", text, re.MULTILINE))

"""What the checks say of a run is so: taken step by step through the program, the case stops where they say."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from repairflow.casework.context import Services
from repairflow.errors import Refused
from repairflow.law.checks.dead_ends import Stop, stops
from repairflow.law.checks.decision_makers import bypass
from repairflow.law.checks.report import Report
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import parse
from repairflow.settings import asset
from tests.support.building import Town
from tests.support.shipped import edited, shipped_names, source

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both


@dataclass(frozen=True)
class Fault:
    """A shipped procedure with one fault, and what a replay needs to know beyond the steps."""

    code: str
    name: str
    edits: tuple[tuple[str, str], ...]
    state: str  # where the run stops
    later: timedelta = timedelta()  # how long after the last step the exits are tried
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


FAULTS = [
    Fault(
        "exits_closed", "accountability",
        (('to = "deciding"\nguards = ["new_material_supplied"]',
          'to = "deciding"\nguards = [{ guard = "clock_not_yet_over", clock = "investigation" }]'),
         ('from = ["submitted", "investigating", "deciding"]', 'from = ["submitted", "deciding"]')),
        "investigating", timedelta(days=120),
    ),
    Fault(
        "never_reached", "repair",
        (('guards = [{ guard = "conditions_confirmed", action = "report_verification" }, "minimum_period_served"]\nreason',
          'guards = [{ guard = "times_done", action = "serve_notice", at_least = 2 }]\nreason'),
         ('label = "拟不予修复"\nby = ["reviewer"]\nfrom = ["reviewing"]\nto = "deciding"\nundoable = true\n',
          'label = "拟不予修复"\nby = ["reviewer"]\nfrom = ["hearing"]\nto = "deciding"\n'),
         ('guards = [{ guard = "conditions_confirmed", action = "report_verification" }, "minimum_period_served", '
          '"record_is_public_or_of_person"]',
          'guards = [{ guard = "times_done", action = "propose_grant", at_least = 1 }]')),
        "deciding",
    ),
    Fault(
        "never_possible", "repair",
        (('guards = [{ guard = "conditions_confirmed", action = "report_verification" }, "minimum_period_served"]\nreason',
          'guards = [{ guard = "times_done", action = "serve_notice", at_least = 2 }]\nreason'),),
        "reviewing",
    ),
    Fault(
        "run_without_end", "remedy", (('value = "changed"', 'value = "annulled"'),), "outcome",
        inputs={"report_outcome": {"outcome": "changed", "effective_on": "2026-06-10"}},
    ),
    Fault(
        "never_reached", "repair",
        (('"record_is_public_or_of_person", "record_is_repairable", "minimum_period_served", "nothing_promised"]\n'
          'letter = "repair_accepted"',
          '"record_is_public", "record_no_longer_public", "record_is_repairable"]\nletter = "repair_accepted"'),
         ('"record_is_public_or_of_person", "record_is_repairable", "minimum_period_served"]\nletter = "deficient_accepted"',
          '"record_is_public", "record_no_longer_public", "record_is_repairable"]\nletter = "deficient_accepted"')),
        "submitted",
    ),
    Fault(
        "never_possible", "repair",
        (('label = "拟不予修复"\nby = ["reviewer"]\nfrom = ["reviewing"]\nto = "deciding"\n',
          'label = "拟不予修复"\nby = ["reviewer"]\nfrom = ["reviewing"]\nto = "deciding"\n'
          'guards = [{ guard = "case_kind_is", kind = "nonsense" }]\n'),),
        "reviewing",
    ),
]  # fmt: skip
"""Every kind of stop the model finds, among them those of the faulty files that the checks were tried on; shipped ones have none."""


def adopted(town: Town, tmp_path: Path, name: str, text: str) -> None:
    """The town's node goes by the shipped law with this file in place of its own."""
    shutil.copytree(asset("workflows"), tmp_path / "workflows")
    (tmp_path / "workflows" / "procedures" / f"{name}-2026-04.toml").write_text(text, "utf-8")
    town.law = Library.read(tmp_path / "workflows")
    town.services = Services.of(town.law, town.vault, town.settings)


def report_of(name: str, text: str) -> Report:
    return Report(parse(text, name), shipped_names(), text, name)


def stop_of(fault: Fault) -> Stop:
    report = report_of(fault.name, edited(source(fault.name), *fault.edits))
    return next(s for s in stops(report) if s.code == fault.code and s.run.state == fault.state)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.code for fault in FAULTS])
def test_a_counterexample_stops_in_the_program_where_it_says(town: Town, tmp_path: Path, fault: Fault) -> None:
    stop = stop_of(fault)
    adopted(town, tmp_path, fault.name, edited(source(fault.name), *fault.edits))
    case = town.begin(fault.name)
    for step in stop.run.steps:
        town.do(case, step, inputs=fault.inputs.get(step))
    assert town.case(case).state == stop.run.state
    town.at(fault.later)
    assert stop.closed
    for action in stop.closed:
        with pytest.raises(Refused):
            town.do(case, action)
    assert town.case(case).state == stop.run.state


def test_a_bypass_of_four_eyes_is_gone_by_one_person(town: Town, tmp_path: Path) -> None:
    """The run that passes by the steps a decision must differ from: who prepared the decision then takes it."""
    grant = 'distinct_from = ["report_verification", "propose_grant", "propose_denial"]\nreason = true\nletter = "repair_granted"'
    text = edited(
        source("repair"),
        (grant, grant.replace('"report_verification", "propose_grant", "propose_denial"', '"serve_notice"')),
    )
    run = bypass(report_of("repair", text), "grant", parse(text, "repair").action["grant"])
    assert run is not None
    adopted(town, tmp_path, "repair", text)
    case = town.begin("repair")
    alone = town.actor("decider@ENV", "examiner@ENV", "reviewer@ENV", "acceptor@ENV")
    for step in (*run.steps, "grant"):
        town.do(case, step, alone)
    assert town.case(case).state == "executing"

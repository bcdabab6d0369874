"""Guards of what a record is: whose it is, whether it is minor, whether it was annulled, taken one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from repairflow.law.guards import GUARDS, Facts, RecordFacts
from repairflow.law.procedure.model import parse
from tests.support.shipped import edited, library, source

DAY = date(2026, 6, 10)
OF_PERSON = RecordFacts("SX-2026-000001", "penalty", "ordinary", "unpublished", DAY, DAY, DAY, of_person=True)


def asked(guard: str, procedure: str, action: str, record: RecordFacts, **inputs: Any) -> bool:
    law = library()
    now = datetime(2026, 6, 10, tzinfo=UTC)
    facts = Facts(law.procedure(procedure, "2026-04"), law.pack_on(DAY), action, now, DAY, record=record, inputs=inputs)
    return GUARDS[guard].rule(facts, {})[0]


@pytest.mark.parametrize(("other", "open_to_repair"), [
    ({}, True), ({"of_person": False}, False), ({"severity": "minor"}, False), ({"minor": True}, False),
    ({"state": "sealed"}, False), ({"of_person": False, "state": "published"}, True),
])  # fmt: skip
def test_what_is_not_shown_is_repaired_only_where_it_is_a_grown_persons_and_in_use(
    other: dict[str, Any], open_to_repair: bool
) -> None:
    assert asked("record_is_public_or_of_person", "repair", "accept", replace(OF_PERSON, **other)) is open_to_repair


@pytest.mark.parametrize(("measure", "annulled", "over"), [
    ("lifelong_ban", False, False), ("lifelong_ban", True, True), ("bidding", False, True),
])  # fmt: skip
def test_a_ban_for_life_outlasts_a_repair_and_no_annulment(measure: str, annulled: bool, over: bool) -> None:
    ended = replace(OF_PERSON, state="sealed", annulled=annulled)
    given = {"measure": measure, "imposed_on": "2026-06-01"}
    assert asked("record_out_of_force", "joint_measure", "lift", ended, **given) is over


def test_who_has_to_withdraw_first_is_told_the_step_by_its_own_name() -> None:
    text = edited(source("correction"), ('label = "撤回处罚决定信息并公开说明理由"', 'label = "先行撤回并说明"'))
    now = datetime(2026, 6, 10, tzinfo=UTC)
    shown = RecordFacts("SX-2026-000001", "penalty", "ordinary", "published", DAY, DAY, DAY)
    facts = Facts(
        parse(text, "correction.toml"),
        library().pack_on(DAY),
        "serve_notice",
        now,
        DAY,
        record=shown,
        inputs={"effective_on": "2026-06-10"},
    )
    assert "请先办理“先行撤回并说明”" in GUARDS["withdrawn_before_hearing"].rule(facts, {})[1]

"""Every letter: against its addressee, it tells reconsideration and the court or why neither is open; for it, it tells none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from repairflow.law.procedure.library import Library
from repairflow.law.remedies_of_acts import contests, favours, rows, standing
from scripts.remedies_table import PAGE, written
from tests.support.shipped import library


def test_every_letter_tells_what_is_open_or_why_nothing_is() -> None:
    found = [(row.letter, row.step, row.faults) for row in rows(library()) if row.faults]
    assert found == []


def test_the_page_lists_them_as_the_files_have_them() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "run scripts/remedies_table.py"


def changed(procedure: str, action: str, **values: object) -> Library:
    """The law with one step changed."""
    law = library()
    spec = law.newest[procedure]
    step = spec.action[action].model_copy(update=values)
    spec = spec.model_copy(update={"action": {**spec.action, action: step}})
    return replace(law, procedures={**law.procedures, (procedure, spec.version): spec})


@pytest.mark.parametrize(("procedure", "action", "values"), [
    ("rectification", "reject", {"remedy": ("review",)}),
    ("interview", "serve_notice", {"remedy": ()}),
    ("interview", "no_show_to_watch", {"remedy": ("reconsideration",)}),
    ("credit_warning", "issue", {"remedy": ()}),
    ("repair", "terminate", {"no_remedy": None}),
    ("repair", "request_supplement", {"no_remedy": None}),
    ("repair", "request_supplement", {"no_remedy": "habit"}),
    ("accountability", "confirm", {"remedy": ("review", "reconsideration", "litigation")}),
    ("repair", "grant", {"remedy": ("litigation",)}),
    ("reorganisation", "mask", {"remedy": ("reconsideration", "litigation")}),
    ("objection", "uphold_correct", {"remedy": ("review_zhejiang",)}),
    ("repair", "deny", {"no_remedy": "process"}),
])  # fmt: skip
def test_a_letter_that_tells_too_little_or_too_much_is_found(
    procedure: str, action: str, values: dict[str, object]
) -> None:
    law = changed(procedure, action, **values)
    version = library().newest[procedure].version
    label = law.procedures[procedure, version].action[action].label
    assert [row.step for row in rows(law) if row.faults and row.step.endswith(f"：{label}")]


@pytest.mark.parametrize(("procedure", "action", "stands"), [
    ("accountability", "confirm", "有利"), ("accountability", "dismiss", "不利"), ("reorganisation", "mask", "有利"),
    ("revocation", "maintain", "有利"), ("rectification", "extend", "有利"), ("repair", "extend_handling", "不利"),
    ("repair", "withdraw", "本人的行为"), ("repair", "accept", "有利"), ("interview", "serve_notice", "不利"),
    ("objection", "consult", None), ("repair", "propose_grant", None),
])  # fmt: skip
def test_for_whom_a_letter_speaks(procedure: str, action: str, stands: str | None) -> None:
    spec = library().newest[procedure]
    assert standing(spec, spec.action[action]) == stands


def test_a_review_of_a_place_contests_a_decision_too() -> None:
    assert all(map(contests, ("review", "review_zhejiang", "review_henan", "reconsideration", "litigation")))
    assert not contests("objection_to_result")
    spec = library().newest["accountability"]
    assert favours(spec, spec.action["confirm"])

"""Which remedies a letter tells (受救济), by its kind and by whom the step decides for: the filter itself, asked directly."""

from __future__ import annotations

import pytest

from repairflow.casework.documents.fields.remedies import _names
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import outcome_side
from repairflow.law.remedies_of_acts import burdening, may_burden, standing
from tests.support.building import law

EVERY = ("review", "reconsideration", "litigation", "objection_to_result")
IN_LAW = ("reconsideration", "litigation")
RESULT = ("objection_to_result",)
PACK = law().packs["CN-2026"]
"""Nobody has read what 对修复结果的异议 rests on: as shipped no letter tells it."""
READ = PACK.model_copy(update={"remedy": {
    name: one.model_copy(update={"basis": PACK.remedy["reconsideration"].basis}) if name in RESULT else one
    for name, one in PACK.remedy.items()
}})  # fmt: skip
"""The same pack had somebody read it."""


def names(
    procedure: str, action: Action, *, required: bool = True, reviewed: bool = True, pack: RulePack = READ
) -> tuple[str, ...]:
    return _names(law().procedures[procedure, "2026-04"], pack, action, required=required, reviewed=reviewed)


def step(procedure: str, name: str) -> Action:
    return law().procedures[procedure, "2026-04"].action[name]


@pytest.mark.parametrize(("procedure", "name", "letter", "told"), [
    ("repair", "deny", "repair_denied", (*RESULT, *IN_LAW)),
    ("repair", "refuse", "repair_not_accepted", (*RESULT, *IN_LAW)),
    ("repair", "lapse", "repair_lapsed", IN_LAW),
    ("repair", "grant", "repair_granted", ()),
    ("repair", "request_supplement", "supplement_required", ()),
    ("objection", "uphold_correct", "objection_result", ()),
    ("objection", "uphold_annul", "objection_result", ()),
    ("objection", "dismiss", "objection_result", ("review", *IN_LAW)),
    ("objection", "uphold_partly", "objection_result", ("review", *IN_LAW)),
    ("objection", "refuse", "objection_not_accepted", ("review", *IN_LAW)),
    ("review", "maintain", "case_result", IN_LAW),
    ("review", "change", "case_result", ()),
    ("listing", "decide_listing", "listing_decision", ("review", *IN_LAW)),
    ("listing", "decide_against", "listing_dropped", ()),
    ("joint_measure", "respond", "joint_measure_notice", IN_LAW),
    ("correction", "correct", "case_result", RESULT),
    ("revocation", "revoke", "revocation", (*RESULT, *IN_LAW)),
    ("revocation", "maintain", "case_result", RESULT),
    ("interview", "serve_notice", "interview_notice", IN_LAW),
])  # fmt: skip
def test_what_a_shipped_letter_tells(procedure: str, name: str, letter: str, told: tuple[str, ...]) -> None:
    action = step(procedure, name)
    assert (action.letter, set(names(procedure, action, required=False))) == (letter, set(told))


def test_what_nobody_has_read_is_told_by_no_letter() -> None:
    assert "objection_to_result" not in names("repair", step("repair", "deny"), pack=PACK)


def test_every_kind_of_letter_by_the_side_it_decides_for() -> None:
    """Each step with a letter to a subject, as if it named every remedy: a result for the subject tells none that contests it,
    one against the subject tells all."""
    seen: dict[tuple[str, bool], set[frozenset[str]]] = {}
    for (name, version), p in law().procedures.items():
        for action in p.action.values() if version == "2026-04" else ():
            if action.letter is None or standing(p, action) is None:
                continue
            state = p.state.get(action.to or "")
            won = outcome_side(state.outcome if state is not None else None) == "for"
            if won or outcome_side(state.outcome if state is not None else None) == "against":
                told = names(name, action.model_copy(update={"remedy": EVERY}))
                seen.setdefault((action.letter, won), set()).add(frozenset(told))
    assert len(seen) >= 30
    wrong = {key: told for key, told in seen.items() if told != {frozenset(RESULT if key[1] else EVERY)}}
    assert wrong == {}


def test_a_step_that_turns_out_to_burden_tells_both_ways_in_law() -> None:
    for procedure, name in (("correction", "correct"), ("objection", "uphold_correct"), ("remedy", "carry_change")):
        action = step(procedure, name)
        assert may_burden(action)
        assert set(IN_LAW) <= set(names(procedure, burdening(action)))
        assert not set(IN_LAW) & set(names(procedure, action))


@pytest.mark.parametrize(("required", "reviewed", "told"), [
    (True, True, ("review",)), (True, False, IN_LAW), (False, True, ()), (False, False, ()),
])  # fmt: skip
def test_a_letter_that_must_tell_one_and_names_none_tells_what_is_open_against_every_act(
    required: bool, reviewed: bool, told: tuple[str, ...]
) -> None:
    bare = step("repair", "deny").model_copy(update={"remedy": ()})
    assert names("repair", bare, required=required, reviewed=reviewed) == told
    won = step("objection", "uphold_annul").model_copy(update={"remedy": ()})
    assert names("objection", won, required=required, reviewed=reviewed) == ()


def test_a_remedy_nobody_has_read_or_the_pack_does_not_have_is_not_told() -> None:
    action = step("repair", "deny")
    unread = PACK.model_copy(update={"basis": {
        name: one.model_copy(update={"verified": False}) if name.startswith("fuyi") else one for name, one in PACK.basis.items()
    }})  # fmt: skip
    p = law().procedures["repair", "2026-04"]
    assert "reconsideration" not in _names(p, unread, action, required=False, reviewed=True)
    gone = PACK.model_copy(update={"remedy": {name: one for name, one in PACK.remedy.items() if name != "litigation"}})
    assert "litigation" not in _names(p, gone, action, required=False, reviewed=True)

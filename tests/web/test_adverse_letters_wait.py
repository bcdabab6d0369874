"""Every letter against a subject, asked for over HTTP: refused while nobody has read or confirmed what carries it, issued once it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.law.remedies_of_acts import standing
from repairflow.records import letter, own_rule
from repairflow.web.api import blueprint as api
from tests.law_stories.telling import receipts
from tests.law_stories.test_list_removal_story import apply, on_list
from tests.support.building import Town
from tests.support.calling import Caller, application
from tests.support.shipped import library

ROUTES = [  # a procedure and the steps of a case, the last against the subject; a number is so many days
    ("accountability", "refuse"), ("accountability", "accept extend_investigation"),
    *(("accountability", f"accept report_finding {end}") for end in ("confirm_partly", "dismiss", "refer")),
    ("commitment", "decline"), ("commitment", "note_unwilling"), ("commitment", "register report_performance find_breach"),
    *((name, f"accept {more}") for name in ("complaint", "tip_off") for more in ("report_finding dismiss", "report_finding refer")),
    ("complaint", "refuse"), ("tip_off", "refuse"), ("complaint", "accept extend_handling"), ("tip_off", "accept extend_handling"),
    ("credit_warning", "issue"), ("credit_warning", "issue report order_rectification"), ("honour_exit", "exit"),
    ("honour_review", "issue served report report_review order"),
    ("honour_review", "issue served report report_review order served submit_proof report_recheck exit"),
    ("interview", "approve serve_notice"), ("interview", "approve serve_notice reschedule"),
    ("interview", "approve serve_notice 8 record_meeting sign_record report_rectification fail_to_warning"),
    ("joint_measure", "request respond"),
    ("list_removal", "refuse"), ("listing", "link_person review_pass serve_notice"),
    ("listing", "link_person review_pass serve_notice state_defence report_verification decide_listing"),
    ("minor_repair", "refuse"), ("minor_repair", "consent accept report_verification deny"),
    ("objection", "refuse"), ("objection", "accept consult extend_source_check"),
    *(("objection", f"accept consult report_finding {end}") for end in ("uphold_partly", "dismiss", "annotate")),
    ("rectification", "issue"), ("rectification", "issue submit_proof reject"),
    ("reorganisation", "refuse"), ("reorganisation", "accept report_check deny"),
    ("reorganisation", "accept report_check mask report_failure unmask"),
    ("repair", "refuse"), ("repair", "accept report_verification serve_notice"), ("repair", "accept extend_handling"),
    ("repair", "accept report_verification serve_notice state_defence propose_denial deny"),
    ("review", "refuse"), ("review", "accept report_review maintain"), ("review", "accept report_review change_partly"),
    ("revocation", "serve_notice"), ("revocation", "serve_notice state_defence propose_revocation revoke"),
    ("voluntary", "refuse"), ("voluntary", "pass_on find_false"), ("voluntary", "pass_on verify find_untrue"),
]  # fmt: skip

FREE = frozenset({  # what tells a subject something and waits for nothing
    "supplement_required", "interview_record", "listing_dropped",
})  # fmt: skip
"""A list of what is missing (without its days until they are confirmed), and the record of a talk that took place."""
ELSEWHERE = {
    "interview": {"no_show_to_warning", "no_show_to_watch", "fail_to_watch", "refer"},  # the letter of fail_to_warning
    "list_removal": {"deny", "maintain"}, "revocation": {"relist"},  # test_neither_does_one_about_a_list
    "correction": {"serve_notice"},  # tests/casework/test_burdening_corrections.py
    "repair": {"terminate"},  # tells that nothing is left to decide; tests/casework/test_own_rules.py
}  # fmt: skip
"""Steps that other tests try."""


def test_every_step_of_an_office_against_a_subject_is_among_them() -> None:
    law, day = library(), date(2026, 6, 10)
    against = {
        (name, step)
        for name in law.names()
        for step, action in law.in_force(name, day).action.items()
        if standing(law.in_force(name, day), action) == "不利"
        and action.letter not in FREE
        and not {"system"} & set(action.by)
        and not SUBJECT_ROLES & set(action.by)
    }
    tried = {(name, steps.split()[-1]) for name, steps in ROUTES}
    assert against - tried == {(name, step) for name, steps in ELSEWHERE.items() for step in steps}


def forgotten(town: Town) -> list[dict[str, object]]:
    """No office has confirmed anything; what they had confirmed."""
    with town.db.engine.begin() as tx:
        kept = [dict(row) for row in tx.execute(sa.select(own_rule)).mappings()]
        tx.execute(sa.delete(own_rule))
    return kept


def remembered(town: Town, kept: list[dict[str, object]]) -> None:
    with town.db.engine.begin() as tx:
        tx.execute(sa.insert(own_rule), kept)


def driven(town: Town, procedure: str, steps: list[str]) -> str:
    """A case that stands before the last of these steps."""
    case = town.begin(procedure)
    for number, step in enumerate(steps[:-1]):
        if step == "served":
            town.serve(case)
        elif step.isdigit():
            town.at(timedelta(days=int(step)))
            town.sweep()
        else:
            town.do(case, step, inputs=town.findings(case, step, steps[number + 1 :]))
    return case


def waits(town: Town, case: str, last: str) -> None:
    """The step is refused over HTTP while nothing is confirmed, with no letter, and taken once it is."""
    command = town.command(case, last)
    who = next(name for name, key in town.people.items() if key == command.actor.id)
    caller = Caller(application(town, lambda app: app.register_blueprint(api.blueprint)), town, who)
    body = {
        "expected_version": town.case(case).version, "reason": command.reason, "ground": command.ground,
        "inputs": dict(command.inputs), "materials": list(command.materials),
    }  # fmt: skip
    state, letters = town.case(case).state, len(town.all(sa.select(letter.c.id)))
    kept = forgotten(town)
    answer = caller.post(f"/cases/{case}/actions/{last}", body)
    assert answer.status_code in (409, 422), answer.text
    assert "rule_unconfirmed" in [one["code"] for one in answer.get_json()["refusals"]], answer.text
    assert (town.case(case).state, len(town.all(sa.select(letter.c.id)))) == (state, letters)
    remembered(town, kept)
    answer = caller.post(f"/cases/{case}/actions/{last}", body)
    assert answer.status_code in (200, 201), answer.text
    assert len(town.all(sa.select(letter.c.id))) > letters


@pytest.mark.parametrize(("procedure", "steps"), ROUTES, ids=[f"{name}-{steps.split()[-1]}" for name, steps in ROUTES])
def test_no_letter_against_a_subject_goes_out_before_somebody_confirmed_what_carries_it(
    town: Town, procedure: str, steps: str
) -> None:
    waits(town, driven(town, procedure, steps.split()), steps.split()[-1])


def test_neither_does_one_about_a_list(town: Town) -> None:
    about = {"kinds": (), "kind": "annulment"}
    waits(town, town.file("list_removal", town.listed(), town.actor("examiner@ENV"), **about), "maintain")
    denied, removed = town.listed(), on_list(town)
    town.at(timedelta(days=370))
    case = apply(town, denied)
    town.steps(case, "accept", "report_verification")
    waits(town, case, "deny")
    case = apply(town, removed)
    town.steps(case, "accept", "report_verification", "remove")
    receipts(town, case)
    case = town.file("revocation", None, town.actor("examiner@ENV"), case=case)
    town.steps(case, "serve_notice", "state_defence", "propose_revocation")
    waits(town, case, "relist")

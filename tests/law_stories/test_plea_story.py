"""陈述、申辩: a decision after a plea says whether it is followed and why; where nobody pleaded nobody is asked."""

from __future__ import annotations

import pytest

from repairflow.errors import Invalid
from tests.law_stories.telling import words
from tests.law_stories.test_listing_story import to_decision
from tests.law_stories.test_revocation_story import opened, repaired
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both

HEARD = {
    "repair": ("accept", "report_verification", "serve_notice", "state_defence"),
    "listing": ("link_person", "review_pass", "serve_notice", "state_defence", "report_verification"),
    "revocation": ("serve_notice", "state_defence"),
}
WHY = "缴款凭证所载金额不足，尚欠一万元"
CASES = [
    # procedure, steps to the decision, the decision, its letter, the answer, what the letter says of it
    (
        "repair",
        ("propose_denial",),
        "deny",
        "repair_denied",
        "not_adopted",
        f"经复核，{WHY}，对你单位的上述意见不予采纳。",
    ),
    ("repair", ("propose_denial",), "deny", "repair_denied", "partly", f"经复核，{WHY}，对你单位的上述意见部分采纳。"),
    ("repair", ("propose_grant",), "grant", "repair_granted", "adopted", "对你单位的上述意见予以采纳。"),
    ("listing", (), "decide_listing", "listing_decision", "not_adopted", "对你单位的上述意见不予采纳。"),
    ("listing", (), "decide_against", "listing_dropped", "adopted", "对你单位的上述意见予以采纳。"),
    ("revocation", ("propose_revocation",), "revoke", "revocation", "not_adopted", "对你单位的上述意见不予采纳。"),
    ("revocation", ("propose_drop",), "maintain", "case_result", "adopted", "对你单位的上述意见予以采纳。"),
]


def pleaded(town: Town, procedure: str) -> str:
    """A case whose subject was heard and answered."""
    case = opened(town, repaired(town)[1]) if procedure == "revocation" else town.begin(procedure)
    town.steps(case, *HEARD[procedure])
    return case


@pytest.mark.parametrize(("procedure", "steps", "decision", "letter", "answer", "said"), CASES)
def test_a_decision_answers_the_plea(
    town: Town, procedure: str, steps: tuple[str, ...], decision: str, letter: str, answer: str, said: str
) -> None:
    case = pleaded(town, procedure)
    for step in steps:
        town.do(case, step)
    before = town.counts()
    for given in ({"plea_answer": None, "plea_reason": None}, {"plea_answer": answer, "plea_reason": None}):
        with pytest.raises(Invalid) as wrong:
            town.do(case, decision, inputs=given)
        assert "plea_reason" in {one.where for one in wrong.value.problems}
    assert town.counts() == before
    town.do(case, decision, inputs={"plea_answer": answer, "plea_reason": WHY})
    text = words(town, case, letter)
    assert said in text
    assert WHY in text


def test_where_nobody_pleaded_nobody_is_asked(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_denial")
    with pytest.raises(Invalid) as wrong:
        town.do(case, "deny", inputs={"plea_answer": "adopted", "plea_reason": WHY})
    assert {one.where for one in wrong.value.problems} == {"plea_answer", "plea_reason"}
    town.do(case, "deny")
    assert "采纳" not in words(town, case, "repair_denied")


def test_an_objection_from_the_public_is_not_put_into_the_mouth_of_the_listed(town: Town) -> None:
    case = to_decision(town, "maritime_black")
    town.steps(case, "announce", "object_in_window", "report_verification")
    town.do(case, "decide_listing", inputs={"plea_answer": "not_adopted", "plea_reason": WHY})
    text = words(town, case, "listing_decision")
    assert "认定前公示期间收到异议：" in text
    assert f"经复核，{WHY}，对上述意见不予采纳。" in text
    assert "陈述、申辩称" not in text

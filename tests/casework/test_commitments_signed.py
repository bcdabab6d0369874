"""Which words somebody signed: by who signs, online and on paper; the trail keeps their version."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from repairflow.cli.review import review_of
from repairflow.records import subject
from tests.support.building import Town

ONLINE = [  # the subject's kind, its name, who files: the version kept
    ("organisation", None, "yunxi", "2026-04"),
    ("organisation", None, "yunxi's agent", "2026-04-代理人"),
    ("sole_trader", None, "yunxi", "2026-04-个体工商户"),
    ("sole_trader", None, "yunxi's agent", "2026-04-代理人"),
    ("natural_person", "宋 远山", "yunxi", "2026-04-自然人"),
    ("natural_person", "宋小山", "yunxi", "2026-04-监护人"),
    ("natural_person", "宋远山", "yunxi's agent", "2026-04-自然人的代理人"),
]


def become(town: Town, kind: str, name: str | None) -> None:
    town.turn(update(subject).values({"kind": kind} | ({"name": name} if name else {})))


@pytest.mark.parametrize("procedure", ["repair", "objection"])
@pytest.mark.parametrize(("kind", "name", "who", "version"), ONLINE)
def test_the_words_follow_who_signs_online(
    town: Town, procedure: str, kind: str, name: str | None, who: str, version: str
) -> None:
    number, actor = town.record(), town.actor(who)
    become(town, kind, name)
    papers = (
        ("performance_proof", "evidence", "mandate") if who.endswith("agent") else ("performance_proof", "evidence")
    )
    wanted = [kind for kind in papers if kind in town.law.in_force(procedure, town.today).material]
    case = town.file(procedure, number, who=actor, kinds=wanted, inputs={"commitment_signed_by": actor.name})
    assert town.case(case).inputs["commitment_version"] == version


ON_PAPER = [  # brought to the window: the subject, the name that was signed, whether with a mandate
    ("organisation", None, "宋远山", False, "2026-04"),
    ("organisation", None, "林一鸣", True, "2026-04-代理人"),
    ("sole_trader", None, "宋远山", False, "2026-04-个体工商户"),
    ("natural_person", "丁一然", "丁一然", False, "2026-04-自然人"),
    ("natural_person", "丁一然", "丁父", False, "2026-04-监护人"),
    ("natural_person", "丁一然", "林一鸣", True, "2026-04-自然人的代理人"),
]


@pytest.mark.parametrize(("kind", "name", "signed", "mandate", "version"), ON_PAPER)
def test_the_words_follow_what_is_brought_to_the_window(
    town: Town, kind: str, name: str | None, signed: str, mandate: bool, version: str
) -> None:
    number = town.record()
    become(town, kind, name)
    papers = ("performance_proof", *(("mandate",) if mandate else ()))
    case = town.file_repair(
        number, who=town.actor("acceptor@ENV"), channel="window", kinds=papers, inputs={"commitment_signed_by": signed}
    )
    assert town.case(case).inputs["commitment_version"] == version


def test_whoever_signs_words_of_its_own_signs_no_version_of_a_pack(town: Town) -> None:
    """信用承诺 says what its maker writes: the words of a repair were never shown to it."""
    case = town.begin("commitment")
    given = town.case(case).inputs
    assert (bool(given.get("commitment_signed_by")), "commitment_version" in given) == (True, False)
    review = review_of(town.law, "commitment", "2026-04", None, town.today)
    assert [row for row in review.rows if row.section == "承诺"] == []

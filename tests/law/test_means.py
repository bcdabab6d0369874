"""Means of repair: a field's own come before those it leaves to its base, and every list has some."""

from __future__ import annotations

from repairflow.casework.means_catalogue import catalogue
from repairflow.law.letter_kinds import SAYS, deciding, declaring
from repairflow.law.means import PENALTY, Catalogue
from tests.support.shipped import library


def test_a_packs_own_means_come_before_those_of_its_base() -> None:
    shipped = catalogue()
    general = next(one for one in shipped.means if one.code == "training")
    own = general.model_copy(update={"packs": ("TAX-2026",), "hours": 40})
    found = Catalogue((*shipped.means, own), shipped.learning)  # behind the general one in the file
    assert found.of(("TAX-2026", "CN-2026"), PENALTY)["training"].hours == 40
    assert found.of(("CN-2026",), PENALTY)["training"].hours == general.hours


def test_every_adverse_list_has_means() -> None:
    law, bare = library(), []
    for pack in law.packs.values():
        packs = [pack.pack, *([pack.over] if pack.over else [])]
        if "CN-2026" not in packs:
            continue  # before 2026 lists had none
        bare += [
            code for code, kind in pack.list_kind.items() if not kind.favourable and not catalogue().of(packs, code)
        ]
    assert not bare


def test_letters_that_decide_are_known_by_what_they_say() -> None:
    assert {"repair_denied", "rectification_verdict", "intake_result", "joint_measure_notice", "masking_decision"} <= {
        *deciding()
    }
    assert not {kind for kind in deciding() if SAYS[kind] in {"notice", "taken_up", "ended"}}
    with declaring({"fee_result": "either"}):
        assert "fee_result" in deciding()
    assert "fee_result" not in deciding()

"""各领域：twenty departments of document 002, each with something of its own, and the page that says what."""

from __future__ import annotations

from datetime import date

import pytest

from repairflow.casework.admin.offices import DOMAINS
from repairflow.law.sectors import sectors
from scripts.sectors_page import PAGE, written
from tests.support.building import law

DAY = date(2026, 6, 10)
DEPARTMENTS = set(DOMAINS) - {"general", "bidding"}  # 招标投标 is a field of document 001, across departments


def test_every_department_has_lists_and_something_of_its_own() -> None:
    found = {one.domain: one for one in sectors(law(), DAY)}
    assert len(DEPARTMENTS) == 20
    assert found.keys() == DOMAINS.keys()
    for name in DEPARTMENTS:
        one = found[name]
        assert one.lists, name
        assert one.pack.said_in, name
        assert one.own_measures or one.own_lists, name
        assert one.pack.domain == name


def test_nothing_of_a_field_calls_itself_read() -> None:
    for one in sectors(law(), DAY):
        kinds = [*one.lists.values(), *one.own_measures.values(), *one.own_behaviours.values(), *one.ladder.values()]
        assert not [item.label for item in kinds if item.verified and not one.pack.read(item.basis)]


@pytest.mark.parametrize("name", sorted(DEPARTMENTS))
def test_a_field_keeps_its_own_lists_and_no_other(name: str) -> None:
    pack = law().pack_on(DAY, name)
    assert set(pack.lists["list_kinds"]) == set(pack.keeps)
    assert ("maritime_black" in pack.keeps) == (name == "maritime")


def test_the_page_says_what_the_files_say() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert written(text) == text, "run scripts/sectors_page.py"
